package fis

import "io"

// Status is the FIS docStatus.
type Status string

const (
	StatusReady         Status = "READY"
	StatusAcknowledged  Status = "ACKNOWLEDGED"
	StatusPostedSuccess Status = "POSTING_CONFIRMED_SUCCESS"
	StatusPostedFailure Status = "POSTING_CONFIRMED_FAILURE"
)

// Envelope is one financial document as it came: what FIS says about it, and its JSON untouched.
type Envelope struct {
	// ID is the docId: at most 32 characters, of the financial document, not of the report.
	ID          string
	DocType     DocType
	CompanyID   string
	EntityID    string
	CompanyUUID string
	ERPSystemID string
	Status      Status
	// Document is the JSON object of the document, byte for byte as sent; when FIS sent it as a string that holds JSON,
	// the unwrapped object.
	Document []byte
	// Receipts are those that were had, as far as an import file of the document may name them.
	Receipts []Receipt
	// Posting is its number among the postings of its report that an ERP has, or may have: 2 for a revision of a report
	// that was posted. 0 and 1 are the first.
	Posting int
	// Place tells where the envelope was found ("april.json, document 3"); for messages only.
	Place string
}

// Name is how messages call the document: its docId, or its place while it has none.
func (e *Envelope) Name() string {
	if e.ID != "" {
		return e.ID
	}
	return e.Place
}

// Document is a parsed document: its envelope and the tree of its non-null fields.
type Document struct {
	Envelope
	Root *Node
}

// ReadDocuments finds the documents in r, whatever wraps them, and hands them to fn one by one: a bare document, an
// envelope, FIS's list answer, the older `fIDocuments` answer, a JSON array of any of these, or JSON lines. The place
// prefixes Envelope.Place. A bare document gets its type from its shape and an empty ID. It stops at the first error of
// fn and returns it unchanged; malformed JSON is a *FormatError with the byte offset. Memory stays bounded by the
// largest single document.
func ReadDocuments(r io.Reader, place string, fn func(Envelope) error) error {
	return readDocuments(r, place, fn)
}
