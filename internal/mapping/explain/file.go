package explain

import (
	"bytes"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/say"
)

// explainer renders documents as a run does and keeps how it came to each cell. One for each goroutine.
type explainer struct {
	plan   *mapping.Plan
	worker *mapping.Worker
	parser *fis.Parser
	trace  *tracer
	rules  [][][]say.Text // by record and field
	// revisions are what documents are held against, by docId.
	revisions map[string]*mapping.Revision
}

func newExplainer(p *mapping.Plan) *explainer {
	w := p.NewWorker()
	w.Unchecked() // the file went out long ago, perhaps; it is explained as it is
	return &explainer{plan: p, worker: w, parser: fis.NewParser(nil),
		trace: &tracer{w: w, names: newCatalogue(p.Template().Documents)},
		rules: make([][][]say.Text, len(p.View().Records()))}
}

// explained is a document that was prepared under the eyes of the tracer.
type explained struct {
	doc      *fis.Document
	prepared *mapping.Prepared
	rows     []tracedRow
	postings []Posting
}

// document prepares a document. With follow false nothing is kept of how. The error is that of Worker.Prepare; what was
// understood until then is there.
func (x *explainer) document(env fis.Envelope, follow bool) (*explained, error) {
	x.worker.Watch(nil)
	in := mapping.Input{Envelope: env, Revision: x.revisions[env.ID]}
	if !follow {
		p, err := x.worker.PrepareInput(in)
		return &explained{prepared: p}, err
	}
	in, change, err := x.worker.AsRows(in)
	if err != nil {
		return &explained{}, err
	}
	doc, err := x.parser.Parse(in.Envelope)
	if err != nil {
		return &explained{}, refusal.Unreadable(in.Envelope, err)
	}
	x.trace.follow(doc)
	p, err := x.worker.PrepareAs(doc, in, change)
	x.worker.Watch(nil)
	out := &explained{doc: doc, prepared: p, rows: x.trace.rows}
	if x.worker.Here().Doc() == doc && x.worker.Here().Post() != nil {
		out.postings = x.postings()
	}
	return out, err
}

func (x *explainer) postings() []Posting {
	post := x.worker.Here().Post()
	var out []Posting
	for i := range post.Lines {
		l := &post.Lines[i]
		e := Posting{Number: i + 1, Role: string(l.Role), Account: l.AccountCode, Party: l.Party, Entry: l.EntryID +
			l.LineItem, Place: x.trace.placeOf(l)}
		if post.Difference && l.Reversal {
			e.Reversal, e.Place = true, ""
		}
		if !l.Debit.IsZero() {
			e.Debit = fis.Text(l.Debit, post.Currency)
		} else {
			e.Credit = fis.Text(l.Credit, post.Currency)
		}
		out = append(out, e)
	}
	return out
}

// explainedFile watches one import file being made.
type explainedFile struct {
	*explainer
	file *mapping.File
	// want says which lines are kept; emit takes them.
	want func(first, last int) bool
	emit func(*Line)

	doc   *explained
	index map[*mapping.Row]int
	heads int
	// parts count the lines of the members of a package; none where it is one file.
	parts []part
	// member is the one whose lines want counts; empty: the records of all of them are counted.
	member string
}

// part is a member of a package while it is made again: its lines so far, headers and headings counted from the
// beginning, and how many of these were told of.
type part struct {
	name        string
	lines, told int
}

func (x *explainer) file(ctx mapping.FileContext, member string, want func(first, last int) bool,
	emit func(*Line)) (*explainedFile, error) {
	f, err := x.plan.NewFile(ctx)
	if err != nil {
		return nil, err
	}
	f.Unchecked()
	ef := &explainedFile{explainer: x, file: f, want: want, emit: emit, member: member}
	f.Watch(ef)
	for _, name := range x.plan.Layout().Members(f.Name()) {
		ef.parts = append(ef.parts, part{name: name})
	}
	if h := x.plan.Layout().Headings(); h >= 0 {
		ef.heads = 1
		if line := ef.headingLine(); want(line, line) {
			emit(ef.headingRow(h))
		}
	}
	if len(ef.parts) > 0 {
		ef.headParts()
	}
	return ef, nil
}

