package journaltest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/tokens"
	"github.com/fisbridge/fisbridge/internal/why"
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
		err := a.EachDocument(func(told journal.Told) error { return a.Outcome(told, verdicts[told.Doc.ID]) })
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

var (
	posted   = fis.Outcome{Verdict: fis.Posted, Number: "1900000001", Company: "1000"}
	rejected = fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "account blocked"}}}
)

// A document that is offered although it was acknowledged is asked for again, and waits until Concur has answered; a
// held one stays held.
func testDocumentOfferedTwiceIsStoredOnce(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "H")
	if err := j.Hold(ctx, "H", "waits for a person"); err != nil {
		t.Fatal(err)
	}
	toAck, err := j.StoreArrivals(ctx, []journal.Arrival{arrival("A"), arrival("B"), arrival("H")}, j.Now(), "c")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(toAck, " ") != "A B" {
		t.Errorf("to acknowledge %v, want A and B", toAck)
	}
	for id, want := range map[string]records.State{"A": records.Stored, "B": records.Stored, "H": records.Held} {
		if d, err := j.Document(ctx, id); err != nil || d.State != want {
			t.Errorf("%s is %s, %v; want %s", id, d.State, err, want)
		}
	}
	if err := j.SettleAck(ctx, []journal.AckOutcome{{DocID: "A", State: records.Acknowledged, Code: 101}}); err != nil {
		t.Fatal(err)
	}
	if n, err := j.Unlocked(ctx, []string{"A", "H"}, why.New("lock-without-effect")); err != nil || n != 1 {
		t.Errorf("%d taken back, %v", n, err)
	}
}

func testPayloadComesBackByteForByte(t *testing.T) {
	j, _ := open(t)
	tampered[j] = true
	acknowledged(t, j, "A")
	env, err := j.Payload(context.Background(), "A")
	if err != nil || string(env.Document) != string(arrival("A").Envelope.Document) {
		t.Fatalf("%q %v", env.Document, err)
	}
	if _, err := byHand(j, `UPDATE documents SET payload_sha256 = 'x' WHERE doc_id = 'A'`); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Payload(context.Background(), "A"); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("damaged payload: %v", err)
	}
}

func testDocumentIsInOneFileOnly(t *testing.T) {
	j, _ := open(t)
	acknowledged(t, j, "A", "B")
	filed(t, j, "document", 1, "A")
	if _, err := create(j, "document", 2, "B", "A"); err == nil {
		t.Fatal("a document went into a second file")
	}
	if s := state(t, j, "B"); s != records.Acknowledged {
		t.Errorf("B is %s: the refused file left something behind", s)
	}
	if n, err := j.NextSequence(context.Background(), "r"); n != 2 || err != nil {
		t.Errorf("next number %d %v, want 2: no gap", n, err)
	}
	if _, err := create(j, "document", 3, "B"); !errors.Is(err, journal.ErrSequence) {
		t.Errorf("a number was left out: %v", err)
	}
}

func testFileBytesAreThoseThatWereFixed(t *testing.T) {
	j, _ := open(t)
	acknowledged(t, j, "A")
	body := strings.Repeat("0123456789abcdef", ledger.ChunkSize/8) + "end" // two chunks and a bit
	f := records.File{Route: "r", Sequence: 1, Name: "n", TempName: "t", Size: int64(len(body))}
	if err := j.CreateFile(context.Background(), &f, Parts{{DocID: "A"}}, strings.NewReader(body)); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(j.FileBytes(context.Background(), f.ID))
	if err != nil || string(got) != body {
		t.Fatalf("%d bytes of %d, %v", len(got), len(body), err)
	}
}

