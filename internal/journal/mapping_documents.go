package journal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// EachRecentPayload walks the documents that were received since the given time, of one route (all routes when empty), oldest first, with their
// payloads, whatever became of them; those whose payload has aged out are left out. Memory stays that of one document.
func (j *Journal) EachRecentPayload(ctx context.Context, route string, since time.Time, fn func(Doc, fis.Envelope) error) error {
	rows, err := j.read.QueryContext(ctx, `SELECT `+docColumnsOf("d")+`, body
		FROM documents d JOIN payloads p ON p.doc_id = d.doc_id WHERE (d.route = $1 OR $1 = '') AND d.received_at >= $2 ORDER BY d.received_at, d.doc_id`, route, stamp(since))
	if err != nil {
		return fmt.Errorf("journal: read payloads: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var body []byte
		d, err := scanDoc(rows, &body)
		if err != nil {
			return fmt.Errorf("journal: read payloads: %w", err)
		}
		e, err := envelope(d, body)
		if err == nil {
			err = fn(d, e)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

// FindPayload gives the newest document with a docId, report id or report key, with its payload; false when there is none, or its payload has aged
// out.
func (j *Journal) FindPayload(ctx context.Context, word string) (fis.Envelope, bool, error) {
	docs, err := j.FindDocuments(ctx, word)
	if err != nil {
		return fis.Envelope{}, false, err
	}
	for i := len(docs) - 1; i >= 0; i-- {
		e, err := j.Payload(ctx, docs[i].ID)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		return e, err == nil, err
	}
	return fis.Envelope{}, false, nil
}
