package lookup

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/mapping/formula"
)

// Keys whose texts would run together are different keys.
func TestKeysOfSeveralColumnsDiffer(t *testing.T) {
	seen := map[string]formula.Key{}
	for _, key := range []formula.Key{{"a", "bc"}, {"ab", "c"}, {"abc", ""}, {"", "abc"}, {"\x01a", "bc"}, {"a\x02", "bc"}, {"a", "\x02bc"}} {
		text := string(appendKey(nil, &key, 2))
		if other, twice := seen[text]; twice {
			t.Errorf("%q and %q are one", other, key)
		}
		seen[text] = key
	}
	if one := string(appendKey(nil, &formula.Key{"4711", "x"}, 1)); one != "4711" {
		t.Errorf("the key of a sheet with one column is %q", one)
	}
}
