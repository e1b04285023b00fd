package workbench

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
)

func newMappingResults(a *bench) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "results MAPPING FILE...",
		Short: "Show what the lines of a result file would mean",
		Long: `results reads result files of your ERP by the result formats of a mapping, as a run would, and shows what each line means: posted, rejected,
a payment, or a line that nobody understands, with the reason. Nothing is kept or sent, and no document is looked for: try a sample file of the ERP before
you go live.

Exit code 0 when every line is understood, 3 when one is not, 1 when a file cannot be read at all.`,
		Example: `  fisbridge mapping results mappings/acme.xlsx sample.result.csv`,
		Args:    frame.WantArgs(2, -1),
	}
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error { return a.mappingResults(ctx, args[0], args[1:]) })
	return cmd
}

func (a *bench) mappingResults(ctx context.Context, path string, files []string) error {
	formats, err := workshop.ResultFormats(a.ownTemplates(path), path)
	if err != nil {
		return err
	}
	var all []*workshop.ReadResult
	var errs []error
	listed := 0
	for _, file := range files {
		r, err := a.readResult(ctx, formats, file)
		if err != nil {
			errs = append(errs, err)
			r.Error = err.Error()
		}
		all, listed = append(all, r), listed+r.Counts.Listed
	}
	if a.JSON {
		if err := a.WriteJSON(map[string]any{"files": all}); err != nil {
			return err
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	if listed > 0 {
		return desk.NeedsPerson()
	}
	return nil
}

// readResult reads one file by the first format that takes its name.
func (a *bench) readResult(ctx context.Context, formats workshop.Formats, file string) (*workshop.ReadResult, error) {
	var lines []workshop.ResultLine
	r, err := formats.Read(ctx, file, fis.DateOf(a.Now().In(a.Zone())), func(format string) {
		if !a.JSON {
			a.Say("%s (%s)", file, format)
		}
	}, func(line workshop.ResultLine) {
		if a.JSON {
			lines = append(lines, line)
		} else {
			a.Say("  %s %d: %s", line.Unit, line.Line, line.Text)
			if line.Stands != "" {
				a.Say("      %s", line.Stands)
			}
		}
	})
	r.Lines = append(r.Lines, lines...)
	if err != nil || a.JSON {
		return r, err
	}
	c := r.Counts
	a.Say("  %d lines: %d outcomes, %d payments, %d about whole files, %d without consequence, %d not understood", c.Lines, c.Outcomes, c.Payments, c.Files, c.Ignored, c.Listed)
	if r.RestPosted {
		a.Say("  documents of the import file that no line names are taken as posted")
	}
	return r, nil
}
