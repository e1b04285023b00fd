package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
)

// The acts by which a person settles what needs a person. Each wants a reason, which goes into the history, and is one
// transaction that looks again at the state it starts from.

// Settled is what an act made of a document.
type Settled struct {
	Before, After records.Doc
	// Warnings say what nobody could look at before the act; they hold also when the act was refused.
	Warnings []string
	// Wanted is how many receipts, which could not be had, are asked for again.
	Wanted int64
}

// Act is something that a person does to a document, which a word names.
type Act func(ctx context.Context, w *Workspace, word string) (Settled, error)

// SettleEach does the same to each of several documents and tells of each. One that is refused does not stop the
// others; a failure does.
func (w *Workspace) SettleEach(ctx context.Context, words []string, do Act, tell func(Settled, error)) ([]records.Doc, error) {
	done := []records.Doc{}
	for _, word := range words {
		s, err := do(ctx, w, word)
		var refused *Error
		switch {
		case err == nil:
			done = append(done, s.After)
		case !errors.As(err, &refused):
			return done, err
		}
		tell(s, err)
	}
	return done, nil
}

// settle finds the document, does what is to be done, and looks what became of it.
func (w *Workspace) settle(ctx context.Context, word string, do func(s Standing) (warnings []string, err error)) (out Settled, err error) {
	d, err := w.Document(ctx, word)
	if err != nil {
		return out, err
	}
	s, err := standingOf(ctx, w.Journal, d)
	if err != nil {
		return out, err
	}
	if out.Warnings, err = do(s); err != nil {
		return out, err
	}
	out.Before = d
	out.After, err = w.Journal.Document(ctx, d.ID)
	return out, err
}

// Hold keeps an acknowledged document out of the next import file.
func Hold(reason string) Act { return HoldUntil(time.Time{}, reason) }

// HoldUntil is Hold until a day, on which a run releases the document by itself; zero: until somebody releases it.
func HoldUntil(until time.Time, reason string) Act {
	return func(ctx context.Context, w *Workspace, word string) (Settled, error) {
		return w.settle(ctx, word, func(s Standing) ([]string, error) {
			switch {
			case s.State != records.Acknowledged:
				return nil, s.refused("held")
			case !until.IsZero() && !until.After(w.now()):
				return nil, Usage(fmt.Errorf("%s is not ahead: a document is held until a later day", until.Format(time.DateOnly)))
			case until.After(w.now().AddDate(0, 0, longestHold)):
				return nil, Usage(fmt.Errorf("%s is more than %d days ahead: hold it without a day", until.Format(time.DateOnly), longestHold))
			}
			return nil, w.Journal.HoldUntil(ctx, s.ID, until, reason)
		})
	}
}

// longestHold is how many days a document may be held until a day: further is a slip of the hand.
const longestHold = 400

// Release lets a held document go into the next import file. as says how a further document of a posted report is
// posted, replace or add; empty for other documents.
func Release(as, reason string) Act {
	return func(ctx context.Context, w *Workspace, word string) (Settled, error) {
		return w.settle(ctx, word, func(s Standing) ([]string, error) { return nil, s.release(ctx, w, as, reason) })
	}
}

// Reject refuses a held or waiting document: Concur is told an error with the message, or else the reason.
func Reject(message, reason string) Act {
	return func(ctx context.Context, w *Workspace, word string) (Settled, error) {
		return w.settle(ctx, word, func(s Standing) ([]string, error) {
			if s.State != records.Held && s.State != records.Acknowledged {
				return nil, s.refused("rejected")
			}
			return w.markOutcome(ctx, s, rejection(message, reason), Sure{}, reason)
		})
	}
}

// RetryDocument sends a confirmation again that Concur refused for good; a held document is released.
func RetryDocument(reason string) Act {
	return func(ctx context.Context, w *Workspace, word string) (Settled, error) {
		wanted := int64(0)
		out, err := w.settle(ctx, word, func(s Standing) (_ []string, err error) {
			wanted, err = w.Journal.WantReceipts(ctx, s.ID, reason)
			switch {
			case err != nil || s.State == records.Held && s.Cause == records.CauseReceipts:
				return nil, err // the next run asks for them, and it goes when they are had
			case s.State == records.Held && s.file == nil:
				return nil, s.release(ctx, w, "", reason)
			}
			n, err := w.Journal.RetryConfirmation(ctx, s.ID, reason)
			n += wanted
			if err == nil && n == 0 {
				return nil, s.refused("tried again")
			}
			return nil, err
		})
		out.Wanted = wanted
		return out, err
	}
}

// MarkDocument says what the ERP did with a document, where no result file tells it. unnumbered: a person says that the ERP
// gives no document number.
func MarkDocument(outcome fis.Outcome, sure Sure, reason string) Act {
	return func(ctx context.Context, w *Workspace, word string) (Settled, error) {
		return w.settle(ctx, word, func(s Standing) ([]string, error) {
			if !s.markable() {
				return nil, s.refused("marked " + string(outcome.Verdict))
			}
			return w.markOutcome(ctx, s, outcome, sure, reason)
		})
	}
}

// MarkSettled says that a document's stuck confirmation was settled in Concur by hand; nothing more is sent.
func MarkSettled(reason string) Act {
	return func(ctx context.Context, w *Workspace, word string) (Settled, error) {
		return w.settle(ctx, word, func(s Standing) ([]string, error) {
			n, err := w.Journal.SettleByHand(ctx, s.ID, reason)
			if err == nil && n == 0 {
				return nil, s.refused("marked settled, for none of its confirmations is stuck")
			}
			return nil, err
		})
	}
}

