package templating

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

var bookLimits = xlsx.Limits{Unzipped: 256 << 20, Rows: 1 << 20, Columns: 1 << 14, Text: 1 << 20, Cells: 2_000_000}

// sheet is a sheet of a filled-in workbook.
type sheet struct {
	name     string
	heading  int // the row of the headings
	last     int
	columns  []column
	numbers  []int // of each column, from 0
	isDate   []bool
	textOnly []bool
}

// bookKind: a workbook of one sheet with its headings in the first row is made anew for each file; one with more in it
// is filled in.
func bookKind(data []byte) Kind {
	b, err := xlsx.Open(bytes.NewReader(data), int64(len(data)), bookLimits)
	if err != nil || len(b.Names()) != 1 {
		return Fill
	}
	s, err := readSheet(b, b.Names()[0])
	if err != nil || s == nil || s.heading != 1 {
		return Fill
	}
	return Workbook
}

// book makes rows of the headings of a workbook and of the rows below them.
func book(d *Draft, file string, data []byte, kind Kind, part string) error {
	s := source{name: file}
	b, err := xlsx.Open(bytes.NewReader(data), int64(len(data)), bookLimits)
	if err != nil {
		return s.wrong(0, "cannot be read as a workbook (.xlsx): %v", err)
	}
	var sheets []*sheet
	for _, name := range b.Names() {
		one, err := readSheet(b, name)
		if err != nil {
			return s.wrong(0, "sheet %s: %v", name, err)
		}
		if one != nil && !b.Hidden(name) {
			sheets = append(sheets, one)
		}
	}
	one, err := oneOf(s, part, "sheet with a row of headings", sheets, func(s *sheet) (string, int) { return s.name, s.heading })
	if err != nil {
		return err
	}
	d.fileName = "{route}_{sequence:000000}.xlsx"
	if kind == Fill {
		err = d.fill(file, data, one)
	} else {
		d.kind = "xlsx"
		d.set("sheet", quote(one.name), "")
		d.set("header", "true", "")
		if one.heading > 1 {
			d.open(0, "whether the ERP wants the %d rows above the headings: a workbook of kind xlsx begins with the headings; --kind fill keeps them", one.heading-1)
		}
	}
	if err != nil {
		return err
	}
	return d.sheetRecord(one, kind)
}

// sheetRecord makes the record of a sheet.
func (d *Draft) sheetRecord(s *sheet, kind Kind) error {
	if err := d.columns(s.columns, "Line", s.heading); err != nil {
		return err
	}
	r := d.records[0]
	if kind == Fill {
		r.sheet = s.name
		r.own = fmt.Sprintf("{ headings: %d, first_row: %d }", s.heading, s.heading+1)
	}
	for i, f := range r.fields {
		switch {
		case s.isDate[i]:
			f.Type, f.DateForm, f.loose, f.Decimals = layout.DateType, "", false, ""
		case s.textOnly[i] && len(s.columns[i].values) > 0 && f.isNumber():
			f.Type, f.Decimals, f.Sign, f.loose = layout.CodeType, "", "", false // a text cell with digits is a code
		}
		if kind == Fill && f.Heading != "" { // its name was taken: its column is told by its letter
			f.Heading, f.own = "", fmt.Sprintf("{ column: %s }", letters(s.numbers[i]))
		}
	}
	d.open(0, "which columns are required: a workbook does not say it, but for stars in headings")
	for _, f := range r.fields {
		f.Required = f.Required || strings.HasSuffix(f.Name, "*")
	}
	return nil
}

var refLetters = regexp.MustCompile(`^[A-Z]+`)

func letters(column int) string { return refLetters.FindString(xlsx.Ref(column, 1)) }

// besideName is what a definition is called in the folder of the template, with an ending that tells what it is.
func besideName(file, otherwise, ending string) string {
	name := regexp.MustCompile(`[^A-Za-z0-9._-]+`).ReplaceAllString(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), "-")
	if name = strings.Trim(name, "-."); name == "" || name == "template" {
		name = otherwise
	}
	return name + ending
}

// fill keeps the workbook itself, without the rows that were filled in.
func (d *Draft) fill(file string, data []byte, s *sheet) error {
	d.kind = "fill"
	name := besideName(file, "workbook", ".xlsx")
	if s.last > s.heading+mostRows {
		return &Error{file, 0, fmt.Sprintf("sheet %s: more than %d rows stand below the headings (row %d); delete them in Excel", s.name, mostRows, s.heading)}
	}
	if s.last > s.heading {
		cleared, err := clearRows(data, s)
		if err != nil {
			return &Error{file, 0, fmt.Sprintf("sheet %s: its rows cannot be cleared: %v; delete those below row %d in Excel", s.name, err, s.heading)}
		}
		data = cleared
		d.guess(s.heading, "rows %d to %d of sheet %s are examples: the workbook of the template is without them", s.heading+1, s.last, s.name)
	}
	d.Files = map[string][]byte{name: data}
	d.set("own", "{ workbook: "+quote(name)+" }", "")
	return nil
}

// clearRows empties the cells below the headings; their styles stay.
func clearRows(data []byte, s *sheet) (out []byte, err error) {
	b, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: bookLimits.Unzipped})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	for row := s.heading + 1; row <= s.last; row++ {
		for _, column := range s.numbers {
			if err := b.SetCellValue(s.name, xlsx.Ref(column, row), nil); err != nil {
				return nil, err
			}
		}
	}
	buf, err := b.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
