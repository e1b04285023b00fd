package format

// Role is what a field of a result file is to us.
type Role string

// References. A row needs at least one way to its document, its import file and line, or its import file.
const (
	RoleDocID     Role = "doc_id"     // the FIS document id
	RoleReportID  Role = "report_id"  // the report, request or cash advance id
	RoleReportKey Role = "report_key" // the report key, a number
	RoleReference Role = "reference"  // any of the three: the ERP gives back what it was given
	RoleSequence  Role = "file_sequence"
	RoleFileLine  Role = "file_line" // the line of our import file, from 1
	RoleFileName  Role = "file_name" // our import file's name
	RoleBatchID   Role = "batch_id"  // the batch id we wrote into the import file
)

// The outcome of a posting.
const (
	RoleKind        Role = "kind"    // words: posting, payment, file, ignore
	RoleOutcome     Role = "outcome" // words: posted, warning, rejected, duplicate, partial, ignore
	RoleNumber      Role = "document_number"
	RoleCompany     Role = "company"
	RoleFiscalYear  Role = "fiscal_year"
	RolePostingDate Role = "posting_date"
	RoleMessageCode Role = "message_code"
	RoleMessage     Role = "message"
	RoleMessageLine Role = "message_line" // the Concur entry or line item the message is about
)

// A payment. Company, number, fiscal year and message are the same roles as for postings.
const (
	RolePaymentRef   Role = "payment_ref"
	RoleAmount       Role = "amount"
	RoleCurrency     Role = "currency"
	RolePaymentDate  Role = "payment_date"
	RoleMethod       Role = "method" // words: E, C, ignore
	RoleStatus       Role = "status" // words: CP, PP, paid, RE, refused, OB, ignore
	RoleReceiverID   Role = "receiver_id"
	RoleReceiverName Role = "receiver_name"
	RoleText         Role = "text"           // free text in which our reference may stand
	RoleRun          Role = "payment_run"    // the name of the payment run
	RoleParty        Role = "party"          // who was paid, by name, to find the document; Concur is not told
	RoleUnique       Role = "payment_unique" // not empty: the reference is the bank's own of this one payment
)

// Declared counts and totals, in header, trailer or file-level rows.
const (
	RoleRowCount      Role = "row_count"      // data rows of the result file
	RoleRecordCount   Role = "record_count"   // all its records, header and trailer included
	RoleAcceptedCount Role = "accepted_count" // in a file-level row: of the import file; in a trailer: posted rows
	RoleRejectedCount Role = "rejected_count"
	RoleTotalAmount   Role = "total_amount" // sum of the amount column
)

// RoleFiles is no role of a column: on the Results sheet it gives a format the pattern of its file names, and takes a
// ready format into the mapping.
const RoleFiles Role = "files"

// RoleMatch is no role of a column either: on the Results sheet it says in which order the document of a payment is
// looked for.
const RoleMatch Role = "match"

// Word is what a word of a result file means.
type Word string

const (
	WordPosted    Word = "posted"
	WordWarning   Word = "warning" // posted, with something to read
	WordRejected  Word = "rejected"
	WordDuplicate Word = "duplicate"
	WordPartial   Word = "partial" // a file of which some was posted; its other result file says what
	WordIgnore    Word = "ignore"  // an interim state: nothing follows from the row

	WordAcknowledged Word = "acknowledged" // of Rest

	WordKindPosting Word = "posting"
	WordKindPayment Word = "payment"
	WordKindFile    Word = "file"

	WordComplete Word = "CP"
	WordPart     Word = "PP"
	WordReversed Word = "RE"
	WordObsolete Word = "OB"
	WordPaid     Word = "paid"    // CP or PP: what is owed decides
	WordRefused  Word = "refused" // RE of a payment that was told; the file need not say its amount

	// Of the money of others nothing follows. Where such a line names a document of ours, a person is asked whether it is
	// the return of a payment, or a payment.
	WordPerhapsReversed Word = "perhaps RE"
	WordPerhapsPaid     Word = "perhaps paid"

	WordElectronic Word = "E"
	WordCheck      Word = "C"
)

// roleFacts is what is known of a role: which words its table may hold (nil: it has no word table), whether it reads a
// number or a date, and whether several columns may have it.
type roleFacts struct {
	Words    []Word
	number   bool
	date     bool
	repeats  bool
	counting bool // belongs to the declared counts
	some     bool // its words name some of its values; the others stand for themselves
}

// Facts tells what is known of the role; ok is false for a role that does not exist.
func (r Role) Facts() (f roleFacts, ok bool) {
	switch r {
	case RoleDocID, RoleReportID, RoleReportKey, RoleReference, RoleFileName, RoleBatchID, RoleNumber, RoleCompany,
		RoleFiscalYear, RoleMessageLine, RolePaymentRef, RoleCurrency, RoleReceiverID, RoleReceiverName, RoleRun, RoleParty, RoleUnique:
		return roleFacts{}, true
	case RoleText:
		return roleFacts{repeats: true}, true
	case RoleFiles, RoleMatch:
		return roleFacts{}, true
	case RoleSequence, RoleFileLine:
		return roleFacts{number: true}, true
	case RoleMessage, RoleMessageCode:
		return roleFacts{Words: []Word{WordDuplicate}, repeats: true, some: true}, true
	case RolePostingDate, RolePaymentDate:
		return roleFacts{date: true}, true
	case RoleAmount:
		return roleFacts{number: true}, true
	case RoleRowCount, RoleRecordCount, RoleAcceptedCount, RoleRejectedCount, RoleTotalAmount:
		return roleFacts{number: true, counting: true}, true
	case RoleKind:
		return roleFacts{Words: []Word{WordKindPosting, WordKindPayment, WordKindFile, WordIgnore}}, true
	case RoleOutcome:
		return roleFacts{Words: []Word{WordPosted, WordWarning, WordRejected, WordDuplicate, WordPartial, WordIgnore}}, true
	case RoleStatus:
		return roleFacts{Words: []Word{WordComplete, WordPart, WordPaid, WordReversed, WordRefused, WordObsolete, WordIgnore, WordPerhapsReversed, WordPerhapsPaid}}, true
	case RoleMethod:
		return roleFacts{Words: []Word{WordElectronic, WordCheck}}, true
	}
	return roleFacts{}, false
}

// Roles lists every role in the order in which the Results sheet shows them.
func Roles() []Role {
	return []Role{
		RoleDocID, RoleReportID, RoleReportKey, RoleReference, RoleSequence, RoleFileLine, RoleFileName, RoleBatchID,
		RoleKind, RoleOutcome, RoleNumber, RoleCompany, RoleFiscalYear, RolePostingDate, RoleMessageCode, RoleMessage, RoleMessageLine,
		RolePaymentRef, RoleAmount, RoleCurrency, RolePaymentDate, RoleMethod, RoleStatus, RoleReceiverID, RoleReceiverName, RoleText, RoleRun, RoleParty, RoleUnique,
		RoleRowCount, RoleRecordCount, RoleAcceptedCount, RoleRejectedCount, RoleTotalAmount,
	}
}

// IsNumber reports whether the role reads a number: an amount, a count, the number of a file or of a line.
func (r Role) IsNumber() bool {
	facts, _ := r.Facts()
	return facts.number
}

// IsReference reports whether the role leads to a document or an import file.
func (r Role) IsReference() bool {
	switch r {
	case RoleDocID, RoleReportID, RoleReportKey, RoleReference, RoleSequence, RoleFileLine, RoleFileName, RoleBatchID:
		return true
	}
	return false
}
