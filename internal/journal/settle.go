package journal

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// final is an outcome that becomes final, and the result file that told it, 0 for none. With waits it does so later, with those of all documents of its
// import file.
type final struct {
	doc     records.Brief
	outcome fis.Outcome
	result  int64
	waits   bool
}

// settle makes an outcome final and its confirmation due.
func (t *tx) settle(d records.Doc, o fis.Outcome, result int64) error {
	if err := t.settleSoon(final{doc: d.Brief(), outcome: o, result: result}); err != nil {
		return err
	}
	return t.settleNow()
}

// settleSoon is settle for one of many documents, which are settled some at once: at the latest when something else is told to the history.
func (t *tx) settleSoon(f final) error {
	t.finals = append(t.finals, f)
	if len(t.finals) < ledger.AtOnce {
		return nil
	}
	return t.settleNow()
}

// Event appends to the history, behind what comes before it.
func (t *tx) Event(name string, a ledger.About, d ledger.Detail) error {
	if err := t.settleNow(); err != nil {
		return err
	}
	return t.Tx.Event(name, a, d)
}

// Rest is that of the transaction.
func (t *tx) Rest() error {
	if !t.Tired() {
		return nil
	}
	if err := t.settleNow(); err != nil {
		return err
	}
	return t.Tx.Rest()
}

// settleNow settles those that wait for it.
func (t *tx) settleNow() error {
	list := t.finals
	if len(list) == 0 {
		return nil
	}
	t.finals = nil
	tried, err := t.settleStates(list)
	if err != nil {
		return err
	}
	for _, f := range list {
		if err := t.settled(f); err != nil {
			return fmt.Errorf("document %s: %w", f.doc.ID, err)
		}
	}
	if err := t.oweAll(func(f final) records.ConfirmState {
		if f.waits {
			return records.Waiting
		}
		return records.Pending
	}, list, tried); err != nil {
		return err
	}
	t.finals = list[:0]
	return nil
}

// end is what a document ends as: most of a result file end alike.
type end struct {
	state        records.State
	reason, kept string
}

func endOf(o fis.Outcome) end {
	said := erpSaid(o)
	e := end{records.Posted, said.Text(), said.Stored()}
	if o.Verdict == fis.Rejected {
		e.state = records.Rejected
	}
	return e
}

// settleStates gives documents their last state, but for those that wait, and tells which the journal is in doubt about.
func (t *tx) settleStates(list []final) (doubtful map[string]bool, err error) {
	alike, order := map[end][]string{}, []end(nil)
	var waiting []final
	for _, f := range list {
		if f.waits {
			waiting = append(waiting, f)
			continue
		}
		e := endOf(f.outcome)
		if alike[e] == nil {
			order = append(order, e)
		}
		alike[e] = append(alike[e], f.doc.ID)
	}
	if doubtful, err = t.doubtful(waiting); err != nil {
		return nil, err
	}
	for _, e := range order {
		ids := alike[e]
		among, args := ledger.AmongMany("doc_id", ids, 5)
		settled, err := t.Changed(`UPDATE documents SET state = $1, state_since = $2, reason = $3, why = $4, finished_at = $2, cause = '', cause_data = '' WHERE '' || state IN ('filed','held','acknowledged') AND `+among, // by the docIds, and not by the index of states
			append([]any{e.state, t.At, e.reason, e.kept}, args...)...)
		if err == nil && len(settled) != len(ids) {
			err = ledger.ErrStale
		}
		if err != nil {
			return nil, fmt.Errorf("document %s: %w", ids[0], err)
		}
		for _, row := range settled {
			if row.Text("in_doubt") != "" {
				doubtful[row.Text("doc_id")] = true
			}
		}
	}
	return doubtful, nil
}

