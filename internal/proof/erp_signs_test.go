package proof

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/samples"
)

// sampleOf is a sample document.
func sampleOf(t *testing.T, name string) fis.Envelope {
	t.Helper()
	data, err := fs.ReadFile(samples.Documents(), name)
	if err != nil {
		t.Fatal(err)
	}
	return readEnvelopes(t, name, data)[0]
}

// turned is a sample invoice with some of its line items in minus, as a discount or a return is.
func turned(t *testing.T, items ...int) fis.Envelope {
	t.Helper()
	const name = "50-invoice-several.json"
	data, err := fs.ReadFile(samples.Documents(), name)
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	read := json.NewDecoder(bytes.NewReader(data))
	read.UseNumber()
	if err := read.Decode(&file); err != nil {
		t.Fatal(err)
	}
	minus := func(node map[string]any, keys ...string) {
		for _, key := range keys {
			if n, ok := node[key].(json.Number); ok {
				node[key] = "-" + n
			}
		}
	}
	total, doc := fis.Zero, file["document"].(map[string]any)
	for i, item := range doc["lineItem"].([]any) {
		for _, share := range item.(map[string]any)["allocation"].([]any) {
			row := share.(map[string]any)["journal"].(map[string]any)
			gross, err := fis.ParseAmount(row["amountGross"].(json.Number).String())
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(items, i) {
				minus(row, "amountNet", "amountGross", "amountShipping")
				minus(row["tax"].([]any)[0].(map[string]any), "amountTax")
				gross = gross.Neg()
			}
			total = total.Add(gross)
		}
	}
	doc["requestHeader"].(map[string]any)["requestTotal"] = json.Number(total.String())
	if data, err = json.Marshal(file); err != nil {
		t.Fatal(err)
	}
	return readEnvelopes(t, name, data)[0]
}

// replaced is the document with a piece of it replaced.
func replaced(t *testing.T, env fis.Envelope, old, with string) fis.Envelope {
	t.Helper()
	if !bytes.Contains(env.Document, []byte(old)) {
		t.Fatalf("the document has no %s", old)
	}
	env.Document = bytes.Replace(env.Document, []byte(old), []byte(with), 1)
	return env
}

// Invoices with lines on both sides, credit notes, and what has no total: each is taken as the ERP wants it, or held; no
// file has what it would refuse.
func TestInvoicesOfBothSigns(t *testing.T) {
	discount, refund := turned(t, 1), turned(t, 0)
	credit := turned(t, 0, 1)
	untold := replaced(t, discount, `"requestTotal":842.52`, `"requestTotal":null`)
	for _, c := range []struct {
		template, judge string
		takes, holds    []fis.Envelope
		rules           func(*importFile) []string
		says            []string // of the file of those that are taken, one after the other
	}{
		{"quickbooks-iif", "judge-iif", []fis.Envelope{discount, refund, credit}, []fis.Envelope{untold}, iif,
			[]string{"TRNS\t\tBILL\t", "\t-842.52\t", "TRNS\t\tBILL REFUND\t", "\t842.52\t", "TRNS\t\tBILL REFUND\t", "\t1299.48\t"}},
		{"xero-bills", "judge-xero", []fis.Envelope{discount, credit, untold}, []fis.Envelope{refund}, xeroBills, []string{",-180.00,", ",-180.00,"}},
		{"netsuite-bills", "", []fis.Envelope{discount, untold}, []fis.Envelope{refund, credit}, nil, nil},
	} {
		t.Run(c.template, func(t *testing.T) {
			plan := readyPlan(t, c.template)
			for _, env := range c.takes {
				files, refused := render(t, plan, []fis.Envelope{env}, 42)
				if len(refused) > 0 || len(files) != 1 {
					t.Fatalf("refused %v", refused)
				}
				if c.rules == nil {
					continue
				}
				if faults := c.rules(files[0]); len(faults) > 0 {
					t.Errorf("%v\n%s", faults, files[0].data)
				}
				judged(t, true, c.judge, laid(t, files[0].name, files[0].data))
			}
			var text string
			for _, env := range c.takes {
				files, _ := render(t, plan, []fis.Envelope{env}, 42)
				text += string(files[0].data)
			}
			for _, want := range c.says {
				_, after, found := strings.Cut(text, want)
				if !found {
					t.Fatalf("no %q in\n%s", want, text)
				}
				text = after
			}
			for _, env := range c.holds {
				if files, refused := render(t, plan, []fis.Envelope{env}, 42); len(refused) != 1 || len(files) > 0 {
					t.Errorf("taken:\n%s", files[0].data)
				}
			}
		})
	}
}

