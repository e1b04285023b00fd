package journaltest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/telling"
)

// A process that stood still while it sent a message has no say in it any more when another one has begun a try since:
// it sends nothing, it does not make it due at once beside that try, and it gives no name to a file of it. That it was
// sent counts, whoever says so.
func testLateTryOfAMessage(t *testing.T) {
	j, c := open(t)
	ctx := context.Background()
	s, _, err := j.TellingNow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.KeepTelling(ctx, s, nil, []telling.Message{{ID: "M", Kind: "digest", Recipient: "r", Channel: "mail", Address: "a@example.com", Subject: "s", Body: []byte("b")}}, nil); err != nil {
		t.Fatal(err)
	}
	take := func() telling.Message {
		t.Helper()
		due, err := j.DueMessages(ctx, c.at)
		if err != nil || len(due) != 1 {
			t.Fatalf("%d are due, %v", len(due), err)
		}
		if _, err := j.TakeMessage(ctx, due[0], c.at.Add(10*time.Minute)); err != nil {
			t.Fatal(err)
		}
		due[0].Tries++
		return due[0]
	}
	first := take()
	if err := j.StillOurs(ctx, first); err != nil {
		t.Errorf("it is the first one's: %v", err)
	}
	c.at = c.at.Add(11 * time.Minute)
	if err := j.StillOurs(ctx, first); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("another one may try it by now: %v", err)
	}
	second := take()
	if err := j.StillOurs(ctx, second); err != nil {
		t.Errorf("it is the second one's: %v", err)
	}
	if err := j.MessageStep(ctx, first, "late.part"); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("the first one keeps a step: %v", err)
	}
	if err := errors.Join(j.MessageFailed(ctx, first, "cut short", c.at), j.MessageFailed(ctx, first, "for good", time.Time{})); err != nil {
		t.Fatal(err)
	}
	if due, err := j.DueMessages(ctx, c.at); err != nil || len(due) != 0 {
		t.Errorf("the first one made it due beside the second one's try: %v %v", due, err)
	}
	if err := j.StillOurs(ctx, second); err != nil {
		t.Errorf("it is the second one's no more: %v", err)
	}
	if err := j.MessageSent(ctx, first); err != nil {
		t.Fatal(err)
	}
	if err := j.StillOurs(ctx, second); !errors.Is(err, ledger.ErrStale) {
		t.Errorf("it was sent, and is sent again: %v", err)
	}
}
