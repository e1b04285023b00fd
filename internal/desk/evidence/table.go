package evidence

import (
	"encoding/csv"
	"io"
	"time"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// table writes a CSV file of the pack: UTF-8, commas, one head, no text that a spreadsheet would run.
type table struct{ w *csv.Writer }

func newTable(w io.Writer, heads ...string) (*table, error) {
	t := &table{csv.NewWriter(w)}
	return t, t.w.Write(heads)
}

func (t *table) row(cells ...string) error {
	for i, c := range cells {
		if wording.StartsFormula(c) && !number(c) {
			cells[i] = "'" + c
		}
	}
	return t.w.Write(cells)
}

// number: a spreadsheet reads it as one, and runs nothing.
func number(s string) bool {
	for i, r := range s {
		if (r < '0' || r > '9') && r != '.' && (r != '-' || i > 0) {
			return false
		}
	}
	return s != "" && s != "-"
}

func (t *table) end() error {
	t.w.Flush()
	return t.w.Error()
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
