package mapping

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// Input is a document for the pipeline, and how it is to be rendered.
type Input struct {
	fis.Envelope
	// Revision, when not nil, makes the document post what it changes against what was written of its report before.
	Revision *Revision
	// KeepWritten fills Prepared.Written.
	KeepWritten bool
	// Of is the caller's own; it comes back in Rendered.
	Of any
}

// Revision is what was written of a report before.
type Revision struct {
	// Written is what import files say of the earlier documents, oldest first.
	Written []takeback.Written
	// Earlier are the documents that stand in the books now, for templates whose rows are not posting lines
	// (Plan.OwnRows). They were made by the mapping that the plan is.
	Earlier []fis.Envelope
	// Books are the companies whose books the earlier documents are in, by Written; empty where nobody kept it.
	Books []string
	// Guard holds a document that belongs in the books of another company than one of them.
	Guard bool
}

// RevisionForm is how the difference between two documents of a report is written, as the template says.
func (p *Plan) RevisionForm() posting.Form {
	if p.tpl.Revisions == "" {
		return posting.ByLines
	}
	return p.tpl.Revisions
}

// OwnRows reports whether the template has rows that are not made of posting lines, but of the document's own rows.
func (p *Plan) OwnRows() bool {
	return slices.ContainsFunc(p.records, func(r Record) bool {
		return slices.ContainsFunc(r.repeat, func(k string) bool {
			return k != template.RepeatHeader && k != template.RepeatTrailer && k != template.RepeatDocument &&
				k != template.RepeatPosting
		})
	})
}

// delta is the document in hand as a revision: its posting lines are the difference, and codes of lines that were
// written before are those of then.
type delta struct {
	fields []keptField
	lines  []posting.Written
	// conditional are the records whose condition depends on the side of the line: it is asked anew.
	conditional []bool
}

// revise replaces the posting lines of the document in hand by what they change.
func (w *Worker) revise(doc *fis.Document, post *posting.Result, rev *Revision) error {
	d := &delta{}
	var err error
	if d.fields, err = w.plan.comparable(doc, rev.Written); err != nil {
		return err
	}
	for i := range w.plan.records {
		d.conditional = append(d.conditional, w.sided(&w.plan.records[i]))
	}
	now := w.writtenNow(post, d)
	if len(w.problems) > 0 {
		return &refusal.DocumentError{DocID: doc.ID, Problems: w.problems}
	}
	old, err := w.writtenBefore(doc, post.Currency, rev.Written, d)
	if err != nil {
		return err
	}
	w.delta = d
	w.doc.Change = w.change(old, now, post)
	form := w.plan.RevisionForm()
	if w.addsUp() {
		old, now = posting.AddUp(old), posting.AddUp(now)
	}
	d.lines = posting.Difference(old, now, form)
	if w.doc.Change.Unchanged = len(posting.Difference(old, now, posting.ByNet)) == 0; w.doc.Change.Unchanged {
		d.lines = nil
	}
	post.Lines, post.Difference = make([]posting.Line, len(d.lines)), true
	for i := range d.lines {
		post.Lines[i] = d.lines[i].Line
	}
	if err := post.Check(); err != nil {
		return refusal.OfRevision(doc.ID, "the difference to what was written does not balance: %s", err)
	}
	return nil
}

// addsUp reports whether a difference by lines is one of sums, as the file has them.
func (w *Worker) addsUp() bool {
	return w.plan.RevisionForm() == posting.ByLines && slices.ContainsFunc(w.plan.records, func(r Record) bool { return r.sum != nil })
}

// comparable are the fields whose codes are compared and taken back: those kept today, and those that were written
// before.
func (p *Plan) comparable(doc *fis.Document, before []takeback.Written) ([]keptField, error) {
	fields := slices.Clone(p.kept)
	for _, w := range before {
		for n, name := range w.Fields {
			f, ok := p.fieldNamed(name)
			used := slices.ContainsFunc(w.Lines, func(l takeback.WrittenLine) bool {
				return n < len(l.Codes) && l.Codes[n] != ""
			})
			switch {
			case !used || ok && p.identifies(f):
			case !ok || p.records[f.record].fields[f.field].late:
				return nil, refusal.OfRevision(doc.ID,
					"%s %s was written before, and the mapping of today cannot write it", name[0], name[1])
			case !slices.Contains(fields, f):
				fields = append(fields, f)
			}
		}
	}
	return fields, nil
}

