package mapping

import (
	"errors"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/say"
)

// failed turns what went wrong in a formula, or in reading a field, into problems.
func (w *Worker) failed(record, field string, at findings.Place, err error) {
	entry, alloc := w.env.EntryID()
	for _, b := range w.env.Bad {
		p := refusal.Problem{Reason: "field", Detail: b.Said()}
		p.Record, p.Field, p.Place, p.Entry, p.Allocation = record, field, at.String(), entry, alloc
		w.problem(p)
	}
	w.env.Bad = w.env.Bad[:0]
	if err != nil {
		p := formulaProblem(err)
		p.Record, p.Field, p.Entry, p.Allocation = record, field, entry, alloc
		if p.Place == "" {
			p.Place = at.String()
		}
		w.problem(p)
	}
}

// formulaProblem tells a lookup without a row, which is mended on the lookup sheet, from other mistakes.
func formulaProblem(err error) refusal.Problem {
	var e *formula.EvalError
	if !errors.As(err, &e) {
		return refusal.Problem{Reason: "formula", Detail: say.Of(err)}
	}
	if e.Kind == formula.NotFound && e.Table != "" {
		detail := say.F("%s: add one, or a row with * for the rest", say.F("%s has no row for %q", e.Table, strings.Join(e.Key, " / ")))
		if e.Nearest != "" {
			detail = say.F("%s: add one, or a row with * for the rest (there is one for %q)", detail.Part(0), e.Nearest)
		}
		return refusal.Problem{Reason: "lookup", Place: e.Table, Key: strings.Join(e.Key, "\x1f"), Detail: detail}
	}
	return refusal.Problem{Reason: "formula", Detail: say.Of(err)}
}

func (w *Worker) encodeFailed(r *Record, err error) {
	entry, alloc := w.env.EntryID()
	for _, p := range encodeProblems(r, err) {
		p.Entry, p.Allocation = entry, alloc
		w.problem(p)
	}
}

func encodeProblems(r *Record, err error) []refusal.Problem {
	var list layout.FieldErrors
	if !errors.As(err, &list) {
		return []refusal.Problem{{Record: r.name, Reason: "record", Detail: say.Of(err)}}
	}
	var out []refusal.Problem
	for _, fe := range list {
		p := refusal.Problem{Record: r.name, Field: fe.Field, Reason: "value", Detail: fe.Reason}
		if fe.Value != "" {
			p.Detail = say.F("%q: %s", fe.Value, fe.Reason)
		}
		for i := range r.fields {
			if r.fields[i].name == fe.Field {
				p.Place = r.fields[i].at.String()
			}
		}
		out = append(out, p)
	}
	return out
}

// problem keeps a problem once.
func (w *Worker) problem(p refusal.Problem) {
	w.failures++
	for _, q := range w.problems {
		if q == p {
			return
		}
	}
	if len(w.problems) < maxProblems {
		w.problems = append(w.problems, p)
	}
}
