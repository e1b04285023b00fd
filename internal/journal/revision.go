package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

func placesText(list []records.Place) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}

// ErrRevision says that a document would be posted beside another one of its report, which nobody has decided.
var ErrRevision = errors.New("another document of the report is posted, or may be")

// once is the promise that a report is posted once, kept in the transaction that makes an import file: each document in it stands alone, or it was
// decided how it is posted beside the others, and they are still those that the decision was about.
func (t *tx) once(fileID int64) error {
	ids, err := t.Strings(`SELECT d.doc_id FROM file_documents p JOIN documents d ON d.doc_id = p.doc_id WHERE p.file_id = $1 AND (d.revision > 1 OR d.report_id <> '' AND EXISTS
		(SELECT 1 FROM documents o WHERE o.report_id = d.report_id AND o.doc_type = d.doc_type AND o.doc_id <> d.doc_id)) ORDER BY p.position`, fileID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		d, err := records.ScanDoc(t.QueryRowContext(t.Ctx, `SELECT `+records.DocColumns+` FROM documents WHERE doc_id = $1`, id))
		if err != nil {
			return err
		}
		others, err := records.Siblings(t.Ctx, t, d)
		if err != nil {
			return err
		}
		part, err := records.ScanPart(t.QueryRowContext(t.Ctx, `SELECT `+records.PartColumns+` FROM file_documents WHERE file_id = $1 AND doc_id = $2`, fileID, id))
		if err != nil {
			return err
		}
		s := records.Judge(d, others)
		if !s.Allows(part.PostAs, part.Basis) || s.Takes(part.Posting) && !repeats(d, part) {
			return fmt.Errorf("document %s: %w", id, ErrRevision)
		}
	}
	return nil
}

// repeats: an obligation that says the whole each time, by a template that reads its fields, keeps the key of its request.
func repeats(d records.Doc, part records.Part) bool {
	return d.DocType.Commits() && part.PostAs == records.PostFull
}

// ErrUndecidable says why a document that is held as a revision cannot be released so.
type ErrUndecidable struct{ Why string }

// Error tells why.
func (e *ErrUndecidable) Error() string { return e.Why }

// ReleaseAs lets a document that is held as a revision go into the next import file, as a person says: what it changes (replace), or as it is (add).
// The decision is about what is posted of the report now; when that changes, the document is held again.
func (j *Journal) ReleaseAs(ctx context.Context, docID string, as records.PostAs, reason string) error {
	return j.in(ctx, "release document "+docID, func(t *tx) error {
		d, err := records.ScanDoc(t.QueryRowContext(ctx, `SELECT `+records.DocColumns+` FROM documents WHERE doc_id = $1`, docID))
		if err != nil {
			return err
		}
		if d.State != records.Held || d.Cause != records.CauseRevision {
			return fmt.Errorf("document %s is not held as a revision: %w", docID, ledger.ErrStale)
		}
		var c records.RevisionCase
		var text string
		if err := t.QueryRowContext(ctx, `SELECT cause_data FROM documents WHERE doc_id = $1`, docID).Scan(&text); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			return fmt.Errorf("document %s: %w", docID, err)
		}
		if as == records.PostReplace && c.Missing != "" {
			return &ErrUndecidable{c.Missing}
		}
		basis, err := placesText(c.Basis)
		if err != nil {
			return err
		}
		if err := t.transition(docID, []records.State{records.Held}, records.Acknowledged, "released", why.By(reason)); err != nil {
			return err
		}
		if err := t.One(`UPDATE documents SET post_as = $1, basis = $2 WHERE doc_id = $3`, as, basis, docID); err != nil {
			return err
		}
		return t.Event("decided", ledger.About{Doc: docID}, ledger.Detail{"post_as": as, "basis": c.Basis, "reason": reason})
	})
}

