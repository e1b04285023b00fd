package returns

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// What of the payment rows of a file is known already, or may be.

// repeats settles the rows that agree with another one in everything; the others come back.
func (h *holding) repeats(rows []NewPayment) (open []PaymentVerdict) {
	known := map[string][]EarlierPayment{}
	for _, e := range h.earlier {
		known[e.Content] = append(known[e.Content], e)
	}
	lines := map[string][]int{}
	for i, row := range rows {
		v := PaymentVerdict{Row: row}
		if h.identified(row.Payment, rows[:i]) || h.cameBackBefore(row.Payment) {
			v.Repeated = true
			h.done = append(h.done, v)
			continue
		}
		n := len(lines[row.Content])
		lines[row.Content] = append(lines[row.Content], row.Line)
		same := known[row.Content]
		switch {
		case slices.ContainsFunc(same, func(e EarlierPayment) bool { return e.ResultID == h.result && e.Line == row.Line }):
			v.Repeated = true
		case n < len(same):
			if v.Problem = h.twice(row.Payment, same[n]); v.Problem == "" {
				v.Repeated = true
			}
		case n > 0:
			v.Problem = fmt.Sprintf("equal to line %d of this file: two payments of %s %s, or one that was written twice", lines[row.Content][0], h.text(row.Payment.Amount), row.Payment.Currency)
		default:
			open = append(open, v)
			continue
		}
		h.done = append(h.done, v)
	}
	return open
}

// identified tells whether the bank has told of this very payment before: by its own reference, the day and the amount.
// What else is said of it may differ: a notification says more than the statement of the day.
func (h *holding) identified(p fis.Payment, before []NewPayment) bool {
	if !p.Identified {
		return false
	}
	same := func(o fis.Payment) bool {
		return o.Identified && (o.Reference == p.Reference || strings.HasPrefix(o.Reference, p.Reference+"-RE")) && o.Amount.Equal(p.Amount) && o.Currency == p.Currency &&
			o.Cleared == p.Cleared && (o.Status == fis.PaymentReversed) == (p.Status == fis.PaymentReversed)
	}
	return slices.ContainsFunc(h.earlier, func(e EarlierPayment) bool { return same(e.Payment) }) ||
		slices.ContainsFunc(before, func(o NewPayment) bool { return same(o.Payment) })
}

// cameBackBefore tells whether money that came in, of which the bank does not say why, is that of a return that another
// file has told of.
func (h *holding) cameBackBefore(p fis.Payment) bool {
	return p.Doubtful && p.Status == fis.PaymentReversed && !h.paid.IsPositive() && slices.ContainsFunc(h.earlier, func(e EarlierPayment) bool {
		o := e.Payment
		return o.Status == fis.PaymentReversed && e.ResultID != h.result && o.Amount.Equal(p.Amount) && o.Currency == p.Currency && daysBetween(o.Cleared, p.Cleared) <= h.Again
	})
}

// doubtful says why a person is asked about a line that names the document, and of which the file does not say that it is
// a payment or a return.
func (h *holding) doubtful(p fis.Payment) string {
	if p.Status == fis.PaymentReversed {
		return fmt.Sprintf("%s %s came in under the reference of document %s (paid so far: %s), and the bank does not say that this is a return: "+
			"valid tells Concur that the money came back, invalid that it is other money", fis.Text(p.Amount, p.Currency), p.Currency, h.DocID, h.text(h.paid))
	}
	return fmt.Sprintf("%s %s left under the reference of document %s (paid so far: %s), and the bank does not say that this is a payment: "+
		"valid tells Concur that it is one, invalid that it is none", fis.Text(p.Amount, p.Currency), p.Currency, h.DocID, h.text(h.paid))
}

