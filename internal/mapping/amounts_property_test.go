package mapping_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/templates"
)

// Random edits of a valid mapping, and random documents: whatever goes out has the sums of its posting lines, by document, currency and side. The
// bytes are read here by another reader, and the posting lines derived here.
func TestWhateverGoesOutHasItsSums(t *testing.T) {
	rnd := rand.New(rand.NewSource(7))
	text, err := mapping.NewYAML(templates.FS(), "generic-csv")
	must(t)(err)
	debits := []string{"line.debit", "line.credit", "line.amount", "ABS(line.amount)", "line.debit * 100", "ROUND(line.debit; 0)", "IF(line.debit > 5; line.debit; 0)", "MAX(line.amount; 0)",
		"IFBLANK(line.debit; 0) + 5 - 5", "IF(line.number = 1; line.debit + 5; line.debit)", "line.debit * IF(row.number > 3; 2; 1)", "0", "document.debit"}
	currencies := []string{"document.currency", `"USD"`, "UPPER(document.currency)", `IF(document.currency = "EUR"; "USD"; document.currency)`}
	whens := []string{"", `line.role = "expense"`, "line.amount <> 0", `document.report_id <> "R-1"`, `line.entry_id <> "2-0"`}
	out, held := 0, 0
	for range 400 {
		edited := string(text)
		edit := func(field, was, value string) {
			if !strings.Contains(edited, field+": "+was+"\n") {
				t.Fatalf("the mapping has no %s: %s\n%s", field, was, edited)
			}
			edited = strings.Replace(edited, field+": "+was+"\n", fmt.Sprintf("%s: %q\n", field, value), 1)
		}
		debit := debits[rnd.Intn(len(debits))]
		if rnd.Intn(3) > 0 {
			edit("Debit", "line.debit", debit)
			edit("Credit", "line.credit", strings.NewReplacer("debit", "credit", "credit", "debit").Replace(debit))
		}
		edit("Currency", "document.currency", currencies[rnd.Intn(len(currencies))*rnd.Intn(2)])
		if when := whens[rnd.Intn(len(whens))*rnd.Intn(2)]; when != "" {
			edited = strings.Replace(edited, "  Line:\n", fmt.Sprintf("  Line:\n    (when): %q\n", when), 1)
		}
		plan, findings := mapping.LoadBytes(templates.FS(), "random.yaml", []byte(edited))
		if plan == nil {
			t.Fatalf("%v\n%s", findings, edited)
		}
		docs := map[string]fis.Envelope{}
		file, w := newFile(t, plan, t.TempDir()), plan.NewWorker()
		for i := range 1 + rnd.Intn(3) {
			var amounts []string
			for range 1 + rnd.Intn(3) {
				amounts = append(amounts, fmt.Sprintf("%d.%02d", rnd.Intn(40), 1+rnd.Intn(99)))
			}
			env := expense(fmt.Sprint(i+1), amounts...)
			env.Document = bytes.ReplaceAll(env.Document, []byte(`"6000"`), []byte(`"640100"`))
			if rnd.Intn(3) == 0 {
				env.Document = bytes.ReplaceAll(env.Document, []byte(`"EUR"`), []byte(`"JPY"`))
			}
			if p, err := w.Prepare(env); err == nil {
				if _, err := file.Add(p); err == nil && p.Rows > 0 {
					docs[env.ID] = env
					continue
				}
			}
			held++
		}
		var made bytes.Buffer
		_, err := file.Finish(&made)
		file.Abort()
		if err != nil {
			if made.Len() > 0 {
				t.Fatal("a file that is refused was written")
			}
			held += len(docs)
			continue
		}
		out += len(docs)
		sumsAgree(t, made.Bytes(), docs, edited)
	}
	if out < 50 || held < 50 {
		t.Errorf("%d documents went out and %d were held: the edits are not random enough", out, held)
	}
}

// sumsAgree compares the sums of a journal CSV with those of the posting lines of its documents.
func sumsAgree(t *testing.T, body []byte, docs map[string]fis.Envelope, edited string) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	must(t)(err)
	at := map[string]int{}
	for i, h := range rows[0] {
		at[h] = i
	}
	got, want := map[string]fis.Amount{}, map[string]fis.Amount{}
	add := func(sums map[string]fis.Amount, doc, currency, side, text string) {
		if text != "" {
			key := doc + " " + currency + " " + side
			sums[key] = sums[key].Add(amount(text))
		}
	}
	for _, r := range rows[1:] {
		add(got, r[at["Reference"]], r[at["Currency"]], "debit", r[at["Debit"]])
		add(got, r[at["Reference"]], r[at["Currency"]], "credit", r[at["Credit"]])
	}
	for id, env := range docs {
		doc, err := fis.NewParser(nil).Parse(env)
		must(t)(err)
		post, err := posting.Derive(doc, posting.Options{Round: true})
		must(t)(err)
		for i := range post.Lines {
			add(want, id, post.Currency, "debit", post.Lines[i].Debit.String())
			add(want, id, post.Currency, "credit", post.Lines[i].Credit.String())
		}
	}
	for key := range want {
		if !got[key].Equal(want[key]) {
			t.Fatalf("%s: %s in the document, %s in the file\n%s\n%s", key, want[key], got[key], body, edited)
		}
	}
	for key, a := range got {
		if _, known := want[key]; !known && !a.IsZero() {
			t.Fatalf("%s: nothing in the document, %s in the file\n%s\n%s", key, a, body, edited)
		}
	}
}
