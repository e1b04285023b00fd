package mapping

// ResultRole is what a field of a result file is to us.
type ResultRole string

// References. A row needs at least one way to its document, its import file and line, or its import file.
const (
	RoleDocID     ResultRole = "doc_id"     // the FIS document id
	RoleReportID  ResultRole = "report_id"  // the report, request or cash advance id
	RoleReportKey ResultRole = "report_key" // the report key, a number
	RoleReference ResultRole = "reference"  // any of the three: the ERP gives back what it was given
	RoleSequence  ResultRole = "file_sequence"
	RoleFileLine  ResultRole = "file_line" // the line of our import file, from 1
	RoleFileName  ResultRole = "file_name" // our import file's name
	RoleBatchID   ResultRole = "batch_id"  // the batch id we wrote into the import file
)

// The outcome of a posting.
const (
	RoleKind        ResultRole = "kind"    // words: posting, payment, file, ignore
	RoleOutcome     ResultRole = "outcome" // words: posted, warning, rejected, duplicate, partial, ignore
	RoleNumber      ResultRole = "document_number"
	RoleCompany     ResultRole = "company"
	RoleFiscalYear  ResultRole = "fiscal_year"
	RolePostingDate ResultRole = "posting_date"
	RoleMessageCode ResultRole = "message_code"
	RoleMessage     ResultRole = "message"
	RoleMessageLine ResultRole = "message_line" // the Concur entry or line item the message is about
)

// A payment. Company, number, fiscal year and message are the same roles as for postings.
const (
	RolePaymentRef   ResultRole = "payment_ref"
	RoleAmount       ResultRole = "amount"
	RoleCurrency     ResultRole = "currency"
	RolePaymentDate  ResultRole = "payment_date"
	RoleMethod       ResultRole = "method" // words: E, C, ignore
	RoleStatus       ResultRole = "status" // words: CP, PP, RE, OB, ignore
	RoleReceiverID   ResultRole = "receiver_id"
	RoleReceiverName ResultRole = "receiver_name"
)

// Declared counts and totals, in header, trailer or file-level rows.
const (
	RoleRowCount      ResultRole = "row_count"      // data rows of the result file
	RoleRecordCount   ResultRole = "record_count"   // all its records, header and trailer included
	RoleAcceptedCount ResultRole = "accepted_count" // in a file-level row: of the import file; in a trailer: posted rows
	RoleRejectedCount ResultRole = "rejected_count"
	RoleTotalAmount   ResultRole = "total_amount" // sum of the amount column
)

// ResultWord is what a word of a result file means.
type ResultWord string

const (
	WordPosted    ResultWord = "posted"
	WordWarning   ResultWord = "warning" // posted, with something to read
	WordRejected  ResultWord = "rejected"
	WordDuplicate ResultWord = "duplicate"
	WordPartial   ResultWord = "partial" // a file of which some was posted; its other result file says what
	WordIgnore    ResultWord = "ignore"  // an interim state: nothing follows from the row

	WordAcknowledged ResultWord = "acknowledged" // of Rest

	WordKindPosting ResultWord = "posting"
	WordKindPayment ResultWord = "payment"
	WordKindFile    ResultWord = "file"

	WordComplete ResultWord = "CP"
	WordPart     ResultWord = "PP"
	WordReversed ResultWord = "RE"
	WordObsolete ResultWord = "OB"

	WordElectronic ResultWord = "E"
	WordCheck      ResultWord = "C"
)

// roleFacts is what is known of a role: which words its table may hold (nil: it has no word table), whether it reads a
// number or a date, and whether several columns may have it.
type roleFacts struct {
	words    []ResultWord
	number   bool
	date     bool
	repeats  bool
	counting bool // belongs to the declared counts
}

// facts tells what is known of the role; ok is false for a role that does not exist.
func (r ResultRole) facts() (f roleFacts, ok bool) {
	switch r {
	case RoleDocID, RoleReportID, RoleReportKey, RoleReference, RoleFileName, RoleBatchID, RoleNumber, RoleCompany,
		RoleFiscalYear, RoleMessageLine, RolePaymentRef, RoleCurrency, RoleReceiverID, RoleReceiverName:
		return roleFacts{}, true
	case RoleSequence, RoleFileLine:
		return roleFacts{number: true}, true
	case RoleMessage, RoleMessageCode:
		return roleFacts{repeats: true}, true
	case RolePostingDate, RolePaymentDate:
		return roleFacts{date: true}, true
	case RoleAmount:
		return roleFacts{number: true}, true
	case RoleRowCount, RoleRecordCount, RoleAcceptedCount, RoleRejectedCount, RoleTotalAmount:
		return roleFacts{number: true, counting: true}, true
	case RoleKind:
		return roleFacts{words: []ResultWord{WordKindPosting, WordKindPayment, WordKindFile, WordIgnore}}, true
	case RoleOutcome:
		return roleFacts{words: []ResultWord{WordPosted, WordWarning, WordRejected, WordDuplicate, WordPartial, WordIgnore}}, true
	case RoleStatus:
		return roleFacts{words: []ResultWord{WordComplete, WordPart, WordReversed, WordObsolete, WordIgnore}}, true
	case RoleMethod:
		return roleFacts{words: []ResultWord{WordElectronic, WordCheck}}, true
	}
	return roleFacts{}, false
}

// ResultRoles lists every role in the order in which the Results sheet shows them.
func ResultRoles() []ResultRole {
	return []ResultRole{
		RoleDocID, RoleReportID, RoleReportKey, RoleReference, RoleSequence, RoleFileLine, RoleFileName, RoleBatchID,
		RoleKind, RoleOutcome, RoleNumber, RoleCompany, RoleFiscalYear, RolePostingDate, RoleMessageCode, RoleMessage, RoleMessageLine,
		RolePaymentRef, RoleAmount, RoleCurrency, RolePaymentDate, RoleMethod, RoleStatus, RoleReceiverID, RoleReceiverName,
		RoleRowCount, RoleRecordCount, RoleAcceptedCount, RoleRejectedCount, RoleTotalAmount,
	}
}

// IsNumber reports whether the role reads a number: an amount, a count, the number of a file or of a line.
func (r ResultRole) IsNumber() bool {
	facts, _ := r.facts()
	return facts.number
}

// IsReference reports whether the role leads to a document or an import file.
func (r ResultRole) IsReference() bool {
	switch r {
	case RoleDocID, RoleReportID, RoleReportKey, RoleReference, RoleSequence, RoleFileLine, RoleFileName, RoleBatchID:
		return true
	}
	return false
}
