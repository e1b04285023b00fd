// Package hearing keeps in the journal what Concur's event service said: that a document is ready. An event is hearsay.
// It is kept once, however often and in whatever order it comes, it changes no document, and it is no part of the
// sealed history: nobody can prove who sent it. What it is good for is a second count beside the lists: documents that
// were heard of and never seen, and the other way round.
package hearing

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Hearing keeps events in a journal.
type Hearing struct{ *ledger.Ledger }

// Event is one event that was heard.
type Event struct {
	ID      string      `json:"event_id"`
	DocType fis.DocType `json:"doc_type"`
	// Ref is the report, request or cash-advance id. It is no docId.
	Ref string `json:"ref"`
	// Ready is when the document became ready, as the event says; zero when it does not say.
	Ready       time.Time `json:"ready_at,omitzero"`
	Heard       time.Time `json:"heard_at"`
	Times       int       `json:"times"`
	Correlation string    `json:"correlation,omitempty"`
	// Said is what Concur said when it was asked for the document, System which system has it.
	Said   Said   `json:"concur_says,omitempty"`
	System string `json:"system,omitempty"`
}

// Unheard is a document that no event spoke of.
type Unheard struct {
	DocID    string      `json:"doc_id"`
	DocType  fis.DocType `json:"doc_type"`
	ReportID string      `json:"report_id,omitempty"`
	Route    string      `json:"route,omitempty"`
	Received time.Time   `json:"received_at"`
}

const (
	// skew is how far the clock of the service may be ahead of ours.
	skew = 5 * time.Minute
	// kept is how long the service keeps an event that it cannot deliver.
	kept = 72 * time.Hour
	// late is how long an event may come after its document without being missed.
	late = time.Hour
	// mostUnseen bounds what is kept of events whose documents nobody has seen: whoever can reach the receiver could
	// fill the disk.
	mostUnseen = 100_000
)

// ErrFull says that too many events wait for their documents.
var ErrFull = errors.New("too many events wait for their documents")

