package mapping_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// bent is a shipped template with what this test bends in it, and a reader of its files that shares nothing with the program.
type bent struct {
	template string
	// record is the one that carries the amounts; amounts, side, currency and document are its fields.
	record         string
	amounts        []string
	side           string
	currency       [2]string // record, field
	document       [2]string
	values         []string // further formulas for an amount
	whens          []string
	template2      []changed // changes of the template
	summarise      bool
	read           func(*testing.T, []byte) []writtenRow
	of             []fis.DocType // documents that it takes, nil for those with posting lines
	few            bool          // tries, for a file that is slow to make or like another one
	parties, plain bool          // what the rows stand for: what is owed, or fields of the document
	field          string        // plain: the list and the field, wage types and allocations when empty

	single     bool     // its record stands once
	without    []string // roles of lines that the template leaves out
	noCurrency bool     // the file does not say it
}

// changed is a change of a template: each text of from is replaced once by the one of to.
type changed struct {
	kind     string
	from, to []string
	net      bool // sums are compared as debit minus credit
	debits   bool // the template declares that credits are left out
	unround  bool
}

// bentTemplates are those that need more than a bend.yaml in their folder can say; TestWhateverGoesOutHasItsSums fails for a template that has neither.
func bentTemplates() []bent {
	lines := []string{`line.role = "expense"`, "line.amount <> 0", `document.report_id <> "R1"`, "line.number <> 2", "line.debit > 0", "line.number < 4"}
	return []bent{
		{template: "generic-csv", record: "Line", amounts: []string{"Debit", "Credit"}, currency: [2]string{"Line", "Currency"}, document: [2]string{"Line", "Reference"}, summarise: true,
			values: []string{"line.debit", "line.credit", "line.amount", "MAX(line.amount; 0)", "document.debit"}, whens: lines, read: readJournalCSV, template2: []changed{
				{kind: "decimals", from: []string{"decimals: currency"}, to: []string{`decimals: "0..8"`}},
				{kind: "rounding off in the template", from: []string{"rounding: true", "decimals: currency"}, to: []string{"rounding: false", `decimals: "0..8"`}, unround: true},
				{kind: "net sums", from: []string{"    repeat: posting\n"}, to: []string{"    repeat: posting\n    summarise: { by: [line.account, line.role, line.tax_code, allocationCustom2Code], across_allocations: true, net: true }\n"}, net: true},
				{kind: "minor units", from: []string{"debit: Debit, credit: Credit, currency: Currency"}, to: []string{"debit: Debit, credit: Credit, units: minor, currency: Currency"}},
				{kind: "left out", from: []string{"  credit: Line.Credit\n", "document: Reference }\n"}, to: []string{"  credit: Line.Credit\n  unbalanced: true\n",
					"document: Reference }\n  left_out:\n    - { when: 'line.side = \"C\"', why: the ledger makes the other side }\n"}, debits: true},
			}},
		{template: "hledger-journal", record: "Posting", amounts: []string{"amount"}, currency: [2]string{"Posting", "currency"}, document: [2]string{"Transaction", "document"}, summarise: true,
			values: []string{"line.amount", "line.debit", "line.credit", "0 - line.amount"}, whens: lines, read: readPlainJournal, template2: []changed{
				{kind: "rounding off in the template", from: []string{"rounding: true", "decimals: currency, currency: currency"}, to: []string{"rounding: false", `decimals: "0..8"`}, unround: true},
				{kind: "credits positive", from: []string{"amount: amount, currency: currency"}, to: []string{"amount: amount, credit_positive: true, currency: currency"}},
			}},
		{template: "legacy-fixed", record: "D", amounts: []string{"amount"}, currency: [2]string{"D", "currency"}, document: [2]string{"D", "document"}, summarise: true,
			values: []string{"line.amount", "line.debit", "line.credit", "0 - line.amount"}, whens: lines, read: readOverpunched, template2: []changed{
				{kind: "leading sign", from: []string{"decimals: 2, implied: true, required: true, value: line.amount"}, to: []string{"decimals: 2, implied: true, sign: trailing, required: true, value: line.amount"}},
				{kind: "three decimals", from: []string{"width: 13, decimals: 2, implied: true, required: true, value: line.amount"}, to: []string{"width: 13, decimals: 3, implied: true, required: true, value: line.amount"}},
			}},
		{template: "concur-sae", record: "DETAIL", amounts: []string{"169 Journal Amount"}, side: "168 Journal Debit or Credit", currency: [2]string{"DETAIL", "022 Employee Default Currency Alpha Code"},
			document: [2]string{"DETAIL", "019 Report ID"}, parties: true, read: readExtract, values: []string{"row.amount", "0 - row.amount", "row.net", "row.net_of_reclaim"},
			whens: []string{"row.amount > 0", `row.side = "DR"`, `document.report_id <> "R1"`, "row.in_document < 3", `row.party = "EMPL"`}, template2: []changed{
				{kind: "rounding off in the template", from: []string{"rounding: true\nentry_sums: true"}, to: []string{"rounding: false"}, unround: true},
				{kind: "two decimals", from: []string{`decimals: "4..8"`}, to: []string{`decimals: "2"`}},
			}},
		{template: "concur-sae-v2", record: "DETAIL", amounts: []string{"169 Journal Amount"}, side: "168 Journal Debit or Credit", few: true,
			currency: [2]string{"DETAIL", "022 Employee Default Currency Alpha Code"}, document: [2]string{"DETAIL", "019 Report ID"}, parties: true, read: readExtract,
			values: []string{"row.amount", "0 - row.amount", "row.net", "row.net_of_reclaim"},
			whens:  []string{"row.amount > 0", `row.side = "DR"`, `document.report_id <> "R1"`, "row.in_document < 3"}, template2: []changed{
				{kind: "two decimals", from: []string{`decimals: "4..8"`}, to: []string{`decimals: "2"`}},
			}},
		{template: "concur-sae-xlsx", record: "DETAIL", amounts: []string{"169 Journal Amount"}, side: "168 Journal Debit or Credit", few: true,
			currency: [2]string{"DETAIL", "022 Employee Default Currency Alpha Code"}, document: [2]string{"DETAIL", "019 Report ID"}, parties: true, read: readExtractBook,
			values: []string{"row.amount", "0 - row.amount", "row.net", "row.net_of_reclaim"},
			whens:  []string{"row.amount > 0", `row.side = "DR"`, `document.report_id <> "R1"`, "row.in_document < 3"}, template2: []changed{
				{kind: "two decimals", from: []string{`decimals: "4..8"`}, to: []string{`decimals: "2"`}},
			}},
		{template: "concur-prae", record: "DETAIL", amounts: []string{"063 Journal Gross Amount"}, side: "064 Debit or Credit", of: []fis.DocType{fis.Invoice},
			currency: [2]string{"DETAIL", "065 Requested Alpha Currency Code"}, document: [2]string{"DETAIL", "051 Request ID"}, parties: true, read: readInvoiceExtract,
			values: []string{"row.amount", "0 - row.amount", "row.net", "row.net_of_reclaim"},
			whens:  []string{"row.amount > 0", `row.side = "DR"`, `document.report_id <> "R1"`, "row.in_document < 3"}, template2: []changed{
				{kind: "two decimals", from: []string{`decimals: "4..8"`}, to: []string{`decimals: "2"`}},
			}},
		{template: "obligations", record: "Line", amounts: []string{"Debit", "Credit"}, few: true,
			of: []fis.DocType{fis.RequestObligation}, read: readCommitments,
			currency: [2]string{"Line", "Currency"}, document: [2]string{"Line", "Document"},
			values: []string{"line.debit", "line.credit", "line.amount", "MAX(line.amount; 0)"},
			whens:  []string{`line.role = "commitment"`, "line.number <> 2", `document.report_id <> "R1"`}},
		{template: "payroll-wage-types", record: "Wage", amounts: []string{"Amount"}, few: true, plain: true,
			of: []fis.DocType{fis.Payroll}, read: readPayroll,
			currency: [2]string{"Wage", "Currency"}, document: [2]string{"Wage", "Document"},
			values: []string{"0 - entryApprovedAmount", "entryApprovedAmount + 1", "totalApprovedAmount"},
			whens:  []string{`wageType <> "M411"`, "entryApprovedAmount > 20", `document.id = ""`}},
		{template: "travel-allowance", record: "Day", amounts: []string{"Paid"}, few: true, plain: true,
			of: []fis.DocType{fis.Payroll}, read: readDays, field: "dailyAllowanceDetails.clientAmountInPaymentCurrency",
			currency: [2]string{"Day", "Currency"}, document: [2]string{"Day", "Document"},
			values: []string{"0 - clientAmountInPaymentCurrency", "clientAmountInPaymentCurrency + 1"},
			whens:  []string{"clientAmountInPaymentCurrency > 20", `document.id = ""`}},
		{template: "payroll-obligation-csv", record: "Wage", amounts: []string{"Amount"}, currency: [2]string{"Wage", "Currency"}, document: [2]string{"Wage", "Reference"}, plain: true, read: readWages,
			values: []string{"0 - entryApprovedAmount", "entryApprovedAmount + 1", "totalApprovedAmount"}, whens: []string{`wageType <> "M411"`, "entryApprovedAmount > 20", `document.id = ""`}},
		{template: "payroll-obligation-csv", record: "Obligation", amounts: []string{"Amount"}, currency: [2]string{"Obligation", "Currency"}, document: [2]string{"Obligation", "Reference"}, plain: true, read: readWages,
			values: []string{"0 - allocationAmount", "allocationAmount + 1", "allocationPercentage"}, whens: []string{`entryAccountCode <> "640200"`, "allocationAmount > 300", `document.id = ""`}},
	}
}

