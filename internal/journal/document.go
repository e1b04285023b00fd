package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Arrival is a document that the service has just offered, with what the bridge decided about it.
type Arrival struct {
	Envelope  fis.Envelope
	Route     string     // empty when no route takes it
	Left      why.Reason // why it is left in the queue; none: store and acknowledge
	ReportID  string
	ReportKey string
	Currency  string
	Amount    fis.Amount
	IsTest    bool
	// Revision is the document's revisionNumber, 0 when it has none; Direction that of a cash advance.
	Revision, Direction int
	// SystemID is the one with which the acknowledgement is about to be sent.
	SystemID string
	// EmployeeID, ReportNumber, Title and Person (the name of the employee or the vendor) are what people look for; they
	// age out with the payload.
	EmployeeID, ReportNumber, Title, Person string

	digest string // see sha256
}

// sha256 is the digest of its JSON, which is kept where a document is asked for it several times.
func (a *Arrival) sha256() string {
	if a.digest == "" {
		a.digest = ledger.Digest(a.Envelope.Document)
	}
	return a.digest
}

// StoreArrivals commits a page of documents before anything is acknowledged. It returns the ids whose acknowledgement is now
// intended: the new ones, and those whose earlier acknowledgement is not known to have worked. Documents that we hold already are
// left as they are.
func (j *Journal) StoreArrivals(ctx context.Context, arrivals []Arrival, received time.Time, correlation string) (toAck []string, err error) {
	err = j.in(ctx, "store documents", func(t *tx) error {
		toAck = toAck[:0]
		for i := range arrivals {
			_ = arrivals[i].sha256()
		}
		fresh, err := t.insertFresh(arrivals, ledger.Stamp(received))
		if err != nil {
			return err
		}
		for i, a := range arrivals {
			intended, err := a.Left.None(), error(nil)
			if fresh[i] {
				err = t.tellArrival(a, correlation)
			} else {
				intended, err = t.storeArrival(a, ledger.Stamp(received), correlation)
			}
			if err != nil {
				return fmt.Errorf("document %s: %w", a.Envelope.ID, err)
			}
			if intended {
				toAck = append(toAck, a.Envelope.ID)
			}
		}
		return nil
	})
	return toAck, err
}

// insertFresh inserts the documents that the journal does not know, and says which they are.
func (t *tx) insertFresh(arrivals []Arrival, received string) (fresh []bool, err error) {
	known := map[string]bool{}
	for some := range slices.Chunk(arrivals, ledger.AtOnce) {
		ids := make([]string, len(some))
		for i, a := range some {
			ids[i] = a.Envelope.ID
		}
		among, args := ledger.AmongMany("doc_id", ids, 1)
		there, err := t.Strings(`SELECT doc_id FROM documents WHERE `+among, args...)
		if err != nil {
			return nil, err
		}
		for _, id := range there {
			known[id] = true
		}
	}
	var list []Arrival
	fresh = make([]bool, len(arrivals))
	for i, a := range arrivals {
		if fresh[i] = !known[a.Envelope.ID]; fresh[i] {
			known[a.Envelope.ID] = true // should it come twice
			list = append(list, a)
		}
	}
	return fresh, t.insertArrivals(list, received)
}

func (t *tx) storeArrival(a Arrival, received, correlation string) (bool, error) {
	var state records.State
	var docType fis.DocType
	var reason string
	err := t.QueryRowContext(t.Ctx, `SELECT state, doc_type, reason FROM documents WHERE doc_id = $1`, a.Envelope.ID).Scan(&state, &docType, &reason)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return t.insertArrival(a, received, correlation)
	case err != nil:
		return false, err
	case docType != a.Envelope.DocType:
		return false, t.alarm("document type", a.Envelope.ID, why.New("other-type", "doc", a.Envelope.ID, "type", a.Envelope.DocType, "was", docType))
	}
	switch state {
	case records.Left:
		if a.Left.Text() == reason {
			return false, nil
		}
		if _, err := t.Exec(`DELETE FROM documents WHERE doc_id = $1 AND state = $2`, a.Envelope.ID, records.Left); err != nil {
			return false, err
		}
		return t.insertArrival(a, received, correlation)
	case records.Stored:
		return true, t.intendAck(a.Envelope.ID, a.SystemID)
	case records.Acknowledged:
		// Concur accepted the acknowledgement and offers the document all the same: it is not locked, or the list is an old one. Asked again,
		// Concur says which.
		if !a.Left.None() {
			return false, nil
		}
		if err := t.transition(a.Envelope.ID, []records.State{records.Acknowledged}, records.Stored, "offered again", why.Reason{}); err != nil {
			return false, err
		}
		return true, t.intendAck(a.Envelope.ID, a.SystemID)
	case records.Recalled, records.Foreign, records.Gone:
		// Offered again under the same id: it is ready after all.
		if !a.Left.None() {
			return false, nil
		}
		if err := t.savePayload(a.Envelope); err != nil {
			return false, err
		}
		if err := t.One(`UPDATE documents SET state = $1, state_since = $2, reason = '', why = '', received_at = $3, payload_sha256 = $4, ack_attempts = 0, finished_at = '', aged_at = '', employee_id = $5, report_number = $6, title = $7, person = $8 WHERE doc_id = $9 AND state = $10`,
			records.Stored, t.At, received, a.sha256(), a.EmployeeID, a.ReportNumber, a.Title, a.Person, a.Envelope.ID, state); err != nil {
			return false, err
		}
		if err := t.Event("offered again", ledger.About{Doc: a.Envelope.ID, Correlation: correlation}, ledger.Detail{"was": state}); err != nil {
			return false, err
		}
		return true, t.intendAck(a.Envelope.ID, a.SystemID)
	}
	return false, nil
}

