package desk

import (
	"context"
	"errors"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bridge/paying"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
)

// PaymentMarked is a payment that a person has settled.
type PaymentMarked struct {
	records.ListedPayment
	// As is the reference under which a valid payment counts.
	As string
	// Of are the documents that it is of.
	Of []string
}

// listedPayment is a payment that a person is asked about: the line of a result file.
func (w *Workspace) listedPayment(ctx context.Context, result string, line int) (p records.ListedPayment, err error) {
	r, err := w.Result(ctx, result)
	if err != nil {
		return p, err
	}
	p, err = w.Journal.ListedPayment(ctx, r, line)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		return p, &Error{Code: ExitFailed, Err: say.Errorf("line %d of result file %s (%d) is no listed payment", line, r.Name, r.ID), Hint: say.F("fisbridge show result %d lists them", r.ID)}
	case errors.Is(err, records.ErrErased):
		return p, &Error{Code: ExitFailed, Err: err, Hint: "put the file into the return folder again: then the payment is listed again"}
	case err == nil && !p.Mark.Open():
		hint := say.F("fisbridge show result %d tells what became of its lines", r.ID)
		if p.Doc.ID != "" {
			hint = say.F("fisbridge show document %s shows its payments", p.Doc.ID)
		}
		return p, &Error{Code: ExitFailed, Err: say.Errorf("the payment in line %d of result file %s was marked %s before", line, r.Name, p.Mark), Hint: hint}
	}
	return p, err
}

// PlacePayment gives a listed payment the document that a person names. It is held against that document as if the file
// had named it.
func (w *Workspace) PlacePayment(ctx context.Context, result string, line int, document, reason string) (out PaymentMarked, err error) {
	p, err := w.listedPayment(ctx, result, line)
	if err != nil {
		return out, err
	}
	if parts, err := paidParts(document); err != nil || parts != nil {
		if err != nil {
			return out, err
		}
		return w.markParts(ctx, p, "", parts, reason)
	}
	if p, err = w.onDocument(ctx, p, document); err != nil {
		return out, err
	}
	switch p.Doc.State {
	case records.Posted, records.Filed:
	default:
		hint := say.Text("a payment is of what the ERP was given")
		if p.Doc.State == records.Rejected {
			hint = say.F("find out in the ERP which is true; when the payment is taken back: fisbridge mark payment %d#%d invalid --reason …", p.Result.ID, line)
		}
		return out, &Error{Code: ExitFailed, Err: say.Errorf("document %s cannot have been paid: it is %s", p.Doc.ID, p.Doc.State), Hint: hint}
	}
	as, err := w.Journal.PlacePayment(ctx, p, reason, func(a *journal.Apply, of journal.Paying) (string, error) {
		verdicts, err := paying.Hold(a, of, paysFor(w.Config, p.Doc), w.Config.Matching.AgainDays)
		if err != nil {
			return "", err
		}
		v := verdicts[0]
		switch {
		case v.Repeated:
			return "", &Error{Code: ExitFailed, Err: say.Errorf("document %s has this payment already", p.Doc.ID), Hint: say.F("when it is no other one: fisbridge mark payment %d#%d invalid --reason …", p.Result.ID, line)}
		case v.Problem != "":
			return "", &Error{Code: ExitFailed, Err: say.Errorf("the payment does not fit: %s", v.Problem), Hint: say.F("name another document; when it is right all the same: fisbridge mark payment %d#%d valid --document %s --reason …", p.Result.ID, line, p.Doc.ID)}
		}
		told := v.Told()
		return told.Reference, nil
	})
	return PaymentMarked{ListedPayment: p, As: as, Of: []string{p.Doc.ID}}, err
}

// onDocument gives the payment the document that a word names.
func (w *Workspace) onDocument(ctx context.Context, p records.ListedPayment, word string) (records.ListedPayment, error) {
	d, err := w.Document(ctx, word)
	if err != nil {
		return p, err
	}
	if p.Doc.ID != "" && p.Doc.ID != d.ID {
		return p, &Error{Code: ExitFailed, Err: say.Errorf("line %d of result file %s names document %s, not %s", p.Line, p.Result.Name, p.Doc.ID, d.ID), Hint: say.F("fisbridge mark payment %d#%d valid or invalid --reason …", p.Result.ID, p.Line)}
	}
	p.Doc = d
	return p, nil
}

// MarkPayment settles a listed payment, the line of a result file, as valid or invalid. A valid one of which nobody
// knows the document wants one.
func (w *Workspace) MarkPayment(ctx context.Context, result string, line int, mark records.PaymentMark, document, reason string) (out PaymentMarked, err error) {
	p, err := w.listedPayment(ctx, result, line)
	if err != nil {
		return out, err
	}
	if parts, err := paidParts(document); err != nil || parts != nil {
		if err != nil {
			return out, err
		}
		return w.markParts(ctx, p, mark, parts, reason)
	}
	if document != "" {
		if p, err = w.onDocument(ctx, p, document); err != nil {
			return out, err
		}
	}
	switch {
	case mark == records.PaymentValid && p.Doc.ID == "":
		return out, &Error{Code: ExitFailed, Err: say.Errorf("nobody knows the document of the payment in line %d of result file %s", line, p.Result.Name),
			Hint: say.Join("; ", say.F("say which: fisbridge mark payment %d#%d --document DOC --reason …", p.Result.ID, line), mayBe(p.May))}
	case mark == records.PaymentValid && p.Doc.State == records.Rejected:
		return out, &Error{Code: ExitFailed, Err: say.Errorf("document %s is rejected, and Concur takes no payment of what was not posted", p.Doc.ID), Hint: say.F("find out in the ERP which is true; when the payment is taken back: fisbridge mark payment %d#%d invalid --reason …", p.Result.ID, line)}
	}
	if mark == records.PaymentValid && inOther(p.Payment, p.Doc) && p.Payment.Status != fis.PaymentReversed && p.Payment.Status != fis.PaymentObsolete {
		return out, &Error{Code: ExitFailed, Err: say.Errorf("the payment is in %s, document %s in %s, and nobody knows how much of the document it pays", p.Payment.Currency, p.Doc.ID, p.Doc.Currency),
			Hint: say.F("say it in %s: fisbridge mark payment %d#%d valid --document %s=AMOUNT --reason …", p.Doc.Currency, p.Result.ID, line, p.Doc.ID)}
	}
	as, err := w.Journal.MarkPayment(ctx, p, mark, paying.TellAs, paysFor(w.Config, p.Doc), reason)
	return PaymentMarked{ListedPayment: p, As: as, Of: []string{p.Doc.ID}}, err
}

func mayBe(ids []string) say.Text {
	if len(ids) == 0 {
		return ""
	}
	return say.F("it may be %s", strings.Join(ids, ", "))
}