// Random edits of each shipped template's mapping, and random documents: whatever goes out has the sums of its posting lines, by document, currency
// and side, unless the template declares otherwise. The bytes are read here by small readers of their own, and the posting lines derived here.
func TestWhateverGoesOutHasItsSums(t *testing.T) {
	var covered []string
	for n, b := range bentTemplates() {
		covered = append(covered, b.template)
		t.Run(b.template+" "+b.record, func(t *testing.T) { b.run(t, rand.New(rand.NewSource(int64(n)+7))) })
	}
	for _, name := range template.Names(templates.FS()) {
		if slices.Contains(covered, name) {
			continue
		}
		b, ok := bendOf(t, name)
		if !ok {
			t.Errorf("templates/%s/test/bend.yaml does not say how the template is bent and its files are read", name)
			continue
		}
		t.Run(name+" "+b.record, func(t *testing.T) { b.run(t, rand.New(rand.NewSource(7))) })
	}
}

// tries is how many edited mappings a template gets; the extract has 400 columns to compile each time.
func (b *bent) tries() int {
	switch {
	case b.few, b.single:
		return 12
	case b.parties:
		return 15
	}
	return 40
}

func (b *bent) run(t *testing.T, rnd *rand.Rand) {
	out, held, failed, kinds, refused := 0, 0, map[string]bool{}, map[string]int{}, map[string]int{}
	types := []fis.DocType{fis.Expense, fis.Invoice, fis.CashAdvance}
	if b.plain {
		types = map[string][]fis.DocType{"Wage": {fis.Payroll}, "Obligation": {fis.RequestObligation}}[b.record]
	}
	if b.of != nil {
		types = b.of
	}
	maker := newRandomDocuments(t, rnd, types)
	for range b.tries() {
		e := b.edit(t, rnd)
		plan, findings := mapping.LoadBytes(e.templates, "random.yaml", []byte(e.mapping.text()))
		if plan == nil {
			refused[findings.Err().Error()]++
			continue
		}
		docs := maker.some()
		made, sent, dropped := makeFiles(t, plan, docs)
		out, held = out+sent, held+dropped
		for _, f := range made {
			wrong := b.compare(t, f, e)
			if name := strings.Join(e.kinds, " + "); wrong != "" && !failed[name] {
				failed[name] = true
				t.Errorf("%s: %s", name, wrong)
			}
		}
		for _, k := range e.kinds {
			if len(made) > 0 {
				kinds[k]++
			}
		}
	}
	for reason, n := range refused {
		t.Errorf("%d mappings cannot be loaded: %s", n, reason)
	}
	if out < b.tries()/2 || held < b.tries()/2 {
		t.Errorf("%d documents went out and %d were held: the edits are not random enough", out, held)
	}
	t.Logf("%d documents went out, %d were held; kinds of edits in files that went out: %v", out, held, kinds)
}

