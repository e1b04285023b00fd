package sending

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/confirmed"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/why"
)

// ConfirmPostings tells Concur what the ERP did with each document.
func (c *Calls) ConfirmPostings(ctx context.Context) (int, error) {
	e := &sender[records.Confirmation, concur.PostingConfirmation]{
		Name: "confirm", Due: c.Journal.DueConfirmations, Key: docOf, Doc: docOf,
		KeyOf:  func(a concur.Answer) string { return a.DocID },
		Intend: c.Journal.IntendConfirmations,
		Item:   c.posting, Told: postingTold, Unfit: unfitPosting, Call: c.Service.ConfirmPostings, Judge: c.confirmed,
		Settle: c.Journal.SettleConfirmations,
	}
	return sendTypes(ctx, e, fis.DocTypes(), c.Batch)
}

func docOf(r records.Confirmation) string { return r.DocID }

func unfitPosting(r records.Confirmation, problem error) journal.Settled {
	return journal.Settled{DocID: r.DocID, State: records.Stuck, Message: problem.Error(), Undone: true,
		Alarm: why.New("posting-unfit", "doc", r.DocID, "problem", problem)}
}

// posting makes the call's item of an outcome.
func (c *Calls) posting(ctx context.Context, r records.Confirmation) (concur.PostingConfirmation, error) {
	d, err := c.Journal.Document(ctx, r.DocID)
	if err != nil {
		return concur.PostingConfirmation{}, err
	}
	route := c.RouteOf(d.Route)
	defaults := returns.Defaults{Message: "rejected by the ERP without a reason"}
	if r.Outcome.Verdict == fis.Posted {
		if defaults.Company, err = c.company(ctx, route, d, r.Outcome.Company); err != nil {
			return concur.PostingConfirmation{}, err
		}
	}
	// no document number was to be had, or a person has said so
	if r.Outcome.Number == "" && (r.Format == "" || !route.GaveNumber(r.Format)) {
		if defaults.Number, err = c.Journal.InPlaceOfNumber(ctx, d); err != nil {
			return concur.PostingConfirmation{}, err
		}
	}
	ready, err := returns.PostingConfirmation(r.DocID, r.Outcome, defaults)
	if err != nil {
		return concur.PostingConfirmation{}, &unfitError{Err: err}
	}
	item, err := itemOf(concur.PostingFor(r.DocID, ready))
	item.SystemID = d.SystemID
	if err != nil || !d.DocType.Commits() || len(item.PostingDocs) == 0 {
		return item, err
	}
	sources, err := c.sources(ctx, d.ID)
	for i := range item.PostingDocs {
		item.PostingDocs[i].PaymentRelevantLineItems = append(item.PostingDocs[i].PaymentRelevantLineItems, sources...)
	}
	return item, err
}

// postingTold is the number and the company under which Concur has a document; of several they stand one after the other.
func postingTold(item concur.PostingConfirmation) confirmed.Told {
	var numbers, companies []string
	for _, d := range item.PostingDocs {
		numbers = append(numbers, d.DocumentNumber)
		companies = append(companies, d.CompanyID)
	}
	if len(numbers) == 0 {
		return confirmed.Told{}
	}
	return confirmed.Told{Number: strings.Join(numbers, ", "), Company: strings.Join(slices.Compact(companies), ", ")}
}

// sources are the parts of a request or report that an obligation commits. Of one whose payload has aged out nothing is
// told.
func (c *Calls) sources(ctx context.Context, docID string) ([]fis.CommitmentSource, error) {
	env, err := c.Journal.Payload(ctx, docID)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	doc, err := fis.NewParser(func(name string) bool {
		switch name {
		case "entryId", "entryIsPersonal", "allocationAccountResolverKey":
			return true
		}
		return false
	}).Parse(env)
	if err != nil {
		return nil, err
	}
	return doc.CommitmentSources(), nil
}

// confirmed is the vendor's table of service codes for posting confirmations.
func (c *Calls) confirmed(ctx context.Context, t fis.DocType, a concur.Answer,
	r records.Confirmation) (verdict, error) {
	out := verdict{Settled: journal.Settled{DocID: a.DocID, Code: max(a.Code, 0), Message: a.Message,
		Correlation: a.Correlation, State: records.Stuck}}
	switch a.Consequence {
	case concur.Done:
		out.State = records.Done
	case concur.AlreadyDone:
		return c.confirmedBefore(ctx, t, r, out)
	case concur.NotAcknowledged:
		return c.acknowledgeThenConfirm(ctx, t, r, out)
	case concur.Unknown, concur.RepeatLater, concur.NotReady:
		out.State, out.Due = records.Pending, c.Now().Add(later)
	case concur.NotSent:
		out.State, out.NotSent = records.Pending, true
	case concur.Recalled, concur.RecalledAfterPosting:
		return recalled(r, out), nil
	case concur.ForeignSystem:
		var err error
		if out.Alarm, err = c.notOurs(ctx, a, ""); err != nil {
			return c.open(out), err
		}
	case concur.WrongType:
		out.Alarm = why.New("posting-of-other-type", "doc", a.DocID, "type", t)
	case concur.Missing:
		out.Alarm = why.New("posting-unknown", "doc", a.DocID, "verdict", r.Verdict, "code", codeOf(a), "result", a.Result)
	case concur.UnknownState:
		out.Alarm = why.New("posting-state-unknown", "doc", a.DocID, "code", codeOf(a), "result", a.Result,
			"found", c.lookedUp(ctx, t, a.DocID))
	default:
		out.Alarm = why.New("posting-refused", "doc", a.DocID, "code", codeOf(a), "result", a.Result, "said", a.Message)
	}
	return out, nil
}

