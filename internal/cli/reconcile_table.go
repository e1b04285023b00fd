package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
)

// table writes the reconciliation for people, as wide as is usual.
func (r reconciliation) table(out io.Writer) error { return r.tableWide(out, usualWidth) }

func (r reconciliation) tableWide(out io.Writer, width int) error {
	w := &strings.Builder{}
	var documents, postings, payments, files ledger
	documents.put("fetched", r.Fetched)
	documents.rule()
	var sum figure
	for _, b := range r.Documents {
		merge(&sum, b.figure)
		if b.Always || b.Number > 0 {
			documents.put(b.Label, b.figure)
		}
	}
	documents.rule()
	documents.put(ifTrue(r.Ties[0].Holds, "together ✓", "together ✗"), sum)
	documents.write(w, width, "documents", "number", r.Currencies)
	for _, b := range r.Postings {
		if b.Always || b.Number > 0 {
			postings.put(b.Label, b.figure)
		}
	}
	fmt.Fprintln(w)
	postings.write(w, width, "posting confirmations", "number", r.Currencies)
	for _, b := range r.Payments {
		payments.put(b.Label, b.figure)
	}
	if len(r.Payments) > 0 {
		fmt.Fprintln(w)
		payments.write(w, width, "payment confirmations", "number", r.Currencies)
	}
	for _, b := range r.Files {
		label := fmt.Sprintf("%s: %s", b.Route, counted(b.Files, "file"))
		files.put(label, debits(b.Documents, b.Totals))
		files.put("  sum of documents", debits(b.Documents, b.Sums))
		if b.Withdrawn > 0 {
			files.put(fmt.Sprintf("  (withdrawn: %d)", b.Withdrawn), figure{})
		}
	}
	if len(r.Files) > 0 {
		fmt.Fprintln(w)
		files.write(w, width, "import files, debit", "documents", r.Currencies)
	}
	fmt.Fprintln(w)
	r.tieLines(w, width)
	if _, err := io.WriteString(out, w.String()); err != nil {
		return fmt.Errorf("write the reconciliation: %w", err)
	}
	return nil
}

func ifTrue(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

func debits(documents int, sums map[string]journal.Sum) figure {
	f := figure{Amounts: map[string]fis.Amount{}, Counts: map[string]int{}}
	for c, s := range sums {
		f.Amounts[c] = s.Debit
		f.Counts[c] = 1 // there is something to show
	}
	f.Number = documents
	return f
}

// tieLines tells each equation, and what is wrong with the broken ones.
func (r reconciliation) tieLines(w io.Writer, width int) {
	for _, t := range r.Ties {
		fmt.Fprintf(w, "%s %s\n", ifTrue(t.Holds, "✓", "✗"), t.Equation)
		for _, b := range t.Broken {
			for _, line := range strings.Split(wrap(b, width-4), "\n") {
				fmt.Fprintf(w, "    %s\n", line)
			}
		}
	}
}

// ledger is a table of labels, numbers and amounts by currency. Currencies that do not fit beside each other go into a further table
// below.
type ledger struct{ rows []ledgerRow }

type ledgerRow struct {
	label string
	rule  bool
	figure
}

func (l *ledger) put(label string, f figure) {
	l.rows = append(l.rows, ledgerRow{label: label, figure: f})
}
func (l *ledger) rule() { l.rows = append(l.rows, ledgerRow{rule: true}) }

// ledgerLabel is how wide the first column of all ledgers is, so that they stand under each other.
const ledgerLabel = 25

func (l *ledger) write(w io.Writer, width int, title, number string, currencies []string) {
	used := l.used(currencies)
	label := ledgerLabel
	for _, r := range l.rows {
		label = max(label, utf8.RuneCountInString(r.label))
	}
	for first := true; first || len(used) > 0; first = false {
		room := width - (label + 3) - (max(9, len(number)) + 3) - 1
		var chunk []string
		for len(used) > 0 {
			need := l.amountWidth(used[0]) + 3
			if len(chunk) > 0 && room < need {
				break
			}
			room -= need
			chunk, used = append(chunk, used[0]), used[1:]
		}
		l.part(w, label, title, number, chunk)
	}
}

// used are the currencies in which a row has something.
func (l *ledger) used(currencies []string) []string {
	var out []string
	for _, c := range currencies {
		for _, r := range l.rows {
			if r.Counts[c] > 0 {
				out = append(out, c)
				break
			}
		}
	}
	return out
}

// leastAmount is the width of an amount column, unless an amount is wider.
const leastAmount = 13

func (l *ledger) amountWidth(currency string) int {
	wide := max(leastAmount, len(currencyName(currency)))
	for _, r := range l.rows {
		wide = max(wide, len(l.cell(r, currency)))
	}
	return wide
}

func (l *ledger) cell(r ledgerRow, currency string) string {
	if r.Counts[currency] == 0 {
		return ""
	}
	return money(r.Amounts[currency], currency)
}

func (l *ledger) part(w io.Writer, label int, title, number string, currencies []string) {
	heads := []any{title, number}
	columns := []table.ColumnConfig{{Number: 1, WidthMin: label}, {Number: 2, WidthMin: 9, Align: text.AlignRight, AlignHeader: text.AlignRight}}
	for i, c := range currencies {
		heads = append(heads, currencyName(c))
		columns = append(columns, table.ColumnConfig{Number: i + 3, WidthMin: l.amountWidth(c), Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t := newTable(w, heads...)
	t.Style().Format.Header = text.FormatDefault
	t.SetColumnConfigs(columns)
	for _, r := range l.rows {
		if r.rule {
			t.AppendSeparator()
			continue
		}
		cells := table.Row{r.label, ifTrue(r.Number > 0 || !strings.HasPrefix(r.label, " "), grouped(strconv.Itoa(r.Number)), "")}
		for _, c := range currencies {
			cells = append(cells, l.cell(r, c))
		}
		t.AppendRow(cells)
	}
	t.Render()
}
