// Package shown keeps the working folder of a company open for the pages of a console, whatever changes in it.
//
// It guarantees that a page that is being made keeps what it was made of, and that what nobody looks at any more is closed.
package shown

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync/atomic"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/web"
)

// Folder is one company's. One goroutine opens and closes it; any may ask for what is open.
type Folder struct {
	Short  string
	open   atomic.Pointer[web.Company]
	mark   string
	former []former
}

// former is what pages were made of before the folder changed.
type former struct {
	desk  *desk.Workspace
	since time.Time
}

// formerGood is longer than any page takes.
const formerGood = 10 * time.Minute

// Company is what is open; nil: nothing is yet.
func (f *Folder) Company() *web.Company { return f.open.Load() }

// Look opens the folder in a place, where it is not open yet or mark, which tells its state, is another one by now. ready is told of what was opened, before anybody sees it.
func (f *Folder) Look(ctx context.Context, p desk.Place, mark string, ready func(*web.Company)) error {
	had := f.open.Load()
	if had != nil && f.mark == mark {
		return nil
	}
	co, err := web.NewCompany(ctx, p, f.Short)
	if err != nil {
		return err
	}
	if had != nil {
		f.former = append(f.former, former{had.Desk, time.Now()})
	}
	f.Sweep()
	f.mark = mark
	ready(co)
	f.open.Store(co)
	return nil
}

// Sweep closes what no page is made of any more.
func (f *Folder) Sweep() {
	f.former = slices.DeleteFunc(f.former, func(w former) bool {
		old := time.Since(w.since) > formerGood
		if old {
			_ = w.desk.Close() // it was only looked into
		}
		return old
	})
}

// Leave takes away what is open: the folder is shown no more. It is closed when no page is made of it.
func (f *Folder) Leave() {
	if had := f.open.Swap(nil); had != nil {
		f.former = append(f.former, former{had.Desk, time.Now()})
	}
}

// Idle reports whether nothing is open any more.
func (f *Folder) Idle() bool { return f.open.Load() == nil && len(f.former) == 0 }

// Status is where the company stands, for its numbers.
func (f *Folder) Status(ctx context.Context) (*desk.Status, error) {
	co := f.open.Load()
	if co == nil {
		return nil, fs.ErrNotExist
	}
	return co.Desk.Status(ctx, 0)
}

// Close closes everything, when the console has ended.
func (f *Folder) Close() error {
	var errs []error
	if co := f.open.Load(); co != nil {
		errs = append(errs, co.Desk.Close())
	}
	for _, w := range f.former {
		errs = append(errs, w.desk.Close())
	}
	return errors.Join(errs...)
}
