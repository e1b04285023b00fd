package bridge

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/bridge/sending"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// sendTypes sends what is due of these types and gives the number that Concur has now. Without an access token nothing can be sent, which is told once.
func sendTypes[R, C any](ctx context.Context, e *sending.Sender[R, C], types []fis.DocType, size int, s *Summary) (done int, err error) {
	for _, t := range types {
		if s.noLogin {
			return done, err
		}
		n, terr := e.All(ctx, t, size)
		done += n
		if te := loginFailure(terr); te != nil {
			s.noLogin, terr = true, te
		}
		err = errors.Join(err, terr)
	}
	return done, err
}

// confirmPostings tells Concur what the ERP did with each document.
func (b *Bridge) confirmPostings(ctx context.Context, s *Summary) error {
	e := &sending.Sender[records.Confirmation, concur.PostingConfirmation]{
		Name: "confirm", Due: b.j.DueConfirmations, Key: docOf, Doc: docOf, KeyOf: func(a concur.Answer) string { return a.DocID },
		Intend: b.j.IntendConfirmations,
		Item:   b.posting, Unfit: unfitPosting, Call: b.service.ConfirmPostings, Judge: b.confirmed, Settle: b.j.SettleConfirmations,
	}
	n, err := sendTypes(ctx, e, fis.DocTypes(), b.cfg.Concur.ConfirmBatch, s)
	s.Confirmed += n
	return err
}

func docOf(c records.Confirmation) string { return c.DocID }

func unfitPosting(c records.Confirmation, why error) journal.Settled {
	return journal.Settled{DocID: c.DocID, State: records.Stuck, Message: why.Error(), Undone: true,
		Alarm:  fmt.Sprintf("the posting of document %s cannot be confirmed: %s", c.DocID, why),
		Remedy: fmt.Sprintf("add what is missing to the Results sheet (or company to Settings) and `fisbridge retry document %s --reason …`; or say it as the ERP shows it: `fisbridge mark document %s posted --number N --reason …`; or settle it in Concur and `fisbridge mark document %s settled --reason …`", c.DocID, c.DocID, c.DocID)}
}

// posting makes the call's item of an outcome.
func (b *Bridge) posting(ctx context.Context, c records.Confirmation) (concur.PostingConfirmation, error) {
	d, err := b.j.Document(ctx, c.DocID)
	if err != nil {
		return concur.PostingConfirmation{}, err
	}
	defaults := returns.Defaults{Message: "rejected by the ERP without a reason"}
	if r := b.route(d.Route); r != nil {
		defaults.Company = r.defaults.Company
		if !r.gaveNumber(c.Format) && d.FileID != 0 { // no document number was to be had: the import file is what can be looked up in the ERP
			f, err := b.j.File(ctx, d.FileID)
			if err != nil {
				return concur.PostingConfirmation{}, err
			}
			defaults.Number = f.Name
		}
	}
	ready, err := returns.PostingConfirmation(c.DocID, c.Outcome, defaults)
	if err != nil {
		return concur.PostingConfirmation{}, &sending.UnfitError{Err: err}
	}
	item, err := sending.ItemOf(concur.PostingFor(c.DocID, ready.Outcome))
	item.SystemID = d.SystemID
	return item, err
}

// gaveNumber tells whether an outcome ought to have the ERP's document number: its result format has a column for it. For an outcome that
// a person gave, any format decides.
func (r *route) gaveNumber(format string) bool {
	if has, known := r.numbers[format]; known {
		return has
	}
	for _, has := range r.numbers {
		if has {
			return true
		}
	}
	return false
}

// confirmed is API.md's table of service codes for posting confirmations.
func (b *Bridge) confirmed(ctx context.Context, t fis.DocType, a concur.Answer, c records.Confirmation) (sending.Verdict, error) {
	out := sending.Verdict{Settled: journal.Settled{DocID: a.DocID, Code: a.Code, Message: a.Message, Correlation: a.Correlation, State: records.Stuck}}
	settled := fmt.Sprintf("`fisbridge mark document %s settled --reason …`", a.DocID)
	switch a.Consequence {
	case concur.Done:
		out.State = records.Done
	case concur.AlreadyDone:
		return b.confirmedBefore(ctx, t, c, out)
	case concur.NotAcknowledged:
		return b.acknowledgeThenConfirm(ctx, t, out)
	case concur.Unknown, concur.RepeatLater, concur.NotReady:
		out.State, out.Due = records.Pending, b.now().Add(sending.Later)
	case concur.NotSent:
		out.State, out.NotSent = records.Pending, true
	case concur.Recalled, concur.RecalledAfterPosting:
		if c.Verdict == fis.Rejected { // nothing was booked, so nothing is to be reversed; it returns under a new id
			out.State = records.Done
			break
		}
		out.Alarm = fmt.Sprintf("document %s was recalled in Concur after the ERP said %s %s", a.DocID, c.Verdict, c.Outcome.Number)
		out.Remedy = "reverse it in the ERP (it returns under a new id), then " + settled
	case concur.ForeignSystem:
		var err error
		if out.Alarm, out.Remedy, err = b.notOurs(ctx, a, "document "+a.DocID); err != nil {
			return b.open(out), err
		}
	case concur.WrongType:
		out.Alarm = fmt.Sprintf("Concur says that document %s is not of type %s", a.DocID, t)
		out.Remedy = "compare doc_types in the configuration with what the company has enabled; look the report up in Concur, then " + settled
	case concur.Missing:
		out.Alarm = fmt.Sprintf("Concur does not know document %s (any more), which the ERP has %s (code %d %s)", a.DocID, c.Verdict, a.Code, a.Result)
		out.Remedy = fmt.Sprintf("look the report up in Concur: when it was deleted there, reverse its posting in the ERP, then %s; else ask the vendor's support and `fisbridge retry document %s --reason …`", settled, a.DocID)
	case concur.UnknownState:
		out.Alarm = fmt.Sprintf("Concur cannot say what it made of the posting confirmation of document %s (code %d %s)%s", a.DocID, a.Code, a.Result, b.lookedUp(ctx, t, a.DocID))
		out.Remedy = fmt.Sprintf("look the report up in Concur; then `fisbridge retry document %s --reason …` or %s", a.DocID, settled)
	default:
		out.Alarm = fmt.Sprintf("Concur refuses the posting confirmation of document %s for good: code %d %s%s", a.DocID, a.Code, a.Result, said(a))
		out.Remedy = fmt.Sprintf("look the report up in Concur; then `fisbridge retry document %s --reason …` or %s", a.DocID, settled)
	}
	return out, nil
}