// madeFile is a file that went out with its documents, in their order.
type madeFile struct {
	body []byte
	docs []fis.Envelope
}

// makeFiles does with documents what a run does, each group in a file.
func makeFiles(t *testing.T, plan *mapping.Plan, docs []fis.Envelope) (files []madeFile, out, held int) {
	t.Helper()
	type open struct {
		file *mapping.File
		docs []fis.Envelope
	}
	var order []*open
	byGroup := map[string]*open{}
	w := plan.NewWorker()
	for _, env := range docs {
		p, err := w.Prepare(env)
		if err != nil {
			held++
			continue
		}
		o := byGroup[p.Group]
		if o == nil {
			file, err := plan.NewFile(mapping.FileContext{Route: "gl", Sequence: 7, Created: made(), Group: p.Group, TempDir: t.TempDir()})
			must(t)(err)
			o = &open{file: file}
			byGroup[p.Group], order = o, append(order, o)
		}
		if part, err := o.file.Add(p); err != nil || part.Rows == 0 {
			held++
			continue
		}
		o.docs = append(o.docs, env)
	}
	for _, o := range order {
		var body bytes.Buffer
		if _, err := o.file.Finish(&body); err != nil || len(o.docs) == 0 {
			if body.Len() > 0 && err != nil {
				t.Fatal("a file that is refused was written")
			}
			held += len(o.docs)
			continue
		}
		out += len(o.docs)
		files = append(files, madeFile{body.Bytes(), o.docs})
	}
	return files, out, held
}

