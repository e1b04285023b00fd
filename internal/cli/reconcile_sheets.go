package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
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
		out = append(out, fileEntries(f)...)
	}
	for _, t := range r.Ties {
		out = append(out, entry{section: "ties", item: t.Equation, number: len(t.Broken), ties: ifTrue(t.Holds, "yes", "no")})
	}
	return out
}

func fileEntries(f journal.FileFigure) []entry {
	var out []entry
	for _, c := range currenciesIn(f.Totals, f.Sums) {
		control := f.Totals[c].Debit
		out = append(out, entry{section: "import files", route: f.Route, item: f.Name, state: string(f.State), currency: c, number: f.Documents, amount: f.Sums[c].Debit, control: &control,
			ties: ifTrue(control.Equal(f.Sums[c].Debit), "yes", "no")})
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

// workbook writes the overview and, behind it, all entries, one sheet a section. Amounts are numbers, digit by digit as they are.
func (r reconciliation) workbook(w io.Writer) (err error) {
	book := excelize.NewFile()
	defer book.Close() //nolint:errcheck // it is in memory
	s := sheets{book: book, styles: map[int32]int{}}
	if s.bold, err = book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	if err := s.overview(r); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	for _, e := range r.entries() {
		if err := s.add(e); err != nil {
			return fmt.Errorf("write the workbook: %w", err)
		}
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// sheets fills a workbook row by row.
type sheets struct {
	book   *excelize.File
	bold   int
	styles map[int32]int // decimals → style
	next   map[string]int
}

const overviewSheet = "overview"

// overview is the table that people know from the terminal.
func (s *sheets) overview(r reconciliation) error {
	if err := s.book.SetSheetName("Sheet1", overviewSheet); err != nil {
		return err
	}
	heads := []string{"", "number"}
	for _, c := range r.Currencies {
		heads = append(heads, currencyName(c))
	}
	if err := s.heads(overviewSheet, heads); err != nil {
		return err
	}
	rows := append([]bucket{{Label: "documents fetched", figure: r.Fetched}}, r.Documents...)
	for _, part := range [][]bucket{r.Postings, r.Payments} {
		rows = append(append(rows, bucket{}), part...)
	}
	for _, b := range rows {
		if err := s.bucket(b, r.Currencies); err != nil {
			return err
		}
	}
	return s.book.SetColWidth(overviewSheet, "A", "A", 32)
}

func (s *sheets) heads(sheet string, heads []string) error {
	if s.next == nil {
		s.next = map[string]int{}
	}
	s.next[sheet] = 2
	for i, h := range heads {
		if err := s.text(sheet, i, 1, h); err != nil {
			return err
		}
	}
	if err := s.book.SetColWidth(sheet, "A", "I", 18); err != nil {
		return err
	}
	return s.book.SetRowStyle(sheet, 1, 1, s.bold)
}

func (s *sheets) bucket(b bucket, currencies []string) error {
	row := s.next[overviewSheet]
	s.next[overviewSheet]++
	if b.Label == "" {
		return nil
	}
	if err := s.text(overviewSheet, 0, row, b.Label); err != nil {
		return err
	}
	if err := s.number(overviewSheet, 1, row, strconv.Itoa(b.Number), 0); err != nil {
		return err
	}
	for i, c := range currencies {
		if b.Counts[c] == 0 {
			continue
		}
		if err := s.number(overviewSheet, i+2, row, fis.Text(b.Amounts[c], c), fis.MinorUnits(c)); err != nil {
			return err
		}
	}
	return nil
}

func (s *sheets) add(e entry) error {
	if s.next[e.section] == 0 {
		if _, err := s.book.NewSheet(e.section); err != nil {
			return err
		}
		if err := s.heads(e.section, entryHeads()); err != nil {
			return err
		}
	}
	row := s.next[e.section]
	s.next[e.section]++
	for i, text := range e.texts() {
		var err error
		switch head := entryHeads()[i]; {
		case text == "":
		case head == "number":
			err = s.number(e.section, i, row, text, 0)
		case head == "amount", head == "control total":
			err = s.number(e.section, i, row, text, fis.MinorUnits(e.currency))
		default:
			err = s.text(e.section, i, row, text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *sheets) text(sheet string, column, row int, text string) error {
	cell, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		return err
	}
	return s.book.SetCellStr(sheet, cell, text)
}

// number writes digits as a number, without a detour through a float.
func (s *sheets) number(sheet string, column, row int, digits string, decimals int32) error {
	cell, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		return err
	}
	if err := s.book.SetCellDefault(sheet, cell, digits); err != nil {
		return err
	}
	style, ok := s.styles[decimals]
	if !ok {
		format := "#,##0"
		for i := range decimals {
			format += ifTrue(i == 0, ".0", "0")
		}
		if style, err = s.book.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
			return err
		}
		s.styles[decimals] = style
	}
	return s.book.SetCellStyle(sheet, cell, cell, style)
}
