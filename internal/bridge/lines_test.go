package bridge_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// A run ends a file before it has more lines than the ERP takes, and never within a document; one that no file can take is
// held, with both numbers, and stops no other. Each document is in one file, and the numbers have no gap.
func TestLinesPerFile(t *testing.T) {
	w := oneWorld(t, "run, max_lines: 5")
	w.good("D1", "D2", "D3", "D4", "D5") // two lines each
	w.add(fis.Expense, "D6", expense("RD6", "640100 640100 640100"))
	s := w.run(bridge.ExitNeedsPerson)
	if s.Files != 3 || s.Dropped != 3 || s.Held != 1 {
		t.Errorf("%+v", s)
	}
	w.states("D1 filed, D2 filed, D3 filed, D4 filed, D5 filed, D6 held")
	d, err := w.j.Document(w.ctx, "D6")
	w.ok(err)
	if reason := d.Reason; !strings.Contains(reason, "6 lines") || !strings.Contains(reason, "5 at most") {
		t.Error(reason)
	}
	files, err := w.j.FilesIn(w.ctx, records.Dropped)
	w.ok(err)
	for i, f := range files {
		if n := strings.Count(string(w.bytes(f)), "\nL;") + 1; f.Sequence != int64(i+1) || n > 5 || n%2 != 0 {
			t.Errorf("file %d has %d lines", f.Sequence, n)
		}
	}
}
