package iso20022

import (
	"strconv"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// summary is a TxsSummry: how many entries a report has and what they add up to, in all and on each side. A notification
// has no balances, so that this alone tells whether it is whole.
type summary struct {
	said, are [3]tally // all, debits, credits
	unsure    bool     // an entry has no amount or side that could be counted
}

// tally is a number of entries with their sum; has tells which of the two is said.
type tally struct {
	number       int
	sum          fis.Amount
	hasN, hasSum bool
}

// tallyOf is the index in summary of what is said.
func tallyOf(name string) (at int, ok bool) {
	switch name {
	case "TtlNtries":
		return 0, true
	case "TtlDbtNtries":
		return 1, true
	case "TtlCdtNtries":
		return 2, true
	}
	return 0, false
}

// texts are what is said; a question mark where it is not.
func (t tally) texts() (number, sum string) {
	number, sum = "?", "?"
	if t.hasN {
		number = strconv.Itoa(t.number)
	}
	if t.hasSum {
		sum = t.sum.String()
	}
	return number, sum
}

func (y *summary) leaf(path []string, text, _ string) {
	if len(path) < 2 {
		return
	}
	at, ok := tallyOf(path[len(path)-2])
	if !ok {
		return
	}
	switch t := &y.said[at]; path[len(path)-1] {
	case "NbOfNtries":
		n, err := strconv.Atoi(text)
		t.number, t.hasN = n, err == nil
	case "Sum":
		a, err := fis.ParseAmount(text)
		t.sum, t.hasSum = a, err == nil
	}
}

func (y *summary) count(e *entry, a fis.Amount, known bool) {
	at := 1
	if e.side == credit {
		at = 2
	}
	y.unsure = y.unsure || !known || e.side != debit && e.side != credit
	for _, i := range []int{0, at} {
		y.are[i].number++
		y.are[i].sum = y.are[i].sum.Add(a)
	}
}

// summed holds the entries of a report that is whole against what it says of them.
func (s *statement) summed() error {
	y := &s.head.summary
	if s.unbalanced || s.paged || y.unsure {
		return nil
	}
	for i, name := range []string{"TtlNtries", "TtlDbtNtries", "TtlCdtNtries"} {
		said, are := y.said[i], y.are[i]
		if said.hasN && said.number != are.number || said.hasSum && !said.sum.Equal(are.sum) {
			number, sum := said.texts()
			return s.wrong("%s says %s entries of %s, and there are %d of %s; for a bank whose summaries are never right there is `own: { balances: ignore }`",
				name, number, sum, are.number, are.sum)
		}
	}
	return nil
}
