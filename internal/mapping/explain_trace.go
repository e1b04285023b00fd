package mapping

import (
	"regexp"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// tracer follows a worker and keeps how the values of each row came to be, as far as the document knows.
type tracer struct {
	w     *Worker
	names catalogueOf
	paths map[*fis.Node]string
	rows  []tracedRow
	// postingsHere are the posting lines that the row in hand was made from, by index.
	postingsHere []int
	// sums are the posting lines behind each added-up line of the record in hand.
	sums   [][]int
	summed *recordPlan
}

// tracedRow is a row of a document before it meets its file.
type tracedRow struct {
	values   []layout.Value
	fields   []tracedValue
	when     *ExplainedValue
	over     string
	origin   string
	postings []int
}

// tracedValue is how a field got its value. Of fields that wait for the file, known holds the sources that the document knows, by slot.
type tracedValue struct {
	sources []Source
	lookups []LookupSource
	known   map[int]Source
}

// follow makes the tracer see every row that its worker makes of the document.
func (t *tracer) follow(doc *fis.Document) {
	t.paths, t.rows, t.summed = pathsOf(doc.Root), nil, nil
	t.w.watch = t.see
}

// see notes the row where the worker stands.
func (t *tracer) see(r *recordPlan) {
	e := &t.w.env
	t.postingsHere = t.contributors(r)
	row := tracedRow{values: append([]layout.Value(nil), t.w.values...), over: e.kind, postings: t.postingsHere}
	if e.line != nil {
		row.origin = t.placeOf(e.line)
	} else if n := e.row(); n != nil {
		row.origin = t.paths[n]
	}
	if r.when != nil {
		row.when = t.condition(r)
	}
	for i := range r.fields {
		if code, forced := t.w.forced(r, i); forced {
			row.fields = append(row.fields, tracedValue{sources: []Source{{Name: "written before", Value: code.String(), Meaning: "the code that an import file has for this line of the report: it is taken back, or added to, as it was written"}}})
			continue
		}
		row.fields = append(row.fields, t.field(&r.fields[i]))
	}
	t.rows = append(t.rows, row)
}

func (t *tracer) condition(r *recordPlan) *ExplainedValue {
	v, tr, _ := r.when.Trace(&t.w.env) // it held a moment ago
	sources, lookups := t.read(r.when, tr)
	return &ExplainedValue{Formula: r.when.Source(), Place: r.whenAt.String(), Value: v.String(), Sources: sources, Lookups: lookups}
}

func (t *tracer) field(f *fieldPlan) tracedValue {
	switch {
	case f.late:
		known := map[int]Source{}
		for _, i := range f.prog.Fields() {
			if t.w.plan.slots[i].phase == facts.Early {
				known[i] = t.source(i, t.w.env.Value(i))
			}
		}
		return tracedValue{known: known}
	case f.prog != nil:
		_, tr, _ := f.prog.Trace(&t.w.env) // it went well a moment ago
		sources, lookups := t.read(f.prog, tr)
		return tracedValue{sources: sources, lookups: lookups}
	case f.mode == constantField:
		return tracedValue{sources: t.w.plan.settingSources(f.source)}
	}
	return tracedValue{}
}

// read turns what a formula read into sources and lookup rows.
func (t *tracer) read(prog *formula.Program, tr *formula.Trace) (sources []Source, lookups []LookupSource) {
	for _, f := range tr.Fields {
		sources = append(sources, t.source(f.Slot, f.Value))
	}
	if len(prog.Settings()) > 0 {
		sources = append(sources, t.w.plan.settingSources(prog.Source())...)
	}
	for _, h := range tr.Lookups {
		lookups = append(lookups, t.w.plan.lookupSource(h))
	}
	return sources, lookups
}

var settingName = regexp.MustCompile(`(?i)\bsettings\.([a-z_][a-z0-9_]*)`)

// settingSources are the settings that a formula names, with their cells.
func (p *Plan) settingSources(source string) []Source {
	var out []Source
	for _, m := range settingName.FindAllStringSubmatch(source, -1) {
		s := Source{Name: "settings." + m[1], Value: p.Setting(m[1]), Meaning: "a constant of the company"}
		for _, row := range p.content.Settings {
			if strings.EqualFold(wording.Clean(row.Name.Show()), m[1]) {
				s.Name = "settings." + wording.Clean(row.Name.Show())
				s.Found = []Found{{row.Value.String(), row.Value.Show()}}
			}
		}
		for _, d := range p.tpl.Settings {
			if strings.EqualFold(d.Name, m[1]) && d.Note != "" {
				s.Meaning = d.Note
			}
		}
		out = append(out, s)
	}
	return out
}

// contributors are the posting lines that the row was made from.
func (t *tracer) contributors(r *recordPlan) []int {
	e := &t.w.env
	switch {
	case e.post == nil:
		return nil
	case e.line != nil && r.sum != nil && t.w.delta == nil:
		if t.summed != r {
			t.sums, t.summed = t.w.contributions(r, e.post.Lines), r
		}
		return t.sums[e.number-1]
	case e.line != nil:
		return []int{e.number - 1}
	}
	node := e.row()
	var out []int
	for i := range e.post.Lines {
		if node == nil || madeOf(&e.post.Lines[i], node) {
			out = append(out, i)
		}
	}
	return out
}

func madeOf(l *posting.Line, n *fis.Node) bool {
	return l.Journal == n || l.Tax == n || l.Application == n || l.Allocation == n || l.Entry == n
}

// contributions are the posting lines behind each line that summarise makes of them. The environment is as it was afterwards.
func (w *Worker) contributions(r *recordPlan, lines []posting.Line) [][]int {
	here := w.env
	defer func() { w.env = here }()
	at := map[string]int{}
	var out [][]int
	i := -1
	_ = w.env.walkLines(lines, func() error {
		i++
		key, ok := w.sumKey(r, &lines[i])
		if !ok {
			return nil
		}
		if _, known := at[key]; !known {
			at[key] = len(out)
			out = append(out, nil)
		}
		out[at[key]] = append(out[at[key]], i)
		return nil
	})
	if !r.sum.net {
		return out
	}
	kept := out[:0]
	for _, group := range out {
		net := fis.Zero
		for _, i := range group {
			net = net.Add(lines[i].Amount())
		}
		if !net.IsZero() {
			kept = append(kept, group)
		}
	}
	return kept
}
