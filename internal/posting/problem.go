package posting

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/say"
)

// Reason is why a document is refused or warned about; stable words for machines.
type Reason string

const (
	UnsupportedDocument Reason = "unsupported_document"
	MissingCurrency     Reason = "missing_currency"
	MissingAmount       Reason = "missing_amount"
	BadAmount           Reason = "bad_amount"
	NoCompanySide       Reason = "no_company_side"
	UnknownParty        Reason = "unknown_party"
	DirectionConflict   Reason = "direction_conflict"
	TaxMismatch         Reason = "tax_mismatch"
	TotalMismatch       Reason = "total_mismatch"
	ApprovedMismatch    Reason = "approved_mismatch"
	RepeatedID          Reason = "repeated_id"
	// Of obligations: a question that commits nothing, an instruction that nobody knows, nothing to commit or to
	// release.
	FundsCheck         Reason = "funds_check"
	UnknownInstruction Reason = "unknown_instruction"
	NoRows             Reason = "no_rows"
	// RoundingLimit is a rounding difference that is greater than the company allows.
	RoundingLimit Reason = "rounding_limit"
	// RoundedAway is a warning: rounded row by row, the rows say another sum than the document.
	RoundedAway Reason = "rounded_away"
	// Unbalanced is our own last check; no document is known to reach it.
	Unbalanced Reason = "unbalanced"
)

// Problem is one thing that is wrong with a document.
type Problem struct {
	Reason Reason `json:"reason"`
	// Entry is the id of the expense entry, or the sequence number of the invoice line item; empty when the problem is
	// not in one.
	Entry string `json:"entry,omitempty"`
	// Place is the path of the field: expenseEntry[1].allocation[0].journal[2].amountGross; positions count from 0,
	// without nulls.
	Place string `json:"place,omitempty"`
	// Detail says what was found and what was expected.
	Detail say.Text `json:"detail"`
}

func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(string(p.Reason))
	if p.Entry != "" {
		fmt.Fprintf(&b, ": entry %s", p.Entry)
	}
	if p.Place != "" {
		fmt.Fprintf(&b, ": %s", p.Place)
	}
	fmt.Fprintf(&b, ": %s", p.Detail)
	return b.String()
}

// Refusal is a document that is not posted, in whole or in part, with everything that is wrong with it.
type Refusal struct {
	DocID    string    `json:"docId"`
	Problems []Problem `json:"problems"`
}

func (e *Refusal) Error() string {
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = p.String()
	}
	return fmt.Sprintf("document %s is not posted: %s", e.DocID, strings.Join(texts, "; "))
}

// Has reports whether one of the problems has the reason.
func (e *Refusal) Has(r Reason) bool {
	for _, p := range e.Problems {
		if p.Reason == r {
			return true
		}
	}
	return false
}
