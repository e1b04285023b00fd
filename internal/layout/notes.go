package layout

import (
	"fmt"
	"strings"
)

// NoteKind is what was done to a value on its way into a file.
type NoteKind uint8

const (
	Replaced NoteKind = iota // characters that the encoding does not have
	Cleaned                  // control characters, line breaks, forbidden characters
	Cut                      // text longer than the field
	Flagged                  // text that a spreadsheet would take for a formula
	noteKinds
)

// String is the word for the run summary.
func (k NoteKind) String() string {
	switch k {
	case Replaced:
		return "replaced"
	case Cleaned:
		return "cleaned"
	case Cut:
		return "cut"
	}
	return "flagged"
}

// Note is one line of the summary: so many values of a field.
type Note struct {
	Record, Field string
	Kind          NoteKind
	Count         int
}

// NotesText tells of all notes: "Line Text 3 cut, 1 replaced; Head Title 1 cut". It names fields and no values.
func NotesText(notes []Note) string {
	var b strings.Builder
	for i, n := range notes {
		switch {
		case i == 0:
			fmt.Fprintf(&b, "%s %s ", n.Record, n.Field)
		case n.Record == notes[i-1].Record && n.Field == notes[i-1].Field:
			b.WriteString(", ")
		default:
			fmt.Fprintf(&b, "; %s %s ", n.Record, n.Field)
		}
		fmt.Fprintf(&b, "%d %s", n.Count, n.Kind.words())
	}
	return b.String()
}

// words say what happened in a sentence.
func (k NoteKind) words() string {
	if k == Flagged {
		return "begin like a formula"
	}
	return k.String()
}

// Notes counts, per field, the values that were not written exactly as they came. The zero value is ready. Not for
// concurrent use: one for each goroutine, then Add.
type Notes struct {
	counts map[noteKey]int
	total  int
}

type noteKey struct {
	record, field int
	kind          NoteKind
}

func (n *Notes) note(record, field int, kind NoteKind) {
	if n == nil {
		return
	}
	if n.counts == nil {
		n.counts = map[noteKey]int{}
	}
	n.counts[noteKey{record, field, kind}]++
	n.total++
}

// Add takes in the counts of other, made with the same plan.
func (n *Notes) Add(other *Notes) {
	if other == nil || len(other.counts) == 0 {
		return
	}
	if n.counts == nil {
		n.counts = make(map[noteKey]int, len(other.counts))
	}
	for k, c := range other.counts {
		n.counts[k] += c
	}
}

// AddAs is Add for counts that were made with the plan of a part; record is what its records are called in this one.
func (n *Notes) AddAs(other *Notes, record int) {
	if n == nil {
		return
	}
	for k, c := range other.counts {
		if n.counts == nil {
			n.counts = make(map[noteKey]int, len(other.counts))
		}
		n.counts[noteKey{record, k.field, k.kind}] += c
		n.total += c
	}
}

// Reset forgets all counts.
func (n *Notes) Reset() { clear(n.counts) }

// List is the counts in the order of records and fields.
func (n *Notes) List(p *Plan) []Note {
	var list []Note
	for r, record := range p.records {
		for f, field := range record.Fields {
			for k := range noteKinds {
				if c := n.counts[noteKey{r, f, k}]; c > 0 {
					list = append(list, Note{record.Name, field.Name, k, c})
				}
			}
		}
	}
	return list
}
