package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/matching"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/whose"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// CollectResult commits the bytes of a result file. The same name and content again gives the row that is there; the same content
// under another name is a new row in state Repeated, unless alike says that the names mean different things (nil: they never do).
func (j *Journal) CollectResult(ctx context.Context, route, name, sha256 string, size int64, body io.Reader, alike func(other string) bool) (r records.ResultFile, err error) {
	err = j.in(ctx, "collect result file "+name, func(t *tx) error {
		r, err = records.ScanResult(t.QueryRowContext(ctx, `SELECT `+records.ResultColumns+` FROM results WHERE route = $1 AND name = $2 AND sha256 = $3`, route, name, sha256))
		if err == nil {
			if err := t.Event("result file seen again", ledger.About{Result: r.ID}, ledger.Detail{"name": name}); err != nil {
				return err
			}
			again, err := t.seenAgain(r.ID)
			if again {
				r.State = records.Collected
				return err
			}
			return errors.Join(err, t.perhapsOfAnother(r.ID))
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		before, err := t.sameContent(route, name, sha256, alike)
		if err != nil {
			return err
		}
		state := records.Collected
		if before != 0 {
			state = records.Repeated
			if again, err := t.seenAgain(before); err != nil || !again {
				if err := errors.Join(err, t.perhapsOfAnother(before)); err != nil {
					return err
				}
			}
		}
		id, err := t.Next("results")
		if err != nil {
			return err
		}
		if _, err := t.Exec(`INSERT INTO results (id, route, name, sha256, size, state, state_since, collected_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$7)`, id, route, name, sha256, size, state, t.At); err != nil {
			return err
		}
		if state == records.Collected {
			if err := t.SaveChunks("result_chunks", "result_id", id, size, body); err != nil {
				return err
			}
		}
		r = records.ResultFile{ID: id, Route: route, Name: name, SHA256: sha256, Size: size, State: state, Collected: ledger.Time(t.At)}
		d := ledger.Detail{"name": name, "sha256": sha256, "bytes": size, "route": route}
		if before != 0 {
			d["same_content_as"] = before
		}
		return t.Event(string(state), ledger.About{Result: id}, d)
	})
	return r, err
}

// sameContent finds the first result file of a route with this content and a name that is alike, 0 when there is none. Names that name different import files
// are not alike: two files may have been refused for the same reason in the same line. A file that told of payments is read again under another
// name, row by row: a second payment of the same amount on the same day looks like this too.
func (t *tx) sameContent(route, called, sha256 string, alike func(other string) bool) (before int64, err error) {
	var same []records.ResultFile
	err = t.Each(`SELECT id, name FROM results r WHERE route = $1 AND sha256 = $2 AND rows_payment = 0
		AND NOT EXISTS (SELECT 1 FROM result_rows l WHERE l.result_id = r.id AND l.mark <> '') ORDER BY id`, func(rows *sql.Rows) error {
		var id int64
		var name string
		err := rows.Scan(&id, &name)
		same = append(same, records.ResultFile{ID: id, Name: name})
		return err
	}, route, sha256)
	if err != nil || len(same) == 0 {
		return 0, err
	}
	named, err := matching.NamedFiles(t.Tx, called)
	if err != nil {
		return 0, err
	}
	for _, r := range same {
		other, err := matching.NamedFiles(t.Tx, r.Name)
		if err != nil {
			return 0, err
		}
		if slices.Equal(named, other) && (alike == nil || alike(r.Name)) {
			return r.ID, nil
		}
	}
	return 0, nil
}

// perhapsOfAnother asks a person about content that came again, when a document has come since which waits for its answer, of the same report as one
// that the content speaks of: an ERP that names reports says the very same of both.
func (t *tx) perhapsOfAnother(id int64) error {
	ids, err := whose.AlsoMeant(t.Tx, id)
	if err != nil || len(ids) == 0 {
		return err
	}
	var name string
	if err := t.QueryRowContext(t.Ctx, `SELECT name FROM results WHERE id = $1`, id).Scan(&name); err != nil {
		return err
	}
	return t.alarm("result lines", fmt.Sprintf("result %d", id), why.New("result-again", "result_file", name, "result", id, "docs", wording.SomeOf(ids, 3, ", ")))
}

// endResultAgain closes those questions about which no document waits any more.
func (t *tx) endResultAgain() error {
	asked, err := t.Strings(`SELECT subject FROM alarms WHERE resolved_at = '' AND kind = 'result lines' AND why LIKE '%"result-again"%' ORDER BY id`)
	for _, subject := range asked {
		var id int64
		if _, err := fmt.Sscanf(subject, "result %d", &id); err != nil {
			return err
		}
		ids, err := whose.AlsoMeant(t.Tx, id)
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			continue
		}
		if _, err := t.resolved(string(records.Answered), `kind = 'result lines' AND subject = $3 AND why LIKE '%"result-again"%'`, subject); err != nil {
			return err
		}
	}
	return err
}

// ResultUnreadable commits that the file as a whole could not be read, and opens an alarm.
func (j *Journal) ResultUnreadable(ctx context.Context, r records.ResultFile, reason string) error {
	return j.in(ctx, "result file unreadable", func(t *tx) error {
		if err := t.One(`UPDATE results SET state = $1, state_since = $2, reason = $3, why = $4 WHERE id = $5 AND state = $6`, records.Unreadable, t.At, reason, why.New("result-unreadable", "problem", reason).Stored(), r.ID, records.Collected); err != nil {
			return err
		}
		if err := t.Event("unreadable", ledger.About{Result: r.ID}, ledger.Detail{"reason": reason}); err != nil {
			return err
		}
		return t.alarm("result file", fmt.Sprintf("result %d", r.ID), why.New("result-file-unreadable", "result_file", r.Name, "result", r.ID, "problem", reason))
	})
}

// RetryResult puts a result file back, to be read again with the mapping of today: one that was unreadable, or one with lines that could not be used.
// ErrNoBytes when its content has aged out.
func (j *Journal) RetryResult(ctx context.Context, id int64, reason string) error {
	return j.in(ctx, "retry result file", func(t *tx) error {
		applied, err := t.Count(`SELECT COUNT(*) FROM results WHERE id = $1 AND state = 'applied'`, id)
		if err != nil {
			return err
		}
		if applied > 0 {
			return t.readAgain(id, reason)
		}
		if err := t.One(`UPDATE results SET state = $1, state_since = $2, reason = '', why = '' WHERE id = $3 AND state = $4`, records.Collected, t.At, id, records.Unreadable); err != nil {
			return err
		}
		if err := t.clearAlarm("result file", fmt.Sprintf("result %d", id), "read again"); err != nil {
			return err
		}
		return t.Event("retried", ledger.About{Result: id}, ledger.Detail{"reason": reason})
	})
}
