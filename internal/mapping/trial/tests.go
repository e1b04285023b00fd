// Package trial owns the Tests sheet: what a mapping must make of documents, run against the plan, and present results
// taken down as tests.
package trial

import (
	"path/filepath"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// What a test may ask for in place of a column.
const (
	// testHeld expects the document to be held, with the given words among its reasons; blank for any reason.
	testHeld = "(held)"
	// testLines expects the number of lines (of the record) that the document makes.
	testLines = "(lines)"
)

// testAll in the column Line: every line of the record must read as expected.
const testAll = "all"

// testRow is one row of the Tests sheet.
type testRow struct {
	name, document, record, line, column string
	expected                             workbook.Cell
	at                                   findings.Place // of the row's first cell
	where                                map[string]findings.Place
}

// label is what messages call a test.
func (t *testRow) label() string {
	if t.name != "" {
		return strconv.Quote(t.name)
	}
	return "of document " + t.document
}

// Has reports whether the mapping has tests.
func Has(p *mapping.Plan) bool {
	rows, _ := Read(p)
	return len(rows) > 0
}

// Read reads the rows of the Tests sheet; a sheet that cannot be understood is in the findings.
func Read(p *mapping.Plan) ([]testRow, findings.List) {
	s := p.View().Content().Tests
	if s == nil || len(s.Rows) == 0 {
		return nil, nil
	}
	found := &workbook.Collector{File: p.Path()}
	h, ok := workbook.FindHeading(s, []string{workbook.TestDocument, workbook.TestColumn, workbook.TestExpected})
	if !ok {
		found.Add(findings.Error, findings.Place{Sheet: s.Name}, "",
			say.F("no row has the headings %s", strings.Join(p.View().Content().In.Names(sheets.Headings, workbook.TestHeadings()), ", ")), "")
		return nil, found.List
	}
	for _, w := range []string{workbook.TestDocument, workbook.TestColumn, workbook.TestExpected} {
		if h.Column(w) < 0 {
			found.Add(findings.Error, s.Rows[h.Row].Place(), "", say.F("the heading %s is missing", h.Name(w)),
				wording.Nearest(h.Name(w), h.Names()))
		}
	}
	if len(found.List) > 0 {
		return nil, found.List
	}
	var out []testRow
	for _, row := range s.Rows[h.Row+1:] {
		if t := readTest(s.Name, h, row); t.document != "" || t.column != "" || t.name != "" {
			out = append(out, t)
		}
	}
	return out, found.List
}

func readTest(sheet string, h workbook.Heading, row workbook.Row) testRow {
	t := testRow{at: row.Place(), where: map[string]findings.Place{}}
	text := func(name string) string {
		c := row.At(h.Column(name))
		t.where[name] = t.placeOf(sheet, c, h.Column(name), row.Number)
		return wording.Clean(c.Show())
	}
	t.name, t.document, t.record, t.line, t.column = text(workbook.TestName), text(workbook.TestDocument),
		text(workbook.TestRecord), text(workbook.TestLine), text(workbook.TestColumn)
	t.expected = row.At(h.Column(workbook.TestExpected))
	t.expected.Place = t.placeOf(sheet, t.expected, h.Column(workbook.TestExpected), row.Number)
	return t
}

// placeOf is the place of a cell that may be blank; in YAML all cells of a row stand in one line.
func (t *testRow) placeOf(sheet string, c workbook.Cell, column, number int) findings.Place {
	switch {
	case c.Ref != "":
		return c.Place
	case strings.HasPrefix(t.at.Ref, "line "):
		return t.at
	}
	return findings.Place{Sheet: sheet, Ref: xlsx.Ref(max(0, column), number)}
}

// isDocumentFile tells a file beside the workbook from the id of a document.
func isDocumentFile(document string) bool {
	switch strings.ToLower(filepath.Ext(document)) {
	case ".json", ".jsonl", ".ndjson":
		return true
	}
	return false
}
