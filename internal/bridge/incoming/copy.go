// Package incoming owns the one temporary copy of a result file while it is worked on, and what was read of it: a file is
// fetched once, looked at for its end and for whose it is, kept in the journal, and applied, all from here.
package incoming

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/ownfile"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// Copy is a result file while it is worked on: its one temporary copy, and what was read of it. It is fetched
// once, looked at for its end and for whose it is, kept in the journal, and applied, all from here; what one of these
// has read the others do not read again.
type Copy struct {
	File   *os.File
	Size   int64
	Name   string        // as the ERP called it
	Info   exchange.Info // of the file in the return folder, when it was fetched
	today  fis.Date
	limits layout.Limits
	read   []reading
}

// reading is all that a format has read of a file. unread is why it could not read it to its end.
type reading struct {
	f      *returns.Format
	rows   []returns.Row
	sum    returns.Summary
	unread error
}

// MostRemembered is how many rows of a file are remembered. Those of a longer one are read anew from the copy, which
// costs less than keeping them.
const MostRemembered = 10000

// New lets fill write the temporary file and takes it over.
func New(file *os.File, name string, today fis.Date, limits layout.Limits,
	fill func(io.Writer) (exchange.Info, error)) (_ *Copy, err error) {
	c := &Copy{File: file, Name: name, today: today, limits: limits}
	defer func() {
		if err != nil {
			c.Remove()
		}
	}()
	if c.Info, err = fill(file); err != nil {
		return nil, err
	}
	c.Size, err = file.Seek(0, io.SeekEnd)
	return c, err
}

// Remove takes the temporary file away; of no copy there is none.
func (c *Copy) Remove() {
	if c != nil {
		ownfile.Discard(c.File)
	}
}

// Each gives the rows that a format reads, and counts them. unread says why the format cannot read the file: then the
// rows count for nothing. err is what emit returned, or that we could not read our own copy, which says nothing about
// the file.
func (c *Copy) Each(ctx context.Context, f *returns.Format,
	emit func(returns.Row) error) (sum returns.Summary, unread, err error) {
	if r := c.known(f); r != nil {
		for _, row := range r.rows {
			if err := emit(row); err != nil {
				return r.sum, nil, err
			}
		}
		return r.sum, r.unread, nil
	}
	var emitted error
	disk := &ownDisk{ReaderAt: c.File}
	sum, err = f.At(c.today).Parse(ctx, c.Name, disk, c.Size, c.limits, func(row returns.Row) error {
		emitted = emit(row)
		return emitted
	})
	switch {
	case err == nil, emitted != nil:
		return sum, nil, err
	case ctx.Err() != nil:
		return sum, nil, ctx.Err()
	case disk.err != nil:
		return sum, nil, disk.err
	}
	return sum, err, nil
}

// known is what a format has read before, nil when nothing is remembered of it.
func (c *Copy) known(f *returns.Format) *reading {
	for i := range c.read {
		if c.read[i].f.SameAs(f) {
			return &c.read[i]
		}
	}
	return nil
}

// Look is Each for a file that is read again later: its rows are remembered, unless they are very many.
func (c *Copy) Look(ctx context.Context, f *returns.Format,
	emit func(returns.Row) error) (sum returns.Summary, unread, err error) {
	if c.known(f) != nil {
		return c.Each(ctx, f, emit)
	}
	r, all := reading{f: f}, true
	r.sum, r.unread, err = c.Each(ctx, f, func(row returns.Row) error {
		if all = all && len(r.rows) < MostRemembered; all {
			r.rows = append(r.rows, row)
		} else {
			r.rows = nil
		}
		return emit(row)
	})
	if err == nil && all {
		c.read = append(c.read, r)
	}
	return r.sum, r.unread, err
}

// MissesEnd says what of its declared end the file lacks by a format; nil when it is whole, or is no such file.
func (c *Copy) MissesEnd(ctx context.Context, f *returns.Format) (*returns.IncompleteError, error) {
	var unread, err error
	if f.EndsInside() {
		_, unread, err = c.Look(ctx, f, func(returns.Row) error { return nil })
	} else {
		unread = f.CheckEnd(c.Name, c.File, c.Size)
	}
	var missing *returns.IncompleteError
	if err != nil || !errors.As(unread, &missing) || !missing.Missing {
		return nil, err
	}
	return missing, nil
}

// ownDisk notes that our own copy of a file could not be read, which says nothing about the file.
type ownDisk struct {
	io.ReaderAt
	err error
}

// ReadAt notes every error but the end of the file.
func (d *ownDisk) ReadAt(p []byte, off int64) (int, error) {
	n, err := d.ReaderAt.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		d.err = err
	}
	return n, err
}
