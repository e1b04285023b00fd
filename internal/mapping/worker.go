package mapping

import (
	"cmp"
	"errors"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/control"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/say"
)

// maxProblems bounds what is told about one document.
const maxProblems = 50

// Worker prepares documents for files of a plan. It keeps buffers between documents: one worker for each goroutine.
type Worker struct {
	plan   *Plan
	parser *fis.Parser
	env    scope.Env
	values []layout.Value
	memory []*scope.Memory // by record
	made   []int           // rows of the document in hand, by record
	// bytes and rows are how much the document before has made.
	bytes, rows int
	// room is memory for rows that are lent; nil when they are the document's own.
	room    *room
	deriver posting.Deriver
	// scratch takes what is encoded only to see whether it can be.
	scratch []byte
	sum     summer
	kept    keeper
	// delta is the document in hand as a revision, nil when it is posted as it is.
	delta    *delta
	against  *Revision // what the document in hand is held against
	combined bool      // the rows of earlier documents stand in the document in hand, taken back
	amounts  amounts.Tracker
	one      [1]int // scratch of linesOf

	doc      *Prepared
	problems []refusal.Problem
	// failures counts problems, those that are told once for many rows each time.
	failures int
	// amountsOnly makes what the rows must say, and not the rows.
	amountsOnly bool
	// unchecked leaves the comparison with the document to whoever uses the rows, for explain.
	unchecked bool
	// watch sees each row while the environment stands on it; nil but for explain.
	watch func(r *Record)
}

// NewWorker makes a worker.
func (p *Plan) NewWorker() *Worker {
	return &Worker{plan: p, memory: make([]*scope.Memory, len(p.records)), made: make([]int, len(p.records)), parser: fis.NewParser(p.Wants), env: scope.NewEnv(p.slots, p.posting.Round)}
}

func (p *Plan) Wants(name string) bool { return p.wanted[name] || scope.DerivationNeeds(name) }

// Prepared is a document made ready for a file: everything is evaluated but what depends on the file. It may cross goroutines, and be added
// to several files.
type Prepared struct {
	DocID    string
	DocType  fis.DocType
	ReportID string
	// Group is the key of the file the document belongs in, by the template's grouping; documents of one group may share a file.
	Group    string
	Currency string
	// Sums of the posting lines (zero without), what rounded rows owe more than the document says, and what its line of rounding differences has.
	Debit, Credit, RoundedAway, OnRoundingLine fis.Amount
	// Owed is what is to be paid, by party (posting.Result.Owed); nil for document types without posting lines.
	Owed map[string]fis.Amount
	// Dated is the document's own day; zero when it has none.
	Dated fis.Date
	// Lines is the number of posting lines, Rows the number of records the document makes at most.
	Lines, Rows int
	// Must are the sums that the rows must have by the document, Said those that they have; zero where nothing is held against the document.
	Must, Said amounts.Sides
	// Differs is why the document would be held: its rows do not say what it says. It is set for explaining only; else Prepare fails with it.
	Differs []refusal.Problem
	// Warnings are remarks that do not stop the document.
	Warnings []refusal.Problem
	// Written is what the file will say of the document (JSON of takeback.Written), when that was asked for. Change is what a revision changes.
	Written []byte
	Change  *takeback.Change
	// Instruction is what an obligation asks for, Quoted the number by which people know its request or report.
	Instruction, Quoted string

	buf     []byte
	gaps    []int
	rows    []Row
	amounts []amounts.Row // of a worker that makes nothing else
	notes   layout.Notes
}

// Row is one record: its bytes, or what it needs when it waits for the file: the bytes of the fields that are known, or all values.
type Row struct {
	record     int
	start, end int // in Prepared.buf
	gaps       int // the first in Prepared.gaps
	once       string
	values     []layout.Value
	captured   []layout.Value
	sums       control.Sums
	// tracked tells that the row carries amounts of the document; amount is what it must say, debits positive.
	tracked bool
	amount  fis.Amount
}

// Brief is the document without its rows: what is known of it as a whole.
func (p *Prepared) Brief() *Prepared {
	b := *p
	b.buf, b.gaps, b.rows, b.amounts, b.notes = nil, nil, nil, nil, layout.Notes{}
	return &b
}

// PrepareInput is Prepare for a document that may be a revision.
func (w *Worker) PrepareInput(in Input) (p *Prepared, err error) {
	defer w.caught(in.ID, &err)
	if in.DocType == agedOut {
		return nil, nil
	}
	w.against = in.Revision
	defer func() { w.against = nil }()
	in, change, err := w.AsRows(in)
	if err != nil {
		return nil, err
	}
	doc, err := w.parser.Lend(in.Envelope)
	if err != nil {
		return nil, refusal.Unreadable(in.Envelope, err)
	}
	return w.PrepareAs(doc, in, change)
}

// AsRows turns a revision by a template with rows of the document's own into a document that carries the rows of the earlier ones, too.
func (w *Worker) AsRows(in Input) (Input, *takeback.Change, error) {
	if in.Revision == nil || !w.plan.OwnRows() {
		return in, nil, nil
	}
	env, change, err := w.reviseRows(in)
	in.Envelope, in.Revision = env, nil
	return in, change, err
}

