package concur

// Answer is what the service said about one document (and, for payments, one reference) of a call.
type Answer struct {
	DocID, PaymentRef string
	// SystemID is the one that the service has on record.
	SystemID string
	// Code is the service code, -1 when there was none; Result the result word.
	Code   int
	Result string
	// Message and Detail are the service's texts; they may hold personal data and go into the journal, not into logs.
	Message, Detail string
	// Correlation is the concur-correlationid of the answer.
	Correlation string
	Consequence Consequence
}

// Consequence is what the bridge must do after an answer.
type Consequence uint8

const (
	// Unknown: sent, but the answer has no item for the id, or none came: look the document up, or send again and expect AlreadyDone.
	Unknown Consequence = iota
	// NotSent: the call for this id was never made, because one before it failed. Nothing has changed.
	NotSent
	// Done: go on.
	Done
	// AlreadyDone (101, 113, 213): done before. Ours when the journal shows the same intention; otherwise an alarm.
	AlreadyDone
	// PaymentKnown (298 NOOP): the payment reference is on record. Ours when the journal shows the same payment; otherwise an alarm.
	PaymentKnown
	// Recalled (102): drop the document; it returns under a new docId.
	Recalled
	// NotReady (103): leave it; the next run tries again.
	NotReady
	// Missing (104, 116, DOCUMENT_NOT_FOUND): the service does not know the document: tell the operator.
	Missing
	// WrongType (105, 115): the document has another docType: a configuration error.
	WrongType
	// NotAcknowledged (111): acknowledge, then confirm.
	NotAcknowledged
	// RecalledAfterPosting (112): the ERP has posted what Concur recalled: a person must reverse it in the ERP.
	RecalledAfterPosting
	// UnknownState (114, and answers that contradict themselves): look the document up, alarm.
	UnknownState
	// Never (198, 298 FAILURE): will never work; do not repeat, alarm.
	Never
	// RepeatLater (199, SYSTEM_ERROR_OCCURRED): send the same again in a later run.
	RepeatLater
	// ForeignSystem (99): another system id owns the document; Answer.SystemID says which, if the service told.
	ForeignSystem
	// NotPosted (NOT_POSTING_CONFIRMED): a payment before the posting confirmation: confirm the posting first, then repeat.
	NotPosted
)
