package sheet

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// source reads a workbook row by row, one sheet after the other.
type source struct {
	*format
	book    *xlsx.Book
	names   []string // sheets to come; "" is the first one
	rows    *xlsx.Rows
	records []int // of the sheet that is read
	columns []int // by heading, of the record with the headings
	header  int   // that record, -1 without
	number  int

	cells  []xlsx.Cell // by column
	fields []string
	values []layout.Value
	part   *layout.Part
}

// Read opens a workbook at its first sheet.
func (f *format) Read(in layout.Input) (layout.Source, error) {
	book, err := xlsx.Open(in.R, in.Size, xlsx.Limits{Unzipped: in.Limits.Unzipped, Rows: min(in.Limits.Rows, excelRows),
		Columns: in.Limits.Columns, Text: in.Limits.Line})
	if err != nil {
		return nil, limit(err)
	}
	s := &source{format: f, part: in.Part, book: book, values: make([]layout.Value, f.plan.MostCells())}
	for i := range f.plan.Lines() {
		if name := f.sheetOf(i); !slices.Contains(s.names, name) {
			s.names = append(s.names, name)
		}
	}
	return s, s.open()
}

// limit makes the limit of the workbook reader ours.
func limit(err error) error {
	var l *xlsx.LimitError
	if errors.As(err, &l) {
		return &layout.LimitError{What: l.What, Limit: l.Limit, Place: l.Place}
	}
	return err
}

// open begins the next sheet with its headings.
func (s *source) open() error {
	if err := s.Close(); err != nil {
		return err
	}
	name := s.names[0]
	s.names = s.names[1:]
	rows, err := s.book.Rows(name)
	if err != nil {
		return limit(err)
	}
	s.rows, s.records, s.columns, s.header = rows, nil, nil, s.headed(name, s.sheetOf)
	for i := range s.plan.Lines() {
		if s.sheetOf(i) == name {
			s.records = append(s.records, i)
		}
	}
	if s.header < 0 {
		return nil
	}
	return s.headings(rows.Sheet())
}

func (s *source) headings(name string) error {
	var err error
	s.columns, _, err = s.plan.Lines()[s.header].FindHeadings(func() ([]string, string, error) {
		err := s.read()
		return s.fields, fmt.Sprintf("%s!%d", name, s.number), err
	})
	if errors.Is(err, io.EOF) {
		return &layout.HeaderError{Place: name + "!1", Reason: "the sheet has no header row"}
	}
	return err
}

func (s *source) Close() error {
	if s.rows == nil {
		return nil
	}
	err := s.rows.Close()
	s.rows = nil
	return err
}

// read takes the next row that holds anything, beyond the lines to skip.
func (s *source) read() error {
	for {
		number, cells, err := s.rows.Next()
		if err != nil {
			return limit(err)
		}
		if number <= s.spec.SkipLines || len(cells) == 0 {
			continue
		}
		s.number, s.cells, s.fields = number, s.cells[:0], s.fields[:0]
		for _, c := range cells {
			for len(s.cells) < c.Column {
				s.cells = append(s.cells, xlsx.Cell{Column: len(s.cells)})
				s.fields = append(s.fields, "")
			}
			s.cells = append(s.cells, c)
			s.fields = append(s.fields, c.Text)
		}
		if s.spec.Comment == "" || !strings.HasPrefix(s.fields[0], s.spec.Comment) {
			return nil
		}
	}
}

func (s *source) Next() (layout.Row, error) {
	for {
		err := s.read()
		if err == nil {
			return s.row()
		}
		if !errors.Is(err, io.EOF) || len(s.names) == 0 {
			return layout.Row{Record: -1, Line: s.number}, err
		}
		if err := s.open(); err != nil {
			return layout.Row{Record: -1}, err
		}
	}
}

func (s *source) row() (layout.Row, error) {
	name := s.rows.Sheet()
	row := layout.Row{Record: -1, Line: s.number, Sheet: name, Raw: strings.Join(s.fields, "\t")}
	l := s.recognise()
	if l == nil {
		return row, &layout.LineError{Line: s.number, Place: fmt.Sprintf("%s!%d", name, s.number),
			Value: layout.Clip(row.Raw), Reason: s.plan.Unrecognised()}
	}
	row.Record, row.Values = l.Index, s.values[:len(l.Cells)]
	clear(row.Values)
	if l.AnyWidth {
		return row, nil
	}
	var bad *layout.LineError
	for i, c := range l.Placed {
		at := i
		if l.Index == s.header {
			at = s.columns[i]
		}
		if at < 0 || !s.part.Wants(l.Index, c.Index) {
			continue
		}
		cell := xlsx.Cell{Column: at}
		if at < len(s.cells) {
			cell = s.cells[at]
		}
		v, reason := ValueOf(c, cell, s.book.Date1904())
		row.Values[c.Index] = v
		if reason != "" && bad == nil {
			bad = &layout.LineError{Line: s.number, Place: xlsx.Name(name, at, s.number),
				Record: l.Name, Field: c.Name, Value: layout.Clip(cell.Text), Reason: reason}
		}
	}
	if bad != nil {
		return row, bad
	}
	return row, nil
}

