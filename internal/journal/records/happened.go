package records

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// What happened, for people who read the history and look for runs.

// Happened narrows the history. What is zero narrows nothing.
type Happened struct {
	Before, After int64    // rows before, or after, this one
	Events        []string // of these kinds
	ByPeople      bool     // what people did, and not runs by themselves
	Since, Until  time.Time
	Text          string // stands in actor, detail or docId, in capital or small letters
	Limit         int
}

// runActors are who acts when nobody does by name: what runs write.
var runActors = []string{"fisbridge run %", "fisbridge watch %", "fisbridge serve by %", "fisbridge demo %", "fisbridge sim %"}

// often are the events that each document has: all others are few, and the index history_rare finds them.
const often = `event NOT IN ('stored','filed','acknowledgement intended','acknowledged','posting confirmed','posting confirmation intended','posted','rejected','sealed','payment confirmed','payment confirmation intended')`

// Events gives rows of the history, the newest first; with After the rows behind it, the oldest first.
func (j *Records) Events(ctx context.Context, h Happened) ([]ledger.Event, error) {
	var c conditions
	if h.Before > 0 {
		c.add("seq < ?", h.Before)
	}
	if h.After > 0 {
		c.add("seq > ?", h.After)
	}
	c.among("event", h.Events)
	if len(h.Events) > 0 && !slices.ContainsFunc(h.Events, func(e string) bool { return strings.Contains(often, "'"+e+"'") }) {
		c.text = append(c.text, often) // in the words of the index, for the database to know that it may take it
	}
	c.between("at", Filter{Since: h.Since, Until: h.Until})
	c.holds(h.Text, "actor", "detail", "doc_id", "event")
	c.add("event <> ?", ledger.SealedEvent)
	if h.ByPeople {
		for _, a := range runActors { // in the words of the index history_people
			c.text = append(c.text, "actor NOT LIKE '"+a+"'")
		}
	}
	order := "seq DESC"
	if h.After > 0 {
		order = "seq"
	}
	return ledger.List(ctx, j.Ledger, `SELECT `+ledger.EventColumns+` FROM history`+c.where()+` ORDER BY `+order+fmt.Sprintf(` LIMIT %d`, max(1, h.Limit)), c.args, ledger.ScanEvent)
}

// FileHistory are the rows of the history about an import file and no document of it, the oldest first.
func (j *Records) FileHistory(ctx context.Context, fileID int64) ([]ledger.Event, error) {
	return ledger.List(ctx, j.Ledger, `SELECT `+ledger.EventColumns+` FROM history WHERE file_id = $1 AND file_id <> 0 AND doc_id = '' ORDER BY seq`, []any{fileID}, ledger.ScanEvent)
}

// Head is the newest row of the history, and its hash; zero where nothing happened yet.
func (j *Records) Head(ctx context.Context) (seq int64, hash string, err error) {
	err = ledger.QueryRow(ctx, j.Ledger, `SELECT seq, hash FROM history ORDER BY seq DESC LIMIT 1`).Scan(&seq, &hash)
	if err == sql.ErrNoRows {
		return 0, "", nil
	}
	return seq, hash, err
}

// RunsBegun gives the runs that began in a time, the newest first; zero times bound nothing, and 0 is all of them.
func (j *Records) RunsBegun(ctx context.Context, since, until time.Time, limit int) ([]Run, error) {
	var c conditions
	c.between("started_at", Filter{Since: since, Until: until})
	query := `SELECT id, started_at, ended_at, exit_code, summary FROM runs` + c.where() + ` ORDER BY id DESC`
	if limit > 0 {
		query += fmt.Sprintf(" LIMIT %d", limit)
	}
	return ledger.List(ctx, j.Ledger, query, c.args, scanRun)
}

// RunByID gives one run; false: there is none.
func (j *Records) RunByID(ctx context.Context, id int64) (Run, bool, error) {
	found, err := ledger.List(ctx, j.Ledger, `SELECT id, started_at, ended_at, exit_code, summary FROM runs WHERE id = $1`, []any{id}, scanRun)
	if err != nil || len(found) == 0 {
		return Run{}, false, err
	}
	return found[0], true, nil
}

func scanRun(rows *sql.Rows) (r Run, err error) {
	var begun, ended string
	err = rows.Scan(&r.ID, &begun, &ended, &r.Exit, &r.Summary)
	r.Started, r.Ended = ledger.Time(begun), ledger.Time(ended)
	return r, err
}

// Verdicts counts all posting confirmations by verdict and state.
func (j *Records) Verdicts(ctx context.Context) ([]ConfirmationTally, error) {
	return ledger.List(ctx, j.Ledger, `SELECT verdict, state, COUNT(*) FROM confirmations GROUP BY verdict, state`, nil, func(rows *sql.Rows) (t ConfirmationTally, err error) {
		err = rows.Scan(&t.Verdict, &t.State, &t.Count)
		return t, err
	})
}
