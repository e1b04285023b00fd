package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/finding"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/why"
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
	ID      string      `json:"doc_id"`
	DocType fis.DocType `json:"doc_type"`
	Route   string      `json:"route,omitempty"`
	State   State       `json:"state"`
	Since   time.Time   `json:"state_since"`
	Reason  string      `json:"reason,omitempty"`
	// Why is the reason as a code with values.
	Why            why.Reason `json:"why,omitzero"`
	ReportID       string     `json:"report_id,omitempty"`
	ReportKey      string     `json:"report_key,omitempty"`
	Currency       string     `json:"currency,omitempty"`
	Amount         fis.Amount `json:"amount"`
	IsTest         bool       `json:"is_test,omitempty"`
	ERPSystemID    string     `json:"erp_system_id,omitempty"`
	PayloadSHA256  string     `json:"payload_sha256"`
	Received       time.Time  `json:"received_at"`
	AckAttempts    int        `json:"ack_attempts"`
	AcknowledgedAt time.Time  `json:"acknowledged_at,omitzero"`
	AckMillis      int64      `json:"ack_millis"`
	FileID         int64      `json:"file_id,omitempty"`
	ReissueOf      int64      `json:"reissue_of,omitempty"`
	// Cause is why it is held, or waits, as a code.
	Cause Cause `json:"cause,omitempty"`
	// HeldUntil is when a run releases by itself what a person holds; zero: it does not.
	HeldUntil time.Time `json:"held_until,omitzero"`
	// Revision is FIS's revisionNumber, 0 when it is not known; Direction that of a cash advance, +1 handed out, -1
	// handed back.
	Revision  int `json:"revision,omitempty"`
	Direction int `json:"-"`
	// PostAs is how a second document of a report is posted; Basis the documents whose lines a replacing one is held
	// against.
	PostAs PostAs  `json:"post_as,omitempty"`
	Basis  []Place `json:"basis,omitempty"`
	// SystemID is the one with which the acknowledgement was sent; the confirmations are sent with the same one. Empty:
	// that of the configuration.
	SystemID string `json:"system_id,omitempty"`

	receipts []fis.Receipt // that its import file may name; read with the payload
}

const DocColumns = `doc_id, doc_type, route, state, state_since, reason, report_id, report_key, currency, amount, is_test, erp_system_id,
	payload_sha256, received_at, ack_attempts, acknowledged_at, ack_millis, file_id, reissue_of, cause, revision, direction, post_as, basis, system_id, held_until, why`

// DocColumnsOf are the columns of a table with another name.
func DocColumnsOf(alias string) string {
	return alias + "." + strings.Join(strings.FieldsFunc(DocColumns, func(r rune) bool { return strings.ContainsRune(", \n\t", r) }), ", "+alias+".")
}

// ScanDoc reads DocColumns, and what stands behind them.
func ScanDoc(s interface{ Scan(...any) error }, extra ...any) (Doc, error) {
	var d Doc
	var since, received, acked, amount, basis, until, kept string
	err := s.Scan(append([]any{&d.ID, &d.DocType, &d.Route, &d.State, &since, &d.Reason, &d.ReportID, &d.ReportKey, &d.Currency, &amount, &d.IsTest,
		&d.ERPSystemID, &d.PayloadSHA256, &received, &d.AckAttempts, &acked, &d.AckMillis, &d.FileID, &d.ReissueOf,
		&d.Cause, &d.Revision, &d.Direction, &d.PostAs, &basis, &d.SystemID, &until, &kept}, extra...)...)
	if err != nil {
		return d, err
	}
	d.Since, d.Received, d.AcknowledgedAt, d.HeldUntil = ledger.Time(since), ledger.Time(received), ledger.Time(acked), ledger.Time(until)
	if d.Basis, err = parsePlaces(basis); err != nil {
		return d, fmt.Errorf("document %s: %w", d.ID, err)
	}
	if d.Why, err = why.FromStored(kept, d.Reason, ""); err != nil {
		return d, fmt.Errorf("document %s: %w", d.ID, err)
	}
	d.Amount, err = fis.ParseAmount(amount)
	return d, err
}

// Finished: nothing is due for the document any more, but perhaps its confirmation.
func (s State) Finished() bool {
	switch s {
	case Posted, Rejected, Recalled, Foreign, Gone:
		return true
	}
	return false
}

// Document gives one document by its docId.
func (j *Records) Document(ctx context.Context, docID string) (Doc, error) {
	d, err := ScanDoc(ledger.QueryRow(ctx, j.Ledger, `SELECT `+DocColumns+` FROM documents WHERE doc_id = $1`, docID))
	if errors.Is(err, sql.ErrNoRows) {
		return d, fmt.Errorf("document %s: %w", docID, ledger.ErrNotFound)
	}
	return d, err
}

// FindDocuments gives the documents that a person may mean: by docId, report id, report key or report number.
func (j *Records) FindDocuments(ctx context.Context, word string) ([]Doc, error) {
	return j.docs(ctx, `$1 <> '' AND (doc_id = $1 OR report_id = $1 OR report_key = $1 OR report_number = $1 AND report_number <> '') ORDER BY received_at, doc_id`, word)
}

// FindByFacts gives the documents that have the word as a document number of the ERP, as the reference of a payment, or
// as the id of their employee.
func (j *Records) FindByFacts(ctx context.Context, word string) ([]Doc, error) {
	return j.docs(ctx, `$1 <> '' AND (employee_id = $1 AND employee_id <> '' OR doc_id IN (SELECT k.doc_id FROM doc_keys k WHERE k.key = $2 AND k.key <> '' AND k.kind = 'erp') OR doc_id IN (SELECT doc_id FROM payments WHERE reference = $1))
		ORDER BY received_at, doc_id`, word, ledger.FoldKey(word))
}

// FindByBeginning gives the documents whose docId or report id begins with the word, by its letters and digits.
func (j *Records) FindByBeginning(ctx context.Context, word string) ([]Doc, error) {
	key := ledger.FoldKey(word)
	if key == "" {
		return nil, nil
	}
	return j.docs(ctx, `doc_id IN (SELECT k.doc_id FROM doc_keys k WHERE k.key >= $1 AND k.key < $2 AND k.kind IN ('doc','report')) ORDER BY doc_id`, key, finding.After(key))
}

// DocumentsIn gives the documents in the given states of a route (all routes when empty), oldest first, at most limit
// (0: all).
func (j *Records) DocumentsIn(ctx context.Context, route string, limit int, states ...State) ([]Doc, error) {
	where, args := ledger.Among("state", states, 1)
	if route == "" && len(states) == 1 && states[0] == Held {
		where, args = held, nil
	}
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

func (j *Records) docs(ctx context.Context, where string, args ...any) ([]Doc, error) {
	return ledger.List(ctx, j.Ledger, `SELECT `+DocColumns+` FROM documents WHERE `+where, args, func(rows *sql.Rows) (Doc, error) { return ScanDoc(rows) })
}
