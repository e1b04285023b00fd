package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// A result file may be applied again, to what is open: lines that could not be used are tried once more, for a document may have been brought back
// since, or another sheet in force. A line that had its effect never has it again.

// begin prepares for a file that was applied before: what could not be used, and no person has settled, is forgotten, and so is which documents it
// speaks of.
func (a *Apply) begin() error {
	n, err := a.t.count(`SELECT COUNT(*) FROM result_rows WHERE result_id = $1`, a.result.ID)
	if err != nil || n == 0 {
		return err
	}
	a.repeat = true
	for _, query := range []string{`DELETE FROM result_rows WHERE result_id = $1 AND kind = 'exception' AND mark NOT IN ('valid','invalid')`, `DELETE FROM result_documents WHERE result_id = $1`} {
		if _, err := a.t.exec(query, a.result.ID); err != nil {
			return err
		}
	}
	return nil
}

// Used tells whether a line had its effect when the file was applied before; then it is counted, and nothing more is to be done with it.
func (a *Apply) Used(line int) (bool, error) {
	if !a.repeat {
		return false, nil
	}
	var kind RowKind
	err := a.t.QueryRowContext(a.t.ctx, `SELECT kind FROM result_rows WHERE result_id = $1 AND line = $2`, a.result.ID, line).Scan(&kind)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	a.counts.Total++
	switch kind {
	case IgnoredRow:
		a.counts.Ignored++
	case PaymentRow:
		a.counts.Payments++
	case ExceptionRow: // a person has said what it is
		a.counts.Listed++
	default:
		a.counts.Outcomes++
	}
	return true, nil
}

// settled closes the alarm about lines that could not be used when all of them could.
func (a *Apply) settled(listed int) error {
	if listed > 0 || !a.repeat {
		return nil
	}
	return a.t.clearAlarm("result lines", fmt.Sprintf("result %d", a.result.ID), "all its lines could be used")
}

// ErrNoBytes says that the bytes of a result file have aged out.
var ErrNoBytes = errors.New("its content has aged out of the journal")

// readAgain puts an applied result file back, for the lines that could not be used.
func (t *tx) readAgain(id int64, reason string) error {
	if n, err := t.count(`SELECT COUNT(*) FROM result_chunks WHERE result_id = $1 AND n = 0`, id); err != nil || n == 0 {
		return errors.Join(err, noBytes(n))
	}
	if err := t.one(`UPDATE results SET state = $1, state_since = $2 WHERE id = $3 AND state = $4 AND rows_listed > 0`, Collected, t.at, id, Applied); err != nil {
		return err
	}
	return t.event("to be applied again", about{result: id}, detail{"reason": reason})
}

func noBytes(chunks int) error {
	if chunks == 0 {
		return ErrNoBytes
	}
	return nil
}

// seenAgain is for content that was collected before and has come back into the return folder: where lines of it could not be used then, it is applied
// again. A file that was never moved out of the folder has not come back.
func (t *tx) seenAgain(id int64) (again bool, err error) {
	n, err := t.count(`SELECT COUNT(*) FROM results WHERE id = $1 AND state = 'applied' AND rows_listed > 0 AND moved_to <> ''`, id)
	if err != nil || n == 0 {
		return false, err
	}
	err = t.readAgain(id, "it came again")
	if errors.Is(err, ErrNoBytes) {
		return false, nil
	}
	return err == nil, err
}

// ListedAbout gives the result files with lines that could not be used and that speak of a document by one of its ids, oldest first.
func (j *Journal) ListedAbout(ctx context.Context, ids ...string) ([]ResultFile, error) {
	var out []ResultFile
	seen := map[int64]bool{}
	for _, id := range ids {
		if id == "" {
			continue
		}
		found, err := j.results(ctx, `state = 'applied' AND id IN (SELECT result_id FROM result_rows WHERE kind = 'exception' AND (doc_id = $1 OR problem LIKE '%' || $1 || '%' OR data LIKE '%' || $1 || '%')) ORDER BY id`, id)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			if !seen[r.ID] {
				seen[r.ID] = true
				out = append(out, r)
			}
		}
	}
	return out, nil
}
