package returns

import "github.com/fisbridge/fisbridge/internal/fis"

// Coverage says what a document needs before it counts as posted.
type Coverage struct {
	// Lines is how many lines the document has in the import file. Only row lines between First and Last count where these are given.
	Lines       int
	First, Last int
	// Whole takes one row for the whole document, whatever the level of its format.
	Whole bool
}

// State is how far the rows of a document settle it.
type State uint8

const (
	// Settled: the outcome holds.
	Settled State = iota + 1
	// Waiting: lines of the document are not spoken for yet.
	Waiting
	// Conflict: the rows contradict each other; a person must look.
	Conflict
)

// Folded is what all rows about one document say together.
type Folded struct {
	State   State
	Outcome fis.Outcome
	// Problem says what is missing or contradicts, with result lines.
	Problem string
	// Covered is how many of the document's lines are spoken for.
	Covered int
}

// Fold makes one outcome of all posting rows about one document, in the order in which they came.
func Fold(rows []Row, need Coverage) Folded { return Folded{} }
