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
	// Unknown: sent, but the answer has no item for the id, or none came: look the document up, or send again and
	// expect AlreadyDone.
	Unknown Consequence = iota
	// NotSent: the call for this id was never made, because one before it failed. Nothing has changed.
	NotSent
	// Done: go on.
	Done
	// AlreadyDone (101, 113, 213): done before. Ours when the journal shows the same intention; otherwise an alarm.
	AlreadyDone
	// PaymentKnown (298 NOOP): the payment reference is on record. Ours when the journal shows the same payment;
	// otherwise an alarm.
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
	// NotPosted (NOT_POSTING_CONFIRMED): a payment before the posting confirmation: confirm the posting first, then
	// repeat.
	NotPosted
	// NotExtracted: an invoice is not in the state in which it can be marked: not yet, marked already, or void. The
	// words are the same.
	NotExtracted
)

// String names the consequence.
func (c Consequence) String() string {
	names := [...]string{
		Unknown: "unknown", NotSent: "not sent", Done: "done", AlreadyDone: "already done", PaymentKnown: "payment known",
		Recalled: "recalled", NotReady: "not ready", Missing: "missing", WrongType: "wrong type", NotAcknowledged: "not acknowledged",
		RecalledAfterPosting: "recalled after posting", UnknownState: "unknown state", Never: "never", RepeatLater: "repeat later",
		ForeignSystem: "foreign system", NotPosted: "not posted",
		NotExtracted: "not extracted",
	}
	if int(c) < len(names) {
		return names[c]
	}
	return "unknown"
}

// Repeatable reports whether sending the same again in a later run is right without anything else being done before.
func (c Consequence) Repeatable() bool {
	return c == Unknown || c == NotSent || c == NotReady || c == RepeatLater
}

// CheckJournal reports whether the service says that it was done before: success when our journal shows the same
// intention, an alarm when it does not.
func (c Consequence) CheckJournal() bool { return c == AlreadyDone || c == PaymentKnown }

// Hint is what a person should know or do; empty when nothing is.
func (c Consequence) Hint() string {
	switch c {
	case Unknown:
		return "the service did not say what became of it; the next run finds out"
	case AlreadyDone, PaymentKnown:
		return "the service has it on record; if it was not us, another consumer works on the same documents: give each its own system id"
	case Recalled:
		return "a processor recalled it; it comes again under a new id when it is approved again"
	case Missing:
		return "the service does not know this document; ask the vendor's support, with the correlation id"
	case WrongType:
		return "the document has another transaction type; correct the route's docType"
	case RecalledAfterPosting:
		return "the ERP has posted what Concur recalled: reverse it in the ERP"
	case UnknownState:
		return "the service's answer cannot be relied on; look the document up in Concur"
	case Never:
		return "the service will never accept this; do not repeat it, look the document up in Concur"
	case ForeignSystem:
		return "another system id has acknowledged the document"
	case NotPosted:
		return "the posting must be confirmed before a payment"
	case NotExtracted:
		return "Concur marks an invoice only while its payment status is Extracted"
	}
	return ""
}
