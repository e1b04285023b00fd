package webtest

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// names are of people in the demo's documents, and of those who act in it.
var names = regexp.MustCompile(`(?i)sandholm|calloway|zumbrunn|thackeray|odds and ends|boston weekend|tomas\b|\bmira\b`)

// unpack writes a zip into a new folder and gives its files.
func (w *world) unpack(pack []byte) (dir string, files map[string][]byte) {
	w.Helper()
	z, err := zip.NewReader(bytes.NewReader(pack), int64(len(pack)))
	w.ok(err)
	dir, files = w.TempDir(), map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		w.ok(err)
		body, err := io.ReadAll(r)
		w.ok(err)
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		w.ok(os.MkdirAll(filepath.Dir(path), 0o700))
		w.ok(os.WriteFile(path, body, 0o600))
		files[f.Name] = body
	}
	return dir, files
}

// verify asks the program, in a folder without a journal, whether a pack is what was made.
func (w *world) verify(path string) (string, error) {
	cmd := exec.Command(w.bin, "audit", "verify", path)
	cmd.Dir = w.TempDir()
	out, err := cmd.CombinedOutput()
	return unwrapped(out), err
}

// unwrapped is what the program said on one line: where a terminal's lines end depends on how long names are.
func unwrapped(out []byte) string { return strings.Join(strings.Fields(string(out)), " ") }

// pack makes one by the page as somebody, and gives its bytes.
func (c *client) pack(form url.Values) []byte {
	c.Helper()
	button := regexp.MustCompile(`action="(/c/lantern/evidence/packs/[^"]+)"`)
	before := len(button.FindAllString(c.page("/c/lantern/evidence"), -1))
	if status, _, body := c.post("/c/lantern/evidence/packs/new", form); status != http.StatusSeeOther {
		c.Fatalf("the pack is answered by %d: %s", status, body)
	}
	var to string
	c.until("the pack is there", func() bool {
		found := button.FindAllStringSubmatch(c.page("/c/lantern/evidence"), -1)
		if len(found) > before {
			to = found[0][1]
		}
		return to != ""
	})
	status, head, body := c.post(to, url.Values{})
	if status != http.StatusOK || !strings.Contains(head.Get("Content-Disposition"), ".zip") {
		c.Fatalf("%s is answered by %d", to, status)
	}
	return []byte(body)
}

// Task 9: the auditor proves a period. He has no button and no address that changes business; his pack is proved by
// sha256sum and by the program, opens without a network with the figures of Today, and each byte that is changed is
// told by its file. Making and taking it stand in the history.
func TestTheAuditorProves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("mira", signin.Accountant)
	w.person("tomas", signin.Auditor)
	w.person("jonas", signin.Operator)
	b := w.browse(view{width: 1280, noScript: true})
	b.signIn("tomas")
	b.press("Evidence")
	b.press("Make an evidence pack…")
	b.run(chromedp.SetValue(`#f-since`, "2026-01-01"), chromedp.SetValue(`#f-until`, "2099-12-31"), chromedp.Click(`input[value=names]`), chromedp.SendKeys(`#f-reason`, "year-end audit"))
	b.press("Make an evidence pack")
	w.until("the pack is there", func() bool {
		b.open("/c/lantern/evidence")
		return strings.Contains(b.seen(), "Download")
	})
	b.mustSee("year-end audit", "with names", "fisbridge audit verify PACK.zip")
	b.clean()
	c := w.signedIn("tomas")
	period := url.Values{"since": {"2026-01-01"}, "until": {"2099-12-31"}, "names": {"names"}, "reason": {"the same once more"}}
	pack := c.pack(period)
	file := filepath.Join(t.TempDir(), "october.zip")
	w.ok(os.WriteFile(file, pack, 0o600))
	if out, err := w.verify(file); err != nil || !strings.Contains(out, "each one as SHA256SUMS has it") {
		t.Errorf("%v\n%s", err, out)
	}
	dir, files := w.unpack(pack)
	sums := func(dir string) (string, error) {
		cmd := exec.Command("sha256sum", "-c", "--quiet", "SHA256SUMS")
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := sums(dir); err != nil {
		t.Errorf("sha256sum: %v\n%s", err, out)
	}
	if out := w.command("audit", "verify", file); !strings.Contains(out, "made of this journal") {
		t.Errorf("the journal does not know its pack:\n%s", out)
	}
	w.sameEquation(dir)
	for name, body := range files {
		if len(body) == 0 {
			continue
		}
		changed := bytes.Clone(body)
		changed[len(changed)/2] ^= 1
		path := filepath.Join(dir, filepath.FromSlash(name))
		w.ok(os.WriteFile(path, changed, 0o600))
		if strings.Contains(name, "documents/") && !strings.HasSuffix(name, "0.json") {
			w.ok(os.WriteFile(path, body, 0o600)) // some of many are enough
			continue
		}
		out, err := w.verify(dir)
		if err == nil || !strings.Contains(out, name) {
			t.Errorf("a byte of %s was changed: %v\n%s", name, err, out)
		}
		// of a line that is no line any more it only warns
		if out, err := sums(dir); err == nil && !strings.Contains(out, "improperly formatted") || name != "SHA256SUMS" && !strings.Contains(out, name) {
			t.Errorf("a byte of %s was changed, and sha256sum says: %v\n%s", name, err, out)
		}
		w.ok(os.WriteFile(path, body, 0o600))
	}
	w.ok(os.WriteFile(filepath.Join(dir, "more.txt"), []byte("put in"), 0o600))
	if out, err := w.verify(dir); err == nil || !strings.Contains(out, "more.txt was put in") {
		t.Errorf("%v\n%s", err, out)
	}
	w.forged(files)
	w.idsOnly(c)
	page := c.page("/c/lantern/evidence?kind=packs")
	for _, want := range []string{"evidence pack made", "evidence pack taken", "year-end audit", "Tomas"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the history", want)
		}
	}
	for who, want := range map[string]int{"jonas": http.StatusForbidden, "mira": http.StatusOK} {
		if status, _ := w.signedIn(who).get("/c/lantern/evidence/packs/new"); status != want {
			t.Errorf("%s is answered by %d", who, status)
		}
	}
	if status, _, _ := c.post("/c/lantern/evidence/packs/..%2F..%2Ffisbridge.yaml", url.Values{}); status != http.StatusNotFound {
		t.Errorf("a file that is no pack is answered by %d", status)
	}
	if status, _, body := c.post("/c/lantern/evidence/packs/new", url.Values{"since": {"2026-05-01"}, "until": {"2026-04-01"}, "documents": {"nothing-like-it"}, "reason": {"  "}}); status != http.StatusUnprocessableEntity || strings.Count(body, `href="#f-`) != 3 {
		t.Errorf("a wrong form is answered by %d", status)
	}
	w.tiesOut(c)
}

