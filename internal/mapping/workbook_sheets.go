package mapping

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// results writes how result files read.
func (b *book) results() {
	s := sheetResults
	rows := [][]cell{{textOf(format.HeadingFormat), textOf(format.HeadingRole), textOf(format.HeadingColumn), textOf(format.HeadingWords)}}
	if b.c.results != nil {
		rows = nil
		for _, row := range b.c.results.rows {
			rows = append(rows, row.cells)
		}
	}
	columns := 4
	for _, row := range rows {
		columns = max(columns, len(row))
	}
	for i, row := range rows {
		style := b.st.open
		if i == 0 {
			style = b.st.head
		}
		for j := range columns {
			b.cell(s, j, i+1, sheetRow{cells: row}.at(j), style)
		}
	}
	role := -1
	for j, c := range rows[0] {
		if wording.Fold(c.show()) == wording.Fold(format.HeadingRole) {
			role = j
		}
	}
	if role >= 0 {
		area := fmt.Sprintf("%s:%s", xlsx.Ref(role, 2), xlsx.Ref(role, len(rows)+40))
		b.choices(s, area, listRoles, format.HeadingRole, "What the column is to fisbridge; the sheet Result roles explains each.")
	}
	b.resultHints(rows[0], len(rows)+40)
	b.widths(s, fitted(&sheet{rows: rowsOf(rows)}, columns)...)
	b.asText(s, "A1:"+xlsx.Ref(columns-1, len(rows)+40))
	b.freeze(s, 2)
	b.printSetup(s, true)
}

func rowsOf(rows [][]cell) []sheetRow {
	out := make([]sheetRow, len(rows))
	for i, r := range rows {
		out[i].cells = r
	}
	return out
}

func (b *book) resultHints(heads []cell, last int) {
	for j, c := range heads {
		text := ""
		switch wording.Fold(c.show()) {
		case wording.Fold(format.HeadingFormat):
			text = "The result format of the template; blank: every format that has the role."
		case wording.Fold(format.HeadingColumn):
			text = "A field of the format, or the heading of a column in your file. =1000 is a constant; - says that your ERP does not give it."
		case wording.Fold(format.HeadingWords):
			text = "What the ERP's words mean: OK = posted. One word a cell, in this column and all after it."
		}
		if text != "" {
			b.prompt(sheetResults, fmt.Sprintf("%s:%s", xlsx.Ref(j, 2), xlsx.Ref(j, last)), c.show(), text)
		}
	}
}

// tests writes the tests, or an empty sheet to put some in.
func (b *book) tests() {
	b.testsHead(sheetTests)
	const spare = 200
	heads := testHeadings()
	if b.c.tests != nil && len(b.c.tests.rows) > 0 {
		heads = nil
		for i, row := range b.c.tests.rows {
			style := b.st.open
			if i == 0 {
				style = b.st.head
			}
			for j := range row.cells {
				b.cell(sheetTests, j, i+1, row.at(j), style)
				if i == 0 {
					heads = append(heads, row.at(j).show())
				}
			}
		}
	}
	for j, h := range heads {
		if text := testHint(h); text != "" {
			b.prompt(sheetTests, fmt.Sprintf("%s:%s", xlsx.Ref(j, 2), xlsx.Ref(j, spare)), h, text)
		}
	}
	b.asText(sheetTests, "A1:"+xlsx.Ref(max(1, len(heads))-1, spare))
}

func testHint(heading string) string {
	switch wording.Fold(heading) {
	case wording.Fold(testName):
		return "What is tested, in your own words."
	case wording.Fold(testDocument):
		return "The docId or report id of a document that fisbridge knows, or a file beside this workbook."
	case wording.Fold(testRecord):
		return "The record of the file; blank where only one has the column."
	case wording.Fold(testLine):
		return "Which line of the document: a number from 1, all, a role such as expense, or an entry id. Blank: one of them at least."
	case wording.Fold(testColumn):
		return "The field that must read as expected; (lines) for the number of lines; (held) when the document must be held."
	case wording.Fold(testExpected):
		return "What must stand there. Codes are text: leading zeros count."
	}
	return ""
}

// preview writes the sheet that the tool fills.
func (b *book) preview() {
	b.row(sheetPreview, 1, b.st.head, "Document", "Line", "Record")
	b.row(sheetPreview, 2, b.st.body, "filled by: fisbridge mapping preview")
	b.widths(sheetPreview, 36, 8, 16)
	b.freeze(sheetPreview, 0)
	b.printSetup(sheetPreview, true)
}
