package worlds

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// lines keeps what a process writes.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) find(re *regexp.Regexp) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return re.FindStringSubmatch(l.all.String())
}

// ticks is the CPU that a process has used, in milliseconds.
func ticks(t testing.TB, pid int) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Skip(err)
	}
	f := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+2:]))
	user, _ := strconv.ParseFloat(f[11], 64)
	system, _ := strconv.ParseFloat(f[12], 64)
	return 10 * (user + system) // USER_HZ is 100 on every Linux
}

// tableRows are the rows of a page's tables, which are its data.
var tableRows = regexp.MustCompile(`(?s)<tbody.*?</tbody>`)

// BenchmarkConsole asks the pages of the console for a company of many documents and gives the CPU of the whole process
// for each, and the bytes of the page without the rows of its tables. FISBRIDGE_LOOKS names another number of documents
// than 100,000; FISBRIDGE_CONSOLE_IN keeps the folder. Fewer than 50 loops say little: the kernel counts in 10 ms.
func BenchmarkConsole(b *testing.B) {
	documents := 100_000
	if n, err := strconv.Atoi(os.Getenv("FISBRIDGE_LOOKS")); err == nil {
		documents = n
	}
	dir := os.Getenv("FISBRIDGE_CONSOLE_IN")
	if dir == "" {
		dir = filepath.Join(b.TempDir(), "lantern")
	}
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	program := filepath.Join(b.TempDir(), "fisbridge")
	if out, err := exec.Command("go", "build", "-o", program, source).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	if _, err := os.Stat(dir); err != nil { // the configuration is that of the demo
		if out, err := exec.Command(program, "demo", dir).CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		must(os.RemoveAll(filepath.Join(dir, "journal")))
		must(os.Mkdir(filepath.Join(dir, "journal"), 0o700))
		manyAt(b, dir, filepath.Join(dir, "journal", "fisbridge.db"), documents)
	}
	book, err := signin.Open(b.Context(), filepath.Join(dir, "journal", "console.db"), time.Now)
	must(err)
	name := fmt.Sprintf("mira%d", time.Now().UnixNano()%1e9)
	const password = "five white horses at noon"
	_, word, err := book.Invite(b.Context(), "the benchmark", name, "Mira", filepath.Base(dir), []signin.Role{signin.Accountant, signin.Auditor, signin.Operator})
	must(err)
	_, err = book.UseLink(b.Context(), word, password)
	must(err)
	must(book.Close())
	said := &lines{}
	serve := exec.Command(program, "-C", dir, "serve", "--listen", "127.0.0.1:0")
	serve.Stderr = said
	must(serve.Start())
	defer func() {
		_ = serve.Process.Signal(syscall.SIGTERM)
		_ = serve.Wait() // it was told to end
	}()
	at := regexp.MustCompile(`the console is at (http://\S+)`)
	for end := time.Now().Add(3 * time.Minute); said.find(at) == nil; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatal("the console does not listen: ", said.all.String())
		}
	}
	base := said.find(at)[1]
	jar, err := cookiejar.New(nil)
	must(err)
	u, err := url.Parse(base)
	must(err)
	calls := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := calls.PostForm(base+"/signin", url.Values{"name": {name}, "password": {password}})
	must(err)
	must(answer.Body.Close())
	for _, c := range answer.Cookies() { // a cookie jar keeps nothing that is Secure for plain http
		c.Secure = false
		jar.SetCookies(u, []*http.Cookie{{Name: c.Name, Value: c.Value, Path: "/"}})
	}
	get := func(path string) string {
		b.Helper()
		r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, base+path, nil)
		must(err)
		for _, c := range answer.Cookies() {
			r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
		a, err := calls.Do(r)
		must(err)
		defer a.Body.Close()
		body, err := io.ReadAll(a.Body)
		must(err)
		if a.StatusCode >= 400 {
			b.Fatalf("%s is answered by %s", path, a.Status)
		}
		return string(body)
	}
	here := "/c/" + filepath.Base(dir)
	middle := lookID(documents / 2)
	for end := time.Now().Add(3 * time.Minute); strings.Contains(get(here+"/"), "being checked") && time.Now().Before(end); time.Sleep(time.Second) {
	}
	for _, page := range [][2]string{{"today", "/"}, {"today-all", "/?all=1"}, {"todo", "/todo"}, {"documents", "/documents"}, {"documents-posted", "/documents?state=posted&rows=100"}, {"document", "/documents/" + middle},
		{"find-number", "/documents?q=" + fmt.Sprint(5100000000+documents/2)}, {"find-name", "/documents?q=hanlon-" + lookID(documents / 2 % 3000)[:5]}, {"find-title", "/documents?q=week+" + lookID(documents / 2 % 700)[:6]},
		{"find-nothing", "/documents?q=nothing+like+it"}, {"find-amount", "/documents?from=100&to=100.50"}, {"files", "/files"}, {"file", "/files/expenses/3"}, {"results", "/results"}, {"payments", "/payments"}, {"mappings", "/mappings"}, {"nights", "/nights"},
		{"evidence", "/evidence"}, {"evidence-people", "/evidence?kind=people"}, {"evidence-mappings", "/evidence?kind=mappings"}, {"find-words", "/documents?q=week+visit"}, {"settings", "/settings"}} {
		get(here + page[1])
		b.Run(page[0], func(b *testing.B) {
			before, body := ticks(b, serve.Process.Pid), ""
			for b.Loop() {
				body = get(here + page[1])
			}
			b.ReportMetric((ticks(b, serve.Process.Pid)-before)/float64(b.N), "cpu-ms")
			b.ReportMetric(float64(len(tableRows.ReplaceAllString(body, ""))), "bytes-without-rows")
			b.ReportMetric(0, "ns/op")
		})
	}
}
