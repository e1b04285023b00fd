package layout

import (
	"errors"
	"fmt"
	"io"
)

// Limits bound what a reader takes in; 0 is the default in brackets.
type Limits struct {
	Bytes    int64 // of the file [1 GiB]
	Rows     int   // [10,000,000]; for xlsx the highest row number too, so that two cells far apart are no bomb [1,048,576]
	Columns  int   // of a line [4,096]
	Line     int   // bytes of a line [1 MiB]
	Unzipped int64 // bytes of all parts of a workbook [64 MiB]
}

func (l Limits) orDefaults() Limits {
	set := func(v *int64, def int64) {
		if *v == 0 {
			*v = def
		}
	}
	rows, columns, line := int64(l.Rows), int64(l.Columns), int64(l.Line)
	set(&l.Bytes, 1<<30)
	set(&rows, 10_000_000)
	set(&columns, 4096)
	set(&line, 1<<20)
	set(&l.Unzipped, 64<<20)
	l.Rows, l.Columns, l.Line = int(rows), int(columns), int(line)
	return l
}

// Row is one recognised line.
type Row struct {
	Record int     // index of the record
	Line   int     // 1-based line (xlsx: row) it begins at
	Sheet  string  // xlsx
	Values []Value // one for each field of the record; valid until the next call of Next, the texts in it for ever
	Raw    string  // the line as text, without line end; its binary parts may not be readable
}

// Reader reads a file record by record. Not for concurrent use.
type Reader struct {
	source Source
	limits Limits
	rows   int
	err    error // after the end
}

// NewReader looks at the first bytes and begins to read. The error is a *WrongFileError, *LimitError, *LineError (the
// header row), *HeaderError, or of r.
func (p *Plan) NewReader(r io.ReaderAt, size int64, lim Limits) (*Reader, error) {
	return p.newReader(r, size, lim, nil)
}

func (p *Plan) newReader(r io.ReaderAt, size int64, lim Limits, part *Part) (*Reader, error) {
	lim = lim.orDefaults()
	if size > lim.Bytes {
		return nil, &LimitError{What: "bytes", Limit: lim.Bytes}
	}
	if err := p.distinct(part); err != nil {
		return nil, err
	}
	if err := sniff(p, r, size); err != nil {
		return nil, err
	}
	source, err := p.format.Read(Input{R: r, Size: size, Limits: lim, Part: part})
	if err != nil {
		return nil, err
	}
	return &Reader{source: source, limits: lim}, nil
}

// distinct refuses layouts whose records cannot be told apart, and date forms that hold no whole date.
func (p *Plan) distinct(part *Part) error {
	for i := range p.lines {
		l := &p.lines[i]
		if i < len(p.lines)-1 && l.matchesAll() && !part.Ignores(i) && p.later(i, part) && !p.can.Apart && !p.can.Sheets {
			return fmt.Errorf("record %q has no match, so the records after it cannot be recognised", l.Name)
		}
		for _, c := range l.Placed {
			if c.Type == DateType && part.Wants(i, c.Index) && !c.Date.readable() {
				return fmt.Errorf("%s.%s: a date cannot be read by the form %s: year, month or day is not in it", l.Name, c.Name, c.Date.source)
			}
		}
	}
	return nil
}

// Unreadable says why files of the plan cannot be read as a whole, nil when they can.
func (p *Plan) Unreadable() error { return p.distinct(nil) }

// later reports whether a record after this one is to be recognised.
func (p *Plan) later(i int, part *Part) bool {
	for n := i + 1; n < len(p.lines); n++ {
		if !part.Ignores(n) {
			return true
		}
	}
	return false
}

func (l *Line) matchesAll() bool {
	return len(l.Values) == 0 && l.Match.Prefix == "" && l.Match.Columns == 0
}

// Unfinished says what is missing at the end of a file that is still being written, for kinds of files that show it
// (Can.Ends); empty otherwise.
func (p *Plan) Unfinished(r io.ReaderAt, size int64) (missing string, err error) {
	if e, ok := p.format.(Ender); ok {
		return e.Unfinished(r, size)
	}
	return "", nil
}

// Says is of which of several kinds the file says it is; empty where there is one alone.
func (r *Reader) Says() string {
	if s, ok := r.source.(Sayer); ok {
		return s.Says()
	}
	return ""
}

// Next is the next record. A *LineError says what is wrong with a line: the row holds what could be read of it, and
// Next may be called again. io.EOF is the end; every other error ends the reading.
func (r *Reader) Next() (Row, error) {
	if r.err != nil {
		return Row{}, r.err
	}
	row, err := r.source.Next()
	if err != nil {
		var bad *LineError
		if !errors.As(err, &bad) {
			r.err = err
			return row, err
		}
	}
	if r.rows++; r.rows > r.limits.Rows {
		r.err = &LimitError{What: "rows", Limit: int64(r.limits.Rows), Place: fmt.Sprintf("the file, at line %d,", row.Line)}
		return Row{}, r.err
	}
	return row, err
}

// Close frees what the reader holds.
func (r *Reader) Close() error { return r.source.Close() }
