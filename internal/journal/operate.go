package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/receipts"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// The transitions that a person asks for, by command, each with a reason for the history.

// Hold keeps an acknowledged document out of the next import file, until it is released by name.
func (j *Journal) Hold(ctx context.Context, docID, reason string) error {
	return j.HoldUntil(ctx, docID, time.Time{}, reason)
}

// HoldUntil is Hold until a moment, at which ReleaseDue releases the document; zero: only a person does.
func (j *Journal) HoldUntil(ctx context.Context, docID string, until time.Time, reason string) error {
	return j.in(ctx, "hold document "+docID, func(t *tx) error {
		if err := t.transition(docID, []records.State{records.Acknowledged}, records.Held, "held", why.By(reason)); err != nil {
			return err
		}
		if err := t.because(docID, records.CausePerson, nil); err != nil {
			return err
		}
		if !until.IsZero() {
			if err := t.One(`UPDATE documents SET held_until = $1 WHERE doc_id = $2`, ledger.Stamp(until), docID); err != nil {
				return err
			}
			if err := t.Event("held until", ledger.About{Doc: docID}, ledger.Detail{"until": ledger.Stamp(until)}); err != nil {
				return err
			}
		}
		return t.doubt(docID)
	})
}

// ReleaseDue releases the documents that a person held until a moment which has come, and says how many.
func (j *Journal) ReleaseDue(ctx context.Context) (n int, err error) {
	due, err := ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM documents WHERE state = 'held' AND held_until <> '' AND held_until <= $1`, ledger.Stamp(j.Now()))
	if err != nil || due == 0 {
		return 0, err
	}
	err = j.in(ctx, "release documents whose day has come", func(t *tx) error {
		n = 0
		ids, err := t.Strings(`SELECT doc_id FROM documents WHERE state = 'held' AND held_until <> '' AND held_until <= $1 ORDER BY doc_id`, t.At)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := t.transition(id, []records.State{records.Held}, records.Acknowledged, "released on its day", why.New("held-until-over")); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// Release lets a held document go into the next import file. Its file, when the ERP refused that, must have been withdrawn before.
func (j *Journal) Release(ctx context.Context, docID, reason string) error {
	return j.in(ctx, "release document "+docID, func(t *tx) error {
		n, err := t.Count(`SELECT COUNT(*) FROM file_documents WHERE doc_id = $1 AND withdrawn = 0`, docID)
		if err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("document %s is in an import file that was not withdrawn; reissue that file instead", docID)
		}
		if err := t.clearAlarm("contradiction", docID, "released: "+reason); err != nil {
			return err
		}
		if err := receipts.Waive(t.Tx, docID); err != nil {
			return err
		}
		extract, err := t.Count(`SELECT COUNT(*) FROM documents WHERE doc_id = $1 AND state = 'held' AND cause = 'extract'`, docID)
		if err != nil {
			return err
		}
		if err := t.transition(docID, []records.State{records.Held}, records.Acknowledged, "released", why.By(reason)); err != nil || extract == 0 {
			return err
		}
		return t.Event("released beside the extract", ledger.About{Doc: docID}, ledger.Detail{"reason": reason})
	})
}

// RetryHeld releases every document of a route (all routes when empty) that fisbridge itself could not put into an import file, and returns how
// many. Those that a person held, that the ERP may have already, or whose import file the ERP refused, stay: left says how many.
func (j *Journal) RetryHeld(ctx context.Context, route, reason string) (n, left int, err error) {
	err = j.in(ctx, "retry held documents", func(t *tx) error {
		ids, err := t.Strings(`SELECT doc_id FROM documents d WHERE state = 'held' AND in_doubt = 0 AND cause NOT IN ('revision','extract') AND (route = $1 OR $1 = '')
			AND NOT EXISTS (SELECT 1 FROM file_documents p WHERE p.doc_id = d.doc_id AND p.withdrawn = 0) ORDER BY doc_id`, route)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := receipts.Want(t.Tx, id, reason); err != nil {
				return err
			}
			if err := t.transition(id, []records.State{records.Held}, records.Acknowledged, "released", why.By(reason)); err != nil {
				return err
			}
		}
		n = len(ids)
		left, err = t.Count(`SELECT COUNT(*) FROM documents WHERE state = 'held' AND (route = $1 OR $1 = '')`, route)
		return err
	})
	return n, left, err
}

// MarkOutcome settles a document by a person's word: what the ERP really did. It works wherever no final outcome was sent.
func (j *Journal) MarkOutcome(ctx context.Context, docID string, o fis.Outcome, reason string) error {
	return j.mark(ctx, docID, o, reason, nil)
}

// MarkOutcomeFrom is MarkOutcome of a document that is still in the state in which a person saw it. One that a run has moved on meanwhile, into
// an import file that the ERP may take, is ErrStale.
func (j *Journal) MarkOutcomeFrom(ctx context.Context, docID string, from records.State, o fis.Outcome, reason string) error {
	return j.mark(ctx, docID, o, reason, []records.State{from})
}

// mark settles a document, when it is in one of the given states (nil: in any that can be settled).
func (j *Journal) mark(ctx context.Context, docID string, o fis.Outcome, reason string, from []records.State) error {
	return j.in(ctx, "mark document "+docID, func(t *tx) error {
		d, err := records.ScanDoc(t.QueryRowContext(ctx, `SELECT `+records.DocColumns+` FROM documents WHERE doc_id = $1`, docID))
		if err != nil {
			return fmt.Errorf("document %s: %w", docID, ledger.ErrNotFound)
		}
		if from != nil && !slices.Contains(from, d.State) {
			return fmt.Errorf("document %s is %s: %w", docID, d.State, ledger.ErrStale)
		}
		sent, err := t.Count(`SELECT COUNT(*) FROM confirmations WHERE doc_id = $1 AND state IN ('done','intended')`, docID)
		if err != nil {
			return err
		}
		if sent > 0 {
			return fmt.Errorf("document %s: Concur has been told its outcome already; it cannot be changed from here", docID)
		}
		f, err := t.liveFile(docID)
		if err != nil {
			return err
		}
		if f.State == records.Numbered || f.State == records.Uploading || f.State == records.Renaming {
			return fmt.Errorf("document %s is in import file %s, which is %s and will still go to the ERP; let fisbridge run deliver it first, then say what became of the document", docID, f.Name, f.State)
		}
		switch d.State {
		case records.Acknowledged, records.Held, records.Filed:
			err = t.settle(d, o, 0)
		case records.Posted, records.Rejected:
			if _, err = t.Exec(`UPDATE documents SET state = 'filed' WHERE doc_id = $1 AND state = $2`, docID, d.State); err == nil {
				err = t.settle(d, o, 0)
			}
		default:
			return fmt.Errorf("document %s is %s: %w", docID, d.State, ledger.ErrStale)
		}
		if err != nil {
			return err
		}
		if err := t.endOtherCompany(); err != nil {
			return err
		}
		for _, kind := range []string{"duplicate", "booked amount", "changed outcome", "contradiction", "unexpected outcome"} {
			if err := t.clearAlarm(kind, docID, "marked "+string(o.Verdict)+": "+reason); err != nil {
				return err
			}
		}
		if err := t.Event("marked", ledger.About{Doc: docID}, ledger.Detail{"verdict": o.Verdict, "number": o.Number, "reason": reason}); err != nil || f.State != records.Dropped && f.State != records.Refused {
			return err
		}
		return t.markedOf(f, docID, o.Verdict)
	})
}

// liveFile is the import file that holds the document and was not withdrawn, the zero file when there is none.
func (t *tx) liveFile(docID string) (records.File, error) {
	f, err := records.ScanFile(t.QueryRowContext(t.Ctx, `SELECT `+records.FileColumns+` FROM files WHERE id = (SELECT file_id FROM file_documents WHERE doc_id = $1 AND withdrawn = 0)`, docID))
	if errors.Is(err, sql.ErrNoRows) {
		return records.File{}, nil
	}
	return f, err
}

// markedOf goes on with the rest of an import file after a person has settled one document of it. Of one that the ERP takes completely or not at all, a
// posted document may have been the last word missing; a rejected one means that the others may not be posted either, which is known of a refused file.
func (t *tx) markedOf(f records.File, docID string, v fis.Verdict) error {
	if f.AllOrNothing() && v == fis.Posted {
		if err := t.settleAllOrNothing(f, 0); err != nil {
			return err
		}
	}
	if err := t.settleAnswered(); err != nil || !f.AllOrNothing() || v == fis.Posted || f.State != records.Dropped {
		return err
	}
	others, err := t.Count(`SELECT COUNT(*) FROM documents WHERE file_id = $1 AND state IN ('filed','held')`, f.ID)
	if err != nil || others == 0 {
		return err
	}
	return t.alarm("partly rejected", "file "+numberOf(f), why.New("partly-rejected", "doc", docID, "file", f.Name, "number", numberOf(f), "others", others))
}

// ErrNotReissuable says that a file cannot be withdrawn in its present state.
var ErrNotReissuable = errors.New("only an import file that the ERP refused or has not answered can be reissued")

// Reissue withdraws an import file by a person's word: the named documents are rejected with the given message (confirmed to Concur as
// errors), all others that have no outcome wait for a new file.
func (j *Journal) Reissue(ctx context.Context, fileID int64, without map[string]fis.Outcome, reason string) error {
	return j.in(ctx, "reissue import file", func(t *tx) error {
		f, err := records.ScanFile(t.QueryRowContext(ctx, `SELECT `+records.FileColumns+` FROM files WHERE id = $1`, fileID))
		if err != nil {
			return err
		}
		if f.State != records.Dropped && f.State != records.Refused {
			return fmt.Errorf("import file %s is %s: %w", f.Name, f.State, ErrNotReissuable)
		}
		for _, id := range slices.Sorted(maps.Keys(without)) {
			d, err := records.ScanDoc(t.QueryRowContext(ctx, `SELECT `+records.DocColumns+` FROM documents WHERE doc_id = $1 AND file_id = $2`, id, fileID))
			if err != nil {
				return fmt.Errorf("document %s is not in import file %s: %w", id, f.Name, ledger.ErrNotFound)
			}
			if err := t.settle(d, without[id], 0); err != nil {
				return err
			}
			if err := t.Event("marked", ledger.About{Doc: id, File: fileID}, ledger.Detail{"verdict": without[id].Verdict, "reason": reason}); err != nil {
				return err
			}
		}
		return t.reissueWithout(f, nil, why.By(reason), 0)
	})
}

// MarkFile settles the doubt about an unverified import file: received (the ERP has it), or lost (it never arrived, and its documents go
// into a new file).
func (j *Journal) MarkFile(ctx context.Context, fileID int64, received bool, reason string) error {
	return j.in(ctx, "mark import file", func(t *tx) error {
		f, err := records.ScanFile(t.QueryRowContext(ctx, `SELECT `+records.FileColumns+` FROM files WHERE id = $1`, fileID))
		if err != nil {
			return err
		}
		if !f.Unverified || f.State != records.Dropped {
			return fmt.Errorf("import file %s is not in doubt: %w", f.Name, ledger.ErrStale)
		}
		if err := t.One(`UPDATE files SET unverified = 0 WHERE id = $1 AND state = 'dropped' AND unverified = 1`, fileID); err != nil {
			return err
		}
		if err := t.clearAlarm("unverified", fmt.Sprintf("file %s/%d", f.Route, f.Sequence), reason); err != nil {
			return err
		}
		if err := t.Event("marked", ledger.About{File: fileID}, ledger.Detail{"received": received, "reason": reason}); err != nil || received {
			return err
		}
		return t.reissueWithout(f, nil, why.New("never-arrived", "reason", reason), 0)
	})
}

// settledOnly: a confirmation that was stopped while its import file waits for the rest is about an outcome that the document does not have.
const settledOnly = ` AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.doc_id = confirmations.doc_id AND d.state = 'filed')`

// RetryConfirmation makes a stuck posting confirmation or payment of a document due again. Where there was one try, and it was answered, none
// was lost: what Concur has on record then is still not ours. (Before an invoice is marked again, it is read back in any case.)
func (j *Journal) RetryConfirmation(ctx context.Context, docID, reason string) (n int64, err error) {
	const answered = `attempts = CASE WHEN state = 'stuck' AND attempts = 1 THEN 0 ELSE attempts END`
	const paid = `attempts = CASE WHEN state = 'stuck' AND attempts = 1 AND doc_type <> 'invoice' THEN 0 ELSE attempts END`
	err = j.in(ctx, "retry confirmations of document "+docID, func(t *tx) error {
		a, err := t.Exec(`UPDATE confirmations SET `+answered+`, state = $1, due_at = $2 WHERE doc_id = $3 AND state IN ('stuck','intended')`+settledOnly, records.Intended, t.At, docID)
		if err != nil {
			return err
		}
		b, err := t.Changed(`UPDATE payments SET `+paid+`, state = $1, due_at = $2 WHERE doc_id = $3 AND state IN ('stuck','intended')`, records.Intended, t.At, docID)
		if err != nil {
			return err
		}
		if n = a + int64(len(b)); n == 0 {
			return nil
		}
		return t.Event("retried", ledger.About{Doc: docID, Others: ledger.KeysOf(b, ledger.OfPayment, "id")}, ledger.Detail{"reason": reason})
	})
	return n, err
}

// SettleByHand closes a stuck confirmation of a document that a person has settled in Concur itself.
func (j *Journal) SettleByHand(ctx context.Context, docID, reason string) (n int64, err error) {
	err = j.in(ctx, "settle document "+docID+" by hand", func(t *tx) error {
		a, err := t.Exec(`UPDATE confirmations SET state = $1, done_at = $2, message = $3 WHERE doc_id = $4 AND state = $5`+settledOnly, records.Done, t.At, "by hand: "+reason, docID, records.Stuck)
		if err != nil {
			return err
		}
		b, err := t.Changed(`UPDATE payments SET state = $1, done_at = $2, message = CASE WHEN code = $6 THEN $7 ELSE $3 END WHERE doc_id = $4 AND state = $5`,
			records.Done, t.At, "by hand: "+reason, docID, records.Stuck, records.RecalledAfterPosting, records.ReversedByHand+reason)
		if err != nil {
			return err
		}
		if n = a + int64(len(b)); n == 0 {
			return nil
		}
		if err := t.clearConfirmationAlarms(docID, "by hand: "+reason); err != nil {
			return err
		}
		if err := t.releasePayments(docID); err != nil {
			return err
		}
		return t.Event("settled by hand", ledger.About{Doc: docID, Others: ledger.KeysOf(b, ledger.OfPayment, "id")}, ledger.Detail{"reason": reason})
	})
	return n, err
}

// clearConfirmationAlarms closes the alarms about a document's confirmations, of postings and of payments.
func (t *tx) clearConfirmationAlarms(docID, resolution string) error {
	ids, err := t.Strings(`SELECT CAST(id AS TEXT) FROM payments WHERE doc_id = $1 ORDER BY id`, docID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.clearAlarm("payment confirmation", "payment "+id, resolution); err != nil {
			return err
		}
	}
	return t.clearAlarm("posting confirmation", docID, resolution)
}
