package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/journaltest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// The report reads the bytes of each import file and holds them against the documents: a file that says ten times the
// amount on both sides balances, its places and totals in the journal agree, and yet it does not tie out.
func TestReportReadsTheFiles(t *testing.T) {
	for _, c := range []struct {
		name, from, to string
		code           int
		want           string
	}{
		{"as it was made", "", "", desk.ExitDone, "✓ each import file, read from its bytes"},
		{"ten times as much", "23.40", "234.00", desk.ExitFailed, "debit EUR: 23.40 in the document, 234.00 in the file; credit EUR: 23.40 in the document, 234.00 in the file"},
		{"another currency", ",EUR,", ",USD,", desk.ExitFailed, "the document says EUR, the file would say USD for the currency"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newLookWorld(t)
			w.writtenFile(func(body string) string {
				if c.from == "" {
					return body
				}
				return strings.ReplaceAll(body, c.from, c.to)
			})
			out, stderr, code := w.exec("120", "report")
			if flat := strings.Join(strings.Fields(out+stderr), " "); code != c.code || !strings.Contains(flat, c.want) {
				t.Errorf("exit code %d, want %d with %q\n%s%s", code, c.code, c.want, out, stderr)
			}
		})
	}
}

// writtenFile numbers an import file that the built-in generic-csv makes of one document, after change has had its
// bytes.
func (w *lookWorld) writtenFile(change func(string) string) {
	w.t.Helper()
	text, err := workbook.NewYAML(templates.FS(), "generic-csv", nil)
	w.must(err)
	plan, findings := mapping.LoadBytes(templates.FS(), "expenses.yaml", text)
	w.must(findings.Err())
	id := docID("taxi")
	document := `{"employee":{"employeeId":"E1"},"report":{"reportId":"R-taxi","reportKey":"77","employeeCurrencyAlphaCode":"EUR"},"expenseEntry":[{"entryId":"N1","allocation":[{"allocationId":"A1",
		"journal":[{"journalAccountCode":"640100","journalPayer":"COMP","journalPayee":"EMPL","amountGross":23.4,"amountNetOfTax":23.4}],"tax":[]}]}]}`
	env := fis.Envelope{ID: id, DocType: fis.Expense, Document: []byte(document)}
	_, err = w.j.StoreArrivals(w.ctx, []journal.Arrival{{Envelope: env, Route: "expenses", ReportID: "R-taxi", ReportKey: "77", Currency: "EUR", Amount: amount(w.t, "23.40")}}, w.at, "corr-list")
	w.must(err)
	w.acknowledge(records.Acknowledged, "", "taxi")
	w.must(w.j.PutMappingLive(w.ctx, records.MappingContent{MappingVersion: records.MappingVersion{Route: "expenses", Name: "expenses.yaml", Template: "generic-csv", Hash: plan.Hash(), FileHash: plan.FileHash()},
		Body: plan.Bytes(), TemplateBody: plan.TemplateSource()}))
	file, err := plan.NewFile(mapping.FileContext{Route: "expenses", Sequence: 1, Created: time.Date(2026, 3, 31, 9, 0, 0, 0, time.UTC), TempDir: w.t.TempDir()})
	w.must(err)
	p, err := plan.NewWorker().Prepare(env)
	w.must(err)
	part, err := file.Add(p)
	w.must(err)
	var made bytes.Buffer
	_, err = file.Finish(&made)
	w.must(err)
	body := change(made.String())
	sum := sha256.Sum256([]byte(body))
	both := records.Sum{Debit: p.Debit, Credit: p.Credit}
	f := records.File{Route: "expenses", Sequence: 1, Name: file.Name(), TempName: ".t", Acceptance: "document", Mapping: "expenses", MappingHash: plan.Hash(), SHA256: hex.EncodeToString(sum[:]),
		Size: int64(len(body)), Lines: 3, Totals: map[string]records.Sum{"EUR": both}}
	w.must(w.j.CreateFile(w.ctx, &f, journaltest.Parts{{DocID: id, FirstLine: part.FirstLine, LastLine: part.LastLine, Rows: part.Rows, Currency: "EUR", Debit: p.Debit, Credit: p.Credit}}, strings.NewReader(body)))
}
