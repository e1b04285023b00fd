package journaltest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

func testHistoryFindsEveryTampering(t *testing.T) {
	const last = `(SELECT MAX(seq) FROM history)`
	for name, c := range map[string]struct {
		damage string
		row    int64 // that the finding names; 0: the last one
		reason string
	}{
		"edited":                        {`UPDATE history SET detail = '{"reason":"other"}' WHERE seq = 3`, 3, "edited"},
		"edited time":                   {`UPDATE history SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 2`, 2, "edited"},
		"edited and given a new hash":   {`UPDATE history SET actor = 'x', hash = 'x' WHERE seq = 3`, 3, "edited"},
		"new hash fits":                 {`rehash 3`, 4, "the one before was"},
		"last one, new hash fits":       {`rehash last`, 0, "the last row was edited"},
		"deleted":                       {`DELETE FROM history WHERE seq = 2`, 3, "row 2 is missing before it"},
		"several deleted":               {`DELETE FROM history WHERE seq IN (2,3)`, 4, "rows 2 to 3 are missing"},
		"deleted first":                 {`DELETE FROM history WHERE seq = 1`, 2, "row 1 is missing"},
		"deleted last":                  {`DELETE FROM history WHERE seq = ` + last, 0, "is missing behind it, at the end"},
		"cut off":                       {`DELETE FROM history WHERE seq > 2`, 2, "are missing behind it"},
		"all deleted":                   {`DELETE FROM history`, 0, "are missing behind it"},
		"all, and the end that is kept": {`DELETE FROM history; DELETE FROM meta`, 0, "what was kept of the last row is gone"},
		"the end that is kept":          {`DELETE FROM meta WHERE name = 'history_head'`, 0, "what was kept of the last row is gone"},
		"appended":                      {`INSERT INTO history (seq, at, event, doc_id, file_id, result_id, actor, correlation, detail, hash) SELECT seq + 1, at, event, doc_id, file_id, result_id, actor, correlation, detail, hash FROM history WHERE seq = ` + last, 0, "put in"},
		"put in front":                  {`INSERT INTO history (seq, at, event, doc_id, file_id, result_id, actor, correlation, detail, hash) SELECT 0, at, event, doc_id, file_id, result_id, actor, correlation, detail, hash FROM history WHERE seq = 1`, 0, "was put in"},
		"put in between":                {`UPDATE history SET seq = seq + 1000 WHERE seq > 2; UPDATE history SET seq = seq - 999 WHERE seq > 1000; INSERT INTO history (seq, at, event, doc_id, file_id, result_id, actor, correlation, detail, hash) SELECT 3, at, 'released', doc_id, file_id, result_id, actor, correlation, detail, hash FROM history WHERE seq = 1`, 3, "put in"},
		"two swapped":                   {`UPDATE history SET seq = -seq WHERE seq IN (2,3); UPDATE history SET seq = 5 + seq WHERE seq < 0`, 2, "edited"},
		"documents exchanged":           {`UPDATE history SET doc_id = CASE doc_id WHEN 'A' THEN 'B' ELSE 'A' END WHERE doc_id IN ('A','B')`, 1, "edited"},
		"column boundary":               {`UPDATE history SET event = event || 'A', doc_id = '' WHERE seq = 1`, 1, "edited"},
	} {
		t.Run(name, func(t *testing.T) {
			j, _ := open(t)
			acknowledged(t, j, "A", "B")
			filed(t, j, "document", 1, "A", "B")
			n, _, breaks, err := j.VerifyHistory(context.Background())
			if n == 0 || breaks != nil || err != nil {
				t.Fatalf("untouched: %d %v %v", n, breaks, err)
			}
			tamper(t, j, c.damage, n)
			_, _, breaks, err = j.VerifyHistory(context.Background())
			if err != nil || !slices.ContainsFunc(breaks, func(b ledger.Break) bool {
				return strings.Contains(b.Reason, c.reason) && (c.row == 0 || b.Seq == c.row)
			}) {
				t.Errorf("want a break at row %d that says %q: %v %v", c.row, c.reason, breaks, err)
			}
		})
	}
}

// tamper changes the history as somebody with the database in his hands would: the triggers first. "rehash N" edits a
// row and gives it the hash that fits.
func tamper(t *testing.T, j *journal.Journal, damage string, rows int64) {
	t.Helper()
	tampered[j] = true
	if _, err := byHand(j, `UPDATE history SET event = 'x' WHERE seq = 1`); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Errorf("a row could be edited: %v", err)
	}
	if _, err := byHand(j, `DELETE FROM history`); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Errorf("rows could be deleted: %v", err)
	}
	if _, err := byHand(j, `DROP TRIGGER history_no_update; DROP TRIGGER history_no_delete`); err != nil {
		t.Fatal(err)
	}
	if which, ok := strings.CutPrefix(damage, "rehash "); ok {
		seq := rows
		if which != "last" {
			seq = int64(which[0] - '0')
		}
		var before string
		if err := raw(j).QueryRow(`SELECT hash FROM history WHERE seq = $1`, seq-1).Scan(&before); err != nil {
			t.Fatal(err)
		}
		rows, err := raw(j).Query(`SELECT `+ledger.EventColumns+` FROM history WHERE seq = $1`, seq)
		if err != nil || !rows.Next() {
			t.Fatal(err)
		}
		e, err := ledger.ScanEvent(rows)
		if err = errors.Join(err, rows.Close()); err != nil {
			t.Fatal(err)
		}
		e.Actor = "somebody else"
		if _, err := byHand(j, `UPDATE history SET actor = $1, hash = $2 WHERE seq = $3`, e.Actor, ledger.Chain(before, e), seq); err != nil {
			t.Fatal(err)
		}
		return
	}
	if _, err := byHand(j, damage); err != nil {
		t.Fatal(err)
	}
}
