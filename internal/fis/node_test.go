package fis

import (
	"errors"
	"testing"
)

func TestNodeToleratesShapes(t *testing.T) {
	n := parse(t, `{"text":" a ","number":5,"flag":false,"list":["x"," y ",null],"one":{"k":"v"},"many":[{"k":1},{"k":2}],"empty":[],
		"amounts":{"plain":10,"quoted":" 84.03 ","zero":0E-8,"blank":" ","listed":["7"],"none":[],"bad":"ten","flag":true,"object":{},"two":[1,2]}}`).Root
	for name, want := range map[string]string{"text": "a", "number": "5", "flag": "false", "list": "x, y", "one": "", "empty": "", "missing": ""} {
		if got := n.Str(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if one := n.List("one"); len(one) != 1 || one[0].Str("k") != "v" {
		t.Error("an object is a list of one")
	}
	if len(n.List("many")) != 2 || n.List("missing") != nil || len(n.List("empty")) != 0 {
		t.Error("lists")
	}
	amounts := n.Get("amounts")
	for name, want := range map[string]string{"plain": "10", "quoted": "84.03", "zero": "0", "listed": "7"} {
		if a, present, err := amounts.Amount(name); !present || err != nil || a.String() != want {
			t.Errorf("%s: %s %t %v", name, a, present, err)
		}
	}
	for _, name := range []string{"blank", "none", "missing"} {
		if _, present, err := amounts.Amount(name); present || err != nil {
			t.Errorf("%s: %t %v", name, present, err)
		}
	}
	for _, name := range []string{"bad", "flag", "object", "two"} {
		if _, present, err := amounts.Amount(name); !present || !errors.Is(err, ErrNotNumber) {
			t.Errorf("%s: %t %v", name, present, err)
		}
	}
}

func TestNilNodeIsAMissingField(t *testing.T) {
	var n *Node
	n.Each(func(string, *Node) { t.Error("a field of nothing") })
	if n.Kind() != 0 || n.Get("a") != nil || n.Text() != "" || n.Str("a") != "" || n.List("a") != nil || n.Len() != 0 {
		t.Error("nil node is not empty")
	}
	if _, present, err := n.Amount("a"); present || err != nil {
		t.Error("amount of nothing")
	}
	if d, err := n.Date("a"); !d.IsZero() || err != nil {
		t.Error("date of nothing")
	}
}

func TestFacts(t *testing.T) {
	for _, c := range []struct {
		text     string
		docType  DocType
		id       string
		currency string
		total    string
		day      string
	}{
		{`{"report":{"reportId":"R1","requestId":["Q"],"employeeCurrencyAlphaCode":"EUR","currencyAlphaCode":"USD","totalApprovedAmount":"12.5","reportSubmitDate":"2026-01-02T00:00:00Z"},"expenseEntry":[]}`, Expense, "R1", "EUR", "12.5", "2026-01-02"},
		{`{"requestHeader":{"requestId":"I1","currencyAlphaCode":"SEK","requestTotal":3,"invoiceDate":"02/03/2026","submitDate":"2026-05-05"},"lineItem":[]}`, Invoice, "I1", "SEK", "3", "2026-02-03"},
		{`{"cashAdvanceData":{"cashAdvanceId":"C1","currencyAlphaCode":"USD","employeeCurrencyAlphaCode":"GBP","requestAmount":7,"issuedDate":"bad","requestDate":"2026-01-01"}}`, CashAdvance, "C1", "GBP", "7", "2026-01-01"},
		{`{"report":{"reportId":"R2","employeeCurrencyAlphaCode":"EUR"},"expenseEntry":[{"payrollData":[{"entryApprovedAmount":1}]}]}`, Payroll, "R2", "EUR", "0", ""},
		{`{"report":{"reportId":"R3"},"expenseEntry":[{"payrollData":[]}]}`, Expense, "R3", "", "0", ""},
		{`{"instruction":{"instruction":"obligate"},"employee":{"employeeReimbursementCurrency":"CHF"},"requestHeader":{"requestId":"Q1","totalApprovedAmount":9,"requestSubmitDate":"2026-01-03T00:00:00.000Z"}}`, RequestObligation, "Q1", "CHF", "9", "2026-01-03"},
		{`{"instruction":{"instruction":"release"},"report":{"reportId":"R4","employeeCurrencyAlphaCode":"CHF"},"expenseEntry":[]}`, ReportObligation, "R4", "CHF", "0", ""},
		{`{"something":{"else":1}}`, "", "", "", "0", ""},
	} {
		doc := parse(t, c.text)
		total, _, err := doc.Total()
		if err != nil || doc.DocType != c.docType || doc.ReportID() != c.id || doc.Currency() != c.currency || total.String() != c.total || doc.Date().String() != c.day {
			t.Errorf("%.60s: %q %q %q %s %s %v", c.text, doc.DocType, doc.ReportID(), doc.Currency(), total, doc.Date(), err)
		}
		if got := ShapeOf([]byte(c.text)); got != c.docType {
			t.Errorf("%.60s: shape %q", c.text, got)
		}
	}
}

// Names are found in objects that have one of them, filled, and in nothing else.
func TestNamesIn(t *testing.T) {
	doc, err := NewParser(nil).Parse(Envelope{ID: "D", DocType: Expense, Document: []byte(`{"a":{"x":1,"none":null},"b":{"y":[]},"c":[{"x":1}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := doc.Root.Get("a"), doc.Root.Get("b"), doc.Root.Get("c")
	for i, test := range []struct {
		names []string
		in    []*Node
		want  bool
	}{
		{[]string{"x"}, []*Node{a}, true}, {[]string{"x"}, []*Node{b, a}, true}, {[]string{"z", "y"}, []*Node{b}, true},
		{[]string{"x"}, []*Node{b}, false}, {[]string{"none"}, []*Node{a}, false}, {[]string{"x"}, []*Node{c, nil}, false}, {nil, []*Node{a, b}, false}, {[]string{"x"}, nil, false},
	} {
		if got := NewNames(test.names).In(test.in); got != test.want {
			t.Errorf("%d: %v", i, got)
		}
	}
	for i := range 500 { // names that share the bit of another one
		name := string(rune('a' + i%26))
		if i >= 26 {
			name += string(rune('a' + i/26))
		}
		if got := NewNames([]string{name}).In([]*Node{a, b, doc.Root}); got != (a.Get(name) != nil || b.Get(name) != nil || doc.Root.Get(name) != nil) {
			t.Error(name, got)
		}
	}
}
