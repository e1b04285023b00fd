package worlds

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// A journal knows where it lives: restored, copied or moved it does nothing before a person has said what happened, and
// then nothing goes out again by itself. The simulators' own records judge that, never the journal.

const threeCentres = "29-three-cost-centres"

// copyFolder copies a working folder file by file, as cp -r does: into a new one, or over what lies there.
func (w *world) copyFolder(from, to string) {
	w.t.Helper()
	w.must(filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), text, 0o600)
	}))
}

// at is the same world with another working folder.
func (w *world) at(dir string) *world {
	other := *w
	other.dir = dir
	return &other
}

// beside is a path beside the working folder.
func (w *world) beside(name string) string { return filepath.Join(filepath.Dir(w.dir), name) }

// refuses gives commands that would act; each must name the cause and a way out, with exit code 3, and nothing may
// reach Concur or the ERP.
func (w *world) refuses(env []string, words ...string) {
	w.t.Helper()
	calls, dropped := len(w.fis.Record()), len(w.names("in"))
	for _, args := range [][]string{{"run"}, {"retry", "held", "--reason", "x"}, {"watch"}} {
		e := w.exec(env, "", args...)
		if e.code != 3 {
			w.t.Fatalf("%v: want exit code 3, got %s", args, e)
		}
		for _, word := range append(words, "fisbridge restored --from-backup --reason") {
			if !strings.Contains(e.err, word) {
				w.t.Errorf("%v does not say %q: %s", args, word, e.err)
			}
		}
	}
	if len(w.fis.Record()) != calls || len(w.names("in")) != dropped {
		w.t.Errorf("%d calls and %d files more", len(w.fis.Record())-calls, len(w.names("in"))-dropped)
	}
	// status says what runs say, and check does not try the login: a copy would take it from the journal that works.
	status := w.exec(env, "", "status", "--json")
	var s struct {
		NeedsPerson []string `json:"needs_person"`
		Restored    struct{ Message, Hint string }
	}
	if err := json.Unmarshal([]byte(status.out), &s); err != nil || status.code != 3 || len(s.NeedsPerson) == 0 || !strings.Contains(s.NeedsPerson[0], "no run works with it") {
		w.t.Errorf("status: %v %s", err, status)
	}
	for _, word := range words {
		if !strings.Contains(s.Restored.Message+" "+s.Restored.Hint, word) {
			w.t.Errorf("status does not say %q: %+v", word, s.Restored)
		}
	}
	if e := w.exec(env, "", "check"); e.code != 4 || !strings.Contains(e.out, "fisbridge restored") || len(w.fis.Record()) != calls {
		w.t.Errorf("check: %s, %d calls", e, len(w.fis.Record())-calls)
	}
}

// sound fails when a document was posted twice, a number used twice, or Concur was told what the ERP did not say.
func (w *world) sound() {
	w.t.Helper()
	for _, text := range w.violations() {
		w.t.Errorf("violated: %s", text)
	}
}

