package template_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

const aboutTemplate = `name: acme
title: Acme
documents: [expense]
acceptance: document
about:
  erps: [{ name: Acme Books, vendor: Acme }]
  import: journal import
  answers: nothing
  judges: [{ name: a reader, grade: A, proves: it reads }]
  not_proved: [accounts]
  sources: [the manual]
file: { kind: delimited }
file_name: "a{sequence}.csv"
records: [{ name: L, repeat: document, fields: [{ name: x, type: code, value: document.id }] }]
`

// What a template says of itself is checked when it is loaded: an ERP with a name, a grade there is, and what is not
// proved.
func TestAboutIsChecked(t *testing.T) {
	for change, want := range map[string]string{
		"": "",
		"[{ name: Acme Books, vendor: Acme }]|[]": "about.erps",
		"name: Acme Books|name: \" \"":            "about.erps[0].name",
		"import: journal import|import: \" \"":    "about.import",
		"answers: nothing|answers: \"\"":          "about.answers",
		"grade: A|grade: D":                       "about.judges[0].grade",
		"proves: it reads|proves: \"\"":           "about.judges[0]",
		"not_proved: [accounts]|not_proved: []":   "about.not_proved",
		"sources: [the manual]|sources: []":       "about.sources",
		"grade: A, |grade: A, since: 2020, ":      "unknown field",
		"judges: [{ name: a reader, grade: A, proves: it reads }]\n  not|judges: []\n  not": "",
	} {
		from, to, _ := strings.Cut(change, "|")
		fsys, err := template.Alone("acme", []byte(strings.Replace(aboutTemplate, from, to, 1)))
		if err != nil {
			t.Fatal(err)
		}
		read, findings := template.Read(fsys, "acme")
		if read != nil {
			findings = append(findings, read.Check()...)
		}
		said := ""
		if err := findings.Err(); err != nil {
			said = err.Error()
		}
		if (want == "") != (said == "") || !strings.Contains(said, want) {
			t.Errorf("%s: %q, want %q", change, said, want)
		}
	}
}
