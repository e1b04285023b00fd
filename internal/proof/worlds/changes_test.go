package worlds

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// approvalIs sets the rule of the company.
func (w *world) approvalIs(rule string) {
	w.t.Helper()
	config, err := os.ReadFile(w.dir + "/fisbridge.yaml")
	w.must(err)
	kept := []string{}
	for _, line := range strings.Split(string(config), "\n") {
		if !strings.HasPrefix(line, "approval:") {
			kept = append(kept, line)
		}
	}
	w.write("fisbridge.yaml", "approval: "+rule+"\n"+strings.Join(kept, "\n"))
}

// changedBook is a copy of the workbook, elsewhere, in which taxis go to another account.
func (w *world) changedBook(book, account string) string {
	w.t.Helper()
	text, err := os.ReadFile(book)
	w.must(err)
	changed := filepath.Join(w.t.TempDir(), "acme.xlsx")
	w.must(os.WriteFile(changed, text, 0o600))
	w.excel(changed, func(f *excelize.File) {
		found, err := f.SearchSheet("Accounts", "640100")
		w.must(err)
		w.must(f.SetCellStr("Accounts", "B"+strings.TrimLeft(found[0], "AB"), account))
	})
	return changed
}

// One asks with a workbook that lies anywhere, somebody else approves, the next run writes it to its place and puts it
// in force, and it goes back the same way. Every step is in the history, and the journal is sound.
func TestChangeNeedsFourEyes(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi", hotelInBerlin, hotelInTokyo)
	w.approvalIs("other")
	first := w.version(book)
	changed := w.changedBook(book, "640107")
	e := w.command(3, "mapping", "propose", changed, "--reason", "taxis move, ticket 4711")
	w.says(e, "acme.xlsx: 4 warnings, no error: it can be used", "1 of 3 documents changes: ", "waits for approval: fisbridge mapping approve books")
	w.says(w.command(1, "mapping", "propose", changed, "--reason", "again"), "change 1 of mappings/acme.xlsx, which ", "waits for approval")
	w.says(w.command(1, "mapping", "approve", "books", "--reason", "I like it"), "asked for change 1, so somebody else must approve it")
	w.command(2, "mapping", "approve", "books", "--reason", " ")
	if now := w.version(book); now != first {
		t.Error("a change that waits is in its place already")
	}
	w.says(w.command(3, "run"), "change 1 of mappings/acme.xlsx, which ", "waits for approval")
	w.says(w.command(3, "status"), "1 change of mappings waits")
	w.says(w.somebodyElse(1, "mapping", "approve", "books", "--change", "7", "--reason", "seen"), "change 7 of mappings/acme.xlsx does not wait any more; change 1 does")
	w.says(w.somebodyElse(0, "mapping", "approve", "acme", "--change", "1", "--reason", "checked with the controller"), "change 1 of mappings/acme.xlsx is approved: it goes live with the next run")
	w.says(w.command(0, "run"), "the changed mappings/acme.xlsx is in force from this run")
	if now := w.version(book); now != w.version(changed) {
		t.Error("the workbook of the change is not in its place")
	}
	w.says(w.command(0, "mapping", "versions", "acme"), "when somebody else than who asked for it has approved it", "change 1 in force: acme.xlsx", "approved by uid 48151: checked with the controller", "by change 1")
	w.says(w.command(1, "mapping", "approve", "books", "--reason", "again"), "no change of mappings/acme.xlsx waits")

	w.says(w.command(3, "mapping", "revert", "books", "--to", w.formerHash(), "--reason", "only in May"), "1 of 3 documents changes: ")
	w.somebodyElse(0, "mapping", "approve", "books", "--reason", "agreed")
	w.command(0, "run")
	if now := w.version(book); now != first {
		t.Error("it is not back")
	}
	want := []string{"approval rule other", "mapping change proposed", "mapping change approved other", "mapping change in force", "mapping change reverted", "mapping change approved other", "mapping change in force"}
	if diff := cmp.Diff(want, w.changesTold()); diff != "" {
		t.Error(diff)
	}
	w.command(0, "audit", "verify")
}

