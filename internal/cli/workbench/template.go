package workbench

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/erptemplate"
	"github.com/fisbridge/fisbridge/internal/templating"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// NewTemplate is the parent of what integrators do with the template of an ERP.
func NewTemplate(f *frame.Frame) *cobra.Command {
	a := &bench{f}
	cmd := &cobra.Command{
		Use:   "template",
		Short: "Make and check a template: what an ERP's import file looks like",
		Args:  frame.KnownCommand,
		RunE:  frame.Help,
	}
	cmd.AddCommand(newTemplateNew(a), newTemplateCheck(a))
	return cmd
}

// templateNewOptions are the flags of template new.
type templateNewOptions struct {
	from, kind, part, sample string
}

func newTemplateNew(a *bench) *cobra.Command {
	o := templateNewOptions{}
	cmd := &cobra.Command{
		Use:   "new NAME --from FILE",
		Short: "Make a template of what the ERP has: a copybook, a control file, a table, a CSV, a workbook, a schema",
		Long: `new makes templates/NAME/template.yaml of a definition that the ERP has already: names, widths, types, positions, what is required. What FILE is it tells
by its content; --kind says it where that is not enough:

  copybook   a COBOL copybook
  control    a control file of Oracle SQL*Loader
  table      CREATE TABLE, of any database
  csv        the header line of a CSV, or a sample of one
  workbook   a workbook with headings, made anew for each file
  fill       the same, kept, and filled in for each file
  xsd        an XML schema
  we60       the parser export of SAP's report WE60

What a definition does not say is guessed where nothing would work without it. Every guess is told, and stands in the template as a comment (GUESS); what
is left to you is told, too (FILL IN). Nothing is written over.`,
		Example: `  fisbridge template new oldbooks --from journal.cpy --sample lines.dat
  fisbridge template new ledger --from gl_interface.ctl
  fisbridge template new xledger --from schema.xsd --part Journal`,
		Args: frame.WantArgs(1, 1),
	}
	f := cmd.Flags()
	f.StringVar(&o.from, "from", "", "the definition: a `file`")
	f.StringVar(&o.kind, "kind", "", "what it is, where it cannot be told: copybook, control, table, csv, workbook, fill, xsd or we60 (`KIND`)")
	f.StringVar(&o.part, "part", "", "which table, sheet or root element, where it has several: its `name`")
	f.StringVar(&o.sample, "sample", "", "a `file` or some lines that the ERP has read before, by which guesses about fixed records are settled")
	cmd.RunE = a.Action(func(_ context.Context, args []string) error {
		if o.from == "" {
			return desk.Usage(errors.New("--from is missing: name the definition, such as journal.cpy"))
		}
		return a.templateNew(o, args[0])
	})
	return cmd
}

func (a *bench) templateNew(o templateNewOptions, name string) error {
	made, err := erptemplate.New(a.templatesFolder(), name, o.from, erptemplate.Options{Kind: templating.Kind(o.kind), Part: o.part, SampleName: o.sample})
	if err != nil {
		return err
	}
	if a.JSON {
		return a.WriteJSON(made)
	}
	for _, file := range made.Files {
		a.Say("made %s", file)
	}
	guessed := 0
	for _, r := range made.Remarks {
		if r.Guess {
			guessed++
		}
	}
	if len(made.Remarks) > 0 {
		a.Say("the definition does not say everything (%s guessed, %d left to you):", wording.Counted(guessed, "thing"), len(made.Remarks)-guessed)
	}
	for _, r := range made.Remarks {
		a.Say("  %s", wording.Visible(r.String()))
	}
	a.Remark("next: look at GUESS and FILL IN in %s, then fisbridge template check %s", made.File, name)
	return nil
}

// templatesFolder is where templates of one's own lie.
func (a *bench) templatesFolder() string { return erptemplate.Folder(a.Dir) }

// placeOf is the name of the file for people.
func placeOf(folder, name string) string {
	path := filepath.Join(cmp.Or(folder, "templates"), name, "template.yaml")
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(here, path); err == nil && filepath.IsAbs(path) && len(rel) < len(path) {
			return rel
		}
	}
	return path
}
