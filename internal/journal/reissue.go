package journal

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// settleAllOrNothing: one rejected document means that the ERP took nothing. The rejected ones are confirmed as errors, the file is
// withdrawn, and the others wait for a new file with a new number. Only when every document is accepted all are posted.
func (t *tx) settleAllOrNothing(f records.File, result int64) error {
	// What a person has marked posted needs no word of the ERP any more.
	total, err := t.Count(`SELECT COUNT(*) FROM file_documents p JOIN documents d ON d.doc_id = p.doc_id WHERE p.file_id = $1 AND p.withdrawn = 0 AND d.state <> 'posted'`, f.ID)
	if err != nil {
		return err
	}
	said := map[fis.Verdict][]string{}
	for _, v := range []fis.Verdict{fis.Posted, fis.Rejected} {
		if said[v], err = t.Strings(`SELECT p.doc_id FROM file_documents p JOIN confirmations c ON c.doc_id = p.doc_id WHERE p.file_id = $1 AND p.withdrawn = 0 AND c.state = 'waiting' AND c.verdict = $2 ORDER BY p.position`, f.ID, v); err != nil {
			return err
		}
	}
	switch {
	case len(said[fis.Rejected]) > 0:
		return t.reissueWithout(f, said[fis.Rejected], why.New("documents-rejected", "documents", wording.SomeOf(said[fis.Rejected], 3, ", ")), result)
	case len(said[fis.Posted]) == total && (f.State == records.Dropped || f.State == records.Refused): // refused as a whole first, then taken
		for _, id := range said[fis.Posted] {
			if err := t.settleWaiting(id, records.Posted, f.ID, result); err != nil {
				return err
			}
			if err := t.Rest(); err != nil {
				return err
			}
		}
		if err := t.One(`UPDATE files SET state = $1, state_since = $2 WHERE id = $3 AND state = $4`, records.Accepted, t.At, f.ID, f.State); err != nil {
			return err
		}
		if err := t.endAlarms(numberOf(f), "accepted"); err != nil {
			return err
		}
		return t.Event("accepted", ledger.About{File: f.ID, Result: result}, nil)
	}
	return nil
}

// settleWaiting makes an outcome final that had to wait for the rest of its file.
func (t *tx) settleWaiting(docID string, state records.State, file, result int64) error {
	reason, err := t.waitingReason(docID)
	if err != nil {
		return err
	}
	if err := t.One(`UPDATE documents SET state = $1, state_since = $2, finished_at = $2, reason = $3, why = $4, cause = '', cause_data = '' WHERE doc_id = $5 AND state IN ('filed','held')`, state, t.At, reason.Text(), reason.Stored(), docID); err != nil {
		return err
	}
	if err := t.One(`UPDATE confirmations SET state = $1, due_at = $2 WHERE doc_id = $3 AND state = $4`, records.Pending, t.At, docID, records.Waiting); err != nil {
		return err
	}
	t.settledAs(state)
	if err := errors.Join(t.strandPayments(docID, state), t.clearAlarm("duplicate", docID, string(state))); err != nil {
		return err
	}
	return t.Event(string(state), ledger.About{Doc: docID, File: file, Result: result}, nil)
}

// settledAs counts a final outcome.
func (t *tx) settledAs(state records.State) {
	if state == records.Posted {
		t.posted++
	} else {
		t.rejected++
	}
}

// waitingReason is the first text of the outcome that waits.
func (t *tx) waitingReason(docID string) (why.Reason, error) {
	var text string
	var o fis.Outcome
	if err := t.QueryRowContext(t.Ctx, `SELECT outcome FROM confirmations WHERE doc_id = $1`, docID).Scan(&text); err != nil {
		return why.Reason{}, err
	}
	err := json.Unmarshal([]byte(text), &o)
	return erpSaid(o), err
}

