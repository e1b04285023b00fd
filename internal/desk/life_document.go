package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
)

// agedOut is told where bytes are asked for that the retention rule has taken.
func agedOut(what, elsewhere say.Text) error {
	return &Error{Code: ExitFailed, Err: say.Errorf("%s: its bytes are not in the journal any more: they aged out, by the retention rule", what), Hint: elsewhere}
}

// DocumentLife is everything that is known of a document, but not what is in it.
type DocumentLife struct {
	records.Doc
	PayloadBytes int64                   `json:"payload_bytes,omitempty"`
	Receipts     []records.Receipt       `json:"receipts,omitempty"`
	Places       []DocumentPlace         `json:"import_files"`
	Confirmation *records.Confirmation   `json:"posting_confirmation"`
	Payments     []records.PaymentRecord `json:"payments"`
	Said         []records.Said          `json:"result_lines"`
	Alarms       []records.Alarm         `json:"alarms"`
	History      []ledger.Event          `json:"history"`
	Family
}

// DocumentPlace is one import file in which the document was, and where.
type DocumentPlace struct {
	records.Part
	File    string            `json:"file"`
	Name    string            `json:"name"`
	State   records.FileState `json:"file_state"`
	SHA256  string            `json:"sha256"`
	Dropped time.Time         `json:"dropped_at,omitzero"`
}

// DocumentLife tells everything that is known of a document.
func (w *Workspace) DocumentLife(ctx context.Context, d records.Doc) (*DocumentLife, error) {
	j := w.Journal
	life := &DocumentLife{Doc: d}
	var err error
	if life.PayloadBytes, _, err = j.PayloadSize(ctx, d.ID); err != nil {
		return nil, err
	}
	if life.Receipts, err = j.ReceiptsOf(ctx, d.ID); err != nil {
		return nil, err
	}
	if life.Family, err = familyOf(ctx, j, d); err != nil {
		return nil, err
	}
	if life.Places, err = placesOf(ctx, j, d.ID); err != nil {
		return nil, err
	}
	if c, ok, err := j.ConfirmationOf(ctx, d.ID); err != nil {
		return nil, err
	} else if ok {
		life.Confirmation = &c
	}
	if life.Payments, err = j.PaymentsOf(ctx, d.ID); err != nil {
		return nil, err
	}
	subjects := []string{d.ID}
	for i, p := range life.Payments {
		life.Payments[i].Payment.ReceiverID, life.Payments[i].Payment.ReceiverName = "", "" // who was paid was not asked for
		subjects = append(subjects, fmt.Sprintf("payment %d", p.ID))
	}
	if life.Said, err = j.SaidAbout(ctx, d.ID); err != nil {
		return nil, err
	}
	if life.Alarms, err = j.AlarmsAbout(ctx, subjects...); err != nil {
		return nil, err
	}
	life.History, err = j.History(ctx, d.ID, 0, 0)
	return life, err
}

func placesOf(ctx context.Context, j *journal.Journal, docID string) ([]DocumentPlace, error) {
	parts, err := j.PartsOf(ctx, docID)
	if err != nil {
		return nil, err
	}
	var out []DocumentPlace
	for _, p := range parts {
		f, err := j.File(ctx, p.FileID)
		if err != nil {
			return nil, err
		}
		out = append(out, DocumentPlace{Part: p, File: FileLabel(f), Name: f.Name, State: f.State, SHA256: f.SHA256, Dropped: f.DroppedAt})
	}
	return out, nil
}

// About names the import file and the result file of an event.
func (d *DocumentLife) About(e ledger.Event) say.Text {
	var parts []say.Text
	for _, p := range d.Places {
		if p.FileID == e.FileID {
			parts = append(parts, say.F("file %s", p.File))
		}
	}
	if e.ResultID != 0 {
		parts = append(parts, say.F("result %d", e.ResultID))
	}
	return say.Join(", ", parts...)
}

// Payload is the document as it came from Concur.
func (w *Workspace) Payload(ctx context.Context, d records.Doc) ([]byte, error) {
	env, err := w.Journal.Payload(ctx, d.ID)
	if errors.Is(err, ledger.ErrNotFound) {
		if d.State == records.Left {
			return nil, fmt.Errorf("document %s was left in Concur (%s), and its payload was not stored", d.ID, d.Reason)
		}
		return nil, agedOut(say.F("document %s", d.ID), "")
	}
	return env.Document, err
}
