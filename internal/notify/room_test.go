package notify

import "testing"

// Every system that fisbridge runs on says how much of a disk is free.
func TestRoomAt(t *testing.T) {
	t.Parallel()
	if free, total, err := roomAt(t.TempDir()); err != nil || total == 0 || free > total {
		t.Errorf("%d of %d are free, %v", free, total, err)
	}
	if _, _, err := roomAt("/nowhere/at/all"); err == nil {
		t.Error("a folder that there is not has room")
	}
}
