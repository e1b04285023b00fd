package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Kind is what a cell holds.
type Kind uint8

const (
	Blank Kind = iota // never given: blank cells are left out
	Text
	Number // Text of the cell: the digits as stored, perhaps with an exponent
	Bool   // "1" or "0"
	Error  // "#N/A" and its like
	Hollow // a formula without a value: it was never calculated
)

// Cell is one cell of a row.
type Cell struct {
	Column  int // from 0
	Kind    Kind
	Text    string
	Date    bool // a number whose format is a date
	ISO     bool // a text that is a date in ISO form
	Formula bool
	Source  string // of the formula, without the equals sign
	Format  Format // of the cell
}

// Column is what holds for whole columns, from and to included, from 0.
type Column struct {
	From, To int
	Hidden   bool
	Format   Format
}

// Rows iterates over the rows of a sheet that hold anything.
type Rows struct {
	book  *Book
	sheet string
	in    io.ReadCloser
	xml   *xml.Decoder
	row   int
	cells []Cell
	err   error

	hidden  bool
	columns []Column
	merged  []string
}

// Rows opens a sheet; the empty name is the first one.
func (b *Book) Rows(name string) (*Rows, error) {
	for _, s := range b.sheets {
		if s.name != name && name != "" {
			continue
		}
		in, ok, err := b.part(s.path)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fmt.Errorf("the workbook has no part %s", s.path)
		}
		return &Rows{book: b, sheet: s.name, in: in, xml: xml.NewDecoder(in)}, nil
	}
	return nil, fmt.Errorf("there is no sheet %q; there are %s", name, strings.Join(b.Names(), ", "))
}

// Close frees the sheet.
func (r *Rows) Close() error { return r.in.Close() }

// Sheet is the name of the sheet.
func (r *Rows) Sheet() string { return r.sheet }

// Next gives the next row: its number from 1 and its cells in the order of columns. The cells are valid until the next
// call. io.EOF is the end.
func (r *Rows) Next() (int, []Cell, error) {
	if r.err != nil {
		return 0, nil, r.err
	}
	for {
		token, err := r.xml.RawToken()
		if err != nil {
			return 0, nil, r.end(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "row":
		case "col":
			r.column(e)
			continue
		case "mergeCell":
			r.merged = append(r.merged, attr(e, "ref"))
			continue
		default:
			continue
		}
		if err := r.begin(e); err != nil {
			return 0, nil, r.end(err)
		}
		if err := r.readRow(); err != nil {
			return 0, nil, r.end(err)
		}
		return r.row, r.cells, nil
	}
}

// Hidden reports whether people do not see the row that Next gave.
func (r *Rows) Hidden() bool { return r.hidden }

// Columns are the facts of whole columns that were met so far; they stand before the first row.
func (r *Rows) Columns() []Column { return r.columns }

// Merged are the ranges of merged cells, A1:B2 say; they are known at the end of the sheet.
func (r *Rows) Merged() []string { return r.merged }

func yes(s string) bool { return s == "1" || s == "true" }

func (r *Rows) column(e xml.StartElement) {
	from, err1 := strconv.Atoi(attr(e, "min"))
	to, err2 := strconv.Atoi(attr(e, "max"))
	if err1 == nil && err2 == nil && from >= 1 && to >= from {
		r.columns = append(r.columns, Column{from - 1, to - 1, yes(attr(e, "hidden")), r.book.format(attr(e, "style"))})
	}
}

func (r *Rows) end(err error) error {
	var limit *LimitError
	if !errors.Is(err, io.EOF) && !errors.As(err, &limit) {
		err = fmt.Errorf("sheet %s after row %d: %w", r.sheet, r.row, err)
	}
	r.err = err
	return err
}

// begin takes the number of a row: rows may be left out, and may have no number.
func (r *Rows) begin(e xml.StartElement) error {
	r.cells, r.hidden = r.cells[:0], yes(attr(e, "hidden"))
	number := r.row + 1
	if s := attr(e, "r"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n <= r.row {
			return fmt.Errorf("row number %q is wrong", s)
		}
		number = n
	}
	if number > r.book.limits.Rows {
		return &LimitError{What: "rows", Limit: int64(r.book.limits.Rows), Place: "sheet " + r.sheet}
	}
	r.row = number
	return nil
}

func (r *Rows) readRow() error {
	next := 0
	for {
		token, err := r.xml.RawToken()
		if err != nil {
			return unexpected(err)
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local == "row" {
				return nil
			}
		case xml.StartElement:
			if t.Name.Local != "c" {
				continue
			}
			column := next
			if ref := attr(t, "r"); ref != "" {
				if column = ColumnOf(ref); column < next {
					return fmt.Errorf("cell reference %q is wrong", ref)
				}
			}
			if column >= r.book.limits.Columns {
				return &LimitError{What: "columns", Limit: int64(r.book.limits.Columns), Place: fmt.Sprintf("%s!%d", r.sheet, r.row)}
			}
			next = column + 1
			if err := r.cell(t, column); err != nil {
				return err
			}
		}
	}
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// cell reads one cell up to its end.
func (r *Rows) cell(e xml.StartElement, column int) error {
	c := Cell{Column: column, Format: r.book.format(attr(e, "s"))}
	value, in, calculated := []byte(nil), "", false
	var rich strings.Builder
	for {
		token, err := r.xml.RawToken()
		if err != nil {
			return unexpected(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			in = t.Name.Local
			c.Formula = c.Formula || in == "f"
			calculated = calculated || in == "v"
			if in == "is" {
				if err := r.book.richText(r.xml, "is", &rich); err != nil {
					return err
				}
			}
		case xml.CharData:
			if in == "f" {
				c.Source += string(t)
			}
			if in == "v" {
				if value = append(value, t...); len(value) > r.book.limits.Text {
					return &LimitError{What: "bytes", Limit: int64(r.book.limits.Text), Place: Name(r.sheet, column, r.row)}
				}
			}
		case xml.EndElement:
			in = ""
			if t.Name.Local == "c" {
				c.Text = rich.String()
				if c.Formula && (!calculated || len(value) == 0 && attr(e, "t") != "str") {
					c.Kind = Hollow
					return r.keep(c)
				}
				return r.store(c, attr(e, "t"), string(value))
			}
		}
	}
}

// store decides what the cell is.
func (r *Rows) store(c Cell, kind, value string) error {
	switch kind {
	case "inlineStr":
		c.Kind = Text
	case "s":
		n, err := strconv.Atoi(value)
		if value == "" {
			break
		}
		if err != nil || n < 0 || n >= len(r.book.strings) {
			return fmt.Errorf("%s: shared text %q is not there", Name(r.sheet, c.Column, r.row), value)
		}
		c.Kind, c.Text = Text, r.book.strings[n]
	case "str":
		c.Kind, c.Text = Text, value
	case "b":
		c.Kind, c.Text = Bool, value
	case "e":
		c.Kind, c.Text = Error, value
	case "d":
		c.Kind, c.Text, c.ISO = Text, value, true
	default:
		c.Kind, c.Text, c.Date = Number, value, c.Format == DateFormat
	}
	if c.Kind == Text {
		c.Text = unescape(c.Text)
	}
	if c.Text == "" {
		return nil
	}
	return r.keep(c)
}

func (r *Rows) keep(c Cell) error {
	r.cells = append(r.cells, c)
	return r.book.count("sheet " + r.sheet)
}
