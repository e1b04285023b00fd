// Package erp is a legacy ERP to try everything against: it reads import files from a folder, books them, and puts
// result files and payment files into another. It owns its books, which tests compare with the journal. It is strict:
// sequence numbers, control totals, balances and duplicates are checked as such programs check them. The same
// configuration, files and clock give the same answers. Users import it as simerp.
package erp

import (
	"log/slog"
	"time"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// Config describes a simulated legacy ERP: a program that reads import files from one folder, books them, and puts
// result files into another.
type Config struct {
	// Inbox is where import files arrive, Outbox where result files go, Done where read import files are put (empty:
	// they are deleted).
	Inbox, Outbox, Done string
	// Files is the glob of import file names; empty takes every name that is not a temporary one.
	Files  string
	Import Import
	// Answers are the result files written for each import file, in this order. Payments is the format of payment
	// files.
	Answers  []Answer
	Payments Answer
	// AllOrNothing books a file only when every document in it is right.
	AllOrNothing bool
	// Again books a reference that was posted before once more, as ERPs do that do not know what they have read.
	Again bool
	// Reject are the rules by which documents are refused.
	Reject []Rule
	// Company and FirstNumber go into the document numbers and answers.
	Company     string
	FirstNumber int64
	// Payable are globs of the accounts whose credit is what a document pays; none: its debits.
	Payable []string
	// After is the number of the last import file that was read in an earlier life.
	After int64
	// Seed decides what the faults pick.
	Seed   uint64
	Faults Faults
	Now    func() time.Time
	Log    *slog.Logger
}

// Import says how the ERP reads import files. Field references are `record.field`; line fields are bare names.
type Import struct {
	Spec    layout.Spec
	Records []layout.Record
	// Lines are the records that are booked; empty: all that hold the Document field.
	Lines []string

	// Sequence is the field with the file's number (its last digits count); NamePattern takes it from the file name by
	// its first group instead.
	Sequence    string
	NamePattern string
	// Count and CountAll are the declared numbers of lines and of all records; the totals are sums over all lines,
	// whatever the currency.
	Count, CountAll, DebitTotal, CreditTotal, Total string
	// HashTotal is the sum of the account numbers (their digits only) modulo 10^15. Debit and credit totals are
	// compared without their sign.
	HashTotal string

	// Document is the reference that makes a document; LineNumber counts from 1 through the file without a gap.
	// `record.field` for Document or Currency is what the last record of that name before the line says.
	Document, LineNumber string
	// DocumentIn is that field of lines of some records, by their names, where it is another one than Document.
	DocumentIn map[string]string
	// Amount is signed (debit positive, with CreditPositive negative); or Debit and Credit stand apart. With Side it has
	// no sign, and a line whose Side is one of CreditCodes is a credit.
	Amount, Debit, Credit                 string
	CreditPositive                        bool
	Side                                  string
	CreditCodes                           []string
	Currency, Account, Description, Entry string
	Company, Date                         string
	// Balance is what must come out as zero per currency: `document`, `file`, or `none`.
	Balance string
	// Reference finds the reference that a line is answered by, of its document field and its description; nil: the
	// document field is the reference.
	Reference func(document, description string) string
	// Partly reads the fields that are named here and passes over everything else, for files whose other parts can be
	// written and not read.
	Partly bool
}

// Rule refuses documents. All globs that are given must match one of the document's lines.
type Rule struct {
	Document, Account, Description string
	Code, Text                     string
	// Times is how often the rule refuses a document before it lets it pass; 0: always.
	Times int
}

// Answer is one kind of file that the ERP writes.
type Answer struct {
	// Name is the file name with {file} (the import file without extension), {sequence} and {n} (counts the ERP's
	// files).
	Name    string
	Spec    layout.Spec
	Records []layout.Record
	// Header, Row and Trailer are names of records; Header and Trailer may be empty.
	Header, Row, Trailer string
	// Level is document, line or file; Only limits the rows to `rejected` or `posted` ones. Without rows no file is
	// written unless Always.
	Level, Only string
	Always      bool
	// Fields says what goes into which field.
	Fields []Field
}

// Field fills a field of a result file.
type Field struct {
	// Record is empty for every record that has the field.
	Record, Field string
	// What is the name of a value, as the roles of result formats are called: reference (also doc_id, report_id,
	// report_key), file_sequence, file_line, line_number, file_name, batch_id, kind, outcome, document_number, company,
	// fiscal_year, posting_date, message_code, message, message_line, payment_ref, amount, currency, payment_date,
	// method, status, row_count, record_count, total_amount; accepted_count and rejected_count (rows about a file:
	// documents of the import file; in a header or trailer: rows), accepted_lines and rejected_lines (lines of the
	// import file); `line.FIELD` (a field of the import line, echoed); or `=constant`.
	What string
	// Words turns values into the ERP's words: posted → OK.
	Words map[string]string
}
