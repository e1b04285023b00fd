package mapping

import (
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
)

// rowMemory is the row of a record that was made before: most of its fields say the same in the next one, for all rows of an entry stand in it.
type rowMemory struct {
	place  scope.Place   // where it was made
	basis  []scope.Basis // of each field
	values []layout.Value
	known  []bool
	before *layout.Before
	// written tells that the row before was written, by the mapping alone.
	written bool
}

func newRowMemory(r *Record) *rowMemory {
	n := len(r.fields)
	m := &rowMemory{basis: make([]scope.Basis, n), values: make([]layout.Value, n), known: make([]bool, n), before: layout.NewBefore(n)}
	for i, f := range r.fields {
		m.before.Never[i] = !f.steady && f.mode != ConstantField && f.mode != blankField
	}
	return m
}

// findSteady settles which fields depend on nothing but the parts of the document that the row stands in.
func (r *Record) findSteady(all []scope.Slot) {
	for i := range r.fields {
		f := &r.fields[i]
		if f.late || f.mode != SourceMode && f.mode != ProgramMode {
			continue
		}
		f.reads = f.slots()
		f.steady = true
		for _, s := range f.reads {
			f.steady = f.steady && all[s].Steady()
		}
	}
}

// repeats tells whether rows may repeat what those before them say. Those of a revision have codes that were written
// once, also where the mapping has a constant today.
func (w *Worker) repeats() bool { return w.delta == nil && w.watch == nil }

// fill gives the fields of a row their values; false when one of them has none that can be used.
func (w *Worker) fill(r *Record) bool {
	failures := w.failures
	w.values = w.values[:0]
	m := w.memory[r.index]
	if m == nil {
		m = newRowMemory(r)
		w.memory[r.index] = m
	}
	if !m.written {
		m.before.Forget()
	}
	m.written = false
	repeats, here := w.repeats(), w.env.Place()
	still := here == m.place
	m.place = here
	for i := range r.fields {
		f := &r.fields[i]
		same := &m.before.Same[i]
		if *same = repeats && (f.mode == ConstantField || f.mode == blankField); f.steady && repeats {
			if *same = (still || w.env.Unchanged(&m.basis[i], f.reads)) && m.known[i]; *same {
				w.values = append(w.values, m.values[i])
				continue
			}
		}
		before := w.failures
		v, ok := w.Forced(r, i)
		if !ok {
			v = w.value(r, f)
		}
		w.values = append(w.values, v)
		m.values[i], m.known[i] = v, repeats && w.failures == before
	}
	return w.failures == failures
}
