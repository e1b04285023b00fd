//go:build linux

package worlds

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
)

// journalIn writes where the journal lies from now on into the configuration.
func (w *world) journalIn(section string) {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, "fisbridge.yaml"))
	w.must(err)
	head, rest, _ := strings.Cut(string(text), "journal:\n")
	_, tail, found := strings.Cut(rest, "targets:\n")
	if !found {
		w.t.Fatal("the configuration has no journal")
	}
	w.write("fisbridge.yaml", head+"journal:\n"+section+"targets:\n"+tail)
}

var hasHistory = regexp.MustCompile(`"rows": [1-9]`)

// A journal is moved from PostgreSQL to a file and back, again and again, and the command is killed at each of its steps. Given again it ends, the new
// journal is whole and proved, the old one never works again, and what stands outside in the end is right.
func TestMoveKilled(t *testing.T) {
	if !onServer() {
		return
	}
	w := begin(t, setup{documents: []string{"01-cash-taxi", "14-tax-deductible", "59-erp-rejects"}})
	w.run()
	url := w.journalAt().URL
	section := func(i int) (string, []string) {
		if i%2 == 1 {
			return fmt.Sprintf("  path: journal/moved%d.db\n", i), []string{"--from", fmt.Sprintf("journal/moved%d.db", i)}
		}
		return fmt.Sprintf("  url: %s\n  schema: moved%d\n  password: file:secrets/database\n", url, i), []string{"--from", url, "--schema", fmt.Sprintf("moved%d", i), "--password", "file:secrets/database"}
	}
	from := []string{"--from", url, "--schema", pgtest.SchemaOf(w.journalFile()), "--password", "file:secrets/database"}
	was := w.journal()
	move := func(i int, env ...string) (ended, string, []string) {
		to, then := section(i)
		w.journalIn(to)
		return w.exec(env, "", append([]string{"journal", "move", "--reason", "a test"}, from...)...), to, then
	}
	// the boundaries of a move each way
	var boundaries [2][]string
	for i := 1; i <= 2; i++ {
		record := filepath.Join(t.TempDir(), "visits")
		e, to, then := move(i, "FISBRIDGE_KILL_RECORD="+record)
		if e.code != 0 {
			t.Fatalf("journal move: %s", e)
		}
		text, err := os.ReadFile(record)
		w.must(err)
		visits := map[string]int{}
		for _, name := range strings.Fields(string(text)) {
			visits[name]++
		}
		for name, n := range visits {
			boundaries[i%2] = append(boundaries[i%2], name+":1")
			if n > 1 {
				boundaries[i%2] = append(boundaries[i%2], fmt.Sprintf("%s:%d", name, n))
			}
		}
		slices.Sort(boundaries[i%2])
		from, was = then, to
	}
	killed := 0
	for i := 3; ; i++ {
		left := &boundaries[i%2]
		if len(boundaries[0])+len(boundaries[1]) == 0 {
			break
		}
		at := "none:1"
		if len(*left) > 0 {
			at, *left = (*left)[0], (*left)[1:]
		}
		e, to, then := move(i, "FISBRIDGE_KILL_AT="+at)
		if e.killed {
			killed++
			w.journalIn(was) // never two of which each would work
			if old := w.exec(nil, "", "run"); old.code != 3 {
				if w.journalIn(to); hasHistory.MatchString(w.exec(nil, "", "audit", "verify", "--json").out) {
					t.Errorf("killed at %s: the new journal is whole, and the old one works: %s", at, old)
				}
			}
			if e, _, _ = move(i); e.code != 0 {
				t.Fatalf("killed at %s and given again: %s", at, e)
			}
		} else if e.code != 0 || at != "none:1" {
			t.Fatalf("journal move with a kill at %s: %s", at, e)
		}
		w.journalIn(was) // who forgets it, and runs with the old place
		if e := w.exec(nil, "", "run"); e.code != 3 || !strings.Contains(e.err, "never works again") && !strings.Contains(e.err, "restored") && !strings.Contains(e.err, "copy") {
			t.Errorf("killed at %s: the old journal works: %s", at, e)
		}
		w.journalIn(to)
		from, was = then, to
	}
	t.Logf("%d kills", killed)
	w.command(0, "audit", "verify")
	w.cycle()
	for _, text := range w.violations() {
		t.Errorf("violated: %s", text)
	}
}

// The way back finds the old journal where it was kept, and says so; moved aside, or with another name, it is gone as the documentation has it. So it is into the schema that was left.
func TestMoveBack(t *testing.T) {
	if !onServer() {
		return
	}
	w := begin(t, setup{documents: []string{"01-cash-taxi"}})
	w.run()
	url, schema := w.journalAt().URL, pgtest.SchemaOf(w.journalFile())
	file := "  path: journal/fisbridge.db\n"
	served := func(name string) string {
		return fmt.Sprintf("  url: %s\n  schema: %s\n  password: file:secrets/database\n", url, name)
	}
	fromServer := func(name string) []string {
		return []string{"journal", "move", "--reason", "a test", "--from", url, "--schema", name, "--password", "file:secrets/database"}
	}
	fromFile := []string{"journal", "move", "--reason", "a test", "--from", "journal/fisbridge.db"}
	w.journalIn(file)
	w.command(0, fromServer(schema)...)
	w.journalIn(served(schema))
	w.says(w.command(1, fromFile...), "history of its own already", "lies the old journal that was kept", "write another journal.schema")
	w.journalIn(file)
	w.command(0, "audit", "verify") // nothing was moved: it works as before
	w.journalIn(served("second"))
	w.command(0, fromFile...)
	w.journalIn(file)
	w.says(w.command(1, fromServer("second")...), "history of its own already", "at journal.path lies the old journal that was kept", "move it aside")
	aside := filepath.Join(w.dir, "journal", "aside")
	w.must(os.Mkdir(aside, 0o700))
	old, err := filepath.Glob(filepath.Join(w.dir, "journal", "fisbridge.db*"))
	w.must(err)
	for _, name := range old {
		w.must(os.Rename(name, filepath.Join(aside, filepath.Base(name))))
	}
	w.command(0, fromServer("second")...)
	w.command(0, "audit", "verify")
	w.cycle()
	for _, text := range w.violations() {
		t.Errorf("violated: %s", text)
	}
}
