package posting

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Documents of the tests are built from maps; amounts are numbers as they stand, so that "0E-8" goes in as FIS writes
// it.
type obj map[string]any

func n(text string) json.Number { return json.Number(text) }

// with is a copy with further fields; a nil one is null.
func (o obj) with(pairs ...any) obj {
	c := obj{}
	for k, v := range o {
		c[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		c[pairs[i].(string)] = pairs[i+1]
	}
	return c
}

func report(entries ...obj) obj {
	return obj{"employee": obj{"employeeId": "E1"}, "report": obj{"reportId": "R1", "employeeCurrencyAlphaCode": "EUR"}, "expenseEntry": append([]obj{}, entries...)}
}

func entryOf(id string, allocations ...obj) obj {
	return obj{"entryId": id, "entryIsPersonal": "N", "allocation": allocations}
}

// rowOf is a journal row: a positive amount is paid by the company, a negative one to it.
func rowOf(party, gross, account string) obj {
	r := obj{"amountGross": n(gross), "amountNetOfTax": n(gross), "amountNetOfReclaim": n(gross), "journalAccountCode": account, "journalPayer": "COMP", "journalPayee": party}
	if strings.HasPrefix(gross, "-") {
		r["journalPayer"], r["journalPayee"] = party, "COMP"
	}
	return r
}

func (o obj) nets(ofTax, ofReclaim string) obj {
	return o.with("amountNetOfTax", n(ofTax), "amountNetOfReclaim", n(ofReclaim))
}

func taxOf(amount, reclaim, authority string) obj {
	return obj{"amountTax": n(amount), "amountReclaim": n(reclaim), "taxAuthorityLabel": authority, "taxCode": authority + "1", "taxReclaimCode": authority + "R"}
}

func allocOf(id string, rows []obj, taxes ...obj) obj {
	return obj{"allocationId": id, "journal": rows, "tax": taxes}
}

// simple is a report with one entry of one allocation.
func simple(rows []obj, taxes ...obj) obj {
	return report(entryOf("N1", allocOf("A1", rows, taxes...)))
}

func rows(r ...obj) []obj { return r }

func advance(rows ...obj) obj {
	return obj{"employeeData": obj{}, "cashAdvanceData": obj{"cashAdvanceId": "C1", "employeeCurrencyAlphaCode": "GBP", "currencyAlphaCode": "USD", "clearingAccountCode": "1290"}, "journalData": rows}
}

func advanceRow(amount, side string) obj {
	r := obj{"amount": n(amount), "payer": "COMP", "payee": "EMPL", "debitOrCredit": side, "accountCode": "CADV"}
	if strings.HasPrefix(amount, "-") {
		r["payer"], r["payee"] = "EMPL", "COMP"
	}
	return r
}

func invoiceOf(total string, journals ...obj) obj {
	return obj{
		"requestHeader": obj{"requestId": "I1", "currencyAlphaCode": "EUR", "requestTotal": n(total)}, "vendor": obj{"vendorCode": " V7 "},
		"lineItem": []obj{{"lineItemSequenceOrder": 1, "allocation": []obj{{"allocationKey": 158, "allocationAccountCode": "ALT", "journal": journals}}}},
	}
}

func parseDoc(t testing.TB, docType fis.DocType, document obj) *fis.Document {
	t.Helper()
	raw, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := fis.NewParser(Wanted).Parse(fis.Envelope{ID: "d1", DocType: docType, Document: raw})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func derive(t testing.TB, document obj, opt Options) *Result {
	t.Helper()
	r, err := Derive(parseDoc(t, "", document), opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// refusal is what a document is refused with.
func refusal(t testing.TB, docType fis.DocType, document obj, opt Options) *Refusal {
	t.Helper()
	r, err := Derive(parseDoc(t, docType, document), opt)
	var refused *Refusal
	if !errors.As(err, &refused) {
		t.Fatalf("not refused: %v, %v", r, err)
	}
	return refused
}

// texts writes lines as "role account party debit|-credit references", in order.
func texts(r *Result) []string {
	var out []string
	for _, l := range r.Lines {
		parts := []string{string(l.Role), l.AccountCode, l.Party, fis.Text(l.Amount(), r.Currency)}
		parts = append(parts, l.EntryID, l.AllocationID, l.LineItem, l.TaxAuthority, l.TaxCode, l.TaxReclaimCode, l.CashAdvanceID)
		out = append(out, strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " "))
	}
	return out
}
