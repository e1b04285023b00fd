package mapping

import (
	"bytes"
	"fmt"
	"io/fs"
	"sort"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
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

func (b *book) readMe() {
	lines := []string{
		b.tpl.Title, "", b.tpl.Description, "",
		"This workbook says how Concur documents become the import file of your ERP.",
		"Columns: one row for each field of the file. Yellow is yours: the Value of a field is the name of a source field (see Fields), a constant in quotes such as \"1000\", or a formula such as LOOKUP(Accounts; line.account; Account). Grey is what the ERP demands; it does not change.",
		"Settings: constants of your company, used in formulas as settings.NAME.",
		"The sheets between Settings and Results are lookup sheets: the columns marked (key) are looked for, the others are found. A row with * takes everything without a row of its own; with nothing in it, a document without a row is held until somebody adds one.",
		"Codes are texts: keep leading zeros, and do not turn the columns into numbers. Add as many rows, columns and lookup sheets as you like; columns are found by their headings.",
		"Results: how the ERP's result files read: which column holds what, and what its words mean.",
		"Fields: every source field with its meaning and a sample value. Functions: every function with an example.",
		"Preview is filled by: fisbridge mapping preview.",
		"Check your changes with: fisbridge mapping check. It names every mistake at once, by sheet and cell.",
	}
	for i, s := range lines {
		style := b.st.body
		if i == 0 {
			style = b.st.title
		}
		b.row(sheetReadMe, i+1, style, s)
	}
	b.widths(sheetReadMe, 110)
	b.printSetup(sheetReadMe, false)
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

func (b *book) results() {
	s := sheetResults
	if b.c.results == nil {
		b.row(s, 1, b.st.head, ResultsFormat, ResultsRole, ResultsColumn, ResultsWords)
	} else {
		for i, row := range b.c.results.rows {
			style := b.st.open
			if i == 0 {
				style = b.st.head
			}
			for j, v := range row.cells {
				b.cell(s, j, i+1, v, style)
			}
		}
	}
	b.widths(s, 20, 20, 30, 24, 24, 24, 24)
	b.freeze(s, 2)
	b.printSetup(s, true)
}

func (b *book) preview() {
	b.row(sheetPreview, 1, b.st.head, "Document", "Line", "Record")
	b.row(sheetPreview, 2, b.st.body, "filled by: fisbridge mapping preview")
	b.widths(sheetPreview, 36, 8, 16)
	b.freeze(sheetPreview, 0)
	b.printSetup(sheetPreview, true)
}

// fields writes the catalogue of names and returns its last row.
func (b *book) fields() int {
	s := sheetFields
	b.row(s, 1, b.st.head, "Name", "Where", "Type", "Meaning", "Sample")
	n := 1
	for _, f := range facts() {
		n++
		b.row(s, n, b.st.text, f.name, strings.SplitN(f.name, ".", 2)[0], f.typ.String(), f.meaning, f.sample)
	}
	for _, f := range sourceFields(b.tpl.Documents) {
		n++
		b.row(s, n, b.st.text, f.name, f.where, f.typ.String(), f.meaning, f.sample)
	}
	b.widths(s, 34, 30, 12, 80, 30)
	b.freeze(s, 1)
	b.try(b.f.AutoFilter(s, fmt.Sprintf("A1:E%d", n), nil))
	b.printSetup(s, true)
	return n
}

// fieldRow is a row of the Fields sheet.
type fieldRow struct {
	name, where, meaning, sample string
	typ                          formula.Type
}

// sourceFields merges the catalogues of several document types, in the order of the first.
func sourceFields(types []fis.DocType) []fieldRow {
	at := map[string]int{}
	var out []fieldRow
	for _, t := range types {
		for _, f := range fis.Fields(t) {
			where := string(t) + ": " + f.Group
			if i, ok := at[f.Name]; ok {
				if !strings.Contains(out[i].where, where) {
					out[i].where += ", " + where
				}
				continue
			}
			at[f.Name] = len(out)
			out = append(out, fieldRow{f.Name, where, f.Meaning, f.Sample, fieldType(f.Type)})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return isCustom(out[j].name) && !isCustom(out[i].name) })
	return out
}

// isCustom tells the hundreds of numbered fields, which are listed last.
func isCustom(name string) bool {
	return strings.Contains(name, "Custom") || strings.Contains(name, "OrgUnit")
}

func (b *book) functions() {
	s := sheetFunctions
	b.row(s, 1, b.st.head, "Function", "Group", "How it is written", "Meaning", "Example", "Result")
	n := 1
	for _, f := range formula.Functions() {
		n++
		b.row(s, n, b.st.text, f.Name, f.Group, f.Syntax, f.Meaning, f.Example, f.Result)
	}
	b.widths(s, 16, 12, 44, 80, 50, 20)
	b.freeze(s, 1)
	b.try(b.f.AutoFilter(s, fmt.Sprintf("A1:F%d", n), nil))
	b.printSetup(s, true)
}
