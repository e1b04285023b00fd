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
