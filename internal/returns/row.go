// Package returns reads what an ERP or a bank puts into the return folder: every line of a result file becomes a
// posting row, a payment row, a row about a whole import file, a counted line of no consequence, or an exception with
// its line and reason. It then folds the rows of one document into one outcome, and makes outcomes and payments ready
// for Concur. It never guesses: what it cannot read for certain is an exception.
package returns

import "github.com/fisbridge/fisbridge/internal/fis"

// Kind is what a row of a result file turned out to be.
type Kind uint8

const (
	// Posting says what became of a document or a line of one.
	Posting Kind = iota + 1
	// Payment says that a document was paid, or that a payment was taken back.
	Payment
	// File says what became of a whole import file.
	File
	// Exception is a line that a person must look at.
	Exception
	// Ignored is a line of which nothing follows; only Format.Aloud tells of it.
	Ignored
)

// String is the word for the journal.
func (k Kind) String() string {
	switch k {
	case Posting:
		return "posting"
	case Payment:
		return "payment"
	case File:
		return "file"
	case Ignored:
		return "ignored"
	}
	return "exception"
}

// Partial is the verdict of a row about a file of which the ERP posted some and refused some; which is told elsewhere.
const Partial fis.Verdict = "partial"

// Seek is what the document of a payment is looked for by, where its references do not name it.
type Seek struct {
	// Words are those that may be our reference, out of free text; Run names the payment run, Party who was paid.
	Words      []string
	Run, Party string
}

// Row is what one line of a result file says.
type Row struct {
	// Line is where the line begins in the result file, from 1 (xlsx: the row).
	Line int
	Kind Kind
	Refs fis.Refs
	// ByLine tells that a posting row speaks for one line of the import file, not for the whole document.
	ByLine bool
	// Checked: posted means of this line only that the ERP has found no mistake in it.
	Checked bool
	// Outcome is set for Posting and File rows. The verdict of a File row may be Partial.
	Outcome fis.Outcome
	// Booked is the amount that the ERP says it posted, and BookedIn its currency; nil and empty where a Posting row
	// does not tell. Of a document it has no sign; of a line it is as the file has it, for some ERPs sign one side.
	Booked   *fis.Amount
	BookedIn string
	// Payment is set for Payment rows.
	Payment fis.Payment
	// Seek is what else a payment is found by.
	Seek Seek
	// Accepted and Rejected are what a File row declares, -1 where it does not.
	Accepted, Rejected int
	// Problem says why the line is an exception, or of no consequence, and Raw is the line, cut to 200 characters.
	Problem string
	Raw     string
	// Perhaps: a line of kind Ignored that a person is asked about where it names a document of ours. Payment is what it
	// would be then, without a status where it cannot be read.
	Perhaps bool
}
