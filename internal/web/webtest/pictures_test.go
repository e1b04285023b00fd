package webtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// allPages are the pages of a company that a walk over links finds, by their names for pictures.
func allPages(c *client) map[string]string {
	c.Helper()
	to := "/c/" + c.company
	held := c.held()
	out := map[string]string{
		"today": to + "/", "todo": to + "/todo", "documents": to + "/documents", "document-held": to + "/documents/" + held, "files": to + "/files", "results": to + "/results",
		"payments": to + "/payments", "mappings": to + "/mappings", "nights": to + "/nights", "evidence": to + "/evidence", "settings": to + "/settings", "configuration": to + "/settings/configuration",
		"help": to + "/settings/help", "reject": to + "/documents/" + held + "/reject", "me": "/me", "file": to + "/files/expenses/1", "result": to + "/results/1", "line": to + "/files/expenses/1/lines/2",
		"mapping": to + "/mappings/expenses", "run": to + "/runs/3", "runnew": to + "/runs/new", "all": to + "/?all=1",
	}
	posted := regexp.MustCompile(`href="(/c/lantern/documents/[0-9a-f]{32})"`).FindStringSubmatch(c.page(to + "/documents?state=posted"))
	if posted != nil {
		out["document-posted"] = posted[1]
	}
	group := regexp.MustCompile(`href="(/c/lantern/held/[0-9a-f]+)"`).FindStringSubmatch(c.page(to + "/todo"))
	if group != nil {
		out["held"] = group[1]
	}
	return out
}

// Each page fits its window, wide and narrow, light and dark, and the browser has nothing to complain of. With
// FISBRIDGE_PICTURES=folder the pictures are kept, to be looked at.
func TestPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("mira", signin.Accountant, signin.Operator, signin.Auditor)
	list := allPages(w.signedIn("mira"))
	keep := os.Getenv("FISBRIDGE_PICTURES")
	only := os.Getenv("FISBRIDGE_PAGE")
	for _, v := range []view{{width: 1280}, {width: 390}, {width: 1280, dark: true}, {width: 390, language: "de"}} {
		b := w.browse(v)
		b.signIn("mira")
		for name, path := range list {
			if only != "" && !strings.Contains(name, only) {
				continue
			}
			b.open(path)
			if wide := b.overflow(); wide != "" {
				t.Errorf("%s at %d px is wider than its window: %s", name, v.width, wide)
			}
			b.clean()
			if keep != "" {
				var picture []byte
				b.run(chromedp.FullScreenshot(&picture, 100))
				file := name + "-" + strconv.FormatInt(v.width, 10) + map[bool]string{true: "-dark"}[v.dark] + v.language + ".png"
				w.ok(os.WriteFile(filepath.Join(keep, file), picture, 0o600))
			}
		}
	}
}