// reissueWithout withdraws a file: the rejected documents are settled, all others wait for the next file.
func (t *tx) reissueWithout(f records.File, rejected []string, reason why.Reason, result int64) error {
	for _, id := range rejected {
		if err := t.settleWaiting(id, records.Rejected, f.ID, result); err != nil {
			return err
		}
	}
	// a document number for a line is enough: the ERP may have booked the document, though it has not answered all of it
	contradicting, err := t.Strings(`SELECT p.doc_id FROM file_documents p JOIN documents d ON d.doc_id = p.doc_id WHERE p.file_id = $1 AND d.state IN ('filed','held')
		AND (EXISTS (SELECT 1 FROM confirmations c WHERE c.doc_id = p.doc_id AND c.state IN ('waiting','stuck') AND c.verdict = 'posted' AND c.outcome LIKE '%"number":%')
		OR EXISTS (SELECT 1 FROM result_rows r WHERE r.doc_id = p.doc_id AND r.doc_id <> '' AND r.file_id = p.file_id AND r.kind = 'outcome' AND r.verdict = 'posted' AND r.data LIKE '%"number":%'))`, f.ID)
	if err != nil {
		return err
	}
	held := map[string]bool{}
	for _, id := range contradicting {
		held[id] = true
	}
	others, err := t.Strings(`SELECT p.doc_id FROM file_documents p JOIN documents d ON d.doc_id = p.doc_id WHERE p.file_id = $1 AND p.withdrawn = 0 AND d.state IN ('filed','held') AND d.file_id = $1 ORDER BY p.position`, f.ID)
	if err != nil {
		return err
	}
	if _, err := t.Exec(`UPDATE file_documents SET withdrawn = 1 WHERE file_id = $1`, f.ID); err != nil {
		return err
	}
	for _, id := range others {
		if err := t.backToWait(id, f, reason, held[id]); err != nil {
			return fmt.Errorf("document %s: %w", id, err)
		}
	}
	if err := t.One(`UPDATE files SET state = $1, state_since = $2, reason = $3, why = $4 WHERE id = $5 AND state <> 'withdrawn'`, records.Withdrawn, t.At, reason.Text(), reason.Stored(), f.ID); err != nil {
		return err
	}
	if err := t.endAlarms(numberOf(f), "withdrawn"); err != nil {
		return err
	}
	return t.Event("withdrawn", ledger.About{File: f.ID, Result: result}, ledger.Detail{"reason": reason.Text(), "rejected": rejected, "others": len(others)})
}

// backToWait frees a document of a withdrawn file. One for which the ERP gave a document number all the same is held: it may be posted. So is one
// of a file that was made before a restore: it may have been issued again since the backup.
func (t *tx) backToWait(id string, f records.File, withdrawn why.Reason, posted bool) error {
	doubtful, err := t.Count(`SELECT COUNT(*) FROM documents WHERE doc_id = $1 AND in_doubt = 1`, id)
	if err != nil {
		return err
	}
	to, reason := records.Acknowledged, why.Reason{}
	switch {
	case posted:
		to, reason = records.Held, why.New("numbered-but-refused", "file", f.Name)
	case doubtful > 0:
		to, reason = records.Held, why.New("withdrawn-since-restore", "file", f.Name)
	}
	if err := t.One(`UPDATE documents SET state = $1, state_since = $2, reason = $3, file_id = 0, reissue_of = $4, in_doubt = $5, cause = CASE WHEN $5 = 1 THEN 'doubt' ELSE '' END, cause_data = '', why = $7 WHERE doc_id = $6 AND state IN ('filed','held')`,
		to, t.At, reason.Text(), f.ID, ledger.Flag(to == records.Held), id, reason.Stored()); err != nil {
		return err
	}
	if _, err := t.Exec(`DELETE FROM confirmations WHERE doc_id = $1 AND state IN ('waiting','stuck')`, id); err != nil {
		return err
	}
	d := ledger.Detail{"reason": withdrawn.Text()}
	if to == records.Held {
		d["held"] = reason.Text()
	}
	if err := t.Event("taken out for reissue", ledger.About{Doc: id, File: f.ID}, d); err != nil || !posted {
		return err
	}
	return t.alarm("contradiction", id, why.New("numbered-in-refused", "doc", id, "file", f.Name, "as", "N"))
}