// OutcomeGiven is what a person knows of what the ERP did with a document.
type OutcomeGiven struct {
	Number, Company, FiscalYear string
	Date                        string // yyyy-MM-dd
	Message                     string // what people read in Concur about a rejected document; the reason when empty
	Sure
}

// Sure is what a person says beside what was given, where it may be a slip.
type Sure struct {
	Unnumbered   bool // the ERP gives no document number
	OtherCompany bool // the ERP has the document in another company than the one into whose books it was written
}

// Outcome puts together what a person says that the ERP did.
func (o OutcomeGiven) Outcome(verdict fis.Verdict, reason string) (fis.Outcome, error) {
	out := fis.Outcome{Verdict: verdict, Number: o.Number, Company: o.Company, FiscalYear: o.FiscalYear}
	if o.Date != "" {
		d, err := fis.ParseDay(o.Date)
		if err != nil {
			return out, Usage(fmt.Errorf("--date: %w", err))
		}
		out.Posted = d
	}
	if verdict == fis.Rejected {
		out.Messages = rejection(o.Message, reason).Messages
	} else if o.Number != "" && o.Unnumbered {
		return out, Usage(fmt.Errorf("%s is a document number, and --no-number says that the ERP gives none", o.Number))
	}
	return out, nil
}

// RetryHeld lets the held documents of a route, or of all when it is empty, go into the next import file, after a
// mapping was mended. Those that a person held, that the ERP may have, or whose report was posted before stay.
func (w *Workspace) RetryHeld(ctx context.Context, route, reason string) (gone, left int, err error) {
	gone, left, err = w.Journal.RetryHeld(ctx, route, reason)
	if err != nil {
		return 0, 0, err
	}
	if gone+left == 0 && route != "" && !slices.ContainsFunc(w.Config.Routes, func(r config.Route) bool { return r.Name == route }) {
		return 0, 0, &Error{Code: ExitFailed, Err: say.Errorf("there is no route %q", route), Hint: "fisbridge status lists the held documents with their routes"}
	}
	return gone, left, nil
}

// RetryResult lets the next run read a result file again that could not be read, or lines of which could not be used.
func (w *Workspace) RetryResult(ctx context.Context, word, reason string) (records.ResultFile, error) {
	r, err := w.Result(ctx, word)
	if err != nil {
		return r, err
	}
	again := r.State == records.Unreadable || r.State == records.Applied && r.Counts.Listed > 0
	if !again && r.State == records.Applied { // what was nobody's may be somebody's now
		asked, err := w.Journal.AskedIn(ctx, r.ID)
		if err != nil {
			return r, err
		}
		again = slices.ContainsFunc(asked, func(l records.AskedLine) bool { return l.Mark.OfNobody() })
	}
	if !again {
		return r, &Error{Code: ExitFailed, Err: say.Errorf("result file %s (%d) cannot be read again: it is %s", r.Name, r.ID, r.State), Hint: say.F("fisbridge show result %d tells what came of its lines", r.ID)}
	}
	err = w.Journal.RetryResult(ctx, r.ID, reason)
	if errors.Is(err, journal.ErrNoBytes) {
		return r, &Error{Code: ExitFailed, Err: say.Errorf("result file %s (%d) cannot be read again: %w", r.Name, r.ID, journal.ErrNoBytes), Hint: "put the file into the return folder again; lines that were used before change nothing"}
	}
	return r, err
}

// SettleResult says that the listed lines of a result file were looked after.
func (w *Workspace) SettleResult(ctx context.Context, word, reason string) (records.ResultFile, error) {
	r, err := w.Result(ctx, word)
	if err != nil {
		return r, err
	}
	err = w.Journal.ResolveAbout(ctx, fmt.Sprintf("result %d", r.ID), reason)
	if errors.Is(err, ledger.ErrNotFound) {
		return r, &Error{Code: ExitFailed, Err: say.Errorf("nothing is open about result file %s (%d)", r.Name, r.ID), Hint: "fisbridge status lists the open alarms"}
	}
	return r, err
}

// ResolveAlarm says that what an alarm asked for was done.
func (w *Workspace) ResolveAlarm(ctx context.Context, id int64, reason string) error {
	err := w.Journal.ResolveAlarm(ctx, id, reason)
	if errors.Is(err, ledger.ErrNotFound) {
		return &Error{Code: ExitFailed, Err: say.Errorf("no alarm %d is open", id), Hint: "fisbridge status lists the open alarms"}
	}
	return err
}

// Seen is the newest row of the history about a document. A page keeps it, so that people act on what they saw.
func (w *Workspace) Seen(ctx context.Context, docID string) (int64, error) {
	events, err := w.Journal.History(ctx, docID, 0, 0)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	return events[len(events)-1].Seq, nil
}

// CodeMoved is the code of a refusal because of what has happened since.
const CodeMoved = "moved"

// IfUnmoved does an act only when nothing has happened to the document since the row that was seen: else nothing is
// done, and the refusal has the code "moved" and the state of now.
func IfUnmoved(seen int64, do Act) Act {
	return func(ctx context.Context, w *Workspace, word string) (Settled, error) {
		d, err := w.Document(ctx, word)
		if err != nil {
			return Settled{}, err
		}
		now, err := w.Seen(ctx, d.ID)
		if err != nil {
			return Settled{}, err
		}
		if now > seen {
			s, err := w.Standing(ctx, d)
			if err != nil {
				return Settled{}, err
			}
			why := s.Why()
			is, out := why.Words()
			why.Values["since"], why.Values["is"] = why.Code, is
			why.Code = CodeMoved
			return Settled{Before: d, After: d}, &Error{Code: ExitFailed, Err: say.Errorf("document %s has moved since you saw it, so nothing was done: %s", d.ID, is), Hint: say.Text(out), Why: &why}
		}
		return do(ctx, w, d.ID)
	}
}
