package house

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mostLines is how many lines the shipped files of a package may have: what a reader takes in within an hour or two.
const mostLines = 4_520

// TestPackagesStaySmall: a package that outgrows its reader becomes rooms, folders beside it, each a subject of its own.
func TestPackagesStaySmall(t *testing.T) {
	folders := imports(t)
	if len(folders) < 100 {
		t.Fatalf("%d packages found: the test looks in the wrong place", len(folders))
	}
	for folder := range folders {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(folder), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			lines += bytes.Count(text, []byte{'\n'})
		}
		if lines > mostLines {
			t.Errorf("%s has %d lines without its tests, and %d are the most: move a subject of it into a room of its own", folder, lines, mostLines)
		}
	}
}
