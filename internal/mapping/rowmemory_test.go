package mapping_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/templates"
)

const companyTemplate = `
file: { kind: delimited, line_end: lf, decimals: "0..8", neutralise: off }
file_name: "{sequence:0000}.csv"
revisions: net
settings:
  - { name: company, value: "1000", type: code }
records:
  - name: Line
    repeat: posting
    fields:
      - { name: document, type: code, value: document.id }
      - { name: company, type: code, value: settings.company }
      - { name: account, type: code, value: 'IFBLANK(line.account; "2000")' }
      - { name: amount, type: amount, value: line.amount }
amounts: { rows: [{ record: Line, amount: amount }] }
totals: { amount: Line.amount }
`

// What a revision takes back has the codes of then. The rows of the document after it have those of today, constants too.
func TestRowsAfterARevision(t *testing.T) {
	older := changedTemplate(t, companyTemplate)
	newer := changedTemplate(t, companyTemplate, `"1000"`, `"2000"`)
	first, err := older.NewWorker().PrepareInput(mapping.Input{Envelope: expense("D1", "10.00", "2.50"), KeepWritten: true})
	must(t)(err)
	var written takeback.Written
	must(t)(json.Unmarshal(first.Written, &written))
	for _, amounts := range [][]string{{"12.00"}, {"10.00", "2.50", "1.00"}, {"0.00"}} {
		w := newer.NewWorker()
		revised, err := w.PrepareInput(mapping.Input{Envelope: expense("D2", amounts...), Revision: &mapping.Revision{Written: []takeback.Written{written}}})
		must(t)(err)
		if text := fileOf(t, newer, revised); !strings.Contains(text, "1000") {
			t.Fatal("nothing is taken back", text)
		}
		next, err := w.Prepare(expense("D3", "1.00", "7.00"))
		must(t)(err)
		alone, err := newer.NewWorker().Prepare(expense("D3", "1.00", "7.00"))
		must(t)(err)
		if got, want := fileOf(t, newer, next), fileOf(t, newer, alone); got != want {
			t.Errorf("%v: got\n%swant\n%s", amounts, got, want)
		}
	}
}

// fileOf is the file of some documents.
func fileOf(t *testing.T, plan *mapping.Plan, docs ...*mapping.Prepared) string {
	t.Helper()
	f, err := plan.NewFile(mapping.FileContext{Route: "gl", Sequence: 1, Created: made(), TempDir: t.TempDir()})
	must(t)(err)
	for _, d := range docs {
		if _, err := f.Add(d); err != nil {
			return err.Error()
		}
	}
	var b strings.Builder
	totals, err := f.Finish(&b)
	must(t)(err)
	return b.String() + layout.NotesText(totals.Notes)
}

// rowsTemplate has records over all parts of a document, with fields of each kind.
const rowsTemplate = `
file: { kind: delimited, line_end: lf, decimals: "0..8", neutralise: off, encoding: windows-1252, unmappable: replace }
file_name: "{sequence:0000}.csv"
settings:
  - { name: company, type: code, value: "1000" }
lookups:
  - name: Centres
    columns: [{ name: Concur, type: code, key: true }, { name: Centre, type: code }]
    rows: [["1000", "100"], ["1001", "1,01"], ["", "none"]]
records:
  - name: Line
    repeat: posting
    LINE
    fields:
      - { name: mark, value: '"L"' }
      - { name: number, type: integer, value: row.number }
      - { name: here, type: integer, value: row.in_document }
      - { name: company, type: code, value: settings.company }
      - { name: report, type: code, value: reportId }
      - { name: both, type: code, value: 'CONCAT(settings.company; "/"; reportId)' }
      - { name: empty, type: text, value: "" }
      - { name: account, type: code, value: 'IFBLANK(line.account; "2000")' }
      - { name: centre, type: code, value: 'LOOKUP(Centres; allocationCustom2Code; Centre)' }
      - { name: text, type: text, width: 12, overflow: cut, value: entryDescription }
      - { name: day, type: date, value: entryDate }
      - { name: currency, type: code, value: document.currency }
      - { name: amount, type: amount, value: line.amount }
      - { name: exact, type: amount, decimals: currency, currency: other, value: entryApprovedAmount }
      - { name: other, type: code, value: 'IFBLANK(entryCustom1Code; "EUR")' }
      - { name: title, type: text, value: document.title }
  - name: Doc
    repeat: document
    fields: [{ name: mark, value: '"D"' }, { name: id, type: code, value: document.id }, { name: debit, type: amount, value: document.debit }, { name: sequence, type: integer, value: document.number }]
  - name: Entry
    repeat: entry
    when: 'entryIsPersonal <> "Y"'
    fields: [{ name: mark, value: '"E"' }, { name: report, type: code, value: reportId }, { name: personal, type: code, value: entryIsPersonal }, { name: text, type: text, value: entryDescription }]
  - name: Person
    repeat: posting
    once_per: code
    fields: [{ name: mark, value: '"P"' }, { name: code, type: code, value: allocationCustom2Code }, { name: report, type: code, value: reportId }]
  - name: Tax
    repeat: [tax, journal, allocation]
    fields: [{ name: mark, value: '"T"' }, { name: kind, type: code, value: row.kind }, { name: code, type: code, value: taxCode }, { name: centre, type: code, value: allocationCustom2Code }, { name: entry, type: text, value: entryDescription }, { name: day, type: date, value: entryDate }]
amounts:
  rows: [{ record: Line, amount: amount }]
  not_held: [{ record: Doc, why: no amount }, { record: Entry, why: no amount }, { record: Person, why: no amount }, { record: Tax, why: no amount }]
totals: { amount: Line.amount }
`

