package telling

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

const messageColumns = `id, kind, recipient, channel, address, subject, state, step, created_at, tries, next_at, trouble, settled_at`

func scanMessage(rows *sql.Rows) (m Message, err error) {
	var created, next, settled string
	err = rows.Scan(&m.ID, &m.Kind, &m.Recipient, &m.Channel, &m.Address, &m.Subject, &m.State, &m.Step, &created, &m.Tries, &next, &m.Trouble, &settled)
	m.Created, m.Next, m.Settled = ledger.Time(created), ledger.Time(next), ledger.Time(settled)
	return m, err
}

func (j *Telling) messages(ctx context.Context, where string, args ...any) ([]Message, error) {
	list, err := ledger.List(ctx, j.Ledger, `SELECT `+messageColumns+` FROM outbox WHERE `+where, args, scanMessage)
	if err != nil {
		return nil, fmt.Errorf("journal: read messages: %w", err)
	}
	return list, nil
}

// DueMessages are the messages that are to be sent by now, the oldest first, without their bodies.
func (j *Telling) DueMessages(ctx context.Context, now time.Time) ([]Message, error) {
	return j.messages(ctx, `state = 'due' AND next_at <= $1 ORDER BY created_at, id`, ledger.Stamp(now))
}

// TakeMessage begins a try of a message, and gives its body: nobody else tries it until the given time. ErrStale:
// somebody else has taken it.
func (j *Telling) TakeMessage(ctx context.Context, m Message, until time.Time) (body []byte, err error) {
	err = ledger.In(ctx, j.Ledger, "take a message", func(t *ledger.Tx) error {
		if err := t.One(`UPDATE outbox SET tries = tries + 1, next_at = $1 WHERE id = $2 AND state = 'due' AND next_at = $3`, ledger.Stamp(until), m.ID, ledger.Stamp(m.Next)); err != nil {
			return err
		}
		var packed []byte
		if err := t.QueryRowContext(ctx, `SELECT body FROM outbox WHERE id = $1`, m.ID).Scan(&packed); err != nil {
			return err
		}
		body, err = ledger.Inflate(packed)
		return err
	})
	return body, err
}

// StillOurs is asked in the last moment before a message goes out: ErrStale when somebody else has begun a try of it
// since m was taken, or may by now, as after a process stood still.
func (j *Telling) StillOurs(ctx context.Context, m Message) error {
	n, err := ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM outbox WHERE id = $1 AND state = 'due' AND tries = $2 AND next_at > $3`, m.ID, m.Tries, ledger.Stamp(j.Now()))
	if err == nil && n == 0 {
		err = fmt.Errorf("message %s: %w", m.ID, ledger.ErrStale)
	}
	return err
}

// MessageStep commits how far the sending of a message is. ErrStale: somebody else tries it since.
func (j *Telling) MessageStep(ctx context.Context, m Message, step string) error {
	return ledger.In(ctx, j.Ledger, "keep the step of a message", func(t *ledger.Tx) error {
		return t.One(`UPDATE outbox SET step = $1 WHERE id = $2 AND state = 'due' AND tries = $3`, step, m.ID, m.Tries)
	})
}

// MessageSent commits that the other side has taken a message, whichever try it was.
func (j *Telling) MessageSent(ctx context.Context, m Message) error {
	return ledger.In(ctx, j.Ledger, "keep that a message was sent", func(t *ledger.Tx) error {
		n, err := t.Exec(`UPDATE outbox SET state = 'sent', trouble = '', settled_at = $1 WHERE id = $2 AND state = 'due'`, t.At, m.ID)
		if err != nil || n == 0 { // somebody else was faster
			return err
		}
		return t.Event("message sent", ledger.About{}, ledger.Detail{"message": m.ID, "to": m.Recipient, "by": m.Channel, "about": m.Kind})
	})
}

// MessageFailed commits that a try failed: why, and when the next one is; zero: there is none. What a later try has
// begun is left to that one.
func (j *Telling) MessageFailed(ctx context.Context, m Message, trouble string, next time.Time) error {
	return ledger.In(ctx, j.Ledger, "keep that a message was not sent", func(t *ledger.Tx) error {
		if !next.IsZero() {
			_, err := t.Exec(`UPDATE outbox SET trouble = $1, next_at = $2 WHERE id = $3 AND state = 'due' AND tries = $4`, trouble, ledger.Stamp(next), m.ID, m.Tries)
			return err
		}
		n, err := t.Exec(`UPDATE outbox SET state = 'given up', trouble = $1, settled_at = $2 WHERE id = $3 AND state = 'due' AND tries = $4`, trouble, t.At, m.ID, m.Tries)
		if err != nil || n == 0 {
			return err
		}
		return t.Event("message given up", ledger.About{}, ledger.Detail{"message": m.ID, "to": m.Recipient, "by": m.Channel, "about": m.Kind})
	})
}

// Outbox is what is to be known of messages: those that wait, and the last of each address that was given up.
type Outbox struct {
	// Waiting are messages that are not sent yet, Failing those of them that were tried in vain.
	Waiting int `json:"waiting"`
	Failing int `json:"failing"`
	// Trouble is why the oldest of them was not sent, Since when it was made.
	Trouble string    `json:"trouble,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	// Lost are the last messages to their addresses, where those were given up.
	Lost []Message `json:"given_up,omitempty"`
}

