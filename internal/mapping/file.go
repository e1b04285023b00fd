package mapping

import (
	"errors"
	"io"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// FileContext is what a file knows beside its documents.
type FileContext struct {
	Route    string
	Sequence int64
	// Created is the time the file was numbered, in the zone the company wants to see; day and time in the file come from it.
	Created time.Time
	// Group is Prepared.Group of the documents in it.
	Group string
	// TempDir holds the spooled body until Finish or Abort; empty for the system's.
	TempDir string
}

// File is an import file in the making. It is for one goroutine.
type File struct{}

// Part is where a document's records lie in a file. Lines count the physical records of the file from 1, headings and headers included.
type Part struct {
	DocID               string
	FirstLine, LastLine int
	// Rows is the number of records: 0 when the mapping makes none for the document.
	Rows int
	// Debit and Credit are what the records say, where the template tells which fields hold them.
	Debit, Credit fis.Amount
}

// Totals is what a finished file holds, counted from the records themselves.
type Totals struct {
	Documents int
	// Lines is the number of physical records, Rows that of detail records (file.lines).
	Lines, Rows int
	// Debit and Credit by currency.
	Debit, Credit map[string]fis.Amount
}

// NewFile begins a file.
func (p *Plan) NewFile(ctx FileContext) (*File, error) { return nil, errors.ErrUnsupported }

// FileName is the name of a file by the template's pattern.
func (p *Plan) FileName(ctx FileContext) (string, error) { return "", errors.ErrUnsupported }

// Add puts a document into the file, all of it or nothing: after an error the file is as it was. What is wrong with the document is a
// *DocumentError.
func (f *File) Add(doc *Prepared) (Part, error) { return Part{}, errors.ErrUnsupported }

// Finish writes the file to w: header, body, trailer. A file that does not balance is refused. Either way the file is done with.
func (f *File) Finish(w io.Writer) (Totals, error) { return Totals{}, errors.ErrUnsupported }

// Abort throws the file away. It does nothing after Finish.
func (f *File) Abort() {}