// bending is a mapping with its template after some random edits.
type bending struct {
	templates fs.FS
	mapping   *mappingText
	kinds     []string
	change    changed
	round     bool
}

// edit bends the mapping in up to three ways, now and then the template, too.
func (b *bent) edit(t *testing.T, rnd *rand.Rand) *bending {
	t.Helper()
	e := &bending{templates: templates.FS(), round: true}
	if len(b.template2) > 0 && rnd.Intn(3) == 0 {
		e.change = b.template2[rnd.Intn(len(b.template2))]
		e.templates = b.changedTemplate(t, e.change)
		e.kinds = append(e.kinds, e.change.kind)
	}
	second := rnd.Intn(8) == 0 && !b.single
	if second {
		e.templates, e.kinds = b.twice(t, e.templates), append(e.kinds, "a second record")
	}
	e.round = !e.change.unround
	text, err := workbook.NewYAML(e.templates, b.template, nil)
	must(t)(err)
	e.mapping = &mappingText{t: t, lines: strings.Split(string(text), "\n")}
	if e.change.kind == "minor units" && rnd.Intn(4) > 0 {
		e.mapping.set(b.record, "Debit", "line.debit * IF(document.minor_units = 0; 1; IF(document.minor_units = 3; 1000; 100))")
		e.mapping.set(b.record, "Credit", "line.credit * IF(document.minor_units = 0; 1; IF(document.minor_units = 3; 1000; 100))")
	}
	if e.change.kind == "credits positive" && rnd.Intn(4) > 0 {
		e.mapping.set(b.record, "amount", "0 - line.amount")
	}
	if e.change.debits && rnd.Intn(4) > 0 {
		e.mapping.set(b.record, "(when)", `line.side = "D"`)
	}
	if when := b.whens[rnd.Intn(len(b.whens))]; second && rnd.Intn(2) == 0 { // each row in one record or the other
		e.mapping.set(b.record, "(when)", when)
		e.mapping.set(again, "(when)", "NOT("+when+")")
	}
	for range rnd.Intn(3) {
		b.bend(e, rnd)
	}
	return e
}

