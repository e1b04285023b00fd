package mapping_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/templates"
)

// smallPlan compiles a template with its own defaults.
func smallPlan(t *testing.T, template string) *mapping.Plan {
	t.Helper()
	plan, findings := smallLoad(t, template, "")
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// smallLoad compiles a template called small with more lines in the mapping.
func smallLoad(t *testing.T, template, more string) (*mapping.Plan, findings.List) {
	t.Helper()
	fsys := fstest.MapFS{"small/template.yaml": {Data: []byte("name: small\ntitle: T\ndocuments: [expense]\nacceptance: document\n" + template)}}
	text, err := workbook.NewYAML(fsys, "small", nil)
	if err != nil {
		t.Fatal(err)
	}
	return mapping.LoadBytes(fsys, "small.yaml", append(text, more...))
}

// expense is a document with one entry for each text: amounts in cents, allocation and account by turns.
func expense(id string, amounts ...string) fis.Envelope {
	var b strings.Builder
	fmt.Fprintf(&b, `{"employee":{"employeeId":"E1"},"report":{"reportId":"R-%s","reportName":"Trip %s","employeeCurrencyAlphaCode":"EUR"},"expenseEntry":[`, id, id)
	for i, a := range amounts {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"entryId":"%s-%d","entryDescription":"entry %d","allocation":[{"allocationId":"A%d","allocationCustom2Code":"%d","journal":[{"journalAccountCode":"6000","journalPayer":"COMP","journalPayee":"EMPL","amountGross":%s,"amountNetOfTax":%s}],"tax":[]}]}`, id, i, i, i, 1000+i%2, a, a)
	}
	b.WriteString(`]}`)
	return fis.Envelope{ID: id, DocType: fis.Expense, Document: []byte(b.String())}
}

const smallLine = `
file: { kind: delimited, line_end: lf, decimals: "2", neutralise: off }
file_name: "{route}_{sequence:0000}.csv"
records:
  - name: Head
    repeat: header
    fields: [{ name: mark, value: '"H"' }, { name: lines, type: integer, value: file.lines }, { name: documents, type: integer, value: file.documents }, { name: sum, type: amount, value: file.debit }]
  - name: Line
    repeat: posting
    fields:
      - { name: mark, value: '"L"' }
      - { name: number, type: integer, value: row.number }
      - { name: line, type: integer, value: row.line }
      - { name: document, type: code, width: 6, value: reportId }
      - { name: account, type: code, value: 'IF(line.account <> ""; line.account; "2000")' }
      - { name: amount, type: amount, value: line.amount }
  - name: Tail
    repeat: trailer
    fields: [{ name: mark, value: '"T"' }, { name: records, type: integer, value: file.records }]
