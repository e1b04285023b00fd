package mapping_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// benchTemplate has twelve columns, two of them by lookups.
const benchTemplate = `
name: bench
title: Twelve columns with two lookups
documents: [expense]
acceptance: document
file: { kind: delimited, line_end: lf, header: true, decimals: "2", neutralise: off }
file_name: "b{sequence:000000}.csv"
rounding: true
lookups:
  - name: Accounts
    columns: [{ name: Concur, type: code, key: true }, { name: Account, type: code }]
  - name: Cost centres
    columns: [{ name: Concur, type: code, key: true }, { name: Cost centre, type: code }]
records:
  - name: Line
    repeat: posting
    fields:
      - { name: Line, type: integer, value: row.number }
      - { name: Report, type: code, required: true, value: reportId }
      - { name: Date, type: date, value: reportSubmitDate }
      - { name: Account, type: code, required: true, value: 'IF(line.role = "expense"; LOOKUP(Accounts; line.account); "240100")' }
      - { name: Cost centre, type: code, value: LOOKUP('Cost centres'; allocationCustom2Code) }
      - { name: Debit, type: amount, value: line.debit }
      - { name: Credit, type: amount, value: line.credit }
      - { name: Currency, type: code, width: 3, required: true, value: employeeCurrencyAlphaCode }
      - { name: Text, type: text, width: 40, overflow: cut, value: entryDescription }
      - { name: Employee, type: code, value: employeeId }
      - { name: Expense type, type: code, value: UPPER(LEFT(expenseTypeCode; 5)) }
      - { name: Document, type: code, required: true, value: document.id }
totals: { debit: Line.Debit, credit: Line.Credit }
`

func benchPlan(tb testing.TB) *mapping.Plan {
	tb.Helper()
	var b strings.Builder
	b.WriteString("template: bench\nlookups:\n  Accounts:\n    columns: [\"Concur (key)\", Account]\n    rows:\n")
	for a := range 200 {
		fmt.Fprintf(&b, "      - [\"%d\", \"%06d\"]\n", 640000+a, 40000+a)
	}
	b.WriteString("      - [\"*\", \"999999\"]\n  Cost centres:\n    columns: [\"Concur (key)\", Cost centre]\n    rows:\n")
	for c := range 500 {
		fmt.Fprintf(&b, "      - [\"%d\", \"K%d\"]\n", 1000+c, c)
	}
	b.WriteString("      - [\"*\", \"K999\"]\n")
	b.WriteString("columns:\n  Line:\n    Line: row.number\n    Report: reportId\n    Date: reportSubmitDate\n    Account: 'IF(line.role = \"expense\"; LOOKUP(Accounts; line.account); \"240100\")'\n    Cost centre: LOOKUP('Cost centres'; allocationCustom2Code)\n    Debit: line.debit\n    Credit: line.credit\n    Currency: employeeCurrencyAlphaCode\n    Text: entryDescription\n    Employee: employeeId\n    Expense type: UPPER(LEFT(expenseTypeCode; 5))\n    Document: document.id\n")
	plan, findings := mapping.LoadBytes(fstest.MapFS{"bench/template.yaml": {Data: []byte(benchTemplate)}}, "bench.yaml", []byte(b.String()))
	if err := findings.Err(); err != nil {
		tb.Fatal(err)
	}
	return plan
}

// benchDocuments makes expense documents of some 28 KB in the shape FIS sends: hundreds of null fields around a few values.
func benchDocuments(n int) []fis.Envelope {
	rnd := rand.New(rand.NewSource(1))
	out := make([]fis.Envelope, n)
	for i := range out {
		var b bytes.Buffer
		fmt.Fprintf(&b, `{"employee":{"employeeId":"E%05d","employeeFirstName":"Mira","employeeLastName":"Sandholm"`, i)
		nulls(&b, "employeeCustom", 21)
		nulls(&b, "employeeOrgUnit", 6)
		fmt.Fprintf(&b, `},"report":{"reportId":"R%019d","reportKey":%d,"reportName":"Visit to Malmö","employeeCurrencyAlphaCode":"EUR","isTest":"N","reportSubmitDate":"2026-03-%02dT18:12:03.050Z","totalApprovedAmount":null`, i, i, i%28+1)
		nulls(&b, "reportCustom", 20)
		nulls(&b, "reportOrgUnit", 6)
		b.WriteString(`},"expenseEntry":[`)
		for e := range 6 {
			if e > 0 {
				b.WriteByte(',')
			}
			cents := 100 + rnd.Intn(99999)
			amount := fmt.Sprintf("%d.%02d", cents/100, cents%100)
			fmt.Fprintf(&b, `{"entryId":"%032X","entryDescription":"Taxi to the airport and back, %d","expenseTypeCode":"taxi%d   ","entryIsPersonal":"N","entryApprovedAmount":%s,"entryDate":"2026-03-01T00:00:00.000Z"`, i*10+e, e, e, amount)
			nulls(&b, "entryCustom", 40)
			nulls(&b, "entryOrgUnit", 6)
			fmt.Fprintf(&b, `,"allocation":[{"allocationId":"%032X","allocationPercentage":100,"allocationCustom2Code":"%d"`, i*10+e, 1000+rnd.Intn(600))
			nulls(&b, "allocationCustomX", 20)
			fmt.Fprintf(&b, `,"journal":[{"journalAccountCode":"%d","journalPayer":"COMP","journalPayee":"EMPL","amountGross":%s,"amountNetOfTax":%s,"amountNetOfReclaim":%s,"taxGuid":[]}],"tax":[]}]}`, 640000+rnd.Intn(220), amount, amount, amount)
		}
		b.WriteString(`],"cashAdvanceApplication":[]}`)
		out[i] = fis.Envelope{ID: fmt.Sprintf("%032x", i), DocType: fis.Expense, Document: b.Bytes()}
	}
	return out
}