// The disk died: backup, configuration, mappings and secrets go into a new folder, without the note. Since the backup
// two import files went out, and the ERP has answered.
func TestRestoredIntoANewFolder(t *testing.T) {
	w := begin(t, setup{documents: []string{taxi}, files: 1})
	w.answers()
	w.offer(tax)
	if _, e := w.run("FISBRIDGE_KILL_AT=acknowledge.done"); !e.killed {
		t.Fatal(e)
	}
	backup := w.beside("backup.db")
	w.command(0, "backup", backup)
	w.idle()
	w.offer(threeCentres)
	w.idle()
	w.answer() // which nobody has read

	n := w.at(w.beside("new"))
	for _, part := range []string{"mappings", "secrets"} {
		n.copyFolder(filepath.Join(w.dir, part), filepath.Join(n.dir, part))
	}
	for from, to := range map[string]string{filepath.Join(w.dir, "fisbridge.yaml"): "fisbridge.yaml", backup: "journal/fisbridge.db"} {
		text, err := os.ReadFile(from)
		n.must(err)
		n.write(to, string(text))
	}
	n.refuses(nil, "restored from a backup")
	if e := n.command(1, "restored", "--from-backup", "--reason", "the disk died"); !strings.Contains(e.err, "--next-number books=2") {
		t.Errorf("nobody is told about the numbers: %s", e.err)
	}
	n.command(2, "restored", "--from-backup", "--next-number", "books=1", "--reason", "the disk died")
	n.command(0, "restored", "--from-backup", "--next-number", "books=4", "--reason", "the disk died")
	if s := n.idle(); s.Files != 0 || s.Dropped != 0 {
		t.Errorf("something went out by itself: %+v", s)
	}
	// The ERP's answer to the file with this document was read already, and could be used: the hold had asked for just
	// that.
	if got := n.state(w.id(tax)); got != "posted" {
		t.Errorf("%s is %s", tax, got)
	}
	// The answer about the document that nobody knew is used as soon as it is back.
	if e := n.command(0, "refetch", w.id(threeCentres), "--reason", "unknown after the restore"); !strings.Contains(e.err, "fisbridge retry result") {
		t.Errorf("%s", e.err)
	}
	n.command(0, "retry", "result", "books_000003_"+n.day()+".result.csv", "--reason", "the document is back")
	n.idle()
	if got := n.state(w.id(threeCentres)); got != "posted" {
		t.Errorf("%s is %s", threeCentres, got)
	}
	n.command(1, "retry", "result", "books_000003_"+n.day()+".result.csv", "--reason", "again")
	n.offer("21-card-company-paid")
	n.answers()
	if names := n.names("imported"); len(names) != 4 || !strings.Contains(names[3], "000004") {
		t.Errorf("imported %v", names)
	}
	n.sound()
}

// day is the date in the names of import files.
func (w *world) day() string {
	names := w.names("imported")
	return strings.TrimSuffix(strings.Split(names[len(names)-1], "_")[2], ".csv")
}

// The folder is copied by mistake, and both run: the copy does nothing. What it is, a person says once for ever.
func TestCopiedFolder(t *testing.T) {
	w := two(t, setup{})
	w.answers()
	w.offer(threeCentres)
	c := w.at(w.beside("copy"))
	w.copyFolder(w.dir, c.dir)
	c.refuses(nil, "is not the file that it was", "restored --moved", "restored --copied")
	w.answers()
	c.command(0, "restored", "--copied", "--reason", "only to look at")
	c.refuses(nil, "called a copy")
	w.pay(simerp.PayInFull)
	w.idle()
	w.check()
}

// The disk goes to another machine, with all its file numbers. In a container, which has no identity of its own, that
// is no reason to stop.
func TestOtherMachine(t *testing.T) {
	w := two(t, setup{})
	old, next := []string{"FISBRIDGE_MACHINE=old"}, []string{"FISBRIDGE_MACHINE=next"}
	_, e := w.run(old...)
	if e.code != 0 {
		t.Fatal(e)
	}
	w.refuses(next, "on another machine", "restored --moved")
	if s, e := w.run(); e.code != 0 || s.Exit != 0 { // a container starts anew
		t.Errorf("a machine that is not known is no other machine: %s", e)
	}
	if e := w.exec(next, "", "restored", "--moved", "--reason", "new server"); e.code != 0 {
		t.Fatal(e)
	}
	w.refuses(old, "on another machine")
	if _, e := w.run(next...); e.code != 0 {
		t.Error(e)
	}
}

// The folder is renamed, or mounted elsewhere: it is the same one, and works.
func TestRenamedFolder(t *testing.T) {
	w := two(t, setup{})
	w.idle()
	to := w.beside("renamed")
	w.must(os.Rename(w.dir, to))
	w.dir = to
	w.cycle()
	w.check()
}

