package bridge

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/bridge/sending"
)

// calls tell Concur what is owed.
func (b *Bridge) calls() *sending.Calls {
	return &sending.Calls{Journal: b.j, Service: b.service, Invoices: b.invoices, SystemID: b.cfg.Concur.SystemID,
		Batch: b.cfg.Concur.ConfirmBatch, Now: b.now, RouteOf: b.sendingFor}
}

// sendingFor is what confirmations take from the route of a document; of a route that the configuration has no more,
// nothing.
func (b *Bridge) sendingFor(name string) sending.Route {
	r := b.route(name)
	if r == nil {
		return sending.Route{GaveNumber: func(string) bool { return true }}
	}
	out := sending.Route{Defaults: r.defaults, GaveNumber: r.gaveNumber}
	if r.plan != nil {
		out.CompanyTold = r.plan.CompanyTold
	}
	return out
}

// confirmPostings tells Concur what the ERP did with each document.
func (b *Bridge) confirmPostings(ctx context.Context, s *Summary) error {
	return b.confirm(ctx, s, &s.Confirmed, b.calls().ConfirmPostings)
}

// confirmPayments tells Concur what was paid: FIS of reports, the service beside it of invoices.
func (b *Bridge) confirmPayments(ctx context.Context, s *Summary) error {
	return errors.Join(b.confirm(ctx, s, &s.PaymentsSent, b.calls().ConfirmPayments),
		b.confirm(ctx, s, &s.PaymentsSent, b.calls().MarkInvoices))
}

// confirm counts what was confirmed. Without an access token nothing can be sent, which is told once.
func (b *Bridge) confirm(ctx context.Context, s *Summary, done *int, send func(context.Context) (int, error)) error {
	if s.noLogin {
		return nil
	}
	n, err := send(ctx)
	*done += n
	s.noToken(err)
	return err
}

// gaveNumber tells whether an outcome ought to have the ERP's document number: its result format has a column for it.
// For an outcome that a person gave, any format decides.
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
