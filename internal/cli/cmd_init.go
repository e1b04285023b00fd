package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/templates"
)

func newInit(a *app) *cobra.Command {
	var tpl string
	cmd := &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Make a working folder for an ERP",
		Long: `init makes a working folder: a commented configuration, the template of your ERP's import file, a mapping workbook
for the accountants, and the folders that a run needs. It asks nothing and overwrites nothing.`,
		Example: "  fisbridge init --template generic-csv bridge\n  fisbridge -C bridge check",
		Args:    frame.WantArgs(0, 1),
	}
	cmd.Flags().StringVar(&tpl, "template", "", "`name` of the template: "+strings.Join(template.Names(templates.FS()), ", "))
	cmd.RunE = a.Action(func(_ context.Context, args []string) error {
		folder := a.Dir
		if len(args) == 1 {
			folder = args[0]
		}
		if len(args) == 1 && !filepath.IsAbs(args[0]) {
			folder = filepath.Join(a.Dir, args[0])
		}
		return a.initFolder(folder, tpl)
	})
	return cmd
}

// initFolder writes everything that is missing, after it has made sure that nothing is there that it would have to overwrite.
func (a *app) initFolder(folder, name string) error {
	names := template.Names(templates.FS())
	if err := frame.KnownTemplate(name, names); err != nil {
		return err
	}
	tpl, findings := template.Read(templates.FS(), name)
	if err := findings.Err(); err != nil {
		return err
	}
	files, err := initFiles(name, tpl.Documents)
	if err != nil {
		return err
	}
	for _, f := range files {
		if _, err := os.Lstat(filepath.Join(folder, f.name)); !errors.Is(err, fs.ErrNotExist) {
			return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s is already there", filepath.Join(folder, f.name)), Hint: "give another folder: nothing is overwritten"}
		}
	}
	for _, sub := range []string{"journal", "secrets", "erp/in", "erp/out/archive", "erp/out/failed"} {
		if err := os.MkdirAll(filepath.Join(folder, filepath.FromSlash(sub)), 0o700); err != nil {
			return fmt.Errorf("make the working folder: %w", err)
		}
	}
	for _, f := range files {
		if err := frame.WriteNew(filepath.Join(folder, filepath.FromSlash(f.name)), f.text); err != nil {
			return err
		}
	}
	key, failed := makeTokenKey(folder)
	if failed == nil {
		files = append(files, initFile{name: key})
	}
	return a.tellInit(folder, files, failed)
}

// makeTokenKey makes the key that seals the login, where the configuration looks for it, and gives its path in the folder. Without one the first login
// makes it.
func makeTokenKey(folder string) (name string, err error) {
	_, err = desk.MakeKeyFile(filepath.Join(folder, filepath.FromSlash(config.DefaultTokenKey)))
	return config.DefaultTokenKey, err
}

type initFile struct {
	name string // with slashes, relative to the folder
	text []byte
}

// initFiles are the files of a new working folder.
func initFiles(template string, types []fis.DocType) ([]initFile, error) {
	workbook, text, err := frame.ReadyMapping(template)
	if err != nil {
		return nil, err
	}
	cfg, err := config.Example(template, "mappings/"+workbook, types)
	if err != nil {
		return nil, err
	}
	files := []initFile{{config.FileName, cfg}, {"mappings/" + workbook, text}, {".gitignore", []byte(gitignore)}}
	err = fs.WalkDir(templates.FS(), template, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(templates.FS(), name)
		files = append(files, initFile{path.Join("templates", name), text})
		return err
	})
	return files, err
}

// gitignore keeps what must not be shared out of version control: secrets, documents, and what is made anew.
const gitignore = `# secrets and personal data stay on this machine
/secrets/
/journal/
/files/
/results/
/logs/
/tmp/
/erp/
.fisbridge.lock
`

func (a *app) tellInit(folder string, files []initFile, noKey error) error {
	if a.JSON {
		names := make([]string, len(files))
		for i, f := range files {
			names[i] = f.name
		}
		return a.WriteJSON(map[string]any{"folder": folder, "files": names})
	}
	a.Say("made the working folder %s", folder)
	if noKey != nil {
		a.Remark("the key that seals the login was not made (%v): the first auth login makes it", noKey)
	} else {
		a.Say("keep %s in a safe place, apart from backups of the journal: it seals the login to Concur", config.DefaultTokenKey)
	}
	a.Say("")
	a.Say("what is next:")
	a.Say("  1. fill in what says %s in %s", config.Placeholder, filepath.Join(folder, config.FileName))
	a.Say("  2. set the secrets it names, such as the environment variable FISBRIDGE_CLIENT_SECRET")
	a.Say("  3. fisbridge -C %s auth login", folder)
	a.Say("  4. the accountants fill in %s", filepath.Join(folder, "mappings"))
	a.Say("  5. fisbridge -C %s check, until nothing is wrong; then run", folder)
	return nil
}