// changedTemplate is the shipped template with a change.
func (b *bent) changedTemplate(t *testing.T, c changed) fs.FS {
	t.Helper()
	text, err := fs.ReadFile(templates.FS(), b.template+"/template.yaml")
	must(t)(err)
	out := string(text)
	for i := range c.from {
		if !strings.Contains(out, c.from[i]) {
			t.Fatalf("%s has no %q", b.template, c.from[i])
		}
		out = strings.Replace(out, c.from[i], c.to[i], 1)
	}
	return withTemplate(t, templates.FS(), b.template, out)
}

// withTemplate is the folder of a template with another template.yaml.
func withTemplate(t *testing.T, fsys fs.FS, name, text string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	entries, err := fs.ReadDir(fsys, name)
	must(t)(err)
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		body, err := fs.ReadFile(fsys, name+"/"+e.Name())
		must(t)(err)
		files[name+"/"+e.Name()] = &fstest.MapFile{Data: body}
	}
	files[name+"/template.yaml"] = &fstest.MapFile{Data: []byte(text)}
	return files
}

// again is the second record of amounts.
const again = "Again"

// twice is the template with its record of amounts a second time, declared as the first one is; only some of its rows are made.
func (b *bent) twice(t *testing.T, fsys fs.FS) fs.FS {
	t.Helper()
	text, err := fs.ReadFile(fsys, b.template+"/template.yaml")
	must(t)(err)
	body := string(text)
	record := between(t, body, "  - name: "+b.record+"\n", "\n  - name: ", "\ntotals:", "\n\n")
	copied := strings.Replace(strings.Replace(record, "- name: "+b.record, "- name: "+again, 1), "value: "+b.record+" }", "value: A }", 1)
	copied = strings.NewReplacer(`'"D"'`, `'"A"'`, `'"DETAIL"'`, `'"A"'`, `'"WAGE"'`, `'"A"'`, `'"OBLIGATION"'`, `'"A"'`, "value: WAGE }", "value: A }", "value: OBLIGATION }", "value: A }",
		`'"LINE"'`, `'"A"'`, `'"DAY"'`, `'"A"'`, "value: LINE }", "value: A }", "value: DAY }", "value: A }",
		"same_as: Posting.account, ", "").Replace(copied)
	if b.template == "generic-csv" { // its records are told apart by their first column
		body = strings.Replace(body, "{ name: Batch, type: integer, width: 10, required: true, value: file.sequence", "{ name: Batch, type: code, width: 10, required: true, value: '\"L\"'", 1)
		record = strings.Replace(record, "{ name: Batch, type: integer, width: 10, required: true, value: file.sequence", "{ name: Batch, type: code, width: 10, required: true, value: '\"L\"'", 1)
		copied = strings.Replace(copied, "{ name: Batch, type: integer, width: 10, required: true, value: file.sequence", "{ name: Batch, type: code, width: 10, required: true, value: '\"A\"'", 1)
		body = strings.Replace(body, "  header: true\n", "  header: true\n  header_record: Line\n", 1)
	}
	if b.template == "hledger-journal" {
		copied = strings.Replace(copied, `pattern: "    {account`, `pattern: "      {account`, 1)
	}
	body = strings.Replace(body, record, record+copied, 1)
	declared := between(t, body, "\namounts:\n", "\n\nresults:", "\n\nresults:")
	rows := strings.TrimPrefix(declared, "\namounts:\n  rows:\n")
	for _, mark := range []string{"\n  left_out", "\n  not_held"} {
		rows, _, _ = strings.Cut(rows, mark)
	}
	var more string
	for _, item := range strings.Split("\n"+rows, "\n    - ")[1:] {
		if strings.Contains(item, "record: "+b.record+"\n") || strings.Contains(item, "record: "+b.record+",") {
			more = "\n    - " + strings.Replace(item, "record: "+b.record, "record: "+again, 1)
		}
	}
	body = strings.Replace(body, declared, strings.Replace(declared, rows, rows+more, 1), 1)
	return withTemplate(t, fsys, b.template, body)
}

