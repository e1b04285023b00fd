package posting

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// What rounding leaves over stands in one line of the document, and the cost is each row's own rounded amount.
func TestRoundingLine(t *testing.T) {
	doc := report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "17.875", "6").nets("15.014", "15.014")), taxOf("2.861", "2.861", "VAT"))),
		entryOf("N2", allocOf("A2", rows(rowOf("EMPL", "10.003", "7").nets("8.004", "8.004")), taxOf("1.999", "1.999", "VAT"))))
	opt := Options{Round: true, RoundingLine: &RoundingLine{Limit: amount("0.02")}}
	want := []string{"expense 6 15.01 N1 A1", "tax 2.86 N1 A1 VAT VAT1 VATR", "employee_payable EMPL -17.88 N1 A1",
		"expense 7 8.00 N2 A2", "tax 2.00 N2 A2 VAT VAT1 VATR", "employee_payable EMPL -10.00 N2 A2", "rounding_difference 0.01"}
	if diff := cmp.Diff(want, texts(derive(t, doc, opt))); diff != "" {
		t.Error(diff)
	}
	opt.RoundingLine.Limit = amount("0.005")
	var refusal *Refusal
	if _, err := Derive(parseDoc(t, fis.Expense, doc), opt); !errors.As(err, &refusal) || refusal.Problems[0].Reason != RoundingLimit ||
		!strings.Contains(err.Error(), "rounding leaves 0.01 over, and at most 0.005") {
		t.Error(err)
	}
}

// Rows of half a cent are each rounded up, and the employee, a card and a supplier are owed their rounded sums all the
// same: what that makes goes to the line of rounding differences, and nobody is paid a cent too much.
func TestRoundingLineOwesTheRoundedSum(t *testing.T) {
	doc := report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "17.875", "6").nets("17.875", "17.875"))), allocOf("A2", rows(rowOf("EMPL", "17.875", "6").nets("17.875", "17.875")))),
		entryOf("N2", allocOf("A3", rows(rowOf("CBCP", "5.005", "7").nets("5.005", "5.005"))), allocOf("A4", rows(rowOf("CBCP", "5.005", "7").nets("5.005", "5.005")))),
		entryOf("N3", allocOf("A5", rows(rowOf("EMPL", "0.004", "8").nets("0.004", "0.004"))), allocOf("A6", rows(rowOf("EMPL", "0.003", "8").nets("0.003", "0.003")))))
	r := derive(t, doc, Options{Round: true, RoundingLine: &RoundingLine{MinorUnits: 5}})
	if owed := r.Owed(); !owed["EMPL"].Equal(amount("35.76")) || !owed["CBCP"].Equal(amount("10.01")) {
		t.Errorf("owed %v, want EMPL 35.76 (of 35.757) and CBCP 10.01: %v", owed, texts(r))
	}
	// without the cents of N3, half a cent each
	doc = report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "17.875", "6").nets("17.875", "17.875"))), allocOf("A2", rows(rowOf("EMPL", "17.875", "6").nets("17.875", "17.875")))))
	want := []string{"expense 6 17.88 N1 A1", "employee_payable EMPL -17.88 N1 A1", "expense 6 17.88 N1 A2", "employee_payable EMPL -17.87 N1 A2", "rounding_difference -0.01"}
	if diff := cmp.Diff(want, texts(derive(t, doc, Options{Round: true, RoundingLine: &RoundingLine{MinorUnits: 5}}))); diff != "" {
		t.Error(diff)
	}
	// what the employee gives back counts with what he is owed
	doc = report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "17.875", "6").nets("17.875", "17.875")))), entryOf("N2", allocOf("A2", rows(rowOf("EMPL", "-7.125", "6").nets("-7.125", "-7.125")))))
	if owed := derive(t, doc, Options{Round: true, RoundingLine: &RoundingLine{MinorUnits: 5}}).Owed(); !owed["EMPL"].Equal(amount("10.75")) {
		t.Errorf("owed %v, want 10.75", owed)
	}
}

// With the line a document balances, and its lines are the same as without but for the cost that took the rest.
func TestRoundingLineProperty(t *testing.T) {
	with := 0
	for seed := range uint64(300) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 7))}
		doc := parseDoc(t, fis.Expense, g.expense())
		plain, err := Derive(doc, Options{Round: true})
		if err != nil {
			t.Fatal(err)
		}
		lined, err := Derive(doc, Options{Round: true, RoundingLine: &RoundingLine{Limit: amount("1000")}})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if err := lined.Check(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		exact, err := Derive(doc, Options{})
		if err != nil {
			t.Fatal(err)
		}
		sums := func(r *Result) map[string]fis.Amount {
			out := map[string]fis.Amount{}
			for i := range r.Lines {
				switch l := &r.Lines[i]; {
				case l.Role == Expense || l.Role == CardClearing || l.Role == RoundingDifference:
				case l.Role.IsParty():
					out[string(l.Role)+l.Party] = out[string(l.Role)+l.Party].Add(l.Amount())
				default:
					out[string(l.Role)] = out[string(l.Role)].Add(l.Amount())
				}
			}
			return out
		}
		owed, taken, without := sums(exact), sums(lined), sums(plain)
		for key, a := range taken {
			want := without[key]
			if _, party := owed[key]; party && (strings.Contains(key, "payable") || strings.Contains(key, "vendor")) {
				want = fis.Round(owed[key], exact.Currency)
			}
			if !a.Equal(want) {
				t.Fatalf("seed %d: %s is %s, want %s", seed, key, a, want)
			}
		}
		if n := len(lined.Lines); n > 0 && lined.Lines[n-1].Role == RoundingDifference {
			with++
		}
	}
	if with < 20 {
		t.Errorf("only %d documents had a line", with)
	}
}

// A limit in minor units is worth what the currency makes of it; an amount is the same number in each.
func TestRoundingLimitByCurrency(t *testing.T) {
	for limit, want := range map[string][3]string{"5 minor units": {"0.05", "5", "0.005"}, "1 minor unit": {"0.01", "1", "0.001"}, "0.05": {"0.05", "0.05", "0.05"}} {
		line, ok := ReadRoundingLine(limit)
		if !ok {
			t.Error(limit)
			continue
		}
		for i, currency := range []string{"EUR", "JPY", "KWD"} {
			if got := line.most(currency); !got.Equal(amount(want[i])) {
				t.Errorf("%s in %s: %s", limit, currency, got)
			}
		}
	}
	for _, limit := range []string{"", "0", "-1", "0 minor units", "1.5 minor units", "-2 minor units", "5 units", "five"} {
		if _, ok := ReadRoundingLine(limit); ok {
			t.Errorf("%q is taken", limit)
		}
	}
}
