package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal"
)

// markPayment settles a payment that was listed because it does not fit its document: RESULT/LINE, valid or invalid.
func (a *app) markPayment(ctx context.Context, word string, mark journal.PaymentMark, reason string) error {
	at := strings.LastIndexByte(word, '/')
	line, err := 0, error(nil)
	if at > 0 {
		line, err = strconv.Atoi(word[at+1:])
	}
	if at <= 0 || err != nil || line < 1 {
		return usage(fmt.Errorf("payment: %q is not RESULT/LINE, such as 17/3", word))
	}
	return a.beside(ctx, "mark", func(w *workspace) error {
		r, err := oneResult(ctx, w.j, word[:at])
		if err != nil {
			return err
		}
		p, err := w.j.ListedPayment(ctx, r, line)
		switch {
		case errors.Is(err, journal.ErrNotFound):
			return &Error{Code: ExitFailed, Err: fmt.Errorf("line %d of result file %s (%d) is no listed payment", line, r.Name, r.ID), Hint: fmt.Sprintf("fisbridge show result %d lists them", r.ID)}
		case err != nil:
			return err
		case p.Mark != journal.PaymentAsked:
			return &Error{Code: ExitFailed, Err: fmt.Errorf("the payment in line %d of result file %s was marked %s before", line, r.Name, p.Mark), Hint: fmt.Sprintf("fisbridge show document %s shows its payments", p.Doc.ID)}
		case mark == journal.PaymentValid && p.Doc.State == journal.Rejected:
			return &Error{Code: ExitFailed, Err: fmt.Errorf("document %s is rejected, and Concur takes no payment of what was not posted", p.Doc.ID), Hint: fmt.Sprintf("find out in the ERP which is true; when the payment is taken back: fisbridge mark payment %d/%d invalid --reason …", r.ID, line)}
		}
		as, err := w.j.MarkPayment(ctx, p, mark, paysFor(w.cfg, p.Doc), reason)
		if err != nil {
			return err
		}
		if mark == journal.PaymentInvalid {
			a.remark("line %d of result file %s is no payment of its own: Concur is told nothing of it", line, r.Name)
			return nil
		}
		a.remark("the payment of %s %s in line %d of result file %s counts, under the reference %s", p.Payment.Amount, p.Payment.Currency, line, r.Name, as)
		return nil
	})
}

// paysFor tells whether Concur is told of payments of the document.
func paysFor(cfg *config.Config, d journal.Doc) bool {
	at := slices.IndexFunc(cfg.Routes, func(r config.Route) bool { return r.Name == d.Route })
	return at >= 0 && cfg.Routes[at].PaysFor(d.DocType)
}
