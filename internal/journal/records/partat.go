package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// PartAt is the document whose records hold a line of an import file, and what lies before it there.
type PartAt struct {
	Part
	// Before and RowsBefore are the documents before it that have records, and these records.
	Before, RowsBefore int
}

// PartAt finds the document that a line of an import file belongs to, without looking at the others; ErrNotFound when
// it belongs to none, as headings, headers and trailers do.
func (j *Records) PartAt(ctx context.Context, fileID int64, line int) (PartAt, error) {
	var at PartAt
	p, err := ScanPart(ledger.QueryRow(ctx, j.Ledger, `SELECT `+PartColumns+` FROM file_documents
		WHERE file_id = $1 AND first_line <= $2 AND rows_count > 0 ORDER BY first_line DESC LIMIT 1`, fileID, line))
	if errors.Is(err, sql.ErrNoRows) || err == nil && p.LastLine < line {
		return at, ledger.ErrNotFound
	}
	if err != nil {
		return at, fmt.Errorf("journal: the document of line %d: %w", line, err)
	}
	at.Part = p
	err = ledger.QueryRow(ctx, j.Ledger, `SELECT COUNT(*), CAST(COALESCE(SUM(rows_count), 0) AS BIGINT) FROM file_documents
		WHERE file_id = $1 AND first_line < $2 AND rows_count > 0`, fileID, p.FirstLine).Scan(&at.Before, &at.RowsBefore)
	if err != nil {
		return at, fmt.Errorf("journal: what stands before line %d: %w", line, err)
	}
	return at, nil
}
