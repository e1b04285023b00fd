package posting

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// generator makes random documents that follow the rules; what is random is everything else.
type generator struct {
	*rand.Rand
	places int
}

// money is a signed amount of up to 23 digits.
func (g *generator) money() decimal.Decimal {
	digits := 1 + g.IntN(23-g.places)
	a := decimal.New(g.Int64N(1_000_000_000_000), -int32(g.places))
	if digits > 12 {
		a = a.Add(decimal.New(g.Int64N(1_000_000_000), int32(digits-10)))
	}
	if g.IntN(4) == 0 {
		return a.Neg()
	}
	return a
}

// part is some of an amount, sometimes none or all of it, with all its decimals.
func (g *generator) part(a decimal.Decimal) decimal.Decimal {
	switch g.IntN(4) {
	case 0:
		return decimal.Zero
	case 1:
		return a
	}
	return a.Mul(decimal.New(g.Int64N(1000), -3)).Truncate(int32(g.places))
}

func num(a decimal.Decimal) any {
	if s := a.String(); len(s)%7 == 0 {
		return s // a text that holds a number is a number
	}
	return json.Number(a.String())
}

func (g *generator) allocation(id string, personal bool) obj {
	var journal, taxes []obj
	count := 1 + g.IntN(3)
	owed, back := make([]decimal.Decimal, count), make([]decimal.Decimal, count) // tax and reclaim in each row
	for t := range g.IntN(4) {
		amount := g.money().Div(decimal.NewFromInt(1000)).Truncate(int32(g.places))
		reclaim := g.part(amount)
		restTax, restReclaim := amount, reclaim
		for i := range count {
			share, shareBack := g.part(restTax), g.part(restReclaim)
			if i == count-1 {
				share, shareBack = restTax, restReclaim
			}
			owed[i], back[i] = owed[i].Add(share), back[i].Add(shareBack)
			restTax, restReclaim = restTax.Sub(share), restReclaim.Sub(shareBack)
		}
		taxes = append(taxes, obj{"amountTax": num(amount), "amountReclaim": num(reclaim), "taxAuthorityLabel": fmt.Sprint("T", t), "taxCode": "V", "taxReclaimCode": nil})
	}
	for i := range count {
		gross := g.money()
		party := []string{"EMPL", "CBCP", "IBCP", "COPD"}[g.IntN(4)]
		r := obj{"amountGross": num(gross), "amountNetOfTax": num(gross.Sub(owed[i])), "amountNetOfReclaim": num(gross.Sub(back[i])), "journalAccountCode": []any{"6000", "6001", "", nil}[g.IntN(4)]}
		if r["journalPayer"], r["journalPayee"] = "COMP", party; gross.IsNegative() {
			r["journalPayer"], r["journalPayee"] = party, "COMP"
		}
		journal = append(journal, r)
	}
	alloc := obj{"allocationId": id, "journal": journal, "tax": taxes}
	if personal {
		alloc["allocationId"] = nil
	}
	return alloc
}

func (g *generator) expense() obj {
	g.places = g.IntN(9)
	var entries, applications []obj
	for e := range g.IntN(4) {
		personal := g.IntN(4) == 0
		entry := obj{"entryId": fmt.Sprint("N", e), "entryIsPersonal": map[bool]string{true: "Y", false: "N"}[personal], "clearingAccountCode": "1999", "entryApprovedAmount": num(g.money())}
		if g.IntN(5) == 0 {
			entry["liabilityAccountCode"] = "2105"
		}
		var allocations []obj
		for a := range 1 + g.IntN(3) {
			allocations = append(allocations, g.allocation(fmt.Sprint("A", e, a), personal))
		}
		entry["allocation"] = allocations
		entries = append(entries, entry)
	}
	for range g.IntN(3) {
		applications = append(applications, obj{"cashAdvanceApplicationAmount": num(g.money()), "cashAdvanceId": "C1"})
	}
	head := obj{"employeeCurrencyAlphaCode": g.currency(), "payrollPayIndicator": []any{"Y", "N", nil}[g.IntN(3)], "payrollPaymentClearingAccountCode": "1760"}
	return report(entries...).with("report", head, "cashAdvanceApplication", applications)
}

func (g *generator) currency() string { return []string{"EUR", "JPY", "KWD", "CLF", "XXX"}[g.IntN(5)] }

func (g *generator) invoice() obj {
	g.places = g.IntN(9)
	var items []obj
	total := decimal.Zero
	for i := range 1 + g.IntN(3) {
		var allocations []obj
		for a := range 1 + g.IntN(3) {
			net, shipping := g.money(), g.part(g.money())
			sum, taxes := net.Add(shipping), []obj{}
			for range g.IntN(3) {
				tax := g.money()
				sum, taxes = sum.Add(tax), append(taxes, obj{"amountTax": num(tax), "taxCode": "V"})
			}
			journal := obj{"accountCode": "6", "amountNet": num(net), "amountShipping": num(shipping), "tax": taxes, "amountGross": []any{num(sum), num(sum.Sub(shipping)), nil}[g.IntN(3)]}
			allocations = append(allocations, obj{"allocationKey": a, "journal": journal})
			total = total.Add(sum)
		}
		items = append(items, obj{"lineItemSequenceOrder": i, "allocation": allocations})
	}
	return obj{"requestHeader": obj{"currencyAlphaCode": g.currency(), "requestTotal": num(total)}, "vendor": obj{"vendorCode": "V"}, "lineItem": items}
}

