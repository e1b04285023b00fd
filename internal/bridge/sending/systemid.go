package sending

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// A document keeps the system id with which its acknowledgement was sent (journal: documents.system_id): Concur takes its confirmations from that one only.
// system_id in the configuration is for new documents.

// lock sends the acknowledgement of documents, each with its own system id. Answers are one for each id; they may come in another order than
// the ids.
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
func (c *Calls) notOurs(ctx context.Context, a concur.Answer, what string) (alarm, remedy string, err error) {
	d, err := c.Journal.Document(ctx, a.DocID)
	if err != nil {
		return "", "", err
	}
	ours, owner := d.SystemID, a.SystemID
	if ours == "" {
		ours = c.SystemID
	}
	retry := fmt.Sprintf("`fisbridge retry document %s --reason …`", a.DocID)
	settled := fmt.Sprintf("`fisbridge mark document %s settled --reason …`", a.DocID)
	switch {
	case owner == "" || owner == ours: // the answer says no more than its code
		return fmt.Sprintf("Concur says that %s belongs to another system, not to us (we are %s), and does not say to which", what, ours),
			fmt.Sprintf("ask the vendor's support which system_id acknowledged it; when it was one of ours, %s, else another system may have posted it too: %s", retry, settled), nil
	case d.SystemID == "": // acknowledged by an older version, which did not keep the system id
		return fmt.Sprintf("%s belongs to system %s in Concur; we confirm it as %s, not to us by that name", what, owner, ours),
			fmt.Sprintf("when %s is what system_id of this installation was before: write system_id: %s again, %s, fisbridge run, and write %s back; else another system may have posted it too: %s",
				owner, owner, retry, ours, settled), nil
	}
	return fmt.Sprintf("%s was acknowledged from here as %s, but belongs to system %s in Concur now, not to us", what, ours, owner),
		fmt.Sprintf("find out which installation is %s, for it may have posted the document too (every installation needs a system_id and doc_types of its own); then %s or %s", owner, retry, settled), nil
}
