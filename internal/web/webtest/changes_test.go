package webtest

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// The workbook task: an accountant takes the workbook, changes an account, looks at what that would do, and asks for it;
// she may not approve it herself. An approver sees the effect and approves, and it goes back the same way. Without
// script, and without a shell.
func TestTheMappingsWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stop(w.serve)
	file := filepath.Join(w.dir, "fisbridge.yaml")
	text, err := os.ReadFile(file)
	w.ok(err)
	w.ok(os.WriteFile(file, append(text, "\napproval: other\n"...), 0o600))
	w.start()
	w.person("mira", signin.Accountant, signin.Approver)
	w.person("ruth", signin.Approver)
	w.person("jonas", signin.Operator)
	mira, jonas := w.signedIn("mira"), w.signedIn("jonas")
	take := regexp.MustCompile(`/c/lantern/mappings/expenses/versions/[0-9a-f]+/workbook`).FindString(mira.page("/c/lantern/mappings/expenses"))
	if status, _ := jonas.get(take); status != http.StatusForbidden {
		t.Errorf("the operator takes the workbook: %d", status)
	}
	book := filepath.Join(t.TempDir(), "changed.xlsx")
	w.ok(os.WriteFile(book, []byte(mira.page(take)), 0o600))
	change := func(sheet, cell, value string) {
		f, err := excelize.OpenFile(book)
		w.ok(err)
		w.ok(f.SetCellStr(sheet, cell, value))
		w.ok(f.Save())
	}
	b := w.browse(view{width: 1280, noScript: true})
	b.signIn("mira")
	upload := func(button string) {
		b.open("/c/lantern/mappings/expenses/propose")
		b.run(chromedp.SetUploadFiles(`#f-file`, []string{book}), chromedp.SetValue(`#f-reason`, "new account, ticket 4711"))
		b.press(button)
	}
	change("Columns", "C8", "LOOKUP(Acounts; line.account)")
	upload("Ask for generic-csv.xlsx")
	b.comes("it has errors, so nothing was asked for")
	b.mustSee("Acounts", "Columns!C")
	b.mu.Lock()
	b.faults = nil // the browser names the 422
	b.mu.Unlock()
	w.ok(os.WriteFile(book, []byte(mira.page(take)), 0o600))
	change("Accounts", "B6", "640107")
	upload("Only see what it would change")
	b.comes("it can be used. Nothing was asked for yet")
	b.mustSee("640107", "What would come out differently")
	b.clean()
	upload("Ask for generic-csv.xlsx")
	b.comes("Asked for: below is what it would change")
	b.mustSee("Change 1", "waits for approval", "Asked for by mira: new account, ticket 4711", "640107")
	b.clean()
	if _, _, body := mira.post("/c/lantern/mappings/expenses/approve", url.Values{"reason": {"I like it"}, "number-of": {"1"}, "seen": {"1"}}); !strings.Contains(body, "somebody else must approve it") {
		t.Errorf("she approves what she asked for: %s", body)
	}
	r := w.browse(view{width: 390})
	r.signIn("ruth")
	r.open("/c/lantern/mappings/expenses")
	r.mustSee("640107", "Take the workbook")
	r.open("/c/lantern/mappings/expenses/approve")
	r.clean()
	r.run(chromedp.SetValue(`#f-reason`, "checked with the controller"))
	r.press("Approve Change 1")
	r.comes("Approved: the next run puts it in force")
	r.clean()
	w.command("audit", "verify")
}

// comes waits until the page says a text.
func (b *browser) comes(text string) {
	b.Helper()
	b.until("the page says "+text, func() bool { return strings.Contains(b.seen(), text) })
}
