package lint

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// fewDocuments are too few to say that a field is always blank.
const fewDocuments = 3

// blankFields watches the fields that a company's own Values read: one that no document fills is probably another one
// than meant. Values that are still the template's are not looked at, for templates name every field there is.
type blankFields struct {
	plan    *mapping.Plan
	records map[int]map[int]bool // record → slot → whether a row had a value
	rows    map[int]int          // of each record
}

func newBlankFields(p *mapping.Plan) *blankFields {
	b := &blankFields{plan: p, records: map[int]map[int]bool{}, rows: map[int]int{}}
	for i := range p.View().Records() {
		for j := range p.View().Records()[i].Fields() {
			for _, slot := range b.slotsOf(&p.View().Records()[i], &p.View().Records()[i].Fields()[j]) {
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
func (b *blankFields) slotsOf(r *mapping.Record, f *mapping.Field) []int {
	t := &b.plan.Template().Records[r.Index()]
	i, known := t.FieldIndex(f.Name())
	if f.Program() == nil || known && wording.Clean(t.Fields[i].Value) == f.Source() || r.Header() || r.Trailer() ||
		r.Sum() != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.Program().Fields()),
		func(slot int) bool { return b.plan.View().Slots()[slot].Kind() != facts.OfSource })
}

// see is told of each row while the environment stands on it.
func (b *blankFields) see(r *mapping.Record, env *scope.Env) {
	b.rows[r.Index()]++
	for slot, filled := range b.records[r.Index()] {
		if !filled && !env.Value(slot).IsEmpty() {
			b.records[r.Index()][slot] = true
		}
	}
}

// warnings name each field that was always blank, with the cell of the Value that reads it.
func (b *blankFields) warnings(t *attempt) (out findings.List) {
	if t.report.Documents < fewDocuments {
		return nil
	}
	for i := range b.plan.View().Records() {
		r := &b.plan.View().Records()[i]
		if b.rows[r.Index()] == 0 {
			continue
		}
		for j := range r.Fields() {
			f := &r.Fields()[j]
			for _, slot := range b.slotsOf(r, f) {
				if name := b.plan.View().Slots()[slot].Name(); !b.records[r.Index()][slot] {
					out = append(out, t.warning(f.At(), "", say.F("%s %s: %s is blank in all of %s: is "+
						"another field meant?", r.Name(), f.Name(), name, wording.Counted(t.report.Documents,
						"document"))))
				}
			}
		}
	}
	return out
}
