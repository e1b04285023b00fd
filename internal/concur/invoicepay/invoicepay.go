// Package invoicepay marks invoices paid in Concur: the client of Invoice Payment Confirmation v4, which is a service
// of its own beside FIS. It makes its calls by the core of package concur.
//
// What it guarantees:
//   - Every mark says its status: the service takes one without for paid.
//   - No mark is sent with a way of payment that has Concur pay (ACH, CHECK, or none at all).
//   - Each mark that is sent comes back as one answer; one that the service did not answer is Unknown, never done.
//   - A call whose answer was lost is not repeated here: the service has no idempotency key. Look shows what it has.
package invoicepay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/fisbridge/fisbridge/internal/concur"
)

// Scope is what the application needs to mark invoices; ReadScope says in words what it needs to look at one.
const (
	Scope     = "invoice.paymentconfirmation.write"
	ReadScope = "of Payment Request v3, to read"
)

// perCall is how many marks are sent in one call. The service names no limit; its limit for reading is 500.
const perCall = 100

// Caller makes calls of neighbours of FIS: the core of the client.
type Caller interface {
	Do(ctx context.Context, r concur.Request) (concur.Response, error)
}

// Client marks invoices.
type Client struct{ Core Caller }

// Mark sends marks. There is one answer for each, in their order, also when err is not nil: those of a call whose
// answer was lost are Unknown, those of a call that was not made NotSent. A second mark of an invoice goes in a call of
// its own. *concur.AnswerError tells that the service said more than it was asked.
func (c *Client) Mark(ctx context.Context, list []Mark) ([]concur.Answer, error) {
	answers := make([]concur.Answer, len(list))
	for i, m := range list {
		if err := m.Validate(); err != nil {
			return nil, fmt.Errorf("mark invoices: %w", err)
		}
		answers[i] = concur.Answer{DocID: m.DocID, PaymentRef: m.Reference(), Code: noCode, Consequence: concur.NotSent}
	}
	var odd error
	out := &sending{c: c}
	for from, to := 0, 0; from < len(list); from = to {
		to = end(list, from)
		err := out.send(ctx, list[from:to], answers[from:to], len(list) == 1)
		if err != nil && !concur.OnlyOdd(err) {
			return answers, errors.Join(err, odd)
		}
		odd = errors.Join(odd, err)
	}
	return answers, odd
}

const noCode = -1

// end is where the call that begins at from ends: at the most marks of one, or before an invoice that is in it already,
// as two documents of one invoice are. A call has one mark of an invoice, and answers are told apart by that.
func end(list []Mark, from int) int {
	in := map[string]bool{}
	to := from
	for ; to < len(list) && to-from < perCall && !in[strings.ToUpper(list[to].RequestID)]; to++ {
		in[strings.ToUpper(list[to].RequestID)] = true
	}
	return to
}

// mostUnread is how many marks the service may refuse to read, with none that it reads between them, before the fault
// is ours.
const mostUnread = 3

// sending is a list of marks on its way; unread counts single marks that the service would not read, one after the
// other.
type sending struct {
	c      *Client
	unread int
}

// send makes one call. When the service will not read it at all it is halved, so that one bad mark does not stop the
// others.
func (s *sending) send(ctx context.Context, list []Mark, answers []concur.Answer, alone bool) error {
	err := s.c.call(ctx, list, answers)
	switch {
	case !concur.Unreadable(err):
		s.unread = 0
		return err
	case len(list) > 1:
		half := len(list) / 2
		first := s.send(ctx, list[:half], answers[:half], false)
		if first != nil && !concur.OnlyOdd(first) {
			return first
		}
		return errors.Join(first, s.send(ctx, list[half:], answers[half:], false))
	}
	if s.unread++; alone || s.unread >= mostUnread {
		return err
	}
	answers[0].Consequence, answers[0].Message = concur.Never, concur.Said(err)
	return nil
}

func (c *Client) call(ctx context.Context, list []Mark, answers []concur.Answer) error {
	op := fmt.Sprintf("mark %d invoices", len(list))
	if len(list) == 1 {
		op = "mark an invoice"
	}
	items := make([]item, len(list))
	for i, m := range list {
		items[i] = m.item()
	}
	resp, err := c.Core.Do(ctx, concur.Request{Op: op, Method: http.MethodPost, Body: items,
		Path:  []string{"invoice/payment-confirmation/v4/payments/bulkUpdate"},
		Takes: []int{http.StatusMultiStatus, http.StatusBadRequest}, Scope: Scope})
	if err != nil {
		if concur.Lost(err) {
			for i := range answers {
				answers[i].Consequence = concur.Unknown
			}
		}
		return err
	}
	got, ok := readAnswer(resp.Body)
	switch {
	case ok:
		return match(op, resp.Correlation, list, answers, got)
	case resp.Status == http.StatusBadRequest: // a bad request, by which nothing was done
		return resp.Refusal()
	}
	for i := range answers {
		answers[i].Consequence, answers[i].Correlation = concur.Unknown, resp.Correlation
	}
	return &concur.CallError{Op: op, Status: resp.Status, Correlation: resp.Correlation, Sent: true,
		Err:  &concur.FormatError{What: "it is no object with successfulPayments and failedPayments"},
		Hint: "something between us and the service may have changed the answer (a proxy?)"}
}