func testOutcomesOfADocumentByDocumentERP(t *testing.T) {
	j, _ := open(t)
	acknowledged(t, j, "A", "B", "C")
	f := filed(t, j, "document", 1, "A", "B", "C")
	counts := answer(t, j, "one", map[string]fis.Outcome{"A": posted, "B": rejected, "Z": posted}, 0, nil)
	if counts != (records.Counts{Total: 3, Outcomes: 2, Listed: 1, Posted: 1, Rejected: 1}) {
		t.Errorf("counts %+v", counts)
	}
	if state(t, j, "A") != records.Posted || state(t, j, "B") != records.Rejected || state(t, j, "C") != records.Filed {
		t.Error("states")
	}
	if confirmation(t, j, "A") != "pending posted" || confirmation(t, j, "B") != "pending rejected" || confirmation(t, j, "C") != "" {
		t.Error("confirmations")
	}
	if got := alarms(t, j); got != "result lines result 1" {
		t.Errorf("alarms %q", got)
	}
	answer(t, j, "two", map[string]fis.Outcome{"A": posted, "C": posted}, 0, nil)
	if got, err := j.File(context.Background(), f.ID); got.State != records.Answered || err != nil {
		t.Errorf("file is %s %v", got.State, err)
	}
}

func testOneRejectedDocumentReissuesAnAllOrNothingFile(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B", "C")
	first := filed(t, j, "file", 1, "A", "B", "C")
	answer(t, j, "errors", map[string]fis.Outcome{"B": rejected}, 0, nil)
	if state(t, j, "B") != records.Rejected || confirmation(t, j, "B") != "pending rejected" {
		t.Error("the rejected one is not confirmed as an error")
	}
	for _, id := range []string{"A", "C"} {
		if d, _ := j.Document(ctx, id); d.State != records.Acknowledged || d.ReissueOf != first.ID || confirmation(t, j, id) != "" {
			t.Errorf("%s: %+v %s", id, d, confirmation(t, j, id))
		}
	}
	second := filed(t, j, "file", 2, "A", "C")
	answer(t, j, "half", map[string]fis.Outcome{"A": posted}, 0, nil)
	if state(t, j, "A") != records.Filed || confirmation(t, j, "A") != "waiting posted" {
		t.Error("confirmed before the file was accepted completely")
	}
	answer(t, j, "rest", map[string]fis.Outcome{"C": posted}, 0, nil)
	if state(t, j, "A") != records.Posted || state(t, j, "C") != records.Posted || confirmation(t, j, "A") != "pending posted" {
		t.Error("complete acceptance did not post all")
	}
	if f, _ := j.File(ctx, second.ID); f.State != records.Accepted {
		t.Errorf("second file is %s", f.State)
	}
	if f, _ := j.File(ctx, first.ID); f.State != records.Withdrawn {
		t.Errorf("first file is %s", f.State)
	}
}

func testRefusedFileHoldsItsDocumentsUntilAPersonReissues(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A", "B")
	f := filed(t, j, "file", 1, "A", "B")
	answer(t, j, "refused", nil, f.ID, &rejected)
	if state(t, j, "A") != records.Held || alarms(t, j) != "refused file file r/1" {
		t.Errorf("A is %s, alarms %q", state(t, j, "A"), alarms(t, j))
	}
	if err := j.Release(ctx, "A", "x"); err == nil {
		t.Error("released while its file still counts")
	}
	if err := j.Reissue(ctx, f.ID, map[string]fis.Outcome{"B": rejected}, "B is wrong"); err != nil {
		t.Fatal(err)
	}
	if state(t, j, "A") != records.Acknowledged || state(t, j, "B") != records.Rejected || alarms(t, j) != "" {
		t.Errorf("A %s, B %s, alarms %q", state(t, j, "A"), state(t, j, "B"), alarms(t, j))
	}
	filed(t, j, "file", 2, "A")
}

