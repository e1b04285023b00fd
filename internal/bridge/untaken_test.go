package bridge_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
)

// The ERP had taken a file that people thought lost, and answers it when the new one still lies in its folder: the answer is
// that of the withdrawn file, and a person is asked. When the ERP has taken the new one, its answer counts.
func TestAnswerWhileTheNewFileLiesUntaken(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.run(bridge.ExitDone)
	first := w.list("erp/in")
	taken := func() {
		for _, name := range w.list("erp/in") {
			w.ok(os.Remove(filepath.Join(w.dir, "erp/in", name)))
		}
	}
	taken()
	f, err := w.j.FilesIn(w.ctx, "dropped")
	w.ok(err)
	w.ok(w.j.Reissue(w.ctx, f[0].ID, nil, "thought it was lost"))
	w.run(bridge.ExitDone)
	if now := w.list("erp/in"); len(now) != 1 || now[0] == first[0] {
		t.Fatal(first, now)
	}
	w.answer("today", posted("D1", "1"))
	w.run(bridge.ExitNeedsPerson)
	if n := w.effects("posting", "D1"); n != 0 {
		t.Errorf("Concur was told %d times", n)
	}
	taken()
	w.answer("later", posted("D1", "2"))
	w.run(bridge.ExitNeedsPerson) // the alarm about the first answer stays
	if n := w.effects("posting", "D1"); n != 1 {
		t.Errorf("Concur was told %d times", n)
	}
}

// An answer that bears the name of the new file is about that one, also where it still lies in the folder: the ERP has read it there.
func TestAnswerBearsTheNameOfTheFileThatLiesThere(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.run(bridge.ExitDone)
	for _, name := range w.list("erp/in") {
		w.ok(os.Remove(filepath.Join(w.dir, "erp/in", name)))
	}
	f, err := w.j.FilesIn(w.ctx, "dropped")
	w.ok(err)
	w.ok(w.j.Reissue(w.ctx, f[0].ID, nil, "thought it was lost"))
	w.run(bridge.ExitDone)
	now := w.list("erp/in")
	w.answer(strings.TrimSuffix(now[0], ".csv"), posted("D1", "1"))
	w.run(bridge.ExitDone)
	w.states("D1 posted")
	w.quiet()
}
