package workbench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/docfiles"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/erptemplate"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// templateCheckOptions are the flags of template check.
type templateCheckOptions struct {
	documents []string
	output    string
	noJudge   bool
}

func newTemplateCheck(a *bench) *cobra.Command {
	o := templateCheckOptions{}
	cmd := &cobra.Command{
		Use:   "check NAME|FOLDER",
		Short: "Tell everything that is wrong with a template, by file and line, and the file that it makes",
		Long: `check reads the template as a new mapping would and tells everything that is wrong at once, by file and line. Then it makes the import file of the sample
documents of this program (or of --documents) and shows how it begins, which documents would be held, and why. With -o the whole file is written into a folder.

A copybook or an XML schema among the files of the template is a judge: a program that cobc compiles with the copybook reads the file, and xmllint holds it
against the schema. A judge that the template names with a command (about.judges, command) and that is installed reads the file, too: a program that is found on PATH and run
without a shell, on a copy of the file. What it says is told. Templates from others: look at their commands before, or use --no-judge.

Exit code 0 when all is well, 4 when the template cannot be used, 3 when no file
comes out, when documents of --documents are held, or when a judge refuses the file.`,
		Example: `  fisbridge template check oldbooks
  fisbridge template check oldbooks -o out/
  fisbridge template check templates/oldbooks --documents documents/`,
		Args: frame.WantArgs(1, 1),
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.documents, "documents", nil, "`folder` or file of documents to make the file of, instead of the samples")
	f.StringVarP(&o.output, "output", "o", "", "`folder` to write the file into")
	f.BoolVar(&o.noJudge, "no-judge", false, "run no judge")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error { return a.templateCheck(ctx, o, args[0]) })
	return cmd
}

func (a *bench) templateCheck(ctx context.Context, o templateCheckOptions, arg string) error {
	templates, folder, name, err := erptemplate.Find(a.Dir, arg)
	if err != nil {
		return err
	}
	c := erptemplate.Checking{Templates: templates, At: time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC), Judge: !o.noJudge}
	if len(o.documents) > 0 {
		c.Documents, c.At = docfiles.In(a.Frame, o.documents), a.Now().In(a.Zone())
	}
	r, err := erptemplate.Check(ctx, c, name, placeOf(folder, name))
	if err != nil {
		return err
	}
	if err := a.writeMade(o, r); err != nil {
		return err
	}
	if a.JSON {
		if err := a.WriteJSON(r); err != nil {
			return err
		}
	} else {
		a.tellTemplate(o, r)
	}
	switch {
	case r.Wrong():
		return &desk.Error{Code: desk.ExitInvalid}
	case len(r.Held) > 0 && len(o.documents) > 0, len(r.Made) == 0, refused(r):
		return desk.NeedsPerson()
	}
	return nil
}

func refused(r *erptemplate.Report) bool {
	for _, v := range r.Judges {
		if v.Ran && !v.Good {
			return true
		}
	}
	return false
}

// writeMade writes the files that were made, if that was asked for.
func (a *bench) writeMade(o templateCheckOptions, r *erptemplate.Report) error {
	if o.output == "" {
		return nil
	}
	for _, f := range r.Made {
		if err := os.MkdirAll(o.output, 0o700); err != nil {
			return fmt.Errorf("make the output folder: %w", err)
		}
		out, err := frame.NewWholeFile(nil, filepath.Join(o.output, filepath.Base(f.Name)))
		if err != nil {
			return err
		}
		if _, err := out.Write(f.Bytes); err != nil {
			out.Abort()
			return fmt.Errorf("write %s: %w", f.Name, err)
		}
		if err := out.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// tellTemplate writes the report for people.
func (a *bench) tellTemplate(o templateCheckOptions, r *erptemplate.Report) {
	errs := 0
	for _, f := range r.Findings {
		if f.Severity == findings.Error {
			errs++
		}
	}
	verdict := "nothing wrong"
	switch warnings := len(r.Findings) - errs; {
	case errs > 0:
		verdict = wording.Counted(errs, "error") + ": it cannot be used until this is mended"
	case warnings > 0:
		verdict = wording.Counted(warnings, "warning") + ", no error"
	}
	a.Say("%s: %s", r.File, verdict)
	for _, f := range r.Findings {
		a.Say("  %s: %s: %s", f.Place, f.Severity, wording.Visible(f.Text))
	}
	if !r.Usable {
		return
	}
	for _, text := range r.Amounts {
		a.Say("  amounts: %s", wording.Visible(text.String()))
	}
	for _, f := range r.Made {
		path := ""
		if o.output != "" {
			path = " -> " + filepath.Join(o.output, filepath.Base(f.Name))
		}
		a.Say("%s%s: %s, %s, %d bytes%s", wording.Visible(f.Name), path, wording.Counted(f.Documents, "document"), wording.Counted(f.Lines, "line"), len(f.Bytes), sums(f.Totals.Debit))
		if len(f.Totals.Notes) > 0 {
			a.Say("  not written as they came: %s", f.Totals.NotesText())
		}
		if o.output == "" {
			a.tellBeginning(r, f.Bytes)
		}
	}
	a.tellHeld(r)
	for _, v := range r.Judges {
		a.Say("judge %s: %s", v.Judge, wording.Either(!v.Ran, v.Text, wording.Either(v.Good, "takes it", "refuses it")))
		if v.Ran {
			for line := range strings.SplitSeq(strings.TrimSpace(v.Text), "\n") {
				a.Say("  %s", wording.Visible(line))
			}
		}
	}
	if len(r.Judges) == 0 {
		a.Say("judge: the template names none (about.judges): nobody but fisbridge has read this file")
	}
}

const (
	shownLines = 6
	shownBytes = 160
)

// tellBeginning shows how a file begins, as far as it is text.
func (a *bench) tellBeginning(r *erptemplate.Report, data []byte) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		a.Say("  (an archive or workbook: write it with -o)")
		return
	}
	rest := data
	for n := 0; n < shownLines && len(rest) > 0; n++ {
		line := rest
		if end := bytes.IndexByte(rest, '\n'); end >= 0 {
			line, rest = rest[:end], rest[end+1:]
		} else {
			rest = nil
		}
		line = bytes.TrimSuffix(line, []byte("\r"))
		text := r.Show(line[:min(len(line), shownBytes)])
		a.Say("  | %s%s", wording.Visible(text), wording.Either(len(line) > shownBytes, "…", ""))
	}
	if len(rest) > 0 {
		a.Say("  | …")
	}
}

// tellHeld groups documents that are held by their reason.
func (a *bench) tellHeld(r *erptemplate.Report) {
	if len(r.Held) == 0 {
		a.Say("%s tried, none held", wording.Counted(r.Documents, "document"))
		return
	}
	a.Say("%s tried, %d held:", wording.Counted(r.Documents, "document"), len(r.Held))
	by := map[string][]string{}
	var order []erptemplate.Why
	for _, h := range r.Held {
		for _, w := range h.Why {
			if by[w.Key] == nil {
				order = append(order, w)
			}
			by[w.Key] = append(by[w.Key], h.Document)
		}
	}
	for _, w := range order {
		a.Say("  %s (%s)", wording.Visible(w.Text), wording.Visible(wording.SomeOf(by[w.Key], 3, ", ")))
	}
}
