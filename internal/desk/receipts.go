package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// MissingReceipts are receipts that cannot be had, with the first documents that name them.
type MissingReceipts struct {
	Receipts  int      `json:"receipts"`
	Documents []string `json:"documents"`
}

// missingFor is for how long they are told of documents that are finished.
const missingFor = 7 * 24 * time.Hour

// fewReceipts is how many documents are named.
const fewReceipts = 5

func missingReceipts(ctx context.Context, j *journal.Journal, now time.Time) (*MissingReceipts, error) {
	n, docs, err := j.MissingReceipts(ctx, now.Add(-missingFor), fewReceipts+1)
	if err != nil || n == 0 {
		return nil, err
	}
	return &MissingReceipts{n, docs}, nil
}

// Words tell them on one line.
func (m *MissingReceipts) Words() string {
	verb := "cannot be had: of document"
	if len(m.Documents) > 1 {
		verb += "s"
	}
	names, more := m.Documents, ""
	if len(names) > fewReceipts {
		names, more = names[:fewReceipts], " and others"
	}
	return fmt.Sprintf("%s %s %s%s; fisbridge show DOC tells why", wording.Counted(m.Receipts, "receipt"), verb,
		wording.SomeOf(names, fewReceipts, ", "), more)
}
