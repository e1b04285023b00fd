package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// State is where a document stands.
type State string

const (
	// Left: seen in the ready list and left there on purpose (a test user, no route); not acknowledged.
	Left State = "left"
	// Stored: the payload is on disk and the acknowledgement is intended; whether Concur has it is not known yet.
	Stored State = "stored"
	// Acknowledged: locked for us in Concur, waits for an import file.
	Acknowledged State = "acknowledged"
	// Held: acknowledged, but something needs a person.
	Held State = "held"
	// Filed: in an import file; the file's state says how far that is.
	Filed State = "filed"
	// Posted and Rejected: the ERP (or a person) has spoken; the confirmation's state says whether Concur knows.
	Posted   State = "posted"
	Rejected State = "rejected"
	// Recalled: taken back in Concur before the ERP had it; it returns under a new docId.
	Recalled State = "recalled"
	// Foreign: another system has acknowledged it. Gone: Concur does not know it any more.
	Foreign State = "foreign"
	Gone    State = "gone"
)

// States lists all states in the order of a document's life.
func States() []State {
	return []State{Left, Stored, Acknowledged, Held, Filed, Posted, Rejected, Recalled, Foreign, Gone}
}

// Doc is one row of documents.
type Doc struct {
	ID             string      `json:"doc_id"`
	DocType        fis.DocType `json:"doc_type"`
	Route          string      `json:"route,omitempty"`
	State          State       `json:"state"`
	Since          time.Time   `json:"state_since"`
	Reason         string      `json:"reason,omitempty"`
	ReportID       string      `json:"report_id,omitempty"`
	ReportKey      string      `json:"report_key,omitempty"`
	Currency       string      `json:"currency,omitempty"`
	Amount         fis.Amount  `json:"amount"`
	IsTest         bool        `json:"is_test,omitempty"`
	ERPSystemID    string      `json:"erp_system_id,omitempty"`
	PayloadSHA256  string      `json:"payload_sha256"`
	Received       time.Time   `json:"received_at"`
	AckAttempts    int         `json:"ack_attempts"`
	AcknowledgedAt time.Time   `json:"acknowledged_at,omitzero"`
	AckMillis      int64       `json:"ack_millis"`
	FileID         int64       `json:"file_id,omitempty"`
	ReissueOf      int64       `json:"reissue_of,omitempty"`
	// Cause is why it is held, or waits, as a code.
	Cause Cause `json:"cause,omitempty"`
	// Revision is FIS's revisionNumber, 0 when it is not known; Direction that of a cash advance, +1 handed out, -1 handed back.
	Revision  int `json:"revision,omitempty"`
	Direction int `json:"-"`
	// PostAs is how a second document of a report is posted; Basis the documents whose lines a replacing one is held against.
	PostAs PostAs  `json:"post_as,omitempty"`
	Basis  []Place `json:"basis,omitempty"`
	// SystemID is the one with which the acknowledgement was sent; the confirmations are sent with the same one. Empty: that of the configuration.
	SystemID string `json:"system_id,omitempty"`
}

const docColumns = `doc_id, doc_type, route, state, state_since, reason, report_id, report_key, currency, amount, is_test, erp_system_id,
	payload_sha256, received_at, ack_attempts, acknowledged_at, ack_millis, file_id, reissue_of, cause, revision, direction, post_as, basis, system_id`

// docColumnsOf are the columns of a table with another name.
func docColumnsOf(alias string) string {
	return alias + "." + strings.Join(strings.FieldsFunc(docColumns, func(r rune) bool { return strings.ContainsRune(", \n\t", r) }), ", "+alias+".")
}

func scanDoc(s interface{ Scan(...any) error }, extra ...any) (Doc, error) {
	var d Doc
	var since, received, acked, amount, basis string
	err := s.Scan(append([]any{&d.ID, &d.DocType, &d.Route, &d.State, &since, &d.Reason, &d.ReportID, &d.ReportKey, &d.Currency, &amount, &d.IsTest,
		&d.ERPSystemID, &d.PayloadSHA256, &received, &d.AckAttempts, &acked, &d.AckMillis, &d.FileID, &d.ReissueOf,
		&d.Cause, &d.Revision, &d.Direction, &d.PostAs, &basis, &d.SystemID}, extra...)...)
	if err != nil {
		return d, err
	}
	d.Since, d.Received, d.AcknowledgedAt = Time(since), Time(received), Time(acked)
	if d.Basis, err = parsePlaces(basis); err != nil {
		return d, fmt.Errorf("document %s: %w", d.ID, err)
	}
	d.Amount, err = fis.ParseAmount(amount)
	return d, err
}

// Arrival is a document that the service has just offered, with what the bridge decided about it.
type Arrival struct {
	Envelope  fis.Envelope
	Route     string // empty when no route takes it
	Left      string // why it is left in the queue; empty: store and acknowledge
	ReportID  string
	ReportKey string
	Currency  string
	Amount    fis.Amount
	IsTest    bool
	// Revision is the document's revisionNumber, 0 when it has none; Direction that of a cash advance.
	Revision, Direction int
	// SystemID is the one with which the acknowledgement is about to be sent.
	SystemID string
	// EmployeeID and ReportNumber are what people look for; they age out with the payload.
	EmployeeID, ReportNumber string
}

