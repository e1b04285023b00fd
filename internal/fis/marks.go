package fis

import "strings"

// marks are the names at the root of an object that tell what it is: an answer of FIS, an envelope, a document of some
// type.
type marks uint16

const (
	markDocument marks = 1 << iota
	markID
	markDocType
	markContent // content, fIDocuments: the list of documents in an answer
	markPage    // what else only answers have
	markInstruction
	markRequestHeader
	markCashAdvance
	markLineItem
	markExpenseEntry
	markAllowances
	// markListed: it is what an answer lists; markAnswer: such a list is in it.
	markListed
	markAnswer
)

const markShape = markInstruction | markRequestHeader | markCashAdvance | markLineItem | markExpenseEntry | markAllowances

func marksOf(name string) marks {
	switch name {
	case "document":
		return markDocument
	case "id":
		return markID
	case "docType":
		return markDocType
	case "content", "fIDocuments":
		return markContent
	case "page", "links", "numberReturned":
		return markPage
	case "instruction":
		return markInstruction
	case "requestHeader":
		return markRequestHeader
	case "cashAdvanceData", "journalData":
		return markCashAdvance
	case "lineItem":
		return markLineItem
	case "expenseEntry":
		return markExpenseEntry
	case "travelAllowances":
		return markAllowances
	}
	return 0
}

// isOutside reports whether the field is one of an envelope.
func isOutside(name string) bool {
	switch name {
	case "id", "docType", "companyId", "entityId", "companyUuid", "erpSystemId", "docStatus":
		return true
	}
	return false
}

// isAnswer, isEnvelope: as envelopeFields tells them.
func (m marks) isAnswer() bool {
	return m&markAnswer != 0 || !m.isEnvelope() && m&markShape == 0 && m&(markContent|markPage) != 0
}

func (m marks) isEnvelope() bool {
	return m&markDocument != 0 || m&markID != 0 && m&markDocType != 0 && m&markShape == 0
}

// opensAnswer reports whether a list behind a field is that of an answer; m are the names before it.
func (m marks) opensAnswer(field marks) bool {
	return field&markContent != 0 && m&(markDocument|markShape) == 0
}

// outside reads what an envelope says beside its document.
func outside(n *Node) Envelope {
	return Envelope{
		ID: n.word("id"), DocType: DocType(strings.ToLower(n.word("docType"))), CompanyID: n.word("companyId"), EntityID: n.word("entityId"), CompanyUUID: n.word("companyUuid"),
		ERPSystemID: n.word("erpSystemId"), Status: Status(n.word("docStatus")),
	}
}

// word is the trimmed text of a field that is a scalar.
func (n *Node) word(name string) string { return strings.TrimSpace(n.Get(name).scalar()) }
