package mapping

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/readalong"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/spool"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// Begin gives a file its place before its first document. It is taken where nothing stands before the documents that
// waits for all of them: records go there at once, and are read back while further ones are made.
func (f *File) Begin(s Store) (taken bool, err error) {
	if !f.plan.layout.Plain() || f.unchecked || f.watch != nil || slices.ContainsFunc(f.plan.records, func(r Record) bool { return r.header }) {
		return false, nil
	}
	if f.along, err = readalong.Begin(f.plan.layout, f.name, f.plan.amounts, s); err != nil {
		return false, fmt.Errorf("begin import file %s: %w", f.name, err)
	}
	return true, nil
}

// keep keeps the records of the document, and what its rows must say.
func (f *File) keep(doc *Prepared, a *adder) error {
	var must *amounts.Expected
	if f.readsBack() {
		must = &amounts.Expected{DocID: doc.DocID, ReportID: doc.ReportID, Currency: doc.Currency, DocType: doc.DocType,
			First: a.part.FirstLine, Last: f.now.lines, Rows: a.amounts}
	}
	if f.along != nil {
		return f.along.Add(f.buf, a.ends, must)
	}
	if err := f.spool.Write(f.buf, a.ends); err != nil || must == nil {
		return err
	}
	return f.pending.Add(must)
}

// readsBack reports whether the file is read back.
func (f *File) readsBack() bool { return f.plan.amounts.Any() && (!f.unchecked || f.compared != nil) }

// writeChecked writes the file and reads it back, from in, or from a temporary file where w cannot be read.
func (f *File) writeChecked(w io.Writer, in io.ReaderAt) error {
	if f.along != nil {
		_, tails, err := f.frame()
		if err != nil {
			return &refusal.FileError{Err: err}
		}
		return f.along.Finish(tails)
	}
	if !f.readsBack() {
		return f.write(w)
	}
	if in != nil {
		return f.writeAndReadBack(w, in)
	}
	temp, err := ownfile.Scratch(f.ctx.TempDir, "fisbridge-*.file")
	if err != nil {
		return err
	}
	defer ownfile.Discard(temp)
	if err := f.writeAndReadBack(temp, temp); err != nil {
		return err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(w, temp)
	return err
}

// writeAndReadBack writes the file to w and reads it from in, which is the same.
func (f *File) writeAndReadBack(w io.Writer, in io.ReaderAt) error {
	buffered := bufio.NewWriterSize(w, 64<<10)
	n := &spool.Counting{To: buffered}
	if err := errors.Join(f.write(n), buffered.Flush()); err != nil {
		return err
	}
	if f.compared == nil {
		return f.plan.amounts.ReadBack(f.name, in, n.Size, f.pending.All(), nil)
	}
	c := amounts.Comparison{Said: map[string]amounts.Sides{}, Must: map[string]amounts.Sides{},
		ByDocument: map[int]map[string]amounts.Sides{}}
	err := f.plan.amounts.ReadBack(f.name, in, n.Size, f.pending.All(), &c)
	var wrong *refusal.ReadBackError
	if errors.As(err, &wrong) {
		err = nil // it is shown as it is
	}
	f.compared(c, wrong)
	return err
}