// StoreArrivals commits a page of documents before anything is acknowledged. It returns the ids whose acknowledgement is now
// intended: the new ones, and those whose earlier acknowledgement is not known to have worked. Documents that we hold already are
// left as they are.
func (j *Journal) StoreArrivals(ctx context.Context, arrivals []Arrival, received time.Time, correlation string) (toAck []string, err error) {
	err = j.in(ctx, "store documents", func(t *tx) error {
		toAck = toAck[:0]
		for _, a := range arrivals {
			intended, err := t.storeArrival(a, stamp(received), correlation)
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

func (t *tx) storeArrival(a Arrival, received, correlation string) (bool, error) {
	var state State
	var docType fis.DocType
	var reason string
	err := t.QueryRowContext(t.ctx, `SELECT state, doc_type, reason FROM documents WHERE doc_id = $1`, a.Envelope.ID).Scan(&state, &docType, &reason)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return t.insertArrival(a, received, correlation)
	case err != nil:
		return false, err
	case docType != a.Envelope.DocType:
		return false, t.alarm("document type", a.Envelope.ID, fmt.Sprintf("Concur offers document %s as %s, and has offered it as %s before: it stays as it was", a.Envelope.ID, a.Envelope.DocType, docType),
			"look the document up in Concur; when it is settled, `fisbridge mark alarm N resolved --reason …`")
	}
	switch state {
	case Left:
		if a.Left == reason {
			return false, nil
		}
		if _, err := t.exec(`DELETE FROM documents WHERE doc_id = $1`, a.Envelope.ID); err != nil {
			return false, err
		}
		return t.insertArrival(a, received, correlation)
	case Stored:
		return true, t.intendAck(a.Envelope.ID, a.SystemID)
	case Acknowledged:
		// Concur accepted the acknowledgement and offers the document all the same: it is not locked, or the list is an old one. Asked again,
		// Concur says which.
		if a.Left != "" {
			return false, nil
		}
		if err := t.transition(a.Envelope.ID, []State{Acknowledged}, Stored, "offered again", ""); err != nil {
			return false, err
		}
		return true, t.intendAck(a.Envelope.ID, a.SystemID)
	case Recalled, Foreign, Gone:
		// Offered again under the same id: it is ready after all.
		if a.Left != "" {
			return false, nil
		}
		if err := t.savePayload(a.Envelope); err != nil {
			return false, err
		}
		if err := t.one(`UPDATE documents SET state = $1, state_since = $2, reason = '', received_at = $3, payload_sha256 = $4, ack_attempts = 0, finished_at = '', aged_at = '', employee_id = $5, report_number = $6 WHERE doc_id = $7`,
			Stored, t.at, received, digest(a.Envelope.Document), a.EmployeeID, a.ReportNumber, a.Envelope.ID); err != nil {
			return false, err
		}
		if err := t.event("offered again", about{doc: a.Envelope.ID, correlation: correlation}, detail{"was": state}); err != nil {
			return false, err
		}
		return true, t.intendAck(a.Envelope.ID, a.SystemID)
	}
	return false, nil
}

func (t *tx) insertArrival(a Arrival, received, correlation string) (bool, error) {
	state := Stored
	if a.Left != "" {
		state = Left
	}
	e := a.Envelope
	_, err := t.exec(`INSERT INTO documents (doc_id, doc_type, route, state, state_since, reason, report_id, report_key, currency, amount, is_test, erp_system_id, payload_sha256, received_at, revision, direction, employee_id, report_number)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)`, e.ID, e.DocType, a.Route, state, t.at, a.Left, a.ReportID, a.ReportKey, a.Currency,
		a.Amount.String(), flag(a.IsTest), e.ERPSystemID, digest(e.Document), received, a.Revision, a.Direction, employeeOf(a), a.ReportNumber)
	if err != nil {
		return false, err
	}
	if state == Left {
		return false, t.event("left", about{doc: e.ID, correlation: correlation}, detail{"reason": a.Left})
	}
	if err := t.savePayload(e); err != nil {
		return false, err
	}
	if err := t.event("stored", about{doc: e.ID, correlation: correlation}, detail{"route": a.Route, "sha256": digest(e.Document), "bytes": len(e.Document)}); err != nil {
		return false, err
	}
	return true, t.intendAck(e.ID, a.SystemID)
}

// employeeOf is whose document it is. Of one that is left in Concur nothing of a person is kept.
func employeeOf(a Arrival) string {
	if a.Left != "" {
		return ""
	}
	return a.EmployeeID
}

// intendAck: as long as an earlier try may have worked, the document keeps the system id of that try.
func (t *tx) intendAck(docID, systemID string) error {
	if err := t.one(`UPDATE documents SET system_id = CASE WHEN ack_attempts = 0 OR system_id = '' THEN $1 ELSE system_id END, ack_attempts = ack_attempts + 1 WHERE doc_id = $2 AND state = $3`,
		systemID, docID, Stored); err != nil {
		return err
	}
	return t.event("acknowledgement intended", about{doc: docID}, nil)
}

// Transition moves a document from one of the given states to another, with a reason for the history.
func (j *Journal) Transition(ctx context.Context, docID string, from []State, to State, event, reason string) error {
	return j.in(ctx, event+" document "+docID, func(t *tx) error { return t.transition(docID, from, to, event, reason) })
}

func (t *tx) transition(docID string, from []State, to State, event, reason string) error {
	var state State
	if err := t.QueryRowContext(t.ctx, `SELECT state FROM documents WHERE doc_id = $1`, docID).Scan(&state); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("document %s: %w", docID, ErrNotFound)
		}
		return err
	}
	for _, f := range from {
		if f != state {
			continue
		}
		finished := ""
		if to.finished() {
			finished = t.at
		}
		if err := t.one(`UPDATE documents SET state = $1, state_since = $2, reason = $3, finished_at = $4, in_doubt = 0, lost_file = 0, cause = '', cause_data = '' WHERE doc_id = $5`, to, t.at, reason, finished, docID); err != nil {
			return err
		}
		return t.event(event, about{doc: docID}, detail{"reason": reason, "was": state})
	}
	return fmt.Errorf("document %s is %s: %w", docID, state, ErrStale)
}

// doubt lets only a person release the document, by name.
func (t *tx) doubt(docID string) error {
	return t.one(`UPDATE documents SET in_doubt = 1 WHERE doc_id = $1`, docID)
}

// lostFile is doubt about a document that the ERP may have from an import file which this journal does not know. What the ERP says about it is heard.
func (t *tx) lostFile(docID string) error {
	return t.one(`UPDATE documents SET in_doubt = 1, lost_file = 1 WHERE doc_id = $1`, docID)
}

// finished: nothing is due for the document any more, but perhaps its confirmation.
func (s State) finished() bool {
	switch s {
	case Posted, Rejected, Recalled, Foreign, Gone:
		return true
	}
	return false
}

// Document gives one document by its docId.
func (j *Journal) Document(ctx context.Context, docID string) (Doc, error) {
	d, err := scanDoc(j.read.QueryRowContext(ctx, `SELECT `+docColumns+` FROM documents WHERE doc_id = $1`, docID))
	if errors.Is(err, sql.ErrNoRows) {
		return d, fmt.Errorf("document %s: %w", docID, ErrNotFound)
	}
	return d, err
}

// FindDocuments gives the documents that a person may mean: by docId, report id, report key or report number.
func (j *Journal) FindDocuments(ctx context.Context, word string) ([]Doc, error) {
	return j.docs(ctx, `$1 <> '' AND (doc_id = $1 OR report_id = $1 OR report_key = $1 OR report_number = $1) ORDER BY received_at, doc_id`, word)
}

// FindByFacts gives the documents that have the word as the ERP's document number, as the reference of a payment, or as the id of their employee.
func (j *Journal) FindByFacts(ctx context.Context, word string) ([]Doc, error) {
	return j.docs(ctx, `$1 <> '' AND (employee_id = $1 OR doc_id IN (SELECT doc_id FROM confirmations WHERE number = $1) OR doc_id IN (SELECT doc_id FROM payments WHERE reference = $1))
		ORDER BY received_at, doc_id`, word)
}

// FindByBeginning gives the documents whose docId or report id begins with the word, in capital or small letters.
func (j *Journal) FindByBeginning(ctx context.Context, word string) ([]Doc, error) {
	return j.docs(ctx, `UPPER(SUBSTR(doc_id, 1, $2)) = $1 OR UPPER(SUBSTR(report_id, 1, $2)) = $1 ORDER BY doc_id`, strings.ToUpper(word), len(word))
}

// DocumentsIn gives the documents in the given states of a route (all routes when empty), oldest first, at most limit (0: all).
func (j *Journal) DocumentsIn(ctx context.Context, route string, limit int, states ...State) ([]Doc, error) {
	where, args := in("state", states, 1)
	if route != "" {
		where += fmt.Sprintf(" AND route = $%d", len(args)+1)
		args = append(args, route)
	}
	where += " ORDER BY state_since, doc_id"
	if limit > 0 {
		where += fmt.Sprintf(" LIMIT %d", limit)
	}
	return j.docs(ctx, where, args...)
}

func (j *Journal) docs(ctx context.Context, where string, args ...any) ([]Doc, error) {
	rows, err := j.read.QueryContext(ctx, `SELECT `+docColumns+` FROM documents WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("journal: read documents: %w", err)
	}
	defer rows.Close()
	var out []Doc
	for rows.Next() {
		d, err := scanDoc(rows)
		if err != nil {
			return nil, fmt.Errorf("journal: read documents: %w", err)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
