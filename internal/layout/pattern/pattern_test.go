package pattern_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

// ledger is an hledger journal: the forbidden characters of its grammar are replaced, accounts have no two blanks in a
// row.
func ledger(t testing.TB, spec Spec) *Plan {
	spec.Kind = PatternText
	return Compiled(t, spec,
		Record{Name: "entry", Pattern: "\n{date} * ({code}) {text}  ; concur-doc:{code}[[, cost-center:{center}]]", Fields: []Field{
			{Name: "date", Type: DateType}, {Name: "code", Type: CodeType, NotStart: "("}, {Name: "text", Replace: map[string]string{";": ",", "|": "/"}}, {Name: "center", Replace: map[string]string{",": " "}}}},
		Record{Name: "posting", Pattern: "    {account:<28}  {currency} {amount:>10}[[ @@ {other} {cost}]][[  ; line:{line}]]", Fields: []Field{
			{Name: "account", Collapse: true, NotStart: "([", Required: true}, {Name: "currency", Type: CodeType}, {Name: "amount", Type: AmountType, Decimals: "currency", Currency: "currency", Required: true},
			{Name: "other", Type: CodeType}, {Name: "cost", Type: AmountType, Decimals: "currency", Currency: "other"}, {Name: "line", Type: IntegerType}}})
}

func ledgerText(t testing.TB, p *Plan) string {
	t.Helper()
	out := []byte("decimal-mark .\ncommodity USD 1000.00\ncommodity EUR 1000.00\naccount expenses:travel abroad\naccount liabilities:employee:E1042\n")
	for _, r := range []struct {
		record int
		values []Value
	}{
		{0, []Value{OnDay(2026, 3, 31), Text("RPT-000917"), Text("Expense; report | March\n東京"), Text("41,00")}},
		{1, []Value{Text(" expenses:travel  abroad"), Text("USD"), Num(t, "263.6"), {}, {}, Num(t, "1")}},
		{1, []Value{Text("liabilities:employee:E1042"), Text("USD"), Num(t, "-263.6")}},
		{0, []Value{OnDay(2026, 4, 1), Text("RPT-000918"), Text("Train")}},
		{1, []Value{Text("expenses:travel abroad"), Text("EUR"), Num(t, "100"), Text("USD"), Num(t, "108.40")}},
		{1, []Value{Text("liabilities:employee:E1042"), Text("USD"), Num(t, "-108.4")}},
	} {
		var err error
		if out, err = p.Encode(out, r.record, r.values, nil); err != nil {
			t.Fatal(err)
		}
	}
	return string(out)
}

func TestLedgerJournal(t *testing.T) {
	got := ledgerText(t, ledger(t, Spec{}))
	for _, want := range []string{
		"\n\n2026-03-31 * (RPT-000917) Expense, report / March 東京  ; concur-doc:RPT-000917, cost-center:41 00\n",
		"    expenses:travel abroad        USD     263.60  ; line:1\n", "    liabilities:employee:E1042    USD    -263.60\n",
		"* (RPT-000918) Train  ; concur-doc:RPT-000918\n", "    expenses:travel abroad        EUR     100.00 @@ USD 108.40\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if crlf := ledgerText(t, ledger(t, Spec{LineEnd: "crlf"})); !strings.Contains(crlf, "\r\n2026-03-31") || strings.Contains(crlf[130:], "[^\r]\n") {
		t.Errorf("line ends: %q", crlf)
	}
	hledger, err := exec.LookPath("hledger")
	if err != nil {
		t.Log("no hledger here; the text stands alone")
		return
	}
	name := filepath.Join(t.TempDir(), "x.journal")
	if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
		t.Fatal(err)
	}
	check := exec.Command(hledger, "-f", name, "check", "--strict", "ordereddates")
	check.Env = append(check.Environ(), "LC_ALL=C.UTF-8")
	if text, err := check.CombinedOutput(); err != nil {
		t.Errorf("hledger: %v\n%s", err, text)
	}
}

func TestPatternMistakesOfAValue(t *testing.T) {
	p := ledger(t, Spec{})
	for _, values := range [][]Value{
		{Text("(virtual)"), Text("USD"), Num(t, "1")}, {Text("[x]"), Text("USD"), Num(t, "1")}, {Text("a"), Text("USD"), {}}, {Text("a"), Text("USD"), Num(t, "1.001")},
	} {
		if got, err := p.Encode(nil, 1, values, nil); err == nil || len(got) > 0 {
			t.Errorf("%v: %q", values, got)
		}
	}
}

func TestPatternsAreReadToo(t *testing.T) {
	p := Compiled(t, Spec{Kind: PatternText, Comment: "#"},
		Record{Name: "result", Pattern: "rc={code}; {text} {{{n:>5}}}", Fields: []Field{{Name: "code", Type: IntegerType}, {Name: "text"}, {Name: "n", Type: CodeType}}},
		Record{Name: "other", Pattern: "{text}!", Fields: []Field{{Name: "text"}}})
	got, err := Encoded(p, Num(t, "1"), Text("not balanced"), Text("A7"))
	if err != nil || got != "rc=1; not balanced {   A7}\n" {
		t.Fatalf("got %q, %v", got, err)
	}
	rows, bad := ReadAll(t, p, []byte("# x\n"+got+"\nhello!\nwhat\nrc=x; y {z}\n"))
	if len(rows) != 2 || rows[0].Values[1].Text != "not balanced" || rows[0].Values[2].Text != "A7" || rows[1].Record != 1 || len(bad) != 2 {
		t.Error(rows, bad)
	}
	if _, err := ledger(t, Spec{}).NewReader(strings.NewReader("x"), 1, Limits{}); err == nil {
		t.Error("a pattern of several lines is read")
	}
}

// Values in XML would have to be escaped, which a pattern does not: such patterns are refused, with the way out.
func TestPatternsWriteNoXML(t *testing.T) {
	for pattern, refused := range map[string]bool{
		"<Line><Text>{text}</Text></Line>": true, "<?xml version='1.0'?>": true, "<Line text=\"{text}\"/>": true, "</Lines>": true,
		"{text} < 5 > 3": false, "<{text}>": false, "a </ b": false,
	} {
		_, problems := kinds.Compile(Spec{Kind: PatternText}, []Record{{Name: "line", Pattern: pattern, Fields: []Field{{Name: "text"}}}})
		if got := len(problems) > 0 && strings.Contains(problems[0].String(), "Files of kind xml"); got != refused {
			t.Errorf("%s: %v", pattern, problems)
		}
	}
}
