package worlds

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
	"github.com/fisbridge/fisbridge/templates"
)

// Packages, zipped and side by side, through everything that a file of one piece goes through: killed between members
// over SFTP, a full disk, seals, a reissue, a restored journal, another version of the mapping, answers.

// packageWorld is a world of supplier invoices whose import files are packages of a ready template.
func packageWorld(t *testing.T, template string, set setup) *world {
	t.Helper()
	set.documents, set.types = []string{"47-invoice-plain", "48-invoice-tax", "50-invoice-several"}, []fis.DocType{fis.Invoice}
	if set.files == 0 {
		set.files = 2
	}
	w := begin(t, set)
	text, err := workbook.NewYAML(templates.FS(), template, nil)
	w.must(err)
	w.write("mappings/journal.yaml", string(text))
	return w
}

// zipped are the members of a zip.
func zipped(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}

func TestKillBetweenMembersOverSFTP(t *testing.T) {
	skipShort(t)
	for _, c := range []struct {
		at      string
		openssh bool
	}{
		{"upload.written:2", true}, {"member.renamed", true}, {"rename.acted", true},
		{"upload.created:2", false}, {"upload.acted", false}, {"member.renamed", false}, {"member.renamed:2", false}, {"rename.done", false},
	} {
		t.Run(fmt.Sprintf("%s, OpenSSH %v", c.at, c.openssh), func(t *testing.T) {
			t.Parallel()
			w := packageWorld(t, "netsuite-bills", setup{openssh: c.openssh})
			if _, e := w.run("FISBRIDGE_KILL_AT=" + c.at); !e.killed {
				t.Fatalf("not killed: %s", e)
			}
			w.startsWhole()
			w.idle()
			w.bothDropped()
		})
	}
}

// The server's disk is full at the second member, is found to be so when that is closed, or loses its end: nothing of
// the package gets a final name, and when there is room the same bytes go out under the same names.
func TestDiskFullAtTheSecondMember(t *testing.T) {
	for _, f := range []simsftp.Fault{
		{Op: simsftp.OpOpen, Do: simsftp.DoFail, Nth: 2}, {Op: simsftp.OpWrite, Do: simsftp.DoFail, Nth: 2}, {Op: simsftp.OpClose, Do: simsftp.DoFailAfter, Nth: 2}, {Op: simsftp.OpClose, Do: simsftp.DoDropTail, Bytes: 5, Nth: 2},
	} {
		t.Run(fmt.Sprintf("%s %s", f.Op, f.Do), func(t *testing.T) {
			t.Parallel()
			w := packageWorld(t, "netsuite-bills", setup{files: 3})
			f.Name = "*BILL_*"
			w.sftp.Switch(f)
			w.sftp.Forget()
			_, e := w.run()
			if w.sftpFaults() == 0 {
				for _, r := range w.sftp.Requests() {
					t.Log(r)
				}
				t.Fatal("the fault was not met")
			}
			if there := w.inDrop(); len(there) != 0 && len(there) != 2 || len(there) == 0 && e.code != 1 {
				t.Errorf("the drop folder holds %d files, %s", len(there), e)
			}
			w.startsWhole()
			w.sftp.Switch()
			w.idle()
			there := w.inDrop()
			if left := w.names("in"); len(there) != 2 || len(left) != 2 {
				t.Errorf("the drop folder holds %v", left)
			}
			w.startsWhole()
			w.command(0, "audit", "verify")
		})
	}
}

// A zip that is sealed: killed at each step of the drop, the ERP's people open it with GnuPG, and find both members,
// those of the journal, once.
func TestSealedZip(t *testing.T) {
	skipShort(t)
	for _, at := range []string{"number.done", "upload.written", "rename.intended", "rename.acted"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			w := packageWorld(t, "oracle-fbdi-ap", setup{files: 3, bank: true, openssh: true})
			if _, e := w.run("FISBRIDGE_KILL_AT=" + at); !e.killed {
				t.Fatalf("not killed: %s", e)
			}
			w.idle()
			names := w.names("in")
			if len(names) != 1 || !strings.HasSuffix(names[0], ".zip.pgp") {
				t.Fatalf("the drop folder holds %v", names)
			}
			sealed, err := os.ReadFile(w.path("in", names[0]))
			w.must(err)
			if e := w.command(0, "show", "books/1", "--bytes"); e.out != string(sealed) {
				t.Error("what was dropped is not what the journal has")
			}
			clearText, err := w.bank.gpg.open(sealed)
			w.must(err)
			members := zipped(t, clearText)
			if len(members) != 2 || strings.Count(members["ApInvoicesInterface.csv"], "\n") < 3 || members["ApInvoiceLinesInterface.csv"] == "" {
				t.Errorf("the zip holds %v", members)
			}
			w.command(0, "audit", "verify")
		})
	}
}

