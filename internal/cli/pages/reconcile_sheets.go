package pages

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
)

func entryHeads() []string {
	return []string{"section", "route", "item", "state", "currency", "number", "amount", "control total", "ties"}
}

func entryTexts(e desk.Entry) []string {
	amount, control := "", ""
	if e.Section != "ties" && e.Section != "events" {
		amount = fis.Text(e.Amount, e.Currency)
	}
	if e.Control != nil {
		control = fis.Text(*e.Control, e.Currency)
	}
	return []string{e.Section, e.Route, e.Item, e.State, e.Currency, strconv.Itoa(e.Number), amount, control, e.Ties}
}

// Csv writes all entries below one row of headings.
func (r Reconciliation) Csv(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{entryHeads()}
	for _, e := range r.Entries() {
		rows = append(rows, entryTexts(e))
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// Workbook writes the overview and, behind it, all entries, one sheet a section. Amounts are numbers as far as Excel
// keeps all their digits, else texts.
func (r Reconciliation) Workbook(w io.Writer) error {
	s := term.NewSheets()
	defer s.Close()
	s.Table(r.overview())
	var sections []*term.Table
	for _, e := range r.Entries() {
		if n := len(sections); n == 0 || sections[n-1].Sheet != e.Section {
			sections = append(sections, &term.Table{Sheet: e.Section, Heads: entryHeads(), Right: []int{5, 6, 7}})
		}
		t := sections[len(sections)-1]
		t.Rows = append(t.Rows, entryCells(e))
	}
	for _, t := range sections {
		s.Table(*t)
	}
	if err := s.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// entryCells are the columns of entryHeads as cells of a workbook.
func entryCells(e desk.Entry) []term.Cell {
	out := append(term.TextCells(e.Section, e.Route, e.Item, e.State, e.Currency), term.CountCell(e.Number), term.Cell{}, term.Cell{}, term.Cell{Text: e.Ties})
	if e.Section != "ties" && e.Section != "events" {
		out[6] = term.AmountCell(e.Amount, e.Currency)
	}
	if e.Control != nil {
		out[7] = term.AmountCell(*e.Control, e.Currency)
	}
	return out
}

// overview is the table that people know from the terminal.
func (r Reconciliation) overview() term.Table {
	t := term.Table{Sheet: "overview", Heads: []string{"", "number"}, Right: []int{1}, Plain: true}
	for i, c := range r.Currencies {
		t.Heads, t.Right = append(t.Heads, fis.CurrencyName(c)), append(t.Right, i+2)
	}
	rows := append([]desk.Bucket{{Label: "documents fetched", Figure: r.Fetched}}, r.Documents...)
	for _, part := range [][]desk.Bucket{r.Postings, r.Payments} {
		rows = append(append(rows, desk.Bucket{}), part...)
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
