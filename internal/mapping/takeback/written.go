package takeback

import (
	"encoding/json"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// Written is what an import file says of a document: its posting lines with the codes that were written for them. It is
// kept beside the file for a later document of the same report, and outlives the document. It holds accounts, cost
// objects and amounts, but no texts.
type Written struct {
	Currency string `json:"currency,omitempty"`
	// Fields are the record and field of each code of a line; Records the records that lines make.
	Fields  [][2]string   `json:"fields,omitempty"`
	Records []string      `json:"records,omitempty"`
	Lines   []WrittenLine `json:"lines,omitempty"`
	// Rows are the entries of the document's rows, in their order in the file; blank where a row has none, or several.
	// An ERP that answers by the lines of the file speaks of them.
	Rows []string `json:"rows,omitempty"`
	// Books is the company whose books the document went into, as the ERP calls it; empty where the template says nothing of
	// companies, or where it was written before this was kept.
	Books string `json:"books,omitempty"`
}

// WrittenLine is one posting line as it was written; amounts are those of the line, rounded as the file was.
type WrittenLine struct {
	Role         posting.Role `json:"role"`
	Account      string       `json:"account,omitempty"`
	Party        string       `json:"party,omitempty"`
	TaxAuthority string       `json:"tax_authority,omitempty"`
	TaxCode      string       `json:"tax_code,omitempty"`
	TaxReclaim   string       `json:"tax_reclaim,omitempty"`
	Entry        string       `json:"entry,omitempty"`
	Allocation   string       `json:"allocation,omitempty"`
	LineItem     string       `json:"line_item,omitempty"`
	CashAdvance  string       `json:"cash_advance,omitempty"`
	Debit        fis.Amount   `json:"debit,omitzero"`
	Credit       fis.Amount   `json:"credit,omitzero"`
	// Codes stand beside Written.Fields; Made says which of Written.Records the line made, one bit each.
	Codes []string `json:"codes,omitempty"`
	Made  uint64   `json:"made"`
}

// ParseWritten reads the JSON of a Written.
func ParseWritten(data []byte) (Written, error) {
	var w Written
	if err := json.Unmarshal(data, &w); err != nil {
		return w, fmt.Errorf("what was written: %w", err)
	}
	return w, nil
}