func (g *generator) advance() obj {
	g.places = g.IntN(9)
	var journal []obj
	for range 1 + g.IntN(4) {
		journal = append(journal, advanceRow(g.money().String(), ""))
	}
	return advance(journal...)
}

func TestDebitsEqualCredits(t *testing.T) {
	g := &generator{Rand: rand.New(rand.NewPCG(2026, 11))}
	lines := 0
	for i := range 3000 {
		doc := []func() obj{g.expense, g.expense, g.expense, g.invoice, g.advance}[i%5]()
		parsed := parseDoc(t, "", doc)
		for _, round := range []bool{false, true} {
			r, err := Derive(parsed, Options{Round: round})
			if err != nil {
				raw, _ := json.Marshal(doc)
				t.Fatalf("document %d follows all rules: %v\n%s", i, err, raw)
			}
			lines += len(r.Lines)
			checkResult(t, r, round)
			if !round {
				checkParties(t, parsed, r)
			}
		}
		if t.Failed() {
			raw, _ := json.Marshal(doc)
			t.Fatalf("document %d: %s", i, raw)
		}
	}
	if lines < 20000 {
		t.Errorf("only %d lines were looked at", lines)
	}
}

// checkResult proves balance for the document and each of its allocations and applications, and rounded amounts.
func checkResult(t *testing.T, r *Result, round bool) {
	t.Helper()
	if err := r.Check(); err != nil {
		t.Error(err)
	}
	sums := map[any]fis.Amount{}
	for _, l := range r.Lines {
		var of any = l.Allocation
		switch {
		case l.Application != nil:
			of = l.Application
		case r.DocType != fis.Expense:
			of = l.Journal
		}
		sums[of] = sums[of].Add(l.Amount())
		if round && !l.Amount().Equal(fis.Round(l.Amount(), r.Currency)) {
			t.Errorf("%s %s %s is not rounded", l.Role, l.Amount(), r.Currency)
		}
	}
	for _, sum := range sums {
		if !sum.IsZero() {
			t.Errorf("a part of the document is out of balance by %s", sum)
		}
	}
}

// checkParties adds up what each party is owed, straight from the document.
func checkParties(t *testing.T, doc *fis.Document, r *Result) {
	t.Helper()
	want, got := map[string]fis.Amount{}, map[string]fis.Amount{}
	add := func(n *fis.Node, field, payer, payee string) {
		a, _, _ := n.Amount(field)
		party := n.Str(payer)
		if party == "COMP" || party == "" {
			party = n.Str(payee)
		}
		want[party] = want[party].Sub(a)
	}
	for _, entry := range doc.Root.List("expenseEntry") {
		for _, alloc := range entry.List("allocation") {
			for _, row := range alloc.List("journal") {
				add(row, "amountGross", "journalPayer", "journalPayee")
			}
		}
	}
	for _, row := range doc.Root.List("journalData") {
		add(row, "amount", "payer", "payee")
	}
	for _, row := range doc.Root.List("cashAdvanceApplication") {
		a, _, _ := row.Amount("cashAdvanceApplicationAmount")
		want["EMPL"] = want["EMPL"].Sub(a)
	}
	if total, stated, _ := doc.Root.Get("requestHeader").Amount("requestTotal"); stated {
		want["V"] = total.Neg()
	}
	for _, l := range r.Lines {
		if l.Role.IsParty() {
			got[l.Party] = got[l.Party].Add(l.Amount())
		}
	}
	for party := range want {
		if !want[party].Equal(got[party]) {
			t.Errorf("%s: %s, want %s", party, got[party], want[party])
		}
	}
}

// FuzzDerive spoils documents: whatever comes out is balanced or refused with a reason.
func FuzzDerive(f *testing.F) {
	g := &generator{Rand: rand.New(rand.NewPCG(1, 2))}
	for i := range 12 {
		raw, _ := json.Marshal([]func() obj{g.expense, g.invoice, g.advance}[i%3]())
		f.Add(raw)
	}
	p := fis.NewParser(nil)
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc, err := p.Parse(fis.Envelope{ID: "d1", Document: raw})
		if err != nil {
			return
		}
		for _, round := range []bool{false, true} {
			r, err := Derive(doc, Options{Round: round})
			var refused *Refusal
			switch {
			case errors.As(err, &refused):
				if len(refused.Problems) == 0 || refused.Problems[0].Reason == "" {
					t.Fatalf("refused without a reason: %v", err)
				}
			case err != nil:
				t.Fatal(err)
			default:
				checkResult(t, r, round)
			}
		}
	})
}
