package reports

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/tables"
	"github.com/fisbridge/fisbridge/internal/words"
)

// In is the same report in a language: workbook and PDF are, of the same figures. CSV is for machines and stays as it is.
func (r *Report) In(l *words.Lang) *Report {
	out := *r
	if l == nil || l.Code == "en" {
		return &out
	}
	if out.CSV == nil {
		out.CSV = r.Tables
	}
	t := teller{l}
	out.Title = strings.Replace(r.Title, names[r.Kind], l.T("mail.report."+r.Kind), 1)
	out.none, out.Facts, out.Tables, out.onPaper = t.word("none"), nil, nil, nil
	for _, f := range r.Facts {
		out.Facts = append(out.Facts, [2]string{t.word(f[0]), t.word(f[1])})
	}
	for _, table := range r.Tables {
		out.Tables = append(out.Tables, t.table(table))
	}
	for _, table := range r.paper() {
		out.onPaper = append(out.onPaper, t.table(table))
	}
	return &out
}

// teller says tables in a language.
type teller struct{ *words.Lang }

// word is a word or a sentence of the engine: as a whole, as the state that it names, or part by part.
func (t teller) word(s string) string {
	if own, ok := t.Format(s); ok {
		return own
	}
	if t.Has("state." + s) {
		return t.T("state." + s)
	}
	if t.Has("type." + s) {
		return t.T("type." + s)
	}
	first, rest, found := strings.Cut(s, ", ")
	if own, ok := t.Format(first); found && ok {
		return own + ", " + t.word(rest)
	}
	return s
}

func (t teller) table(in tables.Table) tables.Table {
	out := in
	out.Title, out.Sheet, out.Note = t.word(in.Title), t.word(in.Sheet), t.word(in.Note)
	out.Heads = make([]string, len(in.Heads))
	for i, h := range in.Heads {
		if h == "number" && slices.Contains(in.Heads, "report") { // of the report, and no count
			h = "report number"
		}
		out.Heads[i] = t.word(h)
	}
	out.Rows = make([][]tables.Cell, len(in.Rows))
	for i, row := range in.Rows {
		out.Rows[i] = make([]tables.Cell, len(row))
		for k, c := range row {
			out.Rows[i][k] = c.In(t.cell, func(a fis.Amount, currency string) string { return t.Money(a, currency) }, t.Num)
		}
	}
	return out
}

// cell is a cell of the engine's words.
func (t teller) cell(c tables.Cell) string {
	if c.Said != "" {
		said, _ := t.Say(c.Said)
		return said
	}
	if c.Why == nil || c.Why.None() {
		return t.word(c.Text)
	}
	said, _, _ := t.Reason(*c.Why)
	return said
}

// reasonCell is why a document stands where it does.
func reasonCell(d desk.ListedDoc) tables.Cell {
	c := tables.WordCell(d.Reason)
	c.Why = &d.Why
	return c
}
