package worlds

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bundle"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// membersWorld is a world whose import files lie in the drop folder as two files each: lines, and the bills, which start
// the import.
func membersWorld(t *testing.T, local bool) *world {
	t.Helper()
	w := begin(t, setup{documents: []string{"47-invoice-plain", "48-invoice-tax", "50-invoice-several"}, types: []fis.DocType{fis.Invoice}, files: 2, local: local})
	text, err := workbook.NewYAML(templates.FS(), "netsuite-bills", nil)
	w.must(err)
	w.write("mappings/journal.yaml", string(text))
	return w
}

// inDrop are the files in the drop folder that have final names.
func (w *world) inDrop() map[string][]byte {
	w.t.Helper()
	out := map[string][]byte{}
	files, err := fs.Glob(os.DirFS(filepath.Join(w.root, "in")), "BILL_*.csv")
	w.must(err)
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join(w.root, "in", name))
		w.must(err)
		out[name] = data
	}
	return out
}

// startsWhole makes sure that no bill file is there without its lines, and that every file is whole.
func (w *world) startsWhole(gone ...string) {
	w.t.Helper()
	there := w.inDrop()
	for name, data := range there {
		lines := strings.TrimSuffix(name, ".csv") + "_EXP.csv"
		if _, ok := there[lines]; !strings.HasSuffix(name, "_EXP.csv") && !ok && !slices.Contains(gone, lines) {
			w.t.Errorf("%s is there without %s", name, lines)
		}
		if !bytes.HasSuffix(data, []byte("\r\n")) {
			w.t.Errorf("%s is half of a file", name)
		}
	}
}

// whole makes sure that the drop folder holds what the journal has of both import files, once each, and nothing else.
func (w *world) bothDropped() {
	w.t.Helper()
	there := w.inDrop()
	for n := 1; n <= 2; n++ {
		e := w.command(0, "show", fmt.Sprintf("books/%d", n), "--bytes")
		members, err := bundle.Open(strings.NewReader(e.out), int64(len(e.out)), 1<<20)
		w.must(err)
		for _, m := range members {
			in, err := m.Open()
			w.must(err)
			var text bytes.Buffer
			_, err = text.ReadFrom(in)
			w.must(err)
			if !bytes.Equal(text.Bytes(), there[m.Name]) {
				w.t.Errorf("%s is not what the journal has", m.Name)
			}
			delete(there, m.Name)
		}
	}
	if len(there) > 0 {
		w.t.Errorf("there are further files: %v", there)
	}
	left, err := os.ReadDir(filepath.Join(w.root, "in"))
	w.must(err)
	if len(left) != 4 {
		w.t.Errorf("the drop folder holds %v", left)
	}
	w.command(0, "audit", "verify")
}

// An import file of several members is dropped whole or not at all, the member that starts the import last: the program
// dies between any two steps, and goes on where it was.
func TestKillBetweenMembers(t *testing.T) {
	skipShort(t)
	for _, at := range []string{"number.done", "upload.intended", "upload.created", "upload.written", "upload.written:2", "upload.acted", "rename.intended", "member.renamed", "member.renamed:2",
		"member.renamed:3", "rename.acted", "rename.done", "copy.done", "rename.intended:2"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			w := membersWorld(t, true)
			if _, e := w.run("FISBRIDGE_KILL_AT=" + at); !e.killed {
				t.Fatalf("not killed: %s", e)
			}
			w.startsWhole()
			w.idle()
			w.bothDropped()
		})
	}
}

// The lines are gone from both names after a crash: nobody knows whether the ERP has them, so the bills, which start the
// import, keep their temporary name, and a person is asked.
func TestMemberVanished(t *testing.T) {
	skipShort(t)
	w := membersWorld(t, false)
	if _, e := w.run("FISBRIDGE_KILL_AT=member.renamed"); !e.killed {
		t.Fatalf("not killed: %s", e)
	}
	var taken string
	for name := range w.inDrop() {
		taken = name
	}
	if !strings.HasSuffix(taken, "_EXP.csv") {
		t.Fatalf("%s came first", taken)
	}
	w.must(os.Remove(filepath.Join(w.root, "in", taken)))
	if _, e := w.run(); e.code != 3 || !strings.Contains(e.out, taken+" of import file ") || !strings.Contains(e.out, "fisbridge mark file books/1 lost") {
		t.Errorf("%s", e)
	}
	bills := strings.TrimSuffix(taken, "_EXP.csv") + ".csv"
	there := w.inDrop()
	if len(there) != 2 || there[taken] != nil || there[bills] != nil {
		t.Errorf("the drop folder holds %d files", len(there))
	}
	if e := w.command(0, "show", "books/1"); !strings.Contains(e.out, "unverified") {
		t.Errorf("%s", e.out)
	}
	// it never arrived: the documents go out in a new file, whole
	w.command(0, "mark", "file", "books/1", "lost", "--reason", "the ERP has none of it")
	w.run()
	there = w.inDrop()
	if len(there) != 4 {
		t.Errorf("the drop folder holds %d files", len(there))
	}
	w.startsWhole()
}
