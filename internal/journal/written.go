package journal

import (
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// saveWritten keeps what an import file says of a document, for a later document of the same report.
func (t *tx) saveWritten(fileID int64, docID string, lines []byte) error {
	packed, err := t.Deflate(lines)
	if err != nil {
		return err
	}
	_, err = t.Exec(`INSERT INTO written (file_id, doc_id, sha256, body) VALUES ($1,$2,$3,$4)`, fileID, docID, ledger.Digest(lines), packed)
	return err
}
