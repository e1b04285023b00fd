package journal

import (
	"bytes"
	"compress/flate"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
)

// saveWritten keeps what an import file says of a document, for a later document of the same report.
func (t *tx) saveWritten(fileID int64, docID string, lines []byte) error {
	packed, err := t.deflate(lines)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO written (file_id, doc_id, sha256, body) VALUES ($1,$2,$3,$4)`, fileID, docID, digest(lines), packed)
	return err
}

// Written gives what an import file says of a document (JSON of package mapping); ErrNotFound when it was not kept: the file was made before
// fisbridge kept it, or the document is in no file.
func (j *Journal) Written(ctx context.Context, p Place) ([]byte, error) {
	var hash string
	var packed []byte
	err := j.read.QueryRowContext(ctx, `SELECT sha256, body FROM written WHERE file_id = $1 AND doc_id = $2`, p.File, p.Doc).Scan(&hash, &packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("what was written of document %s: %w", p.Doc, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("journal: read what was written of document %s: %w", p.Doc, err)
	}
	lines, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil || digest(lines) != hash {
		return nil, fmt.Errorf("journal: what was written of document %s is damaged (%w); restore it from a backup", p.Doc, errors.Join(err, errDigest))
	}
	return lines, nil
}
