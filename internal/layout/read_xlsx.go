package layout

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// sheetSource reads a workbook row by row, one sheet after the other.
type sheetSource struct {
	plan    *Plan
	book    *xlsx.Book
	names   []string // sheets to come; "" is the first one
	rows    *xlsx.Rows
	records []int // of the sheet that is read
	columns []int // by heading, of the record with the headings
	header  int   // that record, -1 without
	number  int

	cells  []xlsx.Cell // by column
	fields []string
	values []Value
	part   *Part
}

func newSheetSource(p *Plan, r io.ReaderAt, size int64, lim Limits, part *Part) (*sheetSource, error) {
	const sheetRows = 1_048_576
	book, err := xlsx.Open(r, size, xlsx.Limits{Unzipped: lim.Unzipped, Rows: min(lim.Rows, sheetRows), Columns: lim.Columns, Text: lim.Line})
	if err != nil {
		return nil, sheetLimit(err)
	}
	s := &sheetSource{plan: p, part: part, book: book, values: make([]Value, p.mostCells())}
	for i := range p.lines {
		if name := first(p.records[i].Sheet, p.spec.Sheet); !slices.Contains(s.names, name) {
			s.names = append(s.names, name)
		}
	}
	return s, s.open()
}

// sheetLimit makes the limit of the workbook reader ours.
func sheetLimit(err error) error {
	var l *xlsx.LimitError
	if errors.As(err, &l) {
		return &LimitError{What: l.What, Limit: l.Limit, Place: l.Place}
	}
	return err
}

// open begins the next sheet with its headings.
func (s *sheetSource) open() error {
	if err := s.close(); err != nil {
		return err
	}
	name := s.names[0]
	s.names = s.names[1:]
	rows, err := s.book.Rows(name)
	if err != nil {
		return sheetLimit(err)
	}
	s.rows, s.records, s.columns, s.header = rows, nil, nil, -1
	for i := range s.plan.lines {
		if first(s.plan.records[i].Sheet, s.plan.spec.Sheet) == name {
			s.records = append(s.records, i)
		}
	}
	if !s.plan.spec.Header {
		return nil
	}
	return s.headings(rows.Sheet())
}

func (s *sheetSource) headings(name string) error {
	for _, i := range s.records {
		l := &s.plan.lines[i]
		if len(l.placed) > 0 && (s.header < 0 || l.Name == s.plan.spec.HeaderRecord) {
			s.header = i
		}
	}
	if s.header < 0 {
		return nil
	}
	err := s.read()
	if errors.Is(err, io.EOF) {
		return &HeaderError{Place: name + "!1", Reason: "the sheet has no header row"}
	}
	if err != nil {
		return err
	}
	s.columns, err = s.plan.lines[s.header].locate(s.fields, fmt.Sprintf("%s!%d", name, s.number))
	return err
}

func (s *sheetSource) close() error {
	if s.rows == nil {
		return nil
	}
	err := s.rows.Close()
	s.rows = nil
	return err
}

