package fis

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

const goodMark = `{"requestId":"REQ1","paymentStatus":"PAID","paymentMethodType":"CLIENT","paymentStatusDate":"2026-03-05",` +
	`"checkNumbers":["P1"],"paymentAmount":50.00,"customFields":{"custom24":"x"}}`

// marker is a caller beside an invoice whose posting is confirmed.
func marker(t *testing.T) *caller {
	t.Helper()
	c := newCaller(t, Config{})
	c.login()
	_, err := c.fis.Add(fis.Envelope{ID: "d1", DocType: fis.Invoice, Status: fis.StatusPostedSuccess,
		Document: []byte(`{"requestHeader":{"requestId":"REQ1","vendorInvoiceNumber":"V-1"},"vendor":{"vendorCode":"70010"}}`)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *caller) mark(body string) (int, string) {
	return c.do("POST", invoicePayPath+"/bulkUpdate", "application/json", body)
}

// What the reference does not allow is refused with its reason, and nothing is marked.
func TestMarksThatAreRefused(t *testing.T) {
	for name, body := range map[string]string{
		"no array":        goodMark,
		"empty":           `[]`,
		"unknown field":   `[` + strings.Replace(goodMark, "paymentAmount", "amountPaid", 1) + `]`,
		"no invoice":      `[` + strings.Replace(goodMark, `"requestId":"REQ1",`, "", 1) + `]`,
		"twice":           `[` + goodMark + `,` + goodMark + `]`,
		"unknown status":  `[` + strings.Replace(goodMark, "PAID", "DONE", 1) + `]`,
		"unknown way":     `[` + strings.Replace(goodMark, "CLIENT", "CASH", 1) + `]`,
		"date":            `[` + strings.Replace(goodMark, "2026-03-05", "05.03.2026", 1) + `]`,
		"no such day":     `[` + strings.Replace(goodMark, "2026-03-05", "2026-02-30", 1) + `]`,
		"two numbers":     `[` + strings.Replace(goodMark, `["P1"]`, `["P1","P2"]`, 1) + `]`,
		"custom 25":       `[` + strings.Replace(goodMark, "custom24", "custom25", 1) + `]`,
		"amount as words": `[` + strings.Replace(goodMark, "50.00", `"fifty"`, 1) + `]`,
	} {
		t.Run(name, func(t *testing.T) {
			c := marker(t)
			status, text := c.mark(body)
			if status != 400 || !strings.Contains(text, "errorMessage") || len(c.fis.Refusals()) == 0 {
				t.Errorf("%d %s, %v", status, text, c.fis.Refusals())
			}
			if d, _ := c.fis.Document("d1"); d.Marked != nil {
				t.Errorf("it is marked: %+v", d.Marked)
			}
		})
	}
}

// What the service takes and nobody wants is noted: a mark without a status is one for paid, and with these ways of
// payment Concur pays once more.
func TestMarksThatAreOdd(t *testing.T) {
	for name, body := range map[string]string{
		"no status": strings.Replace(goodMark, `"paymentStatus":"PAID",`, "", 1),
		"ACH":       strings.Replace(goodMark, "CLIENT", "ACH", 1),
		"no way":    strings.Replace(goodMark, `"paymentMethodType":"CLIENT",`, "", 1),
	} {
		t.Run(name, func(t *testing.T) {
			c := marker(t)
			status, text := c.mark(`[` + body + `]`)
			d, _ := c.fis.Document("d1")
			if status != 200 || d.Marked == nil || d.Marked.Status != "PAID" {
				t.Errorf("%d %s: %+v", status, text, d.Marked)
			}
			if r := c.fis.Refusals(); len(r) != 1 || !r[0].Odd {
				t.Errorf("%+v", r)
			}
		})
	}
}

// An invoice is found by its number and its supplier too, is shown with the number of its payment, and is marked once.
func TestMarkAndLook(t *testing.T) {
	c := marker(t)
	byNumber := strings.Replace(goodMark, `"requestId":"REQ1"`, `"invoiceNumber":"V-1","vendorCode":"70010"`, 1)
	if status, text := c.mark(`[` + byNumber + `]`); status != 200 || !strings.Contains(text, `"successCount":1`) {
		t.Errorf("%d %s", status, text)
	}
	if status, text := c.do("GET", "/api/v3.0/invoice/paymentrequest/REQ1", "", ""); status != 200 || !strings.Contains(text, `"CheckNumber":"P1"`) {
		t.Errorf("%d %s", status, text)
	}
	status, text := c.mark(`[` + goodMark + `]`)
	if status != 400 || !strings.Contains(text, `"failureCount":1`) || !strings.Contains(text, "Payment Status of Extracted") {
		t.Errorf("%d %s", status, text)
	}
	other := strings.Replace(goodMark, "REQ1", "REQ9", 1)
	if _, text := c.mark(`[` + other + `]`); !strings.Contains(text, "No request found") {
		t.Error(text)
	}
	if status, _ := c.do("POST", invoicePayPath, "application/json", `[]`); status != 400 {
		t.Errorf("%d for the call that consumes payments", status)
	}
}
