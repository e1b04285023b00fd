package bridge_test

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/bridge/sending"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/concur/invoicepay"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// intending is the service of every world: at each call that changes something in Concur it looks whether the intention
// is committed, after whatever came of the try before.
type intending struct {
	bridge.Service
	w *world
}

func (s *intending) Acknowledge(ctx context.Context, t fis.DocType, ids []string) ([]concur.Answer, error) {
	for _, id := range ids {
		s.intended(id, "acknowledgement", "")
	}
	return s.Service.Acknowledge(ctx, t, ids)
}

func (s *intending) AcknowledgeAs(ctx context.Context, t fis.DocType, system string,
	ids []string) ([]concur.Answer, error) {
	for _, id := range ids {
		s.intended(id, "acknowledgement", "")
	}
	return s.Service.AcknowledgeAs(ctx, t, system, ids)
}

func (s *intending) ConfirmPostings(ctx context.Context, t fis.DocType,
	list []concur.PostingConfirmation) ([]concur.Answer, error) {
	for _, c := range list {
		s.intended(c.DocID, "posting confirm", "")
	}
	return s.Service.ConfirmPostings(ctx, t, list)
}

func (s *intending) ConfirmPayments(ctx context.Context, t fis.DocType,
	list []concur.PaymentConfirmation) ([]concur.Answer, error) {
	for _, c := range list {
		s.intended(c.DocID, "payment confirm", c.Reference())
	}
	return s.Service.ConfirmPayments(ctx, t, list)
}

// intendingMarks looks the same at each mark of an invoice.
type intendingMarks struct {
	sending.Invoices
	w *world
}

func (s *intendingMarks) Mark(ctx context.Context, list []invoicepay.Mark) ([]concur.Answer, error) {
	for _, m := range list {
		(&intending{w: s.w}).intended(m.DocID, "payment confirm", m.Reference())
	}
	return s.Invoices.Mark(ctx, list)
}

// intended: the newest event of this kind about the document, or its payment with this reference, is an intention.
func (s *intending) intended(doc, kind, reference string) {
	events, err := s.w.j.History(s.w.ctx, doc, 0, 0)
	s.w.ok(err)
	payments, err := s.w.j.PaymentsOf(s.w.ctx, doc)
	s.w.ok(err)
	var id int64
	for _, p := range payments {
		if p.Payment.Reference == reference {
			id = p.ID
		}
	}
	newest := ""
	for _, e := range events {
		var d struct{ Payment int64 }
		_ = json.Unmarshal(e.Detail, &d) // without a detail it is of no payment
		ofKind := strings.HasPrefix(e.Event, kind) || kind == "acknowledgement" && e.Event == "acknowledged"
		if ofKind && (reference == "" || d.Payment == id) {
			newest = e.Event
		}
	}
	if !strings.HasSuffix(newest, "intended") {
		s.w.Errorf("document %s %s: a call is made, and no intention is committed after %q: %s", doc, reference, newest,
			names(events))
	}
}
