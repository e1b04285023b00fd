package sending

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/why"
)

// A document keeps the system id with which its acknowledgement was sent (journal: documents.system_id): Concur takes
// its confirmations from that one only. system_id in the configuration is for new documents.

// lock sends the acknowledgement of documents, each with its own system id. Answers are one for each id; they may come
// in another order than the ids.
func (c *Calls) lock(ctx context.Context, t fis.DocType, ids []string) ([]concur.Answer, error) {
	former, err := c.Journal.SystemIDs(ctx, ids, c.SystemID)
	if err != nil {
		return notSent(ids), err
	}
	if len(former) == 0 {
		return c.Service.Acknowledge(ctx, t, ids)
	}
	var order []string
	bySystem := map[string][]string{}
	for _, id := range ids {
		system := former[id]
		if bySystem[system] == nil {
			order = append(order, system)
		}
		bySystem[system] = append(bySystem[system], id)
	}
	var answers []concur.Answer
	var errs []error
	for i, system := range order {
		part, err := c.lockAs(ctx, t, system, bySystem[system])
		answers, errs = append(answers, part...), append(errs, err)
		if err == nil || concur.OnlyOdd(err) {
			continue
		}
		for _, later := range order[i+1:] { // a call that failed as a whole ends the work
			answers = append(answers, notSent(bySystem[later])...)
		}
		break
	}
	return answers, errors.Join(errs...)
}

// notSent are the answers to a call that was never made.
func notSent(ids []string) []concur.Answer {
	answers := make([]concur.Answer, len(ids))
	for i, id := range ids {
		answers[i] = concur.Answer{DocID: id, Consequence: concur.NotSent}
	}
	return answers
}

// lockAs sends acknowledgements with one system id; empty: the one of the configuration.
func (c *Calls) lockAs(ctx context.Context, t fis.DocType, system string, ids []string) ([]concur.Answer, error) {
	if system == "" {
		return c.Service.Acknowledge(ctx, t, ids)
	}
	return c.Service.AcknowledgeAs(ctx, t, system, ids)
}

// notOurs words code 99: Concur has another system id on record than the one with which a confirmation was sent.
func (c *Calls) notOurs(ctx context.Context, a concur.Answer, payment string) (why.Reason, error) {
	d, err := c.Journal.Document(ctx, a.DocID)
	if err != nil {
		return why.Reason{}, err
	}
	ours, owner := firstOf(d.SystemID, c.SystemID), a.SystemID
	r := why.New("system-other", "doc", a.DocID, "payment", payment, "ours", ours, "system", owner)
	switch {
	case owner == "" || owner == ours: // the answer says no more than its code
		r.Code = "system-unknown"
	case d.SystemID == "": // acknowledged by an older version, which did not keep the system id
		r.Code = "system-renamed"
	}
	return r, nil
}
