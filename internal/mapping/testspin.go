package mapping

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/wording"
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
	cells := make([]map[string]string, len(added))
	for i := range added {
		cells[i] = added[i].cells()
	}
	out, err := workbook.AppendTests(p.path, p.data, p.content, cells)
	if err != nil {
		return nil, nil, fmt.Errorf("add tests to %s: %w", p.path, err)
	}
	return out, added, nil
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
	return map[string]string{wording.Fold(workbook.TestName): t.Name, wording.Fold(workbook.TestDocument): t.Document, wording.Fold(workbook.TestRecord): t.Record, wording.Fold(workbook.TestLine): t.Line, wording.Fold(workbook.TestColumn): t.Column, wording.Fold(workbook.TestExpected): t.Expected}
}
