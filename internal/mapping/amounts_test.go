package mapping_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/samples"
	"github.com/fisbridge/fisbridge/templates"
)

// The README of each template shows how its amounts are held against the documents, in the words of the program.
func TestReadmeShowsDeclaration(t *testing.T) {
	for _, name := range template.Names(templates.FS()) {
		text, err := fs.ReadFile(templates.FS(), name+"/README.md")
		must(t)(err)
		plan := templatePlan(t, name)
		if len(plan.Template().Declaration()) == 0 {
			t.Errorf("%s declares nothing", name)
		}
		for _, line := range plan.Template().Declaration() {
			if !strings.Contains(string(text), line.String()) {
				t.Errorf("templates/%s/README.md lacks: %s", name, line)
			}
		}
	}
}

// templatePlan is a template with its own defaults.
func templatePlan(t testing.TB, name string) *mapping.Plan {
	t.Helper()
	text, err := workbook.NewYAML(templates.FS(), name, nil)
	if err != nil {
		t.Fatal(err)
	}
	plan, findings := mapping.LoadBytes(templates.FS(), name+".yaml", text)
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// amountsTemplate writes a document record, a line for each posting line, and says the amount in a way that each test puts in.
const amountsTemplate = `
file: { kind: delimited, line_end: lf, decimals: "0..8", neutralise: off }
file_name: "{route}_{sequence:0000}.csv"
records:
  - name: Doc
    repeat: document
    fields: [{ name: mark, value: '"D"' }, { name: number, type: code, value: document.report_id }, { name: currency, type: code, value: document.currency }]
  - name: Line
    repeat: posting
    when: "true"
    fields:
      - { name: mark, value: '"L"' }
      - { name: account, type: code, value: 'IF(line.account <> ""; line.account; "2000")' }
      - { name: debit, type: amount, value: line.debit }
      - { name: credit, type: amount, value: line.credit }
      - { name: amount, type: amount, value: line.amount }
      - { name: absolute, type: amount, value: ABS(line.amount) }
      - { name: cents, type: integer, value: line.amount * 100 }
      - { name: side, type: code, value: 'IF(line.side = "D"; "S"; "H")' }
  - name: Copy
    repeat: posting
    when: "false"
    fields: [{ name: mark, value: '"C"' }, { name: amount, type: amount, value: line.amount }]
totals: { unbalanced: true }
`

const (
	twoColumns  = "amounts:\n  rows:\n    - { record: Line, debit: debit, credit: credit, currency: Doc.currency, document: Doc.number }\n    - { record: Copy, amount: amount }\n"
	signed      = "amounts:\n  rows:\n    - { record: Line, amount: amount, currency: Doc.currency, document: Doc.number }\n    - { record: Copy, amount: amount }\n"
	bySide      = "amounts:\n  rows:\n    - { record: Line, amount: absolute, side: side, debit_codes: [S], credit_codes: [H] }\n    - { record: Copy, amount: amount }\n"
	inCents     = "amounts:\n  rows:\n    - { record: Line, amount: cents, units: minor }\n    - { record: Copy, amount: amount }\n"
	signAndSide = "amounts:\n  rows:\n    - { record: Line, amount: amount, side: side, debit_codes: [S], credit_codes: [H], signed: true }\n    - { record: Copy, amount: amount }\n"
)

// A formula or a condition that changes what the file says of the document holds it, and names the cell; the others go on.
func TestAmountsAreHeld(t *testing.T) {
	for _, c := range []struct {
		name, amounts string
		change        []string
		want          string // of the message; empty: the file goes out
	}{
		{"as it is", twoColumns, nil, ""},
		{"swapped", twoColumns, []string{"value: line.debit ", "value: line.credit ", "value: line.credit }\n      - { name: amount", "value: line.debit }\n      - { name: amount"}, "Line debit: the document says debit 10.00 EUR, the file would say credit 10.00 EUR"},
		{"nothing", twoColumns, []string{"value: line.debit ", "value: line.debit * 0 ", "value: line.credit }", "value: line.credit * 0 }"}, "Line debit: the document says debit 10.00 EUR, the file would say 0.00 EUR"},
		{"a hundred times", twoColumns, []string{"value: line.debit ", "value: IFBLANK(line.debit; 0) * 100 ", "value: line.credit }", "value: IFBLANK(line.credit; 0) * 100 }"}, "debit EUR: 12.50 in the document, 1250.00 in the file; credit EUR: 12.50 in the document, 1250.00 in the file"},
		{"a little more", twoColumns, []string{"value: line.debit ", "value: IFBLANK(line.debit; 0) * 1.0099 ", "value: line.credit }", "value: IFBLANK(line.credit; 0) * 1.0099 }"}, "debit 10.099 EUR"},
		{"moved between lines", signed, []string{"value: line.amount }\n      - { name: absolute", "value: 'line.amount + IF(line.amount = 10; 5; IF(line.amount = 2.5; -5; 0))' }\n      - { name: absolute"}, "the document says debit 10.00 EUR, the file would say debit 15.00 EUR"},
		{"another currency", twoColumns, []string{"value: document.currency", `value: '"USD"'`}, "Doc currency: line 2: the document says EUR, the file would say USD for the currency"},
		{"one text for all documents", twoColumns, []string{"value: document.report_id", `value: '"X"'`}, `"X" stands in the rows of report R-1, too`},
		{"every row twice", twoColumns, []string{`when: "false"`, `when: "true"`}, "of the document stands in 2 rows of the file"},
		{"an entry left out", twoColumns, []string{`when: "true"`, `when: line.entry_id <> "1-0"`}, "debit 10.00 EUR (expense, account 6000) of the document stands in no row of the file"},
		{"a report left out", twoColumns, []string{`when: "true"`, `when: document.report_id <> "R-1"`}, "debit EUR: 12.50 in the document, 0.00 in the file"},
		{"a copy instead", twoColumns, []string{`when: "true"`, `when: line.side = "D"`, `when: "false"`, `when: line.side = "C"`}, ""},
		{"by side", bySide, nil, ""},
		{"wrong side", bySide, []string{`"S"; "H"`, `"H"; "S"`}, "the document says debit 10.00 EUR, the file would say credit 10.00 EUR"},
		{"no side", bySide, []string{`"S"; "H"`, `"S"; "X"`}, `"X" is neither a debit (S) nor a credit (H)`},
		{"negative with a side", bySide, []string{"ABS(line.amount)", "line.amount"}, "credit 10.00 EUR, the file would say credit -10.00 EUR"},
		{"sign and side", signAndSide, nil, ""},
		{"sign against side", signAndSide, []string{`"S"; "H"`, `"H"; "S"`}, `the side "H" and the amount 10.00 contradict each other`},
		{"cents", inCents, nil, ""},
		{"cents as euros", inCents, []string{"line.amount * 100", "ROUND(line.amount; 0)"}, "the document says debit 10.00 EUR, the file would say debit 0.10 EUR"},
		{"only the file knows it", signed, []string{"value: line.amount }\n      - { name: absolute", "value: line.amount * IF(row.number > 4; 100; 1) }\n      - { name: absolute"}, "line 7: the document says debit 3.00 EUR, the file would say debit 300.00 EUR"},
		{"left out on purpose", twoColumns + "  left_out:\n    - { when: 'line.side = \"C\"', why: the ledger makes the other side }\n", []string{`when: "true"`, `when: line.side = "D"`}, ""},
		{"left out on purpose, and yet there", twoColumns + "  left_out:\n    - { when: 'line.side = \"C\"', why: the ledger makes the other side }\n", nil, "the template says that such lines are left out"},
	} {
		t.Run(c.name, func(t *testing.T) {
			template := amountsTemplate + c.amounts
			for i := 0; i < len(c.change); i += 2 {
				if !strings.Contains(template, c.change[i]) {
					t.Fatalf("the template has no %q", c.change[i])
				}
				template = strings.Replace(template, c.change[i], c.change[i+1], 1)
			}
			err := makeFile(t, smallPlan(t, template), expense("1", "10.00", "2.50"), expense("2", "3.00"))
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("want %s\ngot  %v", c.want, err)
			}
		})
	}
}

