package xlsx

import (
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
	xml   *tokens
	row   int
	cells []Cell
	err   error

	value, rich []byte // of the cell in hand

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
		return &Rows{book: b, sheet: s.name, in: in, xml: newTokens(in)}, nil
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
		if err := r.xml.next(); err != nil {
			return 0, nil, r.end(err)
		}
		if r.xml.kind != startTag {
			continue
		}
		switch string(r.xml.name) {
		case "row":
		case "col":
			r.column(r.xml)
			continue
		case "mergeCell":
			r.merged = append(r.merged, string(r.xml.attr("ref")))
			continue
		default:
			continue
		}
		if err := r.begin(r.xml); err != nil {
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

func yes(s []byte) bool { return string(s) == "1" || string(s) == "true" }

func (r *Rows) column(e *tokens) {
	from, err1 := strconv.Atoi(string(e.attr("min")))
	to, err2 := strconv.Atoi(string(e.attr("max")))
	if err1 == nil && err2 == nil && from >= 1 && to >= from {
		r.columns = append(r.columns, Column{from - 1, to - 1, yes(e.attr("hidden")), r.book.format(string(e.attr("style")))})
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
func (r *Rows) begin(e *tokens) error {
	r.cells, r.hidden = r.cells[:0], yes(e.attr("hidden"))
	number := r.row + 1
	if s := e.attr("r"); len(s) > 0 {
		n, err := strconv.Atoi(string(s))
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
		if err := r.xml.next(); err != nil {
			return unexpected(err)
		}
		switch r.xml.kind {
		case endTag:
			if string(r.xml.name) == "row" {
				return nil
			}
		case startTag:
			if string(r.xml.name) != "c" {
				continue
			}
			column := next
			if ref := r.xml.attr("r"); len(ref) > 0 {
				if column = ColumnOf(string(ref)); column < next {
					return fmt.Errorf("cell reference %q is wrong", ref)
				}
			}
			if column >= r.book.limits.Columns {
				return &LimitError{What: "columns", Limit: int64(r.book.limits.Columns), Place: fmt.Sprintf("%s!%d", r.sheet, r.row)}
			}
			next = column + 1
			if err := r.cell(column); err != nil {
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

// cell reads one cell, whose start tag was read, up to its end.
func (r *Rows) cell(column int) error {
	t := r.xml
	c := Cell{Column: column, Format: r.book.format(string(t.attr("s")))}
	kind, in, calculated := cellKind(t.attr("t")), byte(0), false
	r.value, r.rich = r.value[:0], r.rich[:0]
	for {
		if err := t.next(); err != nil {
			return unexpected(err)
		}
		switch t.kind {
		case startTag:
			in = 0
			switch string(t.name) {
			case "f":
				in, c.Formula = 'f', true
			case "v":
				in, calculated = 'v', true
			case "is":
				var err error
				if r.rich, err = r.book.richText(t, "is", r.rich); err != nil {
					return err
				}
			}
		case charData:
			if in == 'f' {
				c.Source += string(t.text)
			}
			if in == 'v' {
				if r.value = append(r.value, t.text...); len(r.value) > r.book.limits.Text {
					return &LimitError{What: "bytes", Limit: int64(r.book.limits.Text), Place: Name(r.sheet, column, r.row)}
				}
			}
		case endTag:
			in = 0
			if string(t.name) == "c" {
				c.Text = string(r.rich)
				if c.Formula && (!calculated || len(r.value) == 0 && kind != "str") {
					c.Kind = Hollow
					return r.keep(c)
				}
				return r.store(c, kind, r.value)
			}
		}
	}
}

// cellKind is the type of a cell as the standard calls it.
func cellKind(attr []byte) string {
	switch string(attr) {
	case "s":
		return "s"
	case "inlineStr":
		return "inlineStr"
	case "":
		return ""
	}
	return string(attr)
}

// store decides what the cell is.
func (r *Rows) store(c Cell, kind string, stored []byte) error {
	if kind == "s" {
		return r.sharedText(c, stored)
	}
	value := string(stored)
	switch kind {
	case "inlineStr":
		c.Kind = Text
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

// sharedText keeps a cell whose text stands among those that cells share, by its number there.
func (r *Rows) sharedText(c Cell, number []byte) error {
	if len(number) > 0 {
		n, err := strconv.Atoi(string(number))
		if err != nil || n < 0 || n >= len(r.book.strings) {
			return fmt.Errorf("%s: shared text %q is not there", Name(r.sheet, c.Column, r.row), number)
		}
		c.Kind, c.Text = Text, unescape(r.book.strings[n])
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