// identifies reports whether a field names the document: a taking back has the name of the new one, whatever the mapping
// of then had there.
func (p *Plan) identifies(f keptField) bool {
	return slices.ContainsFunc(p.records[f.record].fields[f.field].slots(), func(i int) bool { return ofIdentity(&p.slots[i]) })
}

func (p *Plan) fieldNamed(name [2]string) (keptField, bool) {
	for i := range p.records {
		for j := range p.records[i].fields {
			if p.records[i].name == name[0] && p.records[i].fields[j].name == name[1] {
				return keptField{i, j}, true
			}
		}
	}
	return keptField{}, false
}

// sided reports whether the record's condition depends on the amount or side of the line.
func (w *Worker) sided(r *Record) bool {
	if r.when == nil {
		return false
	}
	return slices.ContainsFunc(r.when.Fields(), func(i int) bool { return ofSide(&w.plan.slots[i]) })
}

// writtenNow are the document's posting lines with the codes that the mapping writes for them.
func (w *Worker) writtenNow(post *posting.Result, d *delta) []posting.Written {
	out := make([]posting.Written, len(post.Lines))
	i := 0
	_ = w.env.WalkLines(post.Lines, func() error {
		l := posting.Written{Line: post.Lines[i], Codes: make([]string, len(d.fields))}
		i++
		for n := range w.plan.records {
			if r := &w.plan.records[n]; slices.Contains(r.repeat, template.RepeatPosting) && w.makes(r) {
				l.Records |= 1 << n
			}
		}
		for n, f := range d.fields {
			if l.Records&(1<<f.record) != 0 {
				r := &w.plan.records[f.record]
				l.Codes[n] = w.value(r, &r.fields[f.field]).String()
			}
		}
		out[i-1] = l
		return nil
	})
	return slices.DeleteFunc(out, func(l posting.Written) bool { return l.Records == 0 })
}

// makes reports whether the record's condition holds where the environment stands.
func (w *Worker) makes(r *Record) bool {
	if r.when == nil {
		return true
	}
	yes, err := r.when.Test(&w.env)
	if err != nil || len(w.env.Bad) > 0 {
		w.failed(r.name, workbook.PseudoWhen, r.whenAt.Place, err)
		return false
	}
	return yes
}

// notWritten stands for a code of a field that was not there when a line was written: the mapping of today gives it.
const notWritten = "\x00"

// writtenBefore are the lines that were written of the report and were not taken back since, beside the same fields.
func (w *Worker) writtenBefore(doc *fis.Document, currency string, before []takeback.Written,
	d *delta) ([]posting.Written, error) {
	var out []posting.Written
	for _, b := range before {
		if len(b.Lines) > 0 && b.Currency != currency {
			return nil, refusal.OfRevision(doc.ID, "it was posted in %s, and this document is in %s: there is no "+
				"difference of two currencies", b.Currency, currency)
		}
		at := make([]int, len(d.fields))
		for n, f := range d.fields {
			r := &w.plan.records[f.record]
			at[n] = slices.Index(b.Fields, [2]string{r.name, r.fields[f.field].name})
		}
		var lines []posting.Written
		for i := range b.Lines {
			l, err := w.lineBefore(doc, &b, &b.Lines[i], at)
			if err != nil {
				return nil, err
			}
			lines = append(lines, l)
		}
		if w.addsUp() {
			lines = posting.AddUp(lines)
		}
		out = posting.Standing(out, lines)
	}
	return out, nil
}

