package webtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// program is the program as users get it, built once; with FISBRIDGE_TEST_RACE=1 it looks for data races while it works.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "fisbridge-webtest-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "fisbridge")
	args := []string{"build", "-o", path}
	if os.Getenv("FISBRIDGE_TEST_RACE") != "" {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, "../../../cmd/fisbridge")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// password is everybody's.
const password = "five white horses at noon"

// world is what the demo leaves, with a console on it.
type world struct {
	*testing.T
	bin, dir string
	base     string // http://127.0.0.1:1234
	serve    *exec.Cmd
	errors   *tail
	book     *signin.Book
	company  string
}

// tail keeps what a process writes.
type tail struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all.Write(p)
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all.String()
}

// newWorld runs the demo in a folder of its own and starts a console there.
func newWorld(t *testing.T) *world {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, bin: bin, dir: filepath.Join(t.TempDir(), "lantern"), company: "lantern"}
	if out, err := exec.Command(bin, "demo", w.dir).CombinedOutput(); err != nil {
		t.Fatalf("demo: %v\n%s", err, out)
	}
	w.start()
	w.book, err = signin.Open(t.Context(), filepath.Join(w.dir, "journal", "console.db"), time.Now)
	w.ok(err)
	t.Cleanup(func() { _ = w.book.Close() })
	return w
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// simulate starts the demo's simulators again, until the test ends.
func (w *world) simulate(args ...string) *exec.Cmd {
	w.Helper()
	cmd := exec.Command(w.bin, append([]string{"sim", w.dir}, args...)...)
	out := &tail{}
	cmd.Stdout, cmd.Stderr = out, out
	w.ok(cmd.Start())
	w.Cleanup(func() { stop(cmd) })
	w.until("the simulators stand", func() bool { return strings.Contains(out.String(), "http") || strings.Contains(out.String(), "ready") })
	return cmd
}

func stop(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		_ = cmd.Process.Kill()
		<-done
	}
}

// address finds the address that serve tells.
var address = regexp.MustCompile(`the console is at (http://\S+)`)

// start starts the console, and stops it when the test ends.
func (w *world) start(args ...string) {
	w.Helper()
	w.errors = &tail{}
	where := []string{"-C", w.dir}
	if len(args) > 0 && args[0] == "--companies" {
		where = nil
	}
	w.serve = exec.Command(w.bin, append(append(where, "serve", "--listen", "127.0.0.1:0"), args...)...)
	w.serve.Stderr = w.errors
	w.ok(w.serve.Start())
	cmd, said := w.serve, w.errors
	w.Cleanup(func() {
		stop(cmd)
		if strings.Contains(said.String(), "DATA RACE") {
			w.Errorf("serve: %s", said)
		}
	})
	w.until("the console listens", func() bool { return address.MatchString(w.errors.String()) })
	w.base = address.FindStringSubmatch(w.errors.String())[1]
}

// until waits for something that comes by itself.
func (w *world) until(what string, is func() bool) {
	w.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if is() {
			return
		}
	}
	w.Fatalf("in a minute it did not come that %s; serve said:\n%s", what, w.errors)
}

// command runs a command in the folder and gives what it writes.
func (w *world) command(args ...string) string {
	w.Helper()
	out, err := exec.Command(w.bin, append([]string{"-C", w.dir}, args...)...).Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 3) {
		w.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// person makes somebody who can sign in.
func (w *world) person(name string, roles ...signin.Role) {
	w.Helper()
	_, word, err := w.book.Invite(w.Context(), "the test", name, strings.ToUpper(name[:1])+name[1:], w.company, roles)
	w.ok(err)
	_, err = w.book.UseLink(w.Context(), word, password)
	w.ok(err)
}

// client is somebody with a browser that runs no script.
type client struct {
	*world
	cookies  map[string]string
	language string // what the browser asks for
}

// anon is a client who is not signed in.
func (w *world) anon() *client { return &client{world: w, cookies: map[string]string{}} }

// signedIn is a client who is.
func (w *world) signedIn(name string) *client {
	w.Helper()
	c := w.anon()
	if status, _, body := c.post("/signin", url.Values{"name": {name}, "password": {password}}); status != http.StatusSeeOther {
		w.Fatalf("%s cannot sign in: %d %s", name, status, body)
	}
	return c
}

func (c *client) do(r *http.Request) (int, http.Header, string) {
	c.Helper()
	for name, value := range c.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if c.language != "" {
		r.Header.Set("Accept-Language", c.language)
	}
	calls := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 30 * time.Second}
	answer, err := calls.Do(r)
	c.ok(err)
	defer answer.Body.Close()
	for _, k := range answer.Cookies() {
		c.cookies[k.Name] = k.Value
	}
	body, err := io.ReadAll(answer.Body)
	c.ok(err)
	return answer.StatusCode, answer.Header, string(body)
}

func (c *client) get(path string) (int, string) {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), http.MethodGet, c.base+path, nil)
	c.ok(err)
	status, _, body := c.do(r)
	return status, body
}

func (c *client) post(path string, form url.Values) (int, http.Header, string) {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), http.MethodPost, c.base+path, strings.NewReader(form.Encode()))
	c.ok(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", c.base)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.do(r)
}

// page gets a page that must be there.
func (c *client) page(path string) string {
	c.Helper()
	status, body := c.get(path)
	if status != http.StatusOK {
		c.Fatalf("%s is answered by %d: %s", path, status, body)
	}
	return body
}

// field finds a value of a hidden field.
func field(body, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if m == nil {
		return ""
	}
	return m[1]
}

// held is the docId of the demo's held document.
func (w *world) held() string {
	w.Helper()
	var page struct {
		Rows []struct {
			ID string `json:"doc_id"`
		} `json:"rows"`
	}
	w.ok(json.Unmarshal([]byte(w.command("list", "documents", "--state", "held", "--json")), &page))
	if len(page.Rows) != 1 {
		w.Fatalf("%d documents are held", len(page.Rows))
	}
	return page.Rows[0].ID
}

// quiet is a context that a test's end does not cut.
func quiet() context.Context { return context.Background() }
