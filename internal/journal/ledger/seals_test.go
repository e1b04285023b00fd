package ledger

import (
	"encoding/json"
	"testing"
)

// The quick reader of seals says what a general reader of JSON says, or leaves the text to it.
func TestPlainSeals(t *testing.T) {
	for text, plain := range map[string]bool{
		`{"documents":{"A":"s1","B":"s2"}}`:       true,
		`{"documents":{"A":""}}`:                  true,
		`{"documents":{"":"x"}}`:                  true,
		`{"documents":{}}`:                        false,
		`{"documents":{"A":"s1"},"files":{}}`:     false,
		`{"documents":{"A":"s1","B":7}}`:          false,
		`{"documents":{"A\\u0042":"s1"}}`:         false,
		`{"documents": {"A":"s1"}}`:               false,
		`{"documents":{"A":"s1","B":"s2"}}}`:      false,
		`{"documents":{"A":"s1"`:                  false,
		`{"documents":{"A":"s1",}}`:               false,
		`{"documents":{"A":{"B":"s1"}}}`:          false,
		`{"documents":7,"files":{"A":"s1"}}`:      false,
		`{"documents":{"A":"s1"},"b":{"C":"s2"}}`: false,
		``: false,
	} {
		table, seals, ok := plainSeals(text, nil)
		if ok != plain {
			t.Errorf("%s: read quickly: %v", text, ok)
		}
		if !ok {
			continue
		}
		var want map[string]map[string]string
		if err := json.Unmarshal([]byte(text), &want); err != nil || len(want) != 1 || len(want[table]) != len(seals) {
			t.Errorf("%s: %v, %v, %v", text, table, seals, err)
		}
		for _, s := range seals {
			if got, known := want[table][s.key]; !known || got != s.text {
				t.Errorf("%s: %q of %q", text, s.text, s.key)
			}
		}
	}
}

// Rows that are sealed together get the marks that each gets alone, whatever the row before it said in the same column, or was of another shape.
func TestMarksOfRowsSealedTogether(t *testing.T) {
	f := &fact{Table: "t", Key: []string{"doc_id"}, Skip: []string{"title"}}
	wide, narrow := newScanner([]string{"doc_id", "state", "amount", "title", "file_id"}).of, newScanner([]string{"state", "doc_id"}).of
	var together knownMarks
	for i, values := range [][]any{
		{"A", "filed", "1.00", "x", int64(1)}, {"B", "filed", "2.00", "y", int64(1)}, {"C", "posted", "2.00", "", int64(0)},
		{"posted", "D"}, {"filed", "D"}, {"D", "", "2.00", nil, nil}, {"E", "filed", "", "x", int64(12)}, {"filed", "F"},
	} {
		of := wide
		if len(values) == 2 {
			of = narrow
		}
		r := &row{Columns: of.columns, Values: values, of: of}
		got := r.marks(f, &together)
		for at, column := range of.columns {
			text := ValueText(values[at])
			if column == "title" {
				text = ""
			}
			if got[at] != markOf(column, text) {
				t.Errorf("row %d, column %s: %q is marked as another value", i, column, text)
			}
		}
	}
}
