//go:build unix

package exchange

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// renameByLink is what other Unix systems than Linux use.
func TestRenameByLinkNeverReplaces(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a", "a")
	put(t, dir, "b", "b")
	if err := renameByLink(filepath.Join(dir, "a"), filepath.Join(dir, "b")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("onto an existing file: %v", err)
	}
	if err := renameByLink(filepath.Join(dir, "a"), filepath.Join(dir, "c")); err != nil {
		t.Error(err)
	}
	if err := renameByLink(filepath.Join(dir, "a"), filepath.Join(dir, "d")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of a missing file: %v", err)
	}
	if diff := cmp.Diff([]string{"b", "c"}, names(t, dir)); diff != "" {
		t.Error(diff)
	}
}
