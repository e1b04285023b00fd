package desk

import (
	"context"
	"fmt"
	"io"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
)

// FileLabel is how people name an import file.
func FileLabel(f records.File) string { return fmt.Sprintf("%s/%d", f.Route, f.Sequence) }

// FileLife is everything that is known of an import file.
type FileLife struct {
	records.File
	HasBytes  bool            `json:"has_bytes"`
	InIt      []FilePart      `json:"parts"`
	Alarms    []records.Alarm `json:"alarms"`
	History   []ledger.Event  `json:"history"`
	Successor string          `json:"reissued_as,omitempty"`
}

// FilePart is one document of the file and where it stands.
type FilePart struct {
	records.Part
	State records.State `json:"state"`
}

func partsOf(ctx context.Context, j *journal.Journal, fileID int64) ([]FilePart, error) {
	parts, err := j.Parts(ctx, fileID)
	if err != nil {
		return nil, err
	}
	states, err := j.StatesIn(ctx, fileID)
	if err != nil {
		return nil, err
	}
	var out []FilePart
	for _, p := range parts {
		out = append(out, FilePart{Part: p, State: states[p.DocID]})
	}
	return out, nil
}

// FileBytes are the bytes of an import file, as they went out.
func (w *Workspace) FileBytes(ctx context.Context, f records.File) (io.ReadCloser, error) {
	has, err := w.Journal.HasBytes(ctx, f.ID, 0)
	if err != nil {
		return nil, err
	}
	if !has && f.Size > 0 {
		return nil, agedOut(say.F("import file %s", f.Name), "")
	}
	return w.Journal.FileBytes(ctx, f.ID), nil
}

// FileLife tells everything that is known of an import file.
func (w *Workspace) FileLife(ctx context.Context, f records.File) (*FileLife, error) {
	has, err := w.Journal.HasBytes(ctx, f.ID, 0)
	if err != nil {
		return nil, err
	}
	life := &FileLife{File: f, HasBytes: has}
	if life.InIt, err = partsOf(ctx, w.Journal, f.ID); err != nil {
		return nil, err
	}
	if life.Alarms, err = w.Journal.AlarmsAbout(ctx, "file "+FileLabel(f)); err != nil {
		return nil, err
	}
	life.History, err = w.Journal.FileHistory(ctx, f.ID) // what happened to single documents stands in the list of documents
	if err != nil {
		return nil, err
	}
	return life, nil
}

// ofNoDocument are the events that are not about single documents.
func ofNoDocument(all []ledger.Event) (out []ledger.Event) {
	for _, e := range all {
		if e.DocID == "" {
			out = append(out, e)
		}
	}
	return out
}

// InFile are the debits and credits that an import file has by currency: those of its rows, or, where only these were kept, of
// the posting lines of its documents. It is not known of files of rows without posting lines that a former version made.
func InFile(f records.File) (sums map[string]records.Sum, known bool) {
	if f.InFile != nil {
		return f.InFile, true
	}
	for _, s := range f.Totals {
		if !s.IsZero() {
			return f.Totals, true
		}
	}
	return nil, len(f.Totals) == 0
}

// Amounts are the debits and credits that the file has of the document: those of its rows, or of its posting lines.
func (p FilePart) Amounts() records.Sum {
	if p.InFile != nil && p.InFile.Sum != nil {
		return *p.InFile.Sum
	}
	return records.Sum{Debit: p.Debit, Credit: p.Credit}
}

// AmountKnown reports whether what the file has of the document is known.
func (p FilePart) AmountKnown() bool {
	return p.InFile != nil && p.InFile.Sum != nil || !p.Debit.IsZero() || !p.Credit.IsZero()
}
