package records

import (
	"context"
	"database/sql"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// SystemIDs gives, of these documents, those whose acknowledgement was sent under another system id than the present
// one, with that id.
func (j *Records) SystemIDs(ctx context.Context, ids []string, present string) (map[string]string, error) {
	out := map[string]string{}
	for len(ids) > 0 {
		part := ids[:min(len(ids), 500)]
		ids = ids[len(part):]
		where, args := ledger.Among("doc_id", part, 2)
		_, err := ledger.List(ctx, j.Ledger, `SELECT doc_id, system_id FROM documents WHERE system_id <> '' AND system_id <> $1 AND `+where, append([]any{present}, args...), func(rows *sql.Rows) (s string, err error) {
			var id string
			err = rows.Scan(&id, &s)
			out[id] = s
			return s, err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// FormerSystem is a system id that the configuration does not name any more.
type FormerSystem struct {
	ID string
	// Open documents were acknowledged with it and are not told to Concur to the end; Posted ones are, but may still be
	// paid.
	Open, Posted int
}

// FormerSystems gives the system ids other than the present one with which documents were acknowledged.
func (j *Records) FormerSystems(ctx context.Context, present string) ([]FormerSystem, error) {
	return ledger.List(ctx, j.Ledger, `SELECT d.system_id, SUM(CASE WHEN d.state IN ('stored','acknowledged','held','filed') OR c.state <> 'done' THEN 1 ELSE 0 END),
		SUM(CASE WHEN d.state = 'posted' AND c.state = 'done' THEN 1 ELSE 0 END)
		FROM documents d LEFT JOIN confirmations c ON c.doc_id = d.doc_id WHERE d.system_id <> '' AND d.system_id <> $1 GROUP BY d.system_id ORDER BY d.system_id`, []any{present}, func(rows *sql.Rows) (f FormerSystem, err error) {
		err = rows.Scan(&f.ID, &f.Open, &f.Posted)
		return f, err
	})
}
