package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// usualDiffRows is how many rows of a long table the terminal shows.
const usualDiffRows = 20

// text writes the comparison for the terminal.
func (r *diffReport) text(out io.Writer, width int) {
	print(out, "%s\n", own(wrap(wording.Visible(r.Sentence), width)))
	print(out, "\n")
	l := lines{out: out, width: width, label: 9}
	for _, f := range r.facts() {
		l.put(f[0], "%s", f[1])
	}
	for _, t := range r.tables(r.shortLineTable()) {
		print(out, "\n%s\n", t.title)
		g := grid{heads: t.heads, right: t.right}
		rows := t.rows
		if t.long && len(rows) > usualDiffRows {
			rows = rows[:usualDiffRows]
		}
		for _, row := range fitted(t.heads, rows, width) {
			g.add(row...)
		}
		g.write(out, width)
		for _, note := range t.notes() {
			print(out, "%s\n", own(wrap(wording.Visible(note), width)))
		}
	}
	if r.Documents == 0 {
		print(out, "\n%s\n", own(wrap("give documents to see what would come out differently: --from-journal 30d, or --documents FOLDER", width)))
	}
}

// notes are what is to be said below a table.
func (t *sheetTable) notes() []string {
	var out []string
	if t.note != "" {
		out = append(out, t.note)
	}
	if rest := len(t.rows) - usualDiffRows; t.long && rest > 0 {
		out = append(out, fmt.Sprintf("and %s; all of them: --format xlsx, html or csv", counted(rest, "more row")))
	}
	return out
}

// fitted shortens texts, the longest columns first, until the table fits; the last column breaks into lines by itself.
func fitted(heads []string, rows [][]sheetCell, width int) [][]string {
	out := make([][]string, len(rows))
	wide, least := make([]int, len(heads)), make([]int, len(heads))
	for i, h := range heads {
		wide[i], least[i] = utf8.RuneCountInString(h), utf8.RuneCountInString(h)
	}
	for i, row := range rows {
		for j, c := range row {
			text := strings.ReplaceAll(c.String(), "\n", " ")
			out[i] = append(out[i], text)
			wide[j] = max(wide[j], utf8.RuneCountInString(text))
			if !c.isText() {
				least[j] = max(least[j], utf8.RuneCountInString(text))
			}
		}
	}
	last := len(heads) - 1
	shrink(wide, least, width-3*len(heads)-1, last)
	for _, row := range out {
		for j := range row {
			if j != last {
				row[j] = cutAfter([]rune(row[j]), wide[j])
			}
		}
	}
	return out
}

// roomForLast is what the last column gets at least: it breaks into lines.
const roomForLast = 30

// shrink takes from the widest column as long as the table is too wide.
func shrink(wide, least []int, width, last int) {
	wide[last] = min(wide[last], roomForLast)
	for {
		total, widest := 0, -1
		for i, w := range wide {
			total += w
			if i != last && w > max(least[i], 8) && (widest < 0 || w > wide[widest]) {
				widest = i
			}
		}
		if total <= width || widest < 0 {
			return
		}
		wide[widest]--
	}
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
	if !layout.StartsFormula(s) {
		return s
	}
	if _, err := fis.ParseAmount(s); err == nil {
		return s
	}
	return "'" + s
}