// A package is issued again without a document: while one of its files still lies there the command refuses, whichever
// it is; the new package has a number of its own in the names of all its files, and nothing of the document in any.
func TestReissuedMembers(t *testing.T) {
	skipShort(t)
	w := packageWorld(t, "netsuite-bills", setup{files: 3, local: true})
	held := w.id("50-invoice-several")
	if _, e := w.run("FISBRIDGE_KILL_AT=acknowledge.done"); !e.killed {
		t.Fatal(e)
	}
	w.command(0, "hold", held, "--reason", "wait")
	w.idle()
	first := w.inDrop()
	if len(first) != 2 {
		t.Fatalf("the drop folder holds %v", w.names("in"))
	}
	out := w.id("48-invoice-tax")
	for name, data := range first {
		if !bytes.Contains(data, []byte(w.id("47-invoice-plain"))) || bytes.Contains(data, []byte(held)) {
			t.Errorf("%s must hold the first document and not the held one:\n%s", name, data)
		}
	}
	for gone := range first { // the ERP took one of the two away
		w.must(os.Remove(w.path("in", gone)))
		e := w.command(1, "reissue", "books/1", "--without", out, "--message", "closed", "--reason", "refused")
		if !strings.Contains(e.err, "still lies in") {
			t.Errorf("with %s taken away: %s", gone, e)
		}
		w.must(os.WriteFile(w.path("in", gone), first[gone], 0o600))
	}
	for name := range first {
		w.must(os.Remove(w.path("in", name)))
	}
	w.command(0, "reissue", "books/1", "--without", out, "--message", "closed", "--reason", "refused")
	w.command(0, "release", held, "--reason", "go on")
	w.idle()
	// the held one was never in file 1, so it goes into a file of its own
	there := w.inDrop()
	if len(there) != 4 {
		t.Errorf("the drop folder holds %v", w.names("in"))
	}
	seen := map[string]int{}
	for name, data := range there {
		if first[name] != nil {
			t.Errorf("%s is a name of the withdrawn package", name)
		}
		for _, id := range []string{out, held, w.id("47-invoice-plain")} {
			if bytes.Contains(data, []byte(id)) {
				seen[id]++
			}
		}
	}
	if seen[out] != 0 || seen[held] != 2 || seen[w.id("47-invoice-plain")] != 2 {
		t.Errorf("documents in files: %v", seen)
	}
	w.startsWhole()
	w.command(0, "audit", "verify")
}

// A package is under way while the mapping changes: what has its number goes out as it was made, and explain tells of a
// line of a member still, also after the journal was restored.
func TestPackageAcrossVersions(t *testing.T) {
	skipShort(t)
	w := packageWorld(t, "netsuite-bills", setup{files: 3})
	if _, e := w.run("FISBRIDGE_KILL_AT=member.renamed"); !e.killed {
		t.Fatal(e)
	}
	before := w.command(0, "show", "books/1", "--bytes").out
	name := filepath.Join(w.dir, "mappings", "journal.yaml")
	text, err := os.ReadFile(name)
	w.must(err)
	changed := strings.Replace(string(text), "[\"660100\", \"660100\"", "[\"660100\", \"660199\"", 1)
	if changed == string(text) {
		changed = strings.Replace(string(text), "660100, 660100", "660100, 660199", 1)
	}
	if changed == string(text) {
		t.Fatal("the mapping could not be changed")
	}
	w.write("mappings/journal.yaml", changed)
	w.idle()
	if after := w.command(0, "show", "books/1", "--bytes").out; after != before {
		t.Error("the bytes of a package that has its number have changed")
	}
	there := w.inDrop()
	if len(there) != 2 {
		t.Fatalf("the drop folder holds %v", w.names("in"))
	}
	w.startsWhole()
	for member, data := range there {
		lines := strings.Split(strings.TrimRight(string(data), "\r\n"), "\n")
		e := w.command(0, "explain", "books/1", fmt.Sprint(len(lines)), "--member", member)
		if !strings.Contains(e.out, fmt.Sprintf("line %d", len(lines))) || !strings.Contains(e.out, "byte for byte what stands in the file") {
			t.Errorf("%s, last line: %s", member, e)
		}
	}
}

// The journal is put back to a copy from before the drop: both files of the package lie there. Nothing goes out under
// their names or number, and no document twice.
func TestRestoredBeforeAPackage(t *testing.T) {
	skipShort(t)
	w := packageWorld(t, "netsuite-bills", setup{files: 3})
	if _, e := w.run("FISBRIDGE_KILL_AT=acknowledge.done"); !e.killed {
		t.Fatal(e)
	}
	w.copyFolder(w.dir, w.beside("snapshot"))
	w.idle()
	first := w.inDrop()
	w.must(os.RemoveAll(w.dir))
	w.copyFolder(w.beside("snapshot"), w.dir)
	if e := w.exec(nil, "", "run"); e.code != 3 {
		t.Fatalf("want a refusal, got %s", e)
	}
	w.command(0, "restored", "--from-backup", "--next-number", "books=2", "--reason", "disk failed")
	if s := w.idle(); s.Files != 0 {
		t.Errorf("something went out by itself: %+v", s)
	}
	for _, name := range []string{"47-invoice-plain", "48-invoice-tax", "50-invoice-several"} {
		w.command(0, "release", w.id(name), "--reason", "the ERP has nothing of it")
	}
	w.idle()
	there := w.inDrop()
	if len(there) != 4 {
		t.Errorf("the drop folder holds %v", w.names("in"))
	}
	for name, data := range first {
		if !bytes.Equal(there[name], data) {
			t.Errorf("%s was written over", name)
		}
	}
	w.startsWhole()
}
