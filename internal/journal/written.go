package journal

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// saveWritten keeps what an import file says of documents, for later documents of the same reports.
func (t *tx) saveWritten(fileID int64, list []records.Part) error {
	var args []any
	for _, p := range list {
		if p.Written == nil {
			continue
		}
		packed, err := t.Deflate(p.Written)
		if err != nil {
			return err
		}
		args = append(args, fileID, p.DocID, ledger.Digest(p.Written), packed)
	}
	if len(args) == 0 {
		return nil
	}
	if _, err := t.Exec(`INSERT INTO written (file_id, doc_id, sha256, body) VALUES `+t.Places(args, 4), args...); err != nil {
		return fmt.Errorf("what is written of document %s: %w", args[1], err)
	}
	return nil
}
