package mapping_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// browser is a headless Chromium that a test drives over its debugging pipe: messages of JSON, each ended by a NUL.
type browser struct {
	t       *testing.T
	to      *os.File
	from    *bufio.Reader
	id      int
	session string
}

// chromium starts the browser. Without one the test is skipped, unless external programs are required.
func chromium(t *testing.T) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "1" {
			t.Fatal("chromium is not installed, and external programs are required")
		}
		t.Skip("chromium is not installed")
	}
	inRead, inWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	outRead, outWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	profile, err := os.MkdirTemp("", "chromium-*")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-extensions", "--hide-scrollbars=false", "--window-size=1600,950", "--remote-debugging-pipe", "--user-data-dir="+profile, "about:blank")
	cmd.ExtraFiles = []*os.File{inRead, outWrite}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	inRead.Close()
	outWrite.Close()
	b := &browser{t: t, to: inWrite, from: bufio.NewReaderSize(outRead, 1<<20)}
	t.Cleanup(func() {
		inWrite.Close() // the browser ends when its pipe does
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
		outRead.Close()
		_ = os.RemoveAll(profile) // helpers of the browser may still write; the folder is temporary anyway
	})
	return b
}

// do sends a command and waits for its answer; events in between are passed over.
func (b *browser) do(method string, params any, into any) {
	b.t.Helper()
	b.id++
	message, err := json.Marshal(map[string]any{"id": b.id, "method": method, "params": params, "sessionId": b.session})
	if b.session == "" {
		message, err = json.Marshal(map[string]any{"id": b.id, "method": method, "params": params})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(message, 0)); err != nil {
		b.t.Fatal(method, err)
	}
	for {
		text, err := b.from.ReadBytes(0)
		if err != nil {
			b.t.Fatal(method, err)
		}
		var answer struct {
			ID     int
			Error  *struct{ Message string }
			Result json.RawMessage
		}
		if err := json.Unmarshal(text[:len(text)-1], &answer); err != nil {
			b.t.Fatal(err)
		}
		if answer.ID != b.id {
			continue
		}
		if answer.Error != nil {
			b.t.Fatal(method, answer.Error.Message)
		}
		if into != nil {
			if err := json.Unmarshal(answer.Result, into); err != nil {
				b.t.Fatal(method, err)
			}
		}
		return
	}
}

// open shows a page and waits until its script has run.
func (b *browser) open(page []byte, hash string) {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), "page.html")
	if err := os.WriteFile(path, page, 0o600); err != nil {
		b.t.Fatal(err)
	}
	if b.session == "" {
		var target struct{ TargetID string }
		b.do("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
		var session struct{ SessionID string }
		b.do("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
		b.session = session.SessionID
	}
	b.do("Page.navigate", map[string]any{"url": "file://" + path + hash}, nil)
	b.until(`document.readyState === "complete" && location.href.startsWith("file:")`)
}

// eval gives the value of an expression in the page; promises are waited for.
func (b *browser) eval(expression string, into any) {
	b.t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Exception struct{ Description string }
		}
	}
	b.do("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &answer)
	if answer.ExceptionDetails != nil {
		b.t.Fatal(expression, answer.ExceptionDetails.Exception.Description)
	}
	if into != nil {
		if err := json.Unmarshal(answer.Result.Value, into); err != nil {
			b.t.Fatal(errors.Join(err, errors.New(expression)))
		}
	}
}

func (b *browser) text(expression string) string {
	b.t.Helper()
	var s string
	b.eval("String("+expression+")", &s)
	return s
}

// until waits until something is so in the page.
func (b *browser) until(condition string) {
	b.t.Helper()
	end := time.Now().Add(30 * time.Second)
	for {
		var yes bool
		if b.eval("!!("+condition+")", &yes); yes {
			return
		}
		if time.Now().After(end) {
			b.t.Fatalf("not so after 30 s: %s", condition)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// settle waits for the next two frames: what was asked for is painted then.
func (b *browser) settle() {
	b.t.Helper()
	b.eval("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))", nil)
}

// mouse moves the real mouse onto an element, and clicks when asked.
func (b *browser) mouse(selector string, click bool) {
	b.t.Helper()
	var at struct{ X, Y float64 }
	b.eval(`document.querySelector(`+quote(selector)+`).scrollIntoView({ block: "nearest", inline: "nearest" })`, nil)
	b.settle()
	b.eval(`(() => { const r = document.querySelector(`+quote(selector)+`).getBoundingClientRect(); return { X: r.x + Math.min(r.width / 2, 20), Y: r.y + r.height / 2 }; })()`, &at)
	kinds := []string{"mouseMoved"}
	if click {
		kinds = append(kinds, "mousePressed", "mouseReleased")
	}
	for _, kind := range kinds {
		p := map[string]any{"type": kind, "x": at.X, "y": at.Y}
		if kind != "mouseMoved" {
			p["button"], p["clickCount"] = "left", 1
		}
		b.do("Input.dispatchMouseEvent", p, nil)
	}
	b.settle()
}

// key presses a key.
func (b *browser) key(name string) {
	b.t.Helper()
	code := map[string]int{"ArrowDown": 40, "ArrowUp": 38, "ArrowRight": 39, "ArrowLeft": 37, "Enter": 13, "Escape": 27, "PageDown": 34, "End": 35, "Tab": 9}[name]
	p := map[string]any{"type": "rawKeyDown", "key": name, "code": name, "windowsVirtualKeyCode": code}
	if len(name) == 1 {
		p["type"], p["text"] = "keyDown", name
	}
	b.do("Input.dispatchKeyEvent", p, nil)
	p["type"] = "keyUp"
	delete(p, "text")
	b.do("Input.dispatchKeyEvent", p, nil)
	b.settle()
}

// write types into what has the focus.
func (b *browser) write(text string) {
	b.t.Helper()
	b.do("Input.insertText", map[string]any{"text": text}, nil)
	b.settle()
}

func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(text)
}
