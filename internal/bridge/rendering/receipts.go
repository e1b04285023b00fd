package rendering

import (
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// receiptsReady reports whether a document may go out for its receipts. Where its route requires them it waits while
// they may be had, and is held when they cannot: a person lets it go without.
func (p *pass) receiptsReady(d records.Doc) (bool, error) {
	if !p.r.RequireReceipts || !d.DocType.HasReceipts() {
		return true, nil
	}
	open, missing, first, err := p.m.Journal.ReceiptsOpen(p.ctx, d.ID)
	switch {
	case err != nil:
		return false, err
	case missing > 0:
		p.walked.held[d.ID] = journal.Hold{Cause: records.CauseReceipts,
			Reason: why.New("receipts-required", "doc", d.ID, "receipts", missing, "problem", first)}
		return false, nil
	case open:
		p.walked.waits[d.ID] = why.New("receipts-wait")
		return false, nil
	}
	return true, nil
}
