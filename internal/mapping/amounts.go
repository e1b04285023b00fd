package mapping

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// heldRecord is a template.AmountRows ready to be used.
type heldRecord struct {
	rows *template.AmountRows
	// fields by index, -1 for none
	debit, credit, amount, side int
	debitCodes, creditCodes     []string
	currency, document          fieldRef
	currencyAlso                []fieldRef
	// of is the slot of a field of the document, -1 for posting lines and parties.
	of      int
	parties bool
	types   []fis.DocType
}

// fieldRef is a field of a record; record -1 is none.
type fieldRef struct{ record, field int }

func (f fieldRef) known() bool { return f.record >= 0 }

// holds reports whether it speaks for a type of documents.
func (h *heldRecord) holds(t fis.DocType) bool {
	for _, x := range h.types {
		if x == t {
			return true
		}
	}
	return false
}

// proof is what a plan knows of its amounts.
type proof struct {
	// inLines tells whether rows stand for posting lines, or parties for the party lines only, by type of document.
	inLines, inParties map[fis.DocType]bool
	leftOut            []leftOut
	// want are the fields that are read back; carried the records whose fields rows of other records need.
	want    [][]bool
	carried []bool
	// frame are headers and trailers that are known only by where they stand; nil when the records tell what they are.
	frame []bool
}

// proves reports whether any document is held against the file.
func (p *Plan) proves() bool { return len(p.proof.want) > 0 }

// outOfUnits is the amount that a field's number means.
func (h *heldRecord) outOfUnits(a fis.Amount, currency string) fis.Amount {
	if h.rows.Units == "minor" {
		return a.Shift(-fis.MinorUnits(currency))
	}
	return a
}