// insertArrivals inserts new documents, and those that are not left in Concur as about to be acknowledged.
func (t *tx) insertArrivals(list []Arrival, received string) error {
	const columns = `doc_id, doc_type, route, state, state_since, reason, report_id, report_key, currency, amount, is_test, erp_system_id, payload_sha256, received_at, revision, direction, employee_id, report_number, why, title, person, system_id, ack_attempts`
	for some := range slices.Chunk(list, ledger.AtOnce) {
		var args []any
		for _, a := range some {
			e, of, state := a.Envelope, a, records.Stored
			if !a.Left.None() { // nothing of a person is kept of one that is left in Concur
				of, state = Arrival{}, records.Left
			}
			args = append(args, e.ID, e.DocType, a.Route, state, t.At, a.Left.Text(), a.ReportID, a.ReportKey, a.Currency, a.Amount.String(), ledger.Flag(a.IsTest), e.ERPSystemID, a.sha256(), received,
				a.Revision, a.Direction, of.EmployeeID, a.ReportNumber, a.Left.Stored(), of.Title, of.Person, of.SystemID, ledger.Flag(a.Left.None()))
		}
		if _, err := t.Exec(`INSERT INTO documents (`+columns+`) VALUES `+t.Places(args, len(args)/len(some)), args...); err != nil {
			return err
		}
		for _, a := range some {
			if !a.Left.None() {
				continue
			}
			if err := t.savePayload(a.Envelope); err != nil {
				return fmt.Errorf("document %s: %w", a.Envelope.ID, err)
			}
		}
	}
	return nil
}

// tellArrival tells the history of a document that was inserted.
func (t *tx) tellArrival(a Arrival, correlation string) error {
	e := a.Envelope
	if !a.Left.None() {
		return t.Event("left", ledger.About{Doc: e.ID, Correlation: correlation}, ledger.Detail{"reason": a.Left.Text()})
	}
	if err := t.Event("stored", ledger.About{Doc: e.ID, Correlation: correlation}, ledger.Detail{"route": a.Route, "sha256": a.sha256(), "bytes": len(e.Document)}); err != nil {
		return err
	}
	return t.Event("acknowledgement intended", ledger.About{Doc: e.ID}, nil)
}

func (t *tx) insertArrival(a Arrival, received, correlation string) (bool, error) {
	if err := t.insertArrivals([]Arrival{a}, received); err != nil {
		return false, err
	}
	return a.Left.None(), t.tellArrival(a, correlation)
}

// intendAck: as long as an earlier try may have worked, the document keeps the system id of that try.
func (t *tx) intendAck(docID, systemID string) error {
	if err := t.One(`UPDATE documents SET system_id = CASE WHEN ack_attempts = 0 OR system_id = '' THEN $1 ELSE system_id END, ack_attempts = ack_attempts + 1 WHERE doc_id = $2 AND state = $3`,
		systemID, docID, records.Stored); err != nil {
		return err
	}
	return t.Event("acknowledgement intended", ledger.About{Doc: docID}, nil)
}

// Transition moves a document from one of the given states to another, with a reason for the history.
func (j *Journal) Transition(ctx context.Context, docID string, from []records.State, to records.State, event string, reason why.Reason) error {
	return j.in(ctx, event+" document "+docID, func(t *tx) error { return t.transition(docID, from, to, event, reason) })
}

func (t *tx) transition(docID string, from []records.State, to records.State, event string, reason why.Reason) error {
	var state records.State
	if err := t.QueryRowContext(t.Ctx, `SELECT state FROM documents WHERE doc_id = $1`, docID).Scan(&state); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("document %s: %w", docID, ledger.ErrNotFound)
		}
		return err
	}
	for _, f := range from {
		if f != state {
			continue
		}
		finished := ""
		if to.Finished() {
			finished = t.At
		}
		if err := t.One(`UPDATE documents SET state = $1, state_since = $2, reason = $3, why = $4, finished_at = $5, in_doubt = 0, lost_file = 0, cause = '', cause_data = '', held_until = '' WHERE doc_id = $6 AND state = $7`,
			to, t.At, reason.Text(), reason.Stored(), finished, docID, state); err != nil {
			return err
		}
		return t.Event(event, ledger.About{Doc: docID}, ledger.Detail{"reason": reason.Text(), "was": state})
	}
	return fmt.Errorf("document %s is %s: %w", docID, state, ledger.ErrStale)
}

// doubt lets only a person release the document, by name.
func (t *tx) doubt(docID string) error {
	return t.One(`UPDATE documents SET in_doubt = 1 WHERE doc_id = $1`, docID)
}

// lostFile is doubt about a document that the ERP may have from an import file which this journal does not know. What the ERP says about it is heard.
func (t *tx) lostFile(docID string) error {
	return t.One(`UPDATE documents SET in_doubt = 1, lost_file = 1 WHERE doc_id = $1`, docID)
}
