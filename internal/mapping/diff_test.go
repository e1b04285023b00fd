package mapping_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// diffTemplate has an account by lookup, a cost centre, a text, and a condition.
const diffTemplate = `
file: { kind: delimited, line_end: lf, decimals: "2", neutralise: off }
file_name: "{sequence:0000}.csv"
lookups:
  - name: Accounts
    columns: [{ name: Concur, type: code, key: true }, { name: Account, type: code }]
    rows: [["6000", "6100"], ["*", "9999"]]
  - name: Centres
    columns: [{ name: Concur, type: code, key: true }, { name: Centre, type: code }]
    rows: [["1000", "100"], ["1001", "101"], ["*", ""]]
records:
  - name: Line
    repeat: posting
    when: TRUE
    summarise: { by: [line.role] }
    fields:
      - { name: number, type: integer, value: row.number }
      - { name: document, type: code, width: 12, value: reportId }
      - { name: account, type: code, value: 'IF(line.account <> ""; LOOKUP(Accounts; line.account; Account); "2000")' }
      - { name: cost centre, type: code, value: 'IF(line.role = "expense"; LOOKUP(Centres; allocationCustom2Code; Centre))' }
      - { name: amount, type: amount, value: line.amount }
      - { name: text, type: text, width: 40, overflow: cut, value: 'IFBLANK(entryDescription; "none")' }
  - name: Tail
    repeat: trailer
    fields: [{ name: lines, type: integer, value: file.lines }, { name: sum, type: amount, value: file.debit }]
totals: { amount: Line.amount }
`

// changedPlan is the plan of diffTemplate after texts of its mapping were replaced; each must be there.
func changedPlan(t *testing.T, replace ...string) *mapping.Plan {
	t.Helper()
	return changedTemplate(t, diffTemplate, replace...)
}

// freePlan is changedPlan where the amounts are not held against the documents.
func freePlan(t *testing.T, replace ...string) *mapping.Plan {
	t.Helper()
	return changedTemplate(t, diffTemplate+"amounts: { not_held: [{ record: Line, why: a test of lines that go }] }\n", replace...)
}

func changedTemplate(t *testing.T, source string, replace ...string) *mapping.Plan {
	t.Helper()
	template := smallTemplate(source)
	text, err := workbook.NewYAML(template, "small", nil)
	if err != nil {
		t.Fatal(err)
	}
	changed := string(text)
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(changed, replace[i]) {
			t.Fatalf("the mapping has no %q:\n%s", replace[i], changed)
		}
		changed = strings.Replace(changed, replace[i], replace[i+1], 1)
	}
	plan, findings := mapping.LoadBytes(template, "small.yaml", []byte(changed))
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// someExpenses are n documents of two entries, 10.00 to cost centre 1000 and 2.50 to 1001.
func someExpenses(n int) []fis.Envelope {
	var out []fis.Envelope
	for i := range n {
		out = append(out, expense(fmt.Sprintf("D%d", i+1), "10.00", "2.50"))
	}
	return out
}

