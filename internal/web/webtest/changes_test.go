package webtest

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// othersApprove makes somebody else agree to changed mappings, and gives the console a start with that.
func (w *world) othersApprove() {
	w.Helper()
	stop(w.serve)
	file := filepath.Join(w.dir, "fisbridge.yaml")
	text, err := os.ReadFile(file)
	w.ok(err)
	w.ok(os.WriteFile(file, append(text, "\napproval: other\n"...), 0o600))
	w.start()
}

// take gives the workbook in force of the demo's route as a person takes it.
func (c *client) take() []byte {
	c.Helper()
	path := regexp.MustCompile(`/c/lantern/mappings/expenses/versions/[0-9a-f]+/workbook`).FindString(c.page("/c/lantern/mappings/expenses"))
	return []byte(c.page(path))
}

// edited is a workbook with other texts in some cells: sheet, cell, text.
func (w *world) edited(body []byte, cells ...string) []byte {
	w.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(body))
	w.ok(err)
	for i := 0; i < len(cells); i += 3 {
		w.ok(f.SetCellStr(cells[i], cells[i+1], cells[i+2]))
	}
	var out bytes.Buffer
	w.ok(f.Write(&out))
	return out.Bytes()
}

// file keeps a workbook under a name, for a browser to send.
func (w *world) file(name string, body []byte) string {
	w.Helper()
	path := filepath.Join(w.TempDir(), name)
	w.ok(os.WriteFile(path, body, 0o600))
	return path
}

// upload sends a workbook by the page of the mapping, as a person does.
func (b *browser) upload(path, reason string) {
	b.Helper()
	b.open("/c/lantern/mappings/expenses")
	b.run(chromedp.SetUploadFiles(`#f-file`, []string{path}), chromedp.SetValue(`#f-reason`, reason))
	b.press("Upload and check")
	b.comes("Nothing is in force yet")
}

// fresh makes the page forget what the browser complained of: a refusal that a test wants is named by it.
func (b *browser) fresh() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = nil
}

// comes waits until the page says a text.
func (b *browser) comes(text string) {
	b.Helper()
	b.until("the page says "+text, func() bool { return strings.Contains(b.seen(), text) })
}

// at is the address of the page.
func (b *browser) at() string {
	b.Helper()
	var at string
	b.run(chromedp.Location(&at))
	return strings.TrimPrefix(at, b.base)
}

// fill types into a field, and reports it if it is not there.
func (b *browser) fill(selector, text string) {
	b.Helper()
	b.run(chromedp.SetValue(selector, text, chromedp.ByQuery))
}

