//go:build linux

package worlds

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
