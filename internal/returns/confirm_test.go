package returns

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
)

const docID = "2E6DA12BB8B87D468BD666383E44033D"

func TestPostingConfirmation(t *testing.T) {
	day, _ := fis.NewDate(2026, 3, 31)
	defaults := Defaults{Company: "1000", Number: "GL000042/7", FiscalYear: "2026", Posted: day, Message: "rejected by the ERP"}
	for _, tt := range []struct {
		name     string
		id       string
		in, want fis.Outcome
		wrong    string
	}{
		{"as the ERP says", docID, fis.Outcome{Verdict: fis.Posted, Number: "77", Company: "2000", FiscalYear: "2025"},
			fis.Outcome{Verdict: fis.Posted, Number: "77", Company: "2000", FiscalYear: "2025", Posted: day}, ""},
		{"defaults", docID, fis.Outcome{Verdict: fis.Posted}, fis.Outcome{Verdict: fis.Posted, Number: "GL000042/7", Company: "1000", FiscalYear: "2026", Posted: day}, ""},
		{"a rejection has no booking", docID, fis.Outcome{Verdict: fis.Rejected, Number: "77", Company: "1", Messages: []fis.Message{{Text: "no"}}},
			fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "no"}}}, ""},
		{"a rejection without a word", docID, fis.Outcome{Verdict: fis.Rejected}, fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "rejected by the ERP"}}}, ""},
		{"a duplicate is never told", docID, fis.Outcome{Verdict: fis.Duplicate}, fis.Outcome{}, "never reported"},
		{"no verdict", docID, fis.Outcome{}, fis.Outcome{}, "neither posted nor rejected"},
		{"partial", docID, fis.Outcome{Verdict: Partial}, fis.Outcome{}, "neither posted nor rejected"},
		{"no id", "", fis.Outcome{Verdict: fis.Posted}, fis.Outcome{}, "no id"},
		{"long id", docID + "1", fis.Outcome{Verdict: fis.Posted}, fis.Outcome{}, "33 characters"},
		{"long number", docID, fis.Outcome{Verdict: fis.Posted, Number: strings.Repeat("ł", 81)}, fis.Outcome{}, "81 characters"},
		{"long company", docID, fis.Outcome{Verdict: fis.Posted, Company: strings.Repeat("1", 33)}, fis.Outcome{}, "33 characters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := PostingConfirmation(tt.id, tt.in, defaults)
			if tt.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wrong) {
					t.Fatalf("got %v, want %q", err, tt.wrong)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := PostingConfirmation(docID, fis.Outcome{Verdict: fis.Posted}, Defaults{}); err == nil || !strings.Contains(err.Error(), "no company") || !strings.Contains(err.Error(), "no document number") {
		t.Errorf("everything that is missing is named: %v", err)
	}
	if _, err := PostingConfirmation(docID, fis.Outcome{Verdict: fis.Rejected}, Defaults{}); err == nil {
		t.Error("a rejection without message passed")
	}
}

// Texts are cut at a character, and the caller's outcome stays as it was.
func TestLongMessages(t *testing.T) {
	long := strings.Repeat("ł", 1305)
	in := fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: long}, {Text: "short"}, {Text: strings.Repeat("x", 1300)}}}
	got, err := PostingConfirmation(docID, in, Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Messages[0].Text != strings.Repeat("ł", 1300) || len(got.Messages[2].Text) != 1300 {
		t.Errorf("%.20q", got.Messages)
	}
	if in.Messages[0].Text != long {
		t.Error("the caller's messages were changed")
	}
	in.Messages = nil
	for range 150 {
		in.Messages = append(in.Messages, fis.Message{Text: "m"})
	}
	got, _ = PostingConfirmation(docID, in, Defaults{})
	if n := len(got.Messages); n != 100 || got.Messages[99].Text != "and 51 more messages" || len(in.Messages) != 150 || in.Messages[99].Text != "m" {
		t.Errorf("%d messages, the last %q", n, got.Messages[n-1].Text)
	}
}

func TestPaymentConfirmation(t *testing.T) {
	day, _ := fis.NewDate(2026, 4, 2)
	good := fis.Payment{Status: fis.PaidCompletely, Reference: "P1", Amount: decimal.RequireFromString("220.00"), Currency: "usd", Cleared: day, Method: "E"}
	got, err := PaymentConfirmation(docID, good, Defaults{Company: "1000", FiscalYear: "2026"})
	if err != nil || got.Currency != "USD" || got.Company != "1000" || got.FiscalYear != "2026" {
		t.Fatalf("%+v, %v", got, err)
	}
	for name, tt := range map[string]struct {
		change func(*fis.Payment)
		want   string
	}{
		"reference": {func(p *fis.Payment) { p.Reference = "" }, "no reference"},
		"unseen":    {func(p *fis.Payment) { p.Reference = "P1\u202e" }, `reference "P1\u202e" holds characters that cannot be read`},
		"negative":  {func(p *fis.Payment) { p.Amount = p.Amount.Neg() }, "must be more than zero"},
		"zero":      {func(p *fis.Payment) { p.Amount = fis.Zero }, "must be more than zero"},
		"currency":  {func(p *fis.Payment) { p.Currency = "EU" }, "three letters"},
		"date":      {func(p *fis.Payment) { p.Cleared = fis.Date{} }, "no date"},
		"method":    {func(p *fis.Payment) { p.Method = "W" }, "not E (electronic) or C (check)"},
		"no method": {func(p *fis.Payment) { p.Method = "" }, "not E (electronic) or C (check)"},
		"status":    {func(p *fis.Payment) { p.Status = "PAID" }, "CP, PP, RE, OB"},
		"reversed":  {func(p *fis.Payment) { p.Status = fis.PaymentReversed }, "needs a message"},
		"obsolete":  {func(p *fis.Payment) { p.Status = fis.PaymentObsolete }, "needs a message"},
	} {
		p := good
		tt.change(&p)
		if _, err := PaymentConfirmation(docID, p, Defaults{}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
	obsolete := fis.Payment{Status: fis.PaymentObsolete, Reference: "P2", Currency: "EUR", Cleared: day, Message: "paid by payroll"}
	if _, err := PaymentConfirmation(docID, obsolete, Defaults{}); err != nil {
		t.Errorf("obsolete: %v", err)
	}
	bad := fis.Payment{}
	if _, err := PaymentConfirmation("", bad, Defaults{}); err == nil || strings.Count(err.Error(), ";") < 5 {
		t.Errorf("all problems at once: %v", err)
	}
}