// open is the sending.Verdict of an answer that could not be judged, for the journal is in trouble: it becomes no state, and the next run asks again.
func (b *Bridge) open(out sending.Verdict) sending.Verdict {
	out.State, out.Due = records.Pending, b.now().Add(sending.Later)
	return out
}

// said is the service's own text of an answer, for the end of a message.
func said(a concur.Answer) string {
	if a.Message == "" {
		return ""
	}
	return ": " + a.Message
}

// lookedUp tells for a message what Concur has on record.
func (b *Bridge) lookedUp(ctx context.Context, t fis.DocType, id string) string {
	env, found, err := b.service.Get(ctx, t, id)
	switch {
	case ctx.Err() != nil:
		return "; it was not looked up, for the run was ended"
	case err != nil:
		return "; looking it up failed too"
	case !found:
		return "; it is not there"
	}
	return "; it has it as " + string(env.Status)
}

// confirmedBefore (113): the answer to our own earlier try was lost when the journal shows that try; Concur's state must say the same.
func (b *Bridge) confirmedBefore(ctx context.Context, t fis.DocType, c records.Confirmation, out sending.Verdict) (sending.Verdict, error) {
	env, found, err := b.service.Get(ctx, t, c.DocID)
	if err != nil {
		out.State, out.Due = records.Pending, b.now().Add(sending.Later)
		return out, fmt.Errorf("look up the confirmed state of document %s: %w", c.DocID, err)
	}
	want := fis.StatusPostedSuccess
	if c.Verdict == fis.Rejected {
		want = fis.StatusPostedFailure
	}
	same := !found || env.Status == "" || env.Status == want
	if same && c.Attempts > 1 {
		out.State = records.Done
		return out, nil
	}
	out.Alarm = fmt.Sprintf("Concur says that document %s was confirmed before (%s); we did not do that", c.DocID, env.Status)
	if c.Attempts > 1 {
		out.Alarm = fmt.Sprintf("Concur holds %s for document %s, but the ERP said %s", env.Status, c.DocID, c.Verdict)
	}
	out.Remedy = fmt.Sprintf("find out who else confirms this company's documents; then `fisbridge mark document %s settled --reason …`", c.DocID)
	return out, nil
}

// acknowledgeThenConfirm (111): the lock is missing, so take it, and confirm again. Taking it is a step of its own, with its intention.
func (b *Bridge) acknowledgeThenConfirm(ctx context.Context, t fis.DocType, out sending.Verdict) (sending.Verdict, error) {
	out.Undone, out.Due, out.State = true, b.now().Add(sending.Later), records.Pending
	d, err := b.j.Document(ctx, out.DocID)
	if err != nil {
		return out, err
	}
	if err := b.j.IntendLock(ctx, out.DocID); err != nil {
		return out, err
	}
	killpoint.Here("lock.intended")
	answers, err := b.lock(ctx, t, []string{out.DocID})
	killpoint.Here("lock.acted")
	if len(answers) != 1 {
		return out, err
	}
	a := answers[0]
	if jerr := b.j.SettleLock(context.WithoutCancel(ctx), out.DocID, a.Code, a.Result, a.Correlation); jerr != nil {
		return out, errors.Join(err, jerr)
	}
	killpoint.Here("lock.done")
	out.State = records.Stuck
	switch {
	case a.Consequence == concur.Done, a.Consequence == concur.AlreadyDone && (a.SystemID == "" || a.SystemID == firstOf(d.SystemID, b.cfg.Concur.SystemID)):
		out.State, out.Due, out.Again = records.Pending, b.now(), true
	case a.Consequence.Repeatable():
		out.State = records.Pending // nothing is known, or nothing was done: the next run asks again
	case a.Consequence == concur.ForeignSystem, a.Consequence == concur.AlreadyDone:
		out.Alarm = fmt.Sprintf("document %s, which the ERP has, was acknowledged in Concur by system %s", out.DocID, firstOf(a.SystemID, "unknown"))
		out.Remedy = fmt.Sprintf("find out which system posts this company's documents; then `fisbridge mark document %s settled --reason …`", out.DocID)
	default:
		out.Alarm = fmt.Sprintf("document %s is not acknowledged in Concur any more, and cannot be acknowledged again: code %d %s", out.DocID, a.Code, a.Result)
		out.Remedy = fmt.Sprintf("the ERP has it: look the report up in Concur, then `fisbridge mark document %s settled --reason …`", out.DocID)
	}
	return out, err
}
