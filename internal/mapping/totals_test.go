package mapping_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/findings"
)

// totalsTemplate has a trailer with every total, and lines with an amount in several forms; each test says which of them
// the totals and the amounts are.
const totalsTemplate = `
file: { kind: delimited, line_end: lf, decimals: "2", neutralise: off }
file_name: "{route}_{sequence:0000}.csv"
grouping: { by: currency }
records:
  - name: Line
    repeat: posting
    fields:
      - { name: mark, value: '"L"' }
      - { name: debit, type: amount, value: line.debit }
      - { name: credit, type: amount, value: line.credit }
      - { name: amount, type: amount, value: line.amount }
      - { name: turned, type: amount, value: 0 - line.amount }
      - { name: absolute, type: amount, value: ABS(line.amount) }
      - { name: side, type: code, value: 'IF(line.side = "D"; "S"; "H")' }
      - { name: currency, type: code, value: document.currency }
  - name: End
    repeat: trailer
    fields: [{ name: mark, value: '"T"' }, { name: debits, type: amount, value: file.debit }, { name: credits, type: amount, value: file.credit }]
`

const (
	rowsBySide  = "amounts: { rows: [{ record: Line, amount: absolute, side: side, debit_codes: [S], credit_codes: [H], currency: currency }] }\n"
	rowsSigned  = "amounts: { rows: [{ record: Line, amount: amount, currency: currency }] }\n"
	rowsTurned  = "amounts: { rows: [{ record: Line, amount: turned, credit_positive: true, currency: currency }] }\n"
	rowsColumns = "amounts: { rows: [{ record: Line, debit: debit, credit: credit, currency: currency }] }\n"
)

