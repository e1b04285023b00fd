// Package telling keeps in the journal what people were told of, by mail or otherwise: which matter, in which state, and
// when; the messages that are on their way; and the reports that were made of a period. What was decided to be told and
// the messages of it are one transaction, so that nothing is lost or told twice by a kill. None of it is a fact of a
// document: it is not sealed, and ages out; that a message went out, or was given up, is a row of the history.
package telling

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Telling keeps what was told in a journal.
type Telling struct{ *ledger.Ledger }

// Told is what a recipient was told of a matter.
type Told struct {
	Recipient string `json:"recipient"`
	Matter    string `json:"matter"`
	Kind      string `json:"kind"`
	// Print is the state in which it was told; a matter whose state is another one is told again.
	Print string `json:"-"`
	// Facts are what was told, as JSON of the teller.
	Facts string `json:"-"`
	// First and At are when it was told for the first and for the last time, Times how often.
	First time.Time `json:"first_told_at"`
	At    time.Time `json:"told_at"`
	Times int       `json:"times"`
	// Ended is when it was over; zero: it is not.
	Ended time.Time `json:"ended_at,omitzero"`
}

// State is how a message stands.
type State string

const (
	// Due waits to be sent, or to be tried again.
	Due State = "due"
	// Sent was taken by the other side.
	Sent State = "sent"
	// GivenUp was refused for good, or tried for too long.
	GivenUp State = "given up"
)

// Message is a message on its way to one address.
type Message struct {
	// ID is the same in each try: whoever gets it twice can tell.
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Recipient string `json:"recipient"`
	Channel   string `json:"channel"`
	Address   string `json:"address"`
	Subject   string `json:"subject"`
	Body      []byte `json:"-"`
	State     State  `json:"state"`
	// Step is how far a message is whose sending has more than one.
	Step    string    `json:"-"`
	Created time.Time `json:"created_at"`
	Tries   int       `json:"tries"`
	Next    time.Time `json:"next_try_at,omitzero"`
	Trouble string    `json:"trouble,omitempty"`
	Settled time.Time `json:"settled_at,omitzero"`
}

// Standing is what the teller knows beside the rows. Turn guards it: two processes never tell the same.
type Standing struct {
	Turn int64 `json:"turn"`
	// Began is when telling was switched on: what was before is not told.
	Began time.Time `json:"began"`
	// Digests are the last times of day at which each recipient had or would have had a digest.
	Digests map[string]time.Time `json:"digests,omitempty"`
	// Reports are when each report was first configured: earlier periods are not made.
	Reports map[string]time.Time `json:"reports,omitempty"`

	read string // as it stands in the database
}

// Period is a report that was made of a period.
type Period struct{ Report, Period string }

// metaName is the row of meta.
const metaName = "telling"

// TellingNow reads where telling stands, and what was told of matters that are not over.
func (j *Telling) TellingNow(ctx context.Context) (s Standing, told []Told, err error) {
	err = ledger.QueryRow(ctx, j.Ledger, `SELECT value FROM meta WHERE name = $1`, metaName).Scan(&s.read)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	} else if err == nil {
		err = json.Unmarshal([]byte(s.read), &s)
	}
	if err != nil {
		return s, nil, fmt.Errorf("journal: read where telling stands: %w", err)
	}
	told, err = ledger.List(ctx, j.Ledger, `SELECT recipient, matter, kind, print, facts, first_at, told_at, times, ended_at FROM told WHERE ended_at = '' ORDER BY recipient, matter`, nil,
		func(rows *sql.Rows) (t Told, err error) {
			var first, at, ended string
			err = rows.Scan(&t.Recipient, &t.Matter, &t.Kind, &t.Print, &t.Facts, &first, &at, &t.Times, &ended)
			t.First, t.At, t.Ended = ledger.Time(first), ledger.Time(at), ledger.Time(ended)
			return t, err
		})
	if err != nil {
		return s, nil, fmt.Errorf("journal: read what was told: %w", err)
	}
	return s, told, nil
}

// KeepTelling commits what is told, with the messages that tell it and the periods of which they are reports.
// ledger.ErrStale: somebody else has told since s was read.
func (j *Telling) KeepTelling(ctx context.Context, s Standing, told []Told, messages []Message, periods []Period) error {
	return ledger.In(ctx, j.Ledger, "keep what is told", func(t *ledger.Tx) error {
		if err := nextTurn(t, s); err != nil {
			return err
		}
		for _, r := range told {
			if err := keepTold(t, r); err != nil {
				return err
			}
		}
		for _, m := range messages {
			if err := keepMessage(t, m); err != nil {
				return err
			}
		}
		for _, p := range periods {
			if _, err := t.Exec(`INSERT INTO periods (report, period, made_at) VALUES ($1,$2,$3)`, p.Report, p.Period, t.At); err != nil {
				return err
			}
		}
		return nil
	})
}

// nextTurn takes the turn, unless somebody else has since it was read: on a server, too, where two do so at once.
func nextTurn(t *ledger.Tx, s Standing) error {
	s.Turn++
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if s.read != "" {
		return t.One(`UPDATE meta SET value = $1 WHERE name = $2 AND value = $3`, string(text), metaName, s.read)
	}
	n, err := t.Exec(`INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, metaName, string(text))
	if err == nil && n == 0 {
		err = ledger.ErrStale
	}
	return err
}

func keepTold(t *ledger.Tx, r Told) error {
	ended := ""
	if !r.Ended.IsZero() {
		ended = ledger.Stamp(r.Ended)
	}
	_, err := t.Exec(`INSERT INTO told (recipient, matter, kind, print, facts, first_at, told_at, times, ended_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)
		ON CONFLICT (recipient, matter) DO UPDATE SET kind = excluded.kind, print = excluded.print, facts = excluded.facts, first_at = excluded.first_at, told_at = excluded.told_at,
		times = excluded.times, ended_at = excluded.ended_at`,
		r.Recipient, r.Matter, r.Kind, r.Print, r.Facts, ledger.Stamp(r.First), ledger.Stamp(r.At), r.Times, ended)
	return err
}

func keepMessage(t *ledger.Tx, m Message) error {
	packed, err := t.Deflate(m.Body)
	if err != nil {
		return err
	}
	_, err = t.Exec(`INSERT INTO outbox (id, kind, recipient, channel, address, subject, body, state, created_at, next_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
		m.ID, m.Kind, m.Recipient, m.Channel, m.Address, m.Subject, packed, Due, t.At, t.At)
	return err
}

// PeriodsMade are the periods of which a report was made, the newest first.
func (j *Telling) PeriodsMade(ctx context.Context, report string) ([]string, error) {
	made, err := ledger.List(ctx, j.Ledger, `SELECT period FROM periods WHERE report = $1 ORDER BY period DESC`, []any{report}, ledger.ScanText)
	if err != nil {
		return nil, fmt.Errorf("journal: read the periods of reports: %w", err)
	}
	return made, nil
}
