package mapping

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/settings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// amounts settles which rows carry which amounts of the documents.
func (c *compiler) amounts() {
	s := amounts.Source{Template: c.tpl, Layout: c.plan.layout, Slots: c.slots, Condition: c.leftOutWhen,
		Found: &c.found.List}
	for i := range c.plan.records {
		s.Records = append(s.Records, c.plan.records[i].forAmounts())
	}
	c.plan.amounts = amounts.Compile(s)
}

// forAmounts is what the rules of amounts need to know of a record.
func (r *Record) forAmounts() amounts.Record {
	out := amounts.Record{Name: r.name, Repeat: r.repeat, Header: r.header, Trailer: r.trailer, Once: r.once >= 0,
		Conditional: r.when != nil, When: r.whenAt.String()}
	for i := range r.fields {
		f := &r.fields[i]
		col := amounts.Column{Name: f.name, Type: f.typ, At: f.at.String(), Late: f.late}
		if f.mode == ConstantField {
			col.Constant = f.value.String()
		}
		out.Columns = append(out.Columns, col)
	}
	return out
}

// leftOutWhen compiles the condition of posting lines that do not stand in the file.
func (c *compiler) leftOutWhen(at, source string) *formula.Program {
	v := settings.TemplateCell(c.tpl, source)
	prog := c.condition(source, v, at)
	if prog != nil {
		c.restrict(prog, []string{template.RepeatPosting}, facts.Early, v)
	}
	return prog
}

// onlyFrame reports whether the rows of the document in hand are heads without anything in them, as of a report whose
// only entry is private: no ERP has a voucher without lines, so it makes no row.
func (w *Worker) onlyFrame(doc *fis.Document, post *posting.Result) bool {
	return post != nil && len(post.Lines) == 0 && doc.DocType.HasPostingLines() && w.delta == nil && w.plan.View().Holds(doc.DocType) &&
		!slices.ContainsFunc(w.doc.rows, func(r Row) bool { return r.tracked })
}

// visit notes what a record repeats over, whether or not its condition makes a row of it.
func (w *Worker) visit(r *Record) {
	if h := w.heldFor(r); h != nil && h.Of >= 0 && !w.amounts.Visit(h, &w.env) {
		w.failed(r.name, h.Rows.Of, findings.Place{}, nil)
	}
}

// heldFor is how the rows of a record are held against the document in hand; nil when they are not.
func (w *Worker) heldFor(r *Record) *amounts.Held { return w.plan.amounts.For(r.index, w.doc.DocType) }

// trackRow notes what the row that was made just now must say, and compares it with what it says.
func (w *Worker) trackRow(r *Record, row *Row) {
	if h := w.heldFor(r); h != nil {
		row.tracked, row.amount = true, w.must(r, h)
		w.amounts.Compare(r.index, h, &w.env, w.values, row.amount)
	}
}

// trackUnmade is trackRow for a worker that makes no rows.
func (w *Worker) trackUnmade(r *Record) {
	if h := w.heldFor(r); h != nil {
		w.must(r, h)
	} else if w.plan.amounts.Carries(r.index) {
		w.amounts.FreeRow(r.index)
	}
}

// must is the amount that the row in hand must say.
func (w *Worker) must(r *Record, h *amounts.Held) fis.Amount {
	var lines []int
	if h.OfLines() {
		lines = w.linesOf(r)
	}
	return w.amounts.Row(r.index, h, &w.env, lines)
}

// linesOf are the posting lines that the row in hand is made of, by index.
func (w *Worker) linesOf(r *Record) []int {
	if r.sum != nil && w.delta == nil {
		return w.sum.members[w.env.Number()-1]
	}
	w.one[0] = w.env.Number() - 1
	return w.one[:]
}

// conclude settles, when all records of a document were made, whether each of its amounts stands in the file once; it
// gives what is wrong. The sums of both are kept with the document.
func (w *Worker) conclude() []refusal.Problem {
	v, ok, err := w.amounts.Conclude(&w.env)
	if !ok {
		w.failed("amounts", "left_out", findings.Place{}, err)
		return nil
	}
	w.doc.Must, w.doc.Said = v.Must, v.Said
	return v.Problems
}
