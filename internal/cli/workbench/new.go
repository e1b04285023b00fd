package workbench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
)

// mappingNewOptions are the flags of mapping new.
type mappingNewOptions struct{ template, output string }

func newMappingNew(a *bench) *cobra.Command {
	o := mappingNewOptions{}
	cmd := &cobra.Command{
		Use:   "new NAME -o FILE",
		Short: "Make a mapping workbook from a template",
		Long: `new makes of the template NAME a workbook that explains itself: what the ERP's import file holds, which names and functions there are, and lookup sheets
to fill in. With a name that ends in .yaml it makes the same in YAML, for people who keep mappings in git.

A file that is there already is not touched.`,
		Example: `  fisbridge mapping new generic-csv -o mappings/acme.xlsx
  fisbridge mapping new legacy-fixed -o mappings/acme.yaml`,
		Args: frame.WantArgs(0, 1),
	}
	f := cmd.Flags()
	f.StringVar(&o.template, "template", "", "`name` of the template, as the word behind new says it too")
	f.StringVarP(&o.output, "output", "o", "", "`file` to make: .xlsx or .yaml")
	cmd.RunE = a.Action(func(_ context.Context, args []string) error {
		if len(args) == 1 && o.template != "" && o.template != args[0] {
			return desk.Usage(fmt.Errorf("the template is %s or %s, not both", args[0], o.template))
		}
		if len(args) == 1 {
			o.template = args[0]
		}
		return a.mappingNew(o)
	})
	return cmd
}

func (a *bench) mappingNew(o mappingNewOptions) error {
	templates := a.ownTemplates("")
	if err := frame.KnownTemplate(o.template, template.Names(templates)); err != nil {
		return err
	}
	if err := mappingName(o.output); err != nil {
		return err
	}
	var text []byte
	var err error
	if isYAML(o.output) {
		text, err = workbook.NewYAML(templates, o.template)
	} else {
		text, err = workbook.New(templates, o.template)
	}
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
	a.Remark("next: fill in the yellow cells, then fisbridge mapping check %s", o.output)
	return nil
}

// mappingName refuses names that no mapping can have.
func mappingName(path string) error {
	base := filepath.Base(path)
	switch ext := strings.ToLower(filepath.Ext(base)); {
	case path == "":
		return desk.Usage(errors.New("-o is missing: name the file, such as mappings/acme.xlsx"))
	case strings.HasPrefix(base, "~$") || strings.HasPrefix(base, "."):
		return desk.Usage(fmt.Errorf("-o %s: no name for a mapping", path))
	case ext != ".xlsx" && ext != ".yaml" && ext != ".yml":
		return desk.Usage(fmt.Errorf("-o %s: the name of a mapping ends in .xlsx or .yaml", path))
	}
	return nil
}

// writeFresh writes a file that must not be there yet, and its folder where there is none. Nothing is left of a failure.
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
