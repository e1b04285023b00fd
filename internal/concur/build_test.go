package concur

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// The bodies are written to the letter: milliseconds always three digits, amounts in digits, empty lists as lists.
func TestBodies(t *testing.T) {
	amount := func(s string) fis.Amount {
		a, err := fis.ParseAmount(s)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	pay, err := PaymentFor("d1", fis.Payment{
		Status: fis.PaymentReversed, Reference: "US01/1/2026/2", Amount: amount("123456789012345.12345678"), Currency: "USD", Cleared: fis.Date{Year: 2026, Month: 2, Day: 6},
		Method: "E", Company: "US01", Number: "667799", FiscalYear: "2026", ReceiverID: "22344", ReceiverName: "R", Message: "wrong system",
	})
	if err != nil {
		t.Fatal(err)
	}
	posted, err := PostingFor("d2", fis.Outcome{Verdict: fis.Posted, Company: "0100", Number: "77", FiscalYear: "2026", Posted: fis.Date{Year: 2026, Month: 3, Day: 2}})
	if err != nil {
		t.Fatal(err)
	}
	undated, err := PostingFor("d4", fis.Outcome{Verdict: fis.Posted, Company: "0100", Number: "78"})
	if err != nil {
		t.Fatal(err)
	}
	refused, err := PostingFor("d3", fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Code: "F5", Text: "no cost centre", LineItem: "e1"}}})
	if err != nil {
		t.Fatal(err)
	}
	for want, body := range map[string]any{
		`{"ids":["a","b"],"systemId":"s"}`: ackRequest{IDs: []string{"a", "b"}, SystemID: "s"},
		`{"systemId":"s","processingConfirmation":[{"docId":"d1","processingStatusCode":"RE","additionalMessage":"wrong system","clearingDetails":[` +
			`{"clearingDate":"2026-02-06T12:00:00.000Z","clearingAmount":123456789012345.12345678,"clearingCurrency":"USD",` +
			`"receiver":{"receiverId":"22344","receiverName":"R","receiverType":"EMPLOYEE"},` +
			`"clearingReference":{"companyCode":"US01","financialDocumentId":"667799","fiscalYear":"2026","paymentRef":"US01/1/2026/2","paymentMethod":"E"}}]}]}`: paymentRequest{SystemID: "s", Confirmations: []PaymentConfirmation{pay}},
		`{"systemId":"","postingConfirmations":[{"docId":"d2","overallPostingStatusCode":"success","postingDocs":[{"companyId":"0100","documentNumber":"77",` +
			`"fiscalYear":"2026","paymentRelevantLineItems":[],"postingDate":"2026-03-02"}],"systemMessages":[]},` +
			`{"docId":"d3","overallPostingStatusCode":"error","postingDocs":[],"systemMessages":[{"concurTransactionLineItemId":"e1","messageId":"F5",` +
			`"messageLanguage":"EN","messageLongText":"no cost centre","messageShortText":"no cost centre"}]}]}`: postingRequest{Confirmations: []PostingConfirmation{posted, refused}},
		// Year and date are a number and a day: where the ERP told none, no empty text stands in their place.
		`{"systemId":"","postingConfirmations":[{"docId":"d4","overallPostingStatusCode":"success","postingDocs":[{"companyId":"0100","documentNumber":"78",` +
			`"paymentRelevantLineItems":[]}],"systemMessages":[]}]}`: postingRequest{Confirmations: []PostingConfirmation{undated}},
	} {
		got, err := json.Marshal(body)
		if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
}

func TestAmountNumber(t *testing.T) {
	for _, c := range []struct{ in, currency, want string }{
		{"220", "USD", "220.00"}, {"0E-8", "USD", "0.00"}, {"1200", "JPY", "1200"}, {"1.2E-7", "USD", "0.00000012"}, {"-5", "KWD", "-5.000"},
		{"12345678901234567890123.00000001", "USD", "12345678901234567890123.00000001"}, {"1E20", "USD", "100000000000000000000.00"},
	} {
		a, err := fis.ParseAmount(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := AmountNumber(a, c.currency); got.String() != c.want {
			t.Errorf("%s %s: %s, want %s", c.in, c.currency, got, c.want)
		}
	}
}

func TestClearingDate(t *testing.T) {
	for _, nanos := range []int{0, 270_000_000, 1_000_000, 999_999_999} {
		at := time.Date(2019, 2, 6, 14, 0, 0, nanos, time.FixedZone("", 7200))
		got := FormatClearingDate(at)
		if len(got) != len("yyyy-MM-ddTHH:mm:ss.SSSZ") || !strings.HasPrefix(got, "2019-02-06T12:00:00.") || !strings.HasSuffix(got, "Z") {
			t.Errorf("%s", got)
		}
	}
}

func TestRefusedBeforeItIsBuilt(t *testing.T) {
	long := strings.Repeat("x", 81)
	for name, o := range map[string]fis.Outcome{
		"duplicate": {Verdict: fis.Duplicate}, "no verdict": {}, "no company": {Verdict: fis.Posted, Number: "1"},
		"no number": {Verdict: fis.Posted, Company: "1"}, "long number": {Verdict: fis.Posted, Company: "1", Number: long},
		"long company": {Verdict: fis.Posted, Company: long, Number: "1"}, "no message": {Verdict: fis.Rejected},
		"empty message": {Verdict: fis.Rejected, Messages: []fis.Message{{Code: "1"}}},
	} {
		if p, err := PostingFor("d", o); err == nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
	good := fis.Payment{Status: fis.PaidCompletely, Reference: "r", Currency: "USD", Cleared: fis.Date{Year: 2026, Month: 1, Day: 1}}
	if _, err := PaymentFor("d", good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*fis.Payment){
		"no reference": func(p *fis.Payment) { p.Reference = "" }, "no date": func(p *fis.Payment) { p.Cleared = fis.Date{} },
		"no currency": func(p *fis.Payment) { p.Currency = "" }, "odd status": func(p *fis.Payment) { p.Status = "XX" },
		"reversed without a message": func(p *fis.Payment) { p.Status = fis.PaymentReversed }, "odd method": func(p *fis.Payment) { p.Method = "X" },
	} {
		p := good
		change(&p)
		if got, err := PaymentFor("d", p); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Messages of an ERP may hold anything; what people read in Concur is a line of text, whole characters, as long as the
// service takes.
func TestMessages(t *testing.T) {
	for in, want := range map[string]string{
		"  cost\tcentre\r\n4100\x00 is\x1b[31m closed ": "cost centre 4100 is [31m closed",
		"Kostenstelle gesperrt: Łódź 東京 🙂":              "Kostenstelle gesperrt: Łódź 東京 🙂",
		"bad \xff byte":           "bad ? byte",
		"\x00\x01\t":              "the ERP's message holds no text that can be read",
		strings.Repeat("東", 1301): strings.Repeat("東", 1300),
	} {
		p, err := PostingFor("d1", fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: in}}})
		if err != nil || p.SystemMessages[0].LongText != want || p.SystemMessages[0].ShortText != want {
			t.Errorf("%q: %+v, %v", in, p.SystemMessages, err)
		}
	}
}
