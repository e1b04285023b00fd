package desk

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/say"
)

// markOutcome settles a document by a person's word, by the rules that hold for a result file: what Concur requires is
// there, the dates can be right, and the ERP has taken the import file.
func (w *Workspace) markOutcome(ctx context.Context, s Standing, o fis.Outcome, sure Sure, reason string) (warnings []string, err error) {
	if warnings, err = w.acceptable(ctx, s, o, sure, w.planOf(s.Route)); err != nil {
		return nil, err
	}
	if s.file != nil && (s.file.State == records.Dropped || s.file.State == records.Refused) {
		more, err := w.takenByERP(ctx, *s.file, s.ID)
		if warnings = append(warnings, more...); err != nil {
			return nil, err
		}
	}
	return warnings, w.Journal.MarkOutcomeFrom(ctx, s.ID, s.State, o, reason)
}

// numberHint is for the command line: a page asks for the number before.
const numberHint = "--number N, or --no-number"

// companyHint names the flag; on a page the words of its box stand there.
const companyHint = "leave the company out, and Concur is told that of the books; or say that the ERP has the document in the other one: --other-company"

// booksOf is the company into whose books the import file wrote a document of which a company was given; empty where that
// is not known, or the mapping parts no companies.
func (w *Workspace) booksOf(ctx context.Context, s Standing, o fis.Outcome, plan *mapping.Plan) (string, error) {
	if o.Company == "" || s.file == nil || plan == nil || !plan.PartsCompanies() {
		return "", nil
	}
	data, err := w.Journal.Written(ctx, records.Place{File: s.file.ID, Doc: s.ID})
	if errors.Is(err, ledger.ErrNotFound) || errors.Is(err, records.ErrDamaged) || err == nil && data == nil {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	written, err := takeback.ParseWritten(data)
	if err != nil {
		return "", nil //nolint:nilerr // what cannot be read proves no slip
	}
	return written.Books, nil
}

// acceptable refuses an outcome that Concur would not take, or that cannot be. plan is the mapping of the document's route,
// nil when it cannot be read.
func (w *Workspace) acceptable(ctx context.Context, s Standing, o fis.Outcome, sure Sure, plan *mapping.Plan) (warnings []string, err error) {
	company, number := "", ""
	if o.Company == "" {
		if company, err = w.companyOf(ctx, s.Doc, plan); err != nil {
			return nil, err
		}
	}
	if books, err := w.booksOf(ctx, s, o, plan); err != nil {
		return nil, err
	} else if books != "" && !strings.EqualFold(books, o.Company) && !sure.OtherCompany {
		return nil, &Error{Code: ExitUsage, Err: say.Errorf("document %s was written into the books of company %s, and company %s was given; Concur takes no second word", s.ID, books, o.Company), Hint: companyHint}
	}
	if o.Verdict == fis.Posted && o.Number == "" {
		if number, err = w.Journal.InPlaceOfNumber(ctx, s.Doc); err != nil {
			return nil, err
		}
		if !sure.Unnumbered && givesNumbers(plan) {
			return nil, &Error{Code: ExitUsage, Err: say.Errorf("posted wants the ERP's document number; where the ERP gives none, say so: Concur is told %s then", number), Hint: numberHint}
		}
		warnings = append(warnings, say.F("Concur wants a document number, and is told %s, for the ERP gives none", number).String())
	}
	_, err = returns.PostingConfirmation(s.ID, o, returns.Defaults{Company: company, Number: number})
	problems := w.implausible(o)
	if err != nil {
		problems = append(problems, err.Error())
	}
	if len(problems) > 0 {
		const hint = "nothing was changed; give the command again with what the ERP shows: --number, --company, --fiscal-year 2026, --date 2026-03-31"
		return nil, &Error{Code: ExitUsage, Err: say.Errorf("document %s cannot be marked %s: %s", s.ID, o.Verdict, strings.Join(problems, "; ")), Hint: hint}
	}
	return warnings, nil
}

// planOf is the mapping of a route, nil when there is none or it cannot be read.
func (w *Workspace) planOf(route string) *mapping.Plan {
	for _, r := range w.Config.Routes {
		if r.Name == route {
			plan, _ := mapping.Load(w.Templates(), w.Config.Path(r.Mapping))
			return plan
		}
	}
	return nil
}

// givesNumbers tells whether the result files of a mapping have a place for the ERP's document number.
func givesNumbers(plan *mapping.Plan) bool {
	return plan == nil || slices.ContainsFunc(plan.Results(), func(f format.Format) bool {
		return slices.ContainsFunc(f.Columns, func(c format.Column) bool { return c.Role == format.RoleNumber })
	})
}

// companyOf is the company that Concur is told for a document when the ERP gives none, by its mapping; empty when that
// says nothing.
func (w *Workspace) companyOf(ctx context.Context, d records.Doc, plan *mapping.Plan) (string, error) {
	if plan == nil {
		return "", nil
	}
	env, err := w.Journal.Payload(ctx, d.ID)
	if errors.Is(err, ledger.ErrNotFound) {
		return plan.Setting("company"), nil
	}
	return plan.CompanyTold(env), err
}

// implausible is what is wrong with the dates that a person gives.
func (w *Workspace) implausible(o fis.Outcome) []string {
	today := fis.DateOf(w.now().In(w.Config.Schedule.Zone()))
	var out []string
	for _, problem := range []string{returns.DayProblem("posting date", o.Posted, today), yearForm(o.FiscalYear), returns.FiscalYearProblem(o.FiscalYear, o.Posted, today)} {
		if problem != "" {
			out = append(out, problem)
		}
	}
	return out
}

func yearForm(year string) string {
	if year == "" {
		return ""
	}
	return returns.YearProblem(year)
}
