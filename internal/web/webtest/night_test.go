package webtest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// concur tells the simulated service something.
func (w *world) concur(path string, body []byte) {
	w.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, "fisbridge.yaml"))
	w.ok(err)
	base := regexp.MustCompile(`base_url: (\S+)`).FindSubmatch(text)
	r, err := http.NewRequestWithContext(w.Context(), http.MethodPost, string(base[1])+path, bytes.NewReader(body))
	w.ok(err)
	answer, err := http.DefaultClient.Do(r)
	w.ok(err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(answer.Body)
		w.Fatalf("the simulator answers %s: %s", answer.Status, said)
	}
}

// submit gives Concur so many reports like one that it has had.
func (c *client) submit(n int) {
	c.Helper()
	c.copies(n, "Vienna", "expense")
}

// event is one of a stream.
type event struct {
	id         int64
	name, data string
}

// listen reads the stream of the run that goes on, behind a row of the history, until it ends or enough says so.
func (c *client) listen(path, last string, enough func([]event) bool) (out []event, ended bool) {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), http.MethodGet, c.base+path, nil)
	c.ok(err)
	for name, value := range c.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	answer, err := http.DefaultClient.Do(r)
	c.ok(err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		c.Fatalf("%s is answered by %s", path, answer.Status)
	}
	var now event
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "id":
			now.id, err = strconv.ParseInt(value, 10, 64)
			c.ok(err)
		case "event":
			now.name = value
		case "data":
			now.data = value
		case "":
			if now.name == "" {
				continue
			}
			if now.name == "end" {
				return out, true
			}
			out = append(out, now)
			now = event{}
			if enough(out) {
				return out, false
			}
		}
	}
	return out, false // the program was killed
}

// rows are the numbers of the history rows among events.
func rows(events []event) (out []int64) {
	for _, e := range events {
		if e.name == "line" {
			out = append(out, e.id)
		}
	}
	return out
}

