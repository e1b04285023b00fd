package records

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Cause says why a document is held, or why an acknowledged one waits, as a code. The reason beside it is for people.
type Cause string

// The causes. What fisbridge held by itself is looked at again in each run, and goes out with the first run that can
// write it.
const (
	// CauseMapping: document and mapping do not fit. CauseAmounts: the import file would not say what the document
	// says. CauseFile: its import file cannot be finished. CauseDamaged: its payload cannot be read.
	CauseMapping Cause = "mapping"
	CauseAmounts Cause = "amounts"
	CauseFile    Cause = "file"
	CauseDamaged Cause = "damaged"
	// CauseRevision: another document of the same report is posted, or may be; a person says how this one is posted.
	CauseRevision Cause = "revision"
	// CausePerson: a person held it. CauseDoubt: the ERP may have it. CauseRefused: the ERP refused its import file as
	// a whole, which is reissued.
	CausePerson  Cause = "person"
	CauseDoubt   Cause = "doubt"
	CauseRefused Cause = "refused"
	// CauseReceipts: a receipt that its route requires cannot be had.
	CauseReceipts Cause = "receipts"
	// CauseExtract: the extract had the report already, so the ERP may have it from there.
	CauseExtract Cause = "extract"
	// CauseWaits: acknowledged, and waits for what becomes of another document of the same report. Nobody needs to do
	// anything.
	CauseWaits Cause = "waits"
)

// Tryable are the documents that each run tries to put into an import file: those that wait, and those that fisbridge
// itself held.
const Tryable = `state IN ('acknowledged','held') AND (state = 'acknowledged' OR cause IN ('mapping','amounts','file','damaged','revision','receipts'))`

// Again: each run looks at the document again.
func (c Cause) Again() bool {
	switch c {
	case CauseMapping, CauseAmounts, CauseFile, CauseDamaged, CauseRevision, CauseReceipts:
		return true
	}
	return false
}

// CauseData reads the values behind the cause of a document's state into to; false when there are none.
func (j *Records) CauseData(ctx context.Context, docID string, to any) (bool, error) {
	var text string
	err := ledger.QueryRow(ctx, j.Ledger, `SELECT cause_data FROM documents WHERE doc_id = $1`, docID).Scan(&text)
	if err != nil || text == "" {
		return false, err
	}
	if err := json.Unmarshal([]byte(text), to); err != nil {
		return false, fmt.Errorf("journal: values of the cause of document %s: %w", docID, err)
	}
	return true, nil
}

// CountTryable counts the documents of a route that a run tries to put into an import file.
func (j *Records) CountTryable(ctx context.Context, route string) (int, error) {
	n, err := ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM documents WHERE route = $1 AND `+Tryable, route)
	if err != nil {
		err = fmt.Errorf("journal: count what waits for an import file: %w", err)
	}
	return n, err
}
