package bridge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// later is when a confirmation that the service could not take is tried again: the provider asks for five minutes.
const later = 5 * time.Minute

// confirmPostings tells Concur what the ERP did with each document.
func (b *Bridge) confirmPostings(ctx context.Context, s *Summary) error {
	var errs []error
	for _, t := range fis.DocTypes() {
		tried := map[string]bool{}
		for {
			due, err := b.j.DueConfirmations(ctx, t, b.cfg.Concur.ConfirmBatch+len(tried))
			if err != nil {
				return err
			}
			due = untried(due, tried, b.cfg.Concur.ConfirmBatch, func(c journal.Confirmation) string { return c.DocID })
			if len(due) == 0 {
				break
			}
			if err := b.confirmBatch(ctx, t, due, s); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", t, err))
				if !onlyOdd(err) {
					break
				}
			}
		}
	}
	return errors.Join(errs...)
}

// untried leaves out what this run has tried, and takes and remembers at most limit of the rest.
func untried[T any](due []T, tried map[string]bool, limit int, key func(T) string) []T {
	var out []T
	for _, d := range due {
		if k := key(d); !tried[k] && len(out) < limit {
			tried[k] = true
			out = append(out, d)
		}
	}
	return out
}

func (b *Bridge) confirmBatch(ctx context.Context, t fis.DocType, due []journal.Confirmation, s *Summary) error {
	ids := make([]string, 0, len(due))
	byID := map[string]journal.Confirmation{}
	for _, c := range due {
		ids = append(ids, c.DocID)
		c.Attempts++
		byID[c.DocID] = c
	}
	if err := b.j.IntendConfirmations(ctx, ids); err != nil {
		return err
	}
	killpoint.Here("confirm.intended")
	var settled []journal.Settled
	var list []concur.PostingConfirmation
	for _, c := range due {
		p, err := b.posting(ctx, c)
		if err != nil {
			settled = append(settled, journal.Settled{DocID: c.DocID, State: journal.Stuck, Message: err.Error(),
				Alarm:  fmt.Sprintf("the posting of document %s cannot be confirmed: %s", c.DocID, err),
				Remedy: fmt.Sprintf("add what is missing to the Results sheet (or company to Settings) and `fisbridge retry document %s --reason …`, or settle it in Concur and `fisbridge mark document %s settled --reason …`", c.DocID, c.DocID)})
			continue
		}
		list = append(list, p)
	}
	var answers []concur.Answer
	var callErr error
	if len(list) > 0 {
		answers, callErr = b.service.ConfirmPostings(ctx, t, list)
	}
	killpoint.Here("confirm.acted")
	for _, a := range answers {
		c, ok := byID[a.DocID]
		if !ok {
			continue
		}
		one, err := b.confirmed(ctx, t, a, c)
		if err != nil {
			callErr = errors.Join(callErr, err)
		}
		if one.State == journal.Done {
			s.Confirmed++
		}
		settled = append(settled, one)
	}
	if err := b.j.SettleConfirmations(context.WithoutCancel(ctx), settled); err != nil {
		return errors.Join(callErr, err)
	}
	killpoint.Here("confirm.done")
	return callErr
}

// posting makes the call's item of an outcome.
func (b *Bridge) posting(ctx context.Context, c journal.Confirmation) (concur.PostingConfirmation, error) {
	d, err := b.j.Document(ctx, c.DocID)
	if err != nil {
		return concur.PostingConfirmation{}, err
	}
	defaults := returns.Defaults{Message: "rejected by the ERP without a reason"}
	if r := b.route(d.Route); r != nil {
		defaults.Company = r.defaults.Company
		if !r.numbers && d.FileID != 0 { // an ERP without document numbers: the import file is what can be looked up there
			f, err := b.j.File(ctx, d.FileID)
			if err != nil {
				return concur.PostingConfirmation{}, err
			}
			defaults.Number = f.Name
		}
	}
	ready, err := returns.PostingConfirmation(c.DocID, c.Outcome, defaults)
	if err != nil {
		return concur.PostingConfirmation{}, err
	}
	return concur.PostingFor(c.DocID, ready.Outcome)
}