func (w *Worker) PrepareAs(doc *fis.Document, in Input, change *takeback.Change) (*Prepared, error) {
	w.combined = change != nil
	p, err := w.prepare(doc, in.Revision, in.KeepWritten)
	if p != nil && change != nil {
		p.Change = change
	}
	return p, err
}

// caught turns a panic into an error about the document: whatever is the matter with one, the others go on.
func (w *Worker) caught(docID string, err *error) {
	if r := recover(); r != nil {
		*err = refusal.Panicked(docID, r)
		w.env = scope.NewEnv(w.plan.slots, w.plan.posting.Round) // which counts documents from the start
		clear(w.memory)
	}
}

// Prepare parses a document, derives its posting lines and evaluates the mapping. What is wrong with the document or its mapping is a
// *refusal.DocumentError.
func (w *Worker) Prepare(env fis.Envelope) (*Prepared, error) {
	return w.PrepareInput(Input{Envelope: env})
}

// PrepareDocument is Prepare for a document that was parsed before, with all its fields.
func (w *Worker) PrepareDocument(doc *fis.Document) (p *Prepared, err error) {
	defer w.caught(doc.ID, &err)
	return w.prepare(doc, nil, false)
}

func (w *Worker) prepare(doc *fis.Document, rev *Revision, keep bool) (*Prepared, error) {
	p := &Prepared{DocID: doc.ID, DocType: doc.DocType, ReportID: doc.ReportID(), Currency: doc.Currency(), Dated: doc.Date()}
	w.doc, w.problems, w.delta = p, nil, nil
	switch {
	case w.amountsOnly:
	case w.room != nil:
		p.buf, p.rows = w.room.bytes.Begin(), w.room.rows.Begin()
	default: // about as much as for the document before
		p.buf, p.rows = make([]byte, 0, min(w.bytes+w.bytes/4, 64<<10)), make([]Row, 0, min(w.rows+w.rows/4, 256))
	}
	w.kept.on = false
	if !w.plan.Takes(doc.DocType) {
		return nil, &refusal.DocumentError{DocID: doc.ID, Problems: []refusal.Problem{{Reason: "document_type", Detail: say.F("the template %s takes %s documents, not %q; route them to another mapping", w.plan.tpl.Name, template.TypeNames(w.plan.tpl.Documents), doc.DocType)}}}
	}
	var post *posting.Result
	if doc.DocType.Commits() {
		p.Instruction, p.Quoted = doc.Instruction(), cmp.Or(doc.ReportNumber(), doc.ReportID())
	}
	var remarks []posting.Problem
	var err error
	if w.plan.Posts(doc.DocType) {
		if post, rev, err = w.derive(doc, rev); err != nil {
			return nil, err
		}
		p.Currency, p.Lines, p.RoundedAway, remarks = post.Currency, len(post.Lines), post.RoundedAway, post.Warnings
	} else if remarks, err = posting.Beside(doc, w.plan.wanted); err != nil {
		return nil, refusal.Unposted(doc.ID, err)
	}
	for _, warning := range remarks {
		p.Warnings = append(p.Warnings, refusal.OfPosting(warning))
	}
	w.env.Begin(doc, post)
	w.env.ByRow(post)
	books, err := w.books(doc)
	if err != nil {
		return nil, err
	}
	if rev != nil {
		if post == nil {
			return nil, refusal.OfRevision(doc.ID, "documents of type %s have no posting lines", doc.DocType)
		}
		if err := w.revise(doc, post, rev); err != nil {
			return nil, err
		}
		w.env.Begin(doc, post)
		p.Lines = len(post.Lines)
	}
	if post != nil {
		p.Owed, p.OnRoundingLine = post.Owed(), post.OnRoundingLine()
		w.kept.begin(keep, len(post.Lines))
	} else {
		w.kept.begin(keep, 0)
	}
	w.amounts.Begin(w.plan.amounts, doc, post, p.Currency)
	clear(w.made)
	p.Debit, p.Credit = w.env.Sums()
	if w.amountsOnly {
		return w.onlyAmounts(doc)
	}
	w.group()
	for i := range w.plan.records {
		if r := &w.plan.records[i]; !r.header && !r.trailer && !r.within {
			w.record(r)
		}
	}
	if w.room != nil {
		p.buf, p.rows = w.room.bytes.End(p.buf), w.room.rows.End(p.rows)
	}
	if w.onlyFrame(doc, post) {
		p.rows = nil
	}
	p.Rows = len(p.rows)
	w.bytes, w.rows = len(p.buf), len(p.rows)
	if len(w.problems) == 0 {
		if wrong := w.conclude(); w.unchecked {
			p.Differs = wrong
		} else {
			w.problems = append(w.problems, wrong...)
		}
	}
	if len(w.problems) > 0 {
		return nil, &refusal.DocumentError{DocID: doc.ID, Problems: w.problems}
	}
	if w.kept.on {
		var err error
		if p.Written, err = w.written(post, books); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// group finds the file the document belongs in.
func (w *Worker) group() {
	var parts []string
	for _, prog := range w.plan.groups {
		v, err := prog.Eval(&w.env)
		if err != nil {
			w.problem(refusal.Problem{Reason: "group", Detail: say.F("the group of the document: %s", err)})
			return
		}
		part := v.String()
		if len(w.plan.groups) > 1 { // no two groups have one name
			part = strings.ReplaceAll(part, "/", "//")
		}
		parts = append(parts, part)
	}
	w.doc.Group = strings.Join(parts, " / ")
}

// record makes the rows of one record, and of those in it. A problem in one row does not hide those of the next. Where
// the record around it made none, there is no place for them.
func (w *Worker) record(r *Record) {
	if r.parent >= 0 && w.made[r.parent] == 0 && !w.plan.records[r.parent].header {
		return
	}
	var lines []posting.Line
	if w.env.Post() != nil {
		lines = w.env.Post().Lines
	}
	if r.sum != nil && w.delta == nil { // the lines of a revision are added up already
		for _, k := range r.kids {
			w.summarise(&w.plan.records[k], lines) // whose codes must agree, too
		}
		lines = w.summarise(r, lines)
	}
	for _, kind := range r.repeat {
		_ = w.env.Walk(kind, lines, func() error {
			w.nest(r, lines)
			return nil
		})
	}
}

// nest makes a row, and in it those of the records that stand in it.
func (w *Worker) nest(r *Record, lines []posting.Line) {
	before := w.made[r.index]
	w.visit(r)
	w.row(r)
	if w.made[r.index] == before {
		return
	}
	for _, i := range r.kids {
		k := &w.plan.records[i]
		w.env.WalkIn(k.repeat, lines, func() { w.nest(k, lines) })
	}
}

// counted counts a row of a record, which its fields may name.
func (w *Worker) counted(r *Record) {
	w.made[r.index]++
	w.env.InDoc = w.made[r.index]
}

// row makes one row, unless its condition says no.
func (w *Worker) row(r *Record) {
	if out, known := w.leftOut(r); out || !known && !w.makes(r) {
		return
	}
	w.counted(r)
	if w.amountsOnly {
		w.trackUnmade(r)
		return
	}
	row := Row{record: r.index, start: len(w.doc.buf), end: len(w.doc.buf)}
	if !w.fill(r) {
		return
	}
	if err := w.plan.layout.Guard(r.index, w.values, r.waiting, false); err != nil {
		w.encodeFailed(r, err)
	}
	w.keepRow(r)
	if r.once >= 0 {
		if row.once = w.values[r.once].String(); row.once == "" {
			return
		}
	}
	w.finish(r, &row)
}

// finish encodes a row as far as it is known, or keeps its values for the file.
func (w *Worker) finish(r *Record, row *Row) {
	row.sums = r.totals.Of(w.values)
	var err error
	m := w.memory[r.index]
	switch {
	case !r.late:
		w.doc.buf, _, err = w.plan.layout.EncodeBeside(w.doc.buf, nil, r.index, w.values, nil, &w.doc.notes, m.Before)
		m.Written = err == nil && w.repeats()
	case r.open != nil && w.watch == nil:
		row.gaps = len(w.doc.gaps)
		w.doc.buf, w.doc.gaps, err = w.plan.layout.EncodeBeside(w.doc.buf, w.doc.gaps, r.index, w.values, r.open, &w.doc.notes, m.Before)
		m.Written = err == nil && w.repeats()
	case w.try(r):
		row.values = append([]layout.Value(nil), w.values...)
	default:
		return
	}
	if err != nil {
		w.encodeFailed(r, err)
		return
	}
	row.end = len(w.doc.buf)
	for _, s := range r.capture {
		row.captured = append(row.captured, w.env.Value(s))
	}
	w.trackRow(r, row)
	if w.watch != nil {
		w.watch(r)
	}
	w.doc.rows = append(w.doc.rows, *row)
}

// try encodes a record that waits for the file as a whole, without what only the file knows, so that what is wrong with the document is known before it
// goes into one.
func (w *Worker) try(r *Record) bool {
	buf, err := w.plan.layout.Encode(w.scratch[:0], r.index, w.values, nil)
	w.scratch = buf[:0]
	var list, own layout.FieldErrors
	if !errors.As(err, &list) {
		return true
	}
	for _, fe := range list {
		for i := range r.fields {
			if r.fields[i].name == fe.Field && !r.fields[i].late {
				own = append(own, fe)
			}
		}
	}
	if len(own) > 0 {
		w.encodeFailed(r, own)
	}
	return len(own) == 0
}

// value gives a field its value; late ones stay blank for now.
func (w *Worker) value(r *Record, f *Field) layout.Value {
	switch {
	case f.late || f.mode == blankField:
		return layout.Value{}
	case f.mode == ConstantField:
		return f.value
	}
	var v layout.Value
	var err error
	if f.mode == SourceMode {
		v = w.env.Value(f.slot)
	} else {
		v, err = f.prog.Eval(&w.env)
	}
	if err != nil || len(w.env.Bad) > 0 {
		w.failed(r.name, f.name, f.at, err)
		return layout.Value{}
	}
	return v
}
