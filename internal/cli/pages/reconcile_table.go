package pages

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Reconciliation is the reconciliation as people see it.
type Reconciliation struct {
	desk.Reconciliation
	// Zone is that of its times.
	Zone *time.Location
}

// Table writes the reconciliation for people, at most width columns wide.
func (r Reconciliation) Table(out io.Writer, width int) error {
	w := &strings.Builder{}
	r.documentsTable().write(w, width)
	if len(r.Files) > 0 {
		r.filesTable().write(w, width)
	}
	if len(r.Payments) > 0 {
		r.paymentsTable().write(w, width)
	}
	r.toldTable(w, width)
	r.tieLines(w, width)
	r.heardLines(w, width)
	if _, err := io.WriteString(out, w.String()); err != nil {
		return fmt.Errorf("write the reconciliation: %w", err)
	}
	return nil
}

// crosstab has a row for the numbers and one for each currency; its columns are figures. What is equal by rights has a
// tick at the end.
type crosstab struct {
	corner     string
	currencies []string
	columns    []crossColumn
	ticks      map[string]bool // by currency; "#" is the row of numbers
	tight      bool
	open       bool // what is equal has no tick: something was not compared, or rounding stands between
}

type crossColumn struct {
	head string
	desk.Figure
}

func (c *crosstab) put(head string, f desk.Figure) {
	c.columns = append(c.columns, crossColumn{head, f})
}

// documentsTable is the equation itself: fetched = posted + rejected + …
func (r Reconciliation) documentsTable() *crosstab {
	c := &crosstab{corner: "documents", currencies: r.Currencies, ticks: map[string]bool{}}
	c.put("fetched", r.Fetched)
	sign := "= "
	var open, sum desk.Figure
	for _, b := range r.Documents {
		sum.Merge(b.Figure)
		switch {
		case b.Open:
			open.Merge(b.Figure)
		case b.Always || b.Number > 0:
			c.put(sign+b.Short, b.Figure)
			sign = "+ "
		}
	}
	c.put("+ open", open)
	c.tick(r.Fetched, sum)
	return c
}

// tick notes for each row whether two figures are equal.
func (c *crosstab) tick(a, b desk.Figure) {
	c.ticks["#"] = a.Number == b.Number
	for _, currency := range c.currencies {
		if a.Counts[currency]+b.Counts[currency] > 0 {
			c.ticks[currency] = a.Counts[currency] == b.Counts[currency] && a.Amounts[currency].Equal(b.Amounts[currency])
		}
	}
}

func (r Reconciliation) filesTable() *crosstab {
	c := &crosstab{corner: "import files", currencies: r.Currencies, ticks: map[string]bool{}}
	var control, sum desk.Figure
	for _, b := range r.Files {
		addDebits(&control, b.Documents, b.Totals)
		addDebits(&sum, b.Parts, b.Sums)
	}
	c.put("in the files", control)
	c.put("= their documents", sum)
	c.tick(control, sum)
	var rounding desk.Figure
	for _, b := range r.Files {
		for currency, by := range b.Rounding {
			if !by.Away.IsZero() {
				rounding.Add(currency, 1, by.Away)
			}
		}
		c.open = c.open || b.NotCompared > 0
	}
	if len(rounding.Counts) > 0 {
		c.put("+ rounding", rounding)
		sum.Merge(rounding)
		c.tick(control, sum)
		c.open = true
	}
	return c
}

// sign is a tick where a row is equal.
func (c *crosstab) sign(row string) string { return term.Sign(c.ticks[row], !c.open) }

// addDebits adds control totals to a figure; its counts only say that there is something to show.
func addDebits(f *desk.Figure, documents int, sums map[string]desk.Sum) {
	for currency, s := range sums {
		f.Add(currency, 0, s.Debit)
		f.Counts[currency] = 1
	}
	f.Number += documents
}

func (r Reconciliation) paymentsTable() *crosstab {
	c := &crosstab{corner: "payments", currencies: r.Currencies}
	for _, b := range r.Payments {
		c.put(b.Label, b.Figure)
	}
	return c
}

