package receipts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func put(t *testing.T, s Store, text string) (sum string) {
	t.Helper()
	f, err := s.begin()
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.Sum256([]byte(text))
	sum = hex.EncodeToString(h[:])
	if err := s.keep(f, sum); err != nil {
		t.Fatal(err)
	}
	return sum
}

// TestSweepRemovesItsOwnOnly: what is needed, what a run may have fetched just now, what is half fetched beside it,
// and what is not ours stay.
func TestSweepRemovesItsOwnOnly(t *testing.T) {
	s := Store{Dir: filepath.Join(t.TempDir(), "receipts")}
	needed, gone, unknown, old := put(t, s, "needed"), put(t, s, "gone"), put(t, s, "unknown"), put(t, s, "old")
	now := time.Now()
	if err := os.Chtimes(s.path(old), now.Add(-48*time.Hour), now.Add(-48*time.Hour)); err != nil {
		t.Fatal(err)
	}
	half, err := s.begin()
	if err != nil {
		t.Fatal(err)
	}
	defer half.Close()
	other := filepath.Join(s.Dir, needed[:2], "letter.txt")
	misplaced := filepath.Join(s.Dir, "zz", gone)
	for _, path := range []string{other, misplaced} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	left, err := s.Sweep(context.Background(), now, func(_ context.Context, sum string) (bool, bool, error) {
		return sum == needed, sum == needed || sum == gone, nil
	})
	if err != nil || len(left) > 0 {
		t.Fatal(left, err)
	}
	for path, stays := range map[string]bool{s.path(needed): true, s.path(gone): false, s.path(unknown): true,
		s.path(old): false,
		half.Name(): true, other: true, misplaced: true} {
		if _, err := os.Stat(path); (err == nil) != stays {
			t.Errorf("%s: stays %v, want %v", path, err == nil, stays)
		}
	}
	if err := s.clean(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(half.Name()); err == nil {
		t.Error("what was half fetched stays")
	}
}

// TestDamagedBytesAreNotWhole: a receipt is sent only as it was fetched.
func TestDamagedBytesAreNotWhole(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	sum := put(t, s, "an image")
	if whole, err := s.whole(sum); !whole || err != nil {
		t.Fatal(whole, err)
	}
	if err := os.WriteFile(s.path(sum), []byte("an imagE"), 0o600); err != nil {
		t.Fatal(err)
	}
	if whole, err := s.whole(sum); whole || err != nil {
		t.Error(whole, err)
	}
	for _, sum := range []string{"", "..", "../../etc/passwd"} {
		if whole, err := s.whole(sum); whole || err != nil {
			t.Errorf("%q: %v, %v", sum, whole, err)
		}
	}
}
