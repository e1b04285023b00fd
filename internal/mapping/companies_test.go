package mapping_test

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// changedBook is the plan of a new workbook that somebody has changed, and what is to be said of it.
func changedBook(t *testing.T, name string, edit func(f *excelize.File)) (*mapping.Plan, findings.List) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(freshBook(t, name)))
	must(t)(err)
	defer f.Close()
	edit(f)
	b, err := f.WriteToBuffer()
	must(t)(err)
	return mapping.LoadBytes(templates.FS(), "acme.xlsx", b.Bytes())
}

var unitCode = regexp.MustCompile(`("\w+OrgUnit1Code\\?"\s*:\s*\\?")1000(\\?")`)

// pair are two sample documents that a template takes, of the companies 1000 and 2000, the same in all else but their ids.
func pair(t *testing.T, plan *mapping.Plan) (a, b fis.Envelope, ok bool) {
	t.Helper()
	for _, env := range sampleDocuments(t) {
		if !plan.Takes(env.DocType) || !unitCode.Match(env.Document) {
			continue
		}
		if p, err := plan.NewWorker().Prepare(env); err != nil || p.Rows == 0 {
			continue
		}
		b = env
		b.ID = strings.Repeat("b", len(env.ID))
		b.Document = unitCode.ReplaceAll(env.Document, []byte("${1}2000${2}"))
		b.Document = regexp.MustCompile(`("(?:reportId|requestId|cashAdvanceId)"\s*:\s*")...`).ReplaceAll(b.Document, []byte("${1}777"))
		b.Document = regexp.MustCompile(`("reportKey"\s*:\s*)[0-9]+`).ReplaceAll(b.Document, []byte("${1}777"))
		return env, b, true
	}
	return a, b, false
}

// sameCurrency gives the company 2000 the currency of the company 1000 on the sheet Companies.
func sameCurrency(t *testing.T, f *excelize.File) {
	rows, err := f.GetRows("Companies")
	if err != nil {
		return
	}
	at, currency := slices.Index(rows[0], "Currency"), ""
	for i, row := range rows {
		if at < 0 || len(row) <= at {
			continue
		}
		if row[0] == "1000" {
			currency = row[at]
		}
		if row[0] == "2000" {
			cell, err := excelize.CoordinatesToCellName(at+1, i+1)
			must(t)(err)
			must(t)(f.SetCellStr("Companies", cell, currency))
		}
	}
}

// extracts are the templates that say nothing of companies: they write what Concur's own extracts hold, with its columns
// for organisation units and ledgers, for a program that parts them itself.
var extracts = []string{"concur-prae", "concur-sae", "concur-sae-v2", "concur-sae-xlsx"}

// Documents of two companies never stand in the books of one: they are in files of their own, whatever the workbook
// groups by, or the rows say which company they are of.
func TestTwoCompaniesNeverShareBooks(t *testing.T) {
	for _, name := range template.Names(templates.FS()) {
		if slices.Contains(extracts, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for _, by := range []string{"", "run", "currency"} {
				if own, _ := template.Read(templates.FS(), name); by != "" && own.Grouping.By == "document" {
					continue // its files hold one document at most
				}
				plan, found := changedBook(t, name, func(f *excelize.File) {
					sameCurrency(t, f)
					must(t)(f.SetCellStr("Settings", settingCell(t, f, "Group by"), by))
				})
				if plan == nil {
					t.Fatal(text(found))
				}
				a, b, ok := pair(t, plan)
				if !ok {
					t.Fatal("no sample document of company 1000")
				}
				got := renderGroups(t, plan, []fis.Envelope{a, b})
				if len(got.refused) > 0 || len(got.parts) != 2 {
					t.Fatalf("by %q: %v of %d", by, got.refused, len(got.parts))
				}
				if plan.Template().OneCompany() {
					if len(got.files) != 2 {
						t.Errorf("by %q: one file for two companies", by)
					}
					continue
				}
				in := []string{"Line.Company"} // of our own CSV files, which may name another column, or none
				if plan.Template().Company != nil {
					in = plan.Template().Company.In
				}
				rowsSay(t, plan, in, a, b)
			}
		})
	}
}

// rowsSay asks that the fields which tell the company differ between two documents that differ in nothing else.
func rowsSay(t *testing.T, plan *mapping.Plan, fields []string, a, b fis.Envelope) {
	t.Helper()
	values := map[string][2]string{}
	for i, env := range []fis.Envelope{a, b} {
		m, err := mapping.NewMaker(plan, time.Time{})
		must(t)(err)
		doc, err := fis.NewParser(nil).Parse(env)
		must(t)(err)
		_, rows, err := m.Make(doc)
		must(t)(err)
		for j := range rows {
			r := plan.Template().Records[rows[j].Record()]
			for k, f := range r.Fields {
				v := values[r.Name+"."+f.Name]
				v[i] = rows[j].Values()[k].String()
				values[r.Name+"."+f.Name] = v
			}
		}
	}
	for _, in := range fields {
		if v := values[in]; v[0] == "" || v[0] == v[1] {
			t.Errorf("%s is %q of company 1000 and %q of company 2000", in, v[0], v[1])
		}
	}
}

