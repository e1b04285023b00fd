package mapping_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/preview"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// Of many documents some are shown cell by cell; totals, what would be held, and the bytes of the files are those of all, as if all were shown.
func TestPreviewOfManyDocuments(t *testing.T) {
	text, err := workbook.NewYAML(templates.FS(), "generic-csv", nil)
	must(t)(err)
	plan, findings := mapping.LoadBytes(templates.FS(), "acme.yaml", text)
	must(t)(findings.Err())
	docs := chosen(t, "01-cash-taxi", "23-company-paid", "41-yen-tokyo")
	docs = append(docs, fis.Envelope{ID: "broken", DocType: fis.Expense, Document: []byte(`{"expenseEntry":`)})
	made := func(shown int) *preview.Preview {
		v, err := preview.Make(plan, preview.Options{Context: mapping.FileContext{Route: "acme", Sequence: 1, Created: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}, Shown: shown},
			func(yield func(fis.Envelope, error) bool) {
				for _, d := range docs {
					if !yield(d, nil) {
						return
					}
				}
			})
		must(t)(err)
		return v
	}
	all, some := made(0), made(1)
	if len(all.Documents) != len(docs) || all.Brief() != 0 || all.WholeFiles() != nil || all.NotShown() != "" {
		t.Errorf("all: %d documents, %d brief", len(all.Documents), all.Brief())
	}
	if len(some.Documents) != 2 || some.Brief() != 2 || some.Documents[1].Envelope.ID != "broken" { // the first one, and the one that would be held
		t.Fatalf("%d documents shown, %d brief", len(some.Documents), some.Brief())
	}
	if diff := cmp.Diff(sumsOfPage(t, pageOf(t, all)).Sums, sumsOfPage(t, pageOf(t, some)).Sums); diff != "" {
		t.Error("the totals are others: " + diff)
	}
	files := some.WholeFiles()
	if len(files) != 1 || string(files[0].Bytes) != string(all.Files[0].Bytes) || some.Lines() != all.Lines() || len(files[0].Lines) >= len(all.Files[0].Lines) {
		t.Error("the import file is another one, or all its lines are kept")
	}
	if len(some.Held()) != len(all.Held()) || len(some.Held()) != 1 {
		t.Errorf("%d are held, want %d", len(some.Held()), len(all.Held()))
	}
	if _, err := some.Workbook(templates.FS(), text); err != nil {
		t.Error(err)
	}
}
