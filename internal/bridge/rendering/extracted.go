package rendering

import (
	"github.com/fisbridge/fisbridge/internal/extracted"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// inExtract holds a document whose report the extract had already: the ERP may have it from there. It goes when a
// person has released it by name.
func (p *pass) inExtract(d records.Doc) (held bool, err error) {
	if p.r.Extracted == nil || d.DocType != fis.Expense {
		return false, nil
	}
	had := p.r.Extracted.Of(d.ReportKey)
	if len(had) == 0 {
		return false, nil
	}
	if waived, err := p.m.Journal.ExtractWaived(p.ctx, d.ID); err != nil || waived {
		return false, err
	}
	p.walked.held[d.ID] = journal.Hold{Cause: records.CauseExtract, Reason: why.New("extract-had", "doc", d.ID, "report", d.ReportKey, "had", extracted.Said(had),
		"amount", fis.Text(d.Amount, d.Currency), "currency", d.Currency)}
	return true, nil
}
