// Package fill writes files of kind fill: rows that are filled into a workbook of the customer's own, as some ERPs want
// it back that gave it out (a template of a tenant, an export of a configuration package). The workbook is one of the
// files of the template. Everything that is in it stays: other sheets, headings, styles, hidden rows; only cells of the
// rows below are written. It reads such files as well.
package fill

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/sheet"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Name is the word for the kind.
const Name layout.KindName = "fill"

// Kind is files of kind fill.
type Kind struct{}

// Name is the word for it in a layout.
func (Kind) Name() layout.KindName { return Name }

// Can is what such files hold: workbooks, whose sheets have a record each.
func (Kind) Can() layout.Can {
	return layout.Can{Sheets: true, Own: true, Apart: true, Ends: true, Members: true, Unit: "row", Breaks: "xlsx",
		Numbers: "a workbook holds real numbers"}
}

// settings stand under own of the file.
type settings struct {
	// Workbook is the name of a file of the template.
	Workbook string `yaml:"workbook"`
}

// recordSettings stand under own of a record; its sheet is the key `sheet`.
type recordSettings struct {
	// Headings is the row of the headings, 0 where all fields say their column. FirstRow is the first row to fill.
	Headings int `yaml:"headings"`
	FirstRow int `yaml:"first_row"`
}

// fieldSettings stand under own of a field.
type fieldSettings struct {
	// Column is its letter; without it the column is found by the heading.
	Column string `yaml:"column"`
}

// format is the files of one plan.
type format struct {
	layout.Writer // rows are encoded as those of other workbooks
	plan          *layout.Plan
	name          string
	data          []byte
	names         []string // of the sheets
	letters       [][]string
	records       []target
	formulas      bool // the workbook has some
}

// target is where the rows of a record go.
type target struct {
	sheet      string
	first      int
	columns    []int // by placed field, from 0
	tables     []xlsx.Table
	calculated []calculated
}

// New opens the workbook.
func (Kind) New(c *layout.Check) layout.Format {
	rows, _ := sheet.Kind{}.New(c).(layout.Writer)
	f := &format{Writer: rows, plan: c.Plan(), records: make([]target, len(c.Plan().Records())), letters: make([][]string, len(c.Plan().Records()))}
	for i, r := range c.Plan().Records() {
		f.letters[i] = make([]string, len(r.Fields))
	}
	var s settings
	c.Own("file.own", c.Spec().Own, &s)
	if f.name = s.Workbook; f.name == "" {
		c.Problem("file.own.workbook", "", "is missing: the workbook to fill, a file in the folder of the template that is named under `files`")
		return f
	}
	data, ok := c.Spec().Files[f.name]
	if !ok {
		c.Problem("file.own.workbook", f.name, "is not among the files of the template: put it into its folder and name it under `files`")
		return f
	}
	f.data = data
	book, err := f.open()
	if err != nil {
		c.Problem("file.own.workbook", f.name, "cannot be opened: %v; save it as an Excel workbook (.xlsx) without a password", err)
		return f
	}
	if book.Date1904() {
		c.Problem("file.own.workbook", f.name, "counts its days from 1904, so that every date would be four years late: save it without File, Options, Advanced, \"Use 1904 date system\"")
	}
	f.names = book.Names()
	if f.formulas, err = anyFormula(book); err != nil {
		c.Problem("file.own.workbook", f.name, "cannot be read: %v", err)
	}
	return f
}

// anyFormula looks for a formula in the sheets of a workbook.
func anyFormula(book *xlsx.Book) (bool, error) {
	for _, name := range book.Names() {
		rows, err := book.Rows(name)
		if err != nil {
			return false, err
		}
		found := false
		for !found && err == nil {
			var cells []xlsx.Cell
			_, cells, err = rows.Next()
			found = err == nil && slices.ContainsFunc(cells, func(c xlsx.Cell) bool { return c.Formula })
		}
		if closed := rows.Close(); found || closed != nil || !errors.Is(err, io.EOF) {
			return found, errors.Join(unlessEnd(err), closed)
		}
	}
	return false, nil
}

func unlessEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// open opens the workbook for reading.
func (f *format) open() (*xlsx.Book, error) {
	return xlsx.Open(bytes.NewReader(f.data), int64(len(f.data)), xlsx.Limits{Unzipped: 1 << 30, Rows: excelRows, Columns: excelColumns, Text: 1 << 20})
}

const (
	excelRows    = 1_048_576
	excelColumns = 16_384
)