// QuickBooks makes an account, vendor or class that it does not know: none of their letters is changed on the way.
func TestQuickBooksKeepsNames(t *testing.T) {
	plan := readyPlan(t, "quickbooks-iif")
	for _, name := range []string{`Optik \"Brandauer\" OHG`, "Łódź Optyka", "光学"} {
		env := replaced(t, turned(t), `"vendorName":"Optik Brandauer OHG"`, `"vendorName":"`+name+`"`)
		if files, refused := render(t, plan, []fis.Envelope{env}, 42); len(refused) != 1 {
			t.Errorf("%s is taken:\n%s", name, files[0].data)
		}
	}
}

// A file without a currency is of the currency of the books: a document in another one is held, for the ERP would take
// its amounts for its own.
func TestOtherCurrenciesAreHeld(t *testing.T) {
	expense := replaced(t, sampleOf(t, "01-cash-taxi.json"), `"employeeCurrencyAlphaCode": "EUR"`, `"employeeCurrencyAlphaCode": "USD"`)
	invoice := replaced(t, sampleOf(t, "48-invoice-tax.json"), `"currencyAlphaCode": "EUR"`, `"currencyAlphaCode": "USD"`)
	for _, name := range []string{"datev-extf", "intacct-ap", "intacct-gl", "jde-f0911z1", "lawson-gltransrel", "peoplesoft-jgen", "quickbooks-iif", "sage-300", "sage-50", "xero-manual-journal"} {
		plan := readyPlan(t, name)
		for _, env := range []fis.Envelope{expense, invoice} {
			if !plan.Takes(env.DocType) {
				continue
			}
			if files, refused := render(t, plan, []fis.Envelope{env}, 42); len(refused) != 1 {
				t.Errorf("%s: dollars in books that are kept in euro:\n%s", name, files[0].data)
			}
		}
	}
}

// The supplier's number of an invoice stands in the file, by which what he is owed is found, paid and not booked twice;
// and two suppliers may number alike.
func TestInvoicesHaveTheSuppliersNumber(t *testing.T) {
	for name, number := range map[string]string{"datev-extf": "2026/0931", "tally-xml": "<REFERENCE>2026/0931<", "sage-50": ",2026/0931,", "sage-300": "V70025 2026/0931", "intacct-gl": ",2026/0931,", "intacct-ap": "2026/0931,",
		"lawson-gltransrel": `"2026/0931"`, "oracle-ebs-gl": ",2026/0931,", "gp-econnect": "<ORMSTRID>V7002", "jde-f0911z1": ",2026/0931 ", "peoplesoft-jgen": " 2026/0931", "netsuite-bills": ",2026/0931,", "d365-general-journal": ",2026/0931,2026-09-18"} {
		plan := readyPlan(t, name)
		first, other := sample(t, "48-invoice-tax"), sample(t, "48-invoice-tax", `"V70025"`, `"V70026"`, "D3230DD5FAA3B36F3371", "D3230DD5FAA3B36F3372")
		other.ID = "1ed9aa6023a185e7946c4a6fc4bb14b3"
		files, refused := render(t, plan, []fis.Envelope{first, other}, 42)
		if len(refused) > 0 || len(files) != 1 {
			t.Errorf("%s: refused %v", name, refused)
			continue
		}
		var text string
		if data := files[0].data; bytes.HasPrefix(data, []byte("PK")) {
			for _, member := range unpacked(t, data) {
				text += string(member)
			}
		} else {
			text = string(data)
		}
		if strings.Count(text, number) < 2 {
			t.Errorf("%s has not %s of both suppliers:\n%s", name, number, text)
		}
	}
}
