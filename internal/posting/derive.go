package posting

import (
	"errors"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// TaxKey names a tax and the row it belongs to.
type TaxKey struct{ Authority, Code, ReclaimCode string }

// Options is what a company may configure about derivation.
type Options struct {
	// CardCodes are further codes of card vendors beside CBCP, IBCP and COPD.
	CardCodes []string
	// NonDeductibleAccount may name another account for non-deductible tax than the one of the row (rowAccount); "" keeps that.
	NonDeductibleAccount func(tax TaxKey, rowAccount string) string
	// Round rounds to the currency's minor unit, so that the lines still balance.
	Round bool
}

// Derive makes the posting lines of a document. A document that must not be posted is a *Refusal.
func Derive(doc *fis.Document, opt Options) (*Result, error) { return nil, errors.ErrUnsupported }
