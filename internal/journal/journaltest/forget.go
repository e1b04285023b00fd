package journaltest

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/retention"
	"github.com/fisbridge/fisbridge/internal/why"
)

// name stands in every place where a text about a person can be.
const name = "Erika Mustermann"

// personal gives a journal with a finished document about a person, and an unfinished one of the same person in another
// import file.
func personal(t testing.TB) (*journal.Journal, *clock) {
	t.Helper()
	j, c := open(t)
	ctx := context.Background()
	var list []journal.Arrival
	for _, id := range []string{"A", "B"} {
		a := arrival(id)
		a.EmployeeID, a.Title, a.Person = "E-4711", "Trip to Graz", "Emma Personal"
		a.Envelope.Document = []byte(`{"employee":{"employeeId":"E7","name":"` + name + `"},"report":{"reportId":"R` + id + `"}}`)
		list = append(list, a)
	}
	if _, err := j.StoreArrivals(ctx, list, j.Now(), "c"); err != nil {
		t.Fatal(err)
	}
	if err := j.SettleAck(ctx, []journal.AckOutcome{{DocID: "A", State: records.Acknowledged}, {DocID: "B", State: records.Acknowledged}}); err != nil {
		t.Fatal(err)
	}
	if err := j.Hold(ctx, "A", "ask "+name); err != nil {
		t.Fatal(err)
	}
	if err := j.Release(ctx, "A", "asked "+name); err != nil {
		t.Fatal(err)
	}
	filed(t, j, "document", 1, "A")
	filed(t, j, "document", 2, "B")
	o := posted
	o.Messages = []fis.Message{{Code: "W1", Text: "vendor of " + name}}
	answer(t, j, "answer.csv", map[string]fis.Outcome{"A": o}, 0, nil)
	confirmNow(t, j, "A")
	payTo(t, j, name)
	if err := j.Alarm(ctx, "k", "A", why.Old("look at "+name, "r")); err != nil {
		t.Fatal(err)
	}
	if err := j.ResolveAbout(ctx, "A", "looked at "+name); err != nil {
		t.Fatal(err)
	}
	id, err := j.StartRun(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.EndRun(ctx, id, 3, `{"posted":1,"problems":["held: `+name+`"]}`); err != nil {
		t.Fatal(err)
	}
	return j, c
}

// payTo gives document A a payment to somebody, and Concur knows it.
func payTo(t testing.TB, j *journal.Journal, receiver string) {
	t.Helper()
	ctx := context.Background()
	body := "paid to " + receiver
	r, err := j.CollectResult(ctx, "r", "paid.csv", ledger.Digest([]byte(body)), int64(len(body)), strings.NewReader(body), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.ApplyResult(ctx, r, "csv", func(a *journal.Apply) error {
		d, err := a.Document("A")
		if err != nil {
			return err
		}
		p := fis.Payment{Reference: "P1", Status: fis.PaidCompletely, Amount: must("10.50"), Currency: "EUR", ReceiverName: receiver}
		problem, err := a.Payment(d, p, p, 1, true)
		if err != nil {
			return err
		}
		text, err := json.Marshal(p)
		if err != nil {
			return err
		}
		return a.Add(records.ResultRow{Line: 1, Kind: records.PaymentRow, DocID: "A", Problem: problem, Data: string(text)})
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := byHand(j, `UPDATE payments SET state = 'done', done_at = 'x'`); err != nil {
		t.Fatal(err)
	}
	tampered[j] = true // by the line before
}

// inFile counts how often the name stands in the journal: in the texts of its tables, and in what they keep deflated.
func inFile(t testing.TB, j *journal.Journal) (tables []string) {
	t.Helper()
	ctx := context.Background()
	for _, table := range tablesOf(t, j) {
		rows, err := ledger.QueryRows(ctx, j.Ledger, `SELECT * FROM `+table)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for rows.Next() {
			r, err := ledger.ScanAll(rows)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range r.Values {
				text := ledger.ValueText(v)
				if b, ok := v.([]byte); ok {
					text += inflated(b)
				}
				found = found || strings.Contains(text, name)
			}
		}
		rows.Close()
		if found {
			tables = append(tables, table)
		}
	}
	return tables
}

// inflated is what the journal keeps deflated, empty when it is something else.
func inflated(b []byte) string {
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(b)))
	if err != nil {
		return ""
	}
	return string(text)
}

func sound(t testing.TB, j *journal.Journal) {
	t.Helper()
	if _, _, breaks, err := j.VerifyHistory(context.Background()); len(breaks) > 0 || err != nil {
		t.Errorf("the history: %v, %v", breaks, err)
	}
}

// The retention rule reaches every text about what is finished, and nothing of what is not; the history verifies.
func testRetentionReachesEveryCopy(t *testing.T) {
	j, c := personal(t)
	ctx := context.Background()
	if n := len(inFile(t, j)); n < 7 {
		t.Fatalf("the name stands in %v only", inFile(t, j))
	}
	c.at = c.at.AddDate(0, 0, 40)
	n, err := j.Age(ctx, c.at.AddDate(0, 0, -30))
	if err != nil || n.Payloads != 1 || n.Texts != 1 {
		t.Errorf("%+v %v", n, err)
	}
	if got := strings.Join(inFile(t, j), " "); got != "payloads result_chunks" { // of B, and of a file that was not moved away
		t.Errorf("the name still stands in %s", got)
	}
	sound(t, j)
	if n, err := j.Age(ctx, c.at.AddDate(0, 0, -30)); n != (retention.Aged{}) || err != nil {
		t.Errorf("once more: %+v %v", n, err)
	}
	d, err := j.Document(ctx, "A")
	if err != nil || d.State != records.Posted || !d.Amount.Equal(must("10.50")) {
		t.Errorf("%+v %v", d, err)
	}
}

// Forgetting refuses unfinished work, and leaves nothing that says who it was.
func testForget(t *testing.T) {
	j, _ := personal(t)
	ctx := context.Background()
	if _, err := j.Forget(ctx, []string{"A", "B"}, "request"); !errors.Is(err, retention.ErrUnfinished) || !strings.Contains(err.Error(), "document B is filed") {
		t.Fatalf("%v", err)
	}
	if _, err := j.Payload(ctx, "A"); err != nil {
		t.Fatal("something went though it was refused")
	}
	f, err := j.Forget(ctx, []string{"A"}, "request")
	if err != nil || len(f.Documents) != 1 || len(f.Results) != 2 {
		t.Fatalf("%+v %v", f, err)
	}
	for _, table := range inFile(t, j) {
		if table != "payloads" && table != "runs" { // of B; and a run's summary, which ages out
			t.Errorf("the name still stands in %s", table)
		}
	}
	sound(t, j)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(j.Path())
	if errors.Is(err, fs.ErrNotExist) { // it lies in a server: what was overwritten goes with its vacuum
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(content, []byte("asked "+name)); n > 0 {
		t.Errorf("%d places of the file still hold a reason", n)
	}
}

// A detail that somebody empties without a word is found, though the database lets details be emptied.
func testEmptiedWithoutAWord(t *testing.T) {
	j, _ := personal(t)
	if _, err := byHand(j, `UPDATE history SET detail = '', salt = '' WHERE event = 'held'`); err != nil {
		t.Fatal(err)
	}
	_, _, breaks, err := j.VerifyHistory(context.Background())
	if err != nil || len(breaks) != 1 || !strings.Contains(breaks[0].Reason, "no later row says so") {
		t.Errorf("%v %v", breaks, err)
	}
	for _, statement := range []string{`UPDATE history SET detail = 'x' WHERE seq = 2`, `UPDATE history SET detail = '', salt = '', actor = 'x' WHERE seq = 2`, `DELETE FROM history`} {
		if _, err := byHand(j, statement); err == nil {
			t.Errorf("the database allows %s", statement)
		}
	}
}
