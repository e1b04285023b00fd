package sending

import (
	"context"
	"errors"
	"time"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// Service is what the calls need of Concur: those that change documents, and one that looks. A call is made once; when
// its answer is lost it returns a *concur.CallError with Sent set, and the journal's intention tells the next run.
type Service interface {
	Get(ctx context.Context, t fis.DocType, docID string) (fis.Envelope, bool, error)
	Acknowledge(ctx context.Context, t fis.DocType, ids []string) ([]concur.Answer, error)
	AcknowledgeAs(ctx context.Context, t fis.DocType, systemID string, ids []string) ([]concur.Answer, error)
	ConfirmPostings(ctx context.Context, t fis.DocType, list []concur.PostingConfirmation) ([]concur.Answer, error)
	ConfirmPayments(ctx context.Context, t fis.DocType, list []concur.PaymentConfirmation) ([]concur.Answer, error)
}

// Route is what confirmations take from the route of a document.
type Route struct {
	Defaults returns.Defaults
	// GaveNumber tells whether an outcome that was read by this result format ought to have the ERP's document number.
	GaveNumber func(format string) bool
	// CompanyTold is what confirmations call the company of a document where the ERP named none; nil: as Defaults say.
	CompanyTold func(fis.Envelope) string
}

// company is what Concur is told as the company of a document where the ERP has named none: the one whose books its import
// file went into, whatever the mapping says today, else by the document itself.
func (c *Calls) company(ctx context.Context, route Route, d records.Doc, named string) (string, error) {
	if named != "" || route.CompanyTold == nil {
		return route.Defaults.Company, nil
	}
	if d.FileID != 0 {
		data, err := c.Journal.Written(ctx, records.Place{Doc: d.ID, File: d.FileID})
		if err != nil && !errors.Is(err, ledger.ErrNotFound) {
			return "", err
		}
		if written, err := takeback.ParseWritten(data); err == nil && written.Books != "" {
			return written.Books, nil
		}
		return route.Defaults.Company, nil // as it was told before that was kept
	}
	env, err := c.Journal.Payload(ctx, d.ID)
	if errors.Is(err, ledger.ErrNotFound) { // aged out
		return route.Defaults.Company, nil
	}
	if err != nil {
		return "", err
	}
	return route.CompanyTold(env), nil
}

// Calls makes the calls that change documents in Concur, and judges their answers. All fields are required.
type Calls struct {
	Journal  *journal.Journal
	Service  Service
	Invoices Invoices
	SystemID string // for documents that are acknowledged now
	Batch    int    // the most confirmations of one call
	Now      func() time.Time
	RouteOf  func(name string) Route
}

// sendTypes sends what is due of these types and gives the number that Concur has now. It ends where no access token
// can be had: nothing can be sent then.
func sendTypes[R, C any](ctx context.Context, e *sender[R, C], types []fis.DocType, size int) (done int, err error) {
	for _, t := range types {
		n, terr := e.All(ctx, t, size)
		done += n
		var te *concur.TokenError
		if errors.As(terr, &te) {
			return done, errors.Join(err, te)
		}
		err = errors.Join(err, terr)
	}
	return done, err
}

// firstOf is the first value that is not empty.
func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
