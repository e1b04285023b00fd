package diskroom

import "testing"

// Every system that fisbridge runs on says how much of a disk is free.
func TestAt(t *testing.T) {
	t.Parallel()
	if free, total, err := At(t.TempDir()); err != nil || total == 0 || free > total || total < 1<<20 {
		t.Errorf("%d of %d are free, %v", free, total, err)
	}
	if _, _, err := At("/nowhere/at/all"); err == nil {
		t.Error("a folder that there is not has room")
	}
}
