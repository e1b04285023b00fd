package concur

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Limits of the service's texts, in characters.
const (
	maxCompany = 32
	maxNumber  = 80
	maxText    = 1300
)

// PostingFor makes the posting confirmation of an outcome: posted becomes success with the ERP's document numbers,
// rejected becomes error with its messages. Texts over 1300 characters are cut. Anything the service would refuse is an
// error: a posted outcome without company or number, a rejected one without a message, and a duplicate, which is never
// reported.
func PostingFor(docID string, o fis.Outcome) (PostingConfirmation, error) {
	p := PostingConfirmation{DocID: docID, PostingDocs: []PostingDoc{}, SystemMessages: []SystemMessage{}}
	for _, m := range o.Messages {
		p.SystemMessages = append(p.SystemMessages, systemMessage(m))
	}
	switch o.Verdict {
	case fis.Posted:
		p.Status = PostingSuccess
		for _, b := range o.Bookings() {
			p.PostingDocs = append(p.PostingDocs, PostingDoc{
				CompanyID: b.Company, DocumentNumber: b.Number, FiscalYear: b.FiscalYear,
				PaymentRelevantLineItems: []fis.CommitmentSource{}, PostingDate: b.Posted.String(),
			})
		}
	case fis.Rejected:
		p.Status = PostingError
	default:
		return PostingConfirmation{}, fmt.Errorf("document %s: the outcome %q is not reported to Concur", docID, o.Verdict)
	}
	if err := p.Validate(); err != nil {
		return PostingConfirmation{}, err
	}
	return p, nil
}

func systemMessage(m fis.Message) SystemMessage {
	text := message(m.Text)
	if text == "" && m.Text != "" {
		text = "the ERP's message holds no text that can be read"
	}
	return SystemMessage{LineItemID: wording.Line(m.LineItem), MessageID: cut(wording.Line(m.Code), 255), Language: "EN", LongText: text, ShortText: text}
}

// Validate reports all that the service would refuse.
func (p PostingConfirmation) Validate() error {
	errs := []error{checkDocID(p.DocID)}
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("document "+clipID(p.DocID)+": "+format, args...))
	}
	switch p.Status {
	case PostingSuccess:
		if len(p.PostingDocs) == 0 {
			bad("success without an ERP document")
		}
	case PostingError:
		if len(p.PostingDocs) > 0 {
			bad("error with an ERP document")
		}
		if len(p.SystemMessages) == 0 {
			bad("error without a message of the ERP")
		}
	default:
		bad("posting status %q: success or error", p.Status)
	}
	for _, d := range p.PostingDocs {
		for what, id := range map[string]string{"company": d.CompanyID, "document number": d.DocumentNumber, "fiscal year": d.FiscalYear} {
			if wrong := identifier(id); wrong != "" {
				bad("ERP %s %q: %s", what, id, wrong)
			}
		}
		if d.CompanyID == "" || length(d.CompanyID) > maxCompany {
			bad("ERP company %q: 1 to %d characters", d.CompanyID, maxCompany)
		}
		if d.DocumentNumber == "" || length(d.DocumentNumber) > maxNumber {
			bad("ERP document number %q: 1 to %d characters", d.DocumentNumber, maxNumber)
		}
		if _, err := time.Parse(time.DateOnly, d.PostingDate); d.PostingDate != "" && err != nil {
			bad("posting date %q: yyyy-MM-dd", d.PostingDate)
		}
	}
	for _, m := range p.SystemMessages {
		if m.LongText == "" && m.ShortText == "" {
			bad("a message without text")
		}
		if length(m.LongText) > maxText || length(m.ShortText) > maxText {
			bad("a message longer than %d characters", maxText)
		}
	}
	return errors.Join(errs...)
}

