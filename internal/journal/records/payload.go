package records

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// IdsAtOnce is how many documents a walk knows ahead.
const IdsAtOnce = 5000

// EachTryable walks the documents of a route that a run tries to put into an import file, those of withdrawn files
// last, each in the order in which they came, with their payloads, or with the error that a damaged one gives. Memory
// is that of one document and of idsAtOnce ids; nothing is kept open in the database meanwhile, and documents may leave
// the state.
func (j *Records) EachTryable(ctx context.Context, route string, fn func(d Doc, e fis.Envelope, damaged error) error) error {
	for last := (place{reissue: -1}); ; {
		page, err := j.places(ctx, route, last)
		if err != nil {
			return err
		}
		for _, p := range page {
			d, packed, err := j.payload(ctx, p.doc)
			if err != nil {
				return err
			}
			e, damaged := Envelope(d, packed)
			if err := fn(d, e, damaged); err != nil {
				return err
			}
		}
		if len(page) < IdsAtOnce {
			return nil
		}
		last = page[len(page)-1]
	}
}

// place is where a document stands in the order of a walk.
type place struct {
	reissue       int64
	received, doc string
}

// places are the next documents behind one.
func (j *Records) places(ctx context.Context, route string, last place) ([]place, error) {
	return ledger.List(ctx, j.Ledger, `SELECT reissue_of, received_at, doc_id FROM documents WHERE route = $1 AND `+Tryable+` AND (reissue_of, received_at, doc_id) > ($2, $3, $4)
		ORDER BY reissue_of, received_at, doc_id LIMIT $5`, []any{route, last.reissue, last.received, last.doc, IdsAtOnce}, func(rows *sql.Rows) (p place, err error) {
		err = rows.Scan(&p.reissue, &p.received, &p.doc)
		return p, err
	})
}

// Payload gives a document's envelope with its JSON as it came.
func (j *Records) Payload(ctx context.Context, docID string) (fis.Envelope, error) {
	d, packed, err := j.payload(ctx, docID)
	if err == nil && packed == nil {
		err = fmt.Errorf("payload of document %s: %w", docID, ledger.ErrNotFound)
	}
	if err != nil {
		return fis.Envelope{}, err
	}
	return Envelope(d, packed)
}

// payload reads a document with its packed JSON, nil when that has aged out.
func (j *Records) payload(ctx context.Context, docID string) (d Doc, packed []byte, err error) {
	var receipts string
	d, err = ScanDoc(ledger.QueryRow(ctx, j.Ledger, `SELECT `+DocColumnsOf("d")+`, body, receipts FROM documents d LEFT JOIN payloads p ON p.doc_id = d.doc_id WHERE d.doc_id = $1`, docID), &packed, &receipts)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return d, nil, fmt.Errorf("payload of document %s: %w", docID, ledger.ErrNotFound)
	case err != nil:
		return d, nil, fmt.Errorf("journal: read payload: %w", err)
	}
	if receipts == "listed" {
		d.receipts, err = j.knownReceipts(ctx, d)
	}
	return d, packed, err
}

// Envelope unpacks the payload of a document and holds it against its hash.
func Envelope(d Doc, packed []byte) (fis.Envelope, error) {
	body, err := ledger.Inflate(packed)
	if err != nil || ledger.Digest(body) != d.PayloadSHA256 {
		return fis.Envelope{}, fmt.Errorf("journal: payload of document %s is %w (%w); restore it from a backup or fetch it again", d.ID, ErrDamaged, cmp.Or(err, errDigest))
	}
	return fis.Envelope{ID: d.ID, DocType: d.DocType, ERPSystemID: d.ERPSystemID, Document: body, Place: "document " + d.ID, Receipts: d.receipts}, nil
}

// ErrDamaged says that bytes in the journal are not those that were put there: no repeat will read them.
var ErrDamaged = errors.New("damaged")

var errDigest = errors.New("its hash differs")

// Written gives what an import file says of a document (JSON of package mapping); ErrNotFound when it was not kept: the
// file was made before fisbridge kept it, or the document is in no file.
func (j *Records) Written(ctx context.Context, p Place) ([]byte, error) {
	return Written(ledger.QueryRow(ctx, j.Ledger, WrittenBody, p.File, p.Doc), p)
}

// WrittenBody asks for what an import file says of a document, by file and document.
const WrittenBody = `SELECT sha256, body FROM written WHERE file_id = $1 AND doc_id = $2`

// Written reads the answer to WrittenBody.
func Written(row interface{ Scan(...any) error }, p Place) ([]byte, error) {
	var hash string
	var packed []byte
	err := row.Scan(&hash, &packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("what was written of document %s: %w", p.Doc, ledger.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("journal: read what was written of document %s: %w", p.Doc, err)
	}
	lines, err := ledger.Inflate(packed)
	if err != nil || ledger.Digest(lines) != hash {
		return nil, fmt.Errorf("journal: what was written of document %s is %w (%w); restore it from a backup", p.Doc, ErrDamaged, cmp.Or(err, errDigest))
	}
	return lines, nil
}
