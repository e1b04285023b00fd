package concur

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Acknowledge locks documents for our system id, in batches. There is one Answer for each id, in the order given, also
// when err is not nil: ids of a call whose answer was lost are Unknown, ids whose call was not made are NotSent. A
// *CallError ended the work early; an *AnswerError tells that the service said more than it was asked.
func (c *Client) Acknowledge(ctx context.Context, t fis.DocType, ids []string) ([]Answer, error) {
	return c.AcknowledgeAs(ctx, t, c.cfg.SystemID, ids)
}

// AcknowledgeAs is Acknowledge with another system id: for documents that an earlier call may have locked for it.
func (c *Client) AcknowledgeAs(ctx context.Context, t fis.DocType, systemID string, ids []string) ([]Answer, error) {
	if length(systemID) > maxSystemID {
		return nil, fmt.Errorf("acknowledge documents: system id %q has more than %d characters", clipID(systemID), maxSystemID)
	}
	answers, err := post(ctx, c, job[string]{
		kind: ackCall, docType: t, items: ids,
		key:    func(id string) (string, string) { return id, "" },
		system: func(string) string { return systemID },
		body:   func(part []string) any { return ackRequest{IDs: part, SystemID: systemID} },
	})
	c.noteAcknowledged(t, answers)
	return answers, err
}

// ConfirmPostings tells Concur what the ERP did with documents, in batches; results as for Acknowledge.
func (c *Client) ConfirmPostings(ctx context.Context, t fis.DocType, list []PostingConfirmation) ([]Answer, error) {
	for _, p := range list {
		if err := p.Validate(); err != nil {
			return nil, fmt.Errorf("confirm postings: %w", err)
		}
	}
	return post(ctx, c, job[PostingConfirmation]{
		kind: postingCall, docType: t, items: list,
		key:    func(p PostingConfirmation) (string, string) { return p.DocID, "" },
		system: func(p PostingConfirmation) string { return c.systemOf(p.SystemID) },
		body: func(part []PostingConfirmation) any {
			return postingRequest{SystemID: c.systemOf(part[0].SystemID), Confirmations: part}
		},
	})
}

// ConfirmPayments tells Concur about payments, in batches; results as for Acknowledge. A document may occur more than
// once, with different references; its confirmations are sent in the order given. Transaction types for which FIS takes
// no payments are an error.
func (c *Client) ConfirmPayments(ctx context.Context, t fis.DocType, list []PaymentConfirmation) ([]Answer, error) {
	if !t.HasPaymentConfirmation() {
		return nil, fmt.Errorf("confirm payments: FIS takes no payment confirmations for %s documents yet", t)
	}
	refs := map[string]bool{}
	for _, p := range list {
		if err := p.Validate(); err != nil {
			return nil, fmt.Errorf("confirm payments: %w", err)
		}
		if refs[p.Reference()] {
			return nil, fmt.Errorf("confirm payments: reference %q is used twice; each confirmation needs its own", clipID(p.Reference()))
		}
		refs[p.Reference()] = true
	}
	return post(ctx, c, job[PaymentConfirmation]{
		kind: paymentCall, docType: t, items: list, repeats: true,
		key:    func(p PaymentConfirmation) (string, string) { return p.DocID, p.Reference() },
		system: func(p PaymentConfirmation) string { return c.systemOf(p.SystemID) },
		body: func(part []PaymentConfirmation) any {
			return paymentRequest{SystemID: c.systemOf(part[0].SystemID), Confirmations: part}
		},
	})
}

// systemOf is the system id of an item.
func (c *Client) systemOf(own string) string {
	if own == "" {
		return c.cfg.SystemID
	}
	return own
}

// job is a list of items for one of the three calls.
type job[T any] struct {
	kind    callKind
	docType fis.DocType
	items   []T
	// repeats allows the same document more than once, in different batches.
	repeats bool
	key     func(T) (docID, ref string)
	// system is the system id of an item: a call has one.
	system func(T) string
	body   func([]T) any
}

// post sends a job in batches and returns one answer for each item.
func post[T any](ctx context.Context, c *Client, j job[T]) ([]Answer, error) {
	if !j.docType.Valid() {
		return nil, fmt.Errorf("%s documents: transaction type %q is not known", j.kind.verb(), j.docType)
	}
	answers := make([]Answer, len(j.items))
	seen := map[string]bool{}
	for i, item := range j.items {
		id, ref := j.key(item)
		if err := checkDocID(id); err != nil {
			return nil, fmt.Errorf("%s documents: %w", j.kind.verb(), err)
		}
		if seen[id] && !j.repeats {
			return nil, fmt.Errorf("%s documents: document %s is named twice", j.kind.verb(), clipID(id))
		}
		seen[id] = true
		answers[i] = Answer{DocID: id, PaymentRef: ref, Code: noCode, Consequence: NotSent}
	}
	b := batch[T]{c: c, job: j, answers: answers}
	for from := 0; from < len(j.items); {
		to := b.end(from)
		if err := b.send(ctx, from, to); err != nil {
			return answers, errors.Join(err, b.odd)
		}
		from = to
	}
	return answers, b.odd
}

