package scope

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// Depth is how many of Nodes count.
func (e *Env) Depth() int { return e.depth }

// Doc is the document.
func (e *Env) Doc() *fis.Document { return e.doc }

// Heads are the parts of the document that are looked at last: the document itself.
func (e *Env) Heads() []*fis.Node { return e.heads }

// Private reports whether the row stands in a private entry of a report.
func (e *Env) Private() bool { return e.entry.Str("entryIsPersonal") == "Y" }

// Kind is what the record repeats over.
func (e *Env) Kind() string { return e.kind }

// Line is the posting line, nil where the row is none.
func (e *Env) Line() *posting.Line { return e.line }

// Nodes: innermost first.
func (e *Env) Nodes() []*fis.Node { return e.nodes[:] }

// Number is that of the posting line in the document, from 1.
func (e *Env) Number() int { return e.number }

// Post are the posting lines of the document.
func (e *Env) Post() *posting.Result { return e.post }

// InAlloc counts the journal rows of the allocation, from 1.
func (e *Env) InAlloc() int { return e.inAlloc }

// Fact is the name that is no field of the document.
func (s *Slot) Fact() facts.Fact { return s.fact }

// Kind is where the value comes from.
func (s *Slot) Kind() facts.Kind { return s.kind }

// Name is the name as formulas write it.
func (s *Slot) Name() string { return s.name }

// Free tells that FIELD reads a place which FIS's reference does not name.
func (s *Slot) Free() bool { return s.free }

// Leaf is the name of the field in the document, without the way to it.
func (s *Slot) Leaf() string {
	if s.path != nil {
		return s.path.leaf()
	}
	return s.name
}

// Phase is when the value is known.
func (s *Slot) Phase() facts.Phase { return s.phase }
