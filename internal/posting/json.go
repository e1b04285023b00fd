package posting

import (
	"encoding/json"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// lineJSON is the published form of a line: names as people compare them, null for "none", references only where there
// are any.
type lineJSON struct {
	Role           Role    `json:"role"`
	AccountCode    *string `json:"account_code"`
	Party          *string `json:"party"`
	Debit          string  `json:"debit"`
	Credit         string  `json:"credit"`
	EntryID        string  `json:"entry_id,omitempty"`
	AllocationID   string  `json:"allocation_id,omitempty"`
	LineItem       string  `json:"line_item,omitempty"`
	TaxAuthority   string  `json:"tax_authority,omitempty"`
	TaxCode        string  `json:"tax_code,omitempty"`
	TaxReclaimCode string  `json:"tax_reclaim_code,omitempty"`
	CashAdvanceID  string  `json:"cash_advance_id,omitempty"`
	Reversal       bool    `json:"reversal,omitempty"`
}

type resultJSON struct {
	DocID    string      `json:"docId"`
	DocType  fis.DocType `json:"docType"`
	Currency string      `json:"currency"`
	Lines    []lineJSON  `json:"lines"`
}

// MarshalJSON writes the lines for people to compare; warnings are for whoever asked. Amounts are texts with at least
// the currency's decimals, never floats.
func (r *Result) MarshalJSON() ([]byte, error) {
	out := resultJSON{r.DocID, r.DocType, r.Currency, make([]lineJSON, len(r.Lines))}
	for i, l := range r.Lines {
		out.Lines[i] = lineJSON{
			l.Role, orNull(l.AccountCode), orNull(l.Party), fis.Text(l.Debit, r.Currency), fis.Text(l.Credit, r.Currency),
			l.EntryID, l.AllocationID, l.LineItem, l.TaxAuthority, l.TaxCode, l.TaxReclaimCode, l.CashAdvanceID, l.Reversal,
		}
	}
	return json.Marshal(out)
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