// sameEquation: index.html opens without a network, and its figures are those of the report.
func (w *world) sameEquation(dir string) {
	w.Helper()
	var r report
	w.ok(json.Unmarshal([]byte(w.command("report", "--json")), &r))
	b := w.browse(view{width: 1280, noScript: true})
	b.run(chromedp.Navigate("file://" + filepath.ToSlash(dir) + "/index.html"))
	want := []string{"all are accounted for", fmt.Sprintf("fetched\t%d", r.Fetched.Number)}
	for _, d := range r.Documents {
		if d.Name == "posted" || d.Name == "rejected" || d.Name == "held" {
			want = append(want, fmt.Sprintf("%s\t%d", d.Name, d.Number))
		}
	}
	b.mustSee(want...)
	b.clean()
}

// without cuts the lines of a text that fit, the first of them or all.
func without(text, fits string, most int) string {
	var kept []string
	for _, line := range strings.SplitAfter(text, "\n") {
		if most > 0 && strings.Contains(line, fits) {
			most--
			continue
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "")
}

// forged: whoever changes a file and makes SHA256SUMS anew is found out by what the other files say, and where these
// agree by the hash of the zip, which the journal knows.
func (w *world) forged(files map[string][]byte) {
	w.Helper()
	begun := regexp.MustCompile(`"event":"run begun"`)
	for _, c := range []struct {
		name   string
		change func(string) string // empty: the file goes
		want   string
	}{
		{"documents.csv", func(s string) string { return strings.Replace(s, ",61.00,", ",16.00,", 1) }, "documents.csv:"},
		{"history.jsonl", func(s string) string {
			return strings.Replace(begun.ReplaceAllString(s, `"event":"run ended"`), `"event":"document held"`, `"event":"document sent"`, 1)
		}, "its hash differs"},
		{"history.jsonl", func(s string) string { return without(s, `"event":"run begun"`, 1) }, "history.jsonl: row"},
		{"history.jsonl", func(s string) string { return s[:strings.LastIndex(strings.TrimSuffix(s, "\n"), "\n")+1] }, "history.jsonl: it ends with row"},
		{"pack.json", func(s string) string { return strings.Replace(s, `"number": 1,`, `"number": 2,`, 1) }, "pack.json"},
		{"posting-lines.csv", func(s string) string { return without(s, ",1,", 1) }, "has debits of"},
		{"posting-lines.csv", func(string) string { return "" }, "posting-lines.csv is missing"},
		{"confirmations.csv", func(string) string { return "" }, "confirmations.csv is missing"},
		{"confirmations.csv", func(s string) string {
			return strings.TrimSuffix(s, "\n") + "\nnobody" + strings.Repeat(",", strings.Count(strings.SplitN(s, "\n", 2)[0], ",")) + "\n"
		}, "document nobody is not in documents.csv"},
	} {
		dir := w.forge(files, c.name, c.change)
		if out, err := w.verify(dir); err == nil || !strings.Contains(out, c.want) {
			w.Errorf("%s was forged with its sum (%s): %v\n%s", c.name, c.want, err, out)
		}
	}
	dir := w.forge(files, "confirmations.csv", func(s string) string { return strings.ReplaceAll(s, ",posted,", ",rejected,") })
	if out, err := w.verify(dir); err != nil || !strings.Contains(out, "found by the SHA-256 alone") {
		w.Errorf("a folder where all agrees: %v\n%s", err, out)
	}
	forged := filepath.Join(w.TempDir(), "forged.zip")
	f, err := os.Create(forged)
	w.ok(err)
	z := zip.NewWriter(f)
	w.ok(z.AddFS(os.DirFS(dir)))
	w.ok(z.Close())
	w.ok(f.Close())
	if out, err := w.verify(forged); err != nil || !strings.Contains(out, "found by the SHA-256 alone") {
		w.Errorf("a zip where all agrees: %v\n%s", err, out)
	}
	if out, err := w.failing("audit", "verify", forged); err == nil || !strings.Contains(out, "whose history knows no pack with this SHA-256") {
		w.Errorf("the journal does not tell a forged pack: %v\n%s", err, out)
	}
	if out, err := w.failing("audit", "verify", forged, "--expect", strings.Repeat("0", 64)); err == nil || !strings.Contains(out, "another SHA-256 than the one that was noted") {
		w.Errorf("--expect: %v\n%s", err, out)
	}
}

// failing runs the program in the company's folder.
func (w *world) failing(args ...string) (string, error) {
	cmd := exec.Command(w.bin, append([]string{"-C", w.dir}, args...)...)
	out, err := cmd.CombinedOutput()
	return unwrapped(out), err
}

// forge writes a pack into a new folder with one file changed, and SHA256SUMS made anew.
func (w *world) forge(files map[string][]byte, name string, change func(string) string) string {
	w.Helper()
	dir, sums := w.TempDir(), []string{}
	for n, body := range files {
		if n == "SHA256SUMS" {
			continue
		}
		if n == name {
			text := change(string(body))
			if text == string(body) {
				w.Fatalf("%s has nothing to be forged", name)
			}
			if text == "" {
				continue
			}
			body = []byte(text)
		}
		path := filepath.Join(dir, filepath.FromSlash(n))
		w.ok(os.MkdirAll(filepath.Dir(path), 0o700))
		w.ok(os.WriteFile(path, body, 0o600))
		sums = append(sums, fmt.Sprintf("%x  %s\n", sha256.Sum256(body), n))
	}
	slices.Sort(sums)
	w.ok(os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(strings.Join(sums, "")), 0o600))
	return dir
}

