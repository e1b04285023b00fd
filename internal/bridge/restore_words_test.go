package bridge_test

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge/moved"
	"github.com/fisbridge/fisbridge/internal/journal/home"
)

// A journal that was replaced where it lies is not said to have moved from there to there.
func TestReplacedJournalIsTold(t *testing.T) {
	for _, c := range []struct{ was, is, want string }{
		{"/a/j.db", "/b/j.db", "the journal is not the file that it was: it lived at /a/j.db, and lies at /b/j.db now; it was restored, copied or moved"},
		{"/a/j.db", "/a/j.db", "the journal is not the file that it was: another one lies at /a/j.db now; it was restored or copied"},
	} {
		e := moved.RestoredError{Restored: home.Restored{Cause: home.DisplacedFile}}
		e.Restored.Was.Path, e.Restored.Is.Path = c.was, c.is
		e.Restored.Was.File, e.Restored.Is.File = "1", "2"
		if got := e.Error(); got != c.want {
			t.Error(got)
		}
	}
}