// PaymentFor makes the payment confirmation of a payment. Anything the service would refuse is an error.
func PaymentFor(docID string, p fis.Payment) (PaymentConfirmation, error) {
	out := PaymentConfirmation{
		DocID: docID, Status: p.Status, AdditionalMessage: message(p.Message),
		ClearingDetails: []ClearingDetail{{
			Date: ClearingDate(p.Cleared), Amount: AmountNumber(p.Amount, p.Currency), Currency: p.Currency,
			Receiver: Receiver{ID: wording.Line(p.ReceiverID), Name: wording.Line(p.ReceiverName), Type: "EMPLOYEE"},
			Reference: ClearingReference{
				CompanyCode: p.Company, FinancialDocumentID: p.Number, FiscalYear: p.FiscalYear,
				PaymentRef: p.Reference, PaymentMethod: p.Method,
			},
		}},
	}
	if err := out.Validate(); err != nil {
		return PaymentConfirmation{}, err
	}
	return out, nil
}

// Validate reports all that the service would refuse.
func (p PaymentConfirmation) Validate() error {
	errs := []error{checkDocID(p.DocID)}
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("document "+clipID(p.DocID)+": "+format, args...))
	}
	switch p.Status {
	case fis.PaidCompletely, fis.PaidPartially:
	case fis.PaymentReversed, fis.PaymentObsolete:
		if p.AdditionalMessage == "" {
			bad("payment status %s without a message", p.Status)
		}
	default:
		bad("payment status %q: CP, PP, RE or OB", p.Status)
	}
	if len(p.ClearingDetails) != 1 {
		bad("%d clearing details: one for each confirmation", len(p.ClearingDetails))
	}
	for _, d := range p.ClearingDetails {
		for what, id := range map[string]string{"company": d.Reference.CompanyCode, "document number": d.Reference.FinancialDocumentID, "fiscal year": d.Reference.FiscalYear, "reference": d.Reference.PaymentRef} {
			if wrong := identifier(id); wrong != "" {
				bad("payment %s %q: %s", what, id, wrong)
			}
		}
		if _, err := time.Parse(clearingForm, d.Date); err != nil || len(d.Date) != len(clearingForm) {
			bad("clearing date %q: yyyy-MM-ddTHH:mm:ss.SSSZ", d.Date)
		}
		if _, err := fis.ParseAmount(d.Amount.String()); err != nil {
			bad("clearing amount: %w", err)
		}
		if len(d.Currency) != 3 {
			bad("clearing currency %q: three letters", d.Currency)
		}
		if d.Reference.PaymentRef == "" {
			bad("payment without a reference")
		}
		if m := d.Reference.PaymentMethod; m != "" && m != "E" && m != "C" {
			bad("payment method %q: E or C", m)
		}
	}
	return errors.Join(errs...)
}

// clearingForm is the only form with a time that Concur shows right: milliseconds always three digits, always UTC.
const clearingForm = "2006-01-02T15:04:05.000Z"

// ClearingDate is a day in the service's form. It says noon UTC, so that no time zone between -12 and +11 shows another
// day.
func ClearingDate(d fis.Date) string {
	if d.IsZero() {
		return ""
	}
	return FormatClearingDate(d.Time().Add(12 * time.Hour))
}

// FormatClearingDate is a moment in the service's form.
func FormatClearingDate(t time.Time) string { return t.UTC().Format(clearingForm) }

// AmountNumber is an amount as a JSON number: digits with the currency's decimals, never an exponent, never through a
// float.
func AmountNumber(a fis.Amount, currency string) json.Number {
	return json.Number(fis.Text(a, currency))
}

func checkDocID(id string) error {
	if id == "" || length(id) > maxDocID {
		return fmt.Errorf("document id %q: 1 to %d characters", clipID(id), maxDocID)
	}
	return nil
}

func length(s string) int { return len([]rune(s)) }

// What is told to Concur follows one rule. A text is one line that people can read, cut at what the service takes. A
// number or id is told as it is or not at all: one that holds what cannot be read is not told in a form that nobody
// wrote.

// message makes a text of the ERP one that people can read in Concur.
func message(s string) string { return cut(wording.Line(s), maxText) }

// identifier is what is wrong with a number or id; empty when nothing is.
func identifier(s string) string {
	if wording.Visible(s) != s {
		return "it holds characters that cannot be read"
	}
	return ""
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
