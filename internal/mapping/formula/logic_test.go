package formula

import (
	"fmt"
	"testing"
)

// AND, OR and NOT over yes, no and blank (which is no), and what they do not look at.
func TestTruthTables(t *testing.T) {
	values := []struct {
		source string
		yes    bool
	}{{"TRUE", true}, {"FALSE", false}, {"isTest", false}, {"isPersonal", false}, {"transactionAmount > 1", true}}
	w := sampleWorld()
	test := func(source string, want bool) {
		t.Helper()
		got, err := mustCompile(t, source, w).Test(w)
		if err != nil || got != want {
			t.Errorf("%s is %v, %v", source, got, err)
		}
	}
	for _, a := range values {
		test(fmt.Sprintf("NOT(%s)", a.source), !a.yes)
		for _, b := range values {
			test(fmt.Sprintf("AND(%s; %s)", a.source, b.source), a.yes && b.yes)
			test(fmt.Sprintf("OR(%s; %s)", a.source, b.source), a.yes || b.yes)
			test(fmt.Sprintf("IF(%s; NOT(%s); %s)", a.source, b.source, b.source), a.yes != b.yes)
			test(fmt.Sprintf("(%s) = (%s)", a.source, b.source), a.yes == b.yes)
			test(fmt.Sprintf("(%s) <> (%s)", a.source, b.source), a.yes != b.yes)
			for _, c := range values {
				test(fmt.Sprintf("AND(%s; %s; %s)", a.source, b.source, c.source), a.yes && b.yes && c.yes)
				test(fmt.Sprintf("OR(%s; %s; %s)", a.source, b.source, c.source), a.yes || b.yes || c.yes)
			}
		}
	}
	test(`AND(FALSE; LOOKUP(Accounts; line.account) = "x")`, false)
	test(`OR(TRUE; LOOKUP(Accounts; line.account) = "x")`, true)
}

// Every comparison of every pair of a kind, against the order in which they are listed; equal ones stand together.
func TestComparisons(t *testing.T) {
	ordered := [][]string{
		{`""`, `"-"`, `"0"`, `"A"`, `"ab"`, `"B"`, `"ł"`},
		{"-12345678901234567890123.00000001", "-12345678901234567890123", "0", "0.00000001", "1", "10"},
		{"DATE(1999; 12; 31)", "DATE(2024; 2; 28)", "DATE(2024; 2; 29)", "DATE(2024; 3; 1)"},
	}
	w := sampleWorld()
	for _, values := range ordered {
		for i, a := range values {
			for j, b := range values {
				for op, want := range map[string]bool{"=": i == j, "<>": i != j, "<": i < j, "<=": i <= j, ">": i > j, ">=": i >= j} {
					source := "=" + a + " " + op + " " + b
					got, err := mustCompile(t, source, w).Test(w)
					if err != nil || got != want {
						t.Errorf("%s is %v, %v", source, got, err)
					}
				}
			}
		}
	}
}
