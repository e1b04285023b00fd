// Package retention takes out of the journal what ages out, and what is asked to be forgotten: payloads, the bytes of
// files, and every text about a person. Ids, states, amounts, dates, numbers and hashes stay, and the history still
// verifies.
package retention

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// finishedDocuments are those of which nothing is due any more: an outcome that Concur knows, no open payment, no open
// alarm. $1 is the moment before which they were finished.
const finishedDocuments = `d.finished_at <> '' AND d.finished_at < $1
	AND NOT EXISTS (SELECT 1 FROM confirmations c WHERE c.doc_id = d.doc_id AND c.state <> 'done')
	AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.doc_id = d.doc_id AND p.state IN ('waiting','pending','intended','stuck'))
	AND NOT EXISTS (SELECT 1 FROM alarms a WHERE a.subject = d.doc_id AND a.resolved_at = '')`

// Aged says what the retention rule took out.
type Aged struct {
	// Payloads are documents as Concur sent them, Texts the documents whose texts were emptied, Files and Results those
	// whose bytes went.
	Payloads, Texts, Files, Results int64
}

// Age takes out what was finished before the given time: payloads, bytes of import files and result files, and the
// texts about them everywhere in the journal. Ids, states, amounts, dates, numbers and hashes stay, and the history
// still verifies. Unfinished work keeps everything.
func (j *Retention) Age(ctx context.Context, before time.Time) (n Aged, err error) {
	err = j.in(ctx, "age out what is finished", func(t *tx) error {
		cut := ledger.Stamp(before)
		if n.Payloads, err = t.agePayloads(cut); err != nil {
			return err
		}
		if n.Files, n.Results, err = t.ageBytes(cut); err != nil {
			return err
		}
		if n.Texts, err = t.ageTexts(cut); err != nil {
			return err
		}
		if n == (Aged{}) {
			return nil
		}
		return t.Event(agedEvent, ledger.About{}, ledger.Detail{"payloads": n.Payloads, "texts": n.Texts, "files": n.Files, "results": n.Results, "before": cut})
	})
	return n, err
}

// agePayloads removes finished documents as Concur sent them.
func (t *tx) agePayloads(cut string) (int64, error) {
	gone, err := t.Changed(`DELETE FROM payloads WHERE doc_id IN (SELECT d.doc_id FROM documents d WHERE `+finishedDocuments+`)`, cut)
	if err != nil {
		return 0, err
	}
	for _, r := range gone {
		if err := t.Event(payloadEvent, ledger.About{Doc: r.Text("doc_id")}, nil); err != nil {
			return 0, err
		}
	}
	return int64(len(gone)), nil
}

// bytesGone removes the bytes of a file, by a statement, and tells of each file.
func (t *tx) bytesGone(query string, args ...any) error {
	rows, err := t.Changed(query, args...)
	if err != nil {
		return err
	}
	for _, s := range ledger.KeysOf(rows, ledger.OfFile, "file_id") {
		if err := t.Event(bytesEvent, ledger.About{File: s.Number()}, nil); err != nil {
			return err
		}
	}
	for _, s := range ledger.KeysOf(rows, ledger.OfResult, "result_id") {
		if err := t.Event(bytesEvent, ledger.About{Result: s.Number()}, nil); err != nil {
			return err
		}
	}
	return nil
}

// ageBytes removes the bytes of finished import files whose documents have no payload any more, and of finished result
// files.
func (t *tx) ageBytes(cut string) (files, results int64, err error) {
	ids, err := t.IDs(`SELECT f.id FROM files f WHERE f.state IN ('accepted','answered','withdrawn') AND f.state_since < $1
		AND EXISTS (SELECT 1 FROM file_chunks c WHERE c.file_id = f.id)
		AND NOT EXISTS (SELECT 1 FROM documents d JOIN payloads p ON p.doc_id = d.doc_id WHERE d.file_id = f.id)`, cut)
	if err != nil {
		return 0, 0, err
	}
	for _, id := range ids {
		if err := t.bytesGone(`DELETE FROM file_chunks WHERE file_id = $1`, id); err != nil {
			return 0, 0, err
		}
	}
	done, err := t.IDs(`SELECT r.id FROM results r WHERE `+finishedResults+` AND EXISTS (SELECT 1 FROM result_chunks c WHERE c.result_id = r.id)`, cut)
	if err != nil {
		return 0, 0, err
	}
	for _, id := range done {
		if err := errors.Join(t.bytesGone(`DELETE FROM result_chunks WHERE result_id = $1`, id), t.eraseLines(id)); err != nil {
			return 0, 0, err
		}
	}
	return int64(len(ids)), int64(len(done)), nil
}

// finishedResults are result files of which nothing is to be done: applied or repeated, moved out of the return folder,
// every listed line settled.
const finishedResults = `r.state IN ('applied','repeated') AND r.state_since < $1 AND r.moved_to <> ''
	AND NOT EXISTS (SELECT 1 FROM alarms a WHERE a.subject = 'result ' || CAST(r.id AS TEXT) AND a.resolved_at = '')`