// settled tells the history of a document that has its outcome, and does what follows from a final one.
func (t *tx) settled(f final) error {
	o, state := f.outcome, endOf(f.outcome).state
	if f.waits {
		return t.Event("outcome waits for the rest of its file", ledger.About{Doc: f.doc.ID, File: f.doc.FileID, Result: f.result}, ledger.Detail{"verdict": o.Verdict, "number": o.Numbers()})
	}
	t.settledAs(state)
	if err := t.Event(string(state), ledger.About{Doc: f.doc.ID, File: f.doc.FileID, Result: f.result}, ledger.Detail{"number": o.Numbers(), "company": o.Company, "messages": o.Messages}); err != nil {
		return err
	}
	if err := t.strandPayments(f.doc.ID, state); err != nil {
		return err
	}
	if state == records.Rejected { // lines of it were, and now all are
		if _, err := t.resolved(string(state), `kind = 'unexpected outcome' AND subject = $3 AND why LIKE '%"rejected-in-part"%'`, f.doc.ID); err != nil {
			return err
		}
	}
	return t.clearAlarm("duplicate", f.doc.ID, string(state))
}

// erpSaid is the first text of an outcome as a reason; none when there is no text.
func erpSaid(o fis.Outcome) why.Reason {
	if said := firstText(o); said != "" {
		return why.New("erp-said", "said", said)
	}
	return why.Reason{}
}

func firstText(o fis.Outcome) string {
	if len(o.Messages) == 0 {
		return ""
	}
	return strings.TrimSpace(o.Messages[0].Code + " " + o.Messages[0].Text)
}

// owe writes the posting confirmation that a document is owed.
func (t *tx) owe(d records.Brief, state records.ConfirmState, o fis.Outcome, result int64) error {
	list := []final{{doc: d, outcome: o, result: result}}
	tried, err := t.doubtful(list)
	if err != nil {
		return err
	}
	return t.oweAll(func(final) records.ConfirmState { return state }, list, tried)
}

// oweAll writes the posting confirmations that documents are owed. After a restore one may have been sent before: that counts as a try, and so
// does what was sent of another outcome and had no answer.
func (t *tx) oweAll(state func(final) records.ConfirmState, list []final, tried map[string]bool) error {
	for some := range ledger.Blocks(list) {
		args := make([]any, 0, 10*len(some))
		for _, f := range some {
			text, hash, err := ledger.DigestJSON(f.outcome)
			if err != nil {
				return err
			}
			args = append(args, f.doc.ID, string(f.doc.DocType), string(state(f)), string(f.outcome.Verdict), text, hash, f.result, t.At, f.outcome.Number, ledger.Flag(tried[f.doc.ID]))
		}
		if _, err := t.Last(`INSERT INTO confirmations (doc_id, doc_type, state, verdict, outcome, content_sha256, result_id, due_at, number, attempts) VALUES `+t.Places(args, 10)+`
			ON CONFLICT (doc_id) DO UPDATE SET state = excluded.state, verdict = excluded.verdict, outcome = excluded.outcome, content_sha256 = excluded.content_sha256,
			result_id = excluded.result_id, due_at = excluded.due_at, number = excluded.number, attempts = CASE WHEN confirmations.attempts > excluded.attempts THEN confirmations.attempts ELSE excluded.attempts END`, args...); err != nil {
			return fmt.Errorf("document %s: %w", some[0].doc.ID, err)
		}
	}
	return nil
}

// doubtful are the documents of which the journal may have lost what was done: it was put back from a copy.
func (t *tx) doubtful(list []final) (map[string]bool, error) {
	out := map[string]bool{}
	if len(list) == 0 {
		return out, nil
	}
	ids := make([]string, len(list))
	for i, f := range list {
		ids[i] = f.doc.ID
	}
	among, args := ledger.AmongMany("doc_id", ids, 1)
	found, err := t.Strings(`SELECT doc_id FROM documents WHERE `+among+` AND in_doubt = 1`, args...)
	for _, id := range found {
		out[id] = true
	}
	return out, err
}
