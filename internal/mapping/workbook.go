package mapping

import (
	"bytes"
	"fmt"
	"io/fs"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// NewWorkbook is a new mapping workbook for the template: it explains itself, and works as it is once its lookup sheets are right.
func NewWorkbook(templates fs.FS, name string) ([]byte, error) {
	t, bad := ReadTemplate(templates, name)
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return encodeXLSX(newMapping(t), t)
}

// ToXLSX turns a mapping of either form into a workbook.
func ToXLSX(templates fs.FS, path string, data []byte) ([]byte, error) {
	c, err := readAll(path, data)
	if err != nil {
		return nil, err
	}
	found := &collector{file: path}
	t := c.template(templates, found)
	if t == nil {
		return nil, found.list.Err()
	}
	return encodeXLSX(c, t)
}

// book is a workbook in the making; the first error stops the rest.
type book struct {
	f   *excelize.File
	st  styles
	c   *content
	tpl *Template
	err error
}

func (b *book) try(err error) {
	if b.err == nil && err != nil {
		b.err = err
	}
}

func encodeXLSX(c *content, t *Template) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	st, err := newStyles(f)
	if err != nil {
		return nil, err
	}
	b := &book{f: f, st: st, c: c, tpl: t}
	b.try(f.SetSheetName("Sheet1", sheetReadMe))
	for _, name := range append(append([]string{sheetColumns, sheetSettings}, c.lookupNames()...), sheetResults, sheetPreview, sheetFields, sheetFunctions) {
		_, err := f.NewSheet(name)
		b.try(err)
	}
	b.readMe()
	names := b.fields()
	b.columns(names)
	b.settings()
	for i, name := range c.lookupNames() {
		b.lookup(i, name)
	}
	b.results()
	b.preview()
	b.functions()
	if i, err := f.GetSheetIndex(sheetColumns); err == nil {
		f.SetActiveSheet(i)
	}
	b.try(f.SetDocProps(&excelize.DocProperties{Title: t.Title, Subject: "fisbridge mapping for " + t.Name, Creator: "fisbridge", Created: "2026-01-01T00:00:00Z", Modified: "2026-01-01T00:00:00Z"}))
	if b.err != nil {
		return nil, fmt.Errorf("make a workbook for %s: %w", t.Name, b.err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write a workbook for %s: %w", t.Name, err)
	}
	return out.Bytes(), nil
}

// row writes texts into a row with one format.
func (b *book) row(sheet string, number, style int, texts ...string) {
	for i, s := range texts {
		at := ref(i, number)
		if s != "" {
			b.try(b.f.SetCellStr(sheet, at, s))
		}
		b.try(b.f.SetCellStyle(sheet, at, at, style))
	}
}

// columns writes the sheet that people work on. names is the number of rows of the Fields sheet, for the drop-down.
func (b *book) columns(names int) {
	s := sheetColumns
	b.row(s, 1, b.st.head, "Record", "Field", "Value", "Example", "Type", "Width", "Required", "Allowed", "Note")
	n := 1
	for _, row := range b.c.columns {
		n++
		record, field := clean(row.record.show()), clean(row.field.show())
		facts := b.facts(record, field)
		b.row(s, n, b.st.fact, record, field)
		b.cell(s, 2, n, row.value, b.st.open)
		b.row2(s, 3, n, b.st.fact, "")
		b.row2(s, 4, n, b.st.fact, facts[:4]...)
		note := row.note
		if note == "" {
			note = facts[4]
		}
		b.row2(s, 8, n, b.st.wrap, note)
	}
	b.widths(s, 14, 24, 60, 22, 10, 8, 10, 24, 50)
	b.freeze(s, 2)
	b.try(b.f.AutoFilter(s, fmt.Sprintf("A1:I%d", n), nil))
	dv := excelize.NewDataValidation(true)
	dv.Sqref = fmt.Sprintf("C2:C%d", n)
	dv.SetSqrefDropList(fmt.Sprintf("%s!$A$2:$A$%d", sheetFields, names))
	dv.ShowErrorMessage = false // formulas and constants are welcome, too
	dv.SetInput("Value", "A field from the list, a constant in quotes, or a formula")
	b.try(b.f.AddDataValidation(s, dv))
	b.try(b.f.ProtectSheet(s, &excelize.SheetProtectionOptions{AutoFilter: true, FormatCells: true, FormatColumns: true, FormatRows: true, InsertColumns: true, DeleteColumns: true, Sort: true, SelectLockedCells: true, SelectUnlockedCells: true}))
	b.printSetup(s, true)
}

// row2 is row from a column on.
func (b *book) row2(sheet string, column, number, style int, texts ...string) {
	for i, s := range texts {
		at := ref(column+i, number)
		if s != "" {
			b.try(b.f.SetCellStr(sheet, at, s))
		}
		b.try(b.f.SetCellStyle(sheet, at, at, style))
	}
}

// facts are type, width, required, allowed codes and note of a field.
func (b *book) facts(record, field string) []string {
	out := make([]string, 5)
	r, ok := b.tpl.record(record)
	if !ok {
		return out
	}
	switch field {
	case pseudoWhen:
		return []string{"condition", "", "", "", "the record is left out where this does not hold"}
	case pseudoSummarise:
		return []string{"names", "", "", "", "posting lines that agree in these are added up"}
	}
	i, ok := r.field(field)
	if !ok {
		return out
	}
	f := &r.Fields[i]
	out[0] = string(f.Type)
	if out[0] == "" {
		out[0] = string(layout.TextType)
	}
	if f.Width > 0 {
		out[1] = fmt.Sprint(f.Width)
	}
	if f.Required {
		out[2] = "yes"
	}
	out[3], out[4] = joinWords(f.Codes), f.Note
	return out
}

// cell writes a value of any kind.
func (b *book) cell(sheet string, column, number int, v cell, style int) {
	at := ref(column, number)
	switch v.kind {
	case textCell:
		b.try(b.f.SetCellStr(sheet, at, clean(v.text)))
	case numberCell:
		n, _ := v.number.Float64()
		b.try(b.f.SetCellValue(sheet, at, n))
		if style == b.st.text {
			style = 0
		}
	case boolCell:
		b.try(b.f.SetCellBool(sheet, at, v.flag))
	case dateCell:
		b.try(b.f.SetCellValue(sheet, at, v.date.Time()))
		return
	}
	b.try(b.f.SetCellStyle(sheet, at, at, style))
}

func (b *book) settings() {
	s := sheetSettings
	b.row(s, 1, b.st.head, "Setting", "Value", "Meaning")
	n := 1
	meaning := map[string]string{optionTemplate: "the template this mapping fills"}
	for _, t := range b.tpl.Settings {
		meaning[t.Name] = t.Note
	}
	for _, row := range b.c.settings {
		n++
		name := clean(row.name.show())
		b.row(s, n, b.st.fact, name)
		b.cell(s, 1, n, row.value, b.st.open)
		note := row.note
		if note == "" {
			note = meaning[name]
		}
		b.row2(s, 2, n, b.st.wrap, note)
	}
	b.widths(s, 26, 30, 80)
	b.freeze(s, 1)
	b.printSetup(s, true)
}

// lookup writes a lookup sheet as a real table; its text columns are formatted as text all the way down, so that codes typed later keep their zeros.
func (b *book) lookup(number int, name string) {
	s, err := b.c.tables.read(name)
	b.try(err)
	if s == nil || len(s.rows) == 0 {
		return
	}
	columns := len(s.rows[0].cells)
	for j := range columns {
		if !hasNumbers(s, j) {
			b.try(b.f.SetColStyle(name, columnName(j), b.st.text))
		}
	}
	for i, row := range s.rows {
		for j := range columns {
			b.cell(name, j, i+1, row.at(j), b.st.text)
		}
	}
	for j := range columns {
		b.try(b.f.SetCellStyle(name, ref(j, 1), ref(j, 1), b.st.head))
		b.try(b.f.SetColWidth(name, columnName(j), columnName(j), 28))
	}
	last := max(len(s.rows), 2)
	b.try(b.f.AddTable(name, &excelize.Table{Range: fmt.Sprintf("A1:%s", ref(columns-1, last)), Name: fmt.Sprintf("Lookup%d", number+1), StyleName: "TableStyleLight9"}))
	b.freeze(name, 1)
	b.printSetup(name, true)
}

func hasNumbers(s *sheet, column int) bool {
	for _, row := range s.rows {
		if k := row.at(column).kind; k == numberCell || k == dateCell || k == boolCell {
			return true
		}
	}
	return false
}
