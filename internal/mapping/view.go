package mapping

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/lookup"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// View is the read-only side of a plan, for the packages beside it that explain, compare, try and look over what the
// plan makes. What it gives belongs to the plan and is not to be changed.
type View struct{ plan *Plan }

// View is the plan as the packages beside it may see it.
func (p *Plan) View() View { return View{p} }

// Now is what the file holds so far.
func (f *File) Now() *Tally { return &f.now }

// Values are those of the record in hand, late columns too.
func (f *File) Values() []layout.Value { return f.values }

// Content is the mapping as people wrote it, data its bytes.
func (v View) Content() *workbook.Content { return v.plan.content }

// Lookups are the lookup sheets that formulas use, by name.
func (v View) Lookups() map[string]*lookup.Table { return v.plan.lookups }

// Posting is how posting lines are derived.
func (v View) Posting() posting.Options { return v.plan.posting }

// Records are the kinds of records, in the order of the template.
func (v View) Records() []Record { return v.plan.records }

// Amounts are the rules by which amounts of a file are held against the documents.
func (v View) Amounts() *amounts.Rules { return v.plan.amounts }

// Slots are the names that formulas use.
func (v View) Slots() []scope.Slot { return v.plan.slots }

// Delta is the document in hand as a revision, nil when it is posted as it is.
func (w *Worker) Delta() *delta { return w.delta }

// Doc is the document in hand.
func (w *Worker) Doc() *Prepared { return w.doc }

// Plan is what the worker works by.
func (w *Worker) Plan() *Plan { return w.plan }

// Holds reports whether any row is held against documents of a type.
func (v View) Holds(t fis.DocType) bool {
	return slices.ContainsFunc(v.plan.records, func(r Record) bool { return v.plan.amounts.For(r.index, t) != nil })
}

// Values are those of the row in hand, by column.
func (w *Worker) Values() []layout.Value { return w.values }

// At is the cell of the Value.
func (f *Field) At() findings.Place { return f.at }

// Late tells that the value is known only in the file.
func (f *Field) Late() bool { return f.late }

// Mode is where the value comes from.
func (f *Field) Mode() FieldMode { return f.mode }

// Name is the name of the column.
func (f *Field) Name() string { return f.name }

// Program is the compiled Value, nil for a constant.
func (f *Field) Program() *formula.Program { return f.prog }

// Source is the Value as written.
func (f *Field) Source() string { return f.source }

// Type is that of the template.
func (f *Field) Type() layout.Type { return f.typ }

// Net is what the row moves: debit less credit, or the signed amount; of a template that does not tell which fields
// hold amounts, that of the posting line.
func (m *MadeRow) Net() fis.Amount { return m.net }

// Record is the index of the record.
func (m *MadeRow) Record() int { return m.record }

// Values are those of the row, by column.
func (m *MadeRow) Values() []layout.Value { return m.values }

// Total is what all documents together come to.
func (m *Maker) Total() *MadeTotals { return &m.total }

// Allocation is the id of the allocation.
func (o *Origin) Allocation() string { return o.allocation }

// Entry is the id of the entry.
func (o *Origin) Entry() string { return o.entry }

// Item is the number of the line item.
func (o *Origin) Item() string { return o.item }

// Role is that of the posting line.
func (o *Origin) Role() string { return o.role }

// Record is the index of the record.
func (r *Row) Record() int { return r.record }

// Fields are the columns, in order.
func (r *Record) Fields() []Field { return r.fields }

// Header tells that the record stands once, before all others.
func (r *Record) Header() bool { return r.header }

// Index is the place of the record in the template.
func (r *Record) Index() int { return r.index }

// Late tells that a field needs the file; capture are the slots whose values it needs from the document.
func (r *Record) Late() bool { return r.late }

// Name is the name of the record.
func (r *Record) Name() string { return r.name }

// Sum is how posting lines are added up, nil when they are not.
func (r *Record) Sum() *Summary { return r.sum }

// Trailer and header records are made once a file.
func (r *Record) Trailer() bool { return r.trailer }

// When is the condition of the record, nil without.
func (r *Record) When() *formula.Program { return r.when }

// WhenAt is the cell of the condition.
func (r *Record) WhenAt() workbook.Cell { return r.whenAt }

// By are the formulas in which lines agree.
func (s *Summary) By() []*formula.Program { return s.by }

// Documents counts them.
func (t *Tally) Documents() int { return t.documents }

// Lines counts physical lines.
func (t *Tally) Lines() int { return t.lines }

// Rows are those that the texts are of.
func (t *TextsOf) Rows() []MadeRow { return t.rows }

// Made are the rows of the document as they go into the file.
func (p *Prepared) Made() []Row { return p.rows }
