package returns

import (
	"errors"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Defaults fills what the ERP leaves out.
type Defaults struct {
	Company    string // FIS companyId, required with each ERP document
	FiscalYear string
	Posted     fis.Date
	Message    string // for a rejection without a reason
}

// Ready is an outcome or a payment within the limits of the API.
type Ready struct {
	DocID   string
	Outcome fis.Outcome
	Payment fis.Payment
	// CutTexts counts messages that were cut at 1300 characters, CutCharacters what they lost.
	CutTexts, CutCharacters int
}

// PostingConfirmation checks and normalises what Concur is told about the posting of a document. Duplicates are never told: that is an error.
func PostingConfirmation(docID string, o fis.Outcome, d Defaults) (Ready, error) {
	return Ready{}, errors.ErrUnsupported
}

// PaymentConfirmation checks and normalises what Concur is told about a payment.
func PaymentConfirmation(docID string, p fis.Payment, d Defaults) (Ready, error) {
	return Ready{}, errors.ErrUnsupported
}

// ClearingDate writes a date as Concur shows it right: yyyy-MM-ddTHH:mm:ss.SSSZ with three digits of milliseconds.
func ClearingDate(d fis.Date) string { return d.String() + "T12:00:00.000Z" }