// A company without a row on the sheet Companies holds its documents, and the reason says which row to add.
func TestUnknownCompanyIsHeld(t *testing.T) {
	for _, name := range template.Names(templates.FS()) {
		plan := readyPlan(t, name)
		if plan.View().Lookups()["Companies"] == nil || name == "workday-journal-xml" { // whose codes go through as they are
			continue
		}
		_, b, _ := pair(t, plan)
		b.Document = bytes.ReplaceAll(b.Document, []byte(`OrgUnit1Code": "2000"`), []byte(`OrgUnit1Code": "9999"`))
		_, err := plan.NewWorker().Prepare(b)
		if err == nil || !strings.Contains(err.Error(), "Companies") || !strings.Contains(err.Error(), `"9999"`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The workbook says which field tells the company; a rule that nothing asks for is told.
func TestCompanyByTheWorkbook(t *testing.T) {
	plan, reason := withSetting(t, "datev-extf", "Company by", "homeCountryCode")
	if plan == nil {
		t.Fatal(reason)
	}
	a, _, _ := pair(t, readyPlan(t, "datev-extf"))
	if _, err := plan.NewWorker().Prepare(a); err == nil || !strings.Contains(err.Error(), `Companies has no row for "DE"`) {
		t.Error(err)
	}
	if plan, reason = withSetting(t, "tally-xml", "Company by", `\"2000\"`); plan == nil {
		t.Fatal(reason)
	}
	got := renderGroups(t, plan, sampleDocuments(t))
	for group, body := range got.files {
		if !strings.HasPrefix(group, "2000 / USD") || !strings.Contains(string(body), "<SVCURRENTCOMPANY>Lantern 2000 Pvt Ltd<") {
			t.Errorf("%s: %.300s", group, body)
		}
	}
	if len(got.files) != 1 {
		t.Error(sortedKeys(got.files))
	}
	if plan, reason = withSetting(t, "concur-sae", "Company by", "ledgerCode"); plan != nil || !strings.Contains(reason, "Company by changes nothing, because no Value names document.company") {
		t.Error(reason)
	}
}

// A setting of the template that nothing asks for is remarked: what stands there changes nothing. One that the file name
// holds, or by which the numbers of two routes are told apart, is of use.
func TestSettingsWithoutUseAreRemarked(t *testing.T) {
	source := strings.Replace(datedLines, "records:\n", "settings:\n  - { name: company, value: a }\n  - { name: forgotten, value: b }\n  - { name: shown, value: c }\n  - { name: apart, value: d }\n"+
		"numbers: { of: voucher, apart_by: [apart] }\nrecords:\n", 1)
	source = strings.Replace(source, `"{sequence:0000}.csv"`, `"{settings.shown}{sequence:0000}.csv"`, 1)
	_, found := mapping.LoadBytes(smallTemplate(source), "m.yaml", smallMapping(t, source))
	if got := text(found); strings.Count(got, "no formula uses the setting") != 1 || !strings.Contains(got, "no formula uses the setting forgotten") {
		t.Error(got)
	}
}

// smallMapping is the new mapping of a template of tests.
func smallMapping(t *testing.T, source string) []byte {
	t.Helper()
	data, err := workbook.NewYAML(smallTemplate(source), "small", nil)
	must(t)(err)
	return data
}

// A file ends before it has more lines than the ERP takes, and never within a document; a document that no file can take
// is held, with both numbers.
func TestLinesPerFile(t *testing.T) {
	source := strings.Replace(datedLines, "posting_date: month end", "grouping: { max_lines: 6 }", 1)
	source = strings.Replace(source, "posting.date", "line.date", 1)
	plan, found := mapping.LoadBytes(smallTemplate(source), "m.yaml", smallMapping(t, source))
	if plan == nil {
		t.Fatal(text(found))
	}
	file, err := plan.NewFile(mapping.FileContext{Route: "gl", Sequence: 1, Created: made(), TempDir: t.TempDir()})
	must(t)(err)
	add := func(id string, entries int) error {
		amounts := slices.Repeat([]string{"10.00"}, entries)
		p, err := plan.NewWorker().Prepare(expense(id, amounts...))
		must(t)(err)
		_, err = file.Add(p)
		return err
	}
	must(t)(add("D1", 2)) // two lines each: 4
	must(t)(add("D2", 1)) // 6
	if err := add("D3", 1); !errors.Is(err, refusal.ErrFull) {
		t.Error(err)
	}
	if err := add("D4", 4); err == nil || !strings.Contains(err.Error(), "8 lines") || !strings.Contains(err.Error(), "6 at most") {
		t.Error(err)
	}
	totals, err := file.Finish(io.Discard)
	must(t)(err)
	if totals.Rows != 6 || totals.Documents != 2 {
		t.Errorf("%d lines of %d documents", totals.Rows, totals.Documents)
	}
}
