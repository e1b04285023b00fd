package concur

import (
	"encoding/json"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// The bodies of the three POST calls, spelled as the service wants them.

// PostingConfirmation tells Concur what the ERP did with one document.
type PostingConfirmation struct {
	// SystemID is the one with which the document was acknowledged; empty: the client's own.
	SystemID       string          `json:"-"`
	DocID          string          `json:"docId"`
	Status         PostingStatus   `json:"overallPostingStatusCode"`
	PostingDocs    []PostingDoc    `json:"postingDocs"`
	SystemMessages []SystemMessage `json:"systemMessages"`
}

// PostingStatus is overallPostingStatusCode.
type PostingStatus string

const (
	PostingSuccess PostingStatus = "success"
	PostingError   PostingStatus = "error"
)

// PostingDoc is one ERP document that came of a Concur document. Year and date are left out when the ERP told none: the
// service has them as a number and a date, of which an empty text is neither, and wants neither of them.
type PostingDoc struct {
	CompanyID      string `json:"companyId"`
	DocumentNumber string `json:"documentNumber"`
	// FiscalYear is digits; empty: not sent.
	FiscalYear               string                 `json:"fiscalYear,omitempty"`
	PaymentRelevantLineItems []fis.CommitmentSource `json:"paymentRelevantLineItems"`
	// PostingDate is yyyy-MM-dd; empty: not sent.
	PostingDate string `json:"postingDate,omitempty"`
}

// SystemMessage is one text of the ERP that the employee and the processor read in Concur.
type SystemMessage struct {
	LineItemID string `json:"concurTransactionLineItemId"`
	MessageID  string `json:"messageId"`
	Language   string `json:"messageLanguage"`
	LongText   string `json:"messageLongText"`
	ShortText  string `json:"messageShortText"`
}

// PaymentConfirmation tells Concur about one payment of a document.
type PaymentConfirmation struct {
	// SystemID is the one with which the document was acknowledged; empty: the client's own.
	SystemID          string            `json:"-"`
	DocID             string            `json:"docId"`
	Status            fis.PaymentStatus `json:"processingStatusCode"`
	AdditionalMessage string            `json:"additionalMessage,omitempty"`
	ClearingDetails   []ClearingDetail  `json:"clearingDetails"`
}

// Reference is the payment reference, the key of the confirmation.
func (p PaymentConfirmation) Reference() string {
	if len(p.ClearingDetails) == 0 {
		return ""
	}
	return p.ClearingDetails[0].Reference.PaymentRef
}

// ClearingDetail is one payment: when, how much, to whom, under which reference.
type ClearingDetail struct {
	// Date is yyyy-MM-ddTHH:mm:ss.SSSZ, exactly; see ClearingDate.
	Date string `json:"clearingDate"`
	// Amount is a JSON number in digits; see AmountNumber.
	Amount    json.Number       `json:"clearingAmount"`
	Currency  string            `json:"clearingCurrency"`
	Receiver  Receiver          `json:"receiver"`
	Reference ClearingReference `json:"clearingReference"`
}

// Receiver is who was paid.
type Receiver struct {
	ID   string `json:"receiverId"`
	Name string `json:"receiverName"`
	Type string `json:"receiverType"`
}

// ClearingReference is the ERP's payment document. Its year is left out when none was told.
type ClearingReference struct {
	CompanyCode         string `json:"companyCode"`
	FinancialDocumentID string `json:"financialDocumentId"`
	FiscalYear          string `json:"fiscalYear,omitempty"`
	PaymentRef          string `json:"paymentRef"`
	PaymentMethod       string `json:"paymentMethod"`
}

type ackRequest struct {
	IDs      []string `json:"ids"`
	SystemID string   `json:"systemId,omitempty"`
}

type postingRequest struct {
	SystemID      string                `json:"systemId"`
	Confirmations []PostingConfirmation `json:"postingConfirmations"`
}

type paymentRequest struct {
	SystemID      string                `json:"systemId"`
	Confirmations []PaymentConfirmation `json:"processingConfirmation"`
}
