package guides

import (
	"bytes"
	"context"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/trial"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/samples"
	"github.com/fisbridge/fisbridge/templates"
)

// taxi is the document that the guides speak of.
func taxi(t *testing.T) (out fis.Envelope) {
	t.Helper()
	data, err := fs.ReadFile(samples.Documents(), "01-cash-taxi.json")
	if err == nil {
		err = fis.ReadDocuments(bytes.NewReader(data), "taxi", func(e fis.Envelope) error {
			out = e
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// runResults compiles result formats as a template has them.
func runResults(t *testing.T, e example) {
	var in struct {
		Results []format.Format `yaml:"results"`
	}
	if err := yaml.UnmarshalWithOptions([]byte(e.text), &in, yaml.Strict()); err != nil {
		t.Fatalf("docs/%s:%d: %v", e.page, e.line, err)
	}
	for _, f := range in.Results {
		if _, err := returns.Compile(f); err != nil {
			t.Errorf("docs/%s:%d: %s: %v", e.page, e.line, f.Name, err)
		}
	}
}

// runMappingTests runs the tests of a mapping in which the account of the taxi is the one that the page wants.
func runMappingTests(t *testing.T, e example) {
	text, err := workbook.NewYAML(templates.FS(), "generic-csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Replace(string(text), `["640100", "640100"`, `["640100", "6105"`, 1)
	plan, found := mapping.LoadBytes(templates.FS(), "acme.yaml", []byte(body+"\n"+e.text))
	if plan == nil {
		t.Fatalf("docs/%s:%d: %v", e.page, e.line, found.Err())
	}
	report, err := trial.Run(t.Context(), plan, trialDocument(t))
	if err != nil || report.Passed != 1 || report.Failed > 0 || report.NotRun > 0 {
		t.Errorf("docs/%s:%d: %d passed, %d failed, %d not run: %v %v", e.page, e.line, report.Passed, report.Failed, report.NotRun, report.Findings, err)
	}
}

// completed is a template that has what a part of one says, and beside it as little as makes a template.
func completed(t *testing.T, e example) (string, fs.FS) {
	t.Helper()
	part, files := e.text, fstest.MapFS{}
	has := func(key string) bool { return regexp.MustCompile(`(?m)^` + key + `:`).MatchString(part) }
	switch {
	case strings.Contains(part, "Manifest.xml"):
		files["part/Manifest.xml"] = &fstest.MapFile{Data: []byte("<Manifest/>")}
		part += "records:\n" + oneRecord("Invoice", "document", "[ { name: id, type: code, value: document.report_id } ]") +
			oneRecord("Line", "posting", "[ { name: amount, type: amount, decimals: 2, value: line.amount } ]")
	case strings.Contains(part, "eib.xlsx"):
		files["part/eib.xlsx"] = &fstest.MapFile{Data: form(t)}
	case has("amounts"): // of the template before it, with a record more
		whole := regexp.MustCompile("(?s)name: oldbooks\n.*").FindString(pageExample(t, e.page, "name: oldbooks"))
		whole = regexp.MustCompile(`(?ms)^amounts:[^\n]*\n.*?^(\S)`).ReplaceAllString(whole, "$1")
		whole = strings.NewReplacer("name: oldbooks", "name: part", "  - name: TR\n", oneRecord("TX", "tax", "[ { name: type, type: code, width: 2, value: '\"TX\"' }, "+
			"{ name: base, type: amount, width: 13, decimals: 2, value: amountTax } ]")+"  - name: TR\n").Replace(whole)
		return regexp.MustCompile(`(?m)^totals:`).ReplaceAllLiteralString(whole, part+"totals:"), files
	case has("about"):
		part += "records:\n" + oneRecord("Line", "posting", "[ { name: text, value: line.text } ]") + "file: { kind: delimited }\n"
	}
	out := "name: part\ntitle: T\ndocuments: [expense]\nacceptance: document\n"
	for _, o := range []struct{ key, text string }{
		{"file_name", "file_name: \"{sequence:000}.dat\"\n"},
		{"rounding", "rounding: true\n"},
	} {
		if !has(o.key) {
			out += o.text
		}
	}
	out += part
	if !has("amounts") && regexp.MustCompile(`type: amount[^\n]*line\.amount`).MatchString(part) {
		field := regexp.MustCompile(`name: (\w+), type: amount[^\n]*line\.amount`).FindStringSubmatch(part)[1]
		out += "amounts: { rows: [ { record: Line, amount: " + field + " } ] }\ntotals: { amount: Line." + field + " }\n"
	}
	return out, files
}

func oneRecord(name, repeat, fields string) string {
	return "  - name: " + name + "\n    repeat: " + repeat + "\n    fields: " + fields + "\n"
}

// pageExample is the example of a page that begins so.
func pageExample(t *testing.T, page, begins string) string {
	t.Helper()
	for _, e := range examples(t, page) {
		if strings.HasPrefix(e.text, begins) {
			return e.text
		}
	}
	t.Fatalf("docs/%s has no example that begins with %s", page, begins)
	return ""
}

// form is a workbook to be filled in, as a customer has it.
func form(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	const sheet = "Journal Entry Line Replacement"
	err := f.SetSheetName("Sheet1", sheet)
	if err == nil {
		err = f.SetCellStr(sheet, "B5", "Ledger Account*")
	}
	if err == nil {
		err = f.SetCellStr(sheet, "AB5", "Memo")
	}
	var b bytes.Buffer
	if err == nil {
		err = f.Write(&b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// planOf is the new mapping of what the example is a part of.
func planOf(t *testing.T, e example) *mapping.Plan {
	t.Helper()
	text, files := completed(t, e)
	all := fstest.MapFS{"part/template.yaml": {Data: []byte(text)}}
	for name, f := range files.(fstest.MapFS) {
		all[name] = f
	}
	made, err := workbook.NewYAML(all, "part", nil)
	if err != nil {
		t.Fatalf("docs/%s:%d: %v\n%s", e.page, e.line, err, text)
	}
	plan, found := mapping.LoadBytes(all, "part.yaml", made)
	if plan == nil {
		t.Fatalf("docs/%s:%d: %v\n%s", e.page, e.line, found.Err(), text)
	}
	return plan
}

// runTemplate loads a template that has what the example says, and makes a file with it.
func runTemplate(t *testing.T, e example) { _ = madeBy(t, e, taxi(t)) }

// madeBy is the file with one document.
func madeBy(t *testing.T, e example, env fis.Envelope) []byte {
	t.Helper()
	plan := planOf(t, e)
	p, err := plan.NewWorker().Prepare(env)
	if err != nil {
		t.Fatalf("docs/%s:%d: %v", e.page, e.line, err)
	}
	file, err := plan.NewFile(mapping.FileContext{Route: "gl", Sequence: 42, Group: p.Group, Created: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), TempDir: t.TempDir()})
	if err == nil {
		_, err = file.Add(p)
	}
	var out bytes.Buffer
	if err == nil {
		_, err = file.Finish(&out)
	}
	if err != nil {
		t.Fatalf("docs/%s:%d: %v", e.page, e.line, err)
	}
	return out.Bytes()
}

// runMadeFile compares the file that the template before the example makes of the taxi.
func runMadeFile(t *testing.T, e example) {
	var before example
	for _, b := range examples(t, e.page) {
		if b.line < e.line && b.language == "yaml" {
			before = b
		}
	}
	env := taxi(t)
	env.Document = bytes.Replace(env.Document, []byte(`"Airport taxi"`), []byte(`"Taxi & train"`), 1)
	made := string(madeBy(t, before, env))
	shown, _, cut := strings.Cut(e.text, "…")
	if shown = strings.TrimRight(shown, "\n"); !strings.HasPrefix(made, shown) || !cut && strings.TrimRight(made, "\n") != shown {
		t.Errorf("docs/%s:%d: the file is\n%s", e.page, e.line, made)
	}
}

// trialDocument finds the taxi by its report.
func trialDocument(t *testing.T) trial.FindDocument {
	env := taxi(t)
	return func(_ context.Context, id string) (fis.Envelope, bool, error) {
		return env, strings.Contains(string(env.Document), id), nil
	}
}
