package erp

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Books is what the ERP knows to have happened; tests compare it with the journal.
type Books struct {
	Files []File
	// Documents are in the order in which they were first seen.
	Documents []Document
	// Answers are the names of the files it wrote, in order.
	Answers []string
}

// Document finds a document by its reference.
func (b Books) Document(reference string) (Document, bool) {
	for _, d := range b.Documents {
		if d.Reference == reference {
			return d, true
		}
	}
	return Document{}, false
}

// File is an import file that the ERP read.
type File struct {
	Name      string
	Sequence  int64
	SHA256    string
	Lines     int
	Documents []string
	// Verdict is posted, rejected, duplicate, or partial; Reason says why a file was refused as a whole.
	Verdict, Reason    string
	Accepted, Rejected int // documents
}

// Document is a document in the ERP's books.
type Document struct {
	Reference string
	// Files are the import files it was seen in.
	Files []string
	// Number is the ERP's document number, empty until it is posted.
	Number, Company, FiscalYear string
	Posted                      fis.Date
	Currency                    string
	Lines                       int
	Debit, Credit, Payable      fis.Amount
	// Rejections are the texts with which it was refused, in order; Duplicates counts how often it came again.
	Rejections []string
	Duplicates int
	Payments   []Payment
}

// Paid is the sum of what was paid and not taken back.
func (d Document) Paid() fis.Amount {
	sum := fis.Zero
	for _, p := range d.Payments {
		switch p.Status {
		case fis.PaymentReversed:
			sum = sum.Sub(p.Amount)
		case fis.PaidCompletely, fis.PaidPartially:
			sum = sum.Add(p.Amount)
		}
	}
	return sum
}

// Payment is a payment of one document.
type Payment struct {
	Reference string // made by the ERP when empty
	Status    fis.PaymentStatus
	Amount    fis.Amount
	Currency  string
	Date      fis.Date
	Method    string
	Message   string
}

func (b Books) clone() Books {
	out := Books{Files: slices.Clone(b.Files), Documents: slices.Clone(b.Documents), Answers: slices.Clone(b.Answers)}
	for i := range out.Files {
		out.Files[i].Documents = slices.Clone(out.Files[i].Documents)
	}
	for i := range out.Documents {
		d := &out.Documents[i]
		d.Files, d.Rejections, d.Payments = slices.Clone(d.Files), slices.Clone(d.Rejections), slices.Clone(d.Payments)
	}
	return out
}
