// Package sheet writes and reads files of kind xlsx: Excel workbooks. Of a layout's settings it has for itself the
// sheet of the file and of a record. Numbers, dates and flags are real ones in it, codes are text cells.
package sheet

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// Kind is files of kind xlsx.
type Kind struct{}

// Name is the word for it in a layout.
func (Kind) Name() layout.KindName { return layout.Workbook }

// Can is what such files hold.
func (Kind) Can() layout.Can {
	return layout.Can{Columns: true, Sheets: true, Ends: true, Breaks: "xlsx", Numbers: "a workbook holds real numbers"}
}

// format is the files of one plan.
type format struct {
	plan *layout.Plan
	spec layout.Spec
}

// New refuses what a workbook does not have.
func (Kind) New(c *layout.Check) layout.Format {
	if s := c.Spec(); !c.Plan().Charset().UTF8 {
		c.Problem("file.encoding", s.Encoding, "a workbook has no encoding; leave it out")
	}
	return &format{plan: c.Plan(), spec: *c.Spec()}
}

// Field has nothing to add.
func (f *format) Field(*layout.Check, *layout.Cell) {}

// Record has nothing to add.
func (f *format) Record(*layout.Check, *layout.Line) {}

// Expects takes a zip archive.
func (f *format) Expects(found layout.Found) (bool, string) {
	if found == layout.FoundText {
		return false, "it looks like a CSV that was named .xlsx; open it in Excel and save it as an Excel workbook (.xlsx)"
	}
	return found == layout.FoundZip, ""
}

// sheetOf is where the rows of a record stand; empty: on the first sheet.
func (f *format) sheetOf(record int) string {
	return cmp.Or(f.plan.Records()[record].Sheet, f.spec.Sheet)
}

// headed is the record whose headings a sheet has: header_record if it is there, else the first one with fields; -1
// without any. nameOf tells where the rows of a record stand.
func (f *format) headed(sheet string, nameOf func(record int) string) int {
	found := -1
	lines := f.plan.Lines()
	for i := range lines {
		if f.spec.Header && nameOf(i) == sheet && len(lines[i].Placed) > 0 && (found < 0 || lines[i].Name == f.spec.HeaderRecord) {
			found = i
		}
	}
	return found
}

// Unfinished looks for the directory at the end of a workbook. A file that begins as a zip archive and has none is
// still being written; what is no archive at all is told by Expects.
func (f *format) Unfinished(r io.ReaderAt, size int64) (missing string, err error) {
	var head [4]byte
	if _, err := r.ReadAt(head[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the beginning of the file: %w", err)
	}
	if string(head[:]) != "PK\x03\x04" {
		return "", nil
	}
	tail := make([]byte, min(size, 1<<16+22)) // the directory's end record and the longest comment
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the end of the file: %w", err)
	}
	if !bytes.Contains(tail, []byte("PK\x05\x06")) {
		return "the workbook's directory is missing: the file is not whole", nil
	}
	return "", nil
}
