package journaltest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/home"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// silent gives the changes that no event of their transaction named, each with the events beside it.
func silent(t testing.TB, j *journal.Journal) []string {
	t.Helper()
	out, err := ledger.List(context.Background(), j.Ledger, `SELECT seq || ' ' || CASE WHEN doc_id <> '' THEN 'document ' || doc_id WHEN file_id <> 0 THEN 'file ' || file_id WHEN result_id <> 0 THEN 'result ' || result_id ELSE detail END
		|| ' beside ' || COALESCE((SELECT event FROM history o WHERE o.at = h.at AND o.seq = h.seq - 1), '') FROM history h WHERE event = '`+ledger.ChangedEvent+`' ORDER BY seq`, nil, ledger.ScanText)
	if err != nil && !strings.Contains(err.Error(), "closed") { // the test has closed it
		t.Fatal(err)
	}
	return out
}

// What a transaction changes without an event gets a row all the same, which names it; one that an event names, and
// what is no state, get none.
func testChangeWithoutAnEvent(t *testing.T) {
	j, _ := full(t)
	unnamed[j] = true
	ctx := context.Background()
	var words string
	for what, c := range map[string]struct{ query, want string }{
		"document":     {`UPDATE documents SET state = 'held' WHERE doc_id = 'C'`, "document C"},
		"doubt":        {`UPDATE documents SET in_doubt = 1 WHERE doc_id = 'C'`, "document C"},
		"confirmation": {`UPDATE confirmations SET state = 'stuck' WHERE doc_id = 'A'`, "document A"},
		"payload":      {`DELETE FROM payloads WHERE doc_id = 'C'`, "document C"},
		"file":         {`UPDATE files SET unverified = 0 WHERE id = 1`, "file 1"},
		"part":         {`UPDATE file_documents SET withdrawn = 1 WHERE file_id = 1`, "file 1"},
		"bytes":        {`DELETE FROM file_chunks WHERE file_id = 1`, "file 1"},
		"result":       {`UPDATE results SET state = 'collected' WHERE id = 1`, "result 1"},
		"line":         {`UPDATE result_rows SET mark = 'valid' WHERE result_id = 1`, "result 1"},
		"payment":      {`UPDATE payments SET state = 'stuck' WHERE id = 1`, `{"payment":1}`},
		"alarm":        {`UPDATE alarms SET resolved_at = 'x' WHERE id = 1`, `{"alarm":1}`},
		"run":          {`UPDATE runs SET exit_code = 1 WHERE id = 1`, `{"run":1}`},
		"mapping":      {`DELETE FROM mappings WHERE state = 'live'`, `{"route":"r"}`},
		"slot":         {`INSERT INTO slots (schedule, due_at, state) VALUES ('0 2 * * *', '', 'taken')`, `{"schedule":"0 2 * * *"}`},
		"nothing":      {`UPDATE documents SET state = 'held' WHERE doc_id = 'Z'`, ""},
		"quiet":        {`UPDATE documents SET employee_id = 'x' WHERE doc_id = 'C'`, ""},
	} {
		before := len(silent(t, j))
		if err := ledger.In(ctx, j.Ledger, "write", func(x *ledger.Tx) error { _, err := x.Exec(c.query); return err }); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if words = strings.Join(silent(t, j)[before:], "; "); c.want == "" && words != "" || !strings.Contains(words, c.want) {
			t.Errorf("%s: %q, want %q", what, words, c.want)
		}
	}
	before := len(silent(t, j))
	err := ledger.In(ctx, j.Ledger, "write", func(x *ledger.Tx) error {
		if err := x.Event("held", ledger.About{Doc: "C"}, nil); err != nil {
			return err
		}
		_, err := x.Exec(`UPDATE documents SET state = 'acknowledged' WHERE doc_id = 'C'`)
		return err
	})
	if err != nil || len(silent(t, j)) != before {
		t.Errorf("an event named it, and it was told again: %q, %v", silent(t, j)[before:], err)
	}
}

// Every table is told of, or is one of those that hold no state.
func testEveryTableIsToldOf(t *testing.T) {
	j, _ := open(t)
	stateless := []string{"history", "meta", "events", "told", "outbox", "periods", "looks", "undone", "leases", "result_documents", "ids", "sums", "doc_keys", "goose_db_version"}
	tables := tablesOf(t, j)
	for _, table := range tables {
		if _, told := ledger.KeptTables[table]; told == slices.Contains(stateless, table) {
			t.Errorf("table %s: it is told of, or it holds no state: one of both", table)
		}
	}
}