// Hear commits that an event was heard, and tells whether it is a new one whose document has not been seen.
func (j *Hearing) Hear(ctx context.Context, e Event) (fresh bool, err error) {
	err = ledger.In(ctx, j.Ledger, "hear an event", func(t *ledger.Tx) error {
		fresh = false
		n, err := t.Exec(`UPDATE events SET times = times + 1, last_heard = $1 WHERE event_id = $2`, t.At, e.ID)
		if err != nil || n > 0 {
			return err
		}
		waiting, err := t.Count(`SELECT COUNT(*) FROM (SELECT 1 FROM events WHERE seen_at = '' LIMIT ` + fmt.Sprint(mostUnseen) + `) AS waiting`)
		if err != nil {
			return err
		}
		if waiting >= mostUnseen {
			return ErrFull
		}
		now := ledger.Time(t.At)
		ready, since := "", now.Add(-kept)
		if !e.Ready.IsZero() {
			ready = ledger.Stamp(e.Ready)
			since = e.Ready.Add(-skew)
			if since.After(now) { // a clock that is wrong, or a lie
				since = now.Add(-kept)
			}
		}
		if _, err := t.Exec(`INSERT INTO events (event_id, doc_type, ref, ready_at, since, heard_at, last_heard, correlation) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
			e.ID, e.DocType, e.Ref, ready, ledger.Stamp(since), t.At, t.At, e.Correlation); err != nil {
			return err
		}
		n, err = settle(t, ` AND e.event_id = $2`, e.ID)
		fresh = n == 0
		return err
	})
	return fresh, err
}

// seen says that a document came which the event e may have meant.
const seen = `(EXISTS (SELECT 1 FROM documents d WHERE d.report_id = e.ref AND d.doc_type = e.doc_type AND d.received_at >= e.since)
	OR EXISTS (SELECT 1 FROM documents d WHERE d.doc_id = e.ref AND d.received_at >= e.since))`

// settle notes which events have got their documents; which is a further condition on e.
func settle(t *ledger.Tx, which string, args ...any) (int64, error) {
	return t.Exec(`UPDATE events SET seen_at = $1 WHERE event_id IN (SELECT e.event_id FROM events e WHERE e.seen_at = ''`+which+` AND `+seen+`)`, append([]any{t.At}, args...)...)
}

// SettleHeard commits which events have got their documents.
func (j *Hearing) SettleHeard(ctx context.Context) error {
	return ledger.In(ctx, j.Ledger, "settle events", func(t *ledger.Tx) error {
		_, err := settle(t, "")
		return err
	})
}

// TypesHeard are the types of documents that were heard of and not seen yet. What the service would not deliver any
// more is left out: a whole run has looked for it.
func (j *Hearing) TypesHeard(ctx context.Context, now time.Time) ([]fis.DocType, error) {
	types, err := ledger.List(ctx, j.Ledger, `SELECT DISTINCT e.doc_type FROM events e WHERE e.seen_at = '' AND e.heard_at >= $1 AND NOT `+seen+` ORDER BY e.doc_type`,
		[]any{ledger.Stamp(now.Add(-kept))}, func(rows *sql.Rows) (t fis.DocType, err error) { return t, rows.Scan(&t) })
	if err != nil {
		return nil, fmt.Errorf("journal: read events: %w", err)
	}
	return types, nil
}

// Count is what was heard against what was seen.
type Count struct {
	// Since is when the first event was heard at all: what came before has nothing to be compared with.
	Since time.Time `json:"since"`
	// Heard counts the events, Seen those of which the documents came.
	Heard int `json:"heard"`
	Seen  int `json:"seen"`
	// NotSeen are events without a document, NeverHeard documents without an event, the oldest first; at most Most of
	// each.
	NotSeen    []Event   `json:"heard_but_not_seen"`
	NeverHeard []Unheard `json:"seen_but_never_heard"`
	// NeverHeards counts all of the latter.
	NeverHeards int `json:"never_heard"`
}

// Most bounds how many are named.
const Most = 100

// CountHeard compares what was heard from since until (zero: ever) with what was seen; with a route, documents of that
// route alone. A document counts as never heard of an hour after it came: events may be late. ok is false when nothing
// was ever heard.
func (j *Hearing) CountHeard(ctx context.Context, since, until time.Time, route string) (c Count, ok bool, err error) {
	from, to := ledger.Stamp(since), "9"
	if since.IsZero() {
		from = ""
	}
	if !until.IsZero() {
		to = ledger.Stamp(until)
	}
	var first sql.NullString
	if err := ledger.QueryRow(ctx, j.Ledger, `SELECT MIN(heard_at) FROM events`).Scan(&first); err != nil {
		return c, false, fmt.Errorf("journal: read events: %w", err)
	}
	if first.String == "" {
		return c, false, nil
	}
	c.Since = ledger.Time(first.String)
	if c.Heard, err = ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM events WHERE heard_at >= $1 AND heard_at < $2`, from, to); err != nil {
		return c, false, fmt.Errorf("journal: count events: %w", err)
	}
	notSeen, err := ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM events e WHERE e.seen_at = '' AND e.heard_at >= $1 AND e.heard_at < $2 AND NOT `+seen, from, to)
	if err != nil {
		return c, false, fmt.Errorf("journal: count events: %w", err)
	}
	c.Seen = c.Heard - notSeen
	if c.NotSeen, err = j.unseen(ctx, ` AND e.heard_at >= $1 AND e.heard_at < $2 ORDER BY e.heard_at, e.event_id LIMIT `+fmt.Sprint(Most), from, to); err != nil {
		return c, false, err
	}
	err = j.neverHeard(ctx, &c, max(from, first.String), min(to, ledger.Stamp(j.Now().Add(-late))), route)
	return c, true, err
}

// unheard says that no event spoke of the document d: none of its report that an earlier document of the report does
// not answer to. Types of which nothing was ever heard are not subscribed to.
const unheard = `d.received_at >= $1 AND d.received_at < $2 AND ($3 = '' OR d.route = $3)
	AND d.received_at >= COALESCE((SELECT MIN(f.heard_at) FROM events f WHERE f.doc_type = d.doc_type), '9')
	AND NOT EXISTS (SELECT 1 FROM events e WHERE e.ref = d.doc_id)
	AND NOT EXISTS (SELECT 1 FROM events e WHERE e.ref = d.report_id AND e.doc_type = d.doc_type AND e.since <= d.received_at
		AND NOT EXISTS (SELECT 1 FROM documents o WHERE o.report_id = d.report_id AND o.doc_type = d.doc_type AND o.received_at >= e.since AND o.received_at < d.received_at))`

func (j *Hearing) neverHeard(ctx context.Context, c *Count, from, to, route string) (err error) {
	if c.NeverHeards, err = ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM documents d WHERE `+unheard, from, to, route); err != nil {
		return fmt.Errorf("journal: count documents that were never heard of: %w", err)
	}
	c.NeverHeard, err = ledger.List(ctx, j.Ledger, `SELECT d.doc_id, d.doc_type, d.report_id, d.route, d.received_at FROM documents d WHERE `+unheard+` ORDER BY d.received_at, d.doc_id LIMIT `+fmt.Sprint(Most),
		[]any{from, to, route}, func(rows *sql.Rows) (u Unheard, err error) {
			var received string
			err = rows.Scan(&u.DocID, &u.DocType, &u.ReportID, &u.Route, &received)
			u.Received = ledger.Time(received)
			return u, err
		})
	if err != nil {
		return fmt.Errorf("journal: read documents that were never heard of: %w", err)
	}
	return nil
}

// AgeHeard removes events that were heard before the given moment and whose documents came. Others stay: they are what
// is to be looked at.
func (j *Hearing) AgeHeard(ctx context.Context, before time.Time) error {
	return ledger.In(ctx, j.Ledger, "age out events", func(t *ledger.Tx) error {
		_, err := t.Exec(`DELETE FROM events WHERE seen_at <> '' AND heard_at < $1`, ledger.Stamp(before))
		return err
	})
}
