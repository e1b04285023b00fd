package mapping

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// The headings of the Tests sheet. Document, Column and Expected must be there.
const (
	testName     = "Test"
	testDocument = "Document"
	testRecord   = "Record"
	testLine     = "Line"
	testColumn   = "Column"
	testExpected = "Expected"
	testNote     = "Note"
)

func testHeadings() []string {
	return []string{testName, testDocument, testRecord, testLine, testColumn, testExpected, testNote}
}

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
	expected                             cell
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

// HasTests reports whether the mapping has tests.
func (p *Plan) HasTests() bool {
	rows, _ := p.tests()
	return len(rows) > 0
}

// TestDocuments are the documents that the tests name, each once: docIds, report ids, or files beside the workbook.
func (p *Plan) TestDocuments() []string {
	rows, _ := p.tests()
	var out []string
	for _, r := range rows {
		if r.document != "" && !slices.Contains(out, r.document) {
			out = append(out, r.document)
		}
	}
	return out
}

// tests reads the rows of the Tests sheet; a sheet that cannot be understood is in the findings.
func (p *Plan) tests() ([]testRow, findings.List) {
	s := p.content.tests
	if s == nil || len(s.rows) == 0 {
		return nil, nil
	}
	found := &collector{file: p.path}
	h, ok := findHeading(s, []string{testDocument, testColumn, testExpected})
	if !ok {
		found.add(findings.Error, findings.Place{Sheet: s.name}, "", "no row has the headings "+strings.Join(testHeadings(), ", "), "")
		return nil, found.list
	}
	for _, w := range []string{testDocument, testColumn, testExpected} {
		if h.column(w) < 0 {
			found.add(findings.Error, s.rows[h.row].place(), "", fmt.Sprintf("the heading %s is missing", w), wording.Nearest(w, h.names()))
		}
	}
	if len(found.list) > 0 {
		return nil, found.list
	}
	var out []testRow
	for _, row := range s.rows[h.row+1:] {
		if t := readTest(s.name, h, row); t.document != "" || t.column != "" || t.name != "" {
			out = append(out, t)
		}
	}
	return out, found.list
}

// place is the row's first cell.
func (r sheetRow) place() findings.Place {
	for _, c := range r.cells {
		if c.Ref != "" {
			return c.Place
		}
	}
	return findings.Place{}
}

func readTest(sheet string, h heading, row sheetRow) testRow {
	t := testRow{at: row.place(), where: map[string]findings.Place{}}
	text := func(name string) string {
		c := row.at(h.column(name))
		t.where[name] = t.placeOf(sheet, c, h.column(name), row.number)
		return wording.Clean(c.show())
	}
	t.name, t.document, t.record, t.line, t.column = text(testName), text(testDocument), text(testRecord), text(testLine), text(testColumn)
	t.expected = row.at(h.column(testExpected))
	t.expected.Place = t.placeOf(sheet, t.expected, h.column(testExpected), row.number)
	return t
}

// placeOf is the place of a cell that may be blank; in YAML all cells of a row stand in one line.
func (t *testRow) placeOf(sheet string, c cell, column, number int) findings.Place {
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
