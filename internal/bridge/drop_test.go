package bridge_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// numbered gives a world with import files that could not be dropped, for the folder was not there.
func numbered(t *testing.T, routes string, ids ...string) *world {
	t.Helper()
	w := newWorld(t, options{routes: routes})
	w.ok(os.Remove(filepath.Join(w.dir, "erp", "in")))
	w.good(ids...)
	s := w.run(bridge.ExitFailed)
	if !strings.Contains(strings.Join(s.Problems, "\n"), "drop journals_000001_20260331.csv") {
		t.Fatalf("%q", s.Problems)
	}
	return w
}

// A drop that fails keeps number, name and bytes, and the files behind it wait; the next run goes on in their order.
func TestDropLater(t *testing.T) {
	w := numbered(t, strings.Replace(oneRoute, "mapping:", "max_documents: 1\n    mapping:", 1), "D1", "D2", "D3")
	files, err := w.j.FilesIn(w.ctx, records.Uploading, records.Numbered)
	w.ok(err)
	if len(files) != 3 {
		t.Fatalf("%+v", files)
	}
	w.ok(os.Mkdir(filepath.Join(w.dir, "erp", "in"), 0o750))
	s := w.run(bridge.ExitDone)
	if s.Dropped != 3 || s.Files != 0 {
		t.Errorf("%+v", s)
	}
	for i, f := range files {
		again, err := w.j.File(w.ctx, f.ID)
		w.ok(err)
		if again.SHA256 != f.SHA256 || again.Name != f.Name || again.Sequence != int64(i+1) ||
			again.State != records.Dropped {
			t.Errorf("%+v", again)
		}
	}
	if names := w.list("erp/in"); len(names) != 3 {
		t.Errorf("%q", names)
	}
}

// The rename was under way when an earlier run ended. Whatever is found under the two names, the file is dropped once.
func TestBrokenRename(t *testing.T) {
	for _, c := range []struct {
		name   string
		place  func(w *world, f records.File)
		exit   int
		files  int // in the drop folder
		doubt  bool
		answer bool
	}{
		{name: "not renamed yet", files: 1,
			place: func(w *world, f records.File) { w.write("erp/in/"+f.TempName, w.bytes(f)) }},
		{name: "renamed", files: 1, place: func(w *world, f records.File) { w.write("erp/in/"+f.Name, w.bytes(f)) }},
		{name: "gone from both names", exit: bridge.ExitNeedsPerson, doubt: true, place: func(*world, records.File) {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := numbered(t, oneRoute, "D1")
			w.ok(os.Mkdir(filepath.Join(w.dir, "erp", "in"), 0o750))
			files, err := w.j.FilesIn(w.ctx, records.Uploading)
			w.ok(err)
			w.uploaded(files[0])
			c.place(w, files[0])
			w.run(c.exit)
			f, err := w.j.File(w.ctx, files[0].ID)
			w.ok(err)
			if f.State != records.Dropped || f.Unverified != c.doubt || len(w.list("erp/in")) != c.files {
				t.Errorf("%s, in doubt %v, files %q", f.State, f.Unverified, w.list("erp/in"))
			}
			if !c.doubt {
				w.quiet()
				return
			}
			w.alarm("unverified", "under neither name", "mark file journals/1 received", "mark file journals/1 lost")
			w.run(bridge.ExitNeedsPerson) // it is never sent again by itself
			if names := w.list("erp/in"); len(names) != 0 {
				t.Errorf("sent again: %q", names)
			}
			w.answer("1", posted("D1", "1")) // a result for it settles the doubt
			w.run(bridge.ExitDone)
			w.quiet()
			w.states("D1 posted")
		})
	}
}

// uploaded commits that a file is whole under its temporary name.
func (w *world) uploaded(f records.File) {
	w.Helper()
	_, err := w.j.Uploaded(w.ctx, f)
	w.ok(err)
}

func (w *world) bytes(f records.File) string {
	w.Helper()
	var b strings.Builder
	body := w.j.FileBytes(w.ctx, f.ID)
	defer body.Close()
	buf := make([]byte, 1000)
	for {
		n, err := body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String()
		}
	}
}

// An unverified file that a person calls lost: its documents go into a new file with a new number.
func TestUnverifiedLost(t *testing.T) {
	w := numbered(t, oneRoute, "D1")
	w.ok(os.Mkdir(filepath.Join(w.dir, "erp", "in"), 0o750))
	f, err := w.j.File(w.ctx, 1)
	w.ok(err)
	w.uploaded(f)
	w.run(bridge.ExitNeedsPerson)
	w.ok(w.j.MarkFile(w.ctx, 1, false, "the ERP has nothing of it"))
	w.run(bridge.ExitDone)
	if names := w.list("erp/in"); len(names) != 1 || names[0] != "journals_000002_20260331.csv" {
		t.Errorf("%q", names)
	}
	w.states("D1 filed")
}

