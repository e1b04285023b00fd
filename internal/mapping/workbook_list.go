package mapping

import (
	"fmt"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
)

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
