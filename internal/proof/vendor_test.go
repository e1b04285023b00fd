package proof

import (
	"regexp"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// anyAccounts is the mapping of a company that takes accounts as the documents name them, and has one company:
// documents from elsewhere have a chart of their own.
func anyAccounts(t *testing.T, template string) *mapping.Plan {
	t.Helper()
	text, err := workbook.NewYAML(templates.FS(), template, nil)
	if err != nil {
		t.Fatal(err)
	}
	open := strings.ReplaceAll(string(text), "LOOKUP(Accounts; line.account; Account)", "line.account")
	open = strings.Replace(open, "\nsettings:\n", "\nsettings:\n"+allInOne, 1)
	if open == string(text) && template != "concur-sae" {
		t.Fatalf("the mapping of %s is written in another way than it was", template)
	}
	plan, findings := mapping.LoadBytes(templates.FS(), template+".yaml", []byte(open))
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// withoutCurrency are the documents in other currencies.
func withoutCurrency(t *testing.T, docs []fis.Envelope, currency string) (out []fis.Envelope) {
	t.Helper()
	for _, env := range docs {
		if parse(t, env).Currency() != currency {
			out = append(out, env)
		}
	}
	return out
}

// Nothing is lost on the way through a journal: each posting line of each document is there once, on its account, with
// its amount; the document that names an account nobody knows and the vendor's own documents too.
// TestExtractAgreesWithPostingLinesAndHledger says the same of the extract.
func TestEveryPostingLineIsFoundAgain(t *testing.T) {
	docs := append(sampleDocuments(t), vendorDocuments(t)...)

	plan := anyAccounts(t, "generic-csv")
	files, refused := render(t, plan, docs, 1)
	if len(refused) > 0 || len(files) != 1 {
		t.Fatalf("%d files, refused %v", len(files), refused)
	}
	compareEntries(t, "generic-csv (-posting lines +file)", postingEntries(t, docs), csvEntries(t, plan, files[0]))

	plan = anyAccounts(t, "legacy-fixed")
	two := withoutCurrency(t, docs, "KWD")
	if files, refused = render(t, plan, two, 1); len(refused) > 0 {
		t.Fatalf("refused %v", refused)
	}
	want := postingEntries(t, two)
	for i := range want {
		want[i].account = strings.ToUpper(want[i].account) // as the file is throughout
	}
	compareEntries(t, "legacy-fixed (-posting lines +file)", want, fixedEntries(t, plan, files))

	plan = anyAccounts(t, "hledger-journal")
	if files, refused = render(t, plan, docs, 1); len(refused) > 0 || len(files) != 1 {
		t.Fatalf("%d files, refused %v", len(files), refused)
	}
	compareEntries(t, "hledger-journal (-posting lines +file)", postingEntries(t, docs), journalEntries(t, files[0]))
	if out, ok := openHledger(t, files[0].data).check(t); !ok {
		t.Error(out)
	}
}

// journalEntries reads a plain-text journal with nothing but its lines.
func journalEntries(t *testing.T, f *importFile) (out []entry) {
	t.Helper()
	posted := regexp.MustCompile(`^    (\S.*?)  +([A-Z]{3}) +(-?[0-9.]+)  ; line:`)
	plan := readyPlan(t, "hledger-journal")
	for i, line := range f.lines() {
		m := posted.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		account := m[1]
		if strings.Contains(account, ":") {
			account = numberOfName(t, plan, account)
		}
		out = append(out, entry{booking{reference(t, f.envelopes[f.owner(i+1)]), account, m[2]}, amountOf(t, m[3])})
	}
	return out
}