type batch[T any] struct {
	c       *Client
	job     job[T]
	answers []Answer
	// odd gathers answers that do not fit; refused counts single items that the service would not read, one after the
	// other.
	odd     error
	refused int
}

// end is where the batch that begins at from ends: at the size, before a document that is in it already, or before one
// of another system id.
func (b *batch[T]) end(from int) int {
	most := b.c.cfg.ConfirmBatch
	if b.job.kind == ackCall {
		most = b.c.cfg.BatchSize
	}
	in := map[string]bool{}
	to, system := from, b.job.system(b.job.items[from])
	for ; to < len(b.answers) && to-from < most && !in[b.answers[to].DocID] && b.job.system(b.job.items[to]) == system; to++ {
		in[b.answers[to].DocID] = true
	}
	return to
}

// mostRefused is how many items the service may refuse to read, with none that it reads between them, before the fault
// is ours.
const mostRefused = 3

// send sends items [from, to). A batch that the service will not read at all (status 400, 413, 422) is halved, so that
// one bad item does not stop the others.
func (b *batch[T]) send(ctx context.Context, from, to int) error {
	err := b.call(ctx, from, to)
	var ce *CallError
	if !errors.As(err, &ce) || !unreadable(ce.Status) {
		if err == nil {
			b.refused = 0
		}
		return err
	}
	if to-from > 1 {
		middle := (from + to) / 2
		if err := b.send(ctx, from, middle); err != nil {
			return err
		}
		return b.send(ctx, middle, to)
	}
	if b.refused++; b.refused >= mostRefused || len(b.answers) == 1 {
		return ce
	}
	a := &b.answers[from]
	a.Consequence, a.Result, a.Message, a.Correlation = Never, fmt.Sprintf("HTTP %d", ce.Status), ce.Message, ce.Correlation
	return nil
}

func unreadable(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusRequestEntityTooLarge || status == http.StatusUnprocessableEntity
}

// call makes one call and matches its answer.
func (b *batch[T]) call(ctx context.Context, from, to int) error {
	op := fmt.Sprintf("%s %d %s documents", b.job.kind.verb(), to-from, b.job.docType)
	body, err := json.Marshal(b.job.body(b.job.items[from:to]))
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	var got []Answer
	err = b.c.do(ctx, call{
		op: op, docType: b.job.docType, tail: b.job.kind.tail(), body: body, urgent: b.job.kind == ackCall,
		read: func(in *answerBody) (err error) {
			got, err = readAnswers(in, b.job.kind, in.correlation)
			return err
		},
	})
	var ce *CallError
	if errors.As(err, &ce) && ce.Sent {
		for i := from; i < to; i++ {
			b.answers[i].Consequence, b.answers[i].Correlation = Unknown, ce.Correlation
		}
	}
	if err != nil {
		return err
	}
	b.odd = errors.Join(b.odd, match(op, b.answers[from:to], got))
	return nil
}

// match puts the service's answers where they belong. An id without an answer stays Unknown; two different answers for
// one id make it Unknown.
func match(op string, asked, got []Answer) error {
	at := map[string]int{}
	for i := range asked {
		asked[i].Consequence = Unknown
		at[asked[i].DocID] = i
	}
	odd := &AnswerError{Op: op}
	answered := map[int]bool{}
	for _, a := range got {
		odd.Correlation = a.Correlation
		i, ok := at[a.DocID]
		switch {
		case !ok:
			odd.Extra = append(odd.Extra, a.DocID)
			continue
		case asked[i].PaymentRef != "" && a.PaymentRef != "" && a.PaymentRef != asked[i].PaymentRef:
			odd.Extra = append(odd.Extra, a.DocID+" "+a.PaymentRef)
			continue
		}
		a.PaymentRef = asked[i].PaymentRef
		if answered[i] && a.Consequence != asked[i].Consequence {
			odd.Contradicted = append(odd.Contradicted, a.DocID)
			a.Consequence = Unknown
		}
		asked[i], answered[i] = a, true
	}
	for i := range asked {
		if asked[i].Correlation == "" {
			asked[i].Correlation = odd.Correlation
		}
	}
	if len(odd.Extra)+len(odd.Contradicted) == 0 {
		return nil
	}
	return odd
}
