package mapping

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// explainer renders documents as a run does and keeps how it came to each cell. One for each goroutine.
type explainer struct {
	plan   *Plan
	worker *Worker
	parser *fis.Parser
	trace  *tracer
	rules  [][][]string // by record and field
	// revisions are what documents are held against, by docId.
	revisions map[string]*Revision
}

func (p *Plan) newExplainer() *explainer {
	w := p.NewWorker()
	w.unproved = true // the file went out long ago, perhaps; it is explained as it is
	return &explainer{plan: p, worker: w, parser: fis.NewParser(nil), trace: &tracer{w: w, names: newCatalogue(p.tpl.Documents)}, rules: make([][][]string, len(p.records))}
}

// explained is a document that was prepared under the eyes of the tracer.
type explained struct {
	doc      *fis.Document
	prepared *Prepared
	rows     []tracedRow
	postings []ExplainedPosting
}

// document prepares a document. With follow false nothing is kept of how. The error is that of Worker.Prepare; what was understood until then is
// there.
func (x *explainer) document(env fis.Envelope, follow bool) (*explained, error) {
	x.worker.watch = nil
	in := Input{Envelope: env, Revision: x.revisions[env.ID]}
	if !follow {
		p, err := x.worker.PrepareInput(in)
		return &explained{prepared: p}, err
	}
	in, change, err := x.worker.asRows(in)
	if err != nil {
		return &explained{}, err
	}
	doc, err := x.parser.Parse(in.Envelope)
	if err != nil {
		return &explained{}, unreadable(in.Envelope, err)
	}
	x.trace.follow(doc)
	p, err := x.worker.prepareAs(doc, in, change)
	x.worker.watch = nil
	out := &explained{doc: doc, prepared: p, rows: x.trace.rows}
	if x.worker.env.doc == doc && x.worker.env.post != nil {
		out.postings = x.postings()
	}
	return out, err
}