// OutboxNow reads it.
func (j *Telling) OutboxNow(ctx context.Context) (o Outbox, err error) {
	waiting, err := j.messages(ctx, `state = 'due' ORDER BY created_at, id`)
	if err != nil {
		return o, err
	}
	o.Waiting = len(waiting)
	for _, m := range waiting {
		if m.Trouble == "" {
			continue
		}
		if o.Failing++; o.Trouble == "" {
			o.Trouble, o.Since = m.Trouble, m.Created
		}
	}
	o.Lost, err = j.messages(ctx, `state = 'given up' AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.recipient = outbox.recipient AND l.channel = outbox.channel AND l.address = outbox.address
		AND l.settled_at > outbox.settled_at) ORDER BY settled_at, id`)
	return o, err
}

// AgeMessages removes messages that are settled, and what was told of matters that are over, since before the given
// moment.
func (j *Telling) AgeMessages(ctx context.Context, before time.Time) error {
	return ledger.In(ctx, j.Ledger, "age out messages", func(t *ledger.Tx) error {
		at := ledger.Stamp(before)
		if _, err := t.Exec(`DELETE FROM outbox WHERE state <> 'due' AND settled_at < $1`, at); err != nil {
			return err
		}
		_, err := t.Exec(`DELETE FROM told WHERE ended_at <> '' AND ended_at < $1`, at)
		return err
	})
}

// Rejected is how many documents of a route were rejected since a moment, by currency, and when the last of them was.
type Rejected struct {
	Route, Currency string
	Amount          string
	At              time.Time
}

// RejectedSince gives the documents that were rejected since a moment.
func (j *Telling) RejectedSince(ctx context.Context, since time.Time) ([]Rejected, error) {
	list, err := ledger.List(ctx, j.Ledger, `SELECT route, currency, amount, state_since FROM documents WHERE state = 'rejected' AND state_since >= $1 ORDER BY state_since, doc_id`, []any{ledger.Stamp(since)},
		func(rows *sql.Rows) (r Rejected, err error) {
			var at string
			err = rows.Scan(&r.Route, &r.Currency, &r.Amount, &at)
			r.At = ledger.Time(at)
			return r, err
		})
	if err != nil {
		return nil, fmt.Errorf("journal: read rejected documents: %w", err)
	}
	return list, nil
}

// SlotsAt are the scheduled times of a schedule since a moment that were begun, run or missed, by their time (Unix).
func (j *Telling) SlotsAt(ctx context.Context, schedule string, since time.Time) (map[int64]string, error) {
	out := map[int64]string{}
	err := ledger.Each(ctx, j.Ledger, `SELECT due_at, state FROM slots WHERE schedule = $1 AND due_at >= $2`, []any{schedule, ledger.Stamp(since)}, func(rows *sql.Rows) error {
		var due, state string
		err := rows.Scan(&due, &state)
		out[ledger.Time(due).Unix()] = state
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("journal: read scheduled times: %w", err)
	}
	return out, nil
}