// confirmed is API.md's table of service codes for posting confirmations.
func (b *Bridge) confirmed(ctx context.Context, t fis.DocType, a concur.Answer, c journal.Confirmation) (journal.Settled, error) {
	out := journal.Settled{DocID: a.DocID, Code: a.Code, Message: a.Message, Correlation: a.Correlation, State: journal.Stuck}
	switch a.Consequence {
	case concur.Done:
		out.State = journal.Done
	case concur.AlreadyDone:
		return b.confirmedBefore(ctx, t, a, c, out)
	case concur.NotAcknowledged:
		return b.acknowledgeThenConfirm(ctx, t, out)
	case concur.Unknown, concur.RepeatLater, concur.NotReady:
		out.State, out.Due = journal.Pending, b.now().Add(later)
	case concur.NotSent:
		out.State, out.NotSent = journal.Pending, true
	case concur.Recalled, concur.RecalledAfterPosting:
		out.Alarm = fmt.Sprintf("document %s was recalled in Concur after the ERP said %s %s", a.DocID, c.Verdict, c.Outcome.Number)
		out.Remedy = fmt.Sprintf("reverse it in the ERP (it returns under a new id), then `fisbridge mark document %s settled --reason …`", a.DocID)
	case concur.ForeignSystem:
		out.Alarm = fmt.Sprintf("document %s belongs to system %s in Concur, not to us", a.DocID, a.SystemID)
		out.Remedy = "compare system_id in the configuration with the one that acknowledged; another system may have posted it too"
	default:
		out.Alarm = fmt.Sprintf("Concur refuses the posting confirmation of document %s for good: code %d %s", a.DocID, a.Code, a.Result)
		out.Remedy = fmt.Sprintf("look the report up in Concur; then `fisbridge retry document %s --reason …` or `fisbridge mark document %s settled --reason …`", a.DocID, a.DocID)
	}
	return out, nil
}

// confirmedBefore (113): the answer to our own earlier try was lost when the journal shows that try; Concur's state must say the same.
func (b *Bridge) confirmedBefore(ctx context.Context, t fis.DocType, a concur.Answer, c journal.Confirmation, out journal.Settled) (journal.Settled, error) {
	env, found, err := b.service.Get(ctx, t, a.DocID)
	if err != nil {
		out.State, out.Due = journal.Pending, b.now().Add(later)
		return out, fmt.Errorf("look up the confirmed state of document %s: %w", a.DocID, err)
	}
	want := fis.StatusPostedSuccess
	if c.Verdict == fis.Rejected {
		want = fis.StatusPostedFailure
	}
	same := !found || env.Status == "" || env.Status == want
	if same && c.Attempts > 1 {
		out.State = journal.Done
		return out, nil
	}
	out.Alarm = fmt.Sprintf("Concur says that document %s was confirmed before (%s); we did not do that", a.DocID, env.Status)
	if c.Attempts > 1 {
		out.Alarm = fmt.Sprintf("Concur holds %s for document %s, but the ERP said %s", env.Status, a.DocID, c.Verdict)
	}
	out.Remedy = fmt.Sprintf("find out who else confirms this company's documents; then `fisbridge mark document %s settled --reason …`", a.DocID)
	return out, nil
}

// acknowledgeThenConfirm (111): the lock is missing, so take it; the next try confirms.
func (b *Bridge) acknowledgeThenConfirm(ctx context.Context, t fis.DocType, out journal.Settled) (journal.Settled, error) {
	answers, err := b.service.Acknowledge(ctx, t, []string{out.DocID})
	if err != nil {
		out.State, out.Due = journal.Pending, b.now().Add(later)
		return out, err
	}
	if len(answers) == 1 && (answers[0].Consequence == concur.Done || answers[0].Consequence == concur.AlreadyDone) {
		out.State, out.Due = journal.Pending, b.now()
		return out, nil
	}
	out.Alarm = fmt.Sprintf("document %s is not acknowledged in Concur any more, and cannot be acknowledged again", out.DocID)
	out.Remedy = fmt.Sprintf("the ERP has it: look the report up in Concur, then `fisbridge mark document %s settled --reason …`", out.DocID)
	return out, nil
}