func (x *explainer) postings() []ExplainedPosting {
	post := x.worker.env.post
	var out []ExplainedPosting
	for i := range post.Lines {
		l := &post.Lines[i]
		e := ExplainedPosting{Number: i + 1, Role: string(l.Role), Account: l.AccountCode, Party: l.Party, Entry: l.EntryID + l.LineItem, Place: x.trace.placeOf(l)}
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
	file *File
	// want says which lines are kept; emit takes them.
	want func(first, last int) bool
	emit func(*ExplainedLine)

	doc   *explained
	index map[*preparedRow]int
	heads int
}

func (x *explainer) file(ctx FileContext, want func(first, last int) bool, emit func(*ExplainedLine)) (*explainedFile, error) {
	f, err := x.plan.NewFile(ctx)
	if err != nil {
		return nil, err
	}
	f.unproved = true
	ef := &explainedFile{explainer: x, file: f, want: want, emit: emit}
	f.watch = ef
	if h := x.plan.layout.Headings(); h >= 0 {
		ef.heads = 1
		if want(1, 1) {
			emit(ef.headingRow(h))
		}
	}
	return ef, nil
}

// add puts a document into the file.
func (ef *explainedFile) add(doc *explained) (Part, error) {
	ef.doc, ef.index = doc, map[*preparedRow]int{}
	for i := range doc.prepared.rows {
		ef.index[&doc.prepared.rows[i]] = i
	}
	return ef.file.Add(doc.prepared)
}

// mayHold reports whether the document's lines can be among those wanted, were it added now.
func (ef *explainedFile) mayHold(p *Prepared) bool {
	lines := 0
	for i := range p.rows {
		lines += 1 + strings.Count(ef.plan.tpl.Records[p.rows[i].record].Pattern, "\n")
	}
	first := ef.file.now.lines + 1
	return lines > 0 && ef.want(first, first+lines-1)
}

// headingRow explains the row of headings: it is the template's.
func (ef *explainedFile) headingRow(record int) *ExplainedLine {
	r := &ef.plan.records[record]
	out := &ExplainedLine{Line: 1, Lines: 1, Kind: KindHeading, Record: r.name, Bytes: ef.plan.layout.Heading()}
	out.Text = ef.text(out.Bytes)
	n := 0
	for _, f := range ef.plan.tpl.Records[record].Fields {
		if f.Hidden {
			continue
		}
		n++
		head := headingOf(&f)
		out.Cells = append(out.Cells, ExplainedCell{Column: n, Field: f.Name, Heading: head, ExplainedValue: ExplainedValue{Place: ef.plan.tpl.Path(), Value: head}, Text: head, Written: head})
	}
	return out
}

func headingOf(f *template.Field) string {
	if f.Heading != "" {
		return f.Heading
	}
	return f.Name
}

// row explains a record of the document in hand.
func (ef *explainedFile) row(row *preparedRow, encoded []byte) {
	first, lines := ef.file.now.lines+1, ef.plan.linesOf(encoded)
	i, known := ef.index[row]
	if !known || i >= len(ef.doc.rows) || !ef.want(first, first+lines-1) {
		return
	}
	traced, r := &ef.doc.rows[i], &ef.plan.records[row.record]
	p := ef.doc.prepared
	out := &ExplainedLine{Line: first, Lines: lines, Kind: KindRecord, Record: r.name, DocID: p.DocID, ReportID: p.ReportID, Currency: p.Currency, Over: traced.over, Origin: traced.origin, When: traced.when}
	for _, n := range traced.postings {
		out.Postings = append(out.Postings, ef.doc.postings[n])
	}
	values := traced.values
	if r.late {
		values = ef.file.values
	}
	ef.cells(out, r, values, encoded, func(i int) ([]Source, []LookupSource) {
		t := &traced.fields[i]
		if r.fields[i].late {
			return ef.lateSources(&r.fields[i], t.known)
		}
		return t.sources, t.lookups
	})
	ef.emit(out)
}

// special explains a header or trailer.
func (ef *explainedFile) special(r *recordPlan, values []layout.Value, encoded []byte) {
	lines, first, kind := ef.plan.linesOf(encoded), ef.file.now.lines+1, KindTrailer
	if r.header {
		first, kind = ef.heads+1, KindHeader
		ef.heads += lines
	}
	if !ef.want(first, first+lines-1) {
		return
	}
	out := &ExplainedLine{Line: first, Lines: lines, Kind: kind, Record: r.name, Over: kind}
	if r.when != nil {
		v, tr, _ := r.when.Trace(&ef.file.env)
		out.When = &ExplainedValue{Formula: r.when.Source(), Place: r.whenAt.String(), Value: v.String(), Sources: ef.sourcesOf(r.when, tr, nil)}
	}
	ef.cells(out, r, values, encoded, func(i int) ([]Source, []LookupSource) { return ef.lateSources(&r.fields[i], nil) })
	ef.emit(out)
}

// lateSources explains a field that is made with the file.
func (ef *explainedFile) lateSources(f *fieldPlan, known map[int]Source) ([]Source, []LookupSource) {
	if f.prog == nil {
		if f.mode == constantField {
			return ef.plan.settingSources(f.source), nil
		}
		return nil, nil
	}
	_, tr, _ := f.prog.Trace(&ef.file.env)
	var lookups []LookupSource
	for _, h := range tr.Lookups {
		lookups = append(lookups, ef.plan.lookupSource(h))
	}
	return ef.sourcesOf(f.prog, tr, known), lookups
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
		out = append(out, ef.plan.settingSources(prog.Source())...)
	}
	return out
}

// text is a record as text, without its line end.
func (x *explainer) text(encoded []byte) string {
	if !x.plan.layout.Can().Lines {
		return ""
	}
	return x.plan.layout.Decode(encoded[:len(encoded)-len(x.plan.layout.LineEnd())])
}