func compareOver(t *testing.T, older, newer *mapping.Plan, docs []fis.Envelope) *compare.Diff {
	t.Helper()
	i := 0
	d, err := compare.Plans(t.Context(), older, newer, 3, time.Time{}, func() (fis.Envelope, bool, error) {
		if i++; i > len(docs) {
			return fis.Envelope{}, false, nil
		}
		return docs[i-1], true, nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The first line must say all that changes, and nothing that does not.
func TestDiffSentence(t *testing.T) {
	for name, c := range map[string]struct {
		replace []string
		want    string
	}{
		"nothing":        {nil, "no document of 40 changes: the import file would be the same"},
		"same result":    {[]string{`IFBLANK(entryDescription; \"none\")`, `IFBLANK(entryDescription; CONCAT(\"no\"; \"ne\"))`}, "no document of 40 changes: the import file would be the same"},
		"account":        {[]string{`"6100"`, `"6105"`}, "40 of 40 documents change: account 6100 → 6105 in 80 lines with 500.00 EUR; nothing else"},
		"one centre":     {[]string{`"100"]`, `"200"]`}, "40 of 40 documents change: 400.00 EUR moves from cost centre 100 to 200 in 40 lines; nothing else"},
		"centre blank":   {[]string{`"101"]`, `""]`}, "40 of 40 documents change: 100.00 EUR moves from cost centre 101 to (blank) in 40 lines; nothing else"},
		"two columns":    {[]string{`"6100"`, `"6105"`, `"101"]`, `"102"]`}, "40 of 40 documents change: account 6100 → 6105 in 80 lines with 500.00 EUR, 100.00 EUR moves from cost centre 101 to 102 in 40 lines; nothing else"},
		"row number":     {[]string{"row.number", "row.number + 1"}, "40 of 40 documents change: number changes in 120 lines; nothing else"},
		"out of balance": {[]string{`"(when)": "true"`, `"(when)": "line.amount <> 2.5"`}, "40 of 40 documents change: 40 documents are newly held; nothing else"},
		"held":           {[]string{`["*", "9999"]`, `["*", ""]`, `"6000"`, `"6001"`}, "40 of 40 documents change: 40 documents are newly held; nothing else"},
		"added up":       {[]string{"line.role", `"\"all\""`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := compareOver(t, changedPlan(t), changedPlan(t, c.replace...), someExpenses(40))
			if c.want != "" && d.Sentence != c.want {
				t.Errorf("got  %s\nwant %s", d.Sentence, c.want)
			}
			if d.Different() != !strings.HasPrefix(d.Sentence, "no document") {
				t.Errorf("Different is %v, but: %s", d.Different(), d.Sentence)
			}
			t.Log(d.Sentence)
		})
	}
}

// What moves must be the same by every way it is told: the sums of the codes, the moves, and the lines.
func TestDiffSums(t *testing.T) {
	d := compareOver(t, changedPlan(t), changedPlan(t, `"100"]`, `"200"]`), someExpenses(7))
	want := []compare.SumTable{{Record: "Line", Column: "cost centre", Codes: 4, Rows: []compare.SumRow{
		{Code: "100", Currency: "EUR", OldLines: 7, Old: amount("70")},
		{Code: "200", Currency: "EUR", NewLines: 7, New: amount("70")},
	}}}
	if diff := cmp.Diff(want, d.Sums, cmp.Comparer(fis.Amount.Equal)); diff != "" {
		t.Error(diff)
	}
	if len(d.Lines) != 7 || d.ChangedLines != 7 || d.OldLines != 21 || d.NewLines != 21 {
		t.Errorf("%d lines listed, %d changed, of %d and %d", len(d.Lines), d.ChangedLines, d.OldLines, d.NewLines)
	}
	first := compare.LineChange{DocID: "D1", ReportID: "R-D1", Record: "Line", Line: 1, Kind: compare.CellChanged, Entry: "D1-0", Role: "expense", Currency: "EUR",
		Amount: amount("10"), Fields: []compare.FieldChange{{Record: "Line", Field: "cost centre", Old: "100", New: "200"}}}
	if diff := cmp.Diff(first, d.Lines[0], cmp.Comparer(fis.Amount.Equal)); diff != "" {
		t.Error(diff)
	}
}

// A document that is held must be told with the reason of either side.
func TestDiffHeld(t *testing.T) {
	held := changedPlan(t, `["*", "9999"]`, `["*", ""]`, `"6000"`, `"6001"`)
	fine := changedPlan(t)
	d := compareOver(t, fine, held, someExpenses(2))
	if len(d.Held) != 2 || d.Held[0].Kind != compare.NewlyHeld || len(d.Held[0].Old) != 0 || !strings.Contains(strings.Join(d.Held[0].New, " "), `Accounts has no row for "6000"`) {
		t.Errorf("held: %+v", d.Held)
	}
	back := compareOver(t, held, fine, someExpenses(2))
	if len(back.Held) != 2 || back.Held[0].Kind != compare.NoLongerHeld || len(back.Held[0].Old) == 0 || len(back.Held[0].New) != 0 {
		t.Errorf("no longer held: %+v", back.Held)
	}
	both := compareOver(t, held, held, someExpenses(2))
	if len(both.Held) != 0 || both.HeldInBoth != 2 || both.Changed != 0 {
		t.Errorf("held in both: %+v, %d, %d changed", both.Held, both.HeldInBoth, both.Changed)
	}
	if got := d.Frame; len(got) != 2 || got[0] != (compare.FieldChange{Record: "Tail", Field: "lines", Old: "6", New: "0"}) {
		t.Errorf("trailer: %+v", got)
	}
}

// A line that is new, or gone, is told as such, and the lines around it are not said to have changed.
func TestDiffLinesAddedAndGone(t *testing.T) {
	apart, together := changedPlan(t), changedPlan(t, `: line.role`, `: line.side`)
	two := freePlan(t, `"(when)": "true"`, `"(when)": "line.role = \"expense\""`, "line.amount", "0")
	if d := compareOver(t, apart, together, someExpenses(3)); d.Changed != 0 {
		t.Errorf("adding up by side changes lines that are alone in their allocation: %s", d.Sentence)
	}
	d := compareOver(t, freePlan(t, "line.amount", "0"), two, someExpenses(3))
	if d.RemovedLines != 3 || d.ChangedLines != 0 || d.Changed != 3 || d.Lines[0].Kind != compare.CellRemoved || d.Lines[0].Role != "employee_payable" {
		t.Errorf("%d gone, %d changed: %s", d.RemovedLines, d.ChangedLines, d.Sentence)
	}
	back := compareOver(t, two, freePlan(t, "line.amount", "0"), someExpenses(3))
	if back.AddedLines != 3 || back.ChangedLines != 0 || back.Lines[0].Kind != compare.CellAdded {
		t.Errorf("%d new, %d changed: %s", back.AddedLines, back.ChangedLines, back.Sentence)
	}
}

// The cells are told with their places, whatever else is in the workbook.
func TestCellChanges(t *testing.T) {
	load := func(edit func(f *excelize.File)) *mapping.Plan {
		plan, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, edit))
		if err := findings.Err(); err != nil {
			t.Fatal(err)
		}
		return plan
	}
	ok := must(t)
	var account, description string
	older := load(func(f *excelize.File) {})
	newer := load(func(f *excelize.File) {
		account, description = valueCell(t, f, "Account"), valueCell(t, f, "Text")
		ok(f.SetCellStr("Columns", description, "LEFT(line.text; 30)"))
		ok(f.SetCellStr("Settings", "B3", "ACME"))
		ok(f.SetCellStr("Accounts", "B4", "241501"))
		ok(f.SetCellStr("Accounts", "C5", "a note"))
		ok(f.RemoveRow("Cost centres", 2))
		row, err := f.GetRows("Tax codes")
		ok(err)
		n := len(row) + 1
		ok(f.SetSheetRow("Tax codes", fmt.Sprintf("A%d", n), &[]any{"FR", "20", "F20", "French VAT"}))
		ok(f.SetSheetRow("Read me", "A20", &[]any{"our own notes"}))
		ok(f.SetCellStr("Columns", "I2", "a note"))
	})
	_ = account
	var got []string
	for _, c := range compare.CellChanges(older, newer) {
		got = append(got, c.String())
	}
	want := []string{
		"Settings!B3: company: 1000 → ACME",
		"Columns!" + description + ": Line Text: line.text → LEFT(line.text; 30)",
		"Accounts!B4: 241500 Account: 241500 → 241501",
		"Accounts!C5: 241700 Name: Funding account liability → a note",
		"Cost centres!A2: row 9990 removed: 1100 | closed, goes to Sales Hamburg",
		"Tax codes!A8: row FR / 20 added: F20 | French VAT",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if same := compare.CellChanges(older, older); len(same) != 0 {
		t.Errorf("a mapping differs from itself: %v", same)
	}
}

// Headers and trailers are tried document by document: of no document, or of several currencies that never share a file, nothing is said about their
// values; one that cannot be written for a document holds it.
func TestHeadersAreComparedByDocument(t *testing.T) {
	const source = `
file: { kind: delimited, line_end: lf, decimals: "2", neutralise: off }
file_name: "{sequence:0000}.csv"
grouping: { by: currency }
records:
  - { name: H, repeat: header, fields: [{ name: currency, type: code, required: true, value: file.currency }] }
  - name: Line
    repeat: posting
    fields: [{ name: document, type: code, width: 12, value: reportId }, { name: amount, type: amount, value: line.amount }]
totals: { amount: Line.amount }
amounts: { not_held: [{ record: Line, why: a test of headers }] }
`
	older, newer := changedTemplate(t, source), changedTemplate(t, source, "reportId", "document.report_id")
	blank := changedTemplate(t, source, "file.currency", "IF(file.currency = \"EUR\"; file.currency; \"\")")
	mixed := someExpenses(4)
	for i := range mixed[:2] {
		mixed[i].Document = []byte(strings.ReplaceAll(string(mixed[i].Document), "EUR", "USD"))
	}
	for name, c := range map[string]struct {
		newer     *mapping.Plan
		documents []fis.Envelope
		held      int
		sentence  string
	}{
		"no document":         {newer, nil, 0, "no document was at hand"},
		"two currencies":      {newer, mixed, 0, "no document of 4 changes"},
		"a header left blank": {blank, mixed, 2, "2 documents are newly held"},
	} {
		d := compareOver(t, older, c.newer, c.documents)
		held := 0
		for _, h := range d.Held {
			if h.Kind == compare.NewlyHeld && strings.Contains(strings.Join(h.New, ""), "H.currency: is required") {
				held++
			}
		}
		if held != c.held || !strings.Contains(d.Sentence, c.sentence) {
			t.Errorf("%s: %d held; %s %+v", name, held, d.Sentence, d.Held)
		}
	}
}

// What a template says differently is told by name: of a field, a record, the whole file; a field that is new or gone is one line.
func TestTemplateChangesByName(t *testing.T) {
	older := changedTemplate(t, diffTemplate)
	for name, c := range map[string]struct {
		edit []string
		want string
	}{
		"width":           {[]string{"width: 12", "width: 14"}, "template small: Line document width: 12 → 14"},
		"required":        {[]string{"width: 12", "width: 12, required: true"}, "template small: Line document required added: true"},
		"overflow":        {[]string{"overflow: cut, ", ""}, "template small: Line text overflow removed: cut"},
		"delimiter":       {[]string{"line_end: lf", "line_end: crlf"}, "template small: file line_end: lf → crlf"},
		"file name":       {[]string{"{sequence:0000}.csv", "{sequence:000}.csv"}, "template small: file_name: {sequence:0000}.csv → {sequence:000}.csv"},
		"record":          {[]string{"by: [line.role]", "by: [line.role, line.account]"}, "template small: Line summarise by: line.role → line.role, line.account"},
		"value":           {[]string{"IFBLANK(entryDescription; \"none\")", "entryDescription"}, `template small: Line text value of new workbooks: IFBLANK(entryDescription; "none") → entryDescription`},
		"lookup row":      {[]string{`["6000", "6100"], `, ""}, "template small: lookups Accounts rows row 6000 | 6100 removed: 6000 | 6100"},
		"amounts":         {[]string{"totals: { amount: Line.amount }", "totals: { amount: Line.amount }\namounts: { not_held: [{ record: Line, why: the ERP says so }] }"}, "template small: amounts not_held Line record added: Line\ntemplate small: amounts not_held Line why added: the ERP says so"},
		"field":           {[]string{"{ name: text, type: text, width: 40,", "{ name: more, type: code, width: 7 }\n      - { name: text, type: text, width: 40,"}, "template small: Line more added: type code, width 7"},
		"title and words": {[]string{"\nrecords:", "\n# a remark\nrecords:"}, ""},
	} {
		template := smallTemplate(strings.Replace(diffTemplate, c.edit[0], c.edit[1], 1))
		text, err := workbook.NewYAML(smallTemplate(diffTemplate), "small", nil)
		if err != nil {
			t.Fatal(err)
		}
		if name == "field" {
			text = []byte(strings.Replace(string(text), "    text:", "    more: reportId\n    text:", 1))
		}
		newer, findings := mapping.LoadBytes(template, "small.yaml", text)
		if err := findings.Err(); err != nil {
			t.Fatal(name, err)
		}
		var got []string
		for _, change := range compare.CellChanges(older, newer) {
			if strings.HasPrefix(change.Sheet, "template") {
				got = append(got, change.String())
			}
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, strings.Join(got, "\n"), c.want)
		}
	}
}

// What a template says of everything in a file is a reason for any field to read differently; a record and a field are
// one for themselves, and notes for nothing.
func TestTemplateChangesThatExplain(t *testing.T) {
	const rounded = "rounding: true\n" + diffTemplate
	for name, c := range map[string]struct {
		from, old, now string
		line, other    bool // explains text of Line, and sum of Tail
	}{
		"file":                {diffTemplate, "line_end: lf", "line_end: crlf", true, true},
		"grouping":            {diffTemplate, "\nrecords:", "\ngrouping: { by: currency }\nrecords:", true, true},
		"posting_date":        {diffTemplate, "\nrecords:", "\nposting_date: file\nrecords:", true, true},
		"one_posting_date":    {diffTemplate, "\nrecords:", "\none_posting_date: true\nrecords:", true, true},
		"rounding":            {diffTemplate, "\nrecords:", "\nrounding: true\nrecords:", true, true},
		"entry_sums":          {rounded, "\nrecords:", "\nentry_sums: true\nrecords:", true, true},
		"rounding_difference": {rounded, "\nrecords:", "\nrounding_difference: { limit: 5 minor units }\nrecords:", true, true},
		"revisions":           {diffTemplate, "\nrecords:", "\nrevisions: net\nrecords:", true, true},
		"field":               {diffTemplate, "width: 40", "width: 30", true, false},
		"other field":         {diffTemplate, "width: 12", "width: 14", false, false},
		"file name":           {diffTemplate, "{sequence:0000}.csv", "{sequence:000}.csv", false, false},
	} {
		older, newer := changedTemplate(t, c.from).Template(), changedTemplate(t, strings.Replace(c.from, c.old, c.now, 1)).Template()
		changes := compare.TemplateChanges(older, newer)
		line, other := false, false
		for _, change := range changes {
			line, other = line || change.Explains("Line", "text"), other || change.Explains("Tail", "sum")
		}
		if len(changes) == 0 || line != c.line || other != c.other {
			t.Errorf("%s: %d changes explain the text: %t, the sum: %t", name, len(changes), line, other)
		}
	}
}
