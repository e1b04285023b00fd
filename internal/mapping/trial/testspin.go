package trial

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
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

// PinTests adds what a document gives at present as tests, and returns the mapping's bytes with them; all else in the
// workbook stays as it is. Tests that are there already, for the same line and column, stay too and are not added
// again. A document that would be held is taken down as such.
func PinTests(p *mapping.Plan, env fis.Envelope, pin Pin) ([]byte, []Pinned, error) {
	pins, err := present(p, env, pin)
	if err != nil {
		return nil, nil, err
	}
	known := map[string]bool{}
	rows, bad := Read(p)
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
		return p.Bytes(), nil, nil
	}
	cells := make([]map[string]string, len(added))
	for i := range added {
		cells[i] = added[i].cells()
	}
	out, err := workbook.AppendTests(p.Path(), p.Bytes(), p.View().Content(), cells)
	if err != nil {
		return nil, nil, fmt.Errorf("add tests to %s: %w", p.Path(), err)
	}
	return out, added, nil
}

// present is what the document gives now.
func present(p *mapping.Plan, env fis.Envelope, pin Pin) ([]Pinned, error) {
	doc, err := fis.NewParser(p.Wants).Parse(env)
	if err != nil {
		return nil, fmt.Errorf("read document %s: %w", env.ID, err)
	}
	m, err := mapping.NewMaker(p, time.Time{})
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
	made, rows, err := m.Make(doc)
	var refused *refusal.DocumentError
	if errors.As(err, &refused) {
		first.Column = testHeld
		if len(refused.Problems) > 0 {
			first.Expected = refused.Problems[0].Detail.String()
		}
		return []Pinned{first}, nil
	}
	if err != nil {
		return nil, err
	}
	return pinsOf(p, first, rows, made.Currency, pin.Column)
}

func pinsOf(p *mapping.Plan, first Pinned, rows []mapping.MadeRow, currency, column string) ([]Pinned, error) {
	var out []Pinned
	var names []string
	number := map[int]int{}
	for i := range rows {
		r := &p.View().Records()[rows[i].Record()]
		number[r.Index()]++
		texts := p.Shown(&rows[i])
		for j := range r.Fields() {
			f := &r.Fields()[j]
			names = append(names, f.Name())
			if column == "" && !worthPinning(f) || column != "" && wording.Fold(f.Name()) != wording.Fold(column) {
				continue
			}
			t := first
			t.Record, t.Line, t.Column, t.Expected = r.Name(), strconv.Itoa(number[r.Index()]), f.Name(), texts[j]
			if v := rows[i].Values()[j]; v.Kind == layout.NumberKind && f.Type() == layout.AmountType {
				// as people write it, whatever the file does with signs and decimals
				t.Expected = fis.Text(v.Number, currency)
			}
			out = append(out, t)
		}
	}
	if len(out) == 0 && column != "" {
		return nil, findings.List{{Severity: findings.Error, File: p.Path(), Value: column,
			Reason:  say.F("no line of the document has a column %q", column),
			Nearest: wording.Nearest(column, names)}}.Err()
	}
	return out, nil
}

// worthPinning: codes and amounts that come from the document, not from the file.
func worthPinning(f *mapping.Field) bool {
	return !f.Late() && (f.Mode() == mapping.SourceMode || f.Mode() == mapping.ProgramMode) &&
		(f.Type() == layout.CodeType || f.Type() == layout.AmountType)
}

// cells are the texts of a row of the Tests sheet, in the order of the headings.
func (t *Pinned) cells() map[string]string {
	return map[string]string{wording.Fold(workbook.TestName): t.Name, wording.Fold(workbook.TestDocument): t.Document,
		wording.Fold(workbook.TestRecord): t.Record, wording.Fold(workbook.TestLine): t.Line,
		wording.Fold(workbook.TestColumn): t.Column, wording.Fold(workbook.TestExpected): t.Expected}
}
