package posting

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Form is how the difference between two states of a report is posted.
type Form string

const (
	// ByLines takes back every old line, with debit and credit exchanged, then posts every new line.
	ByLines Form = "lines"
	// ByNet posts, for each account and cost object, new less old; what is the same is left out.
	ByNet Form = "net"
)

// Written is a posting line with the codes (accounts, cost objects) that an import file writes for it.
type Written struct {
	Line
	// Codes are the written ones, in an order that is the same for all lines compared.
	Codes []string
	// Records are the records that the line makes, one bit each.
	Records uint64
}

// key is where a line is posted. Neither the entry nor the allocation is part of it: whether their ids survive the
// reopening of a report is not documented.
func (w *Written) key() string {
	var b strings.Builder
	for _, s := range []string{string(w.Role), w.Party, w.TaxAuthority, w.TaxCode, w.TaxReclaimCode} {
		b.WriteString(s)
		b.WriteByte(0)
	}
	if len(w.Codes) == 0 {
		b.WriteString(w.AccountCode)
	}
	for _, s := range w.Codes {
		b.WriteString(s)
		b.WriteByte(0)
	}
	for m := w.Records; m > 0; m >>= 8 {
		b.WriteByte(byte(m))
	}
	return b.String()
}

// Difference are the lines that turn what was written (old, of one or several documents) into what a document says now.
// Both forms have the same sums for each account: old and difference together are new. It balances when old and now do.
// A line that takes something back has no place in the document but that of a new line with the same account, whose
// texts it may tell. Its date is the document's: lines that are taken back balance among themselves on one day, and new
// lines on theirs. Lines that were added up are of one day for the same reason.
func Difference(old, now []Written, form Form) []Written {
	lines := make([]Written, 0, len(old)+len(now))
	for i := range old {
		l := old[i]
		l.Debit, l.Credit, l.Reversal, l.OfDocument = l.Credit, l.Debit, true, true
		lines = append(lines, l)
	}
	lendPlaces(lines, now)
	lines = append(lines, now...)
	if form == ByNet {
		return net(lines)
	}
	return lines
}

// lendPlaces gives lines of an old document the places of new ones with the same key, of the same entry where there is one.
func lendPlaces(old, now []Written) {
	places := map[string][]*Written{}
	for i := range now {
		k := now[i].key()
		places[k] = append(places[k], &now[i])
	}
	for i := range old {
		l := &old[i]
		l.Entry, l.Allocation, l.Journal, l.Tax, l.Application = nil, nil, nil, nil, nil
		var p *Written
		for _, n := range places[l.key()] { // the texts are those of its own entry, where the document has that still
			if p == nil || l.alike(n) > l.alike(p) {
				p = n
			}
		}
		if p != nil {
			l.Entry, l.Allocation, l.Journal, l.Tax, l.Application = p.Entry, p.Allocation, p.Journal, p.Tax, p.Application
		}
	}
}

// alike is how much of where a line stands in its document another one shares.
func (w *Written) alike(o *Written) (n int) {
	for _, same := range []bool{w.EntryID == o.EntryID && w.LineItem == o.LineItem, w.CashAdvanceID == o.CashAdvanceID, w.AllocationID == o.AllocationID} {
		if n <<= 1; same {
			n++
		}
	}
	return n
}

// net adds up the lines of each key; zeros are left out.
func net(lines []Written) []Written {
	at := map[string]int{}
	var out []Written
	var sums []fis.Amount
	for i := range lines {
		k := lines[i].key()
		n, known := at[k]
		if !known {
			n = len(out)
			at[k] = n
			out, sums = append(out, lines[i]), append(sums, fis.Zero)
		}
		out[n].OfDocument = true
		sums[n] = sums[n].Add(lines[i].Amount())
	}
	kept := out[:0]
	for i := range out {
		if l := out[i]; !sums[i].IsZero() {
			l.set(sums[i])
			kept = append(kept, l)
		}
	}
	return kept
}

// Standing adds what a later document of a report wrote to what stood of the earlier ones: a line that takes back one that
// stands there, with the same key and amount on the other side, takes it away, and stands itself no more. What is left are
// the lines that a further document has to take back; their sums are those of all lines that were ever written.
func Standing(stood, later []Written) []Written {
	if len(stood) == 0 {
		return later // its own lines, as they are
	}
	sides := func(w *Written, debit, credit fis.Amount) string {
		return w.key() + debit.String() + "/" + credit.String()
	}
	out := slices.Clone(stood)
	gone := make([]bool, len(stood)+len(later))
	at := map[string][]int{}
	for i := range out {
		k := sides(&out[i], out[i].Debit, out[i].Credit)
		at[k] = append(at[k], i)
	}
	for i := range later {
		l := &later[i]
		if open := at[sides(l, l.Credit, l.Debit)]; len(open) > 0 {
			gone[open[0]] = true
			at[sides(l, l.Credit, l.Debit)] = open[1:]
			continue
		}
		k := sides(l, l.Debit, l.Credit)
		at[k] = append(at[k], len(out))
		out = append(out, *l)
	}
	kept := out[:0]
	for i := range out {
		if !gone[i] {
			kept = append(kept, out[i])
		}
	}
	return kept
}

// AddUp adds up lines of one key and one side, as a file that summarises does.
func AddUp(lines []Written) []Written {
	at := map[string]int{}
	var out []Written
	for i := range lines {
		l := lines[i]
		l.OfDocument = true
		k := l.key()
		if l.Debit.IsZero() {
			k += "\x00C"
		}
		n, known := at[k]
		if !known {
			at[k] = len(out)
			out = append(out, l)
			continue
		}
		out[n].Debit, out[n].Credit = out[n].Debit.Add(l.Debit), out[n].Credit.Add(l.Credit)
	}
	return out
}

// Mirrored counts the new lines that take back an old one: same account, same amount, other side. Each old line is
// taken back once.
func Mirrored(old, now []Written) int {
	side := func(w *Written, debit, credit fis.Amount) string {
		return w.key() + debit.String() + "/" + credit.String()
	}
	open := map[string]int{}
	for i := range old {
		open[side(&old[i], old[i].Credit, old[i].Debit)]++
	}
	n := 0
	for i := range now {
		if k := side(&now[i], now[i].Debit, now[i].Credit); open[k] > 0 {
			open[k]--
			n++
		}
	}
	return n
}
