package bridge

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

// resultCopy is a result file while it is worked on: its one temporary copy, and what was read of it. It is fetched
// once, looked at for its end and for whose it is, kept in the journal, and applied, all from here; what one of these
// has read the others do not read again.
type resultCopy struct {
	file   *os.File
	size   int64
	name   string        // as the ERP called it
	info   exchange.Info // of the file in the return folder, when it was fetched
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

// mostRemembered is how many rows of a file are remembered. Those of a longer one are read anew from the copy, which
// costs less than keeping them.
const mostRemembered = 10000

// newCopy makes the temporary file and lets fill write it.
func (b *Bridge) newCopy(name string, fill func(io.Writer) (exchange.Info, error)) (_ *resultCopy, err error) {
	file, err := b.createTemp("result")
	if err != nil {
		return nil, err
	}
	c := &resultCopy{file: file, name: name, today: fis.DateOf(b.now().In(b.cfg.Schedule.Zone())), limits: b.limits()}
	defer func() {
		if err != nil {
			c.remove()
		}
	}()
	if c.info, err = fill(file); err != nil {
		return nil, err
	}
	c.size, err = file.Seek(0, io.SeekEnd)
	return c, err
}

// fetchCopy copies a file of the return folder; lies is what it is called there now.
func (b *Bridge) fetchCopy(ctx context.Context, in *inbox, name, lies string) (*resultCopy, error) {
	return b.newCopy(name, func(w io.Writer) (exchange.Info, error) { return in.Fetch(ctx, lies, b.limits().Bytes, w) })
}

// journalCopy copies a file that an earlier run has put into the journal.
func (b *Bridge) journalCopy(ctx context.Context, id int64, name string) (*resultCopy, error) {
	return b.newCopy(name, func(w io.Writer) (info exchange.Info, err error) {
		_, err = io.Copy(w, b.j.ResultBytes(ctx, id))
		return info, err
	})
}

// remove takes the temporary file away; of no copy there is none.
func (c *resultCopy) remove() {
	if c != nil {
		ownfile.Discard(c.file)
	}
}

// still tells whether the file under its claimed name is the one that was fetched.
func (c *resultCopy) still(ctx context.Context, in *inbox, claimed string) (bool, error) {
	now, there, err := in.Look(ctx, claimed)
	return err == nil && there && now.Size == c.info.Size && now.ModTime.Equal(c.info.ModTime), err
}

// each gives the rows that a format reads, and counts them. unread says why the format cannot read the file: then the
// rows count for nothing. err is what emit returned, or that we could not read our own copy, which says nothing about
// the file.
func (c *resultCopy) each(ctx context.Context, f *returns.Format,
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
	disk := &ownDisk{ReaderAt: c.file}
	sum, err = f.At(c.today).Parse(ctx, c.name, disk, c.size, c.limits, func(row returns.Row) error {
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
func (c *resultCopy) known(f *returns.Format) *reading {
	for i := range c.read {
		if c.read[i].f.SameAs(f) {
			return &c.read[i]
		}
	}
	return nil
}

// look is each for a file that is read again later: its rows are remembered, unless they are very many.
func (c *resultCopy) look(ctx context.Context, f *returns.Format,
	emit func(returns.Row) error) (sum returns.Summary, unread, err error) {
	if c.known(f) != nil {
		return c.each(ctx, f, emit)
	}
	r, all := reading{f: f}, true
	r.sum, r.unread, err = c.each(ctx, f, func(row returns.Row) error {
		if all = all && len(r.rows) < mostRemembered; all {
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

// missesEnd says what of its declared end the file lacks by a format; nil when it is whole, or is no such file.
func (c *resultCopy) missesEnd(ctx context.Context, f *returns.Format) (*returns.IncompleteError, error) {
	var unread, err error
	if f.EndsInside() {
		_, unread, err = c.look(ctx, f, func(returns.Row) error { return nil })
	} else {
		unread = f.CheckEnd(c.name, c.file, c.size)
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
