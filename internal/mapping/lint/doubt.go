package lint

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/keyed"
	"github.com/fisbridge/fisbridge/internal/mapping/trial"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// What a version must not change by itself. A person may accept it.
const (
	// mostNewlyHeld is the part of the documents, one in so many, that a new version may newly hold.
	mostNewlyHeld = 10
	// massRows and massPart: a column of a lookup sheet in which so many rows, and more than one in so many, give
	// something else was probably sorted or pasted alone.
	massRows, massPart = 10, 2
)

// Doubts are the effects of a newer version that nobody asked for, seen on documents that both versions were tried on:
// errors for a version that is to take the place of the older one. The rule:
//
//   - it may not newly hold more than a tenth of the documents;
//   - a column other than a free text may change where its own Value, its record's (when) or (summarise), or a setting or a row of a lookup sheet
//     that one of them reads was edited, or what the template says of the field, its record or the whole file, and nowhere else; the same holds for
//     lines that are new or gone;
//   - LOOKUPs that go by the order of columns must mean the same columns (MovedColumns);
//   - not more than half of the rows of a lookup sheet may give something else;
//   - tests, and what the Results sheet says, may not all be gone;
//   - a word of the ERP's or the bank's answers may not mean something else;
//   - the template may not hold the amounts of a file against the documents less than before.
func Doubts(d *compare.Diff, older, newer *mapping.Plan) findings.List {
	w := doubter{d: d, older: older, newer: newer, out: newer.MovedColumns(older)}
	if older.Template().Name == newer.Template().Name {
		w.template = compare.TemplateChanges(older.Template(), newer.Template())
	}
	w.held()
	w.shared()
	w.columns()
	w.lines()
	w.masses()
	w.lostGuards()
	w.meanings()
	w.lessHeld()
	return w.out
}

type doubter struct {
	d            *compare.Diff
	older, newer *mapping.Plan
	template     []compare.TemplateChange
	out          findings.List
}

func (w *doubter) add(at findings.Place, format string, args ...any) {
	w.out = append(w.out, findings.Finding{Severity: findings.Error, File: w.newer.Path(), Sheet: at.Sheet,
		Cell: at.Ref, Reason: say.F(format, args...)})
}

// held counts the documents that the older version could take and the newer one cannot, with the commonest reason.
func (w *doubter) held() {
	n, wrong, reasons := 0, 0, map[string]int{}
	for _, h := range w.d.Held {
		if h.Kind != compare.NewlyHeld {
			continue
		}
		n++
		if h.FalseAmounts {
			wrong++
		}
		for _, r := range h.New {
			if i := strings.LastIndex(r, " ("); i > 0 && strings.Contains(r[i:], "entry ") {
				r = r[:i] // which entry it was
			}
			reasons[r]++
		}
	}
	if n*mostNewlyHeld <= w.d.Documents {
		return
	}
	var list []string
	for r := range reasons {
		list = append(list, r)
	}
	sort.Slice(list, func(i, j int) bool {
		return reasons[list[i]] > reasons[list[j]] || reasons[list[i]] == reasons[list[j]] && list[i] < list[j]
	})
	why := ""
	if len(list) > 0 {
		why = ": " + list[0]
	}
	w.add(findings.Place{}, "it would hold %d of %s of the last month that the version in force takes%s", n,
		say.Counted(w.d.Documents, "document"), why)
	if wrong > 0 {
		w.add(findings.Place{}, "for %d of them the file would not say the amounts of the document: that cannot be accepted, only mended", wrong)
		w.out[len(w.out)-1].Never = true
	}
}

// shared refuses what the ERP would take two reports of the last month for one document by.
func (w *doubter) shared() {
	s := w.d.Shared
	if s == nil {
		return
	}
	at := findings.Place{}
	if f := madeBy(w.newer, s.Record, s.Field); f != nil {
		at = f.At()
	}
	w.add(at, "%s %s would be %q for report %s and for report %s: the ERP would take two reports for one document", s.Record, s.Field, s.Text, s.Reports[0], s.Reports[1])
	w.out[len(w.out)-1].Never = true
}

// columns looks at each column that reads differently.
func (w *doubter) columns() {
	for _, c := range w.d.Columns {
		if c.Type == layout.TextType || w.said(c.Record, c.Column) {
			continue
		}
		example := ""
		if len(c.Moves) > 0 {
			example = fmt.Sprintf(", %s → %s for example", wording.OrBlank(c.Moves[0].Old),
				wording.OrBlank(c.Moves[0].New))
		}
		at := findings.Place{}
		if f := madeBy(w.newer, c.Record, c.Column); f != nil {
			at = f.At()
		}
		w.add(at, "%s %s changes in %s of %s%s, but nobody changed its Value, or a row or setting that it reads",
			c.Record, c.Column, say.Counted(c.Lines, "line"), say.Counted(c.Documents, "document"), example)
	}
}

// lines looks at lines that are new or gone.
func (w *doubter) lines() {
	counts := map[string][2]int{}
	for _, l := range w.d.Lines {
		n := counts[l.Record]
		switch l.Kind {
		case compare.CellAdded:
			n[0]++
		case compare.CellRemoved:
			n[1]++
		default:
			continue
		}
		counts[l.Record] = n
	}
	var names []string
	for name := range counts {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if n := counts[name]; !w.said(name, "") {
			w.add(findings.Place{}, "%s: %s more and %d fewer, but nobody changed when the record is written or how "+
				"it is added up", name, say.Counted(n[0], "line"), n[1])
		}
	}
}

