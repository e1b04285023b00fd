// Package matching finds the document and the import file that an answer of an ERP or a bank means, or says why nobody
// knows: by their ids and names, by the words and the amount of a payment. It sees the journal as the transaction of one
// result file does, and changes no state. What it decides between several documents, and its doubts whether the journal
// is the newest, go to a History.
package matching

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/whose"
	"github.com/fisbridge/fisbridge/internal/why"
)

// History is told what is decided. It is the transaction that the Finder looks in: both say the same, and all of it is
// committed with the result file, or nothing.
type History interface {
	// Event appends to the history.
	Event(name string, a ledger.About, d ledger.Detail) error
	// Doubt opens an alarm that the journal may have been put back to an older copy.
	Doubt(subject string, r why.Reason) error
	// Ask opens an alarm, unless one says the same.
	Ask(kind, subject string, r why.Reason) error
}

// Finder finds what the references of one result file mean.
type Finder struct {
	t    *ledger.Tx
	tell History
	// same: whether people have said that two names are one company, by the subject of the alarm.
	same   map[string]bool
	result records.ResultFile
	cache  map[records.Ref]Match
	// foreseen are documents that were looked up together, fileCache the import files that references mean.
	foreseen  map[lookedUp][]candidate
	fileCache map[records.Ref]fileMeant
	// elsewhere are routes whose answers do not come from this return folder; closed are routes whose answers cannot be read now.
	elsewhere, closed map[string]bool
	// rivals may have such an answer, too; configured are all routes that there are, nil where nobody has told.
	rivals, configured map[string]bool
	meant              []string // references that mean several documents, and which one was meant
	within             whose.Within
	open               *whose.Index        // by amount; nil: not read yet
	anyRoute           bool                // the file is of all routes
	untaken            []int64             // import files that the ERP has not taken yet
	quiet              bool                // a look-up only: nothing follows from it
	bears              []records.NamedFile // import files whose name the result file bears; nil: not read yet
}

// New is a finder for a result file, in its transaction.
func New(t *ledger.Tx, tell History, result records.ResultFile) *Finder {
	return &Finder{t: t, tell: tell, result: result, cache: map[records.Ref]Match{}}
}

// Match is what a reference means, or why nobody knows that.
type Match struct {
	Doc     string
	File    int64
	Problem string
	// May are the documents that it may mean, where it means several.
	May []string
	// Guess: nothing but the amount says so.
	Guess bool
	// Member is the one file of a package that the reference names, where it is not the one that starts the import.
	Member string
	meant  string // what else the reference could mean, and why this is meant
}

// NotWhole says why a verdict about an import file does not hold for all of it: it names one file of the package, and what
// the ERP has made of the others is not known. A package of which the ERP refuses a file is refused.
func (m *Match) NotWhole(v fis.Verdict) string {
	if m.Member == "" || v == fis.Rejected {
		return ""
	}
	return fmt.Sprintf("speaks of %s only, which is one file of a package; what became of the others is not told, so nothing follows for the documents", m.Member)
}
