package compare

import (
	"fmt"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// fewMoves is how many changes of a column the sentence names one by one.
const fewMoves = 3

// fewCurrencies is how many currencies it names with their amounts.
const fewCurrencies = 2

// sentence tells the difference as a person would.
func (d *Diff) sentence() string {
	if d.Documents == 0 {
		if len(d.Cells) == 0 {
			return "the two versions say the same"
		}
		return wording.Counted(len(d.Cells), "cell") + wording.Either(len(d.Cells) == 1, " differs", " differ") +
			"; no document was at hand, so what would come out differently is not known"
	}
	if !d.Different() {
		return "no document of " + wording.Grouped(fmt.Sprint(d.Documents)) +
			" changes: the import file would be the same" + d.heldOtherwise()
	}
	head := wording.Grouped(fmt.Sprint(d.Changed)) + " of " + wording.Counted(d.Documents, "document") +
		wording.Either(d.Changed == 1, " changes", " change")
	parts := d.parts()
	if len(parts) == 0 {
		return head
	}
	return head + ": " + strings.Join(parts, ", ") + "; nothing else"
}

func (d *Diff) heldOtherwise() string {
	if n := d.count(HeldOther); n > 0 {
		return "; " + wording.Counted(n, "document") + " would be held for other reasons"
	}
	return ""
}

// parts are the differences one by one.
func (d *Diff) parts() []string {
	var out []string
	for i := range d.Columns {
		out = append(out, d.Columns[i].words()...)
	}
	add := func(n int, noun, rest string) {
		if n > 0 {
			out = append(out, wording.Counted(n, noun)+rest)
		}
	}
	add(d.AddedLines, "line", wording.Either(d.AddedLines == 1, " is new", " are new"))
	add(d.RemovedLines, "line", wording.Either(d.RemovedLines == 1, " is gone", " are gone"))
	for _, kind := range []string{NewlyHeld, NoLongerHeld, HeldOther} {
		n := d.count(kind)
		add(n, "document", wording.Either(n == 1, " is ", " are ")+kind)
	}
	add(d.Moved, "document", wording.Either(d.Moved == 1, " goes", " go")+" into another file")
	if len(d.Frame) > 0 && len(out) == 0 {
		out = append(out, "the header or trailer reads differently")
	}
	return out
}

func (d *Diff) count(kind string) int {
	n := 0
	for _, h := range d.Held {
		if h.Kind == kind {
			n++
		}
	}
	return n
}

// words tell one column: each move by itself when they are few.
func (c *ColumnChange) words() []string {
	if len(c.Moves) == 0 || len(c.Moves) > fewMoves || !c.IsCode() && len(c.Moves) > 1 {
		return []string{fmt.Sprintf("%s changes in %s%s", c.Column, wording.Counted(c.Lines, "line"), c.variety())}
	}
	var out []string
	for i := range c.Moves {
		m := &c.Moves[i]
		switch amounts := amountWords(m.Amounts); {
		case c.IsCode() && amounts != "" && columnRank(c.Column) > 0:
			out = append(out, fmt.Sprintf("%s "+wording.Either(strings.HasPrefix(amounts, "amounts"), "move",
				"moves")+" from %s %s to %s in %s", amounts, c.Column, wording.OrBlank(m.Old), wording.OrBlank(m.New),
				wording.Counted(m.Lines, "line")))
		case c.IsCode() && amounts != "":
			out = append(out, fmt.Sprintf("%s %s → %s in %s with %s", c.Column, wording.OrBlank(m.Old),
				wording.OrBlank(m.New), wording.Counted(m.Lines, "line"), amounts))
		case len(m.Old)+len(m.New) > 80:
			return []string{fmt.Sprintf("%s changes in %s", c.Column, wording.Counted(c.Lines, "line"))}
		default:
			out = append(out, fmt.Sprintf("%s %s → %s in %s", c.Column, wording.OrBlank(m.Old), wording.OrBlank(m.New),
				wording.Counted(m.Lines, "line")))
		}
	}
	return out
}

func (c *ColumnChange) variety() string {
	if c.IsCode() && c.MoveCount > 1 && c.MoveCount <= mostMoves {
		return fmt.Sprintf(" (%d different changes)", c.MoveCount)
	}
	return ""
}

// amountWords are amounts by currency, nothing when all are zero.
func amountWords(amounts map[string]fis.Amount) string {
	if len(amounts) > fewCurrencies {
		return fmt.Sprintf("amounts in %d currencies", len(amounts))
	}
	var out []string
	for _, currency := range sortedCurrencies(amounts) {
		if a := amounts[currency]; !a.IsZero() {
			out = append(out, strings.TrimSpace(AmountText(a, currency)+" "+currency))
		}
	}
	return strings.Join(out, " and ")
}

func sortedCurrencies(amounts map[string]fis.Amount) []string {
	var out []string
	for c := range amounts {
		out = append(out, c)
	}
	sort.Strings(out)
	return out
}

// AmountText writes an amount with its currency's decimals and commas between thousands.
func AmountText(a fis.Amount, currency string) string {
	s := fis.Text(a, currency)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, rest, found := strings.Cut(s, ".")
	if found {
		rest = "." + rest
	}
	return sign + wording.Grouped(whole) + rest
}
