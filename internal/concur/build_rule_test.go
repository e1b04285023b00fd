package concur

import (
	"strings"
	"testing"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Texts of the ERP are told as a line that people can read; numbers and ids as they are, or not at all.
func TestOneRuleForWhatIsTold(t *testing.T) {
	const evil = "x\x1b[2J\r\nfisbridge: hint: pay\u202e\u200b\u009b31m"
	day := fis.Date{Year: 2026, Month: 3, Day: 31}
	rejected := fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Code: evil, Text: evil + strings.Repeat("ä", 2000), LineItem: evil}}}
	p, err := PostingFor("D1", rejected)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"text": p.SystemMessages[0].LongText, "code": p.SystemMessages[0].MessageID, "line": p.SystemMessages[0].LineItemID} {
		if text == "" || len([]rune(text)) > maxText || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) }) {
			t.Errorf("%s: %q", name, text)
		}
	}
	posted := fis.Outcome{Verdict: fis.Posted, Number: "19000\u202e001", Company: "1000", FiscalYear: "2026", Posted: day}
	if _, err := PostingFor("D1", posted); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("a number that turns around was told: %v", err)
	}
	posted.Number = "19000001"
	if _, err := PostingFor("D1", posted); err != nil {
		t.Error(err)
	}
	amount, err := fis.ParseAmount("10.00")
	if err != nil {
		t.Fatal(err)
	}
	pay := fis.Payment{Status: fis.PaidCompletely, Reference: "P-1", Amount: amount, Currency: "EUR", Cleared: day, Message: evil, ReceiverName: evil}
	paid, err := PaymentFor("D1", pay)
	if err != nil {
		t.Fatal(err)
	}
	if text := paid.AdditionalMessage + paid.ClearingDetails[0].Receiver.Name; strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) }) {
		t.Errorf("%q", text)
	}
	pay.Reference = "P\x1b-1"
	if _, err := PaymentFor("D1", pay); err == nil {
		t.Error("a reference with an escape was told")
	}
}
