package mapping

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Pin is what PinTests takes down: the present result of a document.
type Pin struct {
	// Name is what the tests are called; empty for the report's title or id.
	Name string
	// Document is how the tests name the document: its docId when empty, or a file beside the workbook.
	Document string
	// Column is the one column to take down; empty for all codes and amounts.
	Column string
}

// Pinned is one test that was added.
type Pinned struct {
	Name     string `json:"name"`
	Document string `json:"document"`
	Record   string `json:"record"`
	Line     string `json:"line"`
	Column   string `json:"column"`
	Expected string `json:"expected"`
}

// PinTests adds what a document gives at present as tests, and returns the mapping's bytes with them; all else in the workbook stays as it is. Tests
// that are there already, for the same line and column, stay too and are not added again. A document that would be held is taken down as such.
func PinTests(p *Plan, env fis.Envelope, pin Pin) ([]byte, []Pinned, error) {
	pins, err := p.present(env, pin)
	if err != nil {
		return nil, nil, err
	}
	known := map[string]bool{}
	rows, bad := p.tests()
	if err := bad.Err(); err != nil {
		return nil, nil, err
	}
	for _, t := range rows {
		known[strings.Join([]string{t.document, wording.Fold(t.record), t.line, wording.Fold(t.column)}, "\x00")] = true
	}
	var added []Pinned
	for _, t := range pins {
		if !known[strings.Join([]string{t.Document, wording.Fold(t.Record), t.Line, wording.Fold(t.Column)}, "\x00")] {
			added = append(added, t)
		}
	}
	if len(added) == 0 {
		return p.data, nil, nil
	}
	var out []byte
	if isYAMLFile(p.path) {
		out, err = p.pinYAML(added)
	} else {
		out, err = p.pinXLSX(added)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("add tests to %s: %w", p.path, err)
	}
	return out, added, nil
}

func isYAMLFile(path string) bool {
	return strings.HasSuffix(strings.ToLower(path), ".yaml") || strings.HasSuffix(strings.ToLower(path), ".yml")
}

// present is what the document gives now.
func (p *Plan) present(env fis.Envelope, pin Pin) ([]Pinned, error) {
	doc, err := fis.NewParser(p.wants).Parse(env)
	if err != nil {
		return nil, fmt.Errorf("read document %s: %w", env.ID, err)
	}
	m, err := newMaker(p)
	if err != nil {
		return nil, err
	}
	first := Pinned{Name: pin.Name, Document: pin.Document}
	if first.Document == "" {
		if first.Document = doc.ID; first.Document == "" {
			first.Document = doc.ReportID()
		}
	}
	if first.Name == "" {
		first.Name = strings.TrimSpace(doc.Title() + " as it is")
	}
	made, rows, err := m.make(doc)
	var refused *DocumentError
	if errors.As(err, &refused) {
		first.Column = testHeld
		if len(refused.Problems) > 0 {
			first.Expected = refused.Problems[0].Detail
		}
		return []Pinned{first}, nil
	}
	if err != nil {
		return nil, err
	}
	return p.pinsOf(first, rows, made.Currency, pin.Column)
}

func (p *Plan) pinsOf(first Pinned, rows []madeRow, currency, column string) ([]Pinned, error) {
	var out []Pinned
	var names []string
	number := map[int]int{}
	for i := range rows {
		r := &p.records[rows[i].record]
		number[r.index]++
		texts := p.shown(&rows[i])
		for j := range r.fields {
			f := &r.fields[j]
			names = append(names, f.name)
			if column == "" && !f.worthPinning() || column != "" && wording.Fold(f.name) != wording.Fold(column) {
				continue
			}
			t := first
			t.Record, t.Line, t.Column, t.Expected = r.name, strconv.Itoa(number[r.index]), f.name, texts[j]
			if v := rows[i].values[j]; v.Kind == layout.NumberKind && f.typ == layout.AmountType {
				t.Expected = fis.Text(v.Number, currency) // as people write it, whatever the file does with signs and decimals
			}
			out = append(out, t)
		}
	}
	if len(out) == 0 && column != "" {
		return nil, findings.List{{Severity: findings.Error, File: p.path, Value: column, Reason: fmt.Sprintf("no line of the document has a column %q", column), Nearest: wording.Nearest(column, names)}}.Err()
	}
	return out, nil
}

// worthPinning: codes and amounts that come from the document, not from the file.
func (f *fieldPlan) worthPinning() bool {
	return !f.late && (f.mode == sourceMode || f.mode == programMode) && (f.typ == layout.CodeType || f.typ == layout.AmountType)
}