// snapshot takes a copy of the whole folder, lets the night go on (a file goes out, the ERP takes it), and lays the
// copy over the folder: journal and note are of one time, and nothing in them tells.
func (w *world) snapshot() {
	w.t.Helper()
	if _, e := w.run("FISBRIDGE_KILL_AT=acknowledge.done"); !e.killed {
		w.t.Fatal(e)
	}
	w.copyFolder(w.dir, w.beside("snapshot"))
	w.idle()
	w.answer()
	w.must(os.RemoveAll(filepath.Join(w.dir, "files")))
	w.copyFolder(w.beside("snapshot"), w.dir)
	for _, ending := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(filepath.Join(w.beside("snapshot"), "journal", "fisbridge.db"+ending)); err != nil {
			_ = os.Remove(filepath.Join(w.dir, "journal", "fisbridge.db"+ending))
		}
	}
}

// A copy of the folder with the note of its own time, laid over it.
func TestSnapshotLaidOverTheFolder(t *testing.T) {
	w := two(t, setup{files: 1})
	w.idle()
	w.offer(threeCentres)
	w.snapshot()
	w.refuses(nil, "laid over", "restored --moved")
	if e := w.command(1, "restored", "--from-backup", "--reason", "snapshot"); !strings.Contains(e.err, "--next-number books=3") {
		t.Errorf("%s", e.err)
	}
	w.command(0, "restored", "--from-backup", "--next-number", "books=4", "--reason", "snapshot")
	if s := w.answers(); s.Files != 0 {
		t.Errorf("something went out by itself: %+v", s)
	}
	w.settleLost()
	w.sound()
}

func (w *world) settleLost() {
	w.t.Helper()
	id := w.id(threeCentres)
	if w.state(id) == "held" {
		d, _ := w.erp.Books().Document(id)
		w.command(0, "mark", "document", id, "posted", "--number", d.Number, "--company", d.Company, "--fiscal-year", d.FiscalYear, "--reason", "found in the ERP")
	}
	w.idle()
}

// unnoticed makes the journal believe that it is at home: so it is after a machine was put back as a whole, with every
// file number.
func (w *world) unnoticed() {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "journal", "fisbridge.db"))
	w.must(err)
	defer db.Close()
	var text string
	w.must(db.QueryRow(`SELECT value FROM meta WHERE name = 'home'`).Scan(&text))
	var home map[string]any
	w.must(json.Unmarshal([]byte(text), &home))
	delete(home, "file")
	delete(home, "notes")
	b, err := json.Marshal(home)
	w.must(err)
	_, err = db.ExecContext(context.Background(), `UPDATE meta SET value = $1 WHERE name = 'home'`, string(b))
	w.must(err)
}

// The whole machine is put back. Nothing on it tells, but the ERP's answer speaks of a number that was never used, or
// lies in the archive where we have put it. No new file goes out, no document twice.
func TestMachinePutBack(t *testing.T) {
	for name, read := range map[string]bool{"the answer lies there": false, "the answer was archived": true} {
		t.Run(name, func(t *testing.T) {
			w := two(t, setup{files: 1})
			w.answers()
			w.offer(threeCentres)
			if _, e := w.run("FISBRIDGE_KILL_AT=acknowledge.done"); !e.killed {
				t.Fatal(e)
			}
			w.copyFolder(w.dir, w.beside("snapshot"))
			w.idle()
			w.answer()
			if read {
				w.idle()
			}
			w.must(os.RemoveAll(w.dir))
			w.copyFolder(w.beside("snapshot"), w.dir)
			w.unnoticed()
			imported := len(w.erp.Books().Files)
			s := w.idleBut()
			if !slices.Contains(s.alarmsOf(), "older journal") || s.Exit != 3 || s.Files != 0 {
				t.Fatalf("nobody is told: %+v", s)
			}
			if _, err := w.erp.Poll(); err != nil || len(w.erp.Books().Files) != imported {
				t.Fatalf("a file went out: %v", err)
			}
			w.command(0, "restored", "--from-backup", "--next-number", "books=4", "--reason", "the machine was put back")
			if s := w.idle(); s.Files != 0 || slices.Contains(s.alarmsOf(), "older journal") {
				t.Errorf("%+v", s)
			}
			w.settleLost()
			w.sound()
		})
	}
}

