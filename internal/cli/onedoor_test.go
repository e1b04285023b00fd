package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Everything that people read leaves by the door: nothing here or in package desk writes to a stream of the
// process by another way. Package term keeps the streams themselves to itself.
func TestOneDoor(t *testing.T) {
	var names []string
	for _, pattern := range []string{"*.go", "[a-s]*/*.go", "tryout/*.go", "workbench/*.go", "../desk/*.go", "../desk/*/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, found...)
	}
	past := regexp.MustCompile(`fmt\.Fprint(f|ln)?\(((\w+\.)*a?\.?[sS]td(out|err)|out|l\.out|w|os\.Std\w+)\b|os\.Std(out|err)\b|\.raw\b`)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(text), "\n") {
			if past.MatchString(line) {
				t.Errorf("%s:%d goes past the door: %s", name, n+1, strings.TrimSpace(line))
			}
		}
	}
}