// ageTexts empties the texts about what was finished before.
func (t *tx) ageTexts(cut string) (n int64, err error) {
	docs, err := t.Strings(`SELECT d.doc_id FROM documents d WHERE d.aged_at = '' AND `+finishedDocuments+` ORDER BY d.doc_id`, cut)
	if err != nil {
		return 0, err
	}
	for _, id := range docs {
		if err := t.eraseTexts(id); err != nil {
			return 0, err
		}
	}
	seqs, err := t.detailsOf(docs)
	if err != nil {
		return 0, err
	}
	if err := t.eraseAlarms(`resolved_at < $1`, cut); err != nil {
		return 0, err
	}
	if err := t.oldAlarmRows(&seqs, cut); err != nil {
		return 0, err
	}
	if err := t.ageRuns(cut); err != nil {
		return 0, err
	}
	return int64(len(docs)), t.EmptyDetails(seqs, "retention")
}

// oldAlarmRows adds the history rows of alarms that are not open any more.
func (t *tx) oldAlarmRows(seqs *[]int64, cut string) error {
	open, err := t.Strings(`SELECT subject FROM alarms WHERE resolved_at = ''`)
	if err != nil {
		return err
	}
	return t.alarmRows(seqs, func(subject string) bool { return !slices.Contains(open, subject) }, cut)
}

// alarmRows adds the history rows, older than cut, of alarms about the subjects that are wanted.
func (t *tx) alarmRows(seqs *[]int64, wanted func(subject string) bool, cut string) error {
	subjects := map[int64]string{} // of alarms that are named by their number later
	return t.Each(`SELECT seq, detail, CASE WHEN detail_hash <> '' THEN 1 ELSE 0 END FROM history WHERE event IN ('alarm','alarm resolved') AND detail <> '' AND at < $1 ORDER BY seq`, func(rows *sql.Rows) error {
		var seq int64
		var text string
		var can bool
		if err := rows.Scan(&seq, &text, &can); err != nil {
			return err
		}
		var d struct {
			Alarm   int64
			Subject string
		}
		if json.Unmarshal([]byte(text), &d) != nil {
			return nil // audit verify tells
		}
		if d.Subject == "" {
			d.Subject = subjects[d.Alarm]
		}
		subjects[d.Alarm] = d.Subject
		if can && wanted(d.Subject) {
			*seqs = append(*seqs, seq)
		}
		return nil
	}, cut)
}

// ageRuns keeps the figures of old runs and empties what they said in words.
func (t *tx) ageRuns(cut string) error {
	texts := map[int64]string{}
	err := t.Each(`SELECT id, summary FROM runs WHERE ended_at <> '' AND ended_at < $1 AND (summary LIKE '%"problems":%' OR summary LIKE '%"notes":%' OR summary LIKE '%"alarms":%' OR summary LIKE '%"changed_values":%')`, func(rows *sql.Rows) error {
		var id int64
		var text string
		err := rows.Scan(&id, &text)
		texts[id] = text
		return err
	}, cut)
	if err != nil {
		return err
	}
	var emptied []ledger.Subject
	for _, id := range slices.Sorted(maps.Keys(texts)) {
		text := texts[id]
		var all map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			return fmt.Errorf("summary of run %d: %w", id, err)
		}
		for _, name := range []string{"problems", "notes", "alarms", "changed_values", "needs"} {
			delete(all, name)
		}
		kept, err := json.Marshal(all)
		if err != nil {
			return err
		}
		if _, err := t.Exec(`UPDATE runs SET summary = $1 WHERE id = $2`, string(kept), id); err != nil {
			return err
		}
		emptied = append(emptied, ledger.NumberOf(ledger.OfRun, id))
	}
	if len(emptied) == 0 {
		return nil
	}
	return t.Event(textsEvent, ledger.About{Others: emptied}, nil)
}

// AgedCopies are the archived copies of result files that were finished before the given time, and lie where fisbridge
// moved them.
func (j *Retention) AgedCopies(ctx context.Context, before time.Time) ([]records.ResultFile, error) {
	return records.ResultsWhere(ctx, j.Ledger, `copy_gone = '' AND id IN (SELECT r.id FROM results r WHERE `+finishedResults+`) ORDER BY id`, ledger.Stamp(before))
}

// CopyGone commits that the archived copy of a result file was removed.
func (j *Retention) CopyGone(ctx context.Context, id int64) error {
	return j.in(ctx, "archived copy removed", func(t *tx) error {
		if err := t.One(`UPDATE results SET copy_gone = $1 WHERE id = $2 AND copy_gone = ''`, t.At, id); err != nil {
			return err
		}
		return t.Event("archived copy removed", ledger.About{Result: id}, nil)
	})
}
