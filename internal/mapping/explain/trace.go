package explain

import (
	"regexp"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// tracer follows a worker and keeps how the values of each row came to be, as far as the document knows.
type tracer struct {
	w     *mapping.Worker
	names catalogueOf
	paths map[*fis.Node]string
	rows  []tracedRow
	// postingsHere are the posting lines that the row in hand was made from, by index.
	postingsHere []int
	// sums are the posting lines behind each added-up line of the record in hand.
	sums   [][]int
	summed *mapping.Record
}

// tracedRow is a row of a document before it meets its file.
type tracedRow struct {
	values   []layout.Value
	fields   []tracedValue
	when     *Traced
	over     string
	origin   string
	postings []int
}

// tracedValue is how a field got its value. Of fields that wait for the file, known holds the sources that the document
// knows, by slot.
type tracedValue struct {
	sources []Source
	lookups []LookupSource
	known   map[int]Source
}

// follow makes the tracer see every row that its worker makes of the document.
func (t *tracer) follow(doc *fis.Document) {
	t.paths, t.rows, t.summed = pathsOf(doc.Root), nil, nil
	t.w.Watch(t.see)
}

// see notes the row where the worker stands.
func (t *tracer) see(r *mapping.Record) {
	e := t.w.Here()
	t.postingsHere = t.contributors(r)
	row := tracedRow{values: append([]layout.Value(nil), t.w.Values()...), over: e.Kind(), postings: t.postingsHere}
	if e.Line() != nil {
		row.origin = t.placeOf(e.Line())
	} else if n := e.Row(); n != nil {
		row.origin = t.paths[n]
	}
	if r.When() != nil {
		row.when = t.condition(r)
	}
	for i := range r.Fields() {
		if code, forced := t.w.Forced(r, i); forced {
			row.fields = append(row.fields,
				tracedValue{sources: []Source{{Name: "written before", Value: code.String(),
					Meaning: "the code that an import file has for this line of the report: it is taken back, or " +
						"added to, as it was written"}}})
			continue
		}
		row.fields = append(row.fields, t.field(&r.Fields()[i]))
	}
	t.rows = append(t.rows, row)
}

func (t *tracer) condition(r *mapping.Record) *Traced {
	v, tr, _ := r.When().Trace(t.w.Here()) // it held a moment ago
	sources, lookups := t.read(r.When(), tr)
	return &Traced{Formula: r.When().Source(), Place: r.WhenAt().String(), Value: v.String(), Sources: sources,
		Lookups: lookups}
}

func (t *tracer) field(f *mapping.Field) tracedValue {
	switch {
	case f.Late():
		known := map[int]Source{}
		for _, i := range f.Program().Fields() {
			if t.w.Plan().View().Slots()[i].Phase() == facts.Early {
				known[i] = t.source(i, t.w.Here().Value(i))
			}
		}
		return tracedValue{known: known}
	case f.Program() != nil:
		_, tr, _ := f.Program().Trace(t.w.Here()) // it went well a moment ago
		sources, lookups := t.read(f.Program(), tr)
		return tracedValue{sources: sources, lookups: lookups}
	case f.Mode() == mapping.ConstantField:
		return tracedValue{sources: settingSources(t.w.Plan(), f.Source())}
	}
	return tracedValue{}
}

// read turns what a formula read into sources and lookup rows.
func (t *tracer) read(prog *formula.Program, tr *formula.Trace) (sources []Source, lookups []LookupSource) {
	for _, f := range tr.Fields {
		sources = append(sources, t.source(f.Slot, f.Value))
	}
	if len(prog.Settings()) > 0 {
		sources = append(sources, settingSources(t.w.Plan(), prog.Source())...)
	}
	for _, h := range tr.Lookups {
		lookups = append(lookups, lookupSource(t.w.Plan(), h))
	}
	return sources, lookups
}

var settingName = regexp.MustCompile(`(?i)\bsettings\.([a-z_][a-z0-9_]*)`)

// settingSources are the settings that a formula names, with their cells.
func settingSources(p *mapping.Plan, source string) []Source {
	var out []Source
	for _, m := range settingName.FindAllStringSubmatch(source, -1) {
		s := Source{Name: "settings." + m[1], Value: p.Setting(m[1]), Meaning: "a constant of the company"}
		for _, row := range p.View().Content().Settings {
			if strings.EqualFold(wording.Clean(row.Name.Show()), m[1]) {
				s.Name = "settings." + wording.Clean(row.Name.Show())
				s.Found = []Found{{row.Value.String(), row.Value.Show()}}
			}
		}
		for _, d := range p.Template().Settings {
			if strings.EqualFold(d.Name, m[1]) && d.Note != "" {
				s.Meaning = d.Note
			}
		}
		out = append(out, s)
	}
	return out
}

// contributors are the posting lines that the row was made from.
func (t *tracer) contributors(r *mapping.Record) []int {
	e := t.w.Here()
	switch {
	case e.Post() == nil:
		return nil
	case e.Line() != nil && r.Sum() != nil && t.w.Delta() == nil:
		if t.summed != r {
			t.sums, t.summed = mapping.Contributions(t.w, r, e.Post().Lines), r
		}
		return t.sums[e.Number()-1]
	case e.Line() != nil:
		return []int{e.Number() - 1}
	}
	node := e.Row()
	var out []int
	for i := range e.Post().Lines {
		if node == nil || madeOf(&e.Post().Lines[i], node) {
			out = append(out, i)
		}
	}
	return out
}

func madeOf(l *posting.Line, n *fis.Node) bool {
	return l.Journal == n || l.Tax == n || l.Application == n || l.Allocation == n || l.Entry == n
}
