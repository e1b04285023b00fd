package journaltest

import (
	"context"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/receipts"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// receiptsOf are the states of the receipts of a document.
func receiptsOf(t *testing.T, j *journal.Journal, doc string) string {
	t.Helper()
	list, err := j.ReceiptsOf(context.Background(), doc)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range list {
		out = append(out, string(r.State))
	}
	return strings.Join(out, " ")
}

// A receipt is listed once, had once, and moved only by who saw it last; a kill leaves the intention.
func testReceiptsMoveOnce(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B")
	refs := []fis.ReceiptRef{{Kind: fis.EntryReceipt, ID: "I1"}, {Kind: fis.EntryReceipt, ID: "I2"}}
	for range 2 {
		if err := j.ListReceipts(ctx, []receipts.Listing{{DocID: "A", Refs: refs}, {DocID: "B"}}); err != nil {
			t.Fatal(err)
		}
	}
	if docs, err := j.Unlisted(ctx, "r", "", 10); err != nil || len(docs) != 0 {
		t.Errorf("unlisted: %v, %v", docs, err)
	}
	wanted, err := j.WantedReceipts(ctx, "r", 10)
	if err != nil || len(wanted) != 2 {
		t.Fatal(wanted, err)
	}
	had := receipts.Fetched{Receipt: wanted[0]}
	had.Name, had.SHA256, had.Size = "a.png", strings.Repeat("ab", 32), 5
	not := receipts.Fetched{Receipt: wanted[1], Why: why.New("receipt-missing"), Final: true}
	for range 2 { // the second time they are not wanted any more
		if err := j.SettleReceipts(ctx, []receipts.Fetched{had, not}); err != nil {
			t.Fatal(err)
		}
	}
	if got := receiptsOf(t, j, "A"); got != "kept missing" {
		t.Fatal(got)
	}
	f := filed(t, j, "document", 1, "A")
	due, err := j.ReceiptsFor(ctx, f.ID)
	if err != nil || len(due) != 1 {
		t.Fatal(due, err)
	}
	name := func(temp string) func(records.Receipt, int64) string {
		return func(records.Receipt, int64) string { return temp }
	}
	first, err := j.BeginReceipts(ctx, due, name("one"))
	if err != nil || len(first) != 1 {
		t.Fatal(first, err)
	}
	again, err := j.ReceiptsFor(ctx, f.ID) // after a kill
	if err != nil || len(again) != 1 || again[0].TempName != "one" {
		t.Fatal(again, err)
	}
	second, err := j.BeginReceipts(ctx, again, name("two"))
	if err != nil || len(second) != 1 {
		t.Fatal(second, err)
	}
	if moved, err := j.ReceiptsUploaded(ctx, first); err != nil || len(moved) != 0 {
		t.Errorf("the late one went on: %v, %v", moved, err)
	}
	up, err := j.ReceiptsUploaded(ctx, second)
	if err != nil || len(up) != 1 {
		t.Fatal(up, err)
	}
	if down, err := j.ReceiptsDropped(ctx, up); err != nil || len(down) != 1 ||
		receiptsOf(t, j, "A") != "dropped missing" {
		t.Error(down, err, receiptsOf(t, j, "A"))
	}
	if n, err := j.WantReceipts(ctx, "A", "asked again"); err != nil || n != 1 ||
		receiptsOf(t, j, "A") != "dropped wanted" {
		t.Error(n, err, receiptsOf(t, j, "A"))
	}
}

// What was on its way when a copy was made does not go out again by itself.
func testRestoredReceiptsAreNotSentAgain(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B")
	ref := []fis.ReceiptRef{{Kind: fis.EntryReceipt, ID: "I"}, {Kind: fis.EntryReceipt, ID: "J"}}
	if err := j.ListReceipts(ctx, []receipts.Listing{{DocID: "A", Refs: ref}, {DocID: "B", Refs: ref}}); err != nil {
		t.Fatal(err)
	}
	for _, doc := range []string{"A", "B"} {
		list, err := j.ReceiptsOf(ctx, doc)
		if err != nil {
			t.Fatal(err)
		}
		had := receipts.Fetched{Receipt: list[0]}
		had.Name, had.SHA256, had.Size = doc, strings.Repeat("ab", 32), 5
		if err := j.SettleReceipts(ctx, []receipts.Fetched{had}); err != nil {
			t.Fatal(err)
		}
	}
	filed(t, j, "document", 1, "A")
	if err := ledger.In(ctx, j.Ledger, "restore", receipts.Restored); err != nil {
		t.Fatal(err)
	}
	if a, b := receiptsOf(t, j, "A"), receiptsOf(t, j, "B"); a != "dropped missing" || b != "kept wanted" {
		t.Errorf("filed: %s; waiting: %s", a, b)
	}
}
