package workbench

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/tables"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// usualDiffRows is how many rows of a long table the terminal shows.
const usualDiffRows = 20

// text writes the comparison for the terminal.
func (r *diffReport) text(out io.Writer, width int) {
	term.Print(out, "%s\n", term.Own(term.Wrap(wording.Visible(r.Sentence), width)))
	term.Print(out, "\n")
	l := term.Lines{Out: out, Width: width, Label: 9}
	for _, f := range r.facts() {
		l.Put(f[0], "%s", f[1])
	}
	for _, t := range r.tables(r.shortLineTable()) {
		term.Print(out, "\n%s\n", t.Title)
		g := term.Grid{Heads: t.Heads, Right: t.Right}
		rows := t.Rows
		if t.Long && len(rows) > usualDiffRows {
			rows = rows[:usualDiffRows]
		}
		for _, row := range term.Fitted(t.Heads, rows, width) {
			g.Add(row...)
		}
		g.Write(out, width)
		for _, note := range tableNotes(t) {
			term.Print(out, "%s\n", term.Own(term.Wrap(wording.Visible(note), width)))
		}
	}
	if r.Documents == 0 {
		term.Print(out, "\n%s\n", term.Own(term.Wrap("give documents to see what would come out differently: --from-journal 30d, or --documents FOLDER", width)))
	}
}

// tableNotes are what is to be said below a table.
func tableNotes(t tables.Table) []string {
	var out []string
	if t.Note != "" {
		out = append(out, t.Note)
	}
	if rest := len(t.Rows) - usualDiffRows; t.Long && rest > 0 {
		out = append(out, fmt.Sprintf("and %s; all of them: --format xlsx, html or csv", wording.Counted(rest, "more row")))
	}
	return out
}

// csv writes every changed cell of the import file, and every document that is newly or no longer held.
func (r *diffReport) csv(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"document", "report", "record", "line", "kind", "entry", "role", "currency", "amount", "column", "before", "after"}}
	for i := range r.Lines {
		l := &r.Lines[i]
		for _, f := range l.Fields {
			rows = append(rows, []string{l.DocID, l.ReportID, l.Record, strconv.Itoa(l.Line), l.Kind, l.Entry, l.Role, l.Currency, fis.Text(l.Amount, l.Currency), f.Field, f.Old, f.New})
		}
	}
	for _, h := range r.Held {
		rows = append(rows, []string{h.DocID, h.ReportID, "", "", h.Kind, "", "", "", "", "", strings.Join(h.Old, "; "), strings.Join(h.New, "; ")})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = harmless(row[i])
		}
	}
	return out.WriteAll(rows)
}

// harmless keeps a spreadsheet from taking a text for a formula of its own; what is a number is left as it is.
func harmless(s string) string {
	if !wording.StartsFormula(s) {
		return s
	}
	if _, err := fis.ParseAmount(s); err == nil {
		return s
	}
	return "'" + s
}
