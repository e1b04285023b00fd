// Package confirmed knows what Concur took: under which number and company of the ERP it has a posting or a payment, also
// where the ERP said nothing and fisbridge filled it in. It is kept in the history, in the row that says that Concur took
// it.
package confirmed

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Told is what a confirmation said of the ERP's document when Concur took it. Reference is that of a payment, empty for the
// posting; of a posting with several documents, numbers and companies stand one after the other, with commas.
type Told struct {
	Reference string `json:"told_reference"`
	Number    string `json:"told_number"`
	Company   string `json:"told_company"`
}

// Into adds it to the detail of a row of the history.
func (t Told) Into(d ledger.Detail) {
	for word, v := range map[string]string{"told_reference": t.Reference, "told_number": t.Number, "told_company": t.Company} {
		if v != "" {
			d[word] = v
		}
	}
}

// Confirmed reads it back.
type Confirmed struct{ *ledger.Ledger }

// ToldOf is what Concur was told of a document's posting (key "") and of its payments, by their references. What was told
// by versions that did not keep it, or was forgotten, is not there.
func (j *Confirmed) ToldOf(ctx context.Context, docID string) (map[string]Told, error) {
	rows, err := ledger.List(ctx, j.Ledger, `SELECT `+ledger.EventColumns+` FROM history WHERE doc_id = $1 AND event IN ('posting confirmed','payment confirmed') ORDER BY seq`, []any{docID}, ledger.ScanEvent)
	if err != nil {
		return nil, err
	}
	out := map[string]Told{}
	for _, e := range rows {
		var t Told
		if len(e.Detail) == 0 {
			continue
		}
		if err := json.Unmarshal(e.Detail, &t); err != nil {
			return nil, fmt.Errorf("journal: history row %d: %w", e.Seq, err)
		}
		if t != (Told{}) {
			out[t.Reference] = t
		}
	}
	return out, nil
}

// Number keeps the ERP's number of a posting that Concur has without it. Concur is not told again: it takes no second
// confirmation.
func Number(t *ledger.Tx, docID string, o fis.Outcome) error {
	text, hash, err := ledger.DigestJSON(o)
	if err != nil {
		return err
	}
	return t.One(`UPDATE confirmations SET outcome = $1, content_sha256 = $2, number = $3 WHERE doc_id = $4 AND state = $5`, text, hash, o.Number, docID, records.Done)
}

// Words tell an outcome beside another one: company and year only where they differ.
func Words(o, other fis.Outcome) string {
	text := strings.TrimSpace(fmt.Sprintf("%s %s", o.Verdict, o.Numbers()))
	if o.Verdict != fis.Posted || other.Verdict != fis.Posted {
		return text
	}
	if o.Company != other.Company && o.Company != "" {
		text += " in company " + o.Company
	}
	if o.FiscalYear != other.FiscalYear && o.FiscalYear != "" {
		text += " in fiscal year " + o.FiscalYear
	}
	return text
}
