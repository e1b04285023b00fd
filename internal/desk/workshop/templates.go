package workshop

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/templates"
)

// Template is one that a mapping can be made from.
type Template struct {
	Name string `json:"name"`
	// Title is what it calls itself, Documents the types of documents that it is for; Problem says why it cannot be
	// used.
	Title     string        `json:"title,omitempty"`
	Documents []fis.DocType `json:"documents,omitempty"`
	Problem   string        `json:"problem,omitempty"`
	// Ready: there is a built-in mapping of it.
	Ready bool `json:"ready_mapping"`
}

func builtin() fs.FS { return templates.FS() }

// BuiltinNames are the names of the built-in templates.
func BuiltinNames() []string { return template.Names(builtin()) }

// Templates lists the templates that a working folder sees, the built-in ones among them. One that cannot be read is
// listed with its problem.
func Templates(all fs.FS) []Template {
	var out []Template
	for _, name := range template.Names(all) {
		t := Template{Name: name}
		read, findings := template.Read(all, name)
		if err := findings.Err(); err != nil {
			t.Problem = err.Error()
		}
		if read != nil {
			t.Title, t.Documents = read.Title, read.Documents
		}
		_, _, err := Ready(name)
		t.Ready = err == nil
		out = append(out, t)
	}
	return out
}

// knownTemplate refuses a template that there is not, with the nearest name.
func knownTemplate(name string, all fs.FS) error {
	names := template.Names(all)
	for _, n := range names {
		if n == name {
			return nil
		}
	}
	hint := "templates: " + strings.Join(names, ", ")
	if near := wording.Nearest(name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	if name == "" {
		return &desk.Error{Code: desk.ExitUsage, Err: errors.New("--template is missing: which ERP's import file is it?"), Hint: hint}
	}
	return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("there is no template %q", name), Hint: hint}
}