func testTheERPChangesItsMind(t *testing.T) {
	for _, c := range []struct {
		name          string
		first, second fis.Outcome
		sent          bool
		want          string
		confirmation  string
	}{
		{"the same again", posted, posted, true, "", "done posted"},
		{"duplicate after posted", posted, fis.Outcome{Verdict: fis.Duplicate}, true, "", "done posted"},
		{"rejected after posted, Concur not told yet", posted, rejected, false, "changed outcome A", "stuck posted"},
		{"rejected after posted, Concur told", posted, rejected, true, "changed outcome A", "done posted"},
		{"posted after rejected", rejected, posted, true, "changed outcome A", "done rejected"},
		{"another number", posted, fis.Outcome{Verdict: fis.Posted, Number: "2"}, true, "changed outcome A", "done posted"},
		{"duplicate, first outcome unknown", fis.Outcome{Verdict: fis.Duplicate}, fis.Outcome{Verdict: fis.Duplicate}, false, "duplicate A", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			j, _ := open(t)
			acknowledged(t, j, "A")
			filed(t, j, "document", 1, "A")
			answer(t, j, "one", map[string]fis.Outcome{"A": c.first}, 0, nil)
			if c.sent {
				confirmNow(t, j, "A")
			}
			answer(t, j, "two", map[string]fis.Outcome{"A": c.second}, 0, nil)
			if got := alarms(t, j); got != c.want {
				t.Errorf("alarms %q, want %q", got, c.want)
			}
			if got := confirmation(t, j, "A"); got != c.confirmation {
				t.Errorf("confirmation %q, want %q", got, c.confirmation)
			}
		})
	}
}

func confirmNow(t testing.TB, j *journal.Journal, id string) {
	t.Helper()
	ctx := context.Background()
	if err := intend(ctx, j, id); err != nil {
		t.Fatal(err)
	}
	if err := j.SettleConfirmations(ctx, []journal.Settled{{DocID: id, State: records.Done}}); err != nil {
		t.Fatal(err)
	}
}