// Control totals are the sums of both sides, however the amounts of the file tell their side.
func TestTotalsFollowTheSide(t *testing.T) {
	for name, text := range map[string]string{
		"by a code beside the amount": "totals: { amount: Line.absolute }\n" + rowsBySide,
		"by the sign":                 "totals: { amount: Line.amount }\n" + rowsSigned,
		"credits are positive":        "totals: { amount: Line.turned, unbalanced: true }\n" + rowsTurned + "left_out: x",
		"two columns":                 "totals: { debit: Line.debit, credit: Line.credit }\n" + rowsColumns,
	} {
		// what the ERP makes itself is left out, so that both sums are not the same
		text, oneSided := strings.CutSuffix(text, "left_out: x")
		template := strings.Replace(totalsTemplate, "by: currency", "by: run", 1) + text
		want := "T,15.50,15.50\n"
		if oneSided {
			template = strings.Replace(template, "repeat: posting\n", "repeat: posting\n    when: line.side = \"D\"\n", 1)
			template = strings.Replace(template, "currency: currency }] }", "currency: currency }], left_out: [{ when: 'line.side = \"C\"', why: the ERP makes it }] }", 1)
			want = "T,15.50,0.00\n"
		}
		plan := smallPlan(t, template)
		file, w := newFile(t, plan, t.TempDir()), plan.NewWorker()
		for _, env := range []string{"1", "2"} {
			p, err := w.Prepare(expense(env, map[string]string{"1": "10.00", "2": "5.50"}[env]))
			must(t)(err)
			_, err = file.Add(p)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		var out bytes.Buffer
		sums, err := file.Finish(&out)
		must(t)(err)
		if !strings.HasSuffix(out.String(), want) || sums.Debit["EUR"].String() != "15.5" && sums.Debit["EUR"].String() != "15.50" {
			t.Errorf("%s: debits %s, want %s:\n%s", name, sums.Debit["EUR"], want, out.String())
		}
	}
}

// What would be stated wrongly in every file is said before there is one.
func TestTotalsThatAreNone(t *testing.T) {
	hash := strings.Replace(totalsTemplate, "value: file.debit }", "value: file.hash }", 1)
	for _, c := range []struct {
		name, template, want string
		severity             findings.Severity
	}{
		{"none", totalsTemplate + rowsBySide, "End debits: file.debit would be 0 in every file", findings.Error},
		{"a count alone", totalsTemplate + "totals: { count: [Line] }\n" + rowsBySide, "End credits: file.credit would be 0 in every file", findings.Error},
		{"no hash", hash + "totals: { amount: Line.amount }\n" + rowsSigned, "End debits: file.hash would be 0 in every file", findings.Error},
		{"file.amount of two columns", strings.Replace(totalsTemplate, "value: file.debit }", "value: file.amount }", 1) + "totals: { debit: Line.debit, credit: Line.credit }\n" + rowsColumns,
			"file.amount would be 0 in every file", findings.Error},
		{"in a condition", strings.Replace(totalsTemplate, "repeat: trailer", "repeat: trailer\n    when: file.debit > 0", 1) + rowsBySide, "End (when): file.debit would be 0", findings.Error},
		{"both sides in one field", totalsTemplate + "totals: { debit: Line.absolute, credit: Line.absolute }\n" + rowsBySide, "each amount would count on both sides: write `amount: Line.absolute`", findings.Error},
		{"one side of a field of both", totalsTemplate + "totals: { debit: Line.absolute, credit: Line.credit }\n" + rowsBySide, "has the amounts of both sides", findings.Error},
		{"sides swapped", totalsTemplate + "totals: { debit: Line.credit, credit: Line.debit }\n" + rowsColumns, "`amounts` says that this field has the credits", findings.Error},
		{"several currencies in a sum", strings.Replace(totalsTemplate, "by: currency", "by: company", 1) + "totals: { amount: Line.amount }\n" + rowsSigned,
			"End debits, End credits: documents of several currencies can come into one file, and their amounts would be added up", findings.Warning},
	} {
		_, found := smallLoad(t, c.template, "")
		ok := false
		for _, f := range found {
			ok = ok || f.Severity == c.severity && strings.Contains(f.String(), c.want)
		}
		if !ok {
			t.Errorf("%s: want the %s %q\n%v", c.name, c.severity, c.want, found)
		}
	}
}

// Nothing is said where the currencies are apart, or where the ERP adds them up itself.
func TestSumsOfOneCurrency(t *testing.T) {
	for _, group := range []string{"by: currency", "by: document", "by: CONCAT(document.company_code; document.currency)", "by: run, max_documents: 1"} {
		_, found := smallLoad(t, strings.Replace(totalsTemplate, "by: currency", group, 1)+"totals: { amount: Line.amount }\n"+rowsSigned, "")
		if len(found) > 0 {
			t.Errorf("%s: %v", group, found)
		}
	}
	_, found := smallLoad(t, strings.Replace(totalsTemplate, "by: currency", "by: run", 1)+"totals: { amount: Line.amount, all_currencies: true }\n"+rowsSigned, "")
	if len(found) > 0 {
		t.Error(found)
	}
}

// Amounts of which nothing says the currency are a warning with the way out, unless a Value looks at it.
func TestAmountsWithoutCurrency(t *testing.T) {
	nothing := strings.Replace(strings.Replace(totalsTemplate, "      - { name: currency, type: code, value: document.currency }\n", "", 1), "by: currency", "by: run", 1)
	nothing = nothing[:strings.Index(nothing, "  - name: End")] + "amounts: { rows: [{ record: Line, amount: amount }] }\n"
	add := func(field string) string {
		return strings.Replace(nothing, "      - { name: side,", "      - "+field+"\n      - { name: side,", 1)
	}
	for name, c := range map[string]struct {
		template string
		warned   bool
	}{
		"nothing":                    {nothing, true},
		"a hidden name for decimals": {add("{ name: currency, type: code, hidden: true, value: document.currency }"), true},
		"held by a hidden field":     {add(`{ name: currency, type: code, hidden: true, required: true, value: 'IF(document.currency = "EUR"; "EUR"; "")' }`), false},
		"by currency":                {strings.Replace(nothing, "by: run", "by: currency", 1), false},
	} {
		_, found := smallLoad(t, c.template, "")
		if got := strings.Contains(fmt.Sprint(found), "nothing in it says which amount is in which currency"); got != c.warned || found.Err() != nil {
			t.Errorf("%s: %v", name, found)
		}
	}
}