// Field notes the column that a field names.
func (f *format) Field(c *layout.Check, cell *layout.Cell) {
	var s fieldSettings
	at := c.At(cell) + ".own"
	c.Own(at, cell.Own, &s)
	if s.Column != "" && (strings.Trim(strings.ToUpper(s.Column), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || columnOf(s.Column) < 0 || columnOf(s.Column) >= excelColumns) {
		c.Problem(at+".column", s.Column, "is no column: A to XFD")
		s.Column = ""
	}
	f.letters[cell.Record][cell.Index] = s.Column
}

func columnOf(letters string) int { return xlsx.ColumnOf(strings.ToUpper(letters) + "1") }

// Record finds the sheet of a record and the columns of its fields.
func (f *format) Record(c *layout.Check, l *layout.Line) {
	at := "records." + l.Name
	var s recordSettings
	c.Own(at+".own", l.Own, &s)
	if s.FirstRow < 1 || s.FirstRow > excelRows || s.Headings < 0 || s.Headings >= s.FirstRow {
		c.Problem(at+".own.first_row", fmt.Sprint(s.FirstRow), "first_row is the first row to fill, counted from 1, below the row of `headings`")
		return
	}
	name := l.Sheet
	if name == "" {
		name = c.Spec().Sheet
	}
	t := &f.records[l.Index]
	if t.sheet = name; f.names == nil {
		return // told already
	}
	if !slices.Contains(f.names, name) {
		near := ""
		if best := wording.Nearest(name, f.names); best != "" {
			near = fmt.Sprintf(" (did you mean %q?)", best)
		}
		c.Problem(at+".sheet", name, "%s has no such sheet%s; there are %s", f.name, near, strings.Join(f.names, ", "))
		return
	}
	for i := range f.records[:l.Index] {
		if f.records[i].sheet == name {
			c.Problem(at+".sheet", name, "has the rows of another record already: each record has a sheet of its own")
		}
	}
	t.first = s.FirstRow
	f.columns(c, l, s)
}

// columns finds the columns of the fields by what stands in the sheet, and makes sure that the rows to fill are empty.
func (f *format) columns(c *layout.Check, l *layout.Line, s recordSettings) {
	t := &f.records[l.Index]
	headings, held, merged, err := f.look(t.sheet, s)
	if err != nil {
		c.Problem("records."+l.Name+".sheet", t.sheet, "cannot be read: %v", err)
		return
	}
	f.place(c, l, s, headings)
	if !f.tables(c, l, s) {
		return
	}
	for _, at := range held {
		if column, row := xlsx.ColumnOf(at.ref), xlsx.RowOf(at.ref); !at.formula || !t.computed(column, row) {
			c.Problem("records."+l.Name+".own.first_row", fmt.Sprint(s.FirstRow), "%s holds something in %s!%s: the workbook to fill has no rows of its own there; take them out", f.name, t.sheet, at.ref)
			break
		}
	}
	if merged != "" {
		c.Problem("records."+l.Name+".own.first_row", fmt.Sprint(s.FirstRow), "the cells %s of %s!%s are merged, so that what is written into all but the first of them replaces what stands there: unmerge them", merged, f.name, t.sheet)
	}
}

// place finds the column of each field.
func (f *format) place(c *layout.Check, l *layout.Line, s recordSettings, headings []xlsx.Cell) {
	t := &f.records[l.Index]
	taken := map[int]string{}
	for _, cell := range l.Placed {
		column := -1
		if letters := f.letters[l.Index][cell.Index]; letters != "" {
			column = columnOf(letters)
		} else {
			column = f.byHeading(c, cell, headings, s)
		}
		if other, twice := taken[column]; twice && column >= 0 {
			c.Problem(c.At(cell), cell.Title, "is in the column of %s already", other)
		}
		taken[column] = cell.Name
		t.columns = append(t.columns, column)
	}
}

// byHeading is the column of a heading, -1 without one.
func (f *format) byHeading(c *layout.Check, cell *layout.Cell, headings []xlsx.Cell, s recordSettings) int {
	if s.Headings == 0 {
		c.Problem(c.At(cell), cell.Title, "says no column: own: { column: C }, or name the row of the headings under own of the record")
		return -1
	}
	found, names := -1, []string{}
	for _, h := range headings {
		if wording.Fold(h.Text) == wording.Fold(cell.Title) {
			if found >= 0 {
				c.Problem(c.At(cell)+".heading", cell.Title, "stands twice in row %d of %s!%s; say its column", s.Headings, f.name, f.records[cell.Record].sheet)
			}
			found = h.Column
		}
		names = append(names, h.Text)
	}
	if found < 0 {
		near := ""
		if best := wording.Nearest(cell.Title, names); best != "" {
			near = fmt.Sprintf(" (did you mean %q?)", best)
		}
		c.Problem(c.At(cell)+".heading", cell.Title, "is no heading in row %d of %s, sheet %s%s; is it the workbook of another version?", s.Headings, f.name, f.records[cell.Record].sheet, near)
	}
	return found
}

// heldCell is a cell that is not empty where rows are to be filled.
type heldCell struct {
	ref     string
	formula bool
}

// look reads the headings of a sheet, and finds the cells that hold something, formulas and the first of all others, and
// the first merged ones, where rows are to be filled.
func (f *format) look(name string, s recordSettings) (headings []xlsx.Cell, held []heldCell, merged string, err error) {
	book, err := f.open()
	if err != nil {
		return nil, nil, "", err
	}
	rows, err := book.Rows(name)
	if err != nil {
		return nil, nil, "", err
	}
	defer rows.Close()
	for {
		number, cells, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return headings, held, mergedBelow(rows.Merged(), s.FirstRow), nil
		}
		if err != nil {
			return nil, nil, "", err
		}
		for _, cell := range cells {
			switch {
			case number == s.Headings && cell.Text != "":
				headings = append(headings, cell)
			case number < s.FirstRow || len(held) > 0 && !held[len(held)-1].formula:
			case cell.Formula || cell.Kind != xlsx.Blank && cell.Text != "":
				held = append(held, heldCell{xlsx.Ref(cell.Column, number), cell.Formula})
			}
		}
	}
}

// mergedBelow is the first merged range that reaches into the rows from first on.
func mergedBelow(ranges []string, first int) string {
	for _, r := range ranges {
		if _, last, ok := strings.Cut(r, ":"); ok && xlsx.RowOf(last) >= first {
			return r
		}
	}
	return ""
}
