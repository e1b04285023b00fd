package records

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// EachFiled walks the documents of an import file in their order, withdrawn ones too, with their JSON: nil when it has
// aged out, and damaged when it cannot be read any more. Memory is that of one document.
func (j *Records) EachFiled(ctx context.Context, fileID int64, fn func(p Part, e *fis.Envelope, damaged error) error) error {
	err := ledger.Each(ctx, j.Ledger, `SELECT f.file_id, f.doc_id, f.first_line, f.last_line, f.post_as, f.basis, f.posting, d.doc_type, d.erp_system_id, d.payload_sha256, p.body
		FROM file_documents f LEFT JOIN documents d ON d.doc_id = f.doc_id LEFT JOIN payloads p ON p.doc_id = f.doc_id WHERE f.file_id = $1 ORDER BY f.position`, []any{fileID}, func(rows *sql.Rows) error {
		var p Part
		var basis string
		var docType, system, hash sql.NullString
		var packed []byte
		err := rows.Scan(&p.FileID, &p.DocID, &p.FirstLine, &p.LastLine, &p.PostAs, &basis, &p.Posting, &docType, &system, &hash, &packed)
		if err != nil {
			return err
		}
		if p.Basis, err = parsePlaces(basis); err != nil {
			return err
		}
		if p.Posting == 0 {
			p.Posting = postingBefore(p.PostAs, p.Basis)
		}
		if packed == nil {
			return fn(p, nil, nil)
		}
		e, damaged := Envelope(Doc{ID: p.DocID, DocType: fis.DocType(docType.String), ERPSystemID: system.String, PayloadSHA256: hash.String}, packed)
		e.Posting = p.Posting
		return fn(p, &e, damaged)
	})
	if err != nil {
		return fmt.Errorf("journal: read the documents of import file %d: %w", fileID, err)
	}
	return nil
}
