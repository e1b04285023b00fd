package records

import (
	"context"
	"database/sql"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Reissued is an import file that waits for its answer, with the one before it that was withdrawn, and the newest one of its
// route that the ERP has answered (empty: none).
type Reissued struct {
	ID                        int64
	Route                     string
	Name, Withdrawn, Answered string
}

// ReissuedFiles are the import files with documents that were in another one before.
func (j *Records) ReissuedFiles(ctx context.Context) ([]Reissued, error) {
	return ledger.List(ctx, j.Ledger, `SELECT DISTINCT f.id, f.route, f.name, w.name,
		COALESCE((SELECT a.name FROM files a WHERE a.route = f.route AND a.state = 'accepted' ORDER BY a.id DESC LIMIT 1), '')
		FROM documents d JOIN files f ON f.id = d.file_id JOIN files w ON w.id = d.reissue_of
		WHERE d.reissue_of <> 0 AND d.state = 'filed' AND f.state = 'dropped' AND w.state = 'withdrawn'`, nil, func(rows *sql.Rows) (r Reissued, err error) {
		err = rows.Scan(&r.ID, &r.Route, &r.Name, &r.Withdrawn, &r.Answered)
		return r, err
	})
}
