package webtest

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// A bound of amounts that may be two is asked about, as in the search box, and one that is none is told; what else was typed stays.
func TestFilterOfAmounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("mira", signin.Accountant)
	mira := w.signedIn("mira")
	mira.language = "de"
	status, body := mira.get("/c/lantern/documents?q=x&route=expenses&all=1&from=1.000&to=2.000")
	if status != http.StatusOK || !strings.Contains(body, "1.000") {
		t.Fatalf("1.000 is answered by %d", status)
	}
	if !strings.Contains(body, "from=1000&") || !strings.Contains(body, "to=2.000") || !strings.Contains(body, "route=expenses") {
		t.Errorf("it is not asked which one is meant:\n%s", seenText(t, body))
	}
	status, body = mira.get("/c/lantern/documents?all=1&from=1000&to=2000")
	if status != http.StatusOK || strings.Contains(body, "?from=1000&") {
		t.Errorf("1000 is answered by %d", status)
	}
	status, body = mira.get("/c/lantern/documents?q=taxi&route=expenses&from=viel&to=20")
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "„viel“ ist kein Betrag") {
		t.Errorf("a word is answered by %d", status)
	}
	for _, want := range []string{`name="q" type="search" value="taxi"`, `value="viel"`, `value="20"`} {
		if !strings.Contains(body, want) {
			t.Errorf("what was typed is gone: %s", want)
		}
	}
	if !regexp.MustCompile(`<option selected>expenses`).MatchString(body) {
		t.Error("the route is gone")
	}
	for _, kind := range []string{"csv", "xlsx"} {
		if status, _ := mira.get("/c/lantern/documents." + kind + "?from=1.000"); status != http.StatusUnprocessableEntity {
			t.Errorf("%s with two amounts: %d", kind, status)
		}
	}
}