// A workbook that is saved in the folder waits for approval as well, the former version stays in force, and nothing but
// an approval of what lies there changes that.
func TestFolderWaitsForApproval(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi", hotelInBerlin, hotelInTokyo)
	w.approvalIs("other")
	changed := w.changedBook(book, "640107")
	text, err := os.ReadFile(changed)
	w.must(err)
	w.must(os.WriteFile(book, text, 0o600))
	w.says(w.command(3, "run"), "it waits for approval: ask for it with fisbridge mapping propose mappings/acme.xlsx")
	w.says(w.command(1, "mapping", "accept", "books", "--reason", "please"), "somebody else must approve")
	w.command(3, "mapping", "propose", book, "--reason", "taxis move")
	w.says(w.command(3, "run"), "it waits for approval as change 1")
	w.somebodyElse(0, "mapping", "approve", "books", "--reason", "agreed")
	w.says(w.command(0, "run"), "the changed mappings/acme.xlsx is in force from this run")
	w.command(0, "status")
	w.command(0, "audit", "verify")
}

// A company of one person switches the second pair of eyes off, which is on record; a change that is clean goes live
// with the next run, and one that changes more than it says waits for a word of its own.
func TestOnePersonCompany(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi", hotelInBerlin, hotelInTokyo)
	w.approvalIs("none")
	w.says(w.command(0, "mapping", "propose", w.changedBook(book, "640107"), "--reason", "taxis move"), "change 1 of mappings/acme.xlsx: goes live with the next run")
	w.says(w.command(0, "run"), "is in force from this run")
	w.says(w.command(0, "mapping", "versions", "books"), "nobody else has to agree", "(nobody else had to agree)")
	held := w.changedBook(book, "640107")
	w.excel(held, func(f *excelize.File) {
		found, err := f.SearchSheet("Accounts", "640100")
		w.must(err)
		w.must(f.SetCellStr("Accounts", found[0], "640199"))
	})
	w.says(w.command(3, "mapping", "propose", held, "--reason", "taxis stop"), "it would hold 1 of 3 documents", "waits for approval")
	w.command(0, "mapping", "reject", "books", "--reason", "not yet")
	w.command(3, "mapping", "propose", held, "--reason", "taxis stop")
	w.command(0, "mapping", "approve", "books", "--reason", "they do")
	w.says(w.command(0, "run"), "is in force from this run")
	want := []string{"approval rule none", "mapping change proposed", "mapping change approved none", "mapping change in force", "mapping change proposed", "mapping change rejected",
		"mapping change proposed", "mapping change approved none", "mapping change in force"}
	if diff := cmp.Diff(want, w.changesTold()); diff != "" {
		t.Error(diff)
	}
	w.command(0, "audit", "verify")
}

// Nobody's work is overwritten: what somebody saved in the folder meanwhile stays, and a person is told.
func TestApprovedChangeMeetsAnotherWorkbook(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi")
	w.approvalIs("none")
	w.command(0, "mapping", "propose", w.changedBook(book, "640107"), "--reason", "taxis move")
	w.excel(book, func(f *excelize.File) {
		w.must(f.SetCellStr("Columns", w.valueOf(f, "Text"), "LOOKUP(Acounts; line.account)"))
	})
	mine := w.version(book)
	w.says(w.command(3, "run"), "change 1 of mappings/acme.xlsx is approved and waits", "nobody's work is overwritten")
	if w.version(book) != mine {
		t.Error("somebody's workbook was overwritten")
	}
	w.command(0, "mapping", "reject", "books", "--reason", "mine comes first")
	w.command(0, "audit", "verify")
}