// someDocument is an expense document of some entries, in which fields are missing, null, in another order, or wrong.
func someDocument(rnd *rand.Rand, id string) fis.Envelope {
	object := func(fields ...string) string {
		var out []string
		for _, f := range fields {
			switch rnd.Intn(12) {
			case 0:
			case 1:
				out = append(out, f[:strings.IndexByte(f, ':')]+":null")
			default:
				out = append(out, f)
			}
		}
		if rnd.Intn(3) == 0 {
			rnd.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		}
		return strings.Join(out, ",")
	}
	pick := func(all ...string) string { return all[rnd.Intn(len(all))] }
	list := func(most int, item func() string) string {
		var out []string
		for range rnd.Intn(most) {
			out = append(out, item())
		}
		return "[" + strings.Join(out, ",") + "]"
	}
	n := 0
	entry := func() string {
		n++
		amount := pick("10.00", "2.50", "-3.00", "1E2", "0", "12345678901.12", "0.10")
		journal := func() string {
			return fmt.Sprintf(`{"journalAccountCode":"%s","journalPayer":"COMP","journalPayee":"EMPL","amountGross":%s,"amountNetOfTax":%s}`, pick("6000", "7000"), amount, amount)
		}
		allocation := func() string {
			return fmt.Sprintf(`{%s,"journal":%s,"tax":%s}`, `"allocationId":"A"`+strings.TrimSuffix(","+object(`"allocationCustom2Code":"`+pick("1000", "1001", "1000", "1001", "1001", "1000", "9")+`"`, `"entryDescription":"allocated"`), ","),
				list(4, journal), list(2, func() string { return `{"taxCode":"` + pick("V1", "V2") + `","amountTax":0,"amountReclaim":0}` }))
		}
		return fmt.Sprintf(`{"entryId":"%s-%d",%s"allocation":%s}`, id, n, strings.TrimPrefix(object(`"entryDescription":"`+pick("taxi", `a \"q\", b`, "a long text that is cut", "Ωmega")+`"`, `"entryDate":"`+pick("2026-03-01", "2026-03-02T00:00:00.000Z", "2026-03-02", "2026-03-01", "2026-03-02", "2026-03-01", "2026-13-01")+`"`,
			`"entryApprovedAmount":`+pick("1", "2.50", "0E-8", "3", "1.255"), `"entryCustom1Code":"`+pick("EUR", "JPY", "USD")+`"`, `"entryIsPersonal":"`+pick("N", "Y", "N")+`"`)+",", ","), list(3, allocation))
	}
	root := []string{`"employee":{"employeeId":"E1"}`, fmt.Sprintf(`"report":{%s}`, strings.TrimSuffix(object(`"reportId":"R-`+id+`"`, `"reportName":"Trip `+id+`"`)+`,"employeeCurrencyAlphaCode":"`+pick("EUR", "USD")+`"`, ",")), `"expenseEntry":` + list(4, entry)}
	root[1] = strings.Replace(root[1], "{,", "{", 1)
	if rnd.Intn(3) == 0 {
		root[0], root[2] = root[2], root[0]
	}
	return fis.Envelope{ID: id, DocType: fis.Expense, Document: []byte("{" + strings.Join(root, ",") + "}")}
}

// What a document becomes does not depend on the documents before it, nor on its rows before each: also behind documents that are held, and revisions.
func TestRowsDependOnNothingBefore(t *testing.T) {
	for _, line := range []string{"", "summarise: { by: [line.role, line.account] }", `when: 'line.role <> "none"'`} {
		source := strings.Replace(rowsTemplate, "LINE", line, 1)
		plan, older := changedTemplate(t, source), changedTemplate(t, strings.Replace(source, `value: "1000"`, `value: "3000"`, 1))
		rnd := rand.New(rand.NewSource(3))
		w, good, held := plan.NewWorker(), 0, 0
		var before []takeback.Written
		for i := range 1500 {
			in := mapping.Input{Envelope: someDocument(rnd, fmt.Sprintf("D%d", i)), KeepWritten: rnd.Intn(5) == 0}
			if len(before) > 0 && rnd.Intn(8) == 0 {
				in.Revision = &mapping.Revision{Written: before[len(before)-1:]}
			}
			if asAlone(t, plan, w, in) == nil {
				held++
				continue
			}
			good++
			if in.Revision = nil; in.KeepWritten {
				was, err := older.NewWorker().PrepareInput(in)
				must(t)(err)
				var written takeback.Written
				must(t)(json.Unmarshal(was.Written, &written))
				if written.Currency == "EUR" {
					before = append(before, written)
				}
			}
		}
		if good < 100 || held < 100 || len(before) == 0 {
			t.Error("the documents try too little", good, held)
		}
	}
}