// masses looks for a column of a lookup sheet that changed nearly everywhere.
func (w *doubter) masses() {
	for _, name := range compare.LookupsOf(w.older, w.newer) {
		old, now := w.older.View().Lookups()[name], w.newer.View().Lookups()[name]
		if old == nil || now == nil {
			continue
		}
		for _, column := range now.Columns() {
			n := 0
			for _, c := range w.d.Cells {
				if c.Sheet == name && c.Kind == compare.CellChanged && strings.HasSuffix(c.What, " "+column) {
					n++
				}
			}
			if n >= massRows && n*massPart > len(old.Rows()) {
				w.add(findings.Place{Sheet: name}, "%d of %s give another %s: was the column sorted or pasted alone?",
					n, say.Counted(len(old.Rows()), "row"), column)
			}
		}
	}
}

// said reports whether an edit explains that a field changes; the empty field stands for the lines of the record as
// such.
func (w *doubter) said(record, field string) bool {
	names := w.newer.View().Content().In.Names(sheets.Fields, []string{workbook.PseudoWhen, workbook.PseudoSummarise})
	if field != "" {
		names = append(names, field)
	}
	for _, c := range w.d.Cells {
		if _, is := sheets.English(sheets.Options, c.What); is && w.isSettings(c.Sheet) {
			return true // an option of the whole file
		}
		if slices.ContainsFunc(names,
			func(n string) bool { return wording.Fold(c.What) == wording.Fold(record+" "+n) }) {
			return true
		}
	}
	if slices.ContainsFunc(w.template, func(c compare.TemplateChange) bool { return c.Explains(record, field) }) {
		return true
	}
	for _, p := range []*mapping.Plan{w.older, w.newer} {
		for _, prog := range programsOf(p, record, field) {
			if w.reads(prog) || slices.ContainsFunc(prog.Columns(), func(column string) bool {
				return slices.ContainsFunc(w.d.Cells, func(c compare.CellChange) bool {
					return wording.Fold(c.What) == wording.Fold(record+" "+column)
				})
			}) {
				return true
			}
		}
	}
	return false
}

// sheet is the name of a sheet as the newer workbook has it.
func (w *doubter) sheet(english string) string {
	return w.newer.View().Content().Named(sheets.Sheets, english)
}

func (w *doubter) isSettings(sheet string) bool { return sheet == w.sheet(workbook.SheetSettings) }

// programsOf are the formulas that make a field, or decide over the lines of its record.
func programsOf(p *mapping.Plan, record, field string) (out []*formula.Program) {
	for i := range p.View().Records() {
		r := &p.View().Records()[i]
		if wording.Fold(r.Name()) != wording.Fold(record) {
			continue
		}
		if r.When() != nil {
			out = append(out, r.When())
		}
		if r.Sum() != nil {
			out = append(out, r.Sum().By()...)
		}
	}
	if f := madeBy(p, record, field); f != nil && f.Program() != nil {
		out = append(out, f.Program())
	}
	return out
}

func madeBy(p *mapping.Plan, record, field string) *mapping.Field {
	for i := range p.View().Records() {
		for j := range p.View().Records()[i].Fields() {
			if f := &p.View().Records()[i].Fields()[j]; wording.Fold(p.View().Records()[i].Name()) == wording.Fold(record) && wording.Fold(f.Name()) == wording.Fold(field) {
				return f
			}
		}
	}
	return nil
}

// reads reports whether a formula reads a setting or a lookup row that was edited. Headings that moved are no edit of a
// row.
func (w *doubter) reads(prog *formula.Program) bool {
	for _, c := range w.d.Cells {
		if slices.Contains(prog.Tables(), c.Sheet) && c.What != "headings" {
			return true
		}
		if w.isSettings(c.Sheet) &&
			slices.ContainsFunc(prog.Settings(),
				func(s string) bool { return wording.Fold(s) == wording.Fold(c.What) }) {
			return true
		}
	}
	return false
}

// lostGuards are doubts: a version without the tests, or without the words of result files, that the former one had.
func (w *doubter) lostGuards() {
	if rows, _ := trial.Read(w.older); len(rows) > 0 && !trial.Has(w.newer) {
		w.add(findings.Place{Sheet: w.sheet(workbook.SheetTests)}, "the version in force has %s, and this one has none",
			say.Counted(len(rows), "test"))
	}
	had, has := keyed.Rows(w.older.View().Content().Results),
		keyed.Rows(w.newer.View().Content().Results)
	if len(had) > 0 && len(has) == 0 {
		w.add(findings.Place{Sheet: w.sheet(workbook.SheetResults)}, "the version in force has %s of how result files read, "+
			"and this one has none", say.Counted(len(had), "row"))
	}
}

// lessHeld are doubts: a template by which amounts are held against the documents less than before.
func (w *doubter) lessHeld() {
	for _, c := range w.template {
		gone := c.Kind == compare.CellRemoved && strings.HasPrefix(c.Path, "amounts rows ")
		more := c.Kind != compare.CellRemoved && (strings.HasPrefix(c.Path, "amounts not_held ") ||
			strings.HasPrefix(c.Path, "amounts left_out "))
		if gone || more {
			w.add(findings.Place{Sheet: compare.TemplateSheet + w.newer.Template().Name},
				"the amounts of the file are held against the documents less than by the version in force: %s %s",
				c.What(), c.Kind)
			return
		}
	}
}
