package mapping_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/mapping"
)

// A hidden field of a header that must have a value is asked for it, too: the file is not made without.
func TestHiddenFieldOfHeaderIsAsked(t *testing.T) {
	head := `records:
  - name: Head
    repeat: header
    fields:
      - { name: batch, type: integer, value: file.sequence }
      - { name: open, type: code, hidden: true, required: true, note: "not in the file: the batch must have a company", value: 'IF(file.sequence > 7; "yes"; "")' }
  - name: Line`
	plan, found := smallWith(t, strings.Replace(datedLines, "records:\n  - name: Line", head, 1), "")
	must(t)(found.Err())
	for sequence, want := range map[int]string{7: "open: has no value (the batch must have a company)", 8: ""} {
		file, err := plan.NewFile(mapping.FileContext{Route: "gl", Sequence: int64(sequence), Created: made(), TempDir: t.TempDir()})
		must(t)(err)
		p, err := plan.NewWorker().Prepare(onDays("1", []string{"10.00"}, []string{"2026-04-01"}))
		must(t)(err)
		_, err = file.Add(p)
		if err == nil {
			_, err = file.Finish(&bytes.Buffer{})
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("file %d: %v, want %q", sequence, err, want)
		}
	}
}
