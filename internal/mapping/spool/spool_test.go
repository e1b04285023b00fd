package spool

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// Records come back in order and whole, whether they lie in memory or, being many or long, in the temporary file.
func TestRecordsComeBackInOrder(t *testing.T) {
	for name, records := range map[string][]string{
		"none":         nil,
		"in memory":    {"a", "", "bc"},
		"one long":     {"a", strings.Repeat("x", 3*inMemory), "b"},
		"many":         strings.Split(strings.Repeat(strings.Repeat("y", 100)+" ", 5000), " "),
		"just a spill": {strings.Repeat("z", inMemory), "the rest"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := New(dir)
			for _, r := range records {
				if err := s.Write([]byte(r), []int{len(r)}); err != nil {
					t.Fatal(err)
				}
			}
			if len(s.buf) >= inMemory {
				t.Errorf("%d bytes are kept in memory", len(s.buf))
			}
			n := 0
			err := s.Read(func(b []byte) error {
				if n >= len(records) || !bytes.Equal(b, []byte(records[n])) {
					t.Fatalf("record %d is another one", n)
				}
				n++
				return nil
			})
			if err != nil || n != len(records) {
				t.Errorf("%d of %d records, %v", n, len(records), err)
			}
			s.Remove()
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("%d files are left, %v", len(left), err)
			}
		})
	}
}

// A spool that was cut short, by a full disk say, is an error and no end.
func TestCutShort(t *testing.T) {
	s := New(t.TempDir())
	long := []byte(strings.Repeat("x", 2*inMemory))
	if err := s.Write(long, []int{len(long) / 2, len(long)}); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(s.name, int64(len(long)-10)); err != nil {
		t.Fatal(err)
	}
	if err := s.Read(func([]byte) error { return nil }); err == nil {
		t.Error("what is missing is not noticed")
	}
	s.Remove()
}
