//go:build linux

package worlds

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
)

// A change of a mapping that people approved stays in force in a fleet, however often the published workbook is laid out again, also beside
// another file that is published anew; another workbook that is published counts, and so does an older one that is published after it.
func TestFleetKeepsChanges(t *testing.T) {
	if !onServer() {
		return
	}
	f := openFleet(t)
	w := f.company("acme", setup{documents: []string{"01-cash-taxi"}})
	book := w.dir + "/mappings/acme.xlsx"
	w.command(0, "mapping", "new", "--template", "generic-csv", "-o", book)
	w.edit("mappings/journal.yaml", "mappings/acme.xlsx")
	w.approvalIs("none")
	w.login()
	passes := func(what, is string) {
		t.Helper()
		laid := filepath.Join(f.dir, "work", "acme", "mappings", "acme.xlsx")
		for range 2 {
			f.want(0, "run", "--fleet")
			if w.version(laid) != is {
				t.Fatalf("%s: another workbook lies in the folder", what)
			}
		}
	}
	publish := func(text string) {
		t.Helper()
		w.must(os.WriteFile(book, []byte(text), 0o600))
		f.want(0, "fleet", "publish", w.dir, "--reason", "a test")
	}
	first := w.version(book)
	publish(first)
	passes("published", first)

	other := w.changedBook(book, "640107")
	changed := w.version(other)
	w.command(0, "mapping", "propose", other, "--reason", "taxis move")
	passes("the change", changed)
	f.want(0, "fleet", "publish", w.dir, "--reason", "the same workbook")
	passes("the same workbook is published", changed)

	second := w.version(w.changedBook(book, "640108"))
	publish(second)
	passes("another workbook is published", second)
	publish(first)
	passes("the first workbook is published again", first)
	publish(changed)
	passes("a workbook is published that was a change once", changed)
	publish(first)
	passes("the first workbook is published a third time", first)
	w.command(0, "audit", "verify")
	if out := w.command(0, "mapping", "versions", "books").out; strings.Count(out, "in force for route books") != 6 {
		t.Errorf("%s", out)
	}
}

// A change in force stays in force in the passes that only look at return folders, on every node, and after a node has started again: the
// journal decides, not what was published before.
func TestFleetChangesOutliveReturns(t *testing.T) {
	if !onServer() {
		return
	}
	f := openFleet(t)
	changed := map[string]string{}
	for name, rule := range map[string]string{"acme": "none", "beta": "other"} {
		w := f.company(name, setup{documents: []string{"01-cash-taxi"}})
		book := w.dir + "/mappings/acme.xlsx"
		w.command(0, "mapping", "new", "--template", "generic-csv", "-o", book)
		w.edit("mappings/journal.yaml", "mappings/acme.xlsx")
		w.approvalIs(rule)
		w.login()
		f.want(0, "fleet", "publish", w.dir, "--reason", "a test")
		f.want(0, "run", "--fleet")
		other := w.changedBook(book, "640107")
		if rule == "other" {
			w.command(3, "mapping", "propose", other, "--reason", "taxis move")
			w.somebodyElse(0, "mapping", "approve", "books", "--reason", "seen")
		} else {
			w.command(0, "mapping", "propose", other, "--reason", "taxis move")
		}
		changed[name] = w.version(other)
	}
	f.want(0, "run", "--fleet")
	state := func() string {
		text := ""
		for _, w := range f.companies {
			text += pgtest.Ask[string](t, f.server, `SELECT string_agg(route || ' ' || state || ' ' || file_hash, '; ' ORDER BY id) FROM `+w.name+`.mappings`) + "\n" +
				pgtest.Ask[string](t, f.server, `SELECT string_agg(event || ' ' || actor, '; ' ORDER BY seq) FROM `+w.name+`.history WHERE event LIKE '%mapping%'`) + "\n"
		}
		return text
	}
	before := state()
	visits := func(i int) {
		t.Helper()
		n := f.node(i, 2, "1s")
		f.server.Do(t, `UPDATE fisbridge_fleet.companies SET due_at = clock_timestamp()`)
		n.begin(t)
		for _, name := range []string{"acme", "beta"} {
			f.until(name+" is visited for its return folders", func() bool {
				if now := state(); now != before {
					t.Fatalf("node %d changed which version is in force:\n%s\n%s\n%s", i, before, now, n.errs)
				}
				return strings.Count(n.errs.String(), "company="+name+" version=1 pass=returns") >= 2
			})
		}
		n.end(syscall.SIGTERM)
		if now := state(); now != before {
			t.Fatalf("node %d changed which version is in force:\n%s\n%s\n%s", i, before, now, n.errs)
		}
	}
	visits(1)
	visits(2)
	visits(1) // started again
	f.want(0, "run", "--fleet")
	if now := state(); now != before {
		t.Errorf("a whole pass changed which version is in force:\n%s\n%s", before, now)
	}
	for _, w := range f.companies {
		if w.version(filepath.Join(f.dir, "work", w.name, "mappings", "acme.xlsx")) != changed[w.name] {
			t.Errorf("%s: the changed workbook is not in its place", w.name)
		}
		w.command(0, "audit", "verify")
	}
}
