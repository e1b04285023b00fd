package journal

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/confirmed"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/matching"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/said"
	"github.com/fisbridge/fisbridge/internal/journal/whose"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Outcome applies what the ERP said about one document of an import file. It returns the words of an exception when the outcome
// cannot stand beside what is known; then an alarm is open and nothing else has changed.
func (a *Apply) Outcome(told said.Document, o fis.Outcome) error {
	d, f := told.Doc, told.File
	if f.ID == 0 {
		return a.fromLostFile(told, o)
	}
	if sent, err := a.sent(f, d.ID, o); err != nil || !sent {
		return err
	}
	if err := a.seen(&f); err != nil {
		return err
	}
	open := d.State == records.Filed || d.State == records.Held && f.State == records.Refused // the file was refused as a whole, now the ERP names the document
	if open && f.AllOrNothing() {                                                             // what was stopped stays so until a person has looked
		stopped, err := a.t.Count(`SELECT COUNT(*) FROM confirmations WHERE doc_id = $1 AND state = 'stuck'`, d.ID)
		if err != nil {
			return err
		}
		open = stopped == 0
	}
	if open && d.FileID == f.ID && !told.Part.Withdrawn {
		return a.first(d, f, o)
	}
	return a.again(told, o)
}

// fromLostFile: what the ERP says about a document that is held because the journal was put back, and that it has from an import file which the
// journal does not know. It is the look into the ERP that the hold asks for.
func (a *Apply) fromLostFile(told said.Document, o fis.Outcome) error {
	d := told.Doc
	if d.State != records.Held {
		return a.again(told, o)
	}
	if err := a.t.Event("outcome for an import file that the journal lost", ledger.About{Doc: d.ID, Result: a.result.ID}, ledger.Detail{"verdict": o.Verdict, "number": o.Number}); err != nil {
		return err
	}
	return a.first(d, records.File{Name: "that this journal does not know"}, o)
}

// Answered tells whether a document has an outcome, of which the ERP may change its mind. One that waits for the rest of its import file counts while it
// has no document number: one with a number is in the ERP's books.
func (a *Apply) Answered(docID string) (bool, error) {
	n, err := a.t.Count(`SELECT COUNT(*) FROM confirmations WHERE doc_id = $1 AND (state <> 'waiting' OR number = '')`, docID)
	return n > 0, err
}

// Conflict: the lines about a document contradict each other. Nothing is believed, what Concur was not told yet is stopped; a person must look.
func (a *Apply) Conflict(docID, problem string) error {
	return a.contradicts(docID, why.New("outcomes-contradict", "result_file", a.result.Name, "doc", docID, "problem", problem))
}

func (a *Apply) contradicts(docID string, said why.Reason) error {
	told, err := a.t.Count(`SELECT COUNT(*) FROM confirmations WHERE doc_id = $1 AND state = 'done'`, docID)
	if err != nil {
		return err
	}
	if told > 0 {
		said.Code = "outcomes-contradict-told"
	} else if err := a.brake(docID); err != nil {
		return err
	}
	return a.t.alarm("unexpected outcome", docID, said)
}

// brake stops the outcome of a document that Concur does not have for certain: one that was sent without an answer is not sent again.
func (a *Apply) brake(docID string) error {
	n, err := a.t.Exec(`UPDATE confirmations SET state = $1, message = 'the ERP contradicts itself' WHERE doc_id = $2 AND state IN ('pending','waiting','intended')`, records.Stuck, docID)
	if err != nil || n == 0 {
		return err
	}
	return a.t.Event("posting confirmation stuck", ledger.About{Doc: docID, Result: a.result.ID}, ledger.Detail{"message": "the ERP contradicts itself"})
}

// PostedInPart: the ERP has booked a part of the document and refused the rest. Nothing is told to Concur: by the vendor's rule a document is posted whole or
// not at all, so what was booked must be taken back before the document is confirmed as rejected. numbers are its document numbers, empty where it gives none.
func (a *Apply) PostedInPart(docID, numbers, problem string) error {
	if numbers == "" {
		return a.contradicts(docID, why.New("posted-in-part-unnumbered", "result_file", a.result.Name, "doc", docID, "problem", problem))
	}
	return a.contradicts(docID, why.New("posted-in-part", "result_file", a.result.Name, "doc", docID, "numbers", numbers, "problem", problem))
}