// recalled: Concur has taken the document back. Of a rejected one nothing was booked, so nothing is to be reversed. What
// the ERP has posted a person reverses there, and until then no other document of the report goes out; it returns under
// a new id. The answer may be a word without a code, or come when the lock is taken again.
func recalled(r records.Confirmation, out verdict) verdict {
	if r.Verdict == fis.Rejected {
		out.State = records.Done
		return out
	}
	out.State, out.Code = records.Stuck, records.RecalledAfterPosting
	out.Alarm = why.New("posting-recalled", "doc", r.DocID, "verdict", r.Verdict, "number", r.Outcome.Numbers())
	return out
}

// open is the verdict of an answer that could not be judged, for the journal is in trouble: it becomes no state, and
// the next run asks again.
func (c *Calls) open(out verdict) verdict {
	out.State, out.Due = records.Pending, c.Now().Add(later)
	return out
}

// lookedUp tells for a message what Concur has on record.
func (c *Calls) lookedUp(ctx context.Context, t fis.DocType, id string) string {
	env, found, err := c.Service.Get(ctx, t, id)
	switch {
	case ctx.Err() != nil:
		return "it was not looked up, for the run was ended"
	case err != nil:
		return "looking it up failed too"
	case !found:
		return "it is not there"
	}
	return "it has it as " + string(env.Status)
}

// confirmedBefore (113): the answer to our own earlier try was lost when the journal shows that try; Concur's state
// must say the same.
func (c *Calls) confirmedBefore(ctx context.Context, t fis.DocType, r records.Confirmation,
	out verdict) (verdict, error) {
	env, found, err := c.Service.Get(ctx, t, r.DocID)
	if err != nil {
		out.State, out.Due = records.Pending, c.Now().Add(later)
		return out, fmt.Errorf("look up the confirmed state of document %s: %w", r.DocID, err)
	}
	want := fis.StatusPostedSuccess
	if r.Verdict == fis.Rejected {
		want = fis.StatusPostedFailure
	}
	same := !found || env.Status == "" || env.Status == want
	if same && r.Attempts > 1 {
		out.State = records.Done
		return out, nil
	}
	out.Alarm = why.New("posting-confirmed", "doc", r.DocID, "status", env.Status)
	if r.Attempts > 1 {
		out.Alarm = why.New("posting-confirmed-other", "doc", r.DocID, "status", env.Status, "verdict", r.Verdict)
	}
	return out, nil
}

// acknowledgeThenConfirm (111): the lock is missing, so take it, and confirm again. Taking it is a step of its own,
// with its intention.
func (c *Calls) acknowledgeThenConfirm(ctx context.Context, t fis.DocType, r records.Confirmation,
	out verdict) (verdict, error) {
	out.Undone, out.Due, out.State = true, c.Now().Add(later), records.Pending
	d, err := c.Journal.Document(ctx, out.DocID)
	if err != nil {
		return out, err
	}
	if err := c.Journal.IntendLock(ctx, out.DocID); err != nil {
		return out, err
	}
	killpoint.Here("lock.intended")
	answers, err := c.lock(ctx, t, []string{out.DocID})
	killpoint.Here("lock.acted")
	if len(answers) != 1 {
		return out, err
	}
	a := answers[0]
	if jerr := c.Journal.SettleLock(context.WithoutCancel(ctx), out.DocID, max(a.Code, 0), a.Result,
		a.Correlation); jerr != nil {
		return out, errors.Join(err, jerr)
	}
	killpoint.Here("lock.done")
	out.State = records.Stuck
	switch {
	case a.Consequence == concur.Done, a.Consequence == concur.AlreadyDone &&
		(a.SystemID == "" || a.SystemID == firstOf(d.SystemID, c.SystemID)):
		out.State, out.Due, out.Again = records.Pending, c.Now(), true
	case a.Consequence.Repeatable():
		out.State = records.Pending // nothing is known, or nothing was done: the next run asks again
	case a.Consequence == concur.Recalled, a.Consequence == concur.RecalledAfterPosting:
		return recalled(r, out), err
	case a.Consequence == concur.ForeignSystem, a.Consequence == concur.AlreadyDone:
		out.Alarm = why.New("posting-locked-by-other", "doc", out.DocID, "system", firstOf(a.SystemID, "unknown"))
	default:
		out.Alarm = why.New("posting-not-lockable", "doc", out.DocID, "code", codeOf(a), "result", a.Result)
	}
	return out, err
}
