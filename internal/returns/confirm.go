package returns

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// The limits of the API, in characters.
const (
	maxDocID    = 32
	maxCompany  = 32
	maxNumber   = 80
	maxText     = 1300
	maxMessages = 100 // ours: nobody reads more
)

// Defaults fills what the ERP leaves out.
type Defaults struct {
	// Company is FIS's companyId, required with each ERP document.
	Company string
	// Number stands for the ERP's document number where the ERP gives none: the import file's name and sequence, say.
	Number     string
	FiscalYear string
	Posted     fis.Date
	// Message is what the employee reads of a rejection for which the ERP gave no reason.
	Message string
}

// PostingConfirmation is what Concur is told about the posting of a document, within the limits of the API: what the
// ERP leaves out is filled, and what is too long is cut. The error names everything that is wrong. A duplicate is never
// told to Concur: that is an error too.
func PostingConfirmation(docID string, o fis.Outcome, d Defaults) (fis.Outcome, error) {
	problems := checkDocID(docID)
	switch o.Verdict {
	case fis.Posted:
		o = booked(o, d)
		problems = append(problems, bookingProblems(o)...)
	case fis.Rejected:
		o.Number, o.Company, o.FiscalYear, o.Posted, o.Also = "", "", "", fis.Date{}, nil
		if len(o.Messages) == 0 {
			o.Messages = []fis.Message{{Text: d.Message}}
			if d.Message == "" {
				problems = append(problems, "a rejection needs a message")
			}
		}
	case fis.Duplicate:
		problems = append(problems, "a duplicate is never reported: what holds is the first outcome")
	default:
		problems = append(problems, fmt.Sprintf("verdict %q is neither posted nor rejected", o.Verdict))
	}
	o.Messages = cutMessages(o.Messages)
	return o, joined("posting confirmation of "+docID, problems)
}

// booked fills what the ERP leaves out of a booking.
func booked(o fis.Outcome, d Defaults) fis.Outcome {
	if o.Company == "" {
		o.Company = d.Company
	}
	if o.Number == "" {
		o.Number = d.Number
	}
	if o.FiscalYear == "" {
		o.FiscalYear = d.FiscalYear
	}
	if o.Posted.IsZero() {
		o.Posted = d.Posted
	}
	o.Also = slices.Clone(o.Also)
	for i := range o.Also {
		b := &o.Also[i]
		b.Company, b.FiscalYear = cmp.Or(b.Company, o.Company), cmp.Or(b.FiscalYear, o.FiscalYear)
		if b.Posted.IsZero() {
			b.Posted = o.Posted
		}
	}
	return o
}

func bookingProblems(o fis.Outcome) []string {
	var out []string
	for _, b := range o.Bookings() {
		if b.Company == "" {
			out = append(out, "no company: give the result format a column or the route a default")
		}
		if b.Number == "" {
			out = append(out, "no document number")
		}
		if n := runes(b.Company); n > maxCompany {
			out = append(out, fmt.Sprintf("the company has %d characters; Concur takes %d", n, maxCompany))
		}
		if n := runes(b.Number); n > maxNumber {
			out = append(out, fmt.Sprintf("the document number has %d characters; Concur takes %d", n, maxNumber))
		}
	}
	return out
}

// PaymentConfirmation is what Concur is told about a payment, in the same way. The error names everything that is
// wrong.
func PaymentConfirmation(docID string, p fis.Payment, d Defaults) (fis.Payment, error) {
	if p.Company == "" {
		p.Company = d.Company
	}
	if p.FiscalYear == "" {
		p.FiscalYear = d.FiscalYear
	}
	p.Currency = strings.ToUpper(p.Currency)
	problems := append(checkDocID(docID), paymentProblems(p)...)
	p.Message = cutText(p.Message)
	return p, joined("payment confirmation of "+docID, problems)
}

// paymentProblems is everything that Concur would not take. Only an obsolete payment may be without amount and method.
func paymentProblems(p fis.Payment) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	obsolete := p.Status == fis.PaymentObsolete
	switch p.Status {
	case fis.PaidCompletely, fis.PaidPartially, fis.Paid:
	case fis.PaymentReversed, fis.PaymentObsolete:
		if p.Message == "" {
			add("a payment with status %s needs a message", p.Status)
		}
	default:
		add("payment status %q is not one of CP, PP, RE, OB", string(p.Status))
	}
	if p.Reference == "" {
		add("the payment has no reference")
	}
	for _, id := range []struct{ what, text string }{{"reference", p.Reference}, {"company", p.Company}, {"document number", p.Number}, {"fiscal year", p.FiscalYear}} {
		if seen := wording.Visible(id.text); seen != id.text {
			add("the payment's %s \"%s\" holds characters that cannot be read", id.what, seen)
		}
	}
	if p.Amount.IsNegative() || p.Amount.IsZero() && !obsolete {
		add("the payment's amount is %s, and must be more than zero", p.Amount)
	}
	if problem := fractionProblem(p.Amount, p.Currency); problem != "" {
		add("%s", problem)
	}
	if !isCurrency(p.Currency) {
		add("%q is not a currency of three letters", cut(p.Currency, 20))
	}
	if p.Cleared.IsZero() {
		add("the payment has no date")
	}
	if p.Method != "E" && p.Method != "C" && !(obsolete && p.Method == "") {
		add("payment method %q is not E (electronic) or C (check)", cut(p.Method, 20))
	}
	if n := runes(p.Company); n > maxCompany {
		add("the company has %d characters; Concur takes %d", n, maxCompany)
	}
	return out
}

// fractionProblem says why an amount is none of its currency: nobody pays a part of the smallest coin. Mostly its point or
// comma is a mark of thousands.
func fractionProblem(a fis.Amount, currency string) string {
	if !isCurrency(currency) || a.Equal(a.RoundFloor(fis.MinorUnits(currency))) {
		return ""
	}
	return fmt.Sprintf("the payment's amount is %s, and %s has %s: is its point or comma a mark of thousands?", a, currency,
		wording.Counted(int(fis.MinorUnits(currency)), "decimal"))
}

func isCurrency(s string) bool {
	if len(s) != 3 {
		return false
	}
	for i := range 3 {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

func checkDocID(id string) []string {
	if id == "" {
		return []string{"the document has no id"}
	}
	if n := runes(id); n > maxDocID {
		return []string{fmt.Sprintf("the document id has %d characters; Concur takes %d", n, maxDocID)}
	}
	return nil
}

func joined(what string, problems []string) error {
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %w", what, errors.New(strings.Join(problems, "; ")))
}

// cutMessages keeps texts within the limit, and no more than a hundred of them.
func cutMessages(in []fis.Message) []fis.Message {
	if len(in) > maxMessages {
		rest := fis.Message{Text: fmt.Sprintf("and %d more messages", len(in)-(maxMessages-1))}
		in = append(append([]fis.Message(nil), in[:maxMessages-1]...), rest)
	}
	var out []fis.Message
	for _, m := range in {
		out = append(out, fis.Message{Code: cutRunes(m.Code, 255), Text: cutText(m.Text), LineItem: m.LineItem})
	}
	return out
}

// cutText shortens a text to the limit at a character.
func cutText(s string) string { return cutRunes(strings.ToValidUTF8(s, "�"), maxText) }

// cutRunes is the first n characters of s.
func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func runes(s string) int { return utf8.RuneCountInString(s) }
