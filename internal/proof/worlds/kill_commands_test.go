package worlds

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// The commands of a person are killed too, before and after their transaction; the person gives them again, and life
// goes on.

// interrupted gives a command that is killed at the boundary, and then gives it again: what was done already is refused
// with exit code 1.
func (w *world) interrupted(at string, args ...string) {
	w.t.Helper()
	if e := w.exec([]string{"FISBRIDGE_KILL_AT=" + at}, "", args...); !e.killed {
		w.t.Fatalf("%v was not killed at %s: %s", args, at, e)
	}
	w.kills++
	if e := w.exec(nil, "", args...); e.code != 0 && (e.code != 1 || at != "commit.done") {
		w.t.Fatalf("%v again, after a kill at %s: %s", args, at, e)
	}
}

// command is a story in which a person gives a command; do gives it, killed and again.
type story struct {
	set  setup
	tell func(w *world, do func(args ...string))
	own  bool // the story checks the end for itself
}

func stories(t *testing.T) map[string]story {
	silent := simerp.Faults{Silent: true}
	return map[string]story{
		"hold and release": {tell: func(w *world, do func(...string)) {
			if _, e := w.run("FISBRIDGE_KILL_AT=acknowledge.done"); !e.killed {
				w.t.Fatal(e)
			}
			do("hold", w.id(taxi), "--reason", "waits for the budget owner")
			w.idle()
			if got := w.state(w.id(taxi)); got != "held" {
				w.t.Errorf("it is %s, want held", got)
			}
			do("release", w.id(taxi), "--reason", "agreed")
			w.cycle()
		}},
		"reject": {own: true, tell: func(w *world, do func(...string)) {
			w.idle()
			id := w.id("58-unmapped-account")
			do("reject", id, "--reason", "no such account")
			w.cycle()
			if n := w.postings(id); n != 1 || w.status("58-unmapped-account") != fis.StatusPostedFailure {
				w.t.Errorf("confirmed %d times, it is %s", n, w.status("58-unmapped-account"))
			}
		}},
		"retry held": {tell: func(w *world, do func(...string)) {
			w.idle()
			w.mapUnmapped()
			do("retry", "held", "--reason", "account 699999 added")
			w.cycle()
		}},
		"reissue": {set: setup{whole: true, files: 100, faults: silent}, tell: func(w *world, do func(...string)) {
			w.idle()
			w.answer()
			do("reissue", "books/1", "--without", w.id("59-erp-rejects"), "--reason", "cost centre closed", "--message", "cost centre 9990 is closed for posting")
			w.erp.SetFaults(simerp.Faults{})
			w.cycle()
		}},
		"mark posted": {set: setup{documents: []string{taxi}, faults: simerp.Faults{AnswerDuplicate: true}}, tell: func(w *world, do func(...string)) {
			w.answers()
			e, _ := w.erp.Books().Document(w.id(taxi))
			do("mark", "document", w.id(taxi), "posted", "--number", e.Number, "--company", e.Company, "--fiscal-year", e.FiscalYear, "--reason", "found in the ERP")
			w.erp.SetFaults(simerp.Faults{})
			w.cycle()
		}},
		"mark file": {own: true, set: setup{documents: []string{taxi, tax}, faults: silent}, tell: func(w *world, do func(...string)) {
			w.idle()
			w.poll() // the ERP takes the file, and says nothing
			do("mark", "file", "books/1", "posted", "--number", "1900004711", "--company", "1000", "--reason", "told on the phone")
			w.idle()
			for _, name := range []string{taxi, tax} {
				if d, _ := w.fis.Document(w.id(name)); !strings.Contains(string(d.Posting), "1900004711") {
					w.t.Errorf("%s: Concur was told %q", name, d.Posting)
				}
			}
			if e := w.exec(nil, "", "mark", "file", "books/1", "posted", "--number", "1900004711", "--company", "1000", "--reason", "told again"); e.code != 1 || !strings.Contains(e.err, "cannot be marked posted") {
				w.t.Errorf("there is nothing left to say: %s", e)
			}
		}},
		"retry document": {set: setup{documents: []string{taxi, tax}}, tell: func(w *world, do func(...string)) {
			w.idle()
			w.must(w.fis.SetFaults(1, simfis.Fault{Kind: simfis.FaultItem, Call: "posting", DocID: w.id(taxi), Code: 198}))
			w.answers()
			w.must(w.fis.SetFaults(0))
			do("retry", "document", w.id(taxi), "--reason", "Concur has mended it")
			w.cycle()
		}},
		"mark settled": {own: true, set: setup{documents: []string{taxi, tax}}, tell: func(w *world, do func(...string)) {
			w.idle()
			w.must(w.fis.Recall(w.id(taxi)))
			w.answers()
			do("mark", "document", w.id(taxi), "settled", "--reason", "reversed in the ERP")
			w.resolved()
		}},
		"mark payment": {own: true, set: setup{documents: []string{taxi, tax}}, tell: func(w *world, do func(...string)) {
			w.answers()
			w.result("bank.result.csv", strings.Replace(w.payRow("paid", "P1", "23.40", "EUR", w0day()), w.id(taxi), "NOBODY", 1))
			w.idle()
			do("mark", "payment", "bank.result.csv#2", "--document", w.id(taxi), "--reason", "the bank has named it on the phone")
			w.resolved()
			if got := w.told(); !slices.Equal(got, []string{"P1"}) {
				w.t.Errorf("Concur was told %q", got)
			}
		}},
		"mark lost": {own: true, set: setup{files: 100}, tell: func(w *world, do func(...string)) {
			take := func(string) { w.must(removeAll(w.path("in"))) }
			w.sftp.Switch(simsftp.Fault{Op: simsftp.OpRename, Nth: 1, Do: simsftp.DoCutAfter, Then: take}, simsftp.Fault{Op: simsftp.OpPosixRename, Nth: 1, Do: simsftp.DoCutAfter, Then: take})
			_, _ = w.run()
			w.sftp.Switch()
			w.idle()
			do("mark", "file", "books/1", "lost", "--reason", "it is not there")
			if s := w.idle(); len(s.Alarms) != 0 || len(w.names("in")) != 1 {
				w.t.Errorf("want one new file: %v, %v", s.Alarms, w.names("in"))
			}
		}},
		"restored": {set: setup{files: 100, faults: silent}, tell: func(w *world, do func(...string)) {
			w.restoreOnTheWay()
			do("restored", "--reason", "the disk died")
			w.erp.SetFaults(simerp.Faults{})
			if s := w.answers(); len(s.Alarms) > 0 {
				w.t.Errorf("the ERP has answered the file that was in doubt: %+v", s.Alarms)
			}
			w.cycle()
		}},
	}
}

