package workbench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
)

func newMappingConvert(a *bench) *cobra.Command {
	force, language := false, ""
	cmd := &cobra.Command{
		Use:   "convert IN OUT",
		Short: "Turn a mapping workbook into YAML, or YAML into a workbook",
		Long: `convert writes the same mapping in the other form: the ending of OUT, .xlsx or .yaml, says which. Columns with their notes, settings,
lookup sheets with all their columns, results and tests come along; formats and cell notes of Excel, charts and macros are Excel's own and do not.
The YAML form has one field or row a line, so that a change shows as a change of one line.

What was written is read back and compared before it gets its name. A mapping that cannot be kept whole is refused.

From workbook to workbook it makes a fresh one with the same content: after a new version of a template, or in another language. Sheets, headings,
options and explanations are in that language; the mapping stays the same, and fisbridge reads each of them.`,
		Example: `  fisbridge mapping convert mappings/acme.xlsx mappings/acme.yaml
  fisbridge mapping convert mappings/acme.yaml acme.xlsx --force
  fisbridge mapping convert mappings/acme.xlsx mappings/acme-fr.xlsx --language fr`,
		Args: frame.WantArgs(2, 2),
	}
	cmd.Flags().StringVar(&language, "language", "", "`language` of a workbook: en, de, fr or es (default that of IN)")
	cmd.Flags().BoolVar(&force, "force", false, "write over OUT if it is there")
	cmd.RunE = a.Action(func(_ context.Context, args []string) error {
		return a.mappingConvert(args[0], args[1], language, force)
	})
	return cmd
}

func (a *bench) mappingConvert(from, to, language string, force bool) error {
	if err := workshop.GoodName(to); err != nil {
		return err
	}
	if desk.SameFile(from, to) {
		return desk.Usage(fmt.Errorf("%s and %s are one file", from, to))
	}
	data, err := os.ReadFile(from)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return desk.Invalid(fmt.Errorf("%s: there is no such file", from), "name the mapping as it lies there, from where you are")
		}
		return fmt.Errorf("read the mapping: %w", err)
	}
	text, warnings, err := workshop.Convert(a.ownTemplates(from), from, data, to, language)
	if err != nil {
		return err
	}
	for _, r := range warnings {
		a.Warn("%s: %s", r.Place(), r.Reason)
	}
	write := writeFresh
	if _, err := os.Stat(to); force && !errors.Is(err, fs.ErrNotExist) {
		if err := notOpen(to, ""); err != nil {
			return err
		}
		write = func(path string, text []byte) error { return writeWhole(path, text) }
	}
	if err := write(to, text); err != nil {
		return err
	}
	if a.JSON {
		return a.WriteJSON(map[string]string{"file": to})
	}
	a.Say("wrote %s", to)
	return nil
}
