package erptemplate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/templating"
)

// Made is a template that was made.
type Made struct {
	Template string `json:"template"`
	// Files are where it lies now.
	Files []string `json:"files"`
	// File is its template.yaml, where the guesses stand.
	File string `json:"file"`
	// Remarks are what the definition does not say, and what was guessed.
	Remarks []templating.Remark `json:"remarks"`
}

// Options are what a person says beside the definition.
type Options = templating.Options

// Kinds are the kinds of definitions.
func Kinds() []string { return templating.Kinds() }

var goodName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// New makes the template called name in a folder of templates, of the definition in the file from. Nothing is written
// over.
func New(templates, name, from string, o Options) (Made, error) {
	if !goodName.MatchString(name) {
		return Made{}, desk.Usage(fmt.Errorf("%q is no name for a template: small letters, digits, - and _, such as oldbooks", name))
	}
	folder := filepath.Join(templates, name)
	if _, err := os.Lstat(folder); !errors.Is(err, fs.ErrNotExist) {
		return Made{}, &desk.Error{Code: desk.ExitFailed, Err: say.Errorf("%s is there already and was not touched", fromHere(folder)), Hint: "give another name, or move it away"}
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return Made{}, desk.Usage(fmt.Errorf("read the definition: %w", err))
	}
	if o.SampleName != "" {
		if o.Sample, err = os.ReadFile(o.SampleName); err != nil {
			return Made{}, desk.Usage(fmt.Errorf("read the sample: %w", err))
		}
		if o.Sample == nil {
			o.Sample = []byte{}
		}
	}
	d, err := templating.Read(name, from, data, o)
	if err != nil {
		return Made{}, desk.Invalid(err, "correct the copy that you give with --from, or write the template by hand: docs/integrators.md")
	}
	return write(folder, d)
}

// fromHere is a path as people write it: from where they are, if that is shorter.
func fromHere(path string) string {
	here, err := os.Getwd()
	if err != nil || !filepath.IsAbs(path) {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}

// write writes the folder under another name, and gives it its own when it is whole.
func write(folder string, d *templating.Draft) (made Made, err error) {
	made = Made{Template: d.Name, Remarks: d.Remarks}
	if err := os.MkdirAll(filepath.Dir(folder), 0o750); err != nil {
		return made, fmt.Errorf("make the template: %w", err)
	}
	temporary, err := os.MkdirTemp(filepath.Dir(folder), ".new-*")
	if err != nil {
		return made, fmt.Errorf("make the template: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(temporary))
		}
	}()
	files := map[string][]byte{"template.yaml": d.YAML()}
	for name, data := range d.Files {
		files[name] = data
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(temporary, name), data, 0o640); err != nil {
			return made, fmt.Errorf("make the template: %w", err)
		}
		made.Files = append(made.Files, fromHere(filepath.Join(folder, name)))
	}
	sort.Strings(made.Files)
	made.File = fromHere(filepath.Join(folder, "template.yaml"))
	if err := os.Chmod(temporary, 0o750); err != nil {
		return made, fmt.Errorf("make the template: %w", err)
	}
	if err := os.Rename(temporary, folder); err != nil {
		return made, fmt.Errorf("make the template: %w", err)
	}
	return made, nil
}
