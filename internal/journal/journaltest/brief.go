package journaltest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// A document that is read in brief is the same one: no column has got into the place of another.
func testBriefOfADocument(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "D1")
	filed(t, j, "document", 1, "D1")
	other := journal.Arrival{Envelope: fis.Envelope{ID: "D2", DocType: fis.Invoice, Document: []byte("{}")}, Route: "other", ReportID: "REP", ReportKey: "KEY", Currency: "USD", Amount: must("12.34")}
	if _, err := j.StoreArrivals(ctx, []journal.Arrival{other}, j.Now(), "c"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"D1", "D2"} {
		whole, err := j.Document(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		brief, err := records.ScanBrief(ledger.QueryRow(ctx, j.Ledger, `SELECT `+records.BriefColumnsOf("x")+` FROM documents x WHERE doc_id = $1`, id))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(whole.Brief(), brief); diff != "" {
			t.Errorf("%s read whole and in brief:\n%s", id, diff)
		}
	}
}