func TestKillDuringCommands(t *testing.T) {
	skipShort(t)
	all := stories(t)
	for _, name := range sorted(all) {
		for _, at := range []string{"commit.intended", "commit.done"} {
			if at == "commit.intended" && !long() {
				continue // nothing was done: the command is given again as if for the first time
			}
			t.Run(name+"/"+at, func(t *testing.T) {
				t.Parallel()
				w := begin(t, all[name].set)
				all[name].tell(w, func(args ...string) { w.interrupted(at, args...) })
				if all[name].own {
					w.command(0, "audit", "verify")
					return
				}
				w.check()
			})
		}
	}
}

// mapUnmapped adds the account that the sample's mapping lacks; the document goes its way from now on.
func (w *world) mapUnmapped() {
	w.t.Helper()
	m, err := journalMapping()
	w.must(err)
	row := `      - ["640100", "640100", Taxi and public transport]`
	w.write("mappings/journal.yaml", strings.Replace(m.text, row, row+"\n"+`      - ["699999", "699999", Miscellaneous]`, 1))
	k := w.known("58-unmapped-account")
	_, env := sample(w.t, strings.TrimSuffix(k.sample, ".json"))
	k.fate, k.debit = told, debitOf(w.t, env)
}

// restoreOnTheWay backs the journal up between the number of an import file and its drop, lets the ERP take the file,
// and puts the backup back.
func (w *world) restoreOnTheWay() {
	w.t.Helper()
	if _, e := w.run("FISBRIDGE_KILL_AT=number.done"); !e.killed {
		w.t.Fatal(e)
	}
	backup := filepath.Join(filepath.Dir(w.dir), "backup.db")
	w.backup(backup)
	w.idle()
	w.answer() // the ERP takes the file
	w.restore(backup)
}