// toldTable says how many outcomes and payments Concur knows.
func (r Reconciliation) toldTable(w io.Writer, width int) {
	states := []desk.ConfirmState{desk.ConfirmDone, desk.ConfirmPending, desk.ConfirmWaiting, desk.ConfirmStuck, desk.ConfirmKept}
	g := term.Grid{Heads: []string{"Concur", "knows", "to be told", "must wait", "stuck", "kept here"}, Right: []int{1, 2, 3, 4, 5}}
	row := func(label string, count func(desk.ConfirmState) int) {
		cells := []string{label}
		for _, s := range states {
			cells = append(cells, wording.Either(count(s) > 0, wording.Grouped(strconv.Itoa(count(s))), "·"))
		}
		g.Add(cells...)
	}
	for _, v := range []fis.Verdict{fis.Posted, fis.Rejected} {
		row(string(v), func(s desk.ConfirmState) (n int) {
			for _, b := range r.Postings {
				if b.Name == string(v)+" "+string(s) {
					n += b.Number
				}
			}
			return n
		})
	}
	row("payments", r.PaymentsIn)
	g.Write(w, width)
}

// tieLines tells each equation, and what is wrong with the broken ones.
func (r Reconciliation) tieLines(w io.Writer, width int) {
	for _, t := range r.Ties {
		sign, word := term.Sign(t.Holds, t.Word() == "yes"), ""
		if t.Holds && t.Word() != "yes" {
			word = ": " + t.Word()
		}
		term.Print(w, "%s %s%s\n", sign, t.Equation, word)
		for _, b := range t.Broken {
			for _, line := range strings.Split(term.Wrap(b, width-4), "\n") {
				term.Print(w, "    %s\n", line)
			}
		}
		for _, n := range t.Notes {
			for _, line := range strings.Split(term.Wrap(n.String(), width-4), "\n") {
				term.Print(w, "    %s\n", line)
			}
		}
	}
}

// write writes the table. Where it is too wide it leaves out the signs and the lines between columns; what does not fit
// then either goes into a further table below.
func (c *crosstab) write(w io.Writer, width int) {
	if n := c.fitting(c.columns, width); n < len(c.columns) {
		term.Print(w, "%s\n", c.corner)
		c.tight, c.corner = true, ""
		for i := range c.columns {
			c.columns[i].head = strings.TrimLeft(c.columns[i].head, "=+ ")
		}
	}
	for rest := c.columns; len(rest) > 0; {
		n := c.fitting(rest, width)
		c.part(w, rest[:n], n == len(rest))
		rest = rest[n:]
	}
}

// fitting is how many columns find room, at least one.
func (c *crosstab) fitting(columns []crossColumn, width int) int {
	gap, first := len(" | "), max(len("number"), utf8.RuneCountInString(c.corner))
	if c.tight {
		gap = len("  ")
	}
	for _, currency := range c.currencies {
		first = max(first, len(fis.CurrencyName(currency)))
	}
	room := width - 4 - first // the frame, the corner
	if c.ticks != nil {
		room -= 1 + gap
	}
	n := 0
	for n < len(columns) && (n == 0 || room >= c.columnWidth(columns[n])+gap) {
		room -= c.columnWidth(columns[n]) + gap
		n++
	}
	return n
}

func (c *crosstab) columnWidth(col crossColumn) int {
	wide := max(utf8.RuneCountInString(col.head), len(wording.Grouped(strconv.Itoa(col.Number))))
	for _, currency := range c.currencies {
		wide = max(wide, utf8.RuneCountInString(c.cell(col, currency)))
	}
	return wide
}

func (c *crosstab) cell(col crossColumn, currency string) string {
	if col.Counts[currency] == 0 {
		return "·"
	}
	return fis.Money(col.Amounts[currency], currency)
}

func (c *crosstab) part(w io.Writer, columns []crossColumn, last bool) {
	heads, numbers := []any{c.corner}, table.Row{"number"}
	var aligned []table.ColumnConfig
	for i, col := range columns {
		heads = append(heads, col.head)
		numbers = append(numbers, wording.Grouped(strconv.Itoa(col.Number)))
		aligned = append(aligned, table.ColumnConfig{Number: i + 2, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	ticks := last && c.ticks != nil
	if ticks {
		heads, numbers = append(heads, ""), append(numbers, c.sign("#"))
	}
	t := term.NewTable(w, heads...)
	t.Style().Format.Header = text.FormatDefault
	t.Style().Options.SeparateColumns = !c.tight
	t.SetColumnConfigs(aligned)
	t.AppendRow(numbers)
	t.AppendSeparator()
	for _, currency := range c.currencies {
		row, any := table.Row{fis.CurrencyName(currency)}, false
		for _, col := range columns {
			row = append(row, c.cell(col, currency))
			any = any || col.Counts[currency] > 0
		}
		if !any {
			continue
		}
		if ticks {
			row = append(row, c.sign(currency))
		}
		t.AppendRow(row)
	}
	t.Render()
}
