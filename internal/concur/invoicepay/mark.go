package invoicepay

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Status is what an invoice is marked as.
type Status string

// The three marks of the service.
const (
	Paid   Status = "PAID"
	Void   Status = "VOID"   // the payment was taken back
	Cancel Status = "CANCEL" // no payment will come
)

// Mark tells Concur of an invoice that it is paid, that its payment was taken back, or that none will come.
type Mark struct {
	// DocID is the document of FIS; it comes back in the answer and is not sent.
	DocID string
	// RequestID is the invoice's own id, as its document has it.
	RequestID string
	Status    Status
	// Method is a way of payment in which Concur moves no money; see Methods.
	Method string
	Date   fis.Date
	// CheckNumber is the reference of the payment, by which it is found again.
	CheckNumber string
	// Amount is what was paid in all, in the invoice's currency; nil where no payment stands.
	Amount   *fis.Amount
	Currency string
	// Notes say why, to those who pay.
	Notes string
}

// Reference is the payment's.
func (m Mark) Reference() string { return m.CheckNumber }

// Methods are the ways of payment with which an invoice may be marked: the company has paid, by itself. With ACH and
// CHECK Concur pays, and without any it takes the supplier's own, which may be one of them.
func Methods() []string { return []string{"CLIENT", "WIRE", "CARD", "VCHER"} }

// The longest texts that the service takes.
const (
	maxRequestID   = 20
	maxCheckNumber = 100
	maxNotes       = 500
)

var plainID = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// Validate tells everything for which the mark must not be sent.
func (m Mark) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	switch {
	case m.RequestID == "":
		bad("the document has no requestId, by which Concur knows the invoice")
	case len(m.RequestID) > maxRequestID || !plainID.MatchString(m.RequestID):
		bad("requestId %q is not one of Concur's: letters and digits, %d at most", m.RequestID, maxRequestID)
	}
	if !slices.Contains([]Status{Paid, Void, Cancel}, m.Status) {
		bad("status %q is none of PAID, VOID, CANCEL", m.Status)
	}
	if !slices.Contains(Methods(), m.Method) {
		bad("way of payment %q has Concur pay, or is not known", m.Method)
	}
	if m.Date.IsZero() {
		bad("the payment has no date")
	}
	if n := utf8.RuneCountInString(m.CheckNumber); n == 0 {
		bad("the payment has no reference")
	} else if n > maxCheckNumber {
		bad("the payment's reference has %d characters, and Concur takes %d: it could not be found again", n, maxCheckNumber)
	}
	if m.Status == Paid && (m.Amount == nil || m.Amount.Sign() <= 0) {
		bad("what was paid is not more than nothing")
	}
	return errors.Join(errs...)
}

// item is a mark as the service wants it.
type item struct {
	RequestID     string          `json:"requestId"`
	Status        Status          `json:"paymentStatus"`
	Method        string          `json:"paymentMethodType"`
	Date          string          `json:"paymentStatusDate"`
	CheckNumbers  []string        `json:"checkNumbers"`
	PaymentAmount json.RawMessage `json:"paymentAmount,omitempty"`
	Notes         string          `json:"paymentAdjNotes,omitempty"`
}

func (m Mark) item() item {
	i := item{RequestID: m.RequestID, Status: m.Status, Method: m.Method, Date: m.Date.String(),
		CheckNumbers: []string{m.CheckNumber}, Notes: m.Notes}
	if m.Amount != nil {
		i.PaymentAmount = json.RawMessage(fis.Text(*m.Amount, m.Currency))
	}
	if r := []rune(m.Notes); len(r) > maxNotes {
		i.Notes = string(r[:maxNotes])
	}
	return i
}