func (w *Worker) lineBefore(doc *fis.Document, b *takeback.Written, l *takeback.WrittenLine,
	at []int) (posting.Written, error) {
	out := posting.Written{Line: posting.Line{Role: l.Role, AccountCode: l.Account, Party: l.Party, Debit: l.Debit,
		Credit: l.Credit, EntryID: l.Entry, AllocationID: l.Allocation,
		LineItem: l.LineItem, TaxAuthority: l.TaxAuthority, TaxCode: l.TaxCode, TaxReclaimCode: l.TaxReclaim,
		CashAdvanceID: l.CashAdvance}}
	for n, name := range b.Records {
		if l.Made&(1<<n) == 0 {
			continue
		}
		i := slices.IndexFunc(w.plan.records, func(r Record) bool { return r.name == name })
		if i < 0 || !slices.Contains(w.plan.records[i].repeat, template.RepeatPosting) {
			return out, refusal.OfRevision(doc.ID, "a line was written before as record %s, which the template does "+
				"not make of posting lines any more", name)
		}
		out.Records |= 1 << i
	}
	out.Codes = make([]string, len(at))
	for n, i := range at {
		switch {
		case i >= 0 && i < len(l.Codes):
			out.Codes[n] = l.Codes[i]
		case i < 0:
			out.Codes[n] = notWritten
		}
	}
	return out, nil
}

// Forced is the code that a line of a revision has in a field, whatever the mapping would make of it today.
func (w *Worker) Forced(r *Record, field int) (layout.Value, bool) {
	if w.delta == nil || w.env.Line() == nil {
		return layout.Value{}, false
	}
	n := slices.Index(w.delta.fields, keptField{r.index, field})
	if n < 0 {
		return layout.Value{}, false
	}
	code := w.delta.lines[w.env.Number()-1].Codes[n]
	switch code {
	case notWritten:
		return layout.Value{}, false
	case "":
		return layout.Value{}, true
	}
	return layout.Text(code), true
}

// leftOut reports whether a line of a revision makes no row of a record; known is false when the record's own condition
// decides.
func (w *Worker) leftOut(r *Record) (out, known bool) {
	if w.delta == nil || w.env.Line() == nil || w.delta.conditional[r.index] {
		return false, false
	}
	return w.delta.lines[w.env.Number()-1].Records&(1<<r.index) == 0, true
}

// change is the difference, account by account, in the order of the document's lines.
func (w *Worker) change(old, now []posting.Written, post *posting.Result) *takeback.Change {
	c := &takeback.Change{OldLines: len(old), NewLines: len(now), Mirrored: posting.Mirrored(old, now)}
	for _, p := range post.Warnings {
		c.Warnings = append(c.Warnings, refusal.OfPosting(p))
	}
	amounts := func(lines []posting.Written) (out []takeback.AccountAmount) {
		for i := range lines {
			out = append(out, takeback.AccountAmount{Account: w.accountOf(&lines[i]), Debit: lines[i].Debit,
				Credit: lines[i].Credit})
		}
		return out
	}
	c.AddNow(amounts(now))
	c.AddBefore(amounts(old))
	c.Before, c.Now = w.linesFor(old, post.Currency), w.linesFor(now, post.Currency)
	return c
}

// linesFor are lines for people, the first of them.
func (w *Worker) linesFor(lines []posting.Written, currency string) (out []takeback.Line) {
	for i := range lines[:min(len(lines), takeback.MostLines)] {
		l := &lines[i]
		shown := takeback.Line{Role: string(l.Role), Party: l.Party, Account: w.accountOf(l), Debit: l.Debit, Credit: l.Credit}
		for _, code := range l.Codes {
			if code != "" && code != notWritten && code != shown.Account && code != currency && !slices.Contains(shown.Codes, code) {
				shown.Codes = append(shown.Codes, code)
			}
		}
		out = append(out, shown)
	}
	return out
}

// accountOf is the account of a line as it is written: the code that is made from the account of the document, else
// that account, else the role.
func (w *Worker) accountOf(l *posting.Written) string {
	fields := w.plan.kept
	if w.delta != nil {
		fields = w.delta.fields
	}
	for n, f := range fields {
		p := &w.plan.records[f.record].fields[f.field]
		if n < len(l.Codes) && l.Codes[n] != "" && l.Codes[n] != notWritten && p.mode != blankField &&
			p.mode != ConstantField &&
			slices.ContainsFunc(p.slots(), func(i int) bool { return w.plan.slots[i].Fact() == facts.LineAccount }) {
			return l.Codes[n]
		}
	}
	if l.AccountCode != "" {
		return l.AccountCode
	}
	return string(l.Role)
}