func (s *source) recognise() *layout.Line {
	for _, i := range s.records {
		if l := &s.plan.Lines()[i]; l.Matches("", s.fields) {
			return l
		}
	}
	return nil
}

// ValueOf turns a cell into a value: by what it is, not by how it is shown.
func ValueOf(c *layout.Cell, cell xlsx.Cell, from1904 bool) (layout.Value, string) {
	switch cell.Kind {
	case xlsx.Blank:
		return layout.Value{}, c.Missing()
	case xlsx.Hollow:
		return layout.Value{}, "is a formula that was never calculated; open the workbook in Excel and save it"
	case xlsx.Error:
		return layout.Value{}, "holds an Excel error"
	case xlsx.Text:
		return c.ParseText(layout.Unformula(cell.Text))
	case xlsx.Bool:
		if c.Type != layout.FlagType {
			return layout.Value{}, fmt.Sprintf("is a TRUE or FALSE cell in a %s column", c.Type)
		}
		return layout.Flag(cell.Text == "1"), ""
	}
	return fromNumber(c, cell, from1904)
}

func fromNumber(c *layout.Cell, cell xlsx.Cell, from1904 bool) (layout.Value, string) {
	switch c.Type {
	case layout.CodeType:
		if c.NumberCells {
			return idOf(c, cell)
		}
		return layout.Value{}, "is a number cell in a code column, where leading zeros and long numbers are lost; make it text, or set number_cells: true for numbers of at most 15 digits"
	case layout.FlagType:
		return layout.Value{}, "is neither " + c.Yes + " nor " + c.No
	case layout.DateType:
		if !cell.Date {
			return layout.Value{}, "is a number cell without a date format in a date column"
		}
		d, ok := dateOfSerial(cell.Text, from1904)
		return layout.Day(d), notADay(ok)
	case layout.TimeType:
		return fromDayFraction(cell.Text)
	case layout.TextType:
		if cell.Date {
			d, ok := dateOfSerial(cell.Text, from1904)
			return layout.Text(d.String()), notADay(ok)
		}
		a, reason := excelNumber(cell.Text)
		return layout.Text(a.String()), reason
	}
	if cell.Date {
		return layout.Value{}, "is a date cell in a column of numbers"
	}
	a, reason := excelNumber(cell.Text)
	if reason == "" && !c.ByCurrency && a.Exponent() < 0 && int(-a.Exponent()) > c.Most && !a.Equal(a.Truncate(int32(c.Most))) {
		reason = "has more decimals than the field"
	}
	return layout.Number(a), reason
}

// idOf is an id in a number cell: a whole number with no more digits than Excel keeps, and with zeros before it where
// the field has a width and is padded with zeros.
func idOf(c *layout.Cell, cell xlsx.Cell) (layout.Value, string) {
	a, reason := excelNumber(cell.Text)
	switch text := a.String(); {
	case reason != "":
		return layout.Value{}, reason
	case cell.Date:
		return layout.Value{}, "is a date cell in a code column"
	case !a.IsInteger() || a.IsNegative() || len(text) > 15:
		return layout.Value{}, "is a number cell of more than 15 digits, or no whole number; Excel has lost what it was"
	case c.PadZero && len(text) < c.Width:
		return c.ParseText(strings.Repeat("0", c.Width-len(text)) + text)
	default:
		return c.ParseText(text)
	}
}

func notADay(ok bool) string {
	if ok {
		return ""
	}
	return "is not a day that Excel knows"
}

// excelNumber undoes binary noise: Excel stores 263.6 as 263.60000000000002 and knows 15 digits itself.
func excelNumber(s string) (fis.Amount, string) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f > 1e40 || f < -1e40 {
		return fis.Zero, "is not a number"
	}
	a, err := decimal.NewFromString(strconv.FormatFloat(f, 'e', 14, 64))
	if err != nil {
		return fis.Zero, "is not a number"
	}
	if f > -1e-40 && f < 1e-40 {
		return fis.Zero, ""
	}
	return trimZeros(a), ""
}

// trimZeros takes the zeros at the end of the decimals away, and the exponent of whole numbers.
func trimZeros(a fis.Amount) fis.Amount {
	for a.Exponent() < 0 && a.Equal(a.Truncate(-a.Exponent()-1)) {
		a = a.Truncate(-a.Exponent() - 1)
	}
	return a
}

// dateOfSerial is the day of a number of days; the part of the day is left off.
func dateOfSerial(s string, from1904 bool) (fis.Date, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return fis.Date{}, false
	}
	day, ok := xlsx.Day(f, from1904)
	if !ok {
		return fis.Date{}, false
	}
	return fis.DateOf(day), true
}

func fromDayFraction(s string) (layout.Value, string) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f < 3_000_000) {
		return layout.Value{}, "is not a time"
	}
	seconds := int((f-float64(int(f)))*86400+0.5) % 86400
	return layout.Text(fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)), ""
}
