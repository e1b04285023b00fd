package mapping

import (
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
)

func newRowMemory(r *Record, slots []scope.Slot) *scope.Memory {
	return scope.NewMemory(len(r.fields), slots, func(i int) []int { return r.fields[i].reads }, func(i int) bool { return r.fields[i].steady }, func(i int) bool { return r.fields[i].isFixed() }, func(i int) bool { return r.fields[i].late })
}

// isFixed reports whether it says the same in all rows.
func (f *Field) isFixed() bool { return f.mode == ConstantField || f.mode == blankField }

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
	m := w.memory[r.index]
	if m == nil {
		m = newRowMemory(r, w.plan.slots)
		w.memory[r.index] = m
	}
	w.values = m.Values
	repeats := w.repeats()
	still, settled := m.Stand(&w.env, repeats)
	if settled {
		for _, i := range m.Moving {
			m.Values[i] = w.value(r, &r.fields[i])
		}
		return w.failures == failures
	}
	for i := range r.fields {
		f := &r.fields[i]
		if m.Has(&w.env, i, f.reads, still, repeats) {
			continue
		}
		before := w.failures
		v, ok := w.Forced(r, i)
		if !ok {
			v = w.value(r, f)
		}
		m.Made(i, v, repeats && w.failures == before)
	}
	return w.failures == failures
}
