package mapping

import (
	"errors"
	"fmt"
	"io"

	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/spool"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// expect keeps what the rows of the document must say.
func (f *File) expect(doc *Prepared, a *adder) error {
	if !f.readsBack() {
		return nil
	}
	e := amounts.Expected{DocID: doc.DocID, ReportID: doc.ReportID, Currency: doc.Currency, DocType: doc.DocType,
		First: a.part.FirstLine, Last: f.now.lines, Rows: a.amounts}
	if err := f.pending.Add(&e); err != nil {
		f.broken = err
		return fmt.Errorf("write document %s to import file %s: %w", doc.DocID, f.name, err)
	}
	return nil
}

// readsBack reports whether the file is read back.
func (f *File) readsBack() bool { return f.plan.amounts.Any() && (!f.unchecked || f.compared != nil) }

// writeChecked writes the file and reads it back, from in, or from a temporary file where w cannot be read.
func (f *File) writeChecked(w io.Writer, in io.ReaderAt) error {
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
	n := &spool.Counting{To: w}
	if err := f.write(n); err != nil {
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