func testPaymentWaitsForThePostingAndIsKeptOnce(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A")
	filed(t, j, "document", 1, "A")
	pay := func(name string, p fis.Payment, want string) {
		r, err := j.CollectResult(ctx, "r", name, name, int64(len(name)), strings.NewReader(name), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := j.ApplyResult(ctx, r, "test", func(a *journal.Apply) error {
			d, err := a.Document("A")
			if err != nil {
				return err
			}
			problem, err := a.Payment(d, p, p, 1, true)
			if err == nil && !strings.Contains(problem, want) || want == "" && problem != "" {
				t.Errorf("%s: problem %q, want %q", name, problem, want)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	p := fis.Payment{Status: fis.PaidCompletely, Reference: "P1", Amount: must("10.50"), Currency: "EUR"}
	pay("first", p, "")
	pay("again", p, "")
	other := p
	other.Amount = must("11")
	pay("other", other, "was used before")
	due := func() int {
		list, err := j.DuePayments(ctx, fis.Expense, 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if due() != 0 {
		t.Error("a payment is due before the posting is confirmed")
	}
	answer(t, j, "posting", map[string]fis.Outcome{"A": posted}, 0, nil)
	confirmNow(t, j, "A")
	if due() != 1 {
		t.Error("the payment is not due after the posting was confirmed")
	}
}

func testHistoryFindsEveryTampering(t *testing.T) {
	const last = `(SELECT MAX(seq) FROM history)`
	for name, c := range map[string]struct {
		damage string
		row    int64 // that the finding names; 0: the last one
		reason string
	}{
		"edited":                        {`UPDATE history SET detail = '{"reason":"other"}' WHERE seq = 3`, 3, "edited"},
		"edited time":                   {`UPDATE history SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 2`, 2, "edited"},
		"edited and given a new hash":   {`UPDATE history SET actor = 'x', hash = 'x' WHERE seq = 3`, 3, "edited"},
		"new hash fits":                 {`rehash 3`, 4, "the one before was"},
		"last one, new hash fits":       {`rehash last`, 0, "the last row was edited"},
		"deleted":                       {`DELETE FROM history WHERE seq = 2`, 3, "row 2 is missing before it"},
		"several deleted":               {`DELETE FROM history WHERE seq IN (2,3)`, 4, "rows 2 to 3 are missing"},
		"deleted first":                 {`DELETE FROM history WHERE seq = 1`, 2, "row 1 is missing"},
		"deleted last":                  {`DELETE FROM history WHERE seq = ` + last, 0, "is missing behind it, at the end"},
		"cut off":                       {`DELETE FROM history WHERE seq > 2`, 2, "are missing behind it"},
		"all deleted":                   {`DELETE FROM history`, 0, "are missing behind it"},
		"all, and the end that is kept": {`DELETE FROM history; DELETE FROM meta`, 0, "what was kept of the last row is gone"},
		"the end that is kept":          {`DELETE FROM meta WHERE name = 'history_head'`, 0, "what was kept of the last row is gone"},
		"appended":                      {`INSERT INTO history (seq, at, event, doc_id, file_id, result_id, actor, correlation, detail, hash) SELECT seq + 1, at, event, doc_id, file_id, result_id, actor, correlation, detail, hash FROM history WHERE seq = ` + last, 0, "put in"},
		"put in front":                  {`INSERT INTO history (seq, at, event, doc_id, file_id, result_id, actor, correlation, detail, hash) SELECT 0, at, event, doc_id, file_id, result_id, actor, correlation, detail, hash FROM history WHERE seq = 1`, 0, "was put in"},
		"put in between":                {`UPDATE history SET seq = seq + 1000 WHERE seq > 2; UPDATE history SET seq = seq - 999 WHERE seq > 1000; INSERT INTO history (seq, at, event, doc_id, file_id, result_id, actor, correlation, detail, hash) SELECT 3, at, 'released', doc_id, file_id, result_id, actor, correlation, detail, hash FROM history WHERE seq = 1`, 3, "put in"},
		"two swapped":                   {`UPDATE history SET seq = -seq WHERE seq IN (2,3); UPDATE history SET seq = 5 + seq WHERE seq < 0`, 2, "edited"},
		"documents exchanged":           {`UPDATE history SET doc_id = CASE doc_id WHEN 'A' THEN 'B' ELSE 'A' END WHERE doc_id IN ('A','B')`, 1, "edited"},
		"column boundary":               {`UPDATE history SET event = event || 'A', doc_id = '' WHERE seq = 1`, 1, "edited"},
	} {
		t.Run(name, func(t *testing.T) {
			j, _ := open(t)
			acknowledged(t, j, "A", "B")
			filed(t, j, "document", 1, "A", "B")
			n, _, breaks, err := j.VerifyHistory(context.Background())
			if n == 0 || breaks != nil || err != nil {
				t.Fatalf("untouched: %d %v %v", n, breaks, err)
			}
			tamper(t, j, c.damage, n)
			_, _, breaks, err = j.VerifyHistory(context.Background())
			if err != nil || !slices.ContainsFunc(breaks, func(b ledger.Break) bool {
				return strings.Contains(b.Reason, c.reason) && (c.row == 0 || b.Seq == c.row)
			}) {
				t.Errorf("want a break at row %d that says %q: %v %v", c.row, c.reason, breaks, err)
			}
		})
	}
}

// tamper changes the history as somebody with the database in his hands would: the triggers first. "rehash N" edits a
// row and gives it the hash that fits.
func tamper(t *testing.T, j *journal.Journal, damage string, rows int64) {
	t.Helper()
	tampered[j] = true
	if _, err := byHand(j, `UPDATE history SET event = 'x' WHERE seq = 1`); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Errorf("a row could be edited: %v", err)
	}
	if _, err := byHand(j, `DELETE FROM history`); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Errorf("rows could be deleted: %v", err)
	}
	if _, err := byHand(j, `DROP TRIGGER history_no_update; DROP TRIGGER history_no_delete`); err != nil {
		t.Fatal(err)
	}
	if which, ok := strings.CutPrefix(damage, "rehash "); ok {
		seq := rows
		if which != "last" {
			seq = int64(which[0] - '0')
		}
		var before string
		if err := raw(j).QueryRow(`SELECT hash FROM history WHERE seq = $1`, seq-1).Scan(&before); err != nil {
			t.Fatal(err)
		}
		rows, err := raw(j).Query(`SELECT `+ledger.EventColumns+` FROM history WHERE seq = $1`, seq)
		if err != nil || !rows.Next() {
			t.Fatal(err)
		}
		e, err := ledger.ScanEvent(rows)
		if err = errors.Join(err, rows.Close()); err != nil {
			t.Fatal(err)
		}
		e.Actor = "somebody else"
		if _, err := byHand(j, `UPDATE history SET actor = $1, hash = $2 WHERE seq = $3`, e.Actor, ledger.Chain(before, e), seq); err != nil {
			t.Fatal(err)
		}
		return
	}
	if _, err := byHand(j, damage); err != nil {
		t.Fatal(err)
	}
}

func testRetentionNeverTouchesUnfinishedWork(t *testing.T) {
	j, c := open(t)
	tampered[j] = true
	ctx := context.Background()
	acknowledged(t, j, "done", "open", "unconfirmed", "unpaid")
	filed(t, j, "document", 1, "done", "open", "unconfirmed", "unpaid")
	answer(t, j, "one", map[string]fis.Outcome{"done": posted, "unconfirmed": posted, "unpaid": posted}, 0, nil)
	confirmNow(t, j, "done")
	confirmNow(t, j, "unpaid")
	if _, err := byHand(j, `INSERT INTO payments (id, reference, doc_id, doc_type, state, status, payment, content_sha256, due_at) VALUES (1,'P','unpaid','expense','pending','CP','{}','',''), (2,'Q','done','expense','done','CP','{}','','')`); err != nil {
		t.Fatal(err)
	}
	c.at = c.at.AddDate(0, 0, 40)
	n, err := j.Age(ctx, c.at.AddDate(0, 0, -30))
	if n.Payloads != 1 || err != nil {
		t.Errorf("%+v went, %v; want 1 payload", n, err)
	}
	for _, id := range []string{"open", "unconfirmed", "unpaid"} {
		if _, err := j.Payload(ctx, id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, err := j.Payload(ctx, "done"); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("done: %v", err)
	}
}

// What has aged out is not in the file any more either, where anybody could read it in pages that the database has
// freed.
func testAgedOutIsGoneFromTheFile(t *testing.T) {
	j, c := open(t)
	tampered[j] = true
	ctx := context.Background()
	acknowledged(t, j, "done", "open")
	filed(t, j, "document", 1, "done", "open")
	answer(t, j, "one", map[string]fis.Outcome{"done": posted}, 0, nil)
	confirmNow(t, j, "done")
	marks := map[string][]byte{}
	for _, id := range []string{"done", "open"} {
		mark := []byte(fmt.Sprintf("%-64s", "payload of "+id))
		if _, err := byHand(j, `UPDATE payloads SET body = $1 WHERE doc_id = $2`, mark, id); err != nil {
			t.Fatal(err)
		}
		marks[id] = mark
	}
	c.at = c.at.AddDate(0, 0, 40)
	if n, err := j.Age(ctx, c.at.AddDate(0, 0, -30)); n.Payloads != 1 || err != nil {
		t.Fatal(n, err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(j.Path())
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(content, marks["done"]) || !bytes.Contains(content, marks["open"]) {
		t.Errorf("in the file: finished %v, unfinished %v", bytes.Contains(content, marks["done"]), bytes.Contains(content, marks["open"]))
	}
}

func testSameContentUnderAnotherNameChangesNothing(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	a, err := j.CollectResult(ctx, "r", "a", "h", 1, strings.NewReader("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := j.CollectResult(ctx, "r", "b", "h", 1, strings.NewReader("x"), nil)
	if err != nil || b.State != records.Repeated || b.ID == a.ID {
		t.Errorf("%+v %v", b, err)
	}
	again, err := j.CollectResult(ctx, "r", "a", "h", 1, strings.NewReader("x"), nil)
	if err != nil || again.ID != a.ID {
		t.Errorf("%+v %v", again, err)
	}
	other, err := j.CollectResult(ctx, "r", "a", "h2", 1, strings.NewReader("y"), nil)
	if err != nil || other.State != records.Collected {
		t.Errorf("same name, new content: %+v %v", other, err)
	}
}

func testManyWritersMeetNoBusyError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	errs := make(chan error)
	const writers = 3
	for w := range writers {
		j, err := database.Open(context.Background(), path, time.Now, fmt.Sprint("writer ", w)) // a pool of its own: another process, for the database
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		go func() {
			for n := range 30 {
				if err := j.Alarm(context.Background(), "k", fmt.Sprintf("%d-%d", w, n), why.Old("m", "r")); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range writers {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	j, err := database.Open(context.Background(), path, time.Now, "reader")
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if list, err := j.OpenAlarms(context.Background()); len(list) != writers*30 || err != nil {
		t.Errorf("%d alarms, %v", len(list), err)
	}
	if _, _, breaks, err := j.VerifyHistory(context.Background()); breaks != nil || err != nil {
		t.Errorf("the chain broke: %v %v", breaks, err)
	}
}

func testLeaseGoesOverWhenItsTimeIsOut(t *testing.T) {
	j, c := open(t)
	ctx := context.Background()
	if _, ok, err := j.LockToken(ctx, "co", "one", time.Minute); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, ok, _ := j.LockToken(ctx, "co", "two", time.Minute); ok {
		t.Error("two hold the same lease")
	}
	c.at = c.at.Add(2 * time.Minute)
	unlock, ok, _ := j.LockToken(ctx, "co", "two", time.Minute)
	if !ok {
		t.Error("a dead process keeps its lease for ever")
	}
	unlock()
	if _, ok, _ := j.LockToken(ctx, "co", "three", time.Minute); !ok {
		t.Error("a released lease is not free")
	}
}

func testTokenIsReplacedOnlyByWhoReadIt(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	if err := j.SaveToken(ctx, "co", tokens.TokenRow{Refresh: "a"}, testKey(t)); err != nil {
		t.Fatal(err)
	}
	r, err := j.Token(ctx, "co")
	if err != nil || r.Version != 1 {
		t.Fatal(r.Version, err)
	}
	if err := j.SaveToken(ctx, "co", tokens.TokenRow{Refresh: "b", Version: 1}, testKey(t)); err != nil {
		t.Fatal(err)
	}
	if err := j.SaveToken(ctx, "co", tokens.TokenRow{Refresh: "c", Version: 1}, testKey(t)); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("a newer token was overwritten: %v", err)
	}
	if err := j.SaveToken(ctx, "co", tokens.TokenRow{Refresh: "c"}, testKey(t)); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("a stored token was overwritten: %v", err)
	}
}

func testBackupIsAWholeJournal(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A")
	path := filepath.Join(t.TempDir(), "backup.db")
	if err := j.Backup(ctx, path); err != nil {
		t.Fatal(err)
	}
	copied, err := database.Open(ctx, path, time.Now, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	if _, err := copied.Payload(ctx, "A"); err != nil {
		t.Error(err)
	}
	if _, _, breaks, err := copied.VerifyHistory(ctx); breaks != nil || err != nil {
		t.Error(breaks, err)
	}
}

// The race is rare: without the lock around migrations about every fifth round fails.
func testNewJournalOpenedByManyAtOnce(t *testing.T) {
	for range 15 {
		path := filepath.Join(t.TempDir(), "journal.db")
		errs := make(chan error)
		const n = 6
		for range n {
			go func() {
				j, err := database.Open(context.Background(), path, time.Now, "test")
				if err == nil {
					err = j.Close()
				}
				errs <- err
			}()
		}
		for range n {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	}
}

// testKey seals the tokens of tests.
func testKey(t *testing.T) tokens.TokenKey {
	t.Helper()
	key, err := tokens.NewTokenKey("a key for tests, of 32 characters")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// begin begins the upload of one file.
func begin(ctx context.Context, j *journal.Journal, f records.File) (records.File, error) {
	begun, err := j.BeginUpload(ctx, []records.File{f}, func(f records.File, fence int64) string { return fmt.Sprintf(".%s.%d", f.Name, fence) })
	if err != nil {
		return f, err
	}
	return begun[0], nil
}
