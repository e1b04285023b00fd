package scope

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/beside"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
)

// Memory is the row of a record that was made before: most of its fields say the same in the next one, for all rows of
// an entry stand in it.
type Memory struct {
	// Values are those of the row, and of the next one where they are the same.
	Values []layout.Value
	Before *beside.Record
	// Written tells that the row before was written, by the mapping alone.
	Written bool

	place Place   // where it was made
	basis []Basis // of each field
	known []bool
	// steady are the fields that say the same as long as the row stands where it stood; fixed ones say the same always.
	steady, fixed []bool
	// settled tells that all that is steady is known where it was made, same that Before.Same says so.
	settled, same bool
	// names are what the steady fields look for in the parts of the document. A part without any of them settles
	// nothing: rows that differ in such parts only have the same steady values. Nil where that is not so.
	names *fis.Names
	// Moving are the fields that are neither steady nor fixed, nor wait for the file.
	Moving []int
}

// NewMemory is for records with so many fields, of which none was made; reads are the slots that a steady field is made of.
func NewMemory(fields int, slots []Slot, reads func(field int) []int, steady, fixed, late func(field int) bool) *Memory {
	m := &Memory{Values: make([]layout.Value, fields), Before: beside.New(fields), basis: make([]Basis, fields), known: make([]bool, fields),
		steady: make([]bool, fields), fixed: make([]bool, fields)}
	for i := range fields {
		m.steady[i], m.fixed[i] = steady(i), fixed(i)
		m.Before.Never[i] = !m.steady[i] && !m.fixed[i]
		if m.Before.Never[i] && !late(i) {
			m.Moving = append(m.Moving, i)
		}
	}
	m.names = namesOf(fields, slots, reads, steady)
	return m
}

// namesOf are the names that steady fields look for; nil where one is not taken from the innermost part that has it.
func namesOf(fields int, slots []Slot, reads func(field int) []int, steady func(field int) bool) *fis.Names {
	var names []string
	for i := range fields {
		if !steady(i) {
			continue
		}
		for _, r := range reads(i) {
			s := &slots[r]
			if s.own != nil {
				return nil
			}
			if s.kind == facts.OfSource {
				names = append(names, s.Leaf())
			}
		}
	}
	return fis.NewNames(names)
}

// alike tells whether steady fields say the same in two places.
func (m *Memory) alike(a, b *Place) bool {
	if *a == *b {
		return true
	}
	if m.names == nil || a.document != b.document {
		return false
	}
	x, y := a.nodes[:a.depth], b.nodes[:b.depth]
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] { // what lies around both
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return !m.names.In(x) && !m.names.In(y)
}

// Stand begins a row where the environment stands. It tells whether that is where the row before was made, and whether
// all is known then but what moves. Rows that do not repeat say nothing of those that come.
func (m *Memory) Stand(e *Env, repeats bool) (still, settled bool) {
	if !m.Written {
		m.Before.Forget()
	}
	m.Written = false
	here := e.Place()
	still = repeats && m.alike(&here, &m.place)
	m.place = here
	if settled = still && m.settled; settled {
		m.allSame()
	} else {
		m.settled, m.same = repeats, false
	}
	return still, settled
}

// allSame says that nothing but what moves is another.
func (m *Memory) allSame() {
	if m.same {
		return
	}
	m.same = true
	for i, never := range m.Before.Never {
		m.Before.Same[i] = !never
	}
}

// Has reports whether a field has its value from the row before; reads are the names that it is made of.
func (m *Memory) Has(e *Env, field int, reads []int, still, repeats bool) bool {
	same := &m.Before.Same[field]
	*same = repeats && m.fixed[field]
	if m.steady[field] && repeats {
		*same = (still || e.Unchanged(&m.basis[field], reads)) && m.known[field]
		return *same
	}
	return false
}

// Made notes the value that was made of a field, and whether it may be known.
func (m *Memory) Made(field int, v layout.Value, known bool) {
	m.Values[field], m.known[field] = v, known
	m.settled = m.settled && (known || !m.steady[field])
}
