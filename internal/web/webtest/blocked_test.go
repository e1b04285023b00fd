package webtest

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// An approved change that cannot go live, for somebody has saved another workbook in its place, says so on its page and before a run;
// who proposes changes sets that aside there, without a shell: it is kept as a change of its own, and the next run puts the approved one in force.
func TestApprovedChangeIsBlocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.othersApprove()
	w.person("mira", signin.Accountant, signin.Operator)
	w.person("ruth", signin.Approver)
	mira, ruth := w.signedIn("mira"), w.signedIn("ruth")
	book := mira.take()
	change := strings.Split(mira.send("/c/lantern/mappings/expenses/propose", "hers.xlsx", w.edited(book, "Accounts", "B6", "640107"), url.Values{"reason": {"ticket 4711"}, "seen": {"1"}}), "?")[0]
	if status, _, body := mira.post(change+"/ask", url.Values{"reason": {"ticket 4711"}, "number-of": {"1"}, "seen": {"1"}}); status != http.StatusSeeOther {
		t.Fatalf("it is not asked for: %d %s", status, body)
	}
	// what stands side by side is what would be written now, with the posting date of now
	kind := regexp.MustCompile(`href="(` + regexp.QuoteMeta(change) + `/[^"]+)"`)
	beside := ""
	for _, m := range kind.FindAllStringSubmatch(mira.page(change), -1) {
		for _, d := range kind.FindAllStringSubmatch(mira.page(m[1]), -1) {
			if page := mira.page(d[1]); strings.Contains(page, "Posting date") {
				beside = page
			}
		}
	}
	if beside == "" || !strings.Contains(beside, time.Now().UTC().Format("2006-")) || strings.Contains(beside, "2026-01-31") {
		t.Errorf("side by side has another posting date than the file will have:\n%s", seenText(t, beside))
	}
	w.approve(ruth, 1)
	const blocked = "somebody has saved another workbook at mappings/"
	if strings.Contains(mira.page(change), blocked) {
		t.Error("nothing lies in its place, and the page says so")
	}
	found, err := filepath.Glob(filepath.Join(w.dir, "mappings", "generic-csv.xlsx"))
	w.ok(err)
	theirs := w.edited(book, "Accounts", "B6", "640999")
	w.ok(os.WriteFile(found[0], theirs, 0o600))
	if page := mira.page("/c/lantern/runs/new"); !strings.Contains(page, "does not go live: another workbook lies in its place") || strings.Contains(page, "goes live;") {
		t.Error("the page of a run promises what does not come")
	}
	if page := ruth.page(change); !strings.Contains(page, blocked) || strings.Contains(page, "/aside\"") {
		t.Error("the approver does not see what is in the way, or may act on it")
	}
	mira.run()
	if page := mira.page(change); !strings.Contains(page, blocked) || !strings.Contains(page, change+"/aside\"") {
		t.Fatalf("the page does not say what is in the way:\n%s", seenText(t, page))
	}
	if now, err := os.ReadFile(found[0]); err != nil || string(now) != string(theirs) {
		t.Fatal("a run has overwritten somebody's work", err)
	}
	aside := url.Values{"reason": {"ask later"}, "number-of": {"1"}, "seen": {"99999"}}
	if status, _, _ := ruth.post(change+"/aside", aside); status != http.StatusForbidden {
		t.Errorf("the approver sets it aside: %d", status)
	}
	mira.page(change + "/aside")
	if status, _, body := mira.post(change+"/aside", aside); status != http.StatusSeeOther {
		t.Fatalf("it is not set aside: %d %s", status, seenText(t, body))
	}
	if strings.Contains(mira.page(change), blocked) {
		t.Error("it is set aside, and the page says that it is in the way")
	}
	mira.run()
	if page := seenText(t, mira.page(change)); !strings.Contains(page, "in force") || strings.Contains(page, "goes live with the next run") {
		t.Errorf("the approved change is not in force:\n%s", page)
	}
	other := strings.Replace(change, "/changes/1", "/changes/2", 1)
	if status, body := mira.get(other + "/workbook"); status != http.StatusOK || body != string(theirs) {
		t.Errorf("what lay there is not kept: %d", status)
	}
	if status, _, _ := mira.post(change+"/aside", aside); status != http.StatusConflict {
		t.Errorf("nothing is in the way, and it is set aside: %d", status)
	}
	w.command("audit", "verify")
}
