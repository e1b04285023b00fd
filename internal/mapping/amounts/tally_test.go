package amounts

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// Invoices stand in one member, with their currency, and their lines in another one without it: each member is added
// up by currency all the same. A row whose document stands nowhere leaves its member without a sum, and the other with.
func TestTallyOfMembers(t *testing.T) {
	const invoices, lines = 0, 1
	rows := func(positive bool) *template.AmountRows { return &template.AmountRows{CreditPositive: positive} }
	currency := Field{invoices, 1}
	none := Field{-1, -1}
	r := &Rules{records: []Record{
		{Name: "Invoice", Columns: []Column{{Name: "ID"}, {Name: "Currency"}, {Name: "Amount"}}, held: []*Held{{Rows: rows(true), Debit: -1, Credit: -1, Amount: 2, Side: -1, Currency: currency, Document: Field{invoices, 0}}}},
		{Name: "Line", Columns: []Column{{Name: "ID"}, {Name: "Amount"}}, held: []*Held{{Rows: rows(false), Debit: -1, Credit: -1, Amount: 1, Side: -1, Currency: currency, Document: Field{lines, 0}}}},
		{Name: "Note", Columns: []Column{{Name: "Text"}}},
		{Name: "Fee", Columns: []Column{{Name: "Amount"}}, held: []*Held{{Rows: rows(false), Debit: -1, Credit: -1, Amount: 0, Side: -1, Currency: none, Document: none}}},
	}}
	amount := func(s string) layout.Value {
		a, err := fis.ParseAmount(s)
		if err != nil {
			t.Fatal(err)
		}
		return layout.Number(a)
	}
	add := func(tally *Tally) {
		for _, line := range [][2]string{{"1", "40.00"}, {"1", "10.50"}, {"2", "7.000"}, {"3", "-9.00"}} { // before the invoices that name their currency
			tally.Add(1, lines, []layout.Value{layout.Text(line[0]), amount(line[1])})
		}
		for _, inv := range [][3]string{{"1", "EUR", "50.50"}, {"2", "KWD", "7.000"}, {"3", "EUR", "-9.00"}} {
			tally.Add(0, invoices, []layout.Value{layout.Text(inv[0]), layout.Text(inv[1]), amount(inv[2])})
		}
		tally.Add(2, 2, []layout.Value{layout.Text("no amount")})
	}
	says := func(s Sides) string { return fis.Text(s.Debit, "EUR") + "/" + fis.Text(s.Credit, "EUR") }
	tally := r.Tally()
	add(tally)
	got := tally.Sums()
	if len(got) != 2 || says(got[0]["EUR"]) != "9.00/50.50" || says(got[1]["EUR"]) != "50.50/9.00" || !got[1]["KWD"].Equal(Sides{Debit: amount("7").Number}) || len(got[1]) != 2 {
		t.Errorf("%v", got)
	}

	tally = r.Tally()
	add(tally)
	tally.Add(1, lines, []layout.Value{layout.Text("4"), amount("1.00")})
	tally.Add(3, 3, []layout.Value{amount("1.00")})
	if got := tally.Sums(); len(got) != 1 || says(got[0]["EUR"]) != "9.00/50.50" {
		t.Errorf("rows without a currency: %v", got)
	}
}