// Task 8: a night of 200 documents (2,000 with FISBRIDGE_KILL_LONG=1) is watched; figures only grow, each row is told once though the stream breaks; a
// second run is refused with a link to this one; other documents are settled meanwhile. The program is killed in the
// middle and started again: the page says so, the next run goes on, and no document is lost.
func TestWatchingANight(t *testing.T) {
	t.Parallel()
	n := 200
	if os.Getenv("FISBRIDGE_KILL_LONG") == "1" {
		n = 2000
	}
	w := newWorld(t)
	w.simulate()
	w.person("jonas", signin.Operator)
	w.person("mira", signin.Accountant)
	mira, jonas := w.signedIn("mira"), w.signedIn("jonas")
	mira.submit(n)
	w.concur("/sim/faults", []byte(`{"faults":[{"kind":"slow","delay":100000000}]}`))
	var before report
	w.ok(json.Unmarshal([]byte(w.command("report", "--json")), &before))

	b := w.browse(view{width: 1280})
	b.signIn("jonas")
	b.press("Nights")
	b.press("Run now…")
	b.run(chromedp.SendKeys(`#f-reason`, "the night is late"))
	b.press("Run now")
	b.comes("Fetch and lock")
	b.mustSee("goes on", "Make files", "Tell Concur", "to come")
	b.clean()
	page := jonas.page("/c/lantern/runs/now")
	if !strings.Contains(page, `http-equiv="refresh" content="5"`) {
		t.Error("without a script the page does not come anew")
	}
	stream := strings.ReplaceAll(regexp.MustCompile(`data-live="([^"]+)"`).FindStringSubmatch(page)[1], "&amp;", "&")
	status, _, body := jonas.post("/c/lantern/runs/new", url.Values{"reason": {"me too"}, "seen": {"1"}, "number-of": {"1"}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "a run goes on already") || !strings.Contains(body, `href="/c/lantern/runs/now"`) {
		t.Errorf("a second run is answered by %d", status)
	}
	first, ended := jonas.listen(stream, "", func(e []event) bool { return len(rows(e)) >= 120 })
	if ended {
		t.Fatal("the run was over too early")
	}
	heard := rows(first)
	doc := "/c/lantern/documents/" + w.held()
	for _, act := range []string{"release", "hold"} {
		form := mira.page(doc + "/" + act)
		if status, _, body := mira.post(doc+"/"+act, url.Values{"reason": {"while it runs"}, "seen": {field(form, "seen")}, "number-of": {"1"}}); status != http.StatusSeeOther {
			t.Errorf("%s while a run goes on is answered by %d: %.300s", act, status, body)
		}
	}
	second, _ := jonas.listen(stream, strconv.FormatInt(heard[len(heard)-1], 10), func(e []event) bool { return len(rows(e)) >= 200 })
	heard = append(heard, rows(second)...)

	run := regexp.MustCompile(`run ([0-9]+)`).FindStringSubmatch(strings.ToLower(jonas.page("/c/lantern/runs/now")))[1]
	address := strings.TrimPrefix(w.base, "http://")
	w.ok(w.serve.Process.Kill())
	_ = w.serve.Wait() // it was killed
	w.start("--listen", address)
	b.open("/c/lantern/runs/" + run)
	b.comes("was interrupted; the next one goes on")
	b.mu.Lock()
	b.faults = nil // while nobody answered
	b.mu.Unlock()
	b.press("Nights")
	b.press("Run now…")
	b.run(chromedp.SendKeys(`#f-reason`, "it was killed"))
	b.press("Run now")
	rest, _ := jonas.listen(stream, strconv.FormatInt(heard[len(heard)-1], 10), func(e []event) bool { return false })
	for until := time.Now().Add(3 * time.Minute); !strings.Contains(b.seen(), "is done") && time.Now().Before(until); time.Sleep(200 * time.Millisecond) {
	}
	b.mustSee("is done", "What it did")
	b.clean()
	if heard = append(heard, rows(rest)...); !slices.IsSorted(heard) || len(slices.Compact(slices.Clone(heard))) != len(heard) {
		t.Error("a row was told twice, or out of its order")
	}
	whole, _ := jonas.listen(stream, "", func([]event) bool { return false })
	told := rows(whole)
	if i := slices.Index(told, heard[len(heard)-1]); i < 0 || !slices.Equal(told[:i+1], heard) {
		t.Errorf("%d rows were told over three streams, and one stream tells %d", len(heard), i+1)
	}
	grows(t, first, second, rest)
	var after report
	w.ok(json.Unmarshal([]byte(w.command("report", "--json")), &after))
	if after.Fetched.Number != before.Fetched.Number+n {
		t.Errorf("%d documents were fetched before, %d after, and %d were submitted", before.Fetched.Number, after.Fetched.Number, n)
	}
	w.tiesOut(jonas)
}

// crowd is many people who look at pages all the time, each in a session of his own, until it is told to stop; it gives
// how many pages they got.
func (w *world) crowd(people int) (stop func() int) {
	w.Helper()
	ctx, cancel := context.WithCancel(w.Context())
	var all sync.WaitGroup
	var pages atomic.Int64
	for i := range people {
		p, _, err := w.book.Invite(w.Context(), "the test", fmt.Sprintf("person%02d", i), "", w.company, []signin.Role{[]signin.Role{signin.Accountant, signin.Operator, signin.Auditor}[i%3]})
		w.ok(err)
		word, err := w.book.SignedIn(w.Context(), p, signin.ByPassword, "127.0.0.1", "", "")
		w.ok(err)
		all.Add(1)
		go func() {
			defer all.Done()
			for n := i; ctx.Err() == nil; n++ {
				path := []string{"/", "/todo", "/documents?rows=100", "/documents?q=vien", "/nights", "/runs/now", "/evidence", "/settings", "/files", "/documents.csv?all=1"}[n%10]
				r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.base+"/c/lantern"+path, nil)
				if err != nil {
					return
				}
				r.AddCookie(&http.Cookie{Name: "__Host-fisbridge", Value: word})
				answer, err := http.DefaultClient.Do(r)
				if err != nil {
					if ctx.Err() == nil {
						w.Errorf("%s: %v", path, err)
					}
					return
				}
				body, _ := io.ReadAll(answer.Body) // it ends early when the test does
				_ = answer.Body.Close()
				if answer.StatusCode != http.StatusOK {
					w.Errorf("%s is answered by %s among %d people: %.300s", path, answer.Status, people, body)
					return
				}
				pages.Add(1)
			}
		}()
	}
	return func() int {
		cancel()
		all.Wait()
		return int(pages.Load())
	}
}

// Fifty people look at pages while a run goes on: nobody meets a lock or an error, and the run does all of its work.
func TestFiftyPeopleWhileARunGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.simulate()
	w.person("mira", signin.Accountant)
	mira := w.signedIn("mira")
	mira.submit(60)
	w.concur("/sim/faults", []byte(`{"faults":[{"kind":"slow","delay":100000000}]}`))
	done := w.crowd(50)
	mira.runs()
	if pages := done(); pages < 100 {
		t.Errorf("fifty people got %d pages", pages)
	}
	if said := w.errors.String(); strings.Contains(said, "lock") || strings.Contains(said, "busy") {
		t.Errorf("serve says: %s", said)
	}
	log, err := os.ReadFile(filepath.Join(w.dir, "logs", "fisbridge.log"))
	w.ok(err)
	for _, word := range []string{"database is locked", "SQLITE_BUSY", "msg=console"} {
		if i := bytes.Index(log, []byte(word)); i >= 0 {
			t.Errorf("the log says %.400s", log[i:])
		}
	}
	w.tiesOut(mira)
}

// grows: the figures of a part of a run only grow, in each run.
func grows(t *testing.T, streams ...[]event) {
	t.Helper()
	figures := 0
	for _, events := range streams {
		last := map[string]int{}
		for _, e := range events {
			if e.name != "step" {
				continue
			}
			var s struct {
				Step string
				N    int
			}
			if err := json.Unmarshal([]byte(e.data), &s); err != nil {
				t.Fatal(err)
			}
			if s.N < last[s.Step] {
				t.Errorf("%s went back from %d to %d", s.Step, last[s.Step], s.N)
			}
			if s.N > last[s.Step] {
				figures++
			}
			last[s.Step] = s.N
		}
	}
	if figures < 3 {
		t.Errorf("the figures moved %d times", figures)
	}
}
