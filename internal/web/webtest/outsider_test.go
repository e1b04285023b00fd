package webtest

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// walk calls every page that links lead to, and gives what each said.
func (c *client) walk(most int, from ...string) map[string]string {
	c.Helper()
	link := regexp.MustCompile(`(?:href|action)="([^"]+)"`)
	seen := map[string]string{}
	for todo := from; len(todo) > 0 && len(seen) < most; todo = todo[1:] {
		path := todo[0]
		if _, is := seen[path]; is {
			continue
		}
		status, body := c.get(path)
		seen[path] = body
		if status >= http.StatusInternalServerError {
			c.Errorf("%s is answered by %d", path, status)
		}
		if strings.HasPrefix(path, "/api/") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(body, -1) {
			to, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
			if strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "/static") {
				todo = append(todo, to)
			}
		}
	}
	return seen
}

// Who has not the right to see persons reads no text in which people write of people, and finds nothing by somebody's
// number: on no page, in no export and not by the API.
func TestPersonsApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("mira", signin.Accountant)
	w.person("jonas", signin.Operator)
	mira, jonas := w.signedIn("mira"), w.signedIn("jonas")
	doc := "/c/lantern/documents/" + w.held()
	act := func(name, reason string) {
		w.Helper()
		page := mira.page(doc + "/" + name)
		if status, _, body := mira.post(doc+"/"+name, url.Values{"reason": {reason}, "seen": {field(page, "seen")}}); status != http.StatusSeeOther {
			w.Fatalf("%s is answered by %d: %s", name, status, body)
		}
	}
	reason := "Zebedee Quill <b>of sales</b> is to be asked first"
	act("release", reason)
	act("hold", reason)
	if body := mira.page(doc); !strings.Contains(body, "Zebedee Quill &lt;b&gt;") {
		t.Fatal("the accountant does not read the reason")
	}
	api := "/api/v1/lantern"
	pages := jonas.walk(45, doc, "/c/lantern/", "/c/lantern/todo", "/c/lantern/evidence", "/c/lantern/runs/now", "/c/lantern/documents.csv?all=1", "/c/lantern/documents?all=1&state=held",
		api+"/status", api+"/documents", api+"/documents/"+w.held()+"/standing", api+"/alarms", api+"/report", api+"/runs")
	for path, body := range pages {
		if strings.Contains(body, "Zebedee") {
			t.Errorf("%s tells the operator what was written of somebody", path)
		}
	}
	for _, path := range []string{"/c/lantern/documents.csv?all=1&q=E10017", api + "/documents?find=E10017", api + "/documents?employee=E10017", api + "/documents?text=Zebedee",
		"/c/lantern/documents.csv?all=1&q=sandh", api + "/documents?find=Sandholm", api + "/documents?text=SANDHOLM", "/c/lantern/documents.csv?all=1&q=boston+week"} {
		if _, body := mira.get(path); len(body) < 260 {
			t.Fatalf("%s: the accountant finds nothing: %s", path, body)
		}
		if _, body := jonas.get(path); len(body) > 250 {
			t.Errorf("%s: the operator finds documents by somebody", path)
		}
	}
	w.several(mira.walk(60, doc, "/c/lantern/", "/c/lantern/files?all=1", "/c/lantern/mappings", "/c/lantern/nights", "/c/lantern/documents.csv?all=1", api+"/status", api+"/documents"), w.held(), "Zebedee", "Sandholm")
}
