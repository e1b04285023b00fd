package mapping

import (
	"errors"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Worker prepares documents for files of a plan. It keeps buffers between documents: one worker for each goroutine.
type Worker struct{ plan *Plan }

// NewWorker makes a worker.
func (p *Plan) NewWorker() *Worker { return &Worker{plan: p} }

// Prepared is a document made ready for a file: everything is evaluated but what depends on the file. It may cross goroutines, and be added
// to several files.
type Prepared struct {
	DocID    string
	DocType  fis.DocType
	ReportID string
	// Group is the key of the file the document belongs in, by the template's grouping; documents of one group may share a file.
	Group    string
	Currency string
	// Debit and Credit are the sums of the posting lines; zero for document types without.
	Debit, Credit fis.Amount
	// Rows is the number of records the document makes at most.
	Rows int
	// Warnings are remarks that do not stop the document.
	Warnings []Problem
}

// Prepare parses a document, derives its posting lines and evaluates the mapping. What is wrong with the document or its mapping is a
// *DocumentError.
func (w *Worker) Prepare(env fis.Envelope) (*Prepared, error) { return nil, errors.ErrUnsupported }
