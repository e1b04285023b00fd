package mapping

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
)

// prove settles, when all records of a document were made, whether each of its amounts stands in the file once; it gives what is wrong. The sums
// of both are kept with the document.
func (w *Worker) prove() []Problem {
	t := &w.tied
	var missing, twice []*unit
	var must amounts.Sides
	for _, row := range t.rows {
		must.Add(row.Amount)
	}
	problems := t.differ
	for i := range t.units {
		u := &t.units[i]
		out, ok := w.onPurpose(i)
		switch {
		case !ok:
			return nil // it is told already
		case out && u.stood > 0:
			problems = append(problems, w.strayLine(u))
			for range u.stood {
				must.Sub(u.amount)
			}
		case out, u.amount.IsZero():
		case u.stood == 0:
			missing = append(missing, u)
			must.Add(u.amount)
		case u.stood > 1:
			twice = append(twice, u)
			for range u.stood - 1 {
				must.Sub(u.amount)
			}
		}
	}
	problems = append(problems, w.uncovered(missing, twice)...)
	said := t.said
	if t.late {
		said = must // it is known only when the file is made
	}
	w.doc.Must, w.doc.Said = Sums(must), Sums(said)
	if len(problems) == 0 {
		return nil
	}
	if t.more > 0 {
		problems = append(problems, Problem{Reason: ReasonAmounts, Detail: fmt.Sprintf("and %d more rows", t.more)})
	}
	return append([]Problem{{Reason: ReasonAmounts, Detail: amounts.Differ(must, said, t.currency)}}, problems...)
}

// onPurpose reports whether a unit does not belong in the file by the template; not ok when that cannot be told.
func (w *Worker) onPurpose(i int) (out, ok bool) {
	u, p := &w.tied.units[i], &w.plan.proof
	if u.line == nil {
		return false, true
	}
	if p.inParties[w.doc.DocType] && !u.line.Role.IsParty() {
		return true, true // one-sided rows
	}
	for _, l := range p.leftOut {
		w.env.AtLine(u.line, i+1)
		yes, err := l.when.Test(&w.env)
		if err != nil || len(w.env.Bad) > 0 {
			w.failed(&Record{name: "amounts"}, "left_out", findings.Place{}, err)
			return false, false
		}
		if yes {
			return true, true
		}
	}
	return false, true
}

func (w *Worker) strayLine(u *unit) Problem {
	return Problem{Entry: u.entry, Reason: ReasonAmounts, Detail: u.words(w.tied.currency) + " stands in the file, but the template says that such lines are left out"}
}

// uncovered tells of amounts that stand in no row, or in several.
func (w *Worker) uncovered(missing, twice []*unit) []Problem {
	var out []Problem
	record, place := w.likelyWhen()
	for i, u := range missing {
		if i == mostDiffering {
			out = append(out, Problem{Reason: ReasonAmounts, Detail: fmt.Sprintf("and %d more that stand in no row", len(missing)-i)})
			break
		}
		out = append(out, Problem{Record: record, Field: whenOf(record), Place: place, Entry: u.entry, Reason: ReasonAmounts, Detail: u.words(w.tied.currency) + " of the document stands in no row of the file"})
	}
	for i, u := range twice {
		if i == mostDiffering {
			out = append(out, Problem{Reason: ReasonAmounts, Detail: fmt.Sprintf("and %d more that stand in several rows", len(twice)-i)})
			break
		}
		out = append(out, Problem{Record: record, Field: whenOf(record), Place: place, Entry: u.entry, Reason: ReasonAmounts,
			Detail: fmt.Sprintf("%s of the document stands in %d rows of the file", u.words(w.tied.currency), u.stood)})
	}
	return out
}

// whenOf is the condition of a record, when one is known.
func whenOf(record string) string {
	if record == "" {
		return ""
	}
	return workbook.PseudoWhen
}

// likelyWhen is the condition that a person looks at first when rows are missing, or stand twice.
func (w *Worker) likelyWhen() (record, at string) {
	for i := range w.plan.records {
		if r := &w.plan.records[i]; r.when != nil && r.HeldFor(w.doc.DocType) != nil {
			return r.name, r.whenAt.String()
		}
	}
	return "", ""
}
