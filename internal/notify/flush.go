package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/telling"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/notify/post"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

const (
	// tryFor is how long a message is tried.
	tryFor = 24 * time.Hour
	// leased is how long nobody else tries a message that is being tried: longer than a try may take.
	leased = 10 * time.Minute
	// alarmKind is the kind of alarms about messages that could not be delivered.
	alarmKind = "message"
)

// wait is how long until the next try of a message that was tried so often: a minute at first, an hour at last.
func wait(tries int) time.Duration {
	b := &backoff.ExponentialBackOff{InitialInterval: time.Minute, Multiplier: 2, RandomizationFactor: 0.1, MaxInterval: time.Hour}
	b.Reset()
	d := b.NextBackOff()
	for range min(tries, 20) - 1 {
		d = b.NextBackOff()
	}
	return d
}

// flush sends what is due. One message that cannot be sent holds up no other, but those to a server that cannot be
// reached wait with it.
func (t *Teller) flush(ctx context.Context) error {
	due, err := t.w.Journal.DueMessages(ctx, t.w.Now())
	if err != nil {
		return err
	}
	away := map[string]error{} // servers that cannot be reached
	var errs []error
	lost := map[string]telling.Message{}
	for _, m := range due {
		if ctx.Err() != nil {
			break
		}
		err, given := t.try(ctx, m, away)
		if given {
			lost[place(m)] = m
		}
		if err != nil && !errors.Is(err, ledger.ErrStale) {
			errs = append(errs, err)
		}
	}
	if len(due) > 0 {
		errs = append(errs, t.alarm(context.WithoutCancel(ctx), lost))
	}
	return errors.Join(errs...)
}

// server names what a message needs to be reached.
func server(m telling.Message) string {
	if m.Channel == post.Mail {
		return post.Mail
	}
	return m.Channel + " " + m.Address
}

// place is where a message goes, in words.
func place(m telling.Message) string {
	if m.Channel == channelDrop {
		return "report " + m.Address
	}
	return m.Channel + " to " + m.Recipient
}

// try sends one message; given tells that it was given up.
func (t *Teller) try(ctx context.Context, m telling.Message, away map[string]error) (_ error, given bool) {
	if err := away[server(m)]; err != nil {
		return nil, false // it stays due, and is tried with the next pass
	}
	body, err := t.w.Journal.TakeMessage(ctx, m, t.w.Now().Add(leased))
	if err != nil {
		return err, false
	}
	m.Tries++
	killpoint.Here("message.intended")
	err = t.send(ctx, m, body)
	killpoint.Here("message.acted")
	keep := context.WithoutCancel(ctx)
	if err == nil {
		t.log.Info("message sent", "message", m.ID, "to", m.Recipient, "by", m.Channel)
		err = t.w.Journal.MessageSent(keep, m)
		killpoint.Here("message.done")
		return err, false
	}
	if errors.Is(err, ledger.ErrStale) { // another process took it while this one stood still: it is that one's to settle
		return err, false
	}
	var reach *post.ReachError
	if errors.As(err, &reach) {
		away[server(m)] = err
	}
	next := t.w.Now().Add(wait(m.Tries))
	var later *post.LaterError
	if errors.As(err, &later) {
		next = t.w.Now().Add(max(later.After, time.Minute))
	}
	var refused *post.RefusedError
	if ctx.Err() != nil {
		next = t.w.Now() // it was cut short, and nobody refused it
	} else if errors.As(err, &refused) || t.w.Now().Sub(m.Created) > tryFor {
		next, given = time.Time{}, true
	}
	t.log.Warn("message not sent", "message", m.ID, "to", m.Recipient, "by", m.Channel, "given_up", given, "error", err.Error())
	kept := t.w.Journal.MessageFailed(keep, m, wording.Visible(wording.Line(wording.Error(err))), next)
	return errors.Join(fmt.Errorf("%s: %w", place(m), err), kept), given
}

// send carries a message on its channel.
func (t *Teller) send(ctx context.Context, m telling.Message, body []byte) error {
	var l post.Letter
	if err := json.Unmarshal(body, &l); err != nil {
		return &post.RefusedError{Err: fmt.Errorf("read the message: %w", err)}
	}
	if m.Channel == channelDrop {
		return t.drop(ctx, m, l)
	}
	return t.sender.Send(ctx, m.Channel, m.Address, l, func(ctx context.Context) error { return t.w.Journal.StillOurs(ctx, m) })
}

// alarm says of which addresses the last message was given up. An alarm ends by itself when a later message arrives.
func (t *Teller) alarm(ctx context.Context, given map[string]telling.Message) error {
	now, err := t.w.Journal.OutboxNow(ctx)
	if err != nil {
		return err
	}
	var list []journal.Lasting
	seen := map[string]bool{}
	for _, m := range now.Lost {
		subject := place(m)
		if seen[subject] {
			continue
		}
		seen[subject] = true
		l := journal.Lasting{Subject: subject} // one that a person has resolved is not opened again
		if _, is := given[subject]; is {
			l.Why = why.New("message-given-up", "place", subject, "problem", m.Trouble, "created", m.Created.UTC().Format("2006-01-02 15:04"))
		}
		list = append(list, l)
	}
	return t.w.Journal.LastingAlarms(ctx, alarmKind, list, "a later message arrived")
}