// makeFile makes one file of the documents and gives what is wrong with them, or with it.
// The header of a file of one currency names it for an ERP that books by the header: it is held like the currency of the rows.
func TestCurrencyOfTheHeaderIsHeld(t *testing.T) {
	text, err := fs.ReadFile(templates.FS(), "legacy-fixed/template.yaml")
	must(t)(err)
	for value, want := range map[string]string{
		"file.currency":     "",
		`'"USD"'`:           "H currency: line 2: the document says EUR, the file would say USD for the currency",
		`'LEFT("EURO"; 3)'`: "",
	} {
		changed := strings.Replace(string(text), "value: file.currency", "value: "+value, 1)
		fsys := withTemplate(t, templates.FS(), "legacy-fixed", changed)
		source, err := workbook.NewYAML(fsys, "legacy-fixed", nil)
		must(t)(err)
		plan, found := mapping.LoadBytes(fsys, "legacy-fixed.yaml", source)
		must(t)(found.Err())
		f, err := samples.Documents().Open("01-cash-taxi.json")
		must(t)(err)
		var doc fis.Envelope
		must(t)(fis.ReadDocuments(f, "01-cash-taxi.json", func(e fis.Envelope) error { doc = e; return nil }))
		must(t)(f.Close())
		file, err := plan.NewFile(mapping.FileContext{Route: "books", Sequence: 1, Created: time.Date(2026, 11, 5, 4, 0, 0, 0, time.UTC), Group: "EUR", TempDir: t.TempDir()})
		must(t)(err)
		prepared, err := plan.NewWorker().Prepare(doc)
		must(t)(err)
		_, err = file.Add(prepared)
		must(t)(err)
		_, err = file.Finish(io.Discard)
		file.Abort()
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", value, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: want %s\ngot  %v", value, want, err)
		}
	}
}

