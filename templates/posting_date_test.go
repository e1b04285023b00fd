package templates_test

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/templates"
)

// The day of a posting is the company's to choose (Posting date of Settings), so no line of a document takes the day the
// file is made for it, nor for the rate of that day. What may: when the file was made, and what stands for a date that a
// document has not.
func TestPostingDatesAreTheCompanys(t *testing.T) {
	exempt := map[string]string{
		"CREDAT":           "when an IDoc was made",
		"DATE_CREATED":     "when the row was made",
		"DOC_DATE":         "date of the document, which a cash advance may lack",
		"document date":    "date of the document, which a cash advance may lack",
		"run date":         "when the file was made",
		"003 Batch Date":   "of the extract",
		"3 Batch Date":     "of the extract",
		"010":              "DATEV: only day and month, in the period of the header, which is that of the file",
		"116":              "DATEV: the tax period, in the month of the file as Belegdatum is",
		"period":           "DATEV: holds Belegdatum against the period of the header",
		"06 Erzeugt":       "when the file was made",
		"CREATION_DATE":    "when the row was made",
		"LAST_UPDATE_DATE": "when the row was made",
	}
	files, err := fs.Glob(templates.FS(), "*/template.yaml")
	if err != nil || len(files) < 40 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(templates.FS(), file)
		if err != nil {
			t.Fatal(err)
		}
		var of struct {
			Records []struct {
				Name   string
				Repeat any // a word, or several
				Fields []struct{ Name, Value string }
			}
		}
		if err := yaml.Unmarshal(text, &of); err != nil {
			t.Fatal(file, err)
		}
		for _, record := range of.Records {
			for _, field := range record.Fields {
				if record.Repeat != "header" && strings.Contains(field.Value, "file.date") && exempt[field.Name] == "" {
					t.Errorf("%s: %s.%s has %s: posting.date is what the company chose", path.Dir(file), record.Name, field.Name, field.Value)
				}
			}
		}
	}
}

// Where posting.date stands in the head of a document alone, its lines have no days of their own: a rule by the line would
// be taken, and the day of the document written.
func TestOnePostingDateWhereOnlyTheHeadHasIt(t *testing.T) {
	files, err := fs.Glob(templates.FS(), "*/template.yaml")
	if err != nil || len(files) < 40 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(templates.FS(), file)
		if err != nil {
			t.Fatal(err)
		}
		var of struct {
			Documents []string
			One       bool `yaml:"one_posting_date"`
			Records   []struct {
				Repeat any
				Fields []struct{ Value string }
			}
		}
		if err := yaml.Unmarshal(text, &of); err != nil {
			t.Fatal(file, err)
		}
		inHead, inLines := false, false
		for _, record := range of.Records {
			for _, field := range record.Fields {
				if !strings.Contains(field.Value, "posting.date") {
					continue
				}
				if record.Repeat == nil || record.Repeat == "document" {
					inHead = true
				} else {
					inLines = true
				}
			}
		}
		if inHead && !inLines && !of.One && slices.Contains(of.Documents, "expense") {
			t.Errorf("%s: only the head of a document has posting.date: one_posting_date: true", path.Dir(file))
		}
	}
}
