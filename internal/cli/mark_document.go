package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// markOutcome settles a document by a person's word, by the rules that hold for a result file: what Concur requires is there, the dates can be right, and
// the ERP has taken the import file.
func (a *app) markOutcome(ctx context.Context, w *workspace, s standing, o fis.Outcome, reason string) error {
	_, err := returns.PostingConfirmation(s.ID, o, returns.Defaults{Company: a.companyOf(w, s.Doc)})
	problems := a.implausible(w, o)
	if err != nil {
		problems = append(problems, err.Error())
	}
	if len(problems) > 0 {
		hint := "nothing was changed; give the command again with what the ERP shows: --number, --company, --fiscal-year 2026, --date 2026-03-31"
		return &Error{Code: ExitUsage, Err: fmt.Errorf("document %s cannot be marked %s: %s", s.ID, o.Verdict, strings.Join(problems, "; ")), Hint: hint}
	}
	if s.file != nil && (s.file.State == journal.Dropped || s.file.State == journal.Refused) {
		if err := a.takenByERP(ctx, w, *s.file, s.ID); err != nil {
			return err
		}
	}
	return w.j.MarkOutcomeFrom(ctx, s.ID, s.State, o, reason)
}

// companyOf is the company that Concur is told for a document when the ERP gives none: a setting of its mapping; empty when there is none.
func (a *app) companyOf(w *workspace, d journal.Doc) string {
	for _, r := range w.cfg.Routes {
		if r.Name != d.Route {
			continue
		}
		plan, _ := mapping.Load(templatesOf(w.cfg.Path(w.cfg.Folders.Templates)), w.cfg.Path(r.Mapping))
		if plan != nil {
			return plan.Setting("company")
		}
	}
	return ""
}

// implausible is what is wrong with the dates that a person gives.
func (a *app) implausible(w *workspace, o fis.Outcome) []string {
	today := fis.DateOf(a.now().In(w.cfg.Schedule.Zone()))
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

// takenByERP looks whether the import file still lies where the ERP finds it: then the ERP has not imported it yet, and would do so after the word of
// the person.
func (a *app) takenByERP(ctx context.Context, w *workspace, f journal.File, docID string) error {
	there, place, err := lyingThere(ctx, w.cfg, f)
	switch {
	case err != nil:
		a.warn("nobody could look whether %s still lies in the ERP's folder: %v; make sure that it does not", f.Name, err)
	case there:
		return &Error{Code: ExitFailed, Err: fmt.Errorf("import file %s still lies in %s: the ERP has not taken it, and would import document %s after this", f.Name, place, docID),
			Hint: "wait for the ERP, or take the file out of that folder first; then give the command again"}
	}
	return nil
}
