package journal

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// A result file may be applied again, to what is open: lines that could not be used are tried once more, for a document may have been brought back
// since, or another sheet in force. A line that had its effect never has it again.

// begin prepares for a file that was applied before: what could not be used, and no person has settled, is forgotten, and so is which documents it
// speaks of.
func (a *Apply) begin() error {
	open, err := a.t.Count(`SELECT COUNT(*) FROM (SELECT 1 FROM alarms WHERE resolved_at = '' LIMIT 1) AS open`)
	if err != nil {
		return err
	}
	a.t.noAlarms = open == 0
	n, err := a.t.Count(`SELECT COUNT(*) FROM result_rows WHERE result_id = $1`, a.result.ID)
	if err != nil || n == 0 {
		return err
	}
	a.repeat = true
	for _, query := range []string{`DELETE FROM result_rows WHERE result_id = $1 AND kind IN ('exception','unclaimed') AND mark NOT IN ('valid','invalid')`, `DELETE FROM result_documents WHERE result_id = $1`} {
		if _, err := a.t.Exec(query, a.result.ID); err != nil {
			return err
		}
	}
	return nil
}

// Used tells whether a line had its effect when the file was applied before; then it is counted, and nothing more is to be done with it. file is the import
// file that it means, 0 for none: what is said of the whole of that may be believed now.
func (a *Apply) Used(line int) (file int64, used bool, err error) {
	if !a.repeat {
		return 0, false, nil
	}
	var kind records.RowKind
	err = a.t.QueryRowContext(a.t.Ctx, `SELECT kind, file_id FROM result_rows WHERE result_id = $1 AND line = $2`, a.result.ID, line).Scan(&kind, &file)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	a.counts.Total++
	switch kind {
	case records.IgnoredRow, records.UnclaimedRow:
		a.counts.Ignored++
	case records.PaymentRow:
		a.counts.Payments++
	case records.ExceptionRow: // a person has said what it is
		a.counts.Listed++
	default:
		a.counts.Outcomes++
	}
	return file, true, nil
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
	if n, err := t.Count(`SELECT COUNT(*) FROM result_chunks WHERE result_id = $1 AND n = 0`, id); err != nil || n == 0 {
		return errors.Join(err, noBytes(n))
	}
	if err := t.One(`UPDATE results SET state = $1, state_since = $2 WHERE id = $3 AND state = $4
		AND (rows_listed > 0 OR EXISTS (SELECT 1 FROM result_rows l WHERE l.result_id = results.id AND l.mark IN ('unclaimed','aged')))`, records.Collected, t.At, id, records.Applied); err != nil {
		return err
	}
	return t.Event("to be applied again", ledger.About{Result: id}, ledger.Detail{"reason": reason})
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
	n, err := t.Count(`SELECT COUNT(*) FROM results WHERE id = $1 AND state = 'applied' AND rows_listed > 0 AND moved_to <> ''`, id)
	if err != nil || n == 0 {
		return false, err
	}
	err = t.readAgain(id, "it came again")
	if errors.Is(err, ErrNoBytes) {
		return false, nil
	}
	return err == nil, err
}