func makeFile(t *testing.T, plan *mapping.Plan, docs ...fis.Envelope) error {
	t.Helper()
	file, w := newFile(t, plan, t.TempDir()), plan.NewWorker()
	defer file.Abort()
	var errs []error
	for _, env := range docs {
		p, err := w.Prepare(env)
		if err == nil {
			_, err = file.Add(p)
		}
		errs = append(errs, err)
	}
	var out bytes.Buffer
	_, err := file.Finish(&out)
	if err != nil && out.Len() > 0 {
		t.Error("a file that is not what its documents say was written")
	}
	return errors.Join(append(errs, err)...)
}

// A template that has amounts and does not say what they are is refused; so is one that says it wrongly.
func TestAmountsMustBeDeclared(t *testing.T) {
	for amounts, want := range map[string]string{
		"": "the record Line has amounts (debit, credit, amount, absolute), but the template does not say what they are",
		"amounts: { rows: [{ record: Line, debit: debit, credit: credit }] }":                                                                     "the record Copy has amounts (amount)",
		"amounts: { rows: [{ record: Lines, amount: amount }] }":                                                                                  "there is no such record (did you mean Line?)",
		"amounts: { rows: [{ record: Line, amount: amonut }] }":                                                                                   "the record has no such field (did you mean amount?)",
		"amounts: { rows: [{ record: Line, amount: account }] }":                                                                                  "is not an amount",
		"amounts: { rows: [{ record: Line, amount: amount, debit: debit }] }":                                                                     "has debit and credit, or amount, not all of them",
		"amounts: { rows: [{ record: Line, amount: amount, side: side }] }":                                                                       "needs debit_codes and credit_codes",
		"amounts: { rows: [{ record: Line, amount: amount, of: parties }] }":                                                                      "goes with records that repeat over journal and application",
		"amounts: { rows: [{ record: Line, amount: amount }, { record: Copy, amount: amount }, { record: Line, debit: debit }] }":                 "the record is named twice",
		"amounts: { rows: [{ record: Line, amount: amount }], not_held: [{ record: Copy }] }":                                                     "say why these amounts are not held",
		"amounts: { rows: [{ record: Line, amount: amount }, { record: Copy, amount: amount }], left_out: [{ when: line.sid = \"C\", why: x }] }": "line.side",
	} {
		_, findings := smallLoad(t, amountsTemplate+amounts+"\n", "")
		if got := fmt.Sprint(findings.Err()); !strings.Contains(got, want) {
			t.Errorf("%s\nwant %s\ngot  %s", amounts, want, got)
		}
	}
}

// Records that nothing tells apart cannot be read back; the template must say what does.
func TestRecordsMustBeToldApart(t *testing.T) {
	template := strings.ReplaceAll(amountsTemplate+twoColumns, `{ name: mark, value: '"C"' }, { name: amount`, `{ name: a }, { name: b }, { name: c }, { name: d }, { name: e }, { name: f }, { name: mark, value: line.text }, { name: amount`)
	fsys := fstest.MapFS{"small/template.yaml": {Data: []byte("name: small\ntitle: T\ndocuments: [expense]\nacceptance: document\n" + template)}}
	text, err := workbook.NewYAML(fsys, "small", nil)
	must(t)(err)
	_, findings := mapping.LoadBytes(fsys, "small.yaml", text)
	if got := fmt.Sprint(findings.Err()); !strings.Contains(got, "the records Doc, Line, Copy cannot be told apart: give each a match") {
		t.Error(got)
	}
}
