package posting

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// With EntrySums the rows of an entry add up to it: who lost most of the minor unit gets what is missing, the later of
// equals first.
func TestEntrySums(t *testing.T) {
	for name, c := range map[string]struct {
		doc  obj
		want []string
	}{
		"halves": {report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "17.875", "6"))), allocOf("A2", rows(rowOf("EMPL", "17.875", "6"))))), []string{
			"expense 6 17.87 N1 A1", "employee_payable EMPL -17.87 N1 A1", "expense 6 17.88 N1 A2", "employee_payable EMPL -17.88 N1 A2"}},
		"thirds": {report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "33.33333333", "6"))), allocOf("A2", rows(rowOf("EMPL", "33.33333333", "6"))), allocOf("A3", rows(rowOf("EMPL", "33.33333334", "6"))))), []string{
			"expense 6 33.33 N1 A1", "employee_payable EMPL -33.33 N1 A1", "expense 6 33.33 N1 A2", "employee_payable EMPL -33.33 N1 A2", "expense 6 33.34 N1 A3", "employee_payable EMPL -33.34 N1 A3"}},
		"a refund is the mirror": {report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "-17.875", "6"))), allocOf("A2", rows(rowOf("EMPL", "-17.875", "6"))))), []string{
			"expense 6 -17.87 N1 A1", "employee_payable EMPL 17.87 N1 A1", "expense 6 -17.88 N1 A2", "employee_payable EMPL 17.88 N1 A2"}},
		"shared by card and employee": {report(entryOf("N1", allocOf("A1", rows(rowOf("CBCP", "12.345", "6"), rowOf("EMPL", "23.405", "6"))))), []string{
			"expense 6 12.34 N1 A1", "expense 6 23.41 N1 A1", "card_vendor_payable CBCP -12.34 N1 A1", "employee_payable EMPL -23.41 N1 A1"}},
		"each entry by itself": {report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "1.005", "6")))), entryOf("N2", allocOf("A2", rows(rowOf("EMPL", "1.005", "6"))))), []string{
			"expense 6 1.01 N1 A1", "employee_payable EMPL -1.01 N1 A1", "expense 6 1.01 N2 A2", "employee_payable EMPL -1.01 N2 A2"}},
		"yen": {in("JPY", report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "50.5", "6"))), allocOf("A2", rows(rowOf("EMPL", "50.5", "6")))))), []string{
			"expense 6 50 N1 A1", "employee_payable EMPL -50 N1 A1", "expense 6 51 N1 A2", "employee_payable EMPL -51 N1 A2"}},
		"with tax": {report(entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "17.875", "6").nets("15.02", "15.02")), taxOf("2.855", "2.855", "VAT")), allocOf("A2", rows(rowOf("EMPL", "17.875", "6").nets("15.02", "15.02")), taxOf("2.855", "2.855", "VAT")))), []string{
			"expense 6 15.01 N1 A1", "tax 2.86 N1 A1 VAT VAT1 VATR", "employee_payable EMPL -17.87 N1 A1", "expense 6 15.02 N1 A2", "tax 2.86 N1 A2 VAT VAT1 VATR", "employee_payable EMPL -17.88 N1 A2"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, texts(derive(t, c.doc, Options{Round: true, EntrySums: true}))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever a document holds, each row is less than a minor unit away from its amount, and the rows of an entry that are
// paid, and those that are taken back, add up to their rounded sums.
func TestEntrySumsProperty(t *testing.T) {
	for seed := range uint64(300) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 7))}
		document := g.expense()
		doc := parseDoc(t, fis.Expense, document)
		r, err := Derive(doc, Options{Round: true, EntrySums: true})
		if err != nil {
			t.Fatalf("seed %d follows all rules: %v", seed, err)
		}
		checkResult(t, r, true)
		owed := map[*fis.Node]fis.Amount{}
		for i := range r.Lines {
			if l := &r.Lines[i]; l.Role.IsParty() && l.Journal != nil {
				owed[l.Journal] = owed[l.Journal].Sub(l.Amount())
			}
		}
		unit := amount("1").Shift(-fis.MinorUnits(r.Currency))
		for _, entry := range doc.Root.List("expenseEntry") {
			var sent, posted [2]fis.Amount
			for _, alloc := range entry.List("allocation") {
				for _, row := range alloc.List("journal") {
					a, _, _ := row.Amount("amountGross")
					side := 0
					if a.IsNegative() {
						side = 1
					}
					sent[side], posted[side] = sent[side].Add(a), posted[side].Add(owed[row])
					if !a.Sub(owed[row]).Abs().LessThan(unit) {
						t.Fatalf("seed %d: a row of %s is posted as %s", seed, a, owed[row])
					}
				}
			}
			for side := range sent {
				if want := fis.Round(sent[side], r.Currency); !want.Equal(posted[side]) {
					t.Fatalf("seed %d: rows of %s %s add up to %s, want %s", seed, sent[side], r.Currency, posted[side], want)
				}
			}
		}
	}
}