// headParts explains the headings of the members of a package, and counts what stands before their rows.
func (ef *explainedFile) headParts() {
	seen := make([]bool, len(ef.parts))
	for i := range ef.plan.View().Records() {
		member, plan, n := ef.plan.Layout().Member(i)
		if plan == nil {
			continue
		}
		p := &ef.parts[member]
		r := &ef.plan.View().Records()[i]
		if stands, _ := ef.file.Stands(r); stands && r.Header() { // an error keeps it out, too
			p.lines++
		}
		if seen[member] || plan.Headings() != n {
			continue
		}
		seen[member] = true
		p.lines++
		line := max(1, plan.Spec().HeaderLine)
		if ef.member == p.name && ef.want(line, line) {
			out := ef.headingRow(i)
			out.Line, out.Member, out.MemberLine = line, p.name, line
			ef.emit(out)
		}
	}
}

// place is where the next record stands that takes so many lines, counted as want does; at counts through a package.
func (ef *explainedFile) place(r *mapping.Record, at, lines int) (out *Line, wanted bool) {
	out = &Line{Line: at, Lines: lines}
	if len(ef.parts) == 0 {
		return out, ef.want(at, at+lines-1)
	}
	member, plan, _ := ef.plan.Layout().Member(r.Index())
	p := &ef.parts[member]
	if r.Header() { // it stands at the beginning, though it is made last
		p.told++
		if out.MemberLine = p.told; plan.Headings() >= 0 && p.told >= max(1, plan.Spec().HeaderLine) {
			out.MemberLine++
		}
	} else {
		out.MemberLine = p.lines + 1
		p.lines += lines
	}
	if out.Member = p.name; ef.member == "" {
		return out, ef.want(at, at+lines-1)
	}
	out.Line = out.MemberLine
	return out, ef.member == p.name && ef.want(out.Line, out.Line+lines-1)
}

// add puts a document into the file.
func (ef *explainedFile) add(doc *explained) (mapping.Part, error) {
	ef.doc, ef.index = doc, map[*mapping.Row]int{}
	for i := range doc.prepared.Made() {
		ef.index[&doc.prepared.Made()[i]] = i
	}
	return ef.file.Add(doc.prepared)
}

// mayHold reports whether the document's lines can be among those wanted, were it added now.
func (ef *explainedFile) mayHold(p *mapping.Prepared) bool {
	lines, counted := 0, ef.member != ""
	for i := range p.Made() {
		if !counted {
			break
		}
		if member, _, _ := ef.plan.Layout().Member(p.Made()[i].Record()); ef.parts[member].name == ef.member {
			lines++
		}
	}
	if counted {
		first := ef.linesOf(ef.member) + 1
		return lines > 0 && ef.want(first, first+lines-1)
	}
	for i := range p.Made() {
		lines += 1 + strings.Count(ef.plan.Template().Records[p.Made()[i].Record()].Pattern, "\n")
	}
	first := ef.file.Now().Lines() + 1
	return lines > 0 && ef.want(first, first+lines-1)
}

// linesOf is how many lines a member has so far; of the whole file where there are none.
func (ef *explainedFile) linesOf(member string) int {
	for _, p := range ef.parts {
		if p.name == member {
			return p.lines
		}
	}
	return ef.file.Now().Lines()
}

// headingLine is the line of the headings.
func (ef *explainedFile) headingLine() int { return max(1, ef.plan.Layout().Spec().HeaderLine) }

// headingRow explains the row of headings: it is the template's.
func (ef *explainedFile) headingRow(record int) *Line {
	r := &ef.plan.View().Records()[record]
	_, plan, _ := ef.plan.Layout().Member(record)
	out := &Line{Line: ef.headingLine(), Lines: 1, Kind: KindHeading, Record: r.Name(), Bytes: plan.Heading()}
	out.Text = textOf(plan, out.Bytes)
	n := 0
	for _, f := range ef.plan.Template().Records[record].Fields {
		if f.Hidden {
			continue
		}
		n++
		head := HeadingOf(&f)
		out.Cells = append(out.Cells, Cell{Column: n, Field: f.Name, Heading: head,
			Traced: Traced{Place: ef.plan.Template().Path(), Value: head}, Text: head, Written: head})
	}
	return out
}

