package journal

import (
	"github.com/fisbridge/fisbridge/internal/fis"
)

func (t *tx) savePayload(e fis.Envelope) error {
	packed, err := t.Deflate(e.Document)
	if err != nil {
		return err
	}
	_, err = t.Exec(`INSERT INTO payloads (doc_id, size, body) VALUES ($1,$2,$3) ON CONFLICT (doc_id) DO UPDATE SET size = excluded.size, body = excluded.body`,
		e.ID, len(e.Document), packed)
	return err
}