// idsOnly: a pack with ids only names nobody, in no file.
func (w *world) idsOnly(c *client) {
	w.Helper()
	c.page("/c/lantern/documents")
	mira := w.signedIn("mira") // whose cells and whose file are in the journal from now on
	mira.send("/c/lantern/mappings/expenses/propose", "accounts of Mira.xlsx", w.edited(mira.take(), "Accounts", "B2", "640107"), url.Values{"reason": {"asked by Tomas"}, "seen": {"1"}})
	pack := c.pack(url.Values{"names": {"ids"}, "reason": {"for the group, asked by Mira"}})
	_, files := w.unpack(pack)
	for name, body := range files {
		if found := names.Find(body); found != nil {
			w.Errorf("%s of a pack with ids only names %s", name, found)
		}
	}
	if !bytes.Contains(files["mappings.json"], []byte(`"given_by": "fisbridge console by person `)) {
		w.Error("mappings.json does not say who gave a change")
	}
	if len(files) < 12 || !bytes.Contains(files["history.jsonl"], []byte("console by person ")) {
		w.Errorf("%d files", len(files))
	}
	file := filepath.Join(w.TempDir(), "ids.zip")
	w.ok(os.WriteFile(file, pack, 0o600))
	if out, err := w.verify(file); err != nil {
		w.Errorf("%v\n%s", err, out)
	}
}

// A pack is kept for 30 days, its row in the history for ever.
func TestPacksGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("tomas", signin.Auditor)
	c := w.signedIn("tomas")
	c.pack(url.Values{"names": {"ids"}, "reason": {"to be forgotten"}})
	kept, err := filepath.Glob(filepath.Join(w.dir, "journal", "packs", "*.zip"))
	w.ok(err)
	if len(kept) != 1 {
		t.Fatalf("%v", kept)
	}
	if info, err := os.Stat(kept[0]); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read the pack: %v %v", info.Mode(), err)
	}
	old := time.Now().Add(-31 * 24 * time.Hour)
	w.ok(os.Chtimes(kept[0], old, old))
	stop(w.serve)
	w.start()
	w.until("the pack is gone", func() bool {
		_, err := os.Stat(kept[0])
		return os.IsNotExist(err)
	})
	if page := w.signedIn("tomas").page("/c/lantern/evidence"); !strings.Contains(page, "to be forgotten") || !strings.Contains(page, "not kept any more") {
		t.Error("the pack is not told any more")
	}
}