// asAlone makes a document on a worker and holds it against what one makes of it that has made none, and every row anew; nil when it is held, or has no rows.
func asAlone(t *testing.T, plan *mapping.Plan, w *mapping.Worker, in mapping.Input) *mapping.Prepared {
	t.Helper()
	got, err := w.PrepareInput(in)
	want, wantErr := plan.Forgetful().PrepareInput(in)
	if fmt.Sprint(err) != fmt.Sprint(wantErr) {
		t.Fatalf("%s: %s", in.Document, cmp.Diff(fmt.Sprint(wantErr), fmt.Sprint(err)))
	}
	if err != nil || want.Rows == 0 && got.Rows == 0 {
		return nil
	}
	if diff := cmp.Diff(fileOf(t, plan, want), fileOf(t, plan, got)); diff != "" {
		t.Fatalf("%s\n%s", in.Document, diff)
	}
	if diff := cmp.Diff(string(want.Written), string(got.Written)); diff != "" {
		t.Fatalf("%s\n%s", in.Document, diff)
	}
	return got
}

// The same for each template and all types of documents, as a worker has them one after the other.
func TestRowsOfTemplates(t *testing.T) {
	for _, name := range template.Names(templates.FS()) {
		plan := readyPlan(t, name)
		rnd := rand.New(rand.NewSource(5))
		own, all := newRandomDocuments(t, rnd, plan.DocTypes()), newRandomDocuments(t, rnd, []fis.DocType{fis.Expense, fis.Invoice, fis.CashAdvance, fis.Payroll})
		w, good := plan.NewWorker(), 0
		for range 15 {
			for _, env := range append(own.some(), all.some()...) {
				if asAlone(t, plan, w, mapping.Input{Envelope: env, KeepWritten: true}) != nil {
					good++
				}
			}
		}
		if good == 0 {
			t.Error(name, "makes nothing")
		}
	}
}

// Behind a document at which the program itself failed, nothing is remembered of it.
func TestRowsAfterAPanic(t *testing.T) {
	plan := changedTemplate(t, strings.Replace(rowsTemplate, "LINE", "", 1))
	w := plan.NewWorker()
	if err := plan.PanicAt(w, expense("D1", "1.00", "7.00")); err == nil {
		t.Fatal("no panic")
	}
	got, err := w.Prepare(expense("D2", "1.00", "7.00"))
	must(t)(err)
	want, err := plan.NewWorker().Prepare(expense("D2", "1.00", "7.00"))
	must(t)(err)
	if diff := cmp.Diff(fileOf(t, plan, want), fileOf(t, plan, got)); diff != "" {
		t.Error(diff)
	}
}

// Lines in blocks, on one worker and on several, become what each document becomes alone, in the order in which they came; the memory of a block is used again.
func TestLinesAsAlone(t *testing.T) {
	plan := changedTemplate(t, strings.Replace(rowsTemplate, "LINE", "", 1))
	rnd := rand.New(rand.NewSource(9))
	var text bytes.Buffer
	var want []string
	for i := range 1500 {
		env := someDocument(rnd, fmt.Sprintf("D%d", i))
		switch rnd.Intn(40) {
		case 0:
			env.Document = bytes.Replace(env.Document, []byte(`"entryId"`), []byte(`"tax":null,"entryId":"x","entryId"`), 1)
		case 1:
			env.Document = bytes.Replace(env.Document, []byte(`"report"`), []byte(`"\u0072eport"`), 1)
		case 2:
			text.WriteString("{\"id\":\n\n")
		}
		fmt.Fprintf(&text, `{"id":"%s","docType":"expense","document":%s}`+"\n", env.ID, env.Document)
		w := plan.Forgetful()
		p, err := w.Prepare(env)
		want = append(want, env.ID+outcome(t, plan, p, err))
	}
	for _, workers := range []int{1, 2, 3} {
		in := fis.NewLineReader(bytes.NewReader(text.Bytes()), "in")
		var got []string
		must(t)(plan.RenderBatches(t.Context(), workers, func() (mapping.Batch, bool, error) {
			lines, err := in.Next()
			if errors.Is(err, io.EOF) {
				return mapping.Batch{}, false, nil
			}
			return mapping.Batch{Lines: lines}, err == nil, err
		}, func(r mapping.Rendered) error {
			if r.Unread == nil { // it is lent
				got = append(got, r.ID+outcome(t, plan, r.Prepared, r.Err))
			}
			return nil
		}))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%d workers: %.3000s", workers, diff)
		}
	}
}

func outcome(t *testing.T, plan *mapping.Plan, p *mapping.Prepared, err error) string {
	t.Helper()
	switch {
	case err != nil:
		return err.Error()
	case p.Rows == 0:
		return ""
	}
	return fileOf(t, plan, p)
}
