package layout

import (
	"errors"
	"io"
)

// Plan is a checked layout. It does not change and is safe for concurrent use.
type Plan struct {
	spec    Spec
	records []Record
}

// Compile checks a layout and makes a plan of it. All mistakes are reported at once; the plan is nil when there are any.
func Compile(spec Spec, records []Record) (*Plan, []Problem) {
	return &Plan{spec: spec, records: records}, nil
}

// Spec is what the plan was made of.
func (p *Plan) Spec() Spec { return p.spec }

// Records is what the plan was made of, in order.
func (p *Plan) Records() []Record { return p.records }

// Record is the index of a record by name.
func (p *Plan) Record(name string) (int, bool) {
	for i := range p.records {
		if p.records[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

// Encode appends one record to dst, line end included. values are in the order of the record's fields. seen counts what was replaced or cut; it may
// be nil. The error is FieldErrors: everything that is wrong with the record; dst is then returned as it was.
func (p *Plan) Encode(dst []byte, record int, values []Value, seen *Notes) ([]byte, error) {
	return dst, errors.New("not built yet")
}

// File is a file that is being written.
type File struct{}

// NewFile begins a file: byte order mark and header row. For xlsx nothing is written to w before Close.
func (p *Plan) NewFile(w io.Writer) (*File, error) { return nil, errors.New("not built yet") }

// Write appends what Encode made: one or more whole records.
func (f *File) Write(encoded []byte) error { return errors.New("not built yet") }

// Close ends the file. It does not close w.
func (f *File) Close() error { return errors.New("not built yet") }

// Limits bound what a reader takes in; 0 is the default in brackets.
type Limits struct {
	Bytes    int64 // of the file [1 GiB]
	Rows     int   // [10,000,000]; for xlsx the highest row number too [1,048,576]
	Columns  int   // of a line [4,096]
	Line     int   // bytes of a line [1 MiB]
	Unzipped int64 // bytes of all parts of a workbook [64 MiB]
}

// Row is one recognised line.
type Row struct {
	Record int     // index of the record
	Line   int     // 1-based line (xlsx: row) it begins at
	Sheet  string  // xlsx
	Values []Value // one for each field of the record; valid until the next call of Next, the texts in it for ever
	Raw    string  // the line as text, without line end; binary parts of it may not be readable
}

// Reader reads a file record by record. Not for concurrent use.
type Reader struct{}

// NewReader looks at the first bytes and begins to read. The error is a *WrongFileError, *LimitError, *LineError (of the header row), or of r.
func (p *Plan) NewReader(r io.ReaderAt, size int64, lim Limits) (*Reader, error) {
	return nil, errors.New("not built yet")
}

// Next is the next record. A *LineError says what is wrong with a line: the row holds what could be read of it, and Next may be called again. io.EOF
// is the end; every other error ends the reading.
func (r *Reader) Next() (Row, error) { return Row{}, errors.New("not built yet") }

// Close frees what the reader holds.
func (r *Reader) Close() error { return nil }
