package journaltest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/said"
)

// clock is a settable time.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// tampered are the journals that a test wrote to as another hand would.
var tampered = map[*journal.Journal]bool{}

// open makes a journal. At the end of the test every row must be as its seal says: no transition writes by another way.
func open(t testing.TB) (*journal.Journal, *clock) {
	t.Helper()
	c := &clock{time.Date(2026, 3, 31, 23, 0, 0, 0, time.UTC)}
	j, err := database.Open(context.Background(), filepath.Join(t.TempDir(), "journal.db"), c.now, "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, diffs, err := j.VerifyFacts(context.Background()); (len(diffs) > 0 || err != nil) && !tampered[j] && !t.Failed() {
			t.Errorf("what the transitions left does not fit its seals: %v, %v", diffs, err)
		}
		if _, diffs, err := j.VerifyDerived(context.Background()); (len(diffs) > 0 || err != nil) && !tampered[j] && !t.Failed() {
			t.Errorf("what the transitions left is not what is kept of it: %v, %v", diffs, err)
		}
		if changes := silent(t, j); len(changes) > 0 && !unnamed[j] {
			t.Errorf("no event names these changes:\n%s", strings.Join(changes, "\n"))
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j, c
}

// unnamed are journals in which a test writes without an event.
var unnamed = map[*journal.Journal]bool{}

func arrival(id string) journal.Arrival {
	return journal.Arrival{Envelope: fis.Envelope{ID: id, DocType: fis.Expense, Document: []byte(`{"report":{"reportId":"R` + id + `"}}`)}, Route: "r", ReportID: "R" + id,
		Currency: "EUR", Amount: fis.Zero.Add(must("10.50"))}
}

func must(s string) fis.Amount {
	a, err := fis.ParseAmount(s)
	if err != nil {
		panic(err)
	}
	return a
}

// acknowledged stores and acknowledges documents.
func acknowledged(t testing.TB, j *journal.Journal, ids ...string) {
	t.Helper()
	ctx := context.Background()
	var list []journal.Arrival
	var outcomes []journal.AckOutcome
	for _, id := range ids {
		list = append(list, arrival(id))
		outcomes = append(outcomes, journal.AckOutcome{DocID: id, State: records.Acknowledged})
	}
	toAck, err := j.StoreArrivals(ctx, list, j.Now(), "c")
	if err != nil || len(toAck) != len(ids) {
		t.Fatalf("store: %v %v", toAck, err)
	}
	if err := j.SettleAck(ctx, outcomes); err != nil {
		t.Fatal(err)
	}
}

// uploaded brings a numbered file to the rename.
func uploaded(t testing.TB, j *journal.Journal, f records.File) records.File {
	t.Helper()
	f, err := begin(context.Background(), j, f)
	if err == nil {
		_, err = j.Uploaded(context.Background(), f)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// filed puts acknowledged documents into a file and drops it.
func filed(t testing.TB, j *journal.Journal, acceptance string, sequence int64, ids ...string) records.File {
	t.Helper()
	f, err := create(j, acceptance, sequence, ids...)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	f = uploaded(t, j, f)
	if err := j.DropDone(ctx, false, f); err != nil {
		t.Fatal(err)
	}
	f.State = records.Dropped
	return f
}

func create(j *journal.Journal, acceptance string, sequence int64, ids ...string) (records.File, error) {
	var parts []records.Part
	for _, id := range ids {
		parts = append(parts, records.Part{DocID: id})
	}
	return createParts(j, acceptance, sequence, parts...)
}

// createParts makes an import file of documents with two lines each.
func createParts(j *journal.Journal, acceptance string, sequence int64, parts ...records.Part) (records.File, error) {
	body := fmt.Sprintf("file %d", sequence)
	f := records.File{Route: "r", Sequence: sequence, Name: fmt.Sprintf("F%d.csv", sequence), TempName: fmt.Sprintf(".F%d.csv.part", sequence), Acceptance: acceptance, SHA256: ledger.Digest([]byte(body)), Size: int64(len(body)), Totals: map[string]records.Sum{}}
	for i := range parts {
		p := &parts[i]
		p.FirstLine, p.LastLine, p.Rows, p.Currency, p.Debit, p.Credit = 2*i, 2*i+1, 2, "EUR", must("10.50"), must("10.50")
	}
	err := j.CreateFile(context.Background(), &f, Parts(parts), strings.NewReader(body))
	return f, err
}

// answer applies a result file with one verdict for each document, and a verdict for the whole file when fileVerdict is
// given.
func answer(t testing.TB, j *journal.Journal, name string, verdicts map[string]fis.Outcome, file int64, fileVerdict *fis.Outcome) records.Counts {
	t.Helper()
	ctx := context.Background()
	sum := sha256.Sum256([]byte(name))
	r, err := j.CollectResult(ctx, "r", name, hex.EncodeToString(sum[:]), int64(len(name)), strings.NewReader(name), nil)
	if err != nil || r.State != records.Collected {
		t.Fatalf("collect: %v %v", r.State, err)
	}
	counts, err := j.ApplyResult(ctx, r, "test", func(a *journal.Apply) error {
		line := 0
		for _, id := range slices.Sorted(maps.Keys(verdicts)) {
			line++
			m, err := a.Match(records.Ref{Refs: fis.Refs{DocID: id}})
			if err != nil {
				return err
			}
			if err := a.Add(records.ResultRow{Line: line, Kind: records.OutcomeRow, DocID: m.Doc, FileID: m.File, Verdict: verdicts[id].Verdict, Problem: m.Problem}); err != nil {
				return err
			}
		}
		err := a.EachDocument(func(told said.Document) error { return a.Outcome(told, verdicts[told.Doc.ID]) })
		if err != nil {
			return err
		}
		if fileVerdict != nil {
			if err := a.FileVerdict(file, *fileVerdict); err != nil {
				return err
			}
		}
		return a.SettleFiles()
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

func state(t testing.TB, j *journal.Journal, id string) records.State {
	t.Helper()
	d, err := j.Document(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d.State
}

func confirmation(t testing.TB, j *journal.Journal, id string) string {
	t.Helper()
	c, ok, err := j.ConfirmationOf(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return ""
	}
	return string(c.State) + " " + string(c.Verdict)
}

func alarms(t testing.TB, j *journal.Journal) string {
	t.Helper()
	list, err := j.OpenAlarms(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, a := range list {
		out = append(out, a.Kind+" "+a.Subject)
	}
	return strings.Join(out, ", ")
}
