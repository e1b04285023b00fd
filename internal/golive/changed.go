package golive

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// changed says which of the two files that make a version are not what they were.
type changed struct {
	book, template bool
	// name is what was changed, as people name it.
	name string
}

// whatChanged finds out whether the workbook, its template, or both say something else than the version in force. Each
// is tried with the former other one: a file that was only saved again has not changed.
func (k *Versions) whatChanged(rc Route, cand *candidate, former *mapping.Plan, live records.MappingContent) changed {
	c := changed{book: true, name: rc.Mapping}
	if former == nil || cand.data == nil || cand.plan != nil && cand.plan.TemplateName() != live.Template {
		return c // a workbook for another template is a change of the workbook
	}
	same := func(body, template []byte) bool {
		plan, _ := mapping.LoadVersion(cand.path, body, live.Template, template)
		return plan != nil && plan.GuardedHash() == former.GuardedHash()
	}
	c.book = cand.fileHash() != live.FileHash && !same(cand.data, live.TemplateBody)
	source := templateSource(k.Templates, live.Template)
	c.template = source == nil || !same(live.Body, source)
	switch template := k.templateFile(live.Template); {
	case c.book && c.template:
		c.name += " and " + template
	case c.template:
		c.name = template
	default:
		c.book = true // what keeps a workbook from being used may be no change of what it says: it is open, say
	}
	return c
}

// templateSource is a template as a version keeps it; nil when it cannot be read at all.
func templateSource(templates fs.FS, name string) []byte {
	if t, _ := template.Read(templates, name); t != nil {
		return t.Source()
	}
	source, err := fs.ReadFile(templates, path.Join(name, "template.yaml"))
	if err != nil {
		return nil
	}
	return source
}

// SameVersion reports whether a plan says what the version in force says, tests included. Formatting, and a file that
// was only saved again, are no change.
func SameVersion(live records.MappingContent, plan *mapping.Plan) bool {
	if live.Hash != plan.Hash() || live.FileHash == plan.FileHash() {
		return live.Hash == plan.Hash()
	}
	former, _ := formerPlan(plan.Path(), live)
	return former == nil || former.GuardedHash() == plan.GuardedHash()
}

// ChangedFiles names what says something else than the version in force of a route: its mapping file, the template of
// that, or both.
func (k *Versions) ChangedFiles(rc Route, live records.MappingContent) string {
	cand := k.lookAt(rc.File)
	former, _ := formerPlan(cand.path, live)
	return k.whatChanged(rc, cand, former, live).name
}

// templateFile names the file of a template as people do: where it lies in the folder of the configuration, or that it
// comes with the program.
func (k *Versions) templateFile(name string) string {
	file := path.Join(filepath.ToSlash(k.Folder), name, "template.yaml")
	if _, err := os.Stat(filepath.Join(k.FolderPath, name, "template.yaml")); err == nil {
		return file
	}
	return "template " + name + " of the program"
}

// mark takes down in a version what was changed. Who saved the workbook has nothing to do with a template that somebody
// else changed.
func (c changed) mark(v *records.MappingVersion) {
	v.Changed = c.name
	if !c.book {
		v.Author = ""
	}
}
