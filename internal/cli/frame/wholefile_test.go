package frame

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// What a killed command has left beside its target goes with the next one of the same name; what a living one writes, and what is of another name or kind,
// stays.
func TestAbandonedPartsGo(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "march.csv")
	old := time.Now().Add(-time.Hour)
	put := func(file string, at time.Time) {
		path := filepath.Join(dir, file)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	put(".march.csv.4711.part", old)
	put(".march.csv.4712.part", time.Now()) // may belong to a command that begins in this moment
	put(".march.csv.old.4711.part", old)
	put(".april.csv.4711.part", old)
	put("march.csv.4711.part", old)
	other, err := NewWholeFile(io.Discard, name)
	if err != nil {
		t.Fatal(err)
	}
	living := filepath.Base(other.Temp.Name())
	if err := os.Chtimes(other.Temp.Name(), old, old); err != nil {
		t.Fatal(err)
	}
	w, err := NewWholeFile(io.Discard, name)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []*WholeFile{w, other} {
		if _, err := f.WriteString("whole"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, living)); err != nil {
		t.Errorf("what a living command writes is gone: %v", err)
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	other.Abort()
	var names []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if want := []string{".april.csv.4711.part", ".march.csv.4712.part", ".march.csv.old.4711.part", "march.csv", "march.csv.4711.part"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}
