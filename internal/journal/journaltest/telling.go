package journaltest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/telling"
)

// What is told is told by one of two who decide at once; a message is tried by one at a time, and ends sent or given up
// with a row in the history.
func testTellingIsDoneOnce(t *testing.T) {
	j, c := open(t)
	ctx := context.Background()
	first, _, err := j.TellingNow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	message := func(id string) telling.Message {
		return telling.Message{ID: id, Kind: "notice", Recipient: "r", Channel: "mail", Address: "a@example.com", Subject: "s", Body: []byte("body " + id)}
	}
	told := telling.Told{Recipient: "r", Matter: "held 1", Kind: "held", Print: "1", Facts: "{}", First: c.at, At: c.at, Times: 1}
	first.Began = c.at
	if err := j.KeepTelling(ctx, first, []telling.Told{told}, []telling.Message{message("m1"), message("m2")}, []telling.Period{{Report: "p", Period: "2026-11"}}); err != nil {
		t.Fatal(err)
	}
	if err := j.KeepTelling(ctx, first, nil, []telling.Message{message("m3")}, nil); !errors.Is(err, ledger.ErrStale) {
		t.Fatalf("told twice: %v", err)
	}
	second, known, err := j.TellingNow(ctx)
	if err != nil || len(known) != 1 || known[0].Print != "1" || !second.Began.Equal(c.at) {
		t.Fatalf("%+v %+v %v", second, known, err)
	}
	if made, err := j.PeriodsMade(ctx, "p"); err != nil || len(made) != 1 {
		t.Fatalf("%v %v", made, err)
	}
	due, err := j.DueMessages(ctx, c.at.Add(time.Hour))
	if err != nil || len(due) != 2 {
		t.Fatalf("%+v %v", due, err)
	}
	body, err := j.TakeMessage(ctx, due[0], c.at.Add(2*time.Hour))
	if err != nil || string(body) != "body m1" {
		t.Fatalf("%q %v", body, err)
	}
	if _, err := j.TakeMessage(ctx, due[0], c.at.Add(2*time.Hour)); !errors.Is(err, ledger.ErrStale) {
		t.Fatalf("two try one message: %v", err)
	}
	if err := j.MessageSent(ctx, due[0]); err != nil {
		t.Fatal(err)
	}
	if err := j.MessageFailed(ctx, due[1], "nobody there", time.Time{}); err != nil {
		t.Fatal(err)
	}
	box, err := j.OutboxNow(ctx)
	if err != nil || box.Waiting != 0 || len(box.Lost) > 1 {
		t.Fatalf("%+v %v", box, err)
	}
	told.Ended = c.at
	if err := j.KeepTelling(ctx, second, []telling.Told{told}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := j.AgeMessages(ctx, c.at.Add(1000*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if box, err := j.OutboxNow(ctx); err != nil || len(box.Lost) != 0 {
		t.Fatalf("%+v %v", box, err)
	}
}
