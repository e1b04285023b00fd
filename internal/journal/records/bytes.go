package records

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// VerifyBytes reads the payloads of documents and the bytes of import files and result files, as far as they are kept,
// and holds each against its hash. It returns how many it read.
func (j *Records) VerifyBytes(ctx context.Context) (read int64, diffs []ledger.Difference, err error) {
	docs, err := ledger.List(ctx, j.Ledger, `SELECT doc_id FROM payloads ORDER BY doc_id`, nil, ledger.ScanText)
	if err != nil {
		return 0, nil, fmt.Errorf("journal: verify payloads: %w", err)
	}
	for _, id := range docs {
		if _, err := j.Payload(ctx, id); err != nil {
			if ctx.Err() != nil {
				return read, diffs, err
			}
			diffs = append(diffs, ledger.Difference{Table: "payloads", Key: id, Reason: "the payload of document " + id + " is not what Concur sent: " + err.Error()})
		}
		read++
	}
	for _, c := range []struct {
		table, chunks, key, noun, kept string
		open                           func(context.Context, int64) io.ReadCloser
	}{
		{"files", "file_chunks", "file_id", "import file", "numbered", j.FileBytes},
		{"results", "result_chunks", "result_id", "result file", "collected", j.ResultBytes},
	} {
		kept, err := ledger.List(ctx, j.Ledger, `SELECT id, name, sha256 FROM `+c.table+` WHERE id IN (SELECT `+c.key+` FROM `+c.chunks+`) ORDER BY id`, nil, scanKept)
		if err != nil {
			return read, diffs, fmt.Errorf("journal: verify the bytes of %s: %w", c.table, err)
		}
		for _, k := range kept {
			h := sha256.New()
			if _, err := io.Copy(h, c.open(ctx, k.id)); err != nil && ctx.Err() != nil {
				return read, diffs, err
			}
			if hex.EncodeToString(h.Sum(nil)) != k.sha256 {
				diffs = append(diffs, ledger.Difference{Table: c.chunks, Key: strconv.FormatInt(k.id, 10), Reason: fmt.Sprintf("the bytes of %s %s (%d) were changed by another hand: their hash is another one", c.noun, k.name, k.id)})
			}
			read++
		}
		// who collected or numbered it kept its bytes, and who removed them by the retention rule or to forget said so:
		// since journals have seals, that is
		gone, err := ledger.List(ctx, j.Ledger, `SELECT id, name, sha256 FROM `+c.table+` r WHERE size > 0 AND NOT EXISTS (SELECT 1 FROM `+c.chunks+` b WHERE b.`+c.key+` = r.id)
			AND EXISTS (SELECT 1 FROM history h WHERE h.`+c.key+` = r.id AND h.event = '`+c.kept+`' AND h.seq > (SELECT COALESCE(MIN(seq), 0) FROM history WHERE event = 'sealed')) AND NOT EXISTS (SELECT 1 FROM history h WHERE h.`+c.key+` = r.id AND h.event = 'bytes removed') ORDER BY id`, nil, scanKept)
		if err != nil {
			return read, diffs, fmt.Errorf("journal: verify the bytes of %s: %w", c.table, err)
		}
		for _, k := range gone {
			diffs = append(diffs, ledger.Difference{Table: c.chunks, Key: strconv.FormatInt(k.id, 10), Reason: fmt.Sprintf("the bytes of %s %s (%d) were removed by another hand", c.noun, k.name, k.id)})
		}
	}
	return read, diffs, nil
}

type keptBytes struct {
	id           int64
	name, sha256 string
}

func scanKept(rows *sql.Rows) (k keptBytes, err error) {
	err = rows.Scan(&k.id, &k.name, &k.sha256)
	return k, err
}
