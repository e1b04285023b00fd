package records

import (
	"context"
	"database/sql"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
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

// Unacknowledged are the documents whose acknowledgement is not known to have worked, with what Concur last said.
func (j *Records) Unacknowledged(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT doc_id, reason FROM documents WHERE state = 'stored' ORDER BY received_at, doc_id`)
}

// Unconfirmed are the posting confirmations that are due and that Concur does not have, with what it last said.
func (j *Records) Unconfirmed(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT doc_id, CASE WHEN code <> 0 OR message <> '' THEN 'code ' || CAST(code AS TEXT) || ' ' || message ELSE '' END FROM confirmations
		WHERE state IN ('pending','intended') ORDER BY due_at, doc_id`)
}

// Unpaid are the payment confirmations that are due and that Concur does not have, with what it last said.
func (j *Records) Unpaid(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT 'payment ' || reference || ' of document ' || doc_id, CASE WHEN code <> 0 OR message <> '' THEN 'code ' || CAST(code AS TEXT) || ' ' || message ELSE '' END FROM payments
		WHERE state IN ('pending','intended') ORDER BY id`)
}

// Undropped are the import files that are numbered and do not lie where the ERP takes them.
func (j *Records) Undropped(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT route || '/' || CAST(sequence AS TEXT) || ' ' || name, '' FROM files WHERE state IN ('numbered','uploading','renaming') ORDER BY route, sequence`)
}

// Unapplied are the result files that were collected and whose lines have had no effect.
func (j *Records) Unapplied(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT name || ' (result ' || CAST(id AS TEXT) || ')', reason FROM results WHERE state = 'collected' ORDER BY id`)
}

func (j *Records) undone(ctx context.Context, query string) ([]Undone, error) {
	return ledger.List(ctx, j.Ledger, query, nil, func(rows *sql.Rows) (u Undone, err error) {
		err = rows.Scan(&u.Subject, &u.Why)
		return u, err
	})
}