func nulls(b *bytes.Buffer, prefix string, n int) {
	for i := 1; i <= n; i++ {
		fmt.Fprintf(b, `,"%s%dCode":null,"%s%dValue":null`, prefix, i, prefix, i)
	}
}

// cycle hands out n envelopes from a few documents.
func cycle(docs []fis.Envelope, n int) func() (mapping.Input, bool, error) {
	i := -1
	return func() (mapping.Input, bool, error) {
		i++
		return mapping.Input{Envelope: docs[i%len(docs)]}, i < n, nil
	}
}

func renderPlan(tb testing.TB, plan *mapping.Plan, docs []fis.Envelope, n, workers int, w io.Writer) {
	file, err := plan.NewFile(mapping.FileContext{Route: "bench", Sequence: 1, Created: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), TempDir: tb.TempDir()})
	if err != nil {
		tb.Fatal(err)
	}
	err = plan.RenderAll(context.Background(), workers, cycle(docs, n), func(r mapping.Rendered) error {
		if r.Err != nil {
			return r.Err
		}
		_, err := file.Add(r.Prepared)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := file.Finish(w); err != nil {
		tb.Fatal(err)
	}
}

// handDocument is what somebody writes by hand for these columns: typed structs with the fields that are needed, and no more.
type handDocument struct {
	Employee struct{ EmployeeID string }
	Report   struct {
		ReportID                  string
		EmployeeCurrencyAlphaCode string
		ReportSubmitDate          string
	}
	ExpenseEntry []struct {
		EntryDescription string
		ExpenseTypeCode  string
		Allocation       []struct {
			AllocationCustom2Code string
			Journal               []struct {
				JournalAccountCode          string
				AmountGross, AmountNetOfTax decimal.Decimal
			}
		}
	}
}

func renderByHand(tb testing.TB, docs []fis.Envelope, n int, w io.Writer) {
	accounts, centres := map[string]string{}, map[string]string{}
	for a := range 200 {
		accounts[strconv.Itoa(640000+a)] = fmt.Sprintf("%06d", 40000+a)
	}
	for c := range 500 {
		centres[strconv.Itoa(1000+c)] = fmt.Sprintf("K%d", c)
	}
	or := func(m map[string]string, key, other string) string {
		if v, ok := m[key]; ok {
			return v
		}
		return other
	}
	out := csv.NewWriter(w)
	out.Write([]string{"Line", "Report", "Date", "Account", "Cost centre", "Debit", "Credit", "Currency", "Text", "Employee", "Expense type", "Document"})
	next, line := cycle(docs, n), 0
	for {
		env, ok, _ := next()
		if !ok {
			break
		}
		var d handDocument
		if err := json.Unmarshal(env.Document, &d); err != nil {
			tb.Fatal(err)
		}
		for _, e := range d.ExpenseEntry {
			for _, a := range e.Allocation {
				centre := or(centres, a.AllocationCustom2Code, "K999")
				for _, j := range a.Journal {
					for side := range 2 {
						line++
						account, debit, credit := or(accounts, j.JournalAccountCode, "999999"), j.AmountNetOfTax.StringFixed(2), ""
						if side == 1 {
							account, debit, credit = "240100", "", j.AmountGross.StringFixed(2)
						}
						out.Write([]string{strconv.Itoa(line), d.Report.ReportID, d.Report.ReportSubmitDate[:10], account, centre, debit, credit, d.Report.EmployeeCurrencyAlphaCode,
							e.EntryDescription, d.Employee.EmployeeID, strings.ToUpper(e.ExpenseTypeCode[:5]), env.ID})
					}
				}
			}
		}
	}
	out.Flush()
}

// The product and the hand-written converter make the same file.
func TestRenderAgainstHandWritten(t *testing.T) {
	docs := benchDocuments(20)
	var got, want bytes.Buffer
	renderPlan(t, benchPlan(t), docs, 100, 3, &got)
	renderByHand(t, docs, 100, &want)
	if got.String() != want.String() {
		t.Errorf("the files differ:\n%.600s\n%.600s", got.String(), want.String())
	}
	if n := len(docs[0].Document); n < 24_000 || n > 32_000 {
		t.Errorf("a document of the benchmark has %d bytes, want about 28 KB", n)
	}
}
