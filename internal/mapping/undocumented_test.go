package mapping_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/lint"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// A field that FIS gained and no list knows: a check with documents says where they have it and what to write; written so, it is used, with a remark.
func TestCheckOfUndocumentedFields(t *testing.T) {
	var docs []fis.Envelope
	for _, d := range sampleDocuments(t) {
		if d.DocType == fis.Expense {
			d.Document = bytes.Replace(d.Document, []byte(`"reportName"`), []byte(`"brandNew": "B-07", "reportName"`), 1)
		}
		docs = append(docs, d)
	}
	ready, err := workbook.NewYAML(templates.FS(), "generic-csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	check := func(value string) *lint.Report {
		t.Helper()
		text := strings.Replace(string(ready), "Text: line.text", "Text: "+value, 1)
		if text == string(ready) {
			t.Fatal("the mapping has no Text")
		}
		r, err := lint.Check(t.Context(), templates.FS(), "acme.yaml", []byte(text), lint.Options{Documents: each(docs), Created: made()})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := check("brandNew")
	if want := `FIS's reference has no field brandNew, but `; r.Usable || !strings.Contains(text(r.Findings), want) || !strings.Contains(text(r.Findings), `documents have it: fisbridge mapping fields acme.yaml lets its name be used, or write FIELD("report.brandNew")`) {
		t.Errorf("want %s\ngot\n%s", want, text(r.Findings))
	}
	plain := ready
	with := func(further string) []byte {
		out := bytes.Replace(plain, []byte("\noptions:\n"), []byte("\noptions:\n  Further fields: "+further+"\n"), 1)
		if bytes.Equal(out, plain) {
			t.Fatal("the mapping has no options")
		}
		return out
	}
	ready = with("report.brandNew; report.reportId")
	r = check("brandNew")
	for _, want := range []string{`brandNew is no field of FIS's reference; it is read at report.brandNew, where your documents had it`, `Line Text: brandNew is a place that FIS's reference does not name; of `} {
		if !r.Usable || !strings.Contains(text(r.Findings), want) {
			t.Errorf("want %s\ngot\n%s", want, text(r.Findings))
		}
	}
	ready = with("report.brand New")
	if r = check("document.title"); r.Usable || !strings.Contains(text(r.Findings), "Further fields: ") {
		t.Error(text(r.Findings))
	}
	ready = plain
	r = check("brandOld")
	if r.Usable || !strings.Contains(text(r.Findings), "there is no field brandOld") || strings.Contains(text(r.Findings), "reference") {
		t.Error(text(r.Findings))
	}
	r = check(`'FIELD("report.brandNew")'`)
	if want := `Line Text: FIELD("report.brandNew") is a place that FIS's reference does not name; of `; !r.Usable || r.Held > 0 && !strings.Contains(text(r.Findings), want) || !strings.Contains(text(r.Findings), "have a value there") {
		t.Errorf("want %s\ngot\n%s", want, text(r.Findings))
	}
	r = check(`'FIELD("report.brandOld")'`)
	if want := `Line Text: FIELD("report.brandOld") is blank in all of `; !r.Usable || !strings.Contains(text(r.Findings), want) {
		t.Errorf("want %s\ngot\n%s", want, text(r.Findings))
	}
	r = check(`'FIELD("report.reportId")'`)
	if strings.Contains(text(r.Findings), "reference") {
		t.Error(text(r.Findings))
	}
}