totals: { amount: Line.amount }
`

func newFile(t *testing.T, plan *mapping.Plan, dir string) *mapping.File {
	t.Helper()
	file, err := plan.NewFile(mapping.FileContext{Route: "gl", Sequence: 7, Created: made(), TempDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// A file numbers its rows, counts from what it holds, and tells where each document lies; a document that does not fit leaves no trace.
func TestFile(t *testing.T) {
	plan, dir := smallPlan(t, smallLine), t.TempDir()
	file, w := newFile(t, plan, dir), plan.NewWorker()
	var parts []mapping.Part
	for _, env := range []fis.Envelope{expense("1", "10.00"), expense("2-too-long", "3.00"), expense("3", "1.50", "2")} {
		p, err := w.Prepare(env)
		if err != nil {
			var de *refusal.DocumentError
			if !errors.As(err, &de) || env.ID != "2-too-long" || de.Problems[0].Field != "document" || de.Problems[0].Entry != "2-too-long-0" {
				t.Fatal(err)
			}
			continue
		}
		part, err := file.Add(p)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, part)
	}
	var out bytes.Buffer
	totals, err := file.Finish(&out)
	if err != nil {
		t.Fatal(err)
	}
	want := "H,6,2,13.50\nL,1,2,R-1,6000,10.00\nL,2,3,R-1,2000,-10.00\nL,3,4,R-3,6000,1.50\nL,4,5,R-3,2000,-1.50\nL,5,6,R-3,6000,2.00\nL,6,7,R-3,2000,-2.00\nT,8\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	if totals.Lines != 8 || totals.Rows != 6 || totals.Documents != 2 || totals.Debit["EUR"].String() != "13.5" {
		t.Errorf("%+v", totals)
	}
	for i, want := range [][3]int{{2, 3, 2}, {4, 7, 4}} {
		if got := [3]int{parts[i].FirstLine, parts[i].LastLine, parts[i].Rows}; got != want {
			t.Errorf("part %d is %v, want %v", i, got, want)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d temporary files are left", len(left))
	}
	if _, err := file.Finish(&out); err == nil {
		t.Error("a file is finished once")
	}
}

// An aborted file leaves nothing behind.
func TestAbort(t *testing.T) {
	dir := t.TempDir()
	file := newFile(t, smallPlan(t, smallLine), dir)
	file.Abort()
	file.Abort()
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d temporary files are left", len(left))
	}
}

// The same documents in the same order make the same bytes, on however many workers.
func TestDeterminism(t *testing.T) {
	plan, docs := benchPlan(t), benchDocuments(40)
	var first bytes.Buffer
	renderPlan(t, plan, docs, 300, 1, &first)
	for workers := 2; workers < 6; workers++ {
		var again bytes.Buffer
		renderPlan(t, plan, docs, 300, workers, &again)
		if !bytes.Equal(first.Bytes(), again.Bytes()) {
			t.Fatalf("%d workers make another file", workers)
		}
	}
}

// Results come in the order of the documents; an error of next or emit, or a cancelled context, ends the pipeline and comes back.
func TestPipeline(t *testing.T) {
	plan := smallPlan(t, smallLine)
	bad, stop := errors.New("bad"), errors.New("stop")
	source := func(n int, end error) func() (mapping.Input, bool, error) {
		i := 0
		return func() (mapping.Input, bool, error) {
			if i++; i > n {
				return mapping.Input{}, false, end
			}
			return mapping.Input{Envelope: expense(fmt.Sprint(i), "1.00")}, true, nil
		}
	}
	count := func(n int, end error, emit func(mapping.Rendered) error) (int, error) {
		seen := 0
		err := plan.RenderAll(context.Background(), 3, source(n, end), func(r mapping.Rendered) error {
			if r.Index != seen || r.Err != nil || r.Prepared.DocID != fmt.Sprint(seen+1) {
				t.Fatalf("%+v at %d", r, seen)
			}
			seen++
			return emit(r)
		})
		return seen, err
	}
	none := func(mapping.Rendered) error { return nil }
	if n, err := count(100, nil, none); n != 100 || err != nil {
		t.Error(n, err)
	}
	if n, err := count(50, bad, none); n != 50 || !errors.Is(err, bad) {
		t.Error("what came before an error of next is handed out, then the error:", n, err)
	}
	if n, err := count(1000, nil, func(r mapping.Rendered) error {
		if r.Index == 9 {
			return stop
		}
		return nil
	}); n != 10 || !errors.Is(err, stop) {
		t.Error(n, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	err := plan.RenderAll(ctx, 2, source(1_000_000, nil), func(mapping.Rendered) error {
		if n++; n == 5 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n > 20 {
		t.Error(n, err)
	}
}

// Lines are added up by the chosen values; cost lines of different allocations stay apart unless asked, and nothing nets unless asked.
func TestSummarise(t *testing.T) {
	line := `
file: { kind: delimited, line_end: lf, decimals: "2", neutralise: off }
file_name: "{sequence}.csv"
records:
  - name: Line
    repeat: posting
    summarise: { by: [line.role, line.account]%s }
    fields: [{ name: role, type: code, value: line.role }, { name: amount, type: amount, value: line.amount }]
totals: { amount: Line.amount }
`
	for _, c := range []struct{ name, more, want string }{
		{"by allocation", "", "expense,10.00\nemployee_payable,-15.00\nexpense,5.00\nexpense,-3.00\nemployee_payable,3.00\n"},
		{"across allocations", ", across_allocations: true", "expense,15.00\nemployee_payable,-15.00\nexpense,-3.00\nemployee_payable,3.00\n"},
		{"net", ", across_allocations: true, net: true", "expense,12.00\nemployee_payable,-12.00\n"},
	} {
		plan := smallPlan(t, fmt.Sprintf(line, c.more))
		env := expense("1", "10.00", "5.00", "-3.00")
		env.Document = bytes.Replace(env.Document, []byte(`"journalPayer":"COMP","journalPayee":"EMPL","amountGross":-3`), []byte(`"journalPayer":"EMPL","journalPayee":"COMP","amountGross":-3`), 1)
		got := renderGroups(t, plan, []fis.Envelope{env})
		if diff := cmp.Diff(c.want, string(got.files[""])); diff != "" {
			t.Errorf("%s: %s %v", c.name, diff, got.refused)
		}
	}
}

// Lines whose accounts differ are not added up, whatever the template says: the sum would go to the account of the first one.
func TestSummariseCodes(t *testing.T) {
	template := `
