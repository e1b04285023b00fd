package journaltest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/tokens"
	"github.com/fisbridge/fisbridge/internal/why"
)

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
