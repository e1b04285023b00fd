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

// ReissuedFiles are the import files with documents that were in another one before. It is asked for each result file: the few withdrawn import files lead
// to their documents, and not the many documents that wait for an answer.
func (j *Records) ReissuedFiles(ctx context.Context) ([]Reissued, error) {
	return ledger.List(ctx, j.Ledger, `SELECT DISTINCT f.id, f.route, f.name, w.name,
		COALESCE((SELECT a.name FROM files a WHERE a.route = f.route AND a.state = 'accepted' ORDER BY a.id DESC LIMIT 1), '')
		FROM files w CROSS JOIN documents d CROSS JOIN files f WHERE w.state = 'withdrawn' AND d.reissue_of = w.id AND d.reissue_of <> 0
		AND (d.state || '') = 'filed' AND f.id = d.file_id AND f.state = 'dropped'`, nil, func(rows *sql.Rows) (r Reissued, err error) {
		err = rows.Scan(&r.ID, &r.Route, &r.Name, &r.Withdrawn, &r.Answered)
		return r, err
	})
}