file: { kind: delimited, line_end: lf, decimals: "2", neutralise: off }
file_name: "{sequence}.csv"
records:
  - name: Line
    repeat: posting
    summarise: { by: [%s], across_allocations: true, net: true }
    fields:
      - { name: account, type: code, value: 'IF(line.party = "EMPL"; "2401"; IF(line.party = ""; line.account; "2403"))' }
      - { name: key, type: code, value: 'IF(line.amount < 0; "50"; "40")' }
      - { name: text, value: line.text }
      - { name: amount, type: amount, value: line.amount }
totals: { amount: Line.amount }
`
	env := expense("1", "10.00", "5.00")
	env.Document = bytes.Replace(env.Document, []byte(`"journalPayee":"EMPL","amountGross":5`), []byte(`"journalPayee":"CBCP","amountGross":5`), 1)
	got := renderGroups(t, smallPlan(t, fmt.Sprintf(template, "line.account")), []fis.Envelope{env, expense("2", "3.00", "4.00")})
	err := got.refused["1"]
	if err == nil || err.Problems[0].Reason != "summarise" || err.Problems[0].Field != "account" || !strings.Contains(err.Error(), `"2401" and "2403"`) {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff("6000,40,entry 0,7.00\n2401,50,entry 0,-7.00\n", string(got.files[""])); diff != "" {
		t.Error(diff)
	}
	got = renderGroups(t, smallPlan(t, fmt.Sprintf(template, "line.account, line.party")), []fis.Envelope{env})
	if diff := cmp.Diff("6000,40,entry 0,15.00\n2401,50,entry 0,-10.00\n2403,50,entry 1,-5.00\n", string(got.files[""])); diff != "" {
		t.Errorf("%s %v", diff, got.refused)
	}
}

// A condition that loses a line is found: the line stands in no row, and the other documents go on.
func TestUnbalancedDocument(t *testing.T) {
	plan := smallPlan(t, strings.Replace(smallLine, "repeat: posting", "repeat: posting\n    when: line.amount <> -5", 1))
	got := renderGroups(t, plan, []fis.Envelope{expense("1", "1.00"), expense("2", "5.00"), expense("3", "2.00")})
	if err := got.refused["2"]; err == nil || err.Problems[0].Reason != "amounts" || !strings.Contains(err.Error(), "stands in no row of the file") {
		t.Error(got.refused)
	}
	if want := "H,4,2,3.00\n"; !strings.HasPrefix(string(got.files[""]), want) {
		t.Errorf("%s", got.files[""])
	}
}

// A record once per value is written before the first use of it and never again.
func TestOncePer(t *testing.T) {
	plan := smallPlan(t, `
file: { kind: text, line_end: lf }
file_name: "{sequence}.txt"
records:
  - { name: Declare, repeat: posting, once_per: account, pattern: "account {account}", fields: [{ name: account, type: code, same_as: Use.account }] }
  - { name: Use, repeat: posting, pattern: "use {account}", fields: [{ name: account, type: code, value: 'CONCAT("a"; allocationCustom2Code)' }] }
