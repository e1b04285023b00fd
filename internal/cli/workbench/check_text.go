package workbench

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// tellChecked writes what is to be said of a mapping, grouped by sheet.
func (a *bench) tellChecked(r *workshop.Report) {
	errs, warnings := r.Findings.Errors(), r.Findings.Warnings()
	shown := r.Findings
	if a.Quiet {
		shown = errs
	}
	verdict := "nothing wrong"
	switch {
	case len(errs) > 0:
		verdict = wording.Counted(len(errs), "error") + wording.Either(len(warnings) > 0, ", "+wording.Counted(len(warnings), "warning"), "") + ": not used until this is mended"
	case len(warnings) > 0:
		verdict = wording.Counted(len(warnings), "warning") + ", no error: it can be used"
	}
	a.Say("%s: %s", r.File, verdict)
	group := ""
	for i, f := range shown {
		if at := findingGroup(r, f); at != "" && (i == 0 || at != group) {
			a.Say("  %s", at)
			group = at
		}
		a.Say("    %-9s%s %s", cellOf(f), a.label(f), findingText(f))
	}
	if !a.Quiet {
		for _, text := range r.Amounts {
			a.Say("  amounts: %s", wording.Visible(text.String()))
		}
	}
	for _, s := range r.Sums {
		a.Say("  totals: %-24s %s debit %s, credit %s", s.Label, s.Currency, s.Debit, s.Credit)
	}
	if t := r.Tests; t != nil && !a.Quiet {
		a.Say("  tests: %d passed, %d failed%s", t.Passed, t.Failed, wording.Either(t.NotRun > 0, fmt.Sprintf(", %d not run", t.NotRun), ""))
	}
	switch {
	case a.Quiet:
	case r.Documents == 0 && r.DocumentsFrom != "" && r.Plan != nil:
		a.Say("  documents: none %s", r.DocumentsFrom)
	case r.Documents > 0:
		a.Say("  documents: %d%s tried, %d would be held%s", r.Documents, wording.Either(r.DocumentsFrom != "", " "+r.DocumentsFrom, ""), r.Held, wording.Either(r.Unpostable > 0, fmt.Sprintf(", %d cannot be posted whatever the mapping says", r.Unpostable), ""))
	}
}

// findingGroup is the heading that a finding stands under: its sheet, or another file's name.
func findingGroup(r *workshop.Report, f findings.Finding) string {
	if f.File != r.File && f.File != "" {
		return strings.TrimSpace(f.File + " " + f.Sheet)
	}
	return f.Sheet
}

func cellOf(f findings.Finding) string {
	if f.Cell == "" {
		return ""
	}
	return f.Cell + " "
}

// label is error or warning, with its colour where a person looks at a terminal.
func (a *bench) label(f findings.Finding) term.Own {
	text, color := fmt.Sprintf("%-8s", f.Severity), "31" // red
	if f.Severity == findings.Warning {
		color = "33" // yellow
	}
	if !a.Colors() {
		return term.Own(text)
	}
	return term.Own("\x1b[" + color + "m" + text + "\x1b[0m")
}

// findingText is what stands in the cell, what is wrong, and what may have been meant.
func findingText(f findings.Finding) string {
	text := f.Reason.String()
	if f.Value != "" && !strings.Contains(f.Reason.String(), f.Value) {
		text = wording.Visible(shortened(f.Value)) + ": " + text
	}
	if f.Nearest != "" && !strings.Contains(f.Reason.String(), "did you mean "+f.Nearest) {
		text += " (did you mean " + f.Nearest + "?)"
	}
	return wording.Visible(text)
}

func shortened(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// annotate writes the findings into the workbook.
func (a *bench) annotate(path string, read []byte, r *workshop.Report) error {
	if !workshop.IsWorkbook(path) {
		a.Warn("%s is no workbook: there are no cells to write notes at", path)
		return nil
	}
	text, written, err := workshop.Annotated(read, r)
	switch {
	case err != nil:
		return err
	case text == nil:
		a.Warn("%s cannot be opened, so no notes were written", path)
		return nil
	}
	if err := notOpen(path, ""); err != nil || string(text) == string(read) {
		return err
	}
	if err := ReplaceWorkbook(path, read, text); err != nil {
		return err
	}
	a.Remark("wrote notes at %s of %s; the workbook before is kept as %s.bak", wording.Counted(written, "cell"), path, path)
	return nil
}

// notOpen refuses a workbook that somebody has open: Excel would write over what we write.
func notOpen(path, orElse string) error {
	lock := workshop.OpenElsewhere(path)
	if lock == "" {
		return nil
	}
	return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s is open in Excel or LibreOffice: its lock file %s lies beside it", path, lock),
		Hint: say.Plain("close the workbook there" + orElse + "; a lock file left behind by a crash can be removed")}
}