// SettleUnchanged closes a document that replaces what was posted of its report and changes nothing: there is nothing to post, and Concur is told
// success with the number that the report has in the ERP. A person has agreed: the document was released as replacing.
func (j *Journal) SettleUnchanged(ctx context.Context, docID string) error {
	return j.in(ctx, "settle unchanged document "+docID, func(t *tx) error {
		d, err := records.ScanDoc(t.QueryRowContext(ctx, `SELECT `+records.DocColumns+` FROM documents WHERE doc_id = $1`, docID))
		if err != nil {
			return err
		}
		others, err := records.Siblings(ctx, t, d)
		if err != nil {
			return err
		}
		s := records.Judge(d, others)
		if d.State != records.Acknowledged || d.PostAs != records.PostReplace || s.Kind != records.Revision || !s.Allows(d.PostAs, d.Basis) {
			return fmt.Errorf("document %s: %w", docID, ledger.ErrStale)
		}
		var o fis.Outcome
		for _, p := range s.Posted { // the youngest that has a number
			if o.Number == "" || p.Outcome.Number != "" {
				o = p.Outcome
			}
		}
		if err := t.Event("nothing to post", ledger.About{Doc: docID}, ledger.Detail{"basis": d.Basis, "number": o.Number}); err != nil {
			return err
		}
		if err := t.saveWritten(0, []records.Part{{DocID: docID, Written: []byte("{}")}}); err != nil {
			return err
		}
		return t.settle(d, o, 0)
	})
}

// SettleCommitment closes an obligation after which the same is committed as before, or nothing as before: there is nothing to post, and Concur is told
// success, with the number of what was posted for its request or report, else with the given answer. Whoever waits for it goes on at once.
func (j *Journal) SettleCommitment(ctx context.Context, docID string, basis []records.Place, answer fis.Outcome) error {
	return j.in(ctx, "settle obligation "+docID, func(t *tx) error {
		d, err := records.ScanDoc(t.QueryRowContext(ctx, `SELECT `+records.DocColumns+` FROM documents WHERE doc_id = $1`, docID))
		if err != nil {
			return err
		}
		others, err := records.Siblings(ctx, t, d)
		if err != nil {
			return err
		}
		s := records.Judge(d, others)
		if d.State != records.Acknowledged || !d.DocType.Commits() || !s.Allows(records.PostReplace, basis) {
			return fmt.Errorf("document %s: %w", docID, ledger.ErrStale)
		}
		for _, p := range s.Posted { // the youngest that has a number of the ERP
			if p.Place.File != 0 && p.Outcome.Number != "" {
				answer.Number, answer.Company = p.Outcome.Number, p.Outcome.Company
			}
		}
		if err := t.Event("nothing to post", ledger.About{Doc: docID}, ledger.Detail{"basis": basis, "number": answer.Number}); err != nil {
			return err
		}
		if err := t.saveWritten(0, []records.Part{{DocID: docID, Written: []byte("{}")}}); err != nil {
			return err
		}
		return t.settle(d, answer, 0)
	})
}

// AnswerByRule settles an obligation with the answer that a rule of its route gives, without the ERP: nothing is committed by it.
func (j *Journal) AnswerByRule(ctx context.Context, docID, instruction, rule string, answer fis.Outcome) error {
	return j.in(ctx, "answer obligation "+docID, func(t *tx) error {
		d, err := records.ScanDoc(t.QueryRowContext(ctx, `SELECT `+records.DocColumns+` FROM documents WHERE doc_id = $1`, docID))
		if err != nil {
			return err
		}
		if d.State != records.Acknowledged || !d.DocType.Commits() {
			return fmt.Errorf("document %s: %w", docID, ledger.ErrStale)
		}
		detail := ledger.Detail{"instruction": instruction, "rule": rule, "verdict": answer.Verdict, "number": answer.Number}
		if err := t.Event("answered by a rule", ledger.About{Doc: docID}, detail); err != nil {
			return err
		}
		if err := t.saveWritten(0, []records.Part{{DocID: docID, Written: []byte("{}")}}); err != nil {
			return err
		}
		return t.settle(d, answer, 0)
	})
}
