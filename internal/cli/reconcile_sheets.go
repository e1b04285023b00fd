package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// entry is one row of the reconciliation for machines and accountants: the same columns for every section.
type entry struct {
	section, route, item, state, currency string
	number                                int
	amount                                fis.Amount
	control                               *fis.Amount // what the amount must be equal to, where there is a second source
	ties                                  string      // yes, no, or nothing where there is nothing to compare
}

// entries lists everything that the reconciliation is made of.
func (r reconciliation) entries() []entry {
	var out []entry
	for _, a := range r.figures.Fetched {
		out = append(out, entry{section: "fetched", currency: a.Currency, number: a.Documents, amount: a.Amount})
	}
	for _, t := range r.figures.Tallies {
		out = append(out, entry{section: "documents", route: t.Route, state: string(t.State), item: string(t.Confirmed), currency: t.Currency, number: t.Documents, amount: t.Amount})
	}
	for _, c := range r.figures.Confirmations {
		out = append(out, entry{section: "posting confirmations", item: string(c.Verdict), state: string(c.State), currency: c.Currency, number: c.Count, amount: c.Amount})
	}
	for _, p := range r.figures.Payments {
		out = append(out, entry{section: "payment confirmations", item: statusWord(p.Status), state: string(p.State), currency: p.Currency, number: p.Payments, amount: p.Amount})
	}
	for _, f := range r.figures.Files {
		out = append(out, r.fileEntries(f)...)
	}
	for _, t := range r.Ties {
		out = append(out, entry{section: "ties", item: t.Equation, number: len(t.Broken), ties: wording.Either(t.Holds, "yes", "no")})
	}
	return out
}

func (r reconciliation) fileEntries(f journal.FileFigure) []entry {
	var out []entry
	said, must := r.read.sums(f)
	for _, c := range currenciesIn(said, must) {
		control := said[c].Debit
		out = append(out, entry{section: "import files", route: f.Route, item: f.Name, state: string(f.State), currency: c, number: f.Documents, amount: must[c].Debit, control: &control,
			ties: wording.Either(control.Equal(must[c].Debit), "yes", "no")})
	}
	return out
}

func entryHeads() []string {
	return []string{"section", "route", "item", "state", "currency", "number", "amount", "control total", "ties"}
}

func (e entry) texts() []string {
	amount, control := "", ""
	if e.section != "ties" {
		amount = fis.Text(e.amount, e.currency)
	}
	if e.control != nil {
		control = fis.Text(*e.control, e.currency)
	}
	return []string{e.section, e.route, e.item, e.state, e.currency, strconv.Itoa(e.number), amount, control, e.ties}
}

// csv writes all entries below one row of headings.
func (r reconciliation) csv(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{entryHeads()}
	for _, e := range r.entries() {
		rows = append(rows, e.texts())
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// workbook writes the overview and, behind it, all entries, one sheet a section. Amounts are numbers as far as Excel keeps all their digits, else texts.
func (r reconciliation) workbook(w io.Writer) error {
	s := term.NewSheets()
	defer s.Close()
	s.Table(r.overview())
	var sections []*term.Table
	for _, e := range r.entries() {
		if n := len(sections); n == 0 || sections[n-1].Sheet != e.section {
			sections = append(sections, &term.Table{Sheet: e.section, Heads: entryHeads(), Right: []int{5, 6, 7}})
		}
		t := sections[len(sections)-1]
		t.Rows = append(t.Rows, e.cells())
	}
	for _, t := range sections {
		s.Table(*t)
	}
	if err := s.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// cells are the columns of entryHeads as cells of a workbook.
func (e entry) cells() []term.Cell {
	out := append(term.TextCells(e.section, e.route, e.item, e.state, e.currency), term.CountCell(e.number), term.Cell{}, term.Cell{}, term.Cell{Text: e.ties})
	if e.section != "ties" {
		out[6] = term.AmountCell(e.amount, e.currency)
	}
	if e.control != nil {
		out[7] = term.AmountCell(*e.control, e.currency)
	}
	return out
}

// overview is the table that people know from the terminal.
func (r reconciliation) overview() term.Table {
	t := term.Table{Sheet: "overview", Heads: []string{"", "number"}, Right: []int{1}, Plain: true}
	for i, c := range r.Currencies {
		t.Heads, t.Right = append(t.Heads, fis.CurrencyName(c)), append(t.Right, i+2)
	}
	rows := append([]bucket{{Label: "documents fetched", figure: r.Fetched}}, r.Documents...)
	for _, part := range [][]bucket{r.Postings, r.Payments} {
		rows = append(append(rows, bucket{}), part...)
	}
	for _, b := range rows {
		row := make([]term.Cell, len(t.Heads))
		if b.Label != "" {
			row[0], row[1] = term.Cell{Text: b.Label}, term.CountCell(b.Number)
		}
		for i, c := range r.Currencies {
			if b.Counts[c] > 0 {
				row[i+2] = term.AmountCell(b.Amounts[c], c)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
