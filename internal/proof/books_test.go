package proof

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// booking is a document's account, by its number in the ready mappings.
type booking struct{ document, account, currency string }

// books are debits less credits.
type books map[booking]fis.Amount

func (b books) add(document, account, currency string, a fis.Amount) {
	k := booking{document, account, currency}
	if b[k] = b[k].Add(a); b[k].IsZero() {
		delete(b, k) // an account that nets to zero, such as card clearing
	}
}

// texts are for comparing: exact digits, whatever trailing zeros.
func (b books) texts() map[booking]string {
	out := map[booking]string{}
	for k, a := range b {
		out[k] = a.StringFixed(8)
	}
	return out
}

// overDocuments adds all documents up.
func (b books) overDocuments() books {
	out := books{}
	for k, a := range b {
		out.add("", k.account, k.currency, a)
	}
	return out
}

// without leaves a currency out.
func (b books) without(currency string) books {
	out := books{}
	for k, a := range b {
		if k.currency != currency {
			out[k] = a
		}
	}
	return out
}

func compareBooks(t *testing.T, title string, want, got books) {
	t.Helper()
	if diff := cmp.Diff(want.texts(), got.texts()); diff != "" {
		t.Errorf("%s:\n%s", title, diff)
	}
}

// numberOf is the ledger account of the ready mappings for a line, by role and party where the document names none.
func numberOf(role posting.Role, party string) string {
	switch {
	case role == posting.Tax:
		return "154000"
	case role == posting.EmployeePayable:
		return "240100"
	case party == "CBCP":
		return "240300"
	case party == "IBCP":
		return "240400"
	case party == "COPD":
		return "240500"
	case role == posting.CardClearing:
		return "150200"
	case role == posting.CashAdvanceClearing:
		return "150100"
	case role == posting.APVendor:
		return "200100"
	}
	return ""
}

// numberOfName is the same for the account names of the hledger mapping; its sheet Accounts tells those with a Concur
// account.
func numberOfName(t *testing.T, plan *mapping.Plan, name string) string {
	t.Helper()
	for _, sheet := range plan.Template().Lookups {
		for _, row := range sheet.Rows {
			if sheet.Name == "Accounts" && string(row[1]) == name {
				return string(row[0])
			}
		}
	}
	for prefix, number := range map[string]string{"assets:input tax:": "154000", "liabilities:employees:": "240100", "liabilities:cards:CBCP": "240300",
		"liabilities:cards:IBCP": "240400", "liabilities:cards:COPD": "240500", "liabilities:suppliers:": "200100"} {
		if strings.HasPrefix(name, prefix) {
			return number
		}
	}
	t.Errorf("nobody knows the account %q", name)
	return ""
}

// entry is one line of a journal.
type entry struct {
	booking
	amount fis.Amount
}

func sum(entries []entry) books {
	b := books{}
	for _, e := range entries {
		b.add(e.document, e.account, e.currency, e.amount)
	}
	return b
}

// compareEntries wants each amount again, none more and none less, in whatever order.
func compareEntries(t *testing.T, title string, want, got []entry) {
	t.Helper()
	texts := func(list []entry) (out []string) {
		for _, e := range list {
			out = append(out, e.document+" "+e.account+" "+e.currency+" "+e.amount.StringFixed(8))
		}
		slices.Sort(out)
		return out
	}
	if diff := cmp.Diff(texts(want), texts(got)); diff != "" {
		t.Errorf("%s:\n%s", title, diff)
	}
}

// reference is how files name a document: its FIS id, or the report id of a bare document on disk.
func reference(t *testing.T, env fis.Envelope) string {
	t.Helper()
	if env.ID != "" {
		return env.ID
	}
	return parse(t, env).ReportID()
}

// postingEntries are the posting lines themselves, rounded as the journals are.
func postingEntries(t *testing.T, docs []fis.Envelope) (out []entry) {
	t.Helper()
	for _, env := range docs {
		res, err := posting.Derive(parse(t, env), posting.Options{Round: true})
		if err != nil {
			t.Fatal(err)
		}
		for i := range res.Lines {
			l := &res.Lines[i]
			account := l.AccountCode
			if account == "" {
				account = numberOf(l.Role, l.Party)
			}
			out = append(out, entry{booking{reference(t, env), account, res.Currency}, l.Amount()})
		}
	}
	return out
}

// csvEntries reads a journal CSV back.
func csvEntries(t *testing.T, plan *mapping.Plan, f *importFile) (out []entry) {
	t.Helper()
	for i, r := range readRows(t, plan, f.data) {
		if r.amount("Line").IntPart() != int64(i+1) || r.amount("Batch").IntPart() != f.sequence || r.amount("Debit").IsPositive() == r.amount("Credit").IsPositive() {
			t.Errorf("line %d: %v", r.line, r.values)
		}
		if want := reference(t, f.envelopes[f.owner(r.line)]); want != r.text("Reference") {
			t.Errorf("line %d says document %s and lies in the part of %s", r.line, r.text("Reference"), want)
		}
		out = append(out, entry{booking{r.text("Reference"), r.text("Account"), r.text("Currency")}, r.amount("Debit").Sub(r.amount("Credit"))})
	}
	return out
}

// fixedEntries reads fixed-width journals back; a document is known by where its records lie, and its key is compared.
func fixedEntries(t *testing.T, plan *mapping.Plan, files []*importFile) (out []entry) {
	t.Helper()
	for _, f := range files {
		for _, r := range readRows(t, plan, f.data) {
			if r.record != "D" {
				continue
			}
			env := f.envelopes[f.owner(r.line)]
			if key := documentKey(parse(t, env)); key != r.text("document") {
				t.Errorf("%s line %d: document %s, want %s", f.name, r.line, r.text("document"), key)
			}
			out = append(out, entry{booking{reference(t, env), r.text("account"), r.text("currency")}, r.amount("amount")})
		}
	}
	return out
}
