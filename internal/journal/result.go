package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// ResultState is where a result file stands.
type ResultState string

const (
	// Collected: its bytes are in the journal. Applied: every line has become an outcome, a payment, or a listed exception.
	Collected ResultState = "collected"
	Applied   ResultState = "applied"
	// Repeated: the same content was collected before; it changes nothing.
	Repeated ResultState = "repeated"
	// Unreadable: the file as a whole could not be read; a person must look.
	Unreadable ResultState = "unreadable"
)

// ResultFile is one row of results.
type ResultFile struct {
	ID        int64       `json:"id"`
	Route     string      `json:"route"`
	Name      string      `json:"name"`
	SHA256    string      `json:"sha256"`
	Size      int64       `json:"size"`
	State     ResultState `json:"state"`
	Reason    string      `json:"reason,omitempty"`
	Collected time.Time   `json:"collected_at"`
	Format    string      `json:"format,omitempty"`
	Counts    Counts      `json:"rows"`
	MovedTo   string      `json:"moved_to,omitempty"`
}

// Counts says what became of the lines of a result file.
type Counts struct {
	Total    int `json:"total"`
	Outcomes int `json:"outcomes"`
	Payments int `json:"payments"`
	Ignored  int `json:"ignored"`
	Listed   int `json:"listed"`
	// Posted and Rejected are the documents that got their final outcome by this file, also those that no line names.
	Posted   int `json:"-"`
	Rejected int `json:"-"`
}

