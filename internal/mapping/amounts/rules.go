package amounts

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
)

// Rules say which rows of a file carry which amounts of the documents, and how the finished file is read back. They do
// not change once they are compiled.
type Rules struct {
	records []Record
	// inLines tells whether rows stand for posting lines, inParties for the party lines only, by type of document.
	inLines, inParties map[fis.DocType]bool
	// leftOut are the conditions of lines that do not stand in the file, on purpose.
	leftOut []*formula.Program
	// want are the fields that are read back; carried the records whose fields rows of other records need.
	want    [][]bool
	carried []bool
	// frame are headers and trailers that are known only by where they stand; nil when the records tell what they are.
	frame []bool
	// reading is the layout by which the file is read back.
	reading *layout.Plan
	// merged tells that records lie in files of their own, which are read together, in the order of writing.
	merged bool
	// lined tells that the rows of a document can be found in the file by their lines alone.
	lined bool
}

// Record is what the rules need to know of a record of the template, in the template's order.
type Record struct {
	Name                  string
	Repeat                []string
	Header, Trailer, Once bool
	// Conditional tells that a condition makes a row of it or not; When is the cell of the condition.
	Conditional bool
	When        string
	Columns     []Column
	// held says how its rows are held against the documents, by types of documents.
	held []*Held
}

// Column is a field of a record.
type Column struct {
	Name string
	Type layout.Type
	// At is the cell of its Value.
	At string
	// Late tells that its value is known only when the file is made.
	Late bool
	// Constant is the text that stands in every row, empty when there is none.
	Constant string
}

// Any reports whether any document is held against the file.
func (r *Rules) Any() bool { return len(r.want) > 0 }

// NothingToPost reports whether a document that makes no row has nothing that a row could be made of: no posting line
// where it posts, else no condition that leaves out rows of the document itself.
func (r *Rules) NothingToPost(posts bool, lines int) bool {
	if posts {
		return lines == 0
	}
	return !slices.ContainsFunc(r.records, func(one Record) bool { return one.Conditional && !one.Header && !one.Trailer })
}

// Carries reports whether rows of a record carry amounts of any type of documents. Where records lie in files of their
// own, those count too whose fields such rows need: they must be read in their turn.
func (r *Rules) Carries(record int) bool {
	one := &r.records[record]
	return len(one.held) > 0 || r.merged && r.Any() && r.carried[record] && !one.Header && !one.Trailer
}

// For is how the rows of a record are held for documents of a type; nil when they are not.
func (r *Rules) For(record int, t fis.DocType) *Held { return r.records[record].heldFor(t) }

func (r *Record) heldFor(t fis.DocType) *Held {
	for _, h := range r.held {
		if h.Holds(t) {
			return h
		}
	}
	return nil
}

func (r *Record) names() []string {
	var names []string
	for i := range r.Columns {
		names = append(names, r.Columns[i].Name)
	}
	return names
}
