package workshop

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/schemas"
)

// Folder is a working folder that was made.
type Folder struct {
	Folder string   `json:"folder"`
	Files  []string `json:"files"` // with slashes, from the folder
	// Configuration, Mappings and Key are where people go on; Placeholder is what they have to fill in.
	Configuration string `json:"-"`
	Mappings      string `json:"-"`
	Placeholder   string `json:"-"`
	Key           string `json:"-"`
	// NoKey is why the key that seals the login was not made: then the first login makes it.
	NoKey error `json:"-"`
}

// Beginning is what is known of a company when its working folder is made: what goes into the configuration, and files of
// secrets by their names in the folder, which their owner alone may read.
type Beginning struct {
	config.Beginning
	Secrets map[string]string
}

// MakeFolder makes a working folder for a built-in template, after it has made sure that nothing is there that it would
// have to overwrite.
func MakeFolder(folder, name string, begin Beginning) (Folder, error) {
	if err := knownTemplate(name, builtin()); err != nil {
		return Folder{}, err
	}
	tpl, findings := template.Read(builtin(), name)
	if err := findings.Err(); err != nil {
		return Folder{}, err
	}
	if err := goodLanguage(begin.Language); err != nil {
		return Folder{}, err
	}
	files, err := folderFiles(name, tpl.Documents, begin)
	if err != nil {
		return Folder{}, err
	}
	for _, f := range files {
		if _, err := os.Lstat(filepath.Join(folder, f.name)); !errors.Is(err, fs.ErrNotExist) {
			return Folder{}, &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s is already there", filepath.Join(folder, f.name)), Hint: "give another folder: nothing is overwritten"}
		}
	}
	return writeFolder(folder, files, begin)
}

func writeFolder(folder string, files []folderFile, begin Beginning) (Folder, error) {
	made := Folder{Folder: folder, Configuration: filepath.Join(folder, config.FileName), Mappings: filepath.Join(folder, "mappings"), Placeholder: config.Placeholder, Key: config.DefaultTokenKey}
	subs := []string{"journal", "secrets"}
	if known := begin.WithDefaults(); known.Server.Host == "" && filepath.IsLocal(known.Path) { // a folder elsewhere is the ERP's, and who looks after it makes it
		back := path.Join(known.Path, known.Returns)
		subs = append(subs, path.Join(known.Path, known.Drop), back+"/archive", back+"/failed")
	}
	for _, sub := range subs {
		if err := os.MkdirAll(filepath.Join(folder, filepath.FromSlash(sub)), 0o700); err != nil {
			return made, fmt.Errorf("make the working folder: %w", err)
		}
	}
	for _, f := range files {
		if err := WriteNew(filepath.Join(folder, filepath.FromSlash(f.name)), f.text); err != nil {
			return made, err
		}
		made.Files = append(made.Files, f.name)
	}
	// The key seals the login, where the configuration looks for it. Without one the first login makes it.
	if _, made.NoKey = desk.MakeKeyFile(filepath.Join(folder, filepath.FromSlash(config.DefaultTokenKey))); made.NoKey == nil {
		made.Files = append(made.Files, config.DefaultTokenKey)
	}
	return made, nil
}

type folderFile struct {
	name string // with slashes, relative to the folder
	text []byte
}

// folderFiles are the files of a new working folder.
func folderFiles(template string, types []fis.DocType, begin Beginning) ([]folderFile, error) {
	workbook, text, err := ReadyIn(template, begin.Language)
	if err != nil {
		return nil, err
	}
	cfg, err := config.Example(template, "mappings/"+workbook, types, begin.Beginning)
	if err != nil {
		return nil, err
	}
	files := []folderFile{{config.FileName, append([]byte(schemaLine("schemas/fisbridge.schema.json")), cfg...)}, {"mappings/" + workbook, text}, {".gitignore", []byte(gitignore)},
		{"schemas/fisbridge.schema.json", schemas.Config}, {"schemas/template.schema.json", schemas.Template}}
	for _, name := range slices.Sorted(maps.Keys(begin.Secrets)) {
		files = append(files, folderFile{name, []byte(begin.Secrets[name])})
	}
	err = fs.WalkDir(builtin(), template, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(builtin(), name)
		if path.Base(name) == "template.yaml" {
			text = append([]byte(schemaLine("../../schemas/template.schema.json")), text...)
		}
		files = append(files, folderFile{path.Join("templates", name), text})
		return err
	})
	return files, err
}

// schemaLine names the schema of a YAML file for editors that have the language server of YAML, by a path that is
// relative to the file. It is a comment: nothing that is rendered depends on it.
func schemaLine(path string) string { return "# yaml-language-server: $schema=" + path + "\n" }

// gitignore keeps what must not be shared out of version control: secrets, documents, and what is made anew.
const gitignore = `# secrets and personal data stay on this machine
/secrets/
/journal/
/files/
/receipts/
/results/
/logs/
/tmp/
/erp/
.fisbridge.lock
`

// WriteNew writes a file of a working folder that must not be there yet.
func WriteNew(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return fmt.Errorf("make the working folder: %w", err)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("make the working folder: %w", err)
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("make the working folder: %w", err)
	}
	return nil
}