// read takes the next row that holds anything, beyond the lines to skip.
func (s *sheetSource) read() error {
	for {
		number, cells, err := s.rows.Next()
		if err != nil {
			return sheetLimit(err)
		}
		if number <= s.plan.spec.SkipLines || len(cells) == 0 {
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
		if s.plan.comment == "" || !strings.HasPrefix(s.fields[0], s.plan.comment) {
			return nil
		}
	}
}

func (s *sheetSource) next() (Row, error) {
	for {
		err := s.read()
		if err == nil {
			return s.row()
		}
		if !errors.Is(err, io.EOF) || len(s.names) == 0 {
			return Row{Record: -1, Line: s.number}, err
		}
		if err := s.open(); err != nil {
			return Row{Record: -1}, err
		}
	}
}

func (s *sheetSource) row() (Row, error) {
	name := s.rows.Sheet()
	row := Row{Record: -1, Line: s.number, Sheet: name, Raw: strings.Join(s.fields, "\t")}
	l := s.recognise()
	if l == nil {
		return row, &LineError{Line: s.number, Place: fmt.Sprintf("%s!%d", name, s.number), Value: clip(row.Raw), Reason: s.plan.unrecognised()}
	}
	row.Record, row.Values = l.index, s.values[:len(l.cells)]
	clear(row.Values)
	var bad *LineError
	for i, c := range l.placed {
		at := i
		if l.index == s.header {
			at = s.columns[i]
		}
		if at < 0 || !s.part.wants(l.index, c.index) {
			continue
		}
		cell := xlsx.Cell{Column: at}
		if at < len(s.cells) {
			cell = s.cells[at]
		}
		v, reason := c.fromSheet(cell, s.book.Date1904())
		row.Values[c.index] = v
		if reason != "" && bad == nil {
			bad = &LineError{Line: s.number, Place: xlsx.Name(name, at, s.number), Record: l.Name, Field: c.Name, Value: clip(cell.Text), Reason: reason}
		}
	}
	if bad != nil {
		return row, bad
	}
	return row, nil
}

func (s *sheetSource) recognise() *line {
	for _, i := range s.records {
		l := &s.plan.lines[i]
		m := &l.Match
		if m.Columns > 0 && len(s.fields) != m.Columns {
			continue
		}
		if m.Column > 0 && (m.Column > len(s.fields) || !slices.Contains(l.values, trimBlanks(s.fields[m.Column-1]))) {
			continue
		}
		return l
	}
	return nil
}

// fromSheet turns a cell into a value: by what it is, not by how it is shown.
func (c *cell) fromSheet(cell xlsx.Cell, from1904 bool) (Value, string) {
	switch cell.Kind {
	case xlsx.Blank:
		return Value{}, c.missing()
	case xlsx.Hollow:
		return Value{}, "is a formula that was never calculated; open the workbook in Excel and save it"
	case xlsx.Error:
		return Value{}, "holds an Excel error"
	case xlsx.Text:
		return c.parseText(cell.Text)
	case xlsx.Bool:
		if c.Type != FlagType {
			return Value{}, fmt.Sprintf("is a TRUE or FALSE cell in a %s column", c.Type)
		}
		return Flag(cell.Text == "1"), ""
	}
	return c.fromNumber(cell, from1904)
}

func (c *cell) fromNumber(cell xlsx.Cell, from1904 bool) (Value, string) {
	switch c.Type {
	case CodeType:
		return Value{}, "is a number cell in a code column, where leading zeros and long numbers are lost; make it text"
	case FlagType:
		return Value{}, "is neither " + c.yes + " nor " + c.no
	case DateType:
		if !cell.Date {
			return Value{}, "is a number cell without a date format in a date column"
		}
		d, ok := dateOfSerial(cell.Text, from1904)
		return Day(d), pick(ok, "", "is not a day that Excel knows")
	case TimeType:
		return fromDayFraction(cell.Text)
	case TextType:
		if cell.Date {
			d, ok := dateOfSerial(cell.Text, from1904)
			return Text(d.String()), pick(ok, "", "is not a day that Excel knows")
		}
		a, reason := excelNumber(cell.Text)
		return Text(a.String()), reason
	}
	if cell.Date {
		return Value{}, "is a date cell in a column of numbers"
	}
	a, reason := excelNumber(cell.Text)
	if reason == "" && a.Exponent() < 0 && int(-a.Exponent()) > c.most && !a.Equal(a.Truncate(int32(c.most))) {
		reason = "has more decimals than the field"
	}
	return Number(a), reason
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

func fromDayFraction(s string) (Value, string) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f < 3_000_000) {
		return Value{}, "is not a time"
	}
	seconds := int((f-float64(int(f)))*86400+0.5) % 86400
	return Text(clock{hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60}.String()), ""
}
