package whose

import (
	"database/sql"
	"encoding/json"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Aside is a payment that a file tells of a document, and that was listed and not told.
type Aside struct {
	Payment fis.Payment
	Result  int64
	Line    int
	Format  string // how that file was read
}

// AsideOf are the payments of a document that stand in other result files and count for nothing: people are asked about
// them, or have said that they are none of their own.
func AsideOf(t *ledger.Tx, doc string, result int64) (out []Aside, err error) {
	err = t.Each(`SELECT l.result_id, l.line, l.data, r.format FROM result_rows l JOIN results r ON r.id = l.result_id
		WHERE l.doc_id = $1 AND l.result_id <> $2 AND l.kind = 'exception' AND l.mark IN ('asked','invalid') AND l.data <> '' ORDER BY l.result_id, l.line`, func(rows *sql.Rows) error {
		var a Aside
		var data string
		if err := rows.Scan(&a.Result, &a.Line, &data, &a.Format); err != nil {
			return err
		}
		out = append(out, a)
		return json.Unmarshal([]byte(data), &out[len(out)-1].Payment)
	}, doc, result)
	return out, err
}