// RestUnsaid: the ERP has refused lines of the document and says nothing of the others. They may be in its books: nothing is told to Concur.
func (a *Apply) RestUnsaid(docID, problem string) error {
	return a.contradicts(docID, why.New("rejected-in-part", "result_file", a.result.Name, "doc", docID, "problem", problem))
}

// BookedOtherwise notes that the ERP says it has posted a document with another amount than it was given. Nothing is settled, and Concur is told
// nothing: a person looks in the ERP.
func (a *Apply) BookedOtherwise(docID, problem string) error {
	if err := a.brake(docID); err != nil {
		return err
	}
	return a.t.alarm("booked amount", docID, why.New("booked-otherwise", "result_file", a.result.Name, "doc", docID, "problem", problem))
}

// first is the first word of the ERP about a document.
func (a *Apply) first(d records.Brief, f records.File, o fis.Outcome) error {
	if o.Verdict == fis.Duplicate {
		a.duplicates[f.ID] = append(a.duplicates[f.ID], d.ID)
		return nil
	}
	if f.AllOrNothing() {
		a.files[f.ID] = true
	}
	return a.t.settleSoon(final{doc: d, outcome: o, result: a.result.ID, waits: f.AllOrNothing()})
}

// askDuplicates asks about the documents that the ERP calls duplicates: once where these are all that an import file waits for, as when the ERP
// has read it twice and only the second answer came.
func (a *Apply) askDuplicates() error {
	for _, id := range slices.Sorted(maps.Keys(a.duplicates)) {
		f, docs := records.File{Name: "that this journal does not know"}, a.duplicates[id]
		open, err := a.unanswered(id, "")
		if err == nil && id != 0 {
			f, err = a.ImportFile(id)
		}
		if err != nil {
			return err
		}
		if docs, err = whose.Unsettled(a.t.Tx, docs); err != nil { // what a word about the whole file has settled meanwhile needs nobody
			return err
		}
		if len(docs) > 1 && len(open) == len(docs) {
			if err := a.t.alarm("duplicate file", fmt.Sprintf("file %s/%d", f.Route, f.Sequence), why.New("file-duplicates", "file", f.Name, "number", numberOf(f), "documents", len(docs))); err != nil {
				return err
			}
			continue
		}
		for _, doc := range docs {
			if err := a.t.alarm("duplicate", doc, why.New("duplicate", "doc", doc, "file", f.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// again is a further word of the ERP about a document that has an outcome, or has left the file.
func (a *Apply) again(told said.Document, o fis.Outcome) error {
	d, f := told.Doc, told.File
	where := ledger.About{Doc: d.ID, File: f.ID, Result: a.result.ID}
	if told.Part.Withdrawn && d.FileID != f.ID { // it has left the file without an outcome
		if o.Verdict != fis.Posted {
			return a.t.Event("outcome for a withdrawn file", where, ledger.Detail{"verdict": o.Verdict})
		}
		if d.State == records.Acknowledged {
			return a.holdPosted(d.ID, o.Number, f)
		}
		return a.t.alarm("withdrawn", d.ID, why.New("posted-from-withdrawn", "doc", d.ID, "number", o.Number, "file", f.Name))
	}
	var known fis.Outcome
	var sent records.ConfirmState
	var text string
	err := a.t.QueryRowContext(a.t.Ctx, `SELECT CASE WHEN state = 'stuck' AND attempts > 0 THEN 'intended' ELSE state END, outcome FROM confirmations WHERE doc_id = $1`, d.ID).Scan(&sent, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return a.t.alarm("unexpected outcome", d.ID, why.New("outcome-unexpected", "verdict", o.Verdict, "doc", d.ID, "state", d.State))
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(text), &known); err != nil {
		return err
	}
	switch {
	case o.Verdict == fis.Duplicate && d.State == records.Posted, o.Verdict == known.Verdict && matching.SamePosting(known, o), o.Verdict == fis.Rejected && d.State == records.Rejected:
		return a.t.Event("outcome repeated", where, ledger.Detail{"verdict": o.Verdict, "number": o.Number})
	case o.Verdict == fis.Posted && known.Verdict == fis.Posted && known.Number == "":
		return a.numbered(d, o, sent, where)
	}
	return a.changedMind(d, known, o, sent)
}

// holdPosted keeps a document from going out again that the ERP has taken from a file which was withdrawn meanwhile.
func (a *Apply) holdPosted(docID, number string, f records.File) error {
	if err := a.t.transition(docID, []records.State{records.Acknowledged}, records.Held, "held", why.New("taken-from-withdrawn", "file", f.Name)); err != nil {
		return err
	}
	if err := a.t.because(docID, records.CauseDoubt, ledger.Detail{"file": f.ID}); err != nil {
		return err
	}
	if err := a.t.doubt(docID); err != nil {
		return err
	}
	if number == "" {
		number = "N"
	}
	return a.t.alarm("contradiction", docID, why.New("withdrawn-was-taken", "doc", docID, "file", f.Name, "as", number))
}

// numbered: the ERP accepted the whole file first, or a person said that it gives no number, and it gives the document's number now. What was not
// sent to Concur yet takes it. What Concur has it keeps, for it takes no second confirmation; the journal knows the document by its number from now on.
func (a *Apply) numbered(d records.Brief, o fis.Outcome, sent records.ConfirmState, where ledger.About) error {
	if sent == records.Pending || sent == records.Waiting {
		if err := a.t.owe(d, sent, o, a.result.ID); err != nil {
			return err
		}
	} else if sent == records.Done {
		if err := confirmed.Number(a.t.Tx, d.ID, o); err != nil {
			return err
		}
	}
	return a.t.Event("document number", where, ledger.Detail{"number": o.Number, "company": o.Company, "told": sent != records.Pending && sent != records.Waiting})
}

func (a *Apply) changedMind(d records.Brief, known, o fis.Outcome, sent records.ConfirmState) error {
	said := why.New("outcome-changed-rejected", "doc", d.ID, "was", confirmed.Words(known, o), "is", confirmed.Words(o, known), "told", known.Verdict, "report", d.ReportID)
	if sent != records.Done {
		if err := a.brake(d.ID); err != nil {
			return err
		}
		if said.Code = "outcome-changed"; sent == records.Intended { // an answer did not come, or was no yes
			said.Code = "outcome-changed-perhaps-told"
		}
	} else if known.Verdict == fis.Posted && o.Verdict == fis.Posted {
		said.Code = "outcome-changed-number"
	} else if known.Verdict == fis.Posted {
		said.Code = "outcome-changed-posted"
	}
	return a.t.alarm("changed outcome", d.ID, said)
}

// sent tells whether an import file can be what the ERP speaks of. One that never stood under its final name cannot: the word is about something
// else, or somebody sent a copy. Neither is it believed, nor is the file sent before a person has looked.
func (a *Apply) sent(f records.File, docID string, o fis.Outcome) (bool, error) {
	if (f.State == records.Numbered || f.State == records.Uploading) && !a.unsent[f.ID] {
		a.latest, a.unsent[f.ID] = records.File{}, true
		if err := a.t.doubtFile(f, why.New("file-spoken-of", "result_file", a.result.Name, "file", f.Name, "number", numberOf(f))); err != nil {
			return false, err
		}
	}
	if !a.unsent[f.ID] {
		return true, nil
	}
	return false, a.t.Event("outcome for a file that was not sent", ledger.About{Doc: docID, File: f.ID, Result: a.result.ID}, ledger.Detail{"verdict": o.Verdict, "number": o.Number})
}

// seen: the ERP has answered an import file, so it has it. That ends the doubt about a file that was never seen under its final name, and tells that a rename
// whose answer was lost was done.
func (a *Apply) seen(f *records.File) error {
	if f.State == records.Renaming {
		a.latest = records.File{}
		n, err := a.t.Exec(`UPDATE files SET state = $1, state_since = $2, dropped_at = $2 WHERE id = $3 AND state = $4`, records.Dropped, a.t.At, f.ID, records.Renaming)
		if err != nil {
			return err
		}
		if f.State = records.Dropped; n > 0 {
			if err := a.t.Event("dropped", ledger.About{File: f.ID, Result: a.result.ID}, ledger.Detail{"name": f.Name, "known_by": a.result.Name}); err != nil {
				return err
			}
		}
	}
	if !f.Unverified {
		return nil
	}
	a.latest = records.File{}
	if _, err := a.t.Exec(`UPDATE files SET unverified = 0 WHERE id = $1`, f.ID); err != nil {
		return err
	}
	if err := a.t.Event("received by the ERP", ledger.About{File: f.ID, Result: a.result.ID}, ledger.Detail{"name": f.Name, "known_by": a.result.Name}); err != nil {
		return err
	}
	return a.t.clearAlarm("unverified", fmt.Sprintf("file %s/%d", f.Route, f.Sequence), "a result file for it arrived")
}

// FileVerdict applies what the ERP said about a whole import file.
func (a *Apply) FileVerdict(fileID int64, o fis.Outcome) error {
	f, err := records.ScanFile(a.t.QueryRowContext(a.t.Ctx, `SELECT `+records.FileColumns+` FROM files WHERE id = $1`, fileID))
	if err != nil {
		return err
	}
	if sent, err := a.sent(f, "", o); err != nil || !sent {
		return err
	}
	if err := a.seen(&f); err != nil {
		return err
	}
	switch o.Verdict {
	case fis.Posted:
		return a.accepted(f, o, a.notAskedAbout())
	case restOnly:
		o.Verdict = fis.Posted
		return a.accepted(f, o, a.notAskedAbout()+notDuplicate)
	case fis.Rejected:
		return a.refused(f, o)
	}
	if f.State == records.Accepted || f.State == records.Answered {
		posted, all, err := whose.Posted(a.t.Tx, f.ID)
		if err != nil || posted == all || posted > 0 && !f.AllOrNothing() {
			return errors.Join(err, a.t.Event("outcome repeated", ledger.About{File: f.ID, Result: a.result.ID}, ledger.Detail{"verdict": o.Verdict}))
		}
	}
	return a.t.alarm("duplicate file", fmt.Sprintf("file %s/%d", f.Route, f.Sequence), why.New("file-duplicate", "file", f.Name))
}

// restOnly is the verdict about a file of which the ERP posted what no line names.
const restOnly fis.Verdict = "partial"

// accepted: every document of the file that has no word of its own is posted.
func (a *Apply) accepted(f records.File, o fis.Outcome, which string) error {
	if f.State == records.Withdrawn {
		return a.acceptedLate(f)
	}
	if f.State != records.Dropped {
		return a.t.Event("acceptance repeated", ledger.About{File: f.ID, Result: a.result.ID}, ledger.Detail{"state": f.State})
	}
	ids, err := a.unanswered(f.ID, which)
	if err != nil {
		return err
	}
	for _, id := range ids {
		d, err := records.ScanBrief(a.t.QueryRowContext(a.t.Ctx, `SELECT `+records.BriefColumnsOf("documents")+` FROM documents WHERE doc_id = $1`, id))
		if err != nil {
			return err
		}
		if err := a.first(d, f, o); err != nil {
			return err
		}
		if err := a.t.Rest(); err != nil {
			return err
		}
	}
	a.files[f.ID] = true
	return a.t.settleNow()
}

// acceptedLate: a file was withdrawn by a person's word, and the ERP took it all the same. What waits to be issued again is held; what has gone out
// again may be posted twice.
func (a *Apply) acceptedLate(f records.File) error {
	if err := a.t.Event("acceptance of a withdrawn file", ledger.About{File: f.ID, Result: a.result.ID}, nil); err != nil {
		return err
	}
	waiting, err := a.t.Strings(`SELECT doc_id FROM documents WHERE reissue_of = $1 AND reissue_of <> 0 AND state = 'acknowledged' ORDER BY doc_id`, f.ID)
	if err != nil {
		return err
	}
	for _, id := range waiting {
		if err := a.holdPosted(id, "", f); err != nil {
			return err
		}
	}
	again, err := a.t.Count(`SELECT COUNT(*) FROM documents WHERE reissue_of = $1 AND reissue_of <> 0 AND file_id <> 0`, f.ID)
	if err != nil || again == 0 {
		return err
	}
	return a.t.alarm("withdrawn", fmt.Sprintf("file %s/%d", f.Route, f.Sequence), why.New("withdrawn-file-taken", "file", f.Name, "number", numberOf(f), "documents", again))
}

// refused: the ERP took nothing of the file. What single lines said comes first: it decides about a reissue.
func (a *Apply) refused(f records.File, o fis.Outcome) error {
	rejected, err := a.t.Count(`SELECT COUNT(*) FROM file_documents p JOIN confirmations c ON c.doc_id = p.doc_id WHERE p.file_id = $1 AND p.withdrawn = 0 AND c.state = 'waiting' AND c.verdict = 'rejected'`, f.ID)
	if err != nil || rejected > 0 || f.State != records.Dropped {
		return err
	}
	reason := why.New("held-file-refused", "file", f.Name, "said", firstText(o))
	ids, err := a.unanswered(f.ID, "")
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := a.t.transition(id, []records.State{records.Filed}, records.Held, "held", reason); err != nil {
			return err
		}
		if err := a.t.because(id, records.CauseRefused, ledger.Detail{"file": f.ID}); err != nil {
			return err
		}
	}
	if err := a.t.One(`UPDATE files SET state = $1, state_since = $2, reason = $3, why = $4 WHERE id = $5 AND state = $6`, records.Refused, a.t.At, reason.Text(), reason.Stored(), f.ID, records.Dropped); err != nil {
		return err
	}
	if err := a.t.Event("refused", ledger.About{File: f.ID, Result: a.result.ID}, ledger.Detail{"messages": o.Messages}); err != nil {
		return err
	}
	return a.t.alarm("refused file", "file "+numberOf(f), why.New("import-file-refused", "file", f.Name, "said", firstText(o)))
}

// notAskedAbout leaves out a document of which lines of the ERP say something else than the word about its whole file, and nothing of it was believed.
const notAskedAbout = ` AND NOT EXISTS (SELECT 1 FROM result_rows r WHERE r.doc_id = p.doc_id AND r.doc_id <> '' AND r.file_id = p.file_id AND r.kind = 'outcome' AND r.verdict = 'rejected')
	AND NOT EXISTS (SELECT 1 FROM alarms a WHERE a.subject = p.doc_id AND a.resolved_at = '' AND a.kind IN ('unexpected outcome','booked amount'))`

// notAskedAbout leaves out, too, a document that a line of this result file is known to be about which could not be used: it may be its rejection.
func (a *Apply) notAskedAbout() string {
	return notAskedAbout + fmt.Sprintf(` AND NOT EXISTS (SELECT 1 FROM result_rows r WHERE r.result_id = %d AND r.doc_id = p.doc_id AND r.doc_id <> '' AND r.kind = 'exception')`, a.result.ID)
}

// notDuplicate leaves out what the ERP calls a duplicate, which it has counted among what it did not post.
const notDuplicate = ` AND NOT EXISTS (SELECT 1 FROM result_rows r WHERE r.doc_id = p.doc_id AND r.doc_id <> '' AND r.file_id = p.file_id AND r.kind = 'outcome' AND r.verdict = 'duplicate')`

func (a *Apply) unanswered(fileID int64, which string) ([]string, error) {
	return a.t.Strings(`SELECT p.doc_id FROM file_documents p JOIN documents d ON d.doc_id = p.doc_id LEFT JOIN confirmations c ON c.doc_id = p.doc_id
		WHERE p.file_id = $1 AND p.withdrawn = 0 AND d.state = 'filed' AND c.doc_id IS NULL`+which+` ORDER BY p.position`, fileID)
}

// SettleFiles decides about the all-or-nothing files that this result file spoke of, and marks files whose documents are all answered.
func (a *Apply) SettleFiles() error {
	for _, id := range slices.Sorted(maps.Keys(a.files)) {
		f, err := records.ScanFile(a.t.QueryRowContext(a.t.Ctx, `SELECT `+records.FileColumns+` FROM files WHERE id = $1`, id))
		if err != nil {
			return err
		}
		if f.AllOrNothing() {
			err = a.t.settleAllOrNothing(f, a.result.ID)
		}
		if err != nil {
			return fmt.Errorf("import file %s: %w", f.Name, err)
		}
	}
	return a.t.settleAnswered()
}

// settleAnswered marks the files whose documents all have an outcome of their own. A refused one holds them until then, and of one that the ERP takes completely
// or not at all they have it by a person's word.
func (t *tx) settleAnswered() error {
	answered, err := t.Changed(`UPDATE files SET state = $1, state_since = $2 WHERE state IN ('dropped','refused') AND NOT EXISTS
		(SELECT 1 FROM documents d WHERE d.file_id = files.id AND d.state IN ('filed','held'))`, records.Answered, t.At)
	if err != nil {
		return err
	}
	for i, f := range ledger.KeysOf(answered, ledger.OfFile, "id") {
		if err := t.Event(string(records.Answered), ledger.About{File: f.Number()}, nil); err != nil {
			return err
		}
		if err := t.endAlarms(answered[i].Text("route")+"/"+answered[i].Text("sequence"), string(records.Answered)); err != nil {
			return err
		}
	}
	return t.endResultAgain()
}

// endAlarms closes the alarms about an import file, called by its route and number, that has no document left to ask about.
func (t *tx) endAlarms(file, resolution string) error {
	_, err := t.resolved(resolution, `subject = $3 AND kind IN ('refused file','partly rejected','unverified','file verdict','duplicate file')`, "file "+file)
	return err
}
