package webtest

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserPath is a browser of this machine; where there is none the test is skipped, but not in CI.
func browserPath(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "google-chrome", "chromium-browser"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "" {
		t.Fatal("no browser: install chromium")
	}
	t.Skip("no browser on this machine")
	return ""
}

// browser is a tab of a real browser.
type browser struct {
	*world
	ctx    context.Context
	mu     sync.Mutex
	faults []string // what the browser's console says
}

// view is how a browser looks at pages.
type view struct {
	width    int64
	dark     bool
	noScript bool
	language string
}

// browse opens a browser of its own.
func (w *world) browse(v view) *browser {
	w.Helper()
	profile, err := os.MkdirTemp("", "browser")
	w.ok(err)
	w.Cleanup(func() { // the browser's helpers may write for a moment after it has ended
		for range 50 {
			if os.RemoveAll(profile) == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browserPath(w.T)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile))
	if v.language == "" {
		v.language = "en"
	}
	options = append(options, chromedp.Flag("accept-lang", v.language), chromedp.Flag("lang", v.language))
	alloc, cancel := chromedp.NewExecAllocator(quiet(), options...)
	w.Cleanup(cancel)
	ctx, cancel2 := chromedp.NewContext(alloc)
	w.Cleanup(cancel2)
	ctx, cancel3 := context.WithTimeout(ctx, 20*time.Minute)
	w.Cleanup(cancel3)
	b := &browser{world: w, ctx: ctx}
	chromedp.ListenTarget(ctx, func(e any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch e := e.(type) {
		case *log.EventEntryAdded:
			if e.Entry.Level == log.LevelError || e.Entry.Level == log.LevelWarning {
				b.faults = append(b.faults, e.Entry.Text+" "+e.Entry.URL)
			}
		case *runtime.EventExceptionThrown:
			b.faults = append(b.faults, e.ExceptionDetails.Error())
		}
	})
	scheme := "light"
	if v.dark {
		scheme = "dark"
	}
	b.run(log.Enable(), network.Enable(), emulation.SetDeviceMetricsOverride(v.width, 900, 1, false),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
		emulation.SetScriptExecutionDisabled(v.noScript))
	return b
}

func (b *browser) run(actions ...chromedp.Action) {
	b.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.Fatalf("%v\nthe browser shows:\n%s", err, b.seen())
	}
}

// open goes to an address.
func (b *browser) open(path string) {
	b.Helper()
	b.run(chromedp.Navigate(b.base + path))
}

// signIn signs somebody in by the page, as he does.
func (b *browser) signIn(name string) {
	b.Helper()
	b.open("/")
	b.run(chromedp.SendKeys(`#u`, name), chromedp.SendKeys(`#p`, password), chromedp.Submit(`form[action="/signin"]`), chromedp.WaitVisible(`.foot`))
}

// seen is the page as text.
func (b *browser) seen() string {
	var text string
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	_ = chromedp.Run(ctx, chromedp.Text("body", &text))
	return strings.ReplaceAll(text, "\u00a0", " ")
}

// mustSee wants texts on the page.
func (b *browser) mustSee(texts ...string) {
	b.Helper()
	page := b.seen()
	for _, t := range texts {
		if !strings.Contains(page, t) {
			b.Errorf("%q is not on the page:\n%s", t, page)
		}
	}
}

// press presses a link, a button or a summary by what it says. It counts as a click.
func (b *browser) press(text string) {
	b.Helper()
	quote := `"`
	if strings.Contains(text, quote) {
		quote = "'"
	}
	says := "[self::a or self::button or self::summary][normalize-space(translate(., '\u00a0', ' '))=" + quote + text + quote + "]"
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Run(ctx, chromedp.Click("//main//*"+says+" | //header//nav//*"+says+" | //header//details[@open]//*"+says, chromedp.BySearch)); err != nil {
		b.Fatalf("nothing to press that says %q: %v; the browser shows:\n%s", text, err, b.seen())
	}
	time.Sleep(150 * time.Millisecond)
	b.run(chromedp.WaitReady("body"))
}

// width is how wide the page is beside the window.
func (b *browser) overflow() string {
	var wide string
	b.run(chromedp.Evaluate(`(() => {
		const w = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= w) return "";
		const out = [];
		for (const e of document.querySelectorAll("body *")) {
			const r = e.getBoundingClientRect();
			if (r.right > w + 1 && !e.closest(".scroll") && !e.closest(".sr, .skip, .sprite")) out.push(e.tagName + "." + e.className + " " + Math.round(r.right));
		}
		return document.documentElement.scrollWidth + " > " + w + ": " + out.slice(0, 5).join(", ");
	})()`, &wide))
	return wide
}

// clean fails where the browser had something to say.
func (b *browser) clean() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.faults) > 0 {
		b.Errorf("the browser's console says:\n%s", strings.Join(b.faults, "\n"))
	}
	b.faults = nil
}