// between is the text from a mark up to the nearest of two others.
func between(t *testing.T, text, from string, to ...string) string {
	t.Helper()
	i := strings.Index(text, from)
	if i < 0 {
		t.Fatalf("there is no %q", from)
	}
	end := len(text)
	for _, mark := range to {
		if j := strings.Index(text[i+len(from):], mark); j >= 0 && i+len(from)+j < end {
			end = i + len(from) + j
			if mark[0] == '\n' && mark != "\n\nresults:" {
				end++
			}
		}
	}
	return text[i:end]
}

// bend makes one random edit.
func (b *bent) bend(e *bending, rnd *rand.Rand) {
	m, pick := e.mapping, func(list []string) string { return list[rnd.Intn(len(list))] }
	field := pick(b.amounts)
	was := m.get(b.record, field)
	kind := pick([]string{"value", "factor", "swap", "some rows", "harmless", "currency", "document", "condition", "sum", "group", "side", "lookup", "rounding"})
	switch kind {
	case "value":
		m.set(b.record, field, pick(append(b.values, "0", "12.34")))
	case "factor":
		for _, f := range b.amounts {
			m.set(b.record, f, "IFBLANK("+m.get(b.record, f)+"; 0) * "+pick([]string{"100", "1.0099", "1000", "0", "0.5", "IF(row.number > 3; 2; 1)"}))
		}
	case "swap":
		if first, last := b.amounts[0], b.amounts[len(b.amounts)-1]; first != last {
			one, other := m.get(b.record, first), m.get(b.record, last)
			m.set(b.record, first, other)
			m.set(b.record, last, one)
		} else {
			m.set(b.record, field, "0 - ("+was+")")
		}
	case "some rows":
		m.set(b.record, field, fmt.Sprintf("IF(row.in_document = 1; IFBLANK(%s; 0) + 5; %s)", was, was))
	case "harmless":
		m.set(b.record, field, pick([]string{"IFBLANK(" + was + "; 0) + 5 - 5", "ROUND(" + was + "; 8)", "IF(1 = 1; " + was + "; 0)", "ROUND(" + was + "; 0)"}))
	case "currency":
		if b.currency[1] == "" {
			return
		}
		m.set(b.currency[0], b.currency[1], pick([]string{`"USD"`, "UPPER(document.currency)", `IF(document.currency = "EUR"; "USD"; document.currency)`, "IF(row.number > 2; \"EUR\"; document.currency)"}))
	case "document":
		if b.document[1] == "" {
			return
		}
		m.set(b.document[0], b.document[1], pick([]string{`"X"`, "LEFT(document.id; 31)", "document.employee_id", `CONCAT("D"; document.id)`, `IF(row.number > 3; "A"; "B")`}))
	case "condition":
		m.set(b.record, "(when)", pick(b.whens))
	case "sum":
		if !b.summarise {
			return
		}
		m.set(b.record, "(summarise by)", pick([]string{"line.account; line.role", "line.role", "document.currency", "line.account"}))
	case "group":
		m.setting("Group by", pick([]string{"document", "currency", "document.employee_id"}))
	case "side":
		if b.side == "" || b.single {
			return
		}
		m.set(b.record, b.side, pick([]string{`"DR"`, `"CR"`, `IF(row.side = "DR"; "CR"; "DR")`, `"XX"`, `IF(row.amount < 0; "CR"; "DR")`}))
	case "lookup":
		m.lookup("Factors", []string{"Currency (key)", "Factor"}, [][]string{{"EUR", "1"}, {"JPY", pick([]string{"1", "100"})}, {"*", pick([]string{"1", "0.01", ""})}})
		m.set(b.record, field, fmt.Sprintf("IFBLANK(%s; 0) * VALUE(LOOKUP(Factors; document.currency; Factor))", was))
	case "rounding":
		value := pick([]string{"on", "off"})
		m.setting("Rounding", value)
		e.round = value == "on"
	}
	e.kinds = append(e.kinds, kind)
}
