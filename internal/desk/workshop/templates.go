package workshop

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/templates"
)

// Template is one that a mapping can be made from.
type Template struct {
	Name string `json:"name"`
	// Title and Description are what it says it makes, Documents the types of documents that it is for; Problem says why
	// it cannot be used.
	Title       string        `json:"title,omitempty"`
	Description string        `json:"description,omitempty"`
	Documents   []fis.DocType `json:"documents,omitempty"`
	Problem     string        `json:"problem,omitempty"`
	// Ready: there is a built-in mapping of it. Own: it lies in the working folder.
	Ready bool `json:"ready_mapping"`
	Own   bool `json:"own"`
	// Kind is the sort of file (delimited, fixed …), FileName the pattern of its name, Acceptance whether the ERP takes
	// the good documents of a file that has a bad one.
	Kind       layout.KindName     `json:"kind,omitempty"`
	FileName   string              `json:"file_name,omitempty"`
	Acceptance template.Acceptance `json:"acceptance,omitempty"`
	// Results are the result formats that it reads.
	Results []string `json:"results,omitempty"`
	// About is which ERP reads its files, and who says so; nil where a template of one's own does not say it.
	About *template.About `json:"about,omitempty"`
}

// ERPs names the programs that read the file.
func (t *Template) ERPs() string {
	if t.About == nil {
		return ""
	}
	var names []string
	for _, e := range t.About.ERPs {
		names = append(names, e.String())
	}
	return strings.Join(names, ", ")
}

// Judge names who says that a file is right, the best grade first; it is empty where a template does not say it.
func (t *Template) Judge() string {
	switch {
	case t.About == nil:
		return ""
	case len(t.About.Judges) == 0:
		return NoReader
	}
	var names []string
	for _, g := range template.Grades() {
		for _, j := range t.About.Judges {
			if j.Grade == g.Grade {
				names = append(names, string(j.Grade)+": "+j.Name)
			}
		}
	}
	return strings.Join(names, "; ")
}

// NoReader is what is said of a template whose files nobody besides us has read.
const NoReader = "no reader was to be had"

// Types names the types of documents.
func (t *Template) Types() string { return template.TypeNames(t.Documents) }

// For says in short which documents it is for.
func (t *Template) For() string {
	var out []string
	for _, d := range t.Documents {
		word := string(d)
		switch {
		case strings.HasSuffix(word, "obligation"):
			word = "obligations"
		case d == fis.CashAdvance:
			word = "advance"
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return strings.Join(out, " ")
}

// Takes says what the ERP does with a file that has a bad document.
func (t *Template) Takes() string {
	return wording.Either(t.Acceptance == template.ByFile, "all of a file or nothing", "document by document")
}

func builtin() fs.FS { return templates.FS() }

// BuiltinNames are the names of the built-in templates.
func BuiltinNames() []string { return template.Names(builtin()) }

// Templates lists the templates that a working folder sees, the built-in ones among them. One that cannot be read is
// listed with its problem.
func Templates(all fs.FS) []Template {
	var out []Template
	for _, name := range template.Names(all) {
		out = append(out, describe(all, name))
	}
	return out
}

// describe is what the template says of itself.
func describe(all fs.FS, name string) Template {
	t := Template{Name: name}
	read, findings := template.Read(all, name)
	if read != nil {
		findings = append(findings, read.Check()...)
		t.Title, t.Description, t.Documents, t.About = read.Title, read.Description, read.Documents, read.About
		t.Kind, t.FileName, t.Acceptance = read.File.Kind, read.FileName, read.Acceptance
		for _, f := range read.Results {
			t.Results = append(t.Results, f.Name)
		}
	}
	if err := findings.Err(); err != nil {
		t.Problem = err.Error()
	}
	_, _, err := Ready(name)
	t.Ready = err == nil
	if o, ok := all.(desk.Overlay); ok {
		t.Own = o.IsOwn(name)
	}
	return t
}

// FindTemplates are the template of that name, or all of which the ERP, its vendor or the words about it hold the text:
// sap finds what SAP reads.
func FindTemplates(all fs.FS, text string) ([]Template, error) {
	var found []Template
	for _, t := range Templates(all) {
		if t.Name == text {
			return []Template{t}, nil
		}
		if t.holds(text) {
			found = append(found, t)
		}
	}
	if len(found) == 0 {
		return nil, knownTemplate(text, all)
	}
	return found, nil
}

// holds tells whether the words of the text stand in what the template says of itself.
func (t *Template) holds(text string) bool {
	said := []string{t.Name, t.Title, t.ERPs()}
	if t.About != nil {
		said = append(said, t.About.Import)
	}
	have := plain(strings.Join(said, " "))
	for _, word := range strings.Fields(text) {
		if !strings.Contains(have, plain(word)) {
			return false
		}
	}
	return strings.TrimSpace(text) != ""
}

// plain leaves letters and digits: D365, "Dynamics-365" and "dynamics 365" are found alike.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == ' ' || r == '.' || r == '/' {
			return -1
		}
		return r
	}, strings.ToLower(text))
}

// KnownTemplate is the built-in template of that name.
func KnownTemplate(name string) (Template, error) {
	if err := knownTemplate(name, builtin()); err != nil {
		return Template{}, err
	}
	return describe(builtin(), name), nil
}

// KnownIn refuses a name of which there is no template, with the names that may be meant.
func KnownIn(all fs.FS, name string) error { return knownTemplate(name, all) }

// knownTemplate refuses a template that there is not, with the names that may be meant.
func knownTemplate(name string, all fs.FS) error {
	names := template.Names(all)
	if slices.Contains(names, name) {
		return nil
	}
	if name == "" {
		return &desk.Error{Code: desk.ExitUsage, Err: errors.New("--template is missing: which ERP's import file is it?"),
			Hint: say.Plain(fmt.Sprintf("templates: %s; fisbridge templates says which ERP reads which", strings.Join(names, ", ")))}
	}
	return &desk.Error{Code: desk.ExitUsage, Err: fmt.Errorf("there is no template %q", name), Hint: say.Text(meant(name, all))}
}

// meant says which template may be meant: by a near name, else by the ERP that the word names.
func meant(name string, all fs.FS) string {
	names := template.Names(all)
	if near := wording.Nearest(name, names); near != "" {
		return "did you mean " + near + "?"
	}
	var read, firsts []string
	for _, n := range names {
		firsts = append(firsts, ofERP(n))
	}
	near := wording.Nearest(ofERP(name), firsts)
	for _, t := range Templates(all) {
		if t.holds(name) || near != "" && ofERP(t.Name) == near {
			read = append(read, t.Name)
		}
	}
	if len(read) > 0 {
		return "did you mean " + strings.Join(read, " or ") + "?"
	}
	return "fisbridge templates lists them, with the ERPs that read them"
}

// ofERP is the first word of a template's name, which is the ERP's: netsuite of netsuite-journal.
func ofERP(name string) string {
	first, _, _ := strings.Cut(name, "-")
	return first
}
