package journal

import (
	"context"
	"database/sql"
	"errors"
)

// Weight is how much of what a result file names is one route's.
type Weight struct {
	// Documents counts references to documents of the route, and to its import files by their names; Files those to numbers that the route's import files have.
	Documents, Files int
}

// Weigh counts how many of these references lead to something of a route.
func (j *Journal) Weigh(ctx context.Context, route string, refs []Ref) (w Weight, err error) {
	for _, ref := range refs {
		word := foldID(ref.Any + ref.DocID + ref.ReportID + ref.ReportKey)
		if word != "" {
			n, err := j.count(ctx, `SELECT COUNT(*) FROM documents WHERE route = $1 AND (UPPER(doc_id) = $2 OR UPPER(report_id) = $2 OR UPPER(report_key) = $2)`, route, word)
			if err != nil {
				return w, err
			}
			w.Documents += min(n, 1)
			continue
		}
		named, err := j.NamedFiles(ctx, ref.Named+" "+ref.FileName)
		if err != nil {
			return w, err
		}
		for _, f := range named {
			if f.Route == route {
				w.Documents++
				break
			}
		}
		number := ref.FileSequence
		if number == 0 {
			number, _ = trailingNumber(ref.BatchID)
		}
		n, err := j.count(ctx, `SELECT COUNT(*) FROM files WHERE route = $1 AND sequence = $2`, route, number)
		if err != nil {
			return w, err
		}
		w.Files += min(n, 1)
	}
	return w, nil
}

// RouteResult gives a collected result file to the route that it belongs to. When that route has had the same file before, it is a repeat, which changes
// nothing.
func (j *Journal) RouteResult(ctx context.Context, id int64, route string) (repeated bool, err error) {
	err = j.in(ctx, "give a result file to its route", func(t *tx) error {
		r, err := scanResult(t.QueryRowContext(ctx, `SELECT `+resultColumns+` FROM results WHERE id = $1`, id))
		if err != nil {
			return err
		}
		var before int64
		err = t.QueryRowContext(ctx, `SELECT id FROM results WHERE route = $1 AND sha256 = $2 AND name = $3 AND id <> $4 ORDER BY id LIMIT 1`, route, r.SHA256, r.Name, id).Scan(&before)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			repeated = false
		case err != nil:
			return err
		default:
			repeated = true
			if err := t.one(`UPDATE results SET state = $1, state_since = $2 WHERE id = $3 AND state = $4`, Repeated, t.at, id, Collected); err != nil {
				return err
			}
			return t.event(string(Repeated), about{result: id}, detail{"same_content_as": before, "belongs_to": route})
		}
		if err := t.one(`UPDATE results SET route = $1 WHERE id = $2 AND state = $3`, route, id, Collected); err != nil {
			return err
		}
		return t.event("given to its route", about{result: id}, detail{"was": r.Route, "route": route})
	})
	return repeated, err
}