// cells are the texts of a row of the Tests sheet, in the order of the headings.
func (t *Pinned) cells() map[string]string {
	return map[string]string{wording.Fold(testName): t.Name, wording.Fold(testDocument): t.Document, wording.Fold(testRecord): t.Record, wording.Fold(testLine): t.Line, wording.Fold(testColumn): t.Column, wording.Fold(testExpected): t.Expected}
}

// pinXLSX adds rows to the Tests sheet, and the sheet where there is none.
func (p *Plan) pinXLSX(added []Pinned) ([]byte, error) {
	f, err := rewritable(p.data)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := newStyles(f)
	if err != nil {
		return nil, err
	}
	b := &book{f: f, st: st}
	name, headings, last := b.testsSheet(p)
	for _, t := range added {
		last++
		cells := t.cells()
		for i, h := range headings {
			b.row2(name, i, last, st.open, cells[h])
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
func (b *book) testsSheet(p *Plan) (name string, headings []string, last int) {
	s := p.content.tests
	if s == nil {
		b.newTests()
		return sheetTests, folded(testHeadings()), 1
	}
	h, ok := findHeading(s, []string{testDocument, testColumn, testExpected})
	if !ok { // an empty sheet
		b.testsHead(s.name)
		return s.name, folded(testHeadings()), 1
	}
	for _, c := range h.cells {
		headings = append(headings, wording.Fold(c.show()))
	}
	return s.name, headings, s.rows[len(s.rows)-1].number
}

func folded(names []string) []string {
	var out []string
	for _, n := range names {
		out = append(out, wording.Fold(n))
	}
	return out
}

func (b *book) newTests() {
	_, err := b.f.NewSheet(sheetTests)
	b.try(err)
	b.testsHead(sheetTests)
}

// testsHead writes the headings, and formats the columns as text all the way down.
func (b *book) testsHead(name string) {
	for i := range testHeadings() {
		b.try(b.f.SetColStyle(name, xlsx.ColumnName(i), b.st.text))
	}
	b.row(name, 1, b.st.head, testHeadings()...)
	b.widths(name, 34, 28, 14, 16, 24, 24, 40)
	b.freeze(name, 1)
	b.printSetup(name, true)
}

// pinYAML adds rows below the last test, each in a line of its own; all other lines stay as they are.
func (p *Plan) pinYAML(added []Pinned) ([]byte, error) {
	headings := folded(testHeadings())
	var text strings.Builder
	s := p.content.tests
	fresh := s == nil || len(s.rows) == 0
	if fresh {
		fmt.Fprintf(&text, "\ntests:\n  columns: [%s]\n  rows:\n", strings.Join(testHeadings()[:len(headings)-1], ", "))
	} else {
		headings = nil
		for _, c := range s.rows[0].cells {
			headings = append(headings, wording.Fold(c.show()))
		}
	}
	for _, t := range added {
		cells := t.cells()
		var row []string
		for _, h := range headings {
			row = append(row, pinText(cells[h]))
		}
		for len(row) > 0 && row[len(row)-1] == `""` {
			row = row[:len(row)-1]
		}
		fmt.Fprintf(&text, "    - [%s]\n", strings.Join(row, ", "))
	}
	lines := strings.SplitAfter(string(p.data), "\n")
	at, rows := len(lines), ""
	if !fresh {
		var err error
		if at, err = lastTestLine(p.data); err != nil {
			return nil, err
		}
		if len(s.rows) == 1 {
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
	found := &collector{}
	y := &yamlReader{found}
	for _, e := range y.entries(tree.Docs[0].Body, "") {
		if e.key.text != "tests" {
			continue
		}
		parts := y.entries(e.value, "tests")
		for _, part := range parts {
			list, ok := part.value.(*ast.SequenceNode)
			if part.key.text != "rows" || !ok || list.IsFlowStyle || len(list.Values) == 0 {
				continue
			}
			last, ok := list.Values[len(list.Values)-1].(*ast.SequenceNode)
			if !ok || !last.IsFlowStyle || last.End == nil || last.Start.Position.Column < 5 {
				return 0, errTestForm
			}
			return last.End.Position.Line, nil
		}
		if list, ok := parts[0].value.(*ast.SequenceNode); ok && len(parts) == 1 && list.IsFlowStyle && list.End != nil {
			return list.End.Position.Line, nil
		}
	}
	return 0, errTestForm
}
