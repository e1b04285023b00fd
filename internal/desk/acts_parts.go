package desk

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bridge/paying"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
)

// paidPart is what a payment pays of a document, as a person says.
type paidPart struct {
	word   string
	amount fis.Amount
}

var partForm = regexp.MustCompile(`([^\s=,;]+)\s*=\s*([0-9]+(?:\.[0-9]+)?)`)

// paidParts reads DOC=AMOUNT, once or several times; nil where a text names a document alone.
func paidParts(text string) ([]paidPart, error) {
	if !strings.Contains(text, "=") {
		return nil, nil
	}
	var parts []paidPart
	for _, m := range partForm.FindAllStringSubmatch(text, -1) {
		a, err := fis.ParseAmount(m[2])
		if err != nil || !a.IsPositive() {
			return nil, &Error{Code: ExitUsage, Err: say.Errorf("%q is no amount of a payment", m[2])}
		}
		parts = append(parts, paidPart{m[1], a})
	}
	if strings.Trim(partForm.ReplaceAllString(text, ""), " ,;") != "" || len(parts) == 0 {
		return nil, &Error{Code: ExitUsage, Err: say.Errorf("%q is not DOC=AMOUNT for each document, such as %s", text, "9FD2A0C1B7E44B70=109.00")}
	}
	return parts, nil
}

// inOther tells whether a payment is in another currency than a document.
func inOther(p fis.Payment, d records.Doc) bool { return d.Currency != "" && d.Currency != p.Currency }

// markParts settles a listed payment as one of several documents, each with its part, or as one in another currency, with
// what it pays of its document in the document's own.
func (w *Workspace) markParts(ctx context.Context, p records.ListedPayment, mark records.PaymentMark, parts []paidPart, reason string) (out PaymentMarked, err error) {
	no := func(err error, hint say.Text) (PaymentMarked, error) {
		return out, &Error{Code: ExitFailed, Err: err, Hint: hint}
	}
	if mark != records.PaymentValid {
		return no(say.Errorf("how much a payment pays of a document goes with `valid`"), say.F("fisbridge mark payment %d#%d valid --document DOC=AMOUNT --reason …", p.Result.ID, p.Line))
	}
	sum, named, other := fis.Zero, p.Doc.ID == "", false
	list, pays := make([]records.ListedPayment, 0, len(parts)), make([]bool, 0, len(parts))
	for _, part := range parts {
		one := p
		if one.Doc, err = w.Document(ctx, part.word); err != nil {
			return out, err
		}
		d := one.Doc
		switch other = inOther(p.Payment, d); {
		case d.State == records.Rejected:
			return no(say.Errorf("document %s is rejected, and Concur takes no payment of what was not posted", d.ID), "")
		case slices.ContainsFunc(out.Of, func(id string) bool { return id == d.ID }):
			return no(say.Errorf("document %s is named twice", d.ID), "")
		case part.amount.RoundFloor(fis.MinorUnits(d.Currency)).LessThan(part.amount):
			return no(say.Errorf("%s %s is a part of the smallest coin", part.amount, d.Currency), "")
		case other && len(parts) > 1:
			return no(say.Errorf("the payment is in %s, document %s in %s: a payment in another currency can be of one document only", p.Payment.Currency, d.ID, d.Currency), "")
		case other:
			one.Payment.Counts = &part.amount
		default:
			one.Payment.Amount, sum = part.amount, sum.Add(part.amount)
		}
		if len(parts) > 1 {
			one.Payment.Reference += "-" + cmp.Or(d.ReportID, d.ID)
		}
		named, out.Of = named || d.ID == p.Doc.ID, append(out.Of, d.ID)
		list, pays = append(list, one), append(pays, paysFor(w.Config, d))
	}
	switch {
	case !named:
		return no(say.Errorf("line %d of result file %s names document %s, not %s", p.Line, p.Result.Name, p.Doc.ID, strings.Join(out.Of, ", ")), "")
	case !other && !sum.Equal(p.Payment.Amount):
		return no(say.Errorf("the payment is of %s %s, and the documents get %s of it", fis.Text(p.Payment.Amount, p.Payment.Currency), p.Payment.Currency, fis.Text(sum, p.Payment.Currency)), "")
	}
	references, err := w.Journal.MarkParts(ctx, p, list, paying.TellAs, pays, reason)
	out.ListedPayment, out.As = p, strings.Join(references, ", ")
	return out, err
}
