package mapping_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
)

// smallWith compiles a template called small whose mapping has these settings.
func smallWith(t *testing.T, template, settings string) (*mapping.Plan, findings.List) {
	t.Helper()
	fsys := fstest.MapFS{"small/template.yaml": {Data: []byte("name: small\ntitle: T\ndocuments: [expense]\nacceptance: document\n" + template)}}
	text, err := workbook.NewYAML(fsys, "small", nil)
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Replace(string(text), "template: small\n", "template: small\nsettings:\n"+settings, 1)
	if settings == "" {
		body = string(text)
	}
	return mapping.LoadBytes(fsys, "small.yaml", []byte(body))
}

func rendered1(t *testing.T, plan *mapping.Plan, docs ...fis.Envelope) (text, name string) {
	t.Helper()
	var out bytes.Buffer
	w := plan.NewWorker()
	var file *mapping.File
	for _, env := range docs {
		p, err := w.Prepare(env)
		if err != nil {
			t.Fatal(err)
		}
		if file == nil {
			if file, err = plan.NewFile(mapping.FileContext{Route: "gl", Sequence: 7, Created: made(), Group: p.Group, TempDir: t.TempDir()}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := file.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := file.Finish(&out); err != nil {
		t.Fatal(err)
	}
	return out.String(), file.Name()
}

const columnsTemplate = `
file: { kind: delimited, line_end: lf, decimals: "2", neutralise: off }
file_name: "{route}_{sequence:0000}.csv"
records:
  - name: Line
    repeat: posting
    summarise: { by: [ACCOUNT, 'IF(line.debit > 0; "D"; "C")'], across_allocations: true }
    fields:
      - { name: Key, type: code, value: '[@Account] & "-" & [@[Cost centre]]' }
      - { name: Account, type: code, value: 'IF(line.account <> ""; line.account; "2000")' }
      - { name: Cost centre, type: code, value: 'IF([@Account] = "2000"; "B"; "P")' }
      - { name: number, type: integer, value: row.number }
      - { name: twice, type: integer, value: '[@number] * 2' }
      - { name: amount, type: amount, value: line.amount }
totals: { amount: Line.amount }
`

// A Value names another column of its row, and lines are added up by one; formulas with several values stand among those
// by which lines are added up.
func TestValueNamesAnotherColumn(t *testing.T) {
	plan, found := smallWith(t, strings.Replace(columnsTemplate, "ACCOUNT", "'[@Account]'", 1), "")
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	got, _ := rendered1(t, plan, expense("1", "10.00", "2.50"))
	want := "6000-P,6000,P,1,2,12.50\n2000-B,2000,B,2,4,-12.50\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A column that says the same as another one has a Value, too, for those that name it.
func TestValueNamesAColumnThatIsTheSame(t *testing.T) {
	template := strings.Replace(columnsTemplate, "ACCOUNT", "'[@Account]'", 1)
	plan, found := smallWith(t, strings.Replace(template, "      - { name: twice, type: integer, value: '[@number] * 2' }\n",
		"      - { name: again, type: code, same_as: Line.Account }\n      - { name: copy, type: code, value: '[@again] & \"!\"' }\n", 1), "")
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	got, _ := rendered1(t, plan, expense("1", "10.00", "2.50"))
	if !strings.HasPrefix(got, "6000-P,6000,P,1,6000,6000!,") {
		t.Error(got)
	}
}

func TestColumnsThatCannotBe(t *testing.T) {
	for from, c := range map[string][2]string{
		`'IF([@Account] = "2000"; "B"; "P")'`:   {`'[@Key]'`, "Key is made of itself: Key → Cost centre → Key"},
		`'[@number] * 2'`:                       {`'[@nubmer] * 2'`, "the record Line has no column nubmer; did you mean [@number]?"},
		`line.amount }`:                         {`'[@amount]' }`, "amount is made of itself"},
		`'[@Account] & "-" & [@[Cost centre]]'`: {`'[@Account & "x"'`, "a ] or the heading is missing"},
	} {
		_, found := smallWith(t, strings.Replace(strings.Replace(columnsTemplate, "ACCOUNT", "line.account", 1), from, c[0], 1), "")
		if !strings.Contains(text(found), c[1]) {
			t.Errorf("%s: %s\nwant %s", c[0], text(found), c[1])
		}
	}
	// columns that name each other many times end
	doubling := columnsTemplate
	for i, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"} {
		before := []string{"Account", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}[i]
		doubling = strings.Replace(doubling, "      - { name: number,", "      - { name: "+name+", type: text, value: '[@"+before+"] & [@"+before+"]' }\n      - { name: number,", 1)
	}
	_, found := smallWith(t, strings.Replace(doubling, "ACCOUNT", "line.account", 1), "")
	if !strings.Contains(text(found), "more than 2000 values and operators, those of the columns that it names included") {
		t.Error(text(found))
	}
}

const datedTemplate = `
file: { kind: delimited, line_end: lf, decimals: "2", neutralise: off }
file_name: "{route}_{sequence:0000}.csv"
records:
  - name: Line
    repeat: posting
    fields:
      - { name: posted, type: date, value: posting.date }
      - { name: amount, type: amount, value: line.amount }
totals: { amount: Line.amount }
`

// Settings hold the name of files, the rule of the posting date, and groupings of several values.
func TestSettingsOfFiles(t *testing.T) {
	doc := expense("1", "10.00")
	doc.Document = []byte(strings.Replace(string(doc.Document), `"entryDescription"`, `"transactionDate":"2026-03-10","entryDate":"2026-03-10","entryDescription"`, 1))
	for settings, want := range map[string]string{
		"": "gl_0007.csv 2026-03-10",
		"  \"File name\": 'acme-{group}-{sequence:000}.txt'\n  \"Group by\": company; document\n": "acme--1-007.txt 2026-03-10",
		"  \"Posting date\": month end\n":             "gl_0007.csv 2026-03-31",
		"  \"Posting date\": line.date + 1\n":         "gl_0007.csv 2026-03-11",
		"  \"Posting date\": file\n":                  "gl_0007.csv " + made().Format("2006-01-02"),
		"  \"Earliest posting date\": '2026-04-01'\n": "gl_0007.csv 2026-04-01",
		"  \"Earliest posting date\": '2026-03-01'\n": "gl_0007.csv 2026-03-10",
		"  \"Posting date\": IF(MONTH(line.date) < 4; DATE(2026; 4; 1); line.date)\n  \"Formula language\": de\n": "gl_0007.csv 2026-04-01",
	} {
		plan, found := smallWith(t, datedTemplate, settings)
		if err := found.Err(); err != nil {
			t.Errorf("%s: %v", settings, err)
			continue
		}
		got, name := rendered1(t, plan, doc)
		if got = name + " " + got[:10]; got != want {
			t.Errorf("%s: %s, want %s", settings, got, want)
		}
	}
	for settings, want := range map[string]string{
		"  \"File name\": '{sequense}.csv'\n":       "File name: a file name knows {route}",
		"  \"File name\": 'acme.csv'\n":             "File name: the file name needs {sequence}",
		"  \"Posting date\": line.text\n":           "Posting date takes a date, but this gives text",
		"  \"Earliest posting date\": yesterday\n":  "Earliest posting date is a date cell",
		"  \"Earliest posting date\": 12/03/2026\n": "Earliest posting date is a date cell",
		"  \"Formula language\": it\n":              "Formula language is en, de, fr or es",
		"  \"Group by\": company; line.account\n":   "line.account belongs to a posting line",
	} {
		if _, found := smallWith(t, datedTemplate, settings); !strings.Contains(text(found), want) {
			t.Errorf("%s: %s\nwant %s", settings, text(found), want)
		}
	}
}

const roundedTemplate = `
rounding: true
rounding_difference: { limit: "0.02" }
file: { kind: delimited, line_end: lf, decimals: "2", neutralise: off }
file_name: "{route}_{sequence:0000}.csv"
lookups:
  - name: Roles
    columns: [{ name: Role, key: true }, { name: Account, type: code }]
    rows: [[rounding_difference, "7999"], [employee_payable, "2000"]]
records:
  - name: Line
    repeat: posting
    fields:
      - { name: account, type: code, value: 'IF(line.account <> ""; line.account; LOOKUP(Roles; line.role; Account))' }
      - { name: debit, type: amount, value: line.debit }
      - { name: credit, type: amount, value: line.credit }
totals: { debit: Line.debit, credit: Line.credit }
`

// What rounding leaves over goes to the account that the workbook gives its role, in a line that the file is held
// against; beyond the limit the document is held.
func TestRoundingDifferenceHasAnAccount(t *testing.T) {
	plan, found := smallWith(t, roundedTemplate, "")
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	doc := expense("1", "10.00")
	taxed := func(text string) fis.Envelope {
		out := doc
		out.Document = []byte(strings.NewReplacer(`"amountGross":10.00,"amountNetOfTax":10.00`, text, `"tax":[]`,
			`"tax":[{"taxAuthorityLabel":"DE","taxCode":"V1","amountTax":1.496,"amountReclaim":0}]`).Replace(string(doc.Document)))
		return out
	}
	got, _ := rendered1(t, plan, taxed(`"amountGross":10.000,"amountNetOfTax":8.504`))
	if want := "6000,8.50,\n6000,1.50,\n2000,,10.00\n"; got != want {
		t.Errorf("nothing is left over: %s", got)
	}
	got, _ = rendered1(t, plan, taxed(`"amountGross":10.005,"amountNetOfTax":8.509`))
	if want := "6000,8.51,\n6000,1.50,\n2000,,10.01\n"; got != want {
		t.Errorf("nothing is left over: %s", got)
	}
	got, _ = rendered1(t, plan, taxed(`"amountGross":9.994,"amountNetOfTax":8.498`))
	if want := "6000,8.50,\n6000,1.50,\n2000,,9.99\n7999,,0.01\n"; got != want {
		t.Errorf("one cent is left over: %s", got)
	}
	strict, found := smallWith(t, strings.Replace(roundedTemplate, `"0.02"`, `"0.001"`, 1), "")
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := strict.NewWorker().Prepare(taxed(`"amountGross":9.994,"amountNetOfTax":8.498`)); err == nil || !strings.Contains(err.Error(), "rounding leaves -0.01 over, and at most 0.001") {
		t.Error(err)
	}
	for from, want := range map[string]string{`limit: "0.02"`: "the most that may go to the line", "rounding: true": "needs `rounding: true`"} {
		to := strings.NewReplacer(`"0.02"`, `"much"`, "true", "false").Replace(from)
		if _, found := smallWith(t, strings.Replace(roundedTemplate, from, to, 1), ""); !strings.Contains(text(found), want) {
			t.Errorf("%s: %s", to, text(found))
		}
	}
}

// [@Column] of a column without a Value is what the template writes there.
func TestColumnWithADefault(t *testing.T) {
	text := strings.Replace(columnsTemplate, "ACCOUNT", "'[@Account]'", 1)
	text = strings.Replace(text, `{ name: Cost centre, type: code, value: 'IF([@Account] = "2000"; "B"; "P")' }`, `{ name: Cost centre, type: code, default: "/", value: "" }`, 1)
	plan, found := smallWith(t, text, "")
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	if out, _ := rendered1(t, plan, expense("D1", "10.00")); !strings.Contains(out, "2000-/,2000,/,") {
		t.Errorf("the default is not in the key:\n%s", out)
	}
}

// A formula that gives nothing is no value: the template's default stands in the file, and in what is made of the column.
func TestFormulaThatGivesNothingTakesTheDefault(t *testing.T) {
	text := strings.Replace(columnsTemplate, "ACCOUNT", "'[@Account]'", 1)
	text = strings.Replace(text, `{ name: Cost centre, type: code, value: 'IF([@Account] = "2000"; "B"; "P")' }`,
		`{ name: Cost centre, type: code, default: "/", value: 'IF([@Account] = "2000"; ""; "P")' }`, 1)
	plan, found := smallWith(t, text, "")
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	out, _ := rendered1(t, plan, expense("D1", "10.00"))
	for _, want := range []string{"2000-/,2000,/,", "6000-P,6000,P,"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}
