package journal

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// idsAtOnce is how many documents a walk knows ahead.
const idsAtOnce = 5000

// EachTryable walks the documents of a route that a run tries to put into an import file, those of withdrawn files last, each in the order in which they
// came, with their payloads, or with the error that a damaged one gives. Memory is that of one document and of idsAtOnce ids; nothing is kept open in the
// database meanwhile, and documents may leave the state.
func (j *Journal) EachTryable(ctx context.Context, route string, fn func(d Doc, e fis.Envelope, damaged error) error) error {
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
			e, damaged := envelope(d, packed)
			if err := fn(d, e, damaged); err != nil {
				return err
			}
		}
		if len(page) < idsAtOnce {
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
func (j *Journal) places(ctx context.Context, route string, last place) ([]place, error) {
	return list(ctx, j, `SELECT reissue_of, received_at, doc_id FROM documents WHERE route = $1 AND `+tryable+` AND (reissue_of, received_at, doc_id) > ($2, $3, $4)
		ORDER BY reissue_of, received_at, doc_id LIMIT $5`, []any{route, last.reissue, last.received, last.doc, idsAtOnce}, func(rows *sql.Rows) (p place, err error) {
		err = rows.Scan(&p.reissue, &p.received, &p.doc)
		return p, err
	})
}

// Payload gives a document's envelope with its JSON as it came.
func (j *Journal) Payload(ctx context.Context, docID string) (fis.Envelope, error) {
	d, packed, err := j.payload(ctx, docID)
	if err == nil && packed == nil {
		err = fmt.Errorf("payload of document %s: %w", docID, ErrNotFound)
	}
	if err != nil {
		return fis.Envelope{}, err
	}
	return envelope(d, packed)
}

// payload reads a document with its packed JSON, nil when that has aged out.
func (j *Journal) payload(ctx context.Context, docID string) (d Doc, packed []byte, err error) {
	d, err = scanDoc(j.read.QueryRowContext(ctx, `SELECT `+docColumnsOf("d")+`, body FROM documents d LEFT JOIN payloads p ON p.doc_id = d.doc_id WHERE d.doc_id = $1`, docID), &packed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return d, nil, fmt.Errorf("payload of document %s: %w", docID, ErrNotFound)
	case err != nil:
		return d, nil, fmt.Errorf("journal: read payload: %w", err)
	}
	return d, packed, nil
}

func envelope(d Doc, packed []byte) (fis.Envelope, error) {
	body, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil || digest(body) != d.PayloadSHA256 {
		return fis.Envelope{}, fmt.Errorf("journal: payload of document %s is damaged (%w); restore it from a backup or fetch it again", d.ID, errors.Join(err, errDigest))
	}
	return fis.Envelope{ID: d.ID, DocType: d.DocType, ERPSystemID: d.ERPSystemID, Document: body, Place: "document " + d.ID}, nil
}

var errDigest = errors.New("its hash differs")

func (t *tx) savePayload(e fis.Envelope) error {
	packed, err := t.deflate(e.Document)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO payloads (doc_id, size, body) VALUES ($1,$2,$3) ON CONFLICT (doc_id) DO UPDATE SET size = excluded.size, body = excluded.body`,
		e.ID, len(e.Document), packed)
	return err
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
