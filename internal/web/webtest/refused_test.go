package webtest

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// What is refused says so and nothing else, keeps what was typed, and who clicks twice sees what the first click did.
func TestRefusedForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("aiko", signin.Administrator, signin.Auditor)
	w.person("mira", signin.Accountant)
	aiko := w.signedIn("aiko")
	for name, say := range map[string]string{"mira": "taken", "X Y Z": ""} {
		status, _, body := aiko.post("/c/lantern/settings/people", url.Values{"name": {name}, "shown": {"Mira the second"}, "role": {"accountant", "approver"}})
		if status != http.StatusUnprocessableEntity || !strings.Contains(body, say) || !strings.Contains(body, "Mira the second") {
			t.Errorf("%s is answered by %d", name, status)
		}
		if strings.Contains(body, "/link/") {
			t.Errorf("a refused invitation of %s shows a link", name)
		}
		_, form, _ := strings.Cut(body, `name="shown"`)
		if n := strings.Count(form, " checked"); n != 2 {
			t.Errorf("a refused invitation of %s keeps %d of 2 ticks", name, n)
		}
	}
	if status, _, body := aiko.post("/c/lantern/evidence/packs/new", url.Values{"since": {"2026-12-31"}, "until": {"2026-12-01"}, "names": {"ids"}, "reason": {"for the auditor"}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "The last day lies before the first one.") {
		t.Errorf("a pack that ends before it begins is answered by %d", status)
	}
	if page := aiko.page("/me"); !regexp.MustCompile(`Times in (UTC|\w+/\w+)`).MatchString(page) {
		t.Error("a page of no company does not say in which zone its times are")
	}

	at := "/c/lantern/documents/" + w.held() + "/release"
	form := w.signedIn("mira").page(at)
	var all sync.WaitGroup
	answers := make([]int, 8)
	for i := range answers {
		c := w.signedIn("mira")
		all.Go(func() {
			status, _, body := c.post(at, url.Values{"seen": {field(form, "seen")}, "reason": {"clicked twice"}})
			if answers[i] = status; status == http.StatusConflict && (!strings.Contains(body, "Nothing was done: somebody was quicker") || strings.Contains(body, "journal:")) {
				t.Errorf("who clicks twice is told %.800s", body)
			}
		})
	}
	all.Wait()
	done := 0
	for _, status := range answers {
		switch status {
		case http.StatusSeeOther:
			done++
		case http.StatusConflict:
		default:
			t.Errorf("who clicks twice is answered by %d", status)
		}
	}
	if done != 1 {
		t.Errorf("%d clicks did it: %v", done, answers)
	}
}