// idleBut is one run whose work is not all done: something waits for a person.
func (w *world) idleBut() summary {
	w.t.Helper()
	s, _ := w.run()
	return s
}

// Two folders work under one name (a person has said "moved" where it was a copy): what Concur has locked for us, and
// this journal never asked for, is held, and nobody posts it by itself.
func TestTwoFoldersUnderOneName(t *testing.T) {
	w := two(t, setup{documents: nil, behaviour: simfis.Behaviour{Frozen: true}})
	c := w.at(w.beside("copy"))
	w.copyFolder(w.dir, c.dir)
	c.command(0, "restored", "--moved", "--reason", "a mistake")
	if _, e := w.run("FISBRIDGE_KILL_AT=acknowledge.done"); !e.killed { // the list stands still: the other one sees the documents as ready
		t.Fatal(e)
	}
	s := c.idleBut()
	if s.Files != 0 || s.Todo.Held != 2 || s.Exit != 3 || !slices.Contains(s.alarmsOf(), "older journal") {
		t.Fatalf("%+v", s)
	}
	if got := c.state(w.id(taxi)); got != "held" {
		t.Errorf("the copy has it as %s", got)
	}
	if e := c.command(0, "show", w.id(taxi)); !strings.Contains(e.out, "look in the ERP") {
		t.Errorf("%s", e.out)
	}
	c.command(0, "retry", "held", "--reason", "x") // which leaves them
	c.idleBut()
	w.fis.Thaw()
	w.cycle()
	w.check()
	if w.status(taxi) != fis.StatusPostedSuccess {
		t.Errorf("it is %s", w.status(taxi))
	}
}

// A power cut has emptied the note, or cut it: every command says so, and there is a way out.
func TestDamagedNote(t *testing.T) {
	for _, text := range []string{"", "{\"seq\":12,\"ha"} {
		t.Run(fmt.Sprintf("%q", text), func(t *testing.T) {
			w := two(t, setup{})
			w.idle()
			w.must(os.WriteFile(filepath.Join(w.dir, "journal", "fisbridge.db.head"), []byte(text), 0o600))
			w.refuses(nil, "empty or damaged", "restored --moved")
			w.command(0, "restored", "--moved", "--reason", "power cut")
			w.cycle()
			w.check()
		})
	}
}

// The note is gone, as with a journal that was copied without it.
func TestNoteIsGone(t *testing.T) {
	w := two(t, setup{})
	w.idle()
	w.must(os.Remove(filepath.Join(w.dir, "journal", "fisbridge.db.head")))
	w.refuses(nil, "is gone")
	w.command(0, "restored", "--moved", "--reason", "deleted by mistake")
	w.cycle()
	w.check()
}

// The command that says what happened is killed after its transaction, before the note is written: given again with the
// same number it works, and leaves no further gap in the numbers.
func TestRestoredIsKilledAndGivenAgain(t *testing.T) {
	w := two(t, setup{files: 1})
	backup := w.beside("backup.db")
	w.command(0, "backup", backup)
	w.idle()
	w.answer()
	w.restore(backup)
	args := []string{"restored", "--from-backup", "--next-number", "books=3", "--reason", "the disk died"}
	if e := w.exec([]string{"FISBRIDGE_KILL_AT=commit.done"}, "", args...); !e.killed {
		t.Fatal(e)
	}
	w.command(0, args...)
	w.login()
	w.offer(threeCentres)
	w.idle()
	if names := w.names("in"); len(names) != 1 || !strings.Contains(names[0], "000003") {
		t.Errorf("want the file number 3: %v", names)
	}
}
