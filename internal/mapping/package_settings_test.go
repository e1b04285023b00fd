package mapping_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// withSetting is the new mapping of a template with something else in a row of Settings, and what is wrong with it.
func withSetting(t *testing.T, name, option, value string) (*mapping.Plan, string) {
	t.Helper()
	text := once(t, "YAML of "+name, func() []byte {
		text, err := workbook.NewYAML(templates.FS(), name, nil)
		must(t)(err)
		return text
	})
	var lines []string
	for line := range strings.SplitSeq(string(text), "\n") {
		if strings.HasPrefix(line, "  "+option+":") {
			continue
		}
		if lines = append(lines, line); line == "settings:" {
			lines = append(lines, `  "`+option+`": "`+value+`"`)
		}
	}
	plan, found := mapping.LoadBytes(templates.FS(), "m.yaml", []byte(strings.Join(lines, "\n")))
	if plan == nil {
		return nil, found.Err().Error()
	}
	return plan, ""
}

// What the sheet Settings says of files reaches the members of a package, in each template that is one.
func TestSettingsReachMembers(t *testing.T) {
	docs := map[string]fis.Envelope{}
	for _, env := range sampleDocuments(t) {
		switch {
		case strings.Contains(string(env.Document), "8B529375F4D95FD281B8"):
			docs["expense"] = env
		case strings.Contains(string(env.Document), "AQ-25688"):
			docs["invoice"] = env
		}
	}
	for _, c := range []struct{ template, option, value, want string }{
		{"netsuite-bills", "Delimiter", "semicolon", "External ID;Account;Amount"},
		{"netsuite-bills", "Delimiter", "semicolon", ";V70010;AQ-25688;"},
		{"netsuite-bills", "Decimal mark", "comma", `,650100,"50,00",,Cartons`},
		{"netsuite-bills", "Date form", "dd.MM.yyyy", "AQ-25688,08.08.2026,07.09.2026"},
		{"netsuite-bills", "Posting date", "month end", "AQ-25688,8/31/2026,9/7/2026"},
		{"netsuite-bills", "Posting date", "file", "AQ-25688,11/2/2026,9/7/2026"},
		{"netsuite-bills", "Posting date", "", "AQ-25688,8/8/2026,9/7/2026"},
		{"netsuite-bills", "Earliest posting date", "2026-10-01", "AQ-25688,10/1/2026,9/7/2026"},
		{"oracle-fbdi-ap", "Delimiter", "pipe", "|02-2100-650100-000|"},
		{"oracle-fbdi-ap", "Posting date", "month end", ",2026/08/31,"},
		{"oracle-fbdi-gl", "Date form", "yyyyMMdd", "NEW,,20261102,"},
		{"oracle-fbdi-gl", "Posting date", "document", "NEW,,2026/09/01,"},
		{"oracle-fbdi-gl", "Posting date", "file", "NEW,,2026/11/02,"},
		{"oracle-fbdi-gl", "Headings", "on", "STATUS,LEDGER_ID,ACCOUNTING_DATE"},
		{"d365-general-journal", "Decimal mark", "comma", `"23,40"`},
		{"d365-general-journal", "Earliest posting date", "2026-12-01", "2026-12-01"},
	} {
		t.Run(c.template+"/"+c.option, func(t *testing.T) {
			plan, wrong := withSetting(t, c.template, c.option, c.value)
			if plan == nil {
				t.Fatal(wrong)
			}
			doc := docs["expense"]
			if strings.HasSuffix(c.template, "-bills") || strings.HasSuffix(c.template, "-ap") {
				doc = docs["invoice"]
			}
			text, _ := rendered1(t, plan, doc)
			if got := readableFile(t, plan, []byte(text)); !bytes.Contains(got, []byte(c.want)) {
				t.Errorf("want %s in\n%s", c.want, got)
			}
		})
	}
	if plan, _ := withSetting(t, "netsuite-bills", "Headings", "off"); plan == nil {
		t.Error("headings cannot be left out")
	} else if text, _ := rendered1(t, plan, docs["invoice"]); bytes.Contains(readableFile(t, plan, []byte(text)), []byte("External ID")) {
		t.Error("a member keeps its headings")
	}
}