func HeadingOf(f *template.Field) string {
	if f.Heading != "" {
		return f.Heading
	}
	return f.Name
}

// row explains a record of the document in hand.
func (ef *explainedFile) Row(row *mapping.Row, encoded []byte) {
	out, wanted := ef.place(&ef.plan.View().Records()[row.Record()], ef.file.Now().Lines()+1, ef.plan.LinesOf(encoded))
	i, known := ef.index[row]
	if !known || i >= len(ef.doc.rows) || !wanted {
		return
	}
	traced, r := &ef.doc.rows[i], &ef.plan.View().Records()[row.Record()]
	p := ef.doc.prepared
	out.Kind, out.Record, out.DocID, out.ReportID = KindRecord, r.Name(), p.DocID, p.ReportID
	out.Currency, out.Over, out.Origin, out.When = p.Currency, traced.over, traced.origin, traced.when
	for _, n := range traced.postings {
		out.Postings = append(out.Postings, ef.doc.postings[n])
	}
	values := traced.values
	if r.Late() {
		values = ef.file.Values()
	}
	ef.cells(out, r, values, encoded, func(i int) ([]Source, []LookupSource) {
		t := &traced.fields[i]
		if r.Fields()[i].Late() {
			return ef.lateSources(&r.Fields()[i], t.known)
		}
		return t.sources, t.lookups
	})
	ef.emit(out)
}

// special explains a header or trailer.
func (ef *explainedFile) Special(r *mapping.Record, values []layout.Value, encoded []byte) {
	lines, first, kind := ef.plan.LinesOf(encoded), ef.file.Now().Lines()+1, KindTrailer
	if r.Header() {
		first, kind = ef.heads+1, KindHeader
		if ef.plan.Layout().Headings() >= 0 && ef.heads < ef.headingLine() { // the headings come behind it
			first--
		}
		ef.heads += lines
	}
	out, wanted := ef.place(r, first, lines)
	if !wanted {
		return
	}
	out.Kind, out.Record, out.Over = kind, r.Name(), kind
	if r.When() != nil {
		v, tr, _ := r.When().Trace(ef.file.Here())
		out.When = &Traced{Formula: r.When().Source(), Place: r.WhenAt().String(), Value: v.String(),
			Sources: ef.sourcesOf(r.When(), tr, nil)}
	}
	ef.cells(out, r, values, encoded, func(i int) ([]Source, []LookupSource) {
		return ef.lateSources(&r.Fields()[i], nil)
	})
	ef.emit(out)
}

// lateSources explains a field that is made with the file.
func (ef *explainedFile) lateSources(f *mapping.Field, known map[int]Source) ([]Source, []LookupSource) {
	if f.Program() == nil {
		if f.Mode() == mapping.ConstantField {
			return settingSources(ef.plan, f.Source()), nil
		}
		return nil, nil
	}
	_, tr, _ := f.Program().Trace(ef.file.Here())
	var lookups []LookupSource
	for _, h := range tr.Lookups {
		lookups = append(lookups, lookupSource(ef.plan, h))
	}
	return ef.sourcesOf(f.Program(), tr, known), lookups
}

func (ef *explainedFile) sourcesOf(prog *formula.Program, tr *formula.Trace, known map[int]Source) []Source {
	var out []Source
	for _, read := range tr.Fields {
		s, ok := known[read.Slot]
		if !ok {
			s = Source{Name: read.Name, Value: read.Value.String(), Meaning: ef.trace.names.meanings[read.Name]}
		}
		out = append(out, s)
	}
	if len(prog.Settings()) > 0 {
		out = append(out, settingSources(ef.plan, prog.Source())...)
	}
	return out
}

// textOf is a record as text, without its line end.
func textOf(plan *layout.Plan, encoded []byte) string {
	if !plan.Can().Lines {
		return ""
	}
	return plan.Decode(bytes.TrimSuffix(encoded, plan.LineEnd()))
}
