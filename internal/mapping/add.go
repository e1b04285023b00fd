package mapping

import (
	"errors"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/control"
	"github.com/fisbridge/fisbridge/internal/mapping/hashtotal"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/say"
)

var errFinished = errors.New("it is finished")

// adder puts one document into a file's buffer; nothing of the file but its tally changes before all of it went well.
type adder struct {
	f    *File
	doc  *Prepared
	part Part
	// debit and credit are those of the part.
	debit, credit fis.Amount
	ends          []int // of the records in File.buf
	amounts       []amounts.Row
	once          []onceKey
	notes         layout.Notes
	bad           []refusal.Problem
}

func (a *adder) run() error {
	a.f.buf = a.f.buf[:0]
	for i := range a.doc.rows {
		a.row(&a.doc.rows[i])
	}
	a.part.Debit, a.part.Credit = a.debit, a.credit
	if len(a.bad) == 0 {
		a.balance()
	}
	if len(a.bad) > 0 {
		return &refusal.DocumentError{DocID: a.doc.DocID, Problems: a.bad}
	}
	return nil
}

func (a *adder) row(row *Row) {
	f, r := a.f, &a.f.plan.records[row.record]
	if row.once != "" && a.seen(onceKey{r.index, row.once}) {
		return
	}
	f.now.byRecord[r.index]++
	if r.totals.Counted {
		f.now.rows++
	}
	f.now.records++
	s := row.sums
	start := len(f.buf)
	if r.late {
		var ok bool
		if s, ok = a.late(r, row); !ok {
			return
		}
	} else {
		f.buf = append(f.buf, a.doc.buf[row.start:row.end]...)
	}
	if f.watch != nil {
		f.watch.Row(row, f.buf[start:])
	}
	f.now.lines += f.plan.LinesOf(f.buf[start:])
	a.ends = append(a.ends, len(f.buf))
	if f.plan.amounts.Carries(r.index) {
		a.amounts = append(a.amounts, amounts.Row{Record: r.index, Amount: row.amount, Free: !row.tracked})
	}
	a.part.Rows++
	a.count(r, s)
}

// seen reports whether the record with this value is in the file, and notes it.
func (a *adder) seen(k onceKey) bool {
	if a.f.once[k] {
		return true
	}
	for _, o := range a.once {
		if o == k {
			return true
		}
	}
	a.once = append(a.once, k)
	return false
}

// late evaluates the fields that waited for the file, and encodes the record.
func (a *adder) late(r *Record, row *Row) (control.Sums, bool) {
	f := a.f
	f.env.row, f.env.record = row, r
	if f.values = append(f.values[:0], row.values...); row.values == nil { // of the others nothing is asked
		f.values = slices.Grow(f.values, len(r.fields))[:len(r.fields)]
	}
	for _, i := range r.waiting {
		p := &r.fields[i]
		v, err := f.lateValue(p)
		if err != nil {
			problem := formulaProblem(err)
			problem.Record, problem.Field = r.name, p.name
			if problem.Place == "" {
				problem.Place = p.at.String()
			}
			a.wrong(problem)
			return control.Sums{}, false
		}
		f.values[i] = v
	}
	var buf []byte
	err := f.plan.layout.Guard(r.index, f.values, r.waiting, true)
	if err != nil {
		a.wrong(encodeProblems(r, err)...)
		return control.Sums{}, false
	}
	if row.values != nil {
		buf, err = f.plan.layout.Encode(f.buf, r.index, f.values, &a.notes)
	} else {
		buf, err = f.plan.layout.Complete(f.buf, a.doc.buf[row.start:row.end], a.doc.gaps[row.gaps:], r.index, f.values,
			r.open, &a.notes)
	}
	if err != nil {
		a.wrong(encodeProblems(r, err)...)
		return control.Sums{}, false
	}
	f.buf = buf
	if row.values != nil {
		return r.totals.Of(f.values), true
	}
	return row.sums, true
}

// wrong keeps problems, each once: it may be the same in many rows.
func (a *adder) wrong(all ...refusal.Problem) {
	for _, p := range all {
		if !slices.Contains(a.bad, p) && len(a.bad) < maxProblems {
			a.bad = append(a.bad, p)
		}
	}
}

// count adds a row to the totals.
func (a *adder) count(r *Record, s control.Sums) {
	now := &a.f.now
	a.debit, a.credit = a.debit.Add(s.Debit), a.credit.Add(s.Credit)
	now.debit, now.credit, now.amount = now.debit.Add(s.Debit), now.credit.Add(s.Credit), now.amount.Add(s.Amount)
	if r.totals.Hash >= 0 {
		hashtotal.Add(now.hash, hashtotal.Of(s.Hash), a.f.plan.tpl.Totals.Hash.Digits)
	}
}

// balance refuses a document whose records do not balance: a condition or a formula has lost a line.
func (a *adder) balance() {
	t := a.f.plan.tpl.Totals
	if t.Unbalanced || t.Debit == "" && t.Amount == "" {
		return
	}
	if d, c := a.part.Debit, a.part.Credit; !d.Equal(c) {
		a.bad = append(a.bad, refusal.Problem{Reason: "unbalanced",
			Detail: say.F("the records do not balance: debit %s, credit %s %s; look at the conditions and "+
				"amounts on the Columns sheet",
				fis.Text(d, a.doc.Currency), fis.Text(c, a.doc.Currency), a.doc.Currency)})
	}
}