// What cannot be asked for.
func TestProposeRefuses(t *testing.T) {
	w, book := acmeWorld(t, "01-cash-taxi")
	bad := w.changedBook(book, "640107")
	w.excel(bad, func(f *excelize.File) {
		w.must(f.SetCellStr("Columns", w.valueOf(f, "Text"), "LOOKUP(Acounts; line.account)"))
	})
	w.says(w.command(4, "mapping", "propose", bad, "--reason", "x"), "not used until this is mended", "Columns", "Acounts")
	w.says(w.command(0, "mapping", "propose", book, "--reason", "x"), "says what the version in force says")
	w.says(w.command(4, "mapping", "propose", "none.xlsx", "--reason", "x"), "there is no such file")
	w.says(w.command(2, "mapping", "versions", "boks"), "did you mean books?")
	w.says(w.command(2, "mapping", "revert", "books", "--to", "01234567", "--reason", "x"), "has no version")
	w.command(2, "mapping", "revert", "books", "--reason", "x")
	half := filepath.Join(t.TempDir(), "acme.xlsx")
	w.must(os.WriteFile(half, []byte("PK\x03\x04half"), 0o600))
	w.says(w.command(4, "mapping", "propose", half, "--reason", "x"), "acme.xlsx")
	w.says(w.command(0, "mapping", "versions", "books"), "in force for route books")
	w.command(0, "audit", "verify")
}

// The program dies between any two steps by which a change goes live: the next run goes on, the workbook in its place
// is whole, the change is in force once, and the journal is sound.
func TestKillWhileAChangeGoesLive(t *testing.T) {
	skipShort(t)
	for _, at := range []string{"install.intended", "install.acted", "install.done", "mapping.intended", "mapping.done"} {
		t.Run(at, func(t *testing.T) {
			w, book := acmeWorldIn(t, setup{local: true, documents: []string{"01-cash-taxi"}})
			w.approvalIs("none")
			before := w.version(book)
			changed := w.changedBook(book, "640107")
			w.command(0, "mapping", "propose", changed, "--reason", "taxis move")
			if e := w.exec([]string{"FISBRIDGE_KILL_AT=" + at}, "", "run"); !e.killed {
				t.Fatalf("it was not killed: %s", e)
			}
			if now := w.version(book); now != before && now != w.version(changed) {
				t.Error("half a workbook lies in its place")
			}
			w.command(0, "run")
			if w.version(book) != w.version(changed) {
				t.Error("it is not in its place")
			}
			if out := w.command(0, "mapping", "versions", "books").out; strings.Count(out, "in force for route books") != 2 || !strings.Contains(out, "change 1 in force") {
				t.Errorf("%s", out)
			}
			if list := w.files(filepath.Dir(book)); strings.Contains(strings.Join(list, " "), ".next") {
				t.Errorf("left: %v", list)
			}
			w.command(0, "audit", "verify")
		})
	}
}

// version is what a workbook says of itself, by its bytes.
func (w *world) version(path string) string {
	w.t.Helper()
	text, err := os.ReadFile(path)
	w.must(err)
	return string(text)
}

// formerHash is the hash of the newest version that was in force.
func (w *world) formerHash() string {
	w.t.Helper()
	out := w.command(0, "mapping", "versions", "books").out
	_, rest, found := strings.Cut(out, "was in force for route books: version ")
	if !found {
		w.t.Fatal(out)
	}
	return strings.Fields(strings.Trim(rest, ", "))[0][:8]
}

// files are the names in a folder.
func (w *world) files(folder string) (names []string) {
	w.t.Helper()
	list, err := os.ReadDir(folder)
	w.must(err)
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// changesTold is what the history tells of changes and of the rule for them.
func (w *world) changesTold() (out []string) {
	w.t.Helper()
	ctx := context.Background()
	j, err := w.journalAt().OpenRead(ctx, time.Now)
	w.must(err)
	defer j.Close()
	all, err := j.ChangeHistory(ctx)
	w.must(err)
	for _, e := range all {
		var d struct{ Approval string }
		w.must(json.Unmarshal(e.Detail, &d))
		out = append(out, strings.TrimSpace(e.Event+" "+d.Approval))
	}
	return out
}
