package template_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

const aliased = `name: acme
title: Acme
documents: [expense]
acceptance: document
file: &csv { kind: delimited, delimiter: ";" }
file_name: "a{sequence}.csv"
records: [{ name: L, repeat: document, fields: [{ name: x, type: code, value: document.id }] }]
results:
  - name: lines
    files: "*.lines.csv"
    kind: posting
    level: line
    layout: { <<: *csv, header: true }
    records: &row
      - name: Row
        fields:
          - { name: doc_id, type: code, required: true }
          - { name: status, type: code }
    columns: &columns
      - { role: doc_id, field: doc_id }
      - { role: outcome, field: status, words: { ok: posted } }
  - name: documents
    files: "*.documents.csv"
    kind: posting
    level: document
    layout: *csv
    records: *row
    columns: *columns
`

// A part that is named once may stand in every other part of the template, result formats among them, which are decoded
// by themselves. What cannot be meant is told with its line.
func TestAliasesHoldForTheWholeTemplate(t *testing.T) {
	for change, want := range map[string]string{
		"":                                  "",
		"*row|*rows":                        "acme/template.yaml line 27: there is no anchor &rows before this",
		"layout: *csv|layout: &l { a: *l }": "line 26: &l cannot stand in what it names",
		"records: *row|records: *columns":   "line 20: unknown field",
	} {
		from, to, _ := strings.Cut(change, "|")
		fsys, err := template.Alone("acme", []byte(strings.Replace(aliased, from, to, 1)))
		if err != nil {
			t.Fatal(err)
		}
		read, findings := template.Read(fsys, "acme")
		said := ""
		if err := findings.Err(); err != nil {
			said = err.Error()
		}
		if (want == "") != (said == "") || !strings.Contains(said, want) {
			t.Errorf("%s: %q, want %q", change, said, want)
		}
		if want == "" && (len(read.Results) != 2 || read.Results[1].Records[0].Fields[0].Name != "doc_id" || len(read.Results[1].Columns) != 2 || read.Results[0].Layout.Delimiter != ";") {
			t.Errorf("read as %+v", read.Results)
		}
	}
}

// A few lines that name each other do not become gigabytes.
func TestAliasesAreBounded(t *testing.T) {
	text := "name: acme\ndescription: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 9 {
		n := string(rune('0' + i))
		text += "k" + n + ": &a" + string(rune('1'+i)) + " [" + strings.Repeat("*a"+n+", ", 9) + "*a" + n + "]\n"
	}
	fsys, err := template.Alone("acme", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if _, findings := template.Read(fsys, "acme"); !strings.Contains(findings.Err().Error(), "stand for more than 200000 values") {
		t.Error(findings.Err())
	}
}
