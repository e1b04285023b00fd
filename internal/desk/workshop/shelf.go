package workshop

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// Missing is what people ask for and there is no template of.
type Missing struct {
	ERP   string `yaml:"erp" json:"erp"`
	Files string `yaml:"files" json:"files"`
	Why   string `yaml:"why" json:"why"`
}

// MissingTemplates are the files of ERPs that no built-in template makes, and why.
func MissingTemplates() ([]Missing, error) {
	text, err := fs.ReadFile(builtin(), "missing.yaml")
	if err != nil {
		return nil, err
	}
	var out []Missing
	if err := yaml.UnmarshalWithOptions(text, &out, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read templates/missing.yaml: %w", err)
	}
	return out, nil
}

// ERPsPage is docs/erps.md: which ERP, which files, who has read them besides us, and what nobody could say.
func ERPsPage() (string, error) {
	missing, err := MissingTemplates()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# Does it do my ERP?\n\n" +
		"<!-- Made by `fisbridge templates --markdown > docs/erps.md` from what the templates say of themselves. -->\n\n" +
		"`fisbridge templates` shows this list, `fisbridge templates NAME` one of them, `fisbridge init --template NAME` begins with one, `fisbridge demo --template NAME` runs the whole loop with it.\n" +
		"An ERP that is not here needs a template of its own: [integrators.md](integrators.md).\n\n" +
		"Who says that a file is right, besides us, is its **judge**:\n\n")
	for _, g := range template.Grades() {
		fmt.Fprintf(&b, "- **%s**: %s\n", g.Grade, g.Meaning)
	}
	b.WriteString("- *" + NoReader + "*: the columns are as described, and nobody besides us has read them. Try such a file in a test system of the ERP first; that is wise with the others, too.\n\n")
	b.WriteString("| template | read by | documents | judge |\n|---|---|---|---|\n")
	all := Templates(builtin())
	for i := range all {
		t := &all[i]
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s | %s |\n", t.Name, t.Name, cell(t.ERPs()), t.Types(), cell(t.Judge()))
	}
	for i := range all {
		all[i].section(&b)
	}
	b.WriteString("\n## Asked for, and not here\n\n| ERP | files | why |\n|---|---|---|\n")
	for _, m := range missing {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(m.ERP), cell(m.Files), cell(m.Why))
	}
	return b.String(), nil
}

// section is a template's part of the page.
func (t *Template) section(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n%s. [How it is imported, and what the traps are](../templates/%s/README.md).\n\n", t.Name, strings.TrimSuffix(t.Title, "."), t.Name)
	if t.About == nil {
		return
	}
	fmt.Fprintf(b, "- **read by**: %s\n- **there it is called**: %s\n- **file**: %s, `%s`\n- **what comes back**: %s\n", t.ERPs(), t.About.Import, t.Kind, t.FileName, t.About.Answers)
	if len(t.About.Judges) == 0 {
		fmt.Fprintf(b, "- **judge**: *%s*\n", NoReader)
	}
	for _, j := range t.About.Judges {
		fmt.Fprintf(b, "- **judge, grade %s**: %s: %s\n", j.Grade, j.Name, j.Proves)
	}
	for _, n := range t.About.NotProved {
		fmt.Fprintf(b, "- **not proved**: %s\n", n)
	}
	fmt.Fprintf(b, "- **sources**: %s\n", strings.Join(t.About.Sources, "; "))
}

// cell is a text in a cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
