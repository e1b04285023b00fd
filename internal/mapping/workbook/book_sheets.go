package workbook

import (
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// results writes how result files read.
func (b *book) results() {
	s := b.name(SheetResults)
	rows := [][]Cell{{textOf(format.HeadingFormat), textOf(format.HeadingRole), textOf(format.HeadingColumn),
		textOf(format.HeadingWords)}}
	if b.c.Results != nil {
		rows = nil
		for _, row := range b.c.Results.Rows {
			rows = append(rows, slices.Clone(row.Cells))
		}
	}
	columns := 4
	for _, row := range rows {
		columns = max(columns, len(row))
	}
	hints := Row{Cells: slices.Clone(rows[0])}
	b.c.inLanguage(rows)
	for i, row := range rows {
		style := b.st.Open
		if i == 0 {
			style = b.st.Head
		}
		for j := range columns {
			b.cell(s, j, i+1, Row{Cells: row}.At(j), style)
		}
	}
	if role := headingColumn(hints, format.HeadingRole); role >= 0 {
		area := fmt.Sprintf("%s:%s", xlsx.Ref(role, 2), xlsx.Ref(role, len(rows)+40))
		b.choices(s, area, listRoles, b.head(format.HeadingRole),
			b.text("What the column is to fisbridge; the sheet %s explains each.", b.name(sheetRoles)))
	}
	b.resultHints(hints.Cells, len(rows)+40)
	b.widths(s, fitted(&Sheet{Rows: rowsOf(rows)}, columns)...)
	b.asText(s, "A1:"+xlsx.Ref(columns-1, len(rows)+40))
	b.freeze(s, 2)
	b.printSetup(s, true)
}

func rowsOf(rows [][]Cell) []Row {
	out := make([]Row, len(rows))
	for i, r := range rows {
		out[i].Cells = r
	}
	return out
}

func (b *book) resultHints(heads []Cell, last int) {
	for j, c := range heads {
		text := ""
		switch wording.Fold(c.Show()) {
		case wording.Fold(format.HeadingFormat):
			text = "The result format of the template; blank: every format that has the role."
		case wording.Fold(format.HeadingColumn):
			text = "A field of the format, or the heading of a column in your file. =1000 is a constant; - says " +
				"that your ERP does not give it."
		case wording.Fold(format.HeadingWords):
			text = "What the ERP's words mean: OK = posted. One word a cell, in this column and all after it."
		}
		if text != "" {
			b.prompt(b.name(SheetResults), fmt.Sprintf("%s:%s", xlsx.Ref(j, 2), xlsx.Ref(j, last)), b.head(wording.Clean(c.Show())), b.text(text))
		}
	}
}

// tests writes the tests, or an empty sheet to put some in.
func (b *book) tests() {
	name := b.name(SheetTests)
	b.testsHead(name)
	const spare = 200
	heads := TestHeadings()
	if b.c.Tests != nil && len(b.c.Tests.Rows) > 0 {
		heads = nil
		for i, row := range b.c.Tests.Rows {
			style := b.st.Open
			if i == 0 {
				style = b.st.Head
			}
			for j := range row.Cells {
				v := row.At(j)
				if i == 0 {
					heads = append(heads, v.Show())
					v.rename(b.head(wording.Clean(v.Text)))
				} else {
					v.rename(b.c.Named(sheets.Tests, wording.Clean(v.Text)))
				}
				b.cell(name, j, i+1, v, style)
			}
		}
	}
	for j, h := range heads {
		if text := testHint(h); text != "" {
			b.prompt(name, fmt.Sprintf("%s:%s", xlsx.Ref(j, 2), xlsx.Ref(j, spare)), b.head(wording.Clean(h)), b.text(text))
		}
	}
	b.asText(name, "A1:"+xlsx.Ref(max(1, len(heads))-1, spare))
}

func testHint(heading string) string {
	switch wording.Fold(heading) {
	case wording.Fold(TestName):
		return "What is tested, in your own words."
	case wording.Fold(TestDocument):
		return "The docId or report id of a document that fisbridge knows, or a file beside this workbook."
	case wording.Fold(TestRecord):
		return "The record of the file; blank where only one has the column."
	case wording.Fold(TestLine):
		return "Which line of the document: a number from 1, all, a role such as expense, or an entry id. Blank: " +
			"one of them at least."
	case wording.Fold(TestColumn):
		return "The field that must read as expected; (lines) for the number of lines; (held) when the document " +
			"must be held."
	case wording.Fold(TestExpected):
		return "What must stand there. Codes are text: leading zeros count."
	}
	return ""
}

// preview writes the sheet that the tool fills.
func (b *book) preview() {
	s := b.name(SheetPreview)
	b.row(s, 1, b.st.Head, b.heads(TestDocument, TestLine, headRecord)...)
	b.row(s, 2, b.st.Body, b.text("filled by: fisbridge mapping preview"))
	b.widths(s, 36, 8, 16)
	b.freeze(s, 0)
	b.printSetup(s, true)
}