// CollectResult commits the bytes of a result file. The same name and content again gives the row that is there; the same content
// under another name is a new row in state Repeated, unless alike says that the names mean different things (nil: they never do).
func (j *Journal) CollectResult(ctx context.Context, route, name, sha256 string, size int64, body io.Reader, alike func(other string) bool) (r ResultFile, err error) {
	err = j.in(ctx, "collect result file "+name, func(t *tx) error {
		r, err = scanResult(t.QueryRowContext(ctx, `SELECT `+resultColumns+` FROM results WHERE route = $1 AND name = $2 AND sha256 = $3`, route, name, sha256))
		if err == nil {
			if err := t.event("result file seen again", about{result: r.ID}, detail{"name": name}); err != nil {
				return err
			}
			again, err := t.seenAgain(r.ID)
			if again {
				r.State = Collected
			}
			return err
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		before, err := t.sameContent(route, name, sha256, alike)
		if err != nil {
			return err
		}
		state := Collected
		if before != 0 {
			state = Repeated
			if _, err := t.seenAgain(before); err != nil {
				return err
			}
		}
		id, err := t.next("results")
		if err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO results (id, route, name, sha256, size, state, state_since, collected_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$7)`, id, route, name, sha256, size, state, t.at); err != nil {
			return err
		}
		if state == Collected {
			if err := t.saveChunks("result_chunks", "result_id", id, size, body); err != nil {
				return err
			}
		}
		r = ResultFile{ID: id, Route: route, Name: name, SHA256: sha256, Size: size, State: state, Collected: Time(t.at)}
		d := detail{"name": name, "sha256": sha256, "bytes": size, "route": route}
		if before != 0 {
			d["same_content_as"] = before
		}
		return t.event(string(state), about{result: id}, d)
	})
	return r, err
}

// sameContent finds the first result file of a route with this content and a name that is alike, 0 when there is none. Names that name different import files
// are not alike: two files may have been refused for the same reason in the same line. A file that told of payments is read again under another
// name, row by row: a second payment of the same amount on the same day looks like this too.
func (t *tx) sameContent(route, called, sha256 string, alike func(other string) bool) (before int64, err error) {
	var same []ResultFile
	err = t.each(`SELECT id, name FROM results r WHERE route = $1 AND sha256 = $2 AND rows_payment = 0
		AND NOT EXISTS (SELECT 1 FROM result_rows l WHERE l.result_id = r.id AND l.mark <> '') ORDER BY id`, func(rows *sql.Rows) error {
		var id int64
		var name string
		err := rows.Scan(&id, &name)
		same = append(same, ResultFile{ID: id, Name: name})
		return err
	}, route, sha256)
	if err != nil || len(same) == 0 {
		return 0, err
	}
	named, err := t.namedFiles(called)
	if err != nil {
		return 0, err
	}
	for _, r := range same {
		other, err := t.namedFiles(r.Name)
		if err != nil {
			return 0, err
		}
		if slices.Equal(named, other) && (alike == nil || alike(r.Name)) {
			return r.ID, nil
		}
	}
	return 0, nil
}

const resultColumns = `id, route, name, sha256, size, state, reason, collected_at, format, rows_total, rows_outcome, rows_payment, rows_ignored, rows_listed, moved_to`

func scanResult(s interface{ Scan(...any) error }) (ResultFile, error) {
	var r ResultFile
	var at string
	err := s.Scan(&r.ID, &r.Route, &r.Name, &r.SHA256, &r.Size, &r.State, &r.Reason, &at, &r.Format, &r.Counts.Total, &r.Counts.Outcomes, &r.Counts.Payments, &r.Counts.Ignored, &r.Counts.Listed, &r.MovedTo)
	r.Collected = Time(at)
	return r, err
}

// ResultsIn gives the result files in the given states, oldest first.
func (j *Journal) ResultsIn(ctx context.Context, states ...ResultState) ([]ResultFile, error) {
	where, args := in("state", states, 1)
	return j.results(ctx, where+" ORDER BY id", args...)
}

// FindResults gives the result files that a person may mean: by name or id.
func (j *Journal) FindResults(ctx context.Context, word string) ([]ResultFile, error) {
	return j.results(ctx, `name = $1 OR CAST(id AS TEXT) = $1`, word)
}

func (j *Journal) results(ctx context.Context, where string, args ...any) ([]ResultFile, error) {
	rows, err := j.read.QueryContext(ctx, `SELECT `+resultColumns+` FROM results WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("journal: read result files: %w", err)
	}
	defer rows.Close()
	var out []ResultFile
	for rows.Next() {
		r, err := scanResult(rows)
		if err != nil {
			return nil, fmt.Errorf("journal: read result files: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// ResultMoved commits where the file lies now.
func (j *Journal) ResultMoved(ctx context.Context, id int64, to string) error {
	return j.in(ctx, "result file moved", func(t *tx) error {
		if err := t.one(`UPDATE results SET moved_to = $1 WHERE id = $2`, to, id); err != nil {
			return err
		}
		return t.event("result file moved", about{result: id}, detail{"to": to})
	})
}

// MovedInto tells whether a result file of one of these routes was ever moved into a folder.
func (j *Journal) MovedInto(ctx context.Context, routes []string, folder string) (bool, error) {
	for _, route := range routes {
		var n int
		if err := j.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM results WHERE route = $1 AND SUBSTR(moved_to, 1, $2) = $3`, route, len([]rune(folder))+1, folder+"/").Scan(&n); err != nil {
			return false, fmt.Errorf("journal: read result files: %w", err)
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, nil
}

// ResultUnreadable commits that the file as a whole could not be read, and opens an alarm.
func (j *Journal) ResultUnreadable(ctx context.Context, r ResultFile, reason string) error {
	return j.in(ctx, "result file unreadable", func(t *tx) error {
		if err := t.one(`UPDATE results SET state = $1, state_since = $2, reason = $3 WHERE id = $4 AND state = $5`, Unreadable, t.at, reason, r.ID, Collected); err != nil {
			return err
		}
		if err := t.event("unreadable", about{result: r.ID}, detail{"reason": reason}); err != nil {
			return err
		}
		return t.alarm("result file", fmt.Sprintf("result %d", r.ID), fmt.Sprintf("result file %s could not be read: %s", r.Name, reason),
			fmt.Sprintf("mend the Results sheet or the file; then `fisbridge retry result %d --reason …`, or put a mended file into the return folder and `fisbridge mark result %d settled --reason …`", r.ID, r.ID))
	})
}

// RetryResult puts a result file back, to be read again with the mapping of today: one that was unreadable, or one with lines that could not be used.
// ErrNoBytes when its content has aged out.
func (j *Journal) RetryResult(ctx context.Context, id int64, reason string) error {
	return j.in(ctx, "retry result file", func(t *tx) error {
		applied, err := t.count(`SELECT COUNT(*) FROM results WHERE id = $1 AND state = 'applied'`, id)
		if err != nil {
			return err
		}
		if applied > 0 {
			return t.readAgain(id, reason)
		}
		if err := t.one(`UPDATE results SET state = $1, state_since = $2, reason = '' WHERE id = $3 AND state = $4`, Collected, t.at, id, Unreadable); err != nil {
			return err
		}
		if err := t.clearAlarm("result file", fmt.Sprintf("result %d", id), "read again"); err != nil {
			return err
		}
		return t.event("retried", about{result: id}, detail{"reason": reason})
	})
}

// Look is what was last seen of a file in a return folder.
type Look struct {
	Name                string
	Size                int64
	Modified            time.Time
	FirstSeen, LastSeen time.Time
}

// Looks gives what was seen in a route's return folder.
func (j *Journal) Looks(ctx context.Context, route string) (map[string]Look, error) {
	rows, err := j.read.QueryContext(ctx, `SELECT name, size, modified, first_seen, last_seen FROM looks WHERE route = $1`, route)
	if err != nil {
		return nil, fmt.Errorf("journal: read looks: %w", err)
	}
	defer rows.Close()
	out := map[string]Look{}
	for rows.Next() {
		var l Look
		var m, f, s string
		if err := rows.Scan(&l.Name, &l.Size, &m, &f, &s); err != nil {
			return nil, fmt.Errorf("journal: read looks: %w", err)
		}
		l.Modified, l.FirstSeen, l.LastSeen = Time(m), Time(f), Time(s)
		out[l.Name] = l
	}
	return out, rows.Err()
}

// SaveLooks replaces what was seen in a route's return folder.
func (j *Journal) SaveLooks(ctx context.Context, route string, looks []Look) error {
	return j.in(ctx, "save looks", func(t *tx) error {
		if _, err := t.exec(`DELETE FROM looks WHERE route = $1`, route); err != nil {
			return err
		}
		for _, l := range looks {
			if _, err := t.exec(`INSERT INTO looks (route, name, size, modified, first_seen, last_seen) VALUES ($1,$2,$3,$4,$5,$6)`,
				route, l.Name, l.Size, stamp(l.Modified), stamp(l.FirstSeen), stamp(l.LastSeen)); err != nil {
				return err
			}
		}
		return nil
	})
}
