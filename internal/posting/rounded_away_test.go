package posting_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// Rows that are rounded each by itself and do not add up to the document any more are told, and posted by the rule.
func TestRoundedAway(t *testing.T) {
	row := func(a, payee string) string {
		return `{"journal":[{"journalPayer":"COMP","journalPayee":"` + payee + `","journalAccountCode":"6000","amountGross":` + a + `,"amountNetOfTax":` + a + `}]}`
	}
	invoice := func(a, tax string) string {
		return `{"journal":{"amountNet":` + a + `,"accountCode":"6000","tax":[{"taxCode":"V9","amountTax":` + tax + `}]}}`
	}
	report := func(rows ...string) string {
		return `{"report":{"employeeCurrencyAlphaCode":"EUR"},"expenseEntry":[{"entryId":"E","allocation":[` + strings.Join(rows, ",") + `]}]}`
	}
	bill := func(rows ...string) string {
		return `{"requestHeader":{"currencyAlphaCode":"EUR"},"vendor":{"vendorCode":"V7"},"lineItem":[{"allocation":[` + strings.Join(rows, ",") + `]}]}`
	}
	third, last := row("33.33333333", "EMPL"), row("33.33333334", "EMPL")
	for name, c := range map[string]struct {
		doc, body string
		opt       posting.Options
		want      string
	}{
		"thirds":            {"expense", report(third, third, last), posting.Options{Round: true}, "rounded_away: each row is rounded by itself, so that the file says 99.99 for EMPL, and the document says 100.00"},
		"halves up":         {"expense", report(row("0.335", "IBCP"), row("0.335", "IBCP")), posting.Options{Round: true}, "says 0.68 for IBCP, and the document says 0.67"},
		"invoice":           {"invoice", bill(invoice("33.33333333", "6.33333333"), invoice("33.33333333", "6.33333333"), invoice("33.33333334", "6.33333334")), posting.Options{Round: true}, "says 119.01 for V7, and the document says 119.00"},
		"entry sums":        {"expense", report(third, third, last), posting.Options{Round: true, EntrySums: true}, ""},
		"a rounding line":   {"expense", report(third, third, last), posting.Options{Round: true, RoundingLine: &posting.RoundingLine{MinorUnits: 5}}, ""},
		"exact":             {"expense", report(third, third, last), posting.Options{}, ""},
		"nothing lost":      {"expense", report(row("33.33", "EMPL"), row("66.67", "EMPL")), posting.Options{Round: true}, ""},
		"it evens out":      {"expense", report(row("10.004", "EMPL"), row("10.006", "EMPL")), posting.Options{Round: true}, ""},
		"two parties apart": {"expense", report(row("0.333", "EMPL"), row("0.667", "CBCP")), posting.Options{Round: true}, ""},
	} {
		doc, err := fis.NewParser(nil).Parse(fis.Envelope{ID: "d", DocType: fis.DocType(c.doc), Document: []byte(c.body)})
		if err != nil {
			t.Fatal(err)
		}
		post, err := posting.Derive(doc, c.opt)
		if err != nil {
			t.Fatal(name, err)
		}
		away := map[string]string{"thirds": "-0.01", "halves up": "0.01", "invoice": "0.01"}[name]
		if away == "" {
			away = "0"
		}
		if post.RoundedAway.String() != away {
			t.Errorf("%s: rounded away %s, want %s", name, post.RoundedAway, away)
		}
		if line := post.OnRoundingLine(); line.IsZero() == (name == "a rounding line") {
			t.Errorf("%s: on the rounding line %s", name, line)
		}
		got := fmt.Sprint(post.Warnings)
		if c.want == "" && len(post.Warnings) > 0 || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %q", name, got, c.want)
		}
	}
}
