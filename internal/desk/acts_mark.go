package desk

import (
	"context"
	"errors"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/say"
)

// markOutcome settles a document by a person's word, by the rules that hold for a result file: what Concur requires is
// there, the dates can be right, and the ERP has taken the import file.
func (w *Workspace) markOutcome(ctx context.Context, s Standing, o fis.Outcome, reason string) (warnings []string, err error) {
	company := ""
	if o.Company == "" {
		if company, err = w.companyOf(ctx, s.Doc); err != nil {
			return nil, err
		}
	}
	_, err = returns.PostingConfirmation(s.ID, o, returns.Defaults{Company: company})
	problems := w.implausible(o)
	if err != nil {
		problems = append(problems, err.Error())
	}
	if len(problems) > 0 {
		const hint = "nothing was changed; give the command again with what the ERP shows: --number, --company, --fiscal-year 2026, --date 2026-03-31"
		return nil, &Error{Code: ExitUsage, Err: say.Errorf("document %s cannot be marked %s: %s", s.ID, o.Verdict, strings.Join(problems, "; ")), Hint: hint}
	}
	if s.file != nil && (s.file.State == records.Dropped || s.file.State == records.Refused) {
		if warnings, err = w.takenByERP(ctx, *s.file, s.ID); err != nil {
			return nil, err
		}
	}
	return warnings, w.Journal.MarkOutcomeFrom(ctx, s.ID, s.State, o, reason)
}

// companyOf is the company that Concur is told for a document when the ERP gives none, by its mapping; empty when that
// says nothing.
func (w *Workspace) companyOf(ctx context.Context, d records.Doc) (string, error) {
	for _, r := range w.Config.Routes {
		if r.Name != d.Route {
			continue
		}
		plan, _ := mapping.Load(w.Templates(), w.Config.Path(r.Mapping))
		if plan == nil {
			return "", nil
		}
		env, err := w.Journal.Payload(ctx, d.ID)
		if errors.Is(err, ledger.ErrNotFound) {
			return plan.Setting("company"), nil
		}
		return plan.CompanyTold(env), err
	}
	return "", nil
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
