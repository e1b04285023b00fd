package desk

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/tokens"
)

// What a working folder knows of the world outside, for simulators that go on with it.

// Known is a document, and what Concur has of it by what the journal knows.
type Known struct {
	Doc
	// Status is the document's in Concur; empty: it was recalled, or is not there any more.
	Status fis.Status
	w      *Workspace
}

// Envelope is the document as it came.
func (k Known) Envelope(ctx context.Context) (fis.Envelope, error) {
	return k.w.Journal.Payload(ctx, k.ID)
}

// EachKnown calls do with every document.
func (w *Workspace) EachKnown(ctx context.Context, do func(Known) error) error {
	docs, err := w.Journal.DocumentsIn(ctx, "", 0, records.States()...)
	if err != nil {
		return err
	}
	for _, d := range docs {
		status, err := w.statusInConcur(ctx, d)
		if err != nil {
			return err
		}
		if err := do(Known{Doc: d, Status: status, w: w}); err != nil {
			return err
		}
	}
	return nil
}

func (w *Workspace) statusInConcur(ctx context.Context, d Doc) (fis.Status, error) {
	switch d.State {
	case records.Left, records.Stored:
		return fis.StatusReady, nil
	case records.Recalled, records.Gone:
		return "", nil
	}
	c, ok, err := w.Journal.ConfirmationOf(ctx, d.ID)
	switch {
	case err != nil:
		return "", err
	case ok && c.State == records.Done && c.Verdict == fis.Posted:
		return fis.StatusPostedSuccess, nil
	case ok && c.State == records.Done:
		return fis.StatusPostedFailure, nil
	}
	return fis.StatusAcknowledged, nil
}

// OpenLogin is the stored login with its tokens, for a simulator that must know them; false: nobody has logged in.
func (w *Workspace) OpenLogin(ctx context.Context) (tokens.TokenRow, bool, error) {
	sealed, err := w.Journal.Token(ctx, w.Config.Concur.CompanyUUID)
	if errors.Is(err, ledger.ErrNotFound) {
		return sealed, false, nil
	}
	if err != nil {
		return sealed, false, err
	}
	key, err := TokenKeys(w.Config)(!sealed.Sealed())
	if err != nil {
		return sealed, false, err
	}
	open, err := sealed.Open(w.Config.Concur.CompanyUUID, key)
	return open, err == nil, err
}

// NextNumber is the number of a route's next import file.
func (w *Workspace) NextNumber(ctx context.Context, route string) (int64, error) {
	return w.Journal.NextSequence(ctx, route)
}