`)
	got := renderGroups(t, plan, []fis.Envelope{expense("1", "1.00"), expense("2", "1.00", "2.00", "3.00")})
	want := "account a1000\nuse a1000\nuse a1000\naccount a1001\nuse a1000\nuse a1000\nuse a1001\nuse a1001\nuse a1000\nuse a1000\n"
	if diff := cmp.Diff(want, string(got.files[""])); diff != "" {
		t.Error(diff)
	}
}

// Documents of one group share a file, others are refused by it.
func TestGrouping(t *testing.T) {
	plan := smallPlan(t, "grouping: { by: employeeId, max_documents: 3 }\n"+smallLine)
	if plan.MaxDocuments() != 3 {
		t.Error(plan.MaxDocuments())
	}
	p, err := plan.NewWorker().Prepare(expense("1", "1.00"))
	if err != nil || p.Group != "E1" {
		t.Fatal(p, err)
	}
	if _, err := newFile(t, plan, t.TempDir()).Add(p); err == nil {
		t.Error("a file takes documents of its own group only")
	}
}

// The fields that are kept of a document are enough for its posting lines, and for every value.
func TestProjectionKeepsWhatIsNeeded(t *testing.T) {
	for _, name := range template.Names(templates.FS()) {
		plan := readyPlan(t, name)
		w := plan.NewWorker()
		for _, env := range allDocuments(t) {
			small, err1 := w.Prepare(env)
			doc, err := fis.NewParser(nil).Parse(env)
			if err != nil {
				t.Fatal(err)
			}
			whole, err2 := w.PrepareDocument(doc)
			if fmt.Sprint(err1) != fmt.Sprint(err2) {
				t.Fatalf("%s: %v, %v", env.Place, err1, err2)
			}
			if err1 != nil {
				continue
			}
			if a, b := oneFile(t, plan, small), oneFile(t, plan, whole); !bytes.Equal(a, b) {
				t.Errorf("%s, %s: %s", name, env.Place, cmp.Diff(string(b), string(a)))
			}
		}
	}
}

func oneFile(t *testing.T, plan *mapping.Plan, p *mapping.Prepared) []byte {
	t.Helper()
	file, err := plan.NewFile(mapping.FileContext{Route: "gl", Sequence: 1, Created: made(), Group: p.Group, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Add(p); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := file.Finish(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What is wrong with a document is told as such; the mapping has no part in it.
func TestRefusedDocument(t *testing.T) {
	w := smallPlan(t, smallLine).NewWorker()
	for _, c := range []struct {
		doc    string
		reason string
	}{
		{`{"report":`, "format"},
		{`{"report":{"reportId":"R"},"expenseEntry":[]}`, string(posting.MissingCurrency)},
	} {
		_, err := w.Prepare(fis.Envelope{ID: "x", DocType: fis.Expense, Document: []byte(c.doc)})
		var de *refusal.DocumentError
		if !errors.As(err, &de) || !de.Refused || de.Problems[0].Reason != c.reason {
			t.Errorf("%s: %v", c.doc, err)
		}
	}
}

// File names are made of safe characters whatever the group is called.
func TestFileName(t *testing.T) {
	plan := smallPlan(t, "settings: [{ name: house, value: \"a/b\" }]\n"+strings.Replace(smallLine, `"{route}_{sequence:0000}.csv"`, `"{route}-{group}-{settings.house}-{sequence:000000}-{date:yyMMdd}T{time:HHmm}.csv"`, 1))
	for group, want := range map[string]string{
		"EUR":     "gl-EUR-a-b-000042-261102T0215.csv",
		"../../x": "gl-------x-a-b-000042-261102T0215.csv",
		"Ł&K 1":   "gl---K-1-a-b-000042-261102T0215.csv",
		// One odd company code must not stop the files of all others.
		"..":                     "gl----a-b-000042-261102T0215.csv",
		strings.Repeat("x", 500): "gl-" + strings.Repeat("x", 80) + "-a-b-000042-261102T0215.csv",
	} {
		got, err := plan.FileName(mapping.FileContext{Route: "gl", Group: group, Sequence: 42, Created: made()})
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v", group, got, err)
		}
	}
}

// A route's condition sees the head of a document of any type, and nothing that a document does not know by itself.
func TestCondition(t *testing.T) {
	doc, err := fis.NewParser(nil).Parse(expense("1", "1.00"))
	if err != nil {
		t.Fatal(err)
	}
	for source, want := range map[string]bool{
		`document.currency = "EUR"`:                             true,
		`employeeId = "E2"`:                                     false,
		`AND(document.type = "expense"; reportName = "Trip 1")`: true,
	} {
		c, err := scope.CompileCondition(source)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Match(doc); err != nil || got != want {
			t.Errorf("%s: %v, %v", source, got, err)
		}
	}
	for _, source := range []string{"line.amount > 0", "file.sequence = 1", `documnet.type = "x"`, "reportName", "LOOKUP(Accounts; reportName)"} {
		if _, err := scope.CompileCondition(source); err == nil {
			t.Errorf("%s is no condition", source)
		}
	}
}