// Task 3: a held document, the short way. The accountant adds the row that the lookup does not have, right there; what
// it does is that one held document goes, and nothing else. She asks, and may not approve; somebody else does, with a
// fresh sign-in; the next run puts it in force and the document is on its way. Her colours and notes are still there.
func TestAddTheRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.decorate()
	w.othersApprove()
	w.person("mira", signin.Accountant)
	w.person("ruth", signin.Approver)
	w.person("jonas", signin.Operator)
	held := w.held()
	b := w.browse(view{width: 1280, noScript: true})
	b.signIn("mira")
	b.open("/c/lantern/todo")
	b.press("Add the row…")
	b.mustSee("699999", "what the documents have")
	b.clean()
	b.fill(`#f-col-0`, "650900")
	b.fill(`#f-reason`, "new account for odds, ticket 4711")
	b.press("See what a new row does: Accounts")
	b.comes("1 held document goes; nothing else")
	b.mustSee("1 cell changes", "row 699999", "650900", "would go", "amounts of the file = amounts of the posting lines", "Ask for approval")
	b.clean()
	change := strings.Split(b.at(), "?")[0]
	b.press("Ask for approval")
	b.comes("Asked for.")
	b.mustSee("waits for approval", "so somebody else must approve it", "Mira asks:", "new account for odds, ticket 4711")
	b.clean()
	mira := w.signedIn("mira")
	if status, _, _ := mira.post(change+"/approve", url.Values{"reason": {"I like it"}, "number-of": {"1"}, "seen": {"1"}}); status != http.StatusForbidden {
		t.Errorf("she approves: %d", status)
	}
	if out := w.command("status"); !strings.Contains(out, "1 change of mappings waits") {
		t.Errorf("status does not say that a change waits:\n%s", out)
	}
	if page := mira.page("/c/lantern/todo"); !strings.Contains(page, "<h1>2 things") {
		t.Error("To do does not have the change")
	}
	r := w.browse(view{width: 390})
	r.signIn("ruth")
	w.ageSessions(20 * time.Minute)
	r.open("/c/lantern/todo")
	r.press("See it")
	r.comes("1 held document goes; nothing else")
	r.clean()
	r.fill(`#f-reason`, "checked with the controller")
	r.press("Approve Change 1")
	r.comes("Name and password do not belong together")
	r.fresh()
	r.fill(`#f-password`, password)
	r.press("Approve Change 1")
	r.comes("Approved: the next run puts it in force")
	r.clean()
	w.simulate()
	j := w.browse(view{width: 1280})
	j.signIn("jonas")
	j.open("/c/lantern/nights")
	j.press("Run now…")
	j.fill(`#f-reason`, "the row is there")
	j.press("Run now")
	w.until("the change is in force", func() bool {
		return strings.Contains(w.command("mapping", "versions", "expenses"), "change 1 in force")
	})
	if page := mira.page("/c/lantern/documents/" + held); strings.Contains(page, "699999 has no row") || strings.Contains(page, `held pill`) {
		t.Error("the document is still held")
	}
	body, err := os.ReadFile(filepath.Join(w.dir, "mappings", "generic-csv.xlsx"))
	w.ok(err)
	w.decorated(body)
	b.open("/c/lantern/mappings/expenses")
	b.mustSee("Mira", "Ruth", "in force")
	w.tiesOut(mira)
}

