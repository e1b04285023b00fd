package mapping

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
)

// expect keeps what the rows of the document must say.
func (f *File) expect(doc *Prepared, a *adder) error {
	if !f.provable() {
		return nil
	}
	e := amounts.Expected{DocID: doc.DocID, ReportID: doc.ReportID, Currency: doc.Currency, DocType: doc.DocType, First: a.part.FirstLine, Last: f.now.lines, Rows: a.ties}
	f.tied = e.Append(f.tied[:0])
	if err := f.ties.write(f.tied, []int{len(f.tied)}); err != nil {
		f.broken = err
		return fmt.Errorf("write document %s to import file %s: %w", doc.DocID, f.name, err)
	}
	return nil
}

// provable reports whether the file is read back.
func (f *File) provable() bool { return f.plan.proves() && (!f.unproved || f.told != nil) }

// writeProved writes the file and reads it back, from in, or from a temporary file where w cannot be read.
func (f *File) writeProved(w io.Writer, in io.ReaderAt) error {
	if !f.provable() {
		return f.write(w)
	}
	if in != nil {
		return f.proved(w, in)
	}
	temp, err := os.CreateTemp(f.ctx.TempDir, "fisbridge-*.file")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	if err := f.proved(temp, temp); err != nil {
		return err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(w, temp)
	return err
}

// proved writes the file to w and reads it from in, which is the same.
func (f *File) proved(w io.Writer, in io.ReaderAt) error {
	n := &counting{w: w}
	if err := f.write(n); err != nil {
		return err
	}
	if f.told == nil {
		return f.plan.readBack(f.name, in, n.size, f.expectations(), nil)
	}
	c := Comparison{Said: map[string]Sums{}, Must: map[string]Sums{}, said: map[int]map[string]Sums{}}
	err := f.plan.readBack(f.name, in, n.size, f.expectations(), &c)
	var wrong *ReadBackError
	if errors.As(err, &wrong) {
		err = nil // it is shown as it is
	}
	f.told(c, wrong)
	return err
}

// expectations hands out what the rows of each document must say; each is valid until the next.
func (f *File) expectations() iter.Seq2[*amounts.Expected, error] {
	return func(yield func(*amounts.Expected, error) bool) {
		var e amounts.Expected
		err := f.ties.read(func(b []byte) error {
			if err := e.Take(b); err != nil {
				return err
			}
			if !yield(&e, nil) {
				return errFinished
			}
			return nil
		})
		if err != nil && !errors.Is(err, errFinished) {
			yield(nil, err)
		}
	}
}

// counting counts the bytes that are written.
type counting struct {
	w    io.Writer
	size int64
}

func (c *counting) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.size += int64(n)
	return n, err
}
