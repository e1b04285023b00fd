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
	// Waits says that its next try lies ahead and this run has not tried it: then the run does not count.
	Waits bool
}

// Unacknowledged are the documents whose acknowledgement is not known to have worked, with what Concur last said.
func (j *Records) Unacknowledged(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT doc_id, reason, 0 FROM documents WHERE state = 'stored' ORDER BY received_at, doc_id`)
}

// Unconfirmed are the posting confirmations that are due and that Concur does not have, with what it last said. One that was tried before the run began
// and is asked about again after now waits.
func (j *Records) Unconfirmed(ctx context.Context, began, now time.Time) ([]Undone, error) {
	return j.undone(ctx, `SELECT doc_id, `+lastSaid+`, CASE WHEN due_at > $1 AND sent_at < $2 THEN 1 ELSE 0 END FROM confirmations
		WHERE state IN ('pending','intended') ORDER BY due_at, doc_id`, ledger.Stamp(now), ledger.Stamp(began))
}

// Unpaid are the payment confirmations that are due and that Concur does not have, with what it last said. One that waits, and what comes after it
// of the same document, waits.
func (j *Records) Unpaid(ctx context.Context, began, now time.Time) ([]Undone, error) {
	return j.undone(ctx, `SELECT 'payment ' || reference || ' of document ' || doc_id, `+lastSaid+`, CASE WHEN EXISTS (SELECT 1 FROM payments AS first
			WHERE first.doc_id = payments.doc_id AND first.id <= payments.id AND first.state IN ('pending','intended') AND first.due_at > $1 AND first.sent_at < $2) THEN 1 ELSE 0 END
		FROM payments WHERE state IN ('pending','intended') ORDER BY id`, ledger.Stamp(now), ledger.Stamp(began))
}

// lastSaid is what Concur last answered: a code where there was one, and its words.
const lastSaid = `CASE WHEN code > 0 THEN 'code ' || CAST(code AS TEXT) || ' ' || message ELSE message END`

// Undropped are the import files that are numbered and do not lie where the ERP takes them.
func (j *Records) Undropped(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT route || '/' || CAST(sequence AS TEXT) || ' ' || name, '', 0 FROM files WHERE state IN ('numbered','uploading','renaming') ORDER BY route, sequence`)
}

// Unapplied are the result files that were collected and whose lines have had no effect.
func (j *Records) Unapplied(ctx context.Context) ([]Undone, error) {
	return j.undone(ctx, `SELECT name || ' (result ' || CAST(id AS TEXT) || ')', reason, 0 FROM results WHERE state = 'collected' ORDER BY id`)
}

func (j *Records) undone(ctx context.Context, query string, args ...any) ([]Undone, error) {
	return ledger.List(ctx, j.Ledger, query, args, func(rows *sql.Rows) (u Undone, err error) {
		err = rows.Scan(&u.Subject, &u.Why, &u.Waits)
		return u, err
	})
}
