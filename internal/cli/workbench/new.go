package workbench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
)

// mappingNewOptions are the flags of mapping new.
type mappingNewOptions struct {
	template, output, language string
	documents                  []string
	journal                    string
}

func newMappingNew(a *bench) *cobra.Command {
	o := mappingNewOptions{}
	cmd := &cobra.Command{
		Use:   "new NAME -o FILE",
		Short: "Make a mapping workbook from a template",
		Long: `new makes of the template NAME a workbook that explains itself: what the ERP's import file holds, which names and functions there are, and lookup sheets
to fill in. With a name that ends in .yaml it makes the same in YAML, for people who keep mappings in git.

With --documents or --from-journal the sheet Fields, and the lists to choose from, show what your own documents have in each field, so that you see which
custom field is the cost centre. Fields that are always blank come last. Of people's names, numbers and free texts only the form is shown.

A file that is there already is not touched.`,
		Example: `  fisbridge mapping new generic-csv -o mappings/acme.xlsx
  fisbridge mapping new generic-csv -o mappings/acme.xlsx --documents documents/
  fisbridge mapping new legacy-fixed -o mappings/acme.yaml`,
		Args: frame.WantArgs(0, 1),
	}
	f := cmd.Flags()
	f.StringVar(&o.template, "template", "", "`name` of the template, as the word behind new says it too")
	f.StringVarP(&o.output, "output", "o", "", "`file` to make: .xlsx or .yaml")
	f.StringVar(&o.language, "language", "", "`language` of the workbook: en, de, fr or es (default that of fisbridge.yaml)")
	f.StringSliceVar(&o.documents, "documents", nil, "`folder` or file of documents whose values the sheet Fields shows")
	f.StringVar(&o.journal, "from-journal", "", "show those of documents that the journal received in this `time`: 90d, 12h, or since a day: 2026-03-01")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		if len(args) == 1 && o.template != "" && o.template != args[0] {
			return desk.Usage(fmt.Errorf("the template is %s or %s, not both", args[0], o.template))
		}
		if len(args) == 1 {
			o.template = args[0]
		}
		return a.mappingNew(ctx, o)
	})
	return cmd
}

func (a *bench) mappingNew(ctx context.Context, o mappingNewOptions) error {
	templates := a.ownTemplates("")
	documents, left, err := a.seenFields(ctx, o.documents, o.journal, false)
	if err != nil {
		return err
	}
	text, err := workshop.New(templates, o.template, o.output, documents, cmp.Or(o.language, desk.LanguageOf(a.Dir)))
	if err != nil {
		return err
	}
	if err := writeFresh(o.output, text); err != nil {
		return err
	}
	if a.JSON {
		return a.WriteJSON(map[string]string{"file": o.output, "template": o.template})
	}
	a.Say("made %s from template %s", o.output, o.template)
	if documents != nil {
		a.tellSeen(documents)
	}
	a.Remark("next: fill in the yellow cells, then fisbridge mapping check %s", o.output)
	return leftOver(left)
}

// writeFresh writes a file that must not be there yet, and its folder where there is none. Nothing is left of a
// failure.
func writeFresh(path string, text []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if errors.Is(err, fs.ErrExist) {
		return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s is there already and was not touched", path), Hint: "give another name, or move it away"}
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, errors.Join(err, os.Remove(path)))
	}
	return nil
}
