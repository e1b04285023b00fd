package webtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// Every page leads to the help, which tells the way of a changed mapping, the states in the words of the pages, and who
// of this company may do what; outside of a company it names nobody. Whoever invites, and whoever is invited, reads what
// the roles mean; a reason says how long it must be before anybody sends it.
func TestHelp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("mira", signin.Accountant, signin.Administrator)
	w.person("anton", signin.Approver)
	w.person("petra", signin.Persons)
	mira := w.signedIn("mira")
	has := func(what, page string, texts ...string) {
		t.Helper()
		for _, text := range texts {
			if !strings.Contains(page, text) {
				t.Errorf("%s does not say %q:\n%s", what, text, page)
			}
		}
	}
	for _, path := range []string{"/c/lantern/", "/c/lantern/documents", "/c/lantern/settings"} {
		has(path, mira.page(path), `<a href="/c/lantern/settings/help">Help</a>`)
	}
	help := mira.page("/c/lantern/settings/help")
	has("the help", help, "How to change a mapping", "Upload it on the same page", "sent</span>", "in doubt</span>", "cannot be read</span>", "approves or declines changed mappings", "Whom to ask", "Anton")
	if status, page := w.signedIn("petra").get("/help"); status != http.StatusOK || strings.Contains(page, "Anton") || !strings.Contains(page, "Whom to ask") {
		t.Errorf("the help outside of a company is answered by %d:\n%s", status, page)
	}
	people := mira.page("/c/lantern/settings/people")
	has("the page of people", people, "What the roles may do", "names of employees, texts, receipts", "At least 5 characters.")
	has("a reason", mira.page("/c/lantern/documents/"+mira.held()+"/reject"), "At least 5 characters.")
	p, err := w.book.Called(t.Context(), "anton")
	w.ok(err)
	link, err := w.book.Link(t.Context(), "mira", p, signin.InviteGood)
	w.ok(err)
	has("the page of an invitation", w.anon().page("/link/"+link), "Your roles", "approves or declines changed mappings")
}
