package journaltest

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/changes"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/receipts"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// full gives a journal with a row in every sealed table.
func full(t testing.TB) (*journal.Journal, *clock) {
	t.Helper()
	j, c := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B", "C")
	f := filed(t, j, "document", 1, "A", "B")
	answer(t, j, "a", map[string]fis.Outcome{"A": posted}, f.ID, nil)
	pay(t, j)
	if err := j.Alarm(ctx, "k", "s", why.Old("m", "r")); err != nil {
		t.Fatal(err)
	}
	asked := changes.Content{Change: changes.Change{Mapping: "m.yaml", Routes: []string{"r"}, Origin: changes.Proposed, Name: "m.yaml", Template: "t", Hash: "h", Guarded: "g", FileHash: "f", Base: []string{""}, Reason: "because"}}
	if _, err := j.Ask(ctx, asked, true); err != nil {
		t.Fatal(err)
	}
	if err := j.PutMappingLive(ctx, version("r", "m.yaml", "one")); err != nil {
		t.Fatal(err)
	}
	if err := ledger.In(ctx, j.Ledger, "write", func(x *ledger.Tx) error {
		if _, err := x.Exec(`INSERT INTO written (file_id, doc_id, sha256, body) VALUES (1, 'A', 'h', 'b')`); err != nil {
			return err
		}
		return x.Event("written", ledger.About{Doc: "A"}, nil)
	}); err != nil {
		t.Fatal(err)
	}
	if err := j.ListReceipts(ctx, []receipts.Listing{{DocID: "C", Refs: []fis.ReceiptRef{{Kind: fis.EntryReceipt, ID: "I"}}}}); err != nil {
		t.Fatal(err)
	}
	if err := j.StopRoute(ctx, "elsewhere", "because"); err != nil {
		t.Fatal(err)
	}
	id, err := j.StartRun(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.EndRun(ctx, id, 0, "{}"); err != nil {
		t.Fatal(err)
	}
	return j, c
}

// pay gives document A a payment by a result file.
func pay(t testing.TB, j *journal.Journal) {
	t.Helper()
	ctx := context.Background()
	r, err := j.CollectResult(ctx, "r", "paid.csv", ledger.Digest([]byte("paid")), 4, strings.NewReader("paid"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.ApplyResult(ctx, r, "csv", func(a *journal.Apply) error {
		p := fis.Payment{Reference: "P1", Status: fis.PaidCompletely, Amount: must("10.50"), Currency: "EUR"}
		d, err := a.Document("A")
		if err != nil {
			return err
		}
		problem, err := a.Payment(d, p, p, 1, true)
		if err != nil {
			return err
		}
		return a.Add(records.ResultRow{Line: 1, Kind: records.PaymentRow, DocID: "A", Problem: problem, Data: "{}"})
	}); err != nil {
		t.Fatal(err)
	}
}

// Every column of every table that people read is sealed: whoever changes one with another program is found out, with
// the row and the column.
func testEveryColumnIsSealed(t *testing.T) {
	j, _ := full(t)
	tampered[j] = true
	ctx := context.Background()
	if _, diffs, err := j.VerifyFacts(ctx); len(diffs) > 0 || err != nil {
		t.Fatalf("%v, %v", diffs, err)
	}
	for _, f := range ledger.Facts {
		rows, err := raw(j).Query(`SELECT ` + f.Returned() + ` FROM ` + f.Table + ` LIMIT 1`)
		if err != nil || !rows.Next() {
			t.Fatalf("%s has no row: %v", f.Table, err)
		}
		r, err := ledger.ScanAll(rows)
		rows.Close()
		if err != nil {
			t.Fatal(err)
		}
		for i, column := range r.Columns {
			key := fmt.Sprintf("%s = '%s'", f.Key[0], ledger.ValueText(r.Values[index(r.Columns, f.Key[0])]))
			if len(f.Key) == 2 {
				key += fmt.Sprintf(" AND doc_id = '%s'", ledger.ValueText(r.Values[index(r.Columns, "doc_id")]))
			}
			if slices.Contains(f.Skip, column) || column == f.Key[0] || column == "doc_id" && len(f.Key) == 2 {
				continue // the key: told as one row put in and one removed
			}
			if _, err := byHand(j, `UPDATE `+f.Table+` SET `+column+` = $1 WHERE `+key, "7331"); err != nil {
				t.Fatalf("%s.%s: %v", f.Table, column, err)
			}
			_, diffs, err := j.VerifyFacts(ctx)
			if err != nil || len(diffs) != 1 || diffs[0].Table != f.Table || !strings.Contains(diffs[0].Reason, "changed by another hand") {
				t.Errorf("%s.%s was changed: %v, %v", f.Table, column, diffs, err)
			} else if len(diffs[0].Columns) != 1 || diffs[0].Columns[0] != column {
				t.Logf("%s.%s: the mark is the same by chance", f.Table, column) // one in 64
			}
			if _, err := byHand(j, `UPDATE `+f.Table+` SET `+column+` = $1 WHERE `+key, r.Values[i]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, diffs, err := j.VerifyFacts(ctx); len(diffs) > 0 || err != nil {
		t.Fatalf("put back as it was: %v, %v", diffs, err)
	}
}

func index(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}

// Rows that are put in, removed or put back, lines of result files, and bytes.
func testSealsFindRowsAndBytes(t *testing.T) {
	for statement, want := range map[string]string{
		`DELETE FROM documents WHERE doc_id = 'C'`:                                                     "document C was removed by another hand",
		`INSERT INTO runs (id, started_at) VALUES (77, 'x')`:                                           "run 77 was put in by another hand",
		`DELETE FROM alarms`:                                                                           "alarm 1 was removed by another hand",
		`UPDATE result_rows SET problem = 'x' WHERE line = 1 AND result_id = 1`:                        "lines of result file 1 were changed",
		`DELETE FROM result_rows WHERE result_id = 1`:                                                  "the lines of result file 1 were removed",
		`INSERT INTO result_rows (result_id, line, kind) VALUES (2, 99, 'ignored')`:                    "lines of result file 2 were changed",
		`UPDATE file_documents SET doc_id = 'C' WHERE doc_id = 'B'`:                                    "place in import file 1/C was put in by another hand",
		`DELETE FROM payloads WHERE doc_id = 'B'`:                                                      "payload of document B was removed by another hand",
		`UPDATE payloads SET body = (SELECT body FROM payloads WHERE doc_id = 'A') WHERE doc_id = 'B'`: "the payload of document B is not what Concur sent",
		`DELETE FROM file_chunks`:                                                                      "the bytes of import file F1.csv (1) were removed by another hand",
		`DELETE FROM result_chunks`:                                                                    "were removed by another hand",
		`UPDATE file_chunks SET body = (SELECT body FROM payloads WHERE doc_id = 'A')`:                 "the bytes of import file",
		`UPDATE result_chunks SET body = (SELECT body FROM payloads WHERE doc_id = 'A')`:               "the bytes of result file",
	} {
		j, _ := full(t)
		tampered[j] = true
		ctx := context.Background()
		if _, diffs, err := j.VerifyBytes(ctx); len(diffs) > 0 || err != nil {
			t.Fatalf("%v, %v", diffs, err)
		}
		if _, err := byHand(j, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
		_, diffs, err := j.VerifyFacts(ctx)
		if err != nil {
			t.Fatal(err)
		}
		_, more, err := j.VerifyBytes(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if text := fmt.Sprint(append(diffs, more...)); !strings.Contains(text, want) {
			t.Errorf("%s: %s", statement, text)
		}
	}
}

// A journal of a version without seals gets them when it is opened, and what was changed before an upgrade stays on
// record.
func testOldJournalIsSealed(t *testing.T) {
	j, c := full(t)
	tampered[j] = true
	var many []string // more rows than are read at once
	for i := range 1100 {
		many = append(many, fmt.Sprintf("D%04d", i))
	}
	acknowledged(t, j, many...)
	filed(t, j, "document", 2, many...)
	for _, statement := range []string{`DROP TRIGGER history_no_delete`, `DELETE FROM history WHERE event = 'sealed'`, `DELETE FROM meta WHERE name = 'sealed'`} {
		if _, err := byHand(j, statement); err != nil {
			t.Fatal(err)
		}
	}
	copied := filepath.Join(t.TempDir(), "old.db")
	if err := j.Backup(context.Background(), copied); err != nil {
		t.Fatal(err)
	}
	old, err := database.Open(context.Background(), copied, c.now, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if n, diffs, err := old.VerifyFacts(context.Background()); n == 0 || len(diffs) > 0 || err != nil {
		t.Errorf("%d rows, %v, %v", n, diffs, err)
	}
	if _, err := byHand(old, `UPDATE documents SET amount = '1' WHERE doc_id = 'A'`); err != nil {
		t.Fatal(err)
	}
	if err := ledger.BeforeUpgrade(context.Background(), old.Ledger, 13, 14); err != nil {
		t.Fatal(err)
	}
	if err := ledger.SealOld(context.Background(), old.Ledger); err != nil {
		t.Fatal(err)
	}
	var text string
	if err := raw(old).QueryRowContext(context.Background(), `SELECT detail FROM history WHERE event = 'upgrade begun'`).Scan(&text); err != nil || !strings.Contains(text, "document A: amount was changed by another hand") {
		t.Errorf("%s %v", text, err)
	}
}