// The events that were missing once: what a person reads about each, in the order in which it happened.
func testWordsOfChanges(t *testing.T) {
	ctx := context.Background()
	events := func(t *testing.T, j *journal.Journal, doc string, file int64) string {
		t.Helper()
		all, err := j.History(ctx, doc, file, 0)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, e := range all {
			out = append(out, e.Event)
		}
		return strings.Join(out, ", ")
	}
	for name, c := range map[string]struct {
		do   func(t *testing.T, j *journal.Journal)
		doc  string
		want string
	}{
		"acknowledgement": {func(t *testing.T, j *journal.Journal) {
			if _, err := j.StoreArrivals(ctx, []journal.Arrival{arrival("D")}, j.Now(), "c"); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := j.SettleAck(ctx, []journal.AckOutcome{{DocID: "D", NotSent: true}}); err != nil {
					t.Fatal(err)
				}
				if err := j.IntendAck(ctx, []string{"D"}, "S"); err != nil {
					t.Fatal(err)
				}
			}
		}, "D", "stored, acknowledgement intended, acknowledgement not sent, acknowledgement intended, acknowledgement not sent, acknowledgement intended"},
		"posting confirmation": {func(t *testing.T, j *journal.Journal) {
			due, err := j.DueConfirmations(ctx, fis.Expense, 9)
			if err != nil || len(due) != 1 {
				t.Fatal(due, err)
			}
			for _, s := range []journal.Settled{{DocID: "A", State: records.Pending, NotSent: true}, {DocID: "A", State: records.Done}} {
				if _, err := j.IntendConfirmations(ctx, due); err != nil {
					t.Fatal(err)
				}
				if err := j.SettleConfirmations(ctx, []journal.Settled{s}); err != nil {
					t.Fatal(err)
				}
			}
		}, "A", "written, posting confirmation intended, posting confirmation not sent, posting confirmation intended, posting confirmed, payment confirmation due"},
		"payment": {func(t *testing.T, j *journal.Journal) {
			confirmNow(t, j, "A")
			due, err := j.DuePayments(ctx, fis.Expense, 9)
			if err != nil || len(due) != 1 {
				t.Fatal(due, err)
			}
			for _, s := range []journal.Settled{{DocID: "A", PaymentID: 1, State: records.Pending, NotSent: true}, {DocID: "A", PaymentID: 1, State: records.Done}} {
				if _, err := j.IntendPayments(ctx, due); err != nil {
					t.Fatal(err)
				}
				if err := j.SettlePayments(ctx, []journal.Settled{s}); err != nil {
					t.Fatal(err)
				}
			}
		}, "A", "payment confirmation due, payment confirmation intended, payment confirmation not sent, payment confirmation intended, payment confirmed"},
		"the ERP changes its mind": {func(t *testing.T, j *journal.Journal) {
			answer(t, j, "b", map[string]fis.Outcome{"A": {Verdict: fis.Rejected}}, 1, nil)
		}, "A", "written, posting confirmation stuck, alarm"},
		"restored": {func(t *testing.T, j *journal.Journal) {
			if _, err := j.AcceptRestored(ctx, home.Restored{}, nil, "disk"); err != nil {
				t.Fatal(err)
			}
		}, "A", "posting confirmation counts as tried after a restore, payment confirmation counts as tried after a restore"},
		"restored, filed": {func(t *testing.T, j *journal.Journal) {
			if _, err := j.AcceptRestored(ctx, home.Restored{}, nil, "disk"); err != nil {
				t.Fatal(err)
			}
		}, "B", "filed, in doubt after a restore"},
		"answered": {func(t *testing.T, j *journal.Journal) {
			answer(t, j, "b", map[string]fis.Outcome{"B": posted}, 1, nil)
		}, "", "posted, answered"},
		"aged out": {func(t *testing.T, j *journal.Journal) {
			answer(t, j, "b", map[string]fis.Outcome{"B": {Verdict: fis.Rejected}}, 1, nil)
			confirmNow(t, j, "B")
			if _, err := j.Age(ctx, j.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}, "B", "posting confirmed, payload removed, texts emptied, texts emptied"},
	} {
		t.Run(name, func(t *testing.T) {
			j, _ := full(t)
			c.do(t, j)
			file := int64(0)
			if c.doc == "" {
				file = 1
			}
			if got := events(t, j, c.doc, file); !strings.Contains(got, c.want) {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}
