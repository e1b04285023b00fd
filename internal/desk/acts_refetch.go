package desk

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Refetched is a document that came back, held.
type Refetched struct {
	ID string
	// Spoken are the result files whose lines about it could not be used while it was unknown.
	Spoken []records.ResultFile
}

// Refetch brings a document back that Concur has locked for us, but the journal does not know. It gives those that came
// back also when a later one failed.
func (w *Workspace) Refetch(ctx context.Context, t fis.DocType, ref, reason string) (out []Refetched, err error) {
	client, err := w.Client(false)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	b, err := w.bridgeWith(client, nil)
	if err != nil {
		return nil, err
	}
	taken, err := b.Refetch(ctx, client, t, ref, reason)
	for _, id := range taken {
		spoken, unread := w.spokenOf(ctx, id)
		out = append(out, Refetched{id, spoken})
		if unread != nil {
			return out, unread
		}
	}
	return out, err
}

func (w *Workspace) spokenOf(ctx context.Context, id string) ([]records.ResultFile, error) {
	d, err := w.Journal.Document(ctx, id)
	if err != nil {
		return nil, err
	}
	return w.Journal.ListedAbout(ctx, d.ID, d.ReportID, d.ReportKey)
}