// perhapsKnown says why a payment that fits may be one that an earlier file has told of: of the same amount, and the
// references do not say that they are two. A bank may leave its own out of the statement, or out of all its files, where
// each gives another made-up reference; it may cut it short in one kind of file, and give the sum of a statement another
// one than the transaction of a notification; or the ERP tells of the payment too. Each kind of file has a day of its own:
// the ERP that on which it cleared, a bank the booking or the value. So files of two kinds are compared over some days.
func (h *holding) perhapsKnown(p fis.Payment) string {
	for _, e := range h.earlier {
		o := e.Payment
		if e.ResultID == h.result || p.Amount.IsZero() || !o.Amount.Equal(p.Amount) || o.Currency != p.Currency ||
			(o.Status == fis.PaymentReversed) != (p.Status == fis.PaymentReversed) {
			continue
		}
		apart := daysBetween(o.Cleared, p.Cleared)
		unlike := ""
		switch {
		case apart > h.Again, apart > 0 && h.cameBack(o, p):
		case o.Identified != p.Identified:
			unlike = "only one of them has the bank's own reference"
		case apart == 0 && o.Reference == p.Reference:
		case o.Made || p.Made: // it is made with the day
			unlike = "neither has the bank's own reference"
		case p.Identified && cutShort(o.Reference, p.Reference):
			unlike = "the reference of one may be that of the other, cut short"
		case e.Format != "" && h.Format != "" && e.Format != h.Format && !h.names(o):
			unlike = fmt.Sprintf("a file of another kind (%s) has told of it, and may have another reference for it", e.Format)
		case p.Identified && sameOrder(o, p) && !h.names(o):
			unlike = fmt.Sprintf("both are of the order %s (the end-to-end id), and a further payment has another one", p.EndToEnd)
		}
		if unlike == "" {
			continue
		}
		day := "and this day too"
		if apart > 0 {
			day = fmt.Sprintf("too and of %s, and one payment may have two days (matching.again_days: %d)", o.Cleared, h.Again)
		}
		return fmt.Sprintf("may be payment %s of result %d told again, which is of %s %s %s; %s", o.Reference, e.ResultID,
			h.text(p.Amount), p.Currency, day, unlike)
	}
	return ""
}

// cameBack tells whether a payment of this amount came back between the days of two: then the later one is another attempt.
func (h *holding) cameBack(o, p fis.Payment) bool {
	return p.Status != fis.PaymentReversed && slices.ContainsFunc(h.earlier, func(e EarlierPayment) bool {
		back := e.Payment
		return back.Status == fis.PaymentReversed && back.Amount.Equal(p.Amount) && !before(back.Cleared, o.Cleared) && !before(p.Cleared, back.Cleared)
	})
}

// sameOrder tells whether two payments are of one order: a part that is paid later has another end-to-end id, or is of
// another payment run. Where a bank says none nothing can be told.
func sameOrder(o, p fis.Payment) bool {
	return p.EndToEnd != "" && o.EndToEnd == p.EndToEnd && (o.Run == "" || p.Run == "" || o.Run == p.Run)
}

// daysBetween is how many days lie between two, in whatever order.
func daysBetween(a, b fis.Date) int {
	n := int(a.Time().Sub(b.Time()).Hours() / 24)
	return max(n, -n)
}

// names tells whether the file in hand has a row of a payment that was told earlier, under its reference: then another row
// is not that payment.
func (h *holding) names(o fis.Payment) bool {
	return slices.ContainsFunc(h.named, func(n NewPayment) bool { return n.Payment.Identified && n.Payment.Reference == o.Reference })
}

// leastCut is the length of the shortest reference that may be another one cut short: banks cut at 15, 16 or 35.
const leastCut = 15

func cutShort(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(a) >= leastCut && strings.HasPrefix(b, a)
}

// twice says why a row that agrees with a payment of an earlier file may be another one: the document has room for it.
func (h *holding) twice(p fis.Payment, e EarlierPayment) string {
	if p.Status == fis.PaymentObsolete || h.misfit(p) != "" {
		return ""
	}
	return fmt.Sprintf("equal to line %d of result %d: the same payment told again, or another one of %s %s", e.Line, e.ResultID, h.text(p.Amount), p.Currency)
}