// Task 4: a changed workbook with mistakes, then right. Two mistakes are named by cell, with the way out, also as notes
// in the workbook; the mended one shows what would come out differently, one document side by side with exactly the
// changed cells marked; and while amounts would be wrong nobody can ask.
func TestAChangedWorkbook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.othersApprove()
	w.person("mira", signin.Accountant)
	mira := w.signedIn("mira")
	book := mira.take()
	b := w.browse(view{width: 1280, noScript: true})
	b.signIn("mira")
	wrong := func(f *excelize.File) {
		w.ok(f.SetCellStr("Columns", textCell, "LEFFT(line.text; 10)"))
		w.ok(f.SetCellInt("Accounts", "B6", 640107))
	}
	f, err := excelize.OpenReader(bytes.NewReader(book))
	w.ok(err)
	wrong(f)
	var out bytes.Buffer
	w.ok(f.Write(&out))
	b.upload(w.file("generic-csv.xlsx", out.Bytes()), "texts cut at 10, ticket 4711")
	b.mustSee("2 errors: this workbook cannot be used yet", "Columns!"+textCell, "LEFFT", "did you mean LEFT?", "Accounts!B6", "number", "2 errors, ")
	b.clean()
	change := strings.Split(b.at(), "?")[0]
	notes, err := excelize.OpenReader(strings.NewReader(mira.page(change + "/notes")))
	w.ok(err)
	n := 0
	for _, sheet := range notes.GetSheetList() {
		list, err := notes.GetComments(sheet)
		w.ok(err)
		for _, c := range list {
			if strings.Contains(fmt.Sprint(c.Text, c.Paragraph), "LEFFT") || strings.Contains(fmt.Sprint(c.Text, c.Paragraph), "640107") {
				n++
			}
		}
	}
	if n != 2 {
		t.Errorf("the workbook has %d of the 2 notes", n)
	}
	b.upload(w.file("generic-csv.xlsx", w.edited(book, "Columns", textCell, "LEFT(line.text; 10)")), "texts cut at 10, ticket 4711")
	b.mustSee("documents change", "nothing else", "What would come out differently", "LEFT(line.text; 10)")
	b.clean()
	b.run(chromedp.Click(`//main//a[starts-with(normalize-space(.), "see them")]`, chromedp.BySearch))
	b.comes("Changed lines")
	b.clean()
	b.run(chromedp.Click(`//main//tbody//th/a`, chromedp.BySearch))
	b.comes("Changed columns side by side")
	b.mustSee("in force", "changed", "same", "Nothing that was posted is touched", "Why line", "LEFT(line.text; 10)")
	b.clean()
	var marked [][2]string
	b.run(chromedp.Evaluate(`[...document.querySelectorAll("td.was")].map(c => [c.textContent, c.nextElementSibling.textContent])`, &marked))
	if len(marked) == 0 {
		t.Error("no cell is marked")
	}
	for _, m := range marked {
		if was := []rune(m[0]); len(was) <= 10 || strings.TrimRight(string(was[:10]), " ") != strings.TrimRight(m[1], " ") {
			t.Errorf("marked is %q beside %q", m[0], m[1])
		}
	}
	narrow := w.browse(view{width: 390, language: "de"})
	narrow.signIn("mira")
	narrow.open(b.at())
	narrow.comes("Geänderte Spalten nebeneinander")
	if wide := narrow.overflow(); wide != "" {
		t.Errorf("side by side is wider than a telephone: %s", wide)
	}
	narrow.clean()
	b.upload(w.file("generic-csv.xlsx", w.swapped(book)), "debits and credits the other way round")
	b.mustSee("1 error: this workbook cannot be used yet", "Columns!"+debitCell, "the file would not say what the documents say")
	if page := b.seen(); strings.Contains(page, "Ask for approval") {
		t.Error("it can be asked for though amounts would be wrong")
	}
	b.clean()
	swapped := strings.Split(b.at(), "?")[0]
	if status, _, body := mira.post(swapped+"/ask", url.Values{"reason": {"I want it so"}, "number-of": {"3"}, "seen": {"1"}}); status != http.StatusConflict || !strings.Contains(body, "not usable") {
		t.Errorf("it is asked for by a call: %d", status)
	}
	for name, body := range map[string][]byte{"generic-csv.xlsx": out.Bytes()[:3000], "old.xlsx": []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook"), "generic-csv.csv": []byte("a;b"), "same.xlsx": book} {
		b.open("/c/lantern/mappings/expenses/propose")
		b.run(chromedp.SetUploadFiles(`#f-file`, []string{w.file(name, body)}), chromedp.SetValue(`#f-reason`, "a strange file"))
		b.press("Upload and check generic-csv.xlsx")
		b.comes("It does not go.")
		b.fresh() // the browser names the 422
	}
	w.tiesOut(mira)
}

// textCell is the Value of the column with the text of a line in the demo's workbook, debitCell and creditCell those of
// the amounts.
const (
	textCell   = "C14"
	debitCell  = "C10"
	creditCell = "C11"
)

// swapped is a workbook whose debits are credits.
func (w *world) swapped(book []byte) []byte {
	w.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	w.ok(err)
	debit, err := f.GetCellValue("Columns", debitCell)
	w.ok(err)
	credit, err := f.GetCellValue("Columns", creditCell)
	w.ok(err)
	return w.edited(book, "Columns", debitCell, credit, "Columns", creditCell, debit)
}

