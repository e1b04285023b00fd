package mapping_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
)

const companyTemplate = `
file: { kind: delimited, line_end: lf, decimals: "0..8", neutralise: off }
file_name: "{sequence:0000}.csv"
revisions: net
settings:
  - { name: company, value: "1000", type: code }
records:
  - name: Line
    repeat: posting
    fields:
      - { name: document, type: code, value: document.id }
      - { name: company, type: code, value: settings.company }
      - { name: account, type: code, value: 'IFBLANK(line.account; "2000")' }
      - { name: amount, type: amount, value: line.amount }
amounts: { rows: [{ record: Line, amount: amount }] }
totals: { amount: Line.amount }
`

// What a revision takes back has the codes of then. The rows of the document after it have those of today, constants too.
func TestRowsAfterARevision(t *testing.T) {
	older := changedTemplate(t, companyTemplate)
	newer := changedTemplate(t, companyTemplate, `"1000"`, `"2000"`)
	first, err := older.NewWorker().PrepareInput(mapping.Input{Envelope: expense("D1", "10.00", "2.50"), KeepWritten: true})
	must(t)(err)
	var written takeback.Written
	must(t)(json.Unmarshal(first.Written, &written))
	for _, amounts := range [][]string{{"12.00"}, {"10.00", "2.50", "1.00"}, {"0.00"}} {
		w := newer.NewWorker()
		revised, err := w.PrepareInput(mapping.Input{Envelope: expense("D2", amounts...), Revision: &mapping.Revision{Written: []takeback.Written{written}}})
		must(t)(err)
		if text := fileOf(t, newer, revised); !strings.Contains(text, "1000") {
			t.Fatal("nothing is taken back", text)
		}
		next, err := w.Prepare(expense("D3", "1.00", "7.00"))
		must(t)(err)
		alone, err := newer.NewWorker().Prepare(expense("D3", "1.00", "7.00"))
		must(t)(err)
		if got, want := fileOf(t, newer, next), fileOf(t, newer, alone); got != want {
			t.Errorf("%v: got\n%swant\n%s", amounts, got, want)
		}
	}
}

// fileOf is the file of some documents.
func fileOf(t *testing.T, plan *mapping.Plan, docs ...*mapping.Prepared) string {
	t.Helper()
	f, err := plan.NewFile(mapping.FileContext{Route: "gl", Sequence: 1, Created: made(), TempDir: t.TempDir()})
	must(t)(err)
	for _, d := range docs {
		_, err := f.Add(d)
		must(t)(err)
	}
	var b strings.Builder
	_, err = f.Finish(&b)
	must(t)(err)
	return b.String()
}
