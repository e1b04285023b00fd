package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Undone is something that a run wanted to do and could not.
type Undone struct {
	// Subject is a docId, `payment N`, the name of an import file or a result file.
	Subject string
	// Why is what was last said about it, empty where nothing is kept.
	Why   string
	Since time.Time
	// Runs is how many runs one after the other have left it undone.
	Runs int
}

// CountUndone keeps what of a kind this run has left undone, and gives back those things with the number of runs in which they were, one after the other.
// What is not among them any more is forgotten. It is called once a run.
func (j *Journal) CountUndone(ctx context.Context, kind string, now []Undone) (counted []Undone, err error) {
	if len(now) == 0 {
		n, err := j.count(ctx, `SELECT COUNT(*) FROM undone WHERE kind = $1`, kind)
		if err != nil || n == 0 {
			return nil, err
		}
	}
	err = j.in(ctx, "count what is undone", func(t *tx) error {
		counted = counted[:0]
		for _, u := range now {
			var since string
			err := t.QueryRowContext(ctx, `SELECT since, runs FROM undone WHERE kind = $1 AND subject = $2`, kind, u.Subject).Scan(&since, &u.Runs)
			if errors.Is(err, sql.ErrNoRows) {
				since, err = t.at, nil
			}
			if err != nil {
				return err
			}
			u.Since = Time(since)
			u.Runs++
			counted = append(counted, u)
		}
		if _, err := t.exec(`DELETE FROM undone WHERE kind = $1`, kind); err != nil {
			return err
		}
		for _, u := range counted {
			if _, err := t.exec(`INSERT INTO undone (kind, subject, since, runs) VALUES ($1,$2,$3,$4)`, kind, u.Subject, stamp(u.Since), u.Runs); err != nil {
				return fmt.Errorf("%s: %w", u.Subject, err)
			}
		}
		return nil
	})
	return counted, err
}

// Unacknowledged are the documents whose acknowledgement is not known to have worked, with what Concur last said.
func (j *Journal) Unacknowledged(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT doc_id, reason FROM documents WHERE state = 'stored' ORDER BY received_at, doc_id`)
}

// Unconfirmed are the posting confirmations that are due and that Concur does not have, with what it last said.
func (j *Journal) Unconfirmed(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT doc_id, CASE WHEN code <> 0 OR message <> '' THEN 'code ' || CAST(code AS TEXT) || ' ' || message ELSE '' END FROM confirmations
		WHERE state IN ('pending','intended') ORDER BY due_at, doc_id`)
}

// Unpaid are the payment confirmations that are due and that Concur does not have, with what it last said.
func (j *Journal) Unpaid(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT 'payment ' || reference || ' of document ' || doc_id, CASE WHEN code <> 0 OR message <> '' THEN 'code ' || CAST(code AS TEXT) || ' ' || message ELSE '' END FROM payments
		WHERE state IN ('pending','intended') ORDER BY id`)
}

// Undropped are the import files that are numbered and do not lie where the ERP takes them.
func (j *Journal) Undropped(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT route || '/' || CAST(sequence AS TEXT) || ' ' || name, '' FROM files WHERE state IN ('numbered','uploading','renaming') ORDER BY route, sequence`)
}

// Unapplied are the result files that were collected and whose lines have had no effect.
func (j *Journal) Unapplied(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT name || ' (result ' || CAST(id AS TEXT) || ')', reason FROM results WHERE state = 'collected' ORDER BY id`)
}

func (j *Journal) undone(ctx context.Context, query string) ([]Undone, error) {
	return list(ctx, j, query, nil, func(rows *sql.Rows) (u Undone, err error) {
		err = rows.Scan(&u.Subject, &u.Why)
		return u, err
	})
}