// Task 5: two people change at once. The second one's workbook is overtaken: the cell that meets is named with both
// values, and only when none meets can his cells go on top. He may not approve it though he is an approver. A template
// changed on disk ends an approval, and the run keeps the version in force. Back to the version of the beginning shows
// the opposite of both, and nobody's workbook is lost.
func TestTwoPeopleChangeAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.othersApprove()
	w.simulate()
	w.person("mira", signin.Accountant)
	w.person("daniel", signin.Accountant, signin.Approver)
	w.person("ruth", signin.Approver)
	mira, daniel, ruth := w.signedIn("mira"), w.signedIn("daniel"), w.signedIn("ruth")
	hers, his := mira.take(), daniel.take()
	first := regexp.MustCompile(`versions/([0-9a-f]+)/workbook`).FindStringSubmatch(mira.page("/c/lantern/mappings/expenses"))[1]
	b := w.browse(view{width: 1280, noScript: true})
	b.signIn("mira")
	b.upload(w.file("generic-csv.xlsx", w.edited(hers, "Accounts", "B6", "640107")), "account of the new chart")
	b.mustSee("640107")
	b.press("Ask for approval")
	b.comes("Asked for.")
	w.approve(ruth, 1)
	daniel.run()
	d := w.browse(view{width: 1280})
	d.signIn("daniel")
	mine := w.edited(his, "Accounts", "B6", "640108", "Columns", textCell, "LEFT(line.text; 10)")
	d.upload(w.file("mine.xlsx", mine), "texts, and the account")
	d.mustSee("Overtaken: another version went live first", "1 cell meets", "640107", "640108", "Accounts!B6", "Columns!"+textCell, "Where cells meet, a person decides")
	if strings.Contains(d.seen(), "Put my cells on top of it…") {
		t.Error("his cells can go on top though one meets")
	}
	d.clean()
	if status, _, _ := daniel.post("/c/lantern/mappings/expenses/changes/2/on-top", url.Values{"reason": {"anyway, please"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("on top by a call: %d", status)
	}
	d.upload(w.file("mine.xlsx", w.edited(mine, "Accounts", "B6", "640107")), "texts")
	d.mustSee("0 cells meet", "No cell meets")
	d.press("Put my cells on top of it…")
	d.fill(`#f-reason`, "texts, on top of hers")
	d.press("Put on top of the version in force: Change 3")
	d.comes("Your cells stand on top")
	d.mustSee("LEFT(line.text; 10)", "1 cell changes")
	d.press("Ask for approval")
	d.comes("somebody else must approve it")
	d.clean()
	if status, _, _ := daniel.post("/c/lantern/mappings/expenses/changes/4/approve", url.Values{"reason": {"my own is good"}, "number-of": {"4"}, "seen": {"1"}}); status != http.StatusForbidden {
		t.Errorf("he approves his own: %d", status)
	}
	w.approve(ruth, 4)
	template := filepath.Join(w.dir, "templates", "generic-csv", "template.yaml")
	w.template(template)
	daniel.run()
	d.open("/c/lantern/mappings/expenses/changes/4")
	d.comes("The template was changed since")
	d.mustSee("approval ended", "The version before stays in force")
	if page := ruth.page("/c/lantern/todo"); !strings.Contains(page, "has ended, because the template was changed since") {
		t.Error("To do does not say that the approval has ended")
	}
	w.ok(os.RemoveAll(filepath.Dir(template)))
	d.press("Try it again…")
	d.fill(`#f-reason`, "with the template as it was")
	d.press("Try again: Change 4")
	d.comes("Tried again")
	d.press("Ask for approval")
	d.comes("Asked for.")
	w.approve(ruth, 5)
	daniel.run()
	d.open("/c/lantern/mappings/expenses/versions/" + first + "/revert")
	d.fill(`#f-reason`, "both come only in May")
	d.run(chromedp.Submit(`main form`))
	d.comes("Below is what going back would change")
	d.mustSee("640107", "LEFT(line.text; 10)", "2 cells change")
	d.press("Ask for approval")
	d.comes("Asked for.")
	w.approve(ruth, 6)
	daniel.run()
	d.open("/c/lantern/mappings/expenses")
	d.comes("Changes that were decided")
	d.clean()
	for n := 1; n <= 6; n++ {
		if status, body := mira.get(fmt.Sprintf("/c/lantern/mappings/expenses/changes/%d/workbook", n)); status != http.StatusOK || !strings.HasPrefix(body, "PK") {
			t.Errorf("the workbook of change %d: %d", n, status)
		}
	}
	if live := regexp.MustCompile(`<code>([0-9a-f]{8})</code>(?:</a>)? <span class="s good">`).FindStringSubmatch(mira.page("/c/lantern/mappings/expenses")); live == nil || !strings.HasPrefix(first, live[1]) {
		t.Errorf("in force is %v, and not %s", live, first)
	}
	w.tiesOut(mira)
}

// run has somebody ask the console for a run, and waits for its end.
func (c *client) run() {
	c.Helper()
	last := func() (id int64, ended bool) {
		var status struct {
			LastRun struct {
				ID    int64     `json:"id"`
				Ended time.Time `json:"ended_at"`
			} `json:"last_run"`
		}
		c.ok(json.Unmarshal([]byte(c.command("status", "--json")), &status))
		return status.LastRun.ID, !status.LastRun.Ended.IsZero()
	}
	before, _ := last()
	c.until("a run can be asked for", func() bool {
		status, _, _ := c.post("/c/lantern/runs/new", url.Values{"reason": {"ticket 4711"}, "seen": {"1"}, "number-of": {"1"}})
		return status == http.StatusSeeOther
	})
	c.until("the run has ended", func() bool { id, ended := last(); return id > before && ended })
}

// approve is what an approver does.
func (w *world) approve(who *client, change int) {
	w.Helper()
	status, h, body := who.post(fmt.Sprintf("/c/lantern/mappings/expenses/changes/%d/approve", change), url.Values{"reason": {"ticket 4711"}, "number-of": {strconv.Itoa(change)}, "seen": {"1"}})
	if status != http.StatusSeeOther {
		w.Fatalf("change %d is not approved: %d %s %s", change, status, h.Get("Location"), body)
	}
}

// template puts a template of the company's own in the place of the program's, with another name of a column.
func (w *world) template(path string) {
	w.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "templates", "generic-csv", "template.yaml"))
	w.ok(err)
	w.ok(os.MkdirAll(filepath.Dir(path), 0o700))
	changed := strings.Replace(string(text), "width: 60", "width: 59", 1)
	if changed == string(text) {
		w.Fatal("the template has no text of 60")
	}
	w.ok(os.WriteFile(path, []byte(changed), 0o600))
}