// A setting that cannot reach what is made is refused at its cell, and so is a form that does not exist.
func TestSettingsWithoutEffectAreRefused(t *testing.T) {
	for _, c := range []struct{ template, option, value, want string }{
		{"netsuite-bills", "Date form", "blah", `settings line 7: Date form: "b" is not part of a date form`},
		{"generic-csv", "Decimal mark", "x", `settings line 7: Decimal mark: must be . or ,`},
		{"sap-idoc-xml", "Delimiter", "pipe", "Delimiter goes with delimited files"},
		{"datev-extf", "Posting date", "month end", "Posting date changes nothing, because no Value names posting.date: write posting.date"},
		{"datev-extf", "Earliest posting date", "2026-10-01", "Earliest posting date changes nothing"},
	} {
		if _, wrong := withSetting(t, c.template, c.option, c.value); !strings.Contains(wrong, c.want) {
			t.Errorf("%s, %s = %s: want %s, got %s", c.template, c.option, c.value, c.want, wrong)
		}
	}
}

// The template's rule holds where the workbook has none, for Values of either.
func TestPostingDateOfTheTemplateAndOfTheWorkbook(t *testing.T) {
	files := fstest.MapFS{"small/template.yaml": {Data: []byte(`
name: small
title: T
documents: [expense]
acceptance: document
file: { kind: delimited, line_end: lf, decimals: "2", neutralise: off }
file_name: "{sequence:0000}.csv"
posting_date: file
records:
  - name: Line
    repeat: posting
    fields:
      - { name: posted, type: date, value: posting.date }
`)}}
	var doc fis.Envelope
	for _, env := range sampleDocuments(t) {
		if strings.Contains(string(env.Document), "8B529375F4D95FD281B8") {
			doc = env
		}
	}
	for body, want := range map[string]string{
		"template: small\n": "2026-11-02",
		"template: small\ncolumns:\n  Line:\n    posted: posting.date\n":                                            "2026-11-02",
		"template: small\nsettings:\n  Posting date: file\ncolumns:\n  Line:\n    posted: posting.date\n":           "2026-11-02",
		"template: small\nsettings:\n  Posting date: month end\n":                                                   "2026-09-30",
		"template: small\nsettings:\n  Posting date: file\ncolumns:\n  Line:\n    posted: \"DATE(2026; 12; 24)\"\n": "2026-12-24",
	} {
		plan, found := mapping.LoadBytes(files, "small.yaml", []byte(body))
		if plan == nil {
			t.Errorf("%s: %v", body, found.Err())
			continue
		}
		if text, _ := rendered1(t, plan, doc); !strings.HasPrefix(text, want) {
			t.Errorf("%s: want %s, got %s", body, want, text)
		}
	}
}

// A line of the import file has no number where its records stand in several members, or behind the headings of one: an
// answer that names lines would lead to another document, and is refused when the template is checked.
func TestAnswersNameNoLinesOfAPackage(t *testing.T) {
	const answer = "results:\n  - name: lines\n    files: \"*.rej\"\n    kind: posting\n    level: line\n    default_outcome: rejected\n    layout: { kind: delimited, delimiter: \",\" }\n" +
		"    records:\n      - name: R\n        fields: [ { name: file, type: integer }, { name: line, type: integer }, { name: text, type: text } ]\n" +
		"    columns:\n      - { role: file_sequence, field: file }\n      - { role: file_line, field: line }\n      - { role: message, field: text }\n"
	for name, refused := range map[string]bool{"netsuite-bills": true, "d365-general-journal": true, "oracle-fbdi-ap": true, "oracle-fbdi-gl": false, "netsuite-journal": false} {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{}
			entries, err := templates.FS().(fs.ReadDirFS).ReadDir(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if e.IsDir() {
					continue
				}
				data, err := fs.ReadFile(templates.FS(), name+"/"+e.Name())
				if err != nil {
					t.Fatal(err)
				}
				if e.Name() == "template.yaml" {
					text, _, _ := strings.Cut(string(data), "\nresults:\n")
					data = []byte(text + "\n" + answer)
				}
				files[name+"/"+e.Name()] = &fstest.MapFile{Data: data}
			}
			text, err := workbook.NewYAML(files, name, nil)
			must(t)(err)
			plan, found := mapping.LoadBytes(files, "m.yaml", text)
			if said := ""; refused {
				if plan == nil {
					said = found.Err().Error()
				}
				if !strings.Contains(said, "results.lines.columns.file_line") {
					t.Errorf("it is not refused: %s", said)
				}
			} else if plan == nil {
				t.Error(found.Err())
			}
		})
	}
}