// backup makes one: of a file by the command, in PostgreSQL as a database is backed up.
func (w *world) backup(path string) {
	w.t.Helper()
	if !onServer() {
		w.command(0, "backup", path)
		return
	}
	w.server("pg_dump", "--schema="+w.journalAt().Schema, "--file="+path, "--dbname="+w.journalAt().URL)
}

// server runs a program of PostgreSQL as the owner of the server.
func (w *world) server(program string, args ...string) {
	w.t.Helper()
	cmd := exec.Command(external(w.t, program), args...)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+pgtest.Password)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
}

// putBack puts a backup in the place of the journal.
func (w *world) putBack(backup string) {
	w.t.Helper()
	if onServer() {
		at := w.journalAt()
		w.server("psql", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname="+at.URL, "--command=DROP SCHEMA "+at.Schema+" CASCADE")
		w.server("psql", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname="+at.URL, "--file="+backup)
		return
	}
	db := filepath.Join(w.dir, "journal", "fisbridge.db")
	for _, ending := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(db + ending); err != nil && !os.IsNotExist(err) {
			w.t.Fatal(err)
		}
	}
	text, err := os.ReadFile(backup)
	w.must(err)
	w.must(os.WriteFile(db, text, 0o600))
}

// restore is putBack; a run refuses until a person has said so.
func (w *world) restore(backup string) {
	w.t.Helper()
	w.putBack(backup)
	calls := len(w.fis.Record())
	noticed := func(said string) bool { // a database that was put back is another one, even where nothing is lost
		return strings.Contains(said, "restored from a backup") || onServer() && strings.Contains(said, "is not the database that it was")
	}
	if e := w.exec(nil, "", "run"); e.code != 3 || !noticed(e.err) || len(w.fis.Record()) != calls {
		w.t.Fatalf("a restored journal must wait for a person: %s", e)
	}
}

// The whole life went on after the backup: files dropped, answered, confirmed, paid. The result files are put back, as
// the help of backup says, and nothing takes effect twice.
func TestRestoredAfterEverythingWasDone(t *testing.T) {
	for name, set := range map[string]setup{"reports": {files: 100}, "invoices": marksSet()} {
		t.Run(name, func(t *testing.T) { restoredAfterEverythingWasDone(t, set) })
	}
}

func restoredAfterEverythingWasDone(t *testing.T, set setup) {
	w := begin(t, set)
	w.idle()
	backup := filepath.Join(filepath.Dir(w.dir), "backup.db")
	w.backup(backup)
	w.answers()
	w.pay(simerp.PayInFull)
	w.idle()
	w.restore(backup)
	w.command(0, "restored", "--reason", "the disk died")
	for _, name := range w.names("out/archive") {
		for _, answer := range w.erp.Books().Answers {
			if strings.HasSuffix(name, "-"+answer) {
				w.must(os.Rename(w.path("out/archive", name), w.path("out", answer)))
			}
		}
	}
	if s := w.idle(); len(s.Alarms) > 0 {
		t.Errorf("what Concur knows already is no alarm after a restore: %+v", s.Alarms)
	}
	w.check()
}

// A kill while a backup is made leaves nothing under its name, and the same command works afterwards. Backups in PostgreSQL are the database's own.
func TestKillDuringBackup(t *testing.T) {
	if onServer() {
		return
	}
	w := begin(t, setup{})
	w.idle()
	backup := filepath.Join(filepath.Dir(w.dir), "backup.db")
	if e := w.exec([]string{"FISBRIDGE_KILL_AT=backup.copied"}, "", "backup", backup); !e.killed {
		t.Fatal(e)
	}
	if _, err := os.Stat(backup); err == nil {
		t.Error("half a backup has the name of a whole one")
	}
	w.command(0, "backup", backup)
	w.cycle()
	w.check()
}

// The retention rule is killed at each of its transactions: what is finished ages out, what is not keeps its payload,
// and nothing happens twice.
func TestKillDuringRetention(t *testing.T) {
	skipShort(t)
	live := func(t *testing.T, at string) *world {
		w := begin(t, setup{extra: "retention:\n  payload_days: 30\n"})
		w.cycle()
		w.clock += 90 * 24 * time.Hour
		w.fis.ExpireAccess()
		w.copiesAge = true
		_, e := w.run("FISBRIDGE_KILL_AT="+at, "FISBRIDGE_KILL_RECORD="+w.record("age"))
		if at != "" && !e.killed {
			t.Fatalf("not killed: %s", e)
		}
		w.idle()
		w.check()
		w.aged()
		return w
	}
	seen := live(t, "").visits("age")
	copies := seen["copy.removed"]
	if copies == 0 {
		t.Fatal("no archived copy was removed")
	}
	for _, at := range []string{"copy.removed", "copy.removed:" + strconv.Itoa(copies)} { // it is gone, and the journal does not know yet
		live(t, at)
	}
	visits := seen["commit.intended"] // the last one ends the run, before it one for each copy, before them that of the rule
	killAtCommits(t, visits, visits-1-copies, visits-1, live)
}

// killAtCommits lives one life for each transaction of a run, killed before and after it; the short form only those
// from first to last.
func killAtCommits(t *testing.T, visits, first, last int, live func(t *testing.T, at string) *world) {
	if long() {
		first, last = 1, visits
	}
	if first < 1 || last > visits {
		t.Fatalf("transactions %d to %d of %d", first, last, visits)
	}
	t.Run("kill", func(t *testing.T) {
		for n := first; n <= last; n++ {
			for _, at := range []string{"commit.intended", "commit.done"} {
				t.Run(fmt.Sprintf("%s/%d", at, n), func(t *testing.T) {
					t.Parallel()
					live(t, fmt.Sprintf("%s:%d", at, n))
				})
			}
		}
	})
}

// aged: payloads of finished documents are gone, that of the held one is there.
func (w *world) aged() {
	w.t.Helper()
	ctx := context.Background()
	j, err := w.journalAt().Open(ctx, time.Now, "test")
	w.must(err)
	defer j.Close()
	for _, k := range w.input {
		_, there, err := j.PayloadSize(ctx, k.id)
		w.must(err)
		if there != (k.fate == held) {
			w.t.Errorf("%s (%s): its payload is there: %v", k.sample, k.fate, there)
		}
	}
	w.command(0, "report")
}

// A mended mapping goes live: killed at each transaction of that run. Every import file tells the version that made it,
// and that version is kept.
func TestKillDuringGoLive(t *testing.T) {
	skipShort(t)
	live := func(t *testing.T, at string) *world {
		w := begin(t, setup{})
		w.idle()
		w.mapUnmapped()
		w.command(0, "retry", "held", "--reason", "account added")
		_, e := w.run("FISBRIDGE_KILL_AT="+at, "FISBRIDGE_KILL_RECORD="+w.record("live"))
		if at != "" && !e.killed {
			t.Fatalf("not killed: %s", e)
		}
		w.cycle()
		w.check()
		w.versions()
		return w
	}
	killAtCommits(t, live(t, "").visits("live")["commit.intended"], 1, 2, live)
}

// versions: two versions of the mapping were in force, each made files, and each is kept for explaining them.
func (w *world) versions() {
	w.t.Helper()
	ctx := context.Background()
	j, err := w.journalAt().Open(ctx, time.Now, "test")
	w.must(err)
	defer j.Close()
	list, err := j.MappingVersions(ctx, "books")
	w.must(err)
	files, err := j.FilesIn(ctx, records.Answered)
	w.must(err)
	var made []string
	for _, f := range files {
		if _, err := j.MappingBytes(ctx, f.MappingHash); err != nil {
			w.t.Errorf("import file %s was made by version %s: %v", f.Name, f.MappingHash, err)
		}
		if !slices.Contains(made, f.MappingHash) {
			made = append(made, f.MappingHash)
		}
	}
	if len(list) != 2 || len(made) != 2 {
		w.t.Errorf("%d versions, which made files: %d; want two and two", len(list), len(made))
	}
}
