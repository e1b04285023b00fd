package erp

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// Pay pays documents and writes one payment file; how decides what each posted document gets now. What a payment leaves
// open (reference, date, currency, method) the ERP fills in. The name of the file is empty when nothing was paid.
func (e *ERP) Pay(how func(Document) []Payment) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.pay == nil {
		return "", errors.New("simulated ERP: no payment file is configured")
	}
	var rows []facts
	for i := range e.books.Documents {
		d := &e.books.Documents[i]
		if d.Number == "" {
			continue
		}
		for _, p := range how(*d) {
			if p.Status == fis.PaymentReversed && !e.pay.says("status") {
				continue // its format has no word for it: read again, it would be a second payment
			}
			p = e.fillPayment(d, p)
			d.Payments = append(d.Payments, p)
			rows = append(rows, e.paymentFacts(d, p))
		}
	}
	if len(rows) == 0 {
		return "", nil
	}
	if e.faults.Unknown {
		rows = e.mixUnknown(rows)
	}
	head := facts{values: map[string]string{"kind": "payment", "company": e.cfg.Company}, date: fis.DateOf(e.cfg.Now())}
	countRows(head.values, e.pay, rows)
	before := len(e.books.Answers)
	if err := e.deliver(e.pay, "", 0, head, rows); err != nil {
		return "", fmt.Errorf("simulated ERP: payments: %w", err)
	}
	if len(e.books.Answers) == before {
		return "", nil // withheld
	}
	return e.books.Answers[before], nil
}

func (e *ERP) fillPayment(d *Document, p Payment) Payment {
	if p.Reference == "" {
		e.payments++
		p.Reference = fmt.Sprintf("PAY%06d", e.payments)
	}
	if p.Date.IsZero() {
		p.Date = fis.DateOf(e.cfg.Now())
	}
	if p.Currency == "" {
		p.Currency = d.Currency
	}
	if p.Method == "" {
		p.Method = "E"
	}
	return p
}

func (e *ERP) paymentFacts(d *Document, p Payment) facts {
	return facts{date: p.Date, values: map[string]string{
		"kind": "payment", "reference": d.Reference, "document_number": d.Number, "company": d.Company,
		"fiscal_year": strconv.Itoa(int(p.Date.Year)),
		"payment_ref": p.Reference, "amount": p.Amount.String(), "currency": p.Currency,
		"payment_date": p.Date.String(), "method": p.Method,
		"status": string(p.Status), "message": p.Message, "outcome": string(fis.Posted),
	}}
}

// PayInFull pays what is still owed, as a complete payment.
func PayInFull(d Document) []Payment {
	open := d.Payable.Sub(d.Paid())
	if !open.IsPositive() {
		return nil
	}
	return []Payment{{Status: fis.PaidCompletely, Amount: open}}
}

// PayHalf pays half of a document on which nothing was paid yet, as a partial payment.
func PayHalf(d Document) []Payment {
	half := fis.Round(d.Payable.Div(decimal.NewFromInt(2)), d.Currency)
	if len(d.Payments) > 0 || !half.IsPositive() {
		return nil
	}
	return []Payment{{Status: fis.PaidPartially, Amount: half}}
}

// PayAs finds a way of paying by its name on the command line. Each look of the ERP asks it once for each document, so
// that a way may have several steps.
func PayAs(name string) (func(Document) []Payment, error) {
	switch name {
	case "full":
		return PayInFull, nil
	case "halves":
		return func(d Document) []Payment { return nextStep(d, PayHalf, PayInFull) }, nil
	case "reversed":
		return func(d Document) []Payment { return nextStep(d, PayInFull, Reverse) }, nil
	}
	return nil, fmt.Errorf("%q is none of full, halves, reversed", name)
}

// nextStep takes the step that comes after the payments which a document has; after the last one nothing is paid any
// more.
func nextStep(d Document, steps ...func(Document) []Payment) []Payment {
	if len(d.Payments) >= len(steps) {
		return nil
	}
	return steps[len(d.Payments)](d)
}

// Reverse takes back all that was paid.
func Reverse(d Document) []Payment {
	if paid := d.Paid(); paid.IsPositive() {
		return []Payment{{Status: fis.PaymentReversed, Amount: paid, Message: "returned by the bank: account closed"}}
	}
	return nil
}