// The name is taken by something else: that is never overwritten, and the file waits with its documents.
func TestNameTaken(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.write("erp/in/journals_000001_20260331.csv", "somebody else's")
	s := w.run(bridge.ExitFailed)
	if w.read("erp/in/journals_000001_20260331.csv") != "somebody else's" {
		t.Error("the other file was overwritten")
	}
	if len(s.Problems) == 0 || !strings.Contains(s.Problems[0], "journals_000001_20260331.csv") {
		t.Errorf("%q", s.Problems)
	}
	w.ok(os.Remove(filepath.Join(w.dir, "erp", "in", "journals_000001_20260331.csv")))
	w.run(bridge.ExitDone)
	w.states("D1 filed")
	if len(w.list("erp/in")) != 1 {
		t.Errorf("%q", w.list("erp/in"))
	}
}

// The done-marker is part of the drop: written after the file, once, also when an earlier run ended before it, and not
// for a file that the ERP has taken already.
func TestDoneMarker(t *testing.T) {
	marked := strings.Replace(oneRoute, "folder: in }", `folder: in, done_marker: "{name}.done" }`, 1)
	w := newWorld(t, options{routes: marked})
	w.good("D1")
	w.run(bridge.ExitDone)
	if names := strings.Join(w.list("erp/in"),
		" "); names != "journals_000001_20260331.csv journals_000001_20260331.csv.done" {
		t.Errorf("%s", names)
	}
	w.ok(os.Remove(filepath.Join(w.dir, "erp", "in", "journals_000001_20260331.csv.done")))
	w.run(bridge.ExitDone)
	if names := w.list("erp/in"); len(names) != 1 {
		t.Errorf("written again: %q", names)
	}

	for _, taken := range []bool{false, true} {
		w = numbered(t, marked, "D1")
		w.ok(os.Mkdir(filepath.Join(w.dir, "erp", "in"), 0o750))
		f, err := w.j.File(w.ctx, 1)
		w.ok(err)
		w.uploaded(f)
		w.ok(w.j.DropDone(w.ctx, false, f)) // killed before the marker
		want := 0
		if !taken {
			w.write("erp/in/"+f.Name, w.bytes(f))
			want = 2
		}
		w.run(bridge.ExitDone)
		if names := w.list("erp/in"); len(names) != want {
			t.Errorf("taken %v: %q", taken, names)
		}
		if left, err := w.j.UnmarkedFiles(w.ctx); err != nil || len(left) != 0 {
			t.Errorf("%+v, %v", left, err)
		}
	}
}

// What has waited too long for the ERP's word is told (PITFALLS 10).
func TestWarnAfterDays(t *testing.T) {
	w := newWorld(t, options{extra: "warn_after_days: 3\n"})
	w.good("D1")
	w.run(bridge.ExitDone)
	w.clock.add(2 * 24 * time.Hour)
	w.run(bridge.ExitDone)
	w.clock.add(2 * 24 * time.Hour)
	s := w.run(bridge.ExitNeedsPerson)
	if s.Needs.Total != 1 || s.Needs.First[0].Code != records.NeedOverdue ||
		s.Needs.First[0].Values["document"] != "D1" {
		t.Errorf("%+v", s.Needs)
	}
	w.answer("1", posted("D1", "1"))
	w.run(bridge.ExitDone)
}

// Payloads age out when their documents are finished, and never before (PITFALLS 72).
func TestRetention(t *testing.T) {
	w := newWorld(t, options{extra: "retention: { payload_days: 30 }\nwarn_after_days: 3650\n"})
	w.good("D1", "D2", "D3")
	w.add("expense", "D4", expense("R4", "999999")) // held
	w.run(bridge.ExitNeedsPerson)
	w.answer("1", posted("D1", "1"), posted("D2", "2"), paid("D2", "paid", "P2"))
	w.run(bridge.ExitNeedsPerson)
	w.ok(w.j.Alarm(w.ctx, "test", "D2", why.Old("somebody must look at D2", "")))
	w.clock.add(29 * 24 * time.Hour)
	if s := w.run(bridge.ExitNeedsPerson); s.AgedOut != 0 {
		t.Errorf("%d aged out", s.AgedOut)
	}
	w.clock.add(2 * 24 * time.Hour)
	s := w.run(bridge.ExitNeedsPerson)
	for id, kept := range map[string]bool{"D1": false, "D2": true, "D3": true, "D4": true} {
		if _, err := w.j.Payload(w.ctx, id); (err == nil) != kept {
			t.Errorf("payload of %s: %v", id, err)
		}
	}
	if s.AgedOut != 1 {
		t.Errorf("%d aged out", s.AgedOut)
	}
	w.states("D1 posted, D3 filed, D4 held")
}

// The copies of import files in the working folder go with the bytes; what a person has made of one stays, and
// unfinished work keeps its own.
func TestRetentionReachesTheCopies(t *testing.T) {
	w := newWorld(t, options{extra: "retention: { payload_days: 30 }\nwarn_after_days: 3650\n"})
	copies := func(want int) []string {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(w.dir, "files", "*", "*"))
		w.ok(err)
		if len(found) != want {
			t.Errorf("copies %q, want %d", found, want)
		}
		return found
	}
	for i, id := range []string{"D1", "D2", "D3"} {
		w.good(id)
		w.run(bridge.ExitDone)
		if i < 2 {
			w.answer(id, posted(id, id))
			w.run(bridge.ExitDone)
		}
	}
	w.ok(os.WriteFile(copies(3)[0], []byte("notes of a person"), 0o600))
	w.clock.add(31 * 24 * time.Hour)
	w.run(bridge.ExitDone)
	copies(2)
}
