package amounts

import (
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Verdict is what is wrong with the amounts of a document, and the sums of both: those that its rows must have, and
// those that they have.
type Verdict struct {
	Problems   []refusal.Problem
	Must, Said Sides
}

// Conclude settles, when all records of a document were made, whether each of its amounts stands in the file once. It
// is not ok when a condition of lines that are left out cannot be tested: err and env.Bad say why.
func (t *Tracker) Conclude(env *scope.Env) (v Verdict, ok bool, err error) {
	var missing, twice []*unit
	var must Sides
	for _, row := range t.rows {
		must.Add(row.Amount)
	}
	problems := t.differ
	for i := range t.units {
		u := &t.units[i]
		out, ok, err := t.onPurpose(i, env)
		switch {
		case !ok:
			return Verdict{}, false, err
		case out && u.stood > 0:
			problems = append(problems, t.strayLine(u))
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
	problems = append(problems, t.uncovered(missing, twice)...)
	said := t.said
	if t.late {
		said = must // it is known only when the file is made
	}
	if len(problems) > 0 {
		if t.more > 0 {
			problems = append(problems, wrong("and %d more rows", t.more))
		}
		problems = append([]refusal.Problem{wrong("%s", Differ(must, said, t.currency))}, problems...)
	}
	return Verdict{problems, must, said}, true, nil
}

// wrong is a problem of a document's amounts as a whole.
func wrong(format string, args ...any) refusal.Problem {
	return refusal.Problem{Reason: refusal.Amounts, Detail: say.F(format, args...)}
}

// onPurpose reports whether a unit does not belong in the file by the template; not ok when that cannot be told.
func (t *Tracker) onPurpose(i int, env *scope.Env) (out, ok bool, err error) {
	u := &t.units[i]
	if u.line == nil {
		return false, true, nil
	}
	if t.rules.inParties[t.docType] && !u.line.Role.IsParty() {
		return true, true, nil // one-sided rows
	}
	for _, when := range t.rules.leftOut {
		env.AtLine(u.line, i+1)
		yes, err := when.Test(env)
		if err != nil || len(env.Bad) > 0 {
			return false, false, err
		}
		if yes {
			return true, true, nil
		}
	}
	return false, true, nil
}

func (t *Tracker) strayLine(u *unit) refusal.Problem {
	p := wrong("%s stands in the file, but the template says that such lines are left out", u.words(t.currency))
	p.Entry = u.entry
	return p
}

// uncovered names amounts that stand in no row, or in several.
func (t *Tracker) uncovered(missing, twice []*unit) []refusal.Problem {
	if len(missing)+len(twice) == 0 {
		return nil
	}
	var out []refusal.Problem
	at := t.likelyWhen()
	named := func(u *unit, format string, args ...any) {
		p := wrong("%s of the document stands in "+format, append([]any{u.words(t.currency)}, args...)...)
		p.Record, p.Field, p.Place, p.Entry = at.Record, at.Field, at.Place, u.entry
		out = append(out, p)
	}
	for i, u := range missing {
		if i == mostDiffering {
			out = append(out, wrong("and %d more that stand in no row", len(missing)-i))
			break
		}
		named(u, "no row of the file")
	}
	for i, u := range twice {
		if i == mostDiffering {
			out = append(out, wrong("and %d more that stand in several rows", len(twice)-i))
			break
		}
		named(u, "%d rows of the file", u.stood)
	}
	return out
}

// likelyWhen names the condition that a person looks at first when rows are missing, or stand twice; nothing when there
// is none.
func (t *Tracker) likelyWhen() refusal.Problem {
	for i := range t.rules.records {
		if r := &t.rules.records[i]; r.Conditional && r.heldFor(t.docType) != nil {
			return refusal.Problem{Record: r.Name, Field: workbook.PseudoWhen, Place: r.When}
		}
	}
	return refusal.Problem{}
}
