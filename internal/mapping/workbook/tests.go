package workbook

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/paper"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// The headings of the Tests sheet. Document, Column and Expected must be there.
const (
	TestName     = "Test"
	TestDocument = "Document"
	TestRecord   = "Record"
	TestLine     = "Line"
	TestColumn   = "Column"
	TestExpected = "Expected"
	testNote     = "Note"
)

func TestHeadings() []string {
	return []string{TestName, TestDocument, TestRecord, TestLine, TestColumn, TestExpected, testNote}
}

// Place is the row's first cell.
func (r Row) Place() findings.Place {
	for _, c := range r.Cells {
		if c.Ref != "" {
			return c.Place
		}
	}
	return findings.Place{}
}

func isYAMLFile(path string) bool {
	return strings.HasSuffix(strings.ToLower(path), ".yaml") || strings.HasSuffix(strings.ToLower(path), ".yml")
}

// appendTestsXLSX adds rows to the Tests sheet, and the sheet where there is none.
func appendTestsXLSX(data []byte, c *Content, added []map[string]string) ([]byte, error) {
	f, err := Rewritable(data)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := paper.NewStyles(f)
	if err != nil {
		return nil, err
	}
	b := &book{f: f, st: st, c: c}
	name, headings, last := b.testsSheet(c.Tests)
	for _, cells := range added {
		last++
		for i, h := range headings {
			b.row2(name, i, last, st.Open, c.Named(sheets.Tests, cells[h]))
		}
	}
	if b.err != nil {
		return nil, b.err
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// testsSheet finds the sheet, or makes it: its name, what stands above each column, and its last row.
func (b *book) testsSheet(s *Sheet) (name string, headings []string, last int) {
	if s == nil {
		b.newTests()
		return b.name(SheetTests), folded(TestHeadings()), 1
	}
	h, ok := FindHeading(s, []string{TestDocument, TestColumn, TestExpected})
	if !ok { // an empty sheet
		b.testsHead(s.Name)
		return s.Name, folded(TestHeadings()), 1
	}
	for _, c := range h.cells {
		headings = append(headings, wording.Fold(c.Show()))
	}
	return s.Name, headings, s.Rows[len(s.Rows)-1].Number
}

func folded(names []string) []string {
	var out []string
	for _, n := range names {
		out = append(out, wording.Fold(n))
	}
	return out
}

func (b *book) newTests() {
	_, err := b.f.NewSheet(b.name(SheetTests))
	b.try(err)
	b.testsHead(b.name(SheetTests))
}

// testsHead writes the headings, and formats the columns as text all the way down.
func (b *book) testsHead(name string) {
	for i := range TestHeadings() {
		b.try(b.f.SetColStyle(name, xlsx.ColumnName(i), b.st.Text))
	}
	b.row(name, 1, b.st.Head, b.heads(TestHeadings()...)...)
	b.widths(name, 34, 28, 14, 16, 24, 24, 40)
	b.freeze(name, 1)
	b.printSetup(name, true)
}

// appendTestsYAML adds rows below the last test, each in a line of its own; all other lines stay as they are.
func appendTestsYAML(data []byte, s *Sheet, added []map[string]string) ([]byte, error) {
	headings := folded(TestHeadings())
	var text strings.Builder
	fresh := s == nil || len(s.Rows) == 0
	if fresh {
		fmt.Fprintf(&text, "\ntests:\n  columns: [%s]\n  rows:\n", strings.Join(TestHeadings()[:len(headings)-1], ", "))
	} else {
		headings = nil
		for _, c := range s.Rows[0].Cells {
			headings = append(headings, wording.Fold(c.Show()))
		}
	}
	for _, cells := range added {
		var row []string
		for _, h := range headings {
			row = append(row, pinText(cells[h]))
		}
		for len(row) > 0 && row[len(row)-1] == `""` {
			row = row[:len(row)-1]
		}
		fmt.Fprintf(&text, "    - [%s]\n", strings.Join(row, ", "))
	}
	lines := strings.SplitAfter(string(data), "\n")
	at, rows := len(lines), ""
	if !fresh {
		var err error
		if at, err = lastTestLine(data); err != nil {
			return nil, err
		}
		if len(s.Rows) == 1 {
			rows = "  rows:\n"
		}
	}
	before := strings.TrimRight(strings.Join(lines[:at], ""), "\n") + "\n"
	return []byte(before + rows + text.String() + strings.Join(lines[at:], "")), nil
}

var errTestForm = errors.New("the tests are not written one in a line, as `fisbridge mapping convert` writes them")

func pinText(s string) string {
	if s == "" {
		return `""`
	}
	return quoteYAML(s)
}

// lastTestLine is the number of the line with the last test, or that with the headings when there is none.
func lastTestLine(data []byte) (int, error) {
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return 0, err
	}
	found := &Collector{}
	y := &yamlReader{found}
	for _, e := range y.entries(tree.Docs[0].Body, "") {
		if e.key.Text != "tests" {
			continue
		}
		parts := y.entries(e.value, "tests")
		for _, part := range parts {
			list, ok := part.value.(*ast.SequenceNode)
			if part.key.Text != "rows" || !ok || list.IsFlowStyle || len(list.Values) == 0 {
				continue
			}
			last, ok := list.Values[len(list.Values)-1].(*ast.SequenceNode)
			if !ok || !last.IsFlowStyle || last.End == nil || last.Start.Position.Column < 5 {
				return 0, errTestForm
			}
			return last.End.Position.Line, nil
		}
		if list, ok := parts[0].value.(*ast.SequenceNode); ok && len(parts) == 1 && list.IsFlowStyle &&
			list.End != nil {
			return list.End.Position.Line, nil
		}
	}
	return 0, errTestForm
}

// AppendTests adds rows to the Tests sheet of a mapping of either form, given by folded headings; all else in it stays
// as it is.
func AppendTests(path string, data []byte, c *Content, added []map[string]string) ([]byte, error) {
	if isYAMLFile(path) {
		return appendTestsYAML(data, c.Tests, added)
	}
	return appendTestsXLSX(data, c, added)
}