// ageSessions makes everybody have proved who he is so much longer ago.
func (w *world) ageSessions(by time.Duration) {
	w.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "journal", "console.db"))
	w.ok(err)
	defer db.Close()
	_, err = db.ExecContext(w.Context(), `UPDATE sessions SET proved_at = proved_at - ?`, by.Milliseconds())
	w.ok(err)
}

// decorate gives the demo's workbook colours and a note, as people do.
func (w *world) decorate() {
	w.Helper()
	path := filepath.Join(w.dir, "mappings", "generic-csv.xlsx")
	f, err := excelize.OpenFile(path)
	w.ok(err)
	style, err := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFCC00"}}})
	w.ok(err)
	w.ok(f.SetCellStyle("Accounts", "C2", "C2", style))
	w.ok(f.AddComment("Accounts", excelize.Comment{Cell: "C2", Author: "Mira", Paragraph: []excelize.RichTextRun{{Text: "ask the controller"}}}))
	w.ok(f.Save())
}

// decorated wants them in a workbook.
func (w *world) decorated(body []byte) {
	w.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(body))
	w.ok(err)
	id, err := f.GetCellStyle("Accounts", "C2")
	w.ok(err)
	style, err := f.GetStyle(id)
	w.ok(err)
	if len(style.Fill.Color) == 0 || !strings.HasSuffix(style.Fill.Color[0], "FFCC00") {
		w.Errorf("the colour is gone: %+v", style.Fill)
	}
	notes, err := f.GetComments("Accounts")
	w.ok(err)
	if len(notes) == 0 || !strings.Contains(fmt.Sprint(notes[0].Text, notes[0].Paragraph), "ask the controller") {
		w.Errorf("the note is gone: %+v", notes)
	}
}
