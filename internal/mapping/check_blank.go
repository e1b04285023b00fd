package mapping

import (
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// fewDocuments are too few to say that a field is always blank.
const fewDocuments = 3

// blankFields watches the fields that a company's own Values read: one that no document fills is probably another one than meant. Values that are
// still the template's are not looked at, for templates name every field there is.
type blankFields struct {
	plan    *Plan
	records map[int]map[int]bool // record → slot → whether a row had a value
	rows    map[int]int          // of each record
}

func newBlankFields(p *Plan) *blankFields {
	b := &blankFields{plan: p, records: map[int]map[int]bool{}, rows: map[int]int{}}
	for i := range p.records {
		for j := range p.records[i].fields {
			for _, slot := range b.slotsOf(&p.records[i], &p.records[i].fields[j]) {
				if b.records[i] == nil {
					b.records[i] = map[int]bool{}
				}
				b.records[i][slot] = false
			}
		}
	}
	return b
}

// slotsOf are the fields of documents that an own Value reads.
func (b *blankFields) slotsOf(r *recordPlan, f *fieldPlan) []int {
	t := &b.plan.tpl.Records[r.index]
	i, known := t.FieldIndex(f.name)
	if f.prog == nil || known && wording.Clean(t.Fields[i].Value) == f.source || r.header || r.trailer || r.sum != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.prog.Fields()), func(slot int) bool { return b.plan.slots[slot].kind != facts.OfSource })
}

// see is told of each row while the environment stands on it.
func (b *blankFields) see(r *recordPlan, env *rowEnv) {
	b.rows[r.index]++
	for slot, filled := range b.records[r.index] {
		if !filled && !env.Value(slot).IsEmpty() {
			b.records[r.index][slot] = true
		}
	}
}

// warnings name each field that was always blank, with the cell of the Value that reads it.
func (b *blankFields) warnings(t *trial) (out findings.List) {
	if t.report.Documents < fewDocuments {
		return nil
	}
	for i := range b.plan.records {
		r := &b.plan.records[i]
		if b.rows[r.index] == 0 {
			continue
		}
		for j := range r.fields {
			f := &r.fields[j]
			for _, slot := range b.slotsOf(r, f) {
				if name := b.plan.slots[slot].name; !b.records[r.index][slot] {
					out = append(out, t.warning(f.at, "", fmt.Sprintf("%s %s: %s is blank in all of %s: is another field meant?", r.name, f.name, name, wording.Counted(t.report.Documents, "document"))))
				}
			}
		}
	}
	return out
}
