package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// window is how large the pictures of pages are.
const width, height = 1280, 860

// password is that of both people of the pictures.
const password = "a long password for pictures"

// browser opens a headless Chromium.
func (s *studio) browser(ctx context.Context) (context.Context, func(), error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(filepath.Join(s.dir, "browser")),
		chromedp.Flag("accept-lang", "en"), chromedp.Flag("lang", "en"))
	for _, name := range []string{"chromium", "google-chrome", "chromium-browser"} {
		if path, err := exec.LookPath(name); err == nil {
			options = append(options, chromedp.ExecPath(path))
			break
		}
	}
	alloc, end := chromedp.NewExecAllocator(ctx, options...)
	tab, closeTab := chromedp.NewContext(alloc)
	shut := func() {
		_ = chromedp.Cancel(tab) // waits until the browser has ended, so that its folder can go
		closeTab()
		end()
	}
	err := chromedp.Run(tab, emulation.SetDeviceMetricsOverride(width, height, 1, false))
	if err != nil {
		shut()
		return nil, nil, err
	}
	return tab, shut, nil
}

// previewPage takes the page of the preview, with a cell of the file chosen, so that it tells where that came from.
func (s *studio) previewPage(ctx context.Context, name string) error {
	tab, shut, err := s.browser(ctx)
	if err != nil {
		return err
	}
	defer shut()
	var picture []byte
	err = chromedp.Run(tab,
		chromedp.Navigate("file://"+filepath.Join(s.dir, "preview.html")),
		chromedp.WaitVisible(`#c1-0`),
		chromedp.Click(`//*[@id="grid"]//*[starts-with(@id, "c")][normalize-space(.)="640100"]`, chromedp.BySearch),
		chromedp.Sleep(300*time.Millisecond),
		chromedp.CaptureScreenshot(&picture))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return s.save(name, picture, 0, 0)
}

// console starts the console on what the demo leaves, signs in as its first administrator, and takes its pages.
func (s *studio) console(ctx context.Context) (err error) {
	if !s.wanted("console-today", "console-document", "console-line", "console-mapping") {
		return nil
	}
	if err := s.fisbridge(ctx, "demo", "acme"); err != nil {
		return err
	}
	_, end, err := s.start(ctx, regexp.MustCompile(`(http://\S+)`), "sim", "acme")
	if err != nil {
		return err
	}
	defer end()
	link, end, err := s.start(ctx, regexp.MustCompile(`^((http://\S+)/link/\S+)`), "-C", "acme", "serve", "--listen", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer end()
	base := link[:strings.Index(link, "/link/")]
	tab, shut, err := s.browser(ctx)
	if err != nil {
		return err
	}
	defer shut()
	if err := chromedp.Run(tab, chromedp.Navigate(link), chromedp.SendKeys(`#u`, "aiko"), chromedp.SendKeys(`#s`, "Aiko Tanaka"), chromedp.SendKeys(`#p`, password),
		chromedp.Submit(`#p`), chromedp.WaitVisible(`.foot`)); err != nil {
		return fmt.Errorf("the first administrator: %w", err)
	}
	return s.consolePages(tab, base)
}

// start starts a program that goes on, and gives what the first line that says it says, and how to end it.
func (s *studio) start(ctx context.Context, says *regexp.Regexp, args ...string) (string, func(), error) {
	cmd := exec.CommandContext(ctx, s.program, args...)
	cmd.Dir = s.dir
	out, in, err := os.Pipe()
	if err != nil {
		return "", nil, err
	}
	cmd.Stdout, cmd.Stderr = in, in
	if err := errors.Join(cmd.Start(), in.Close()); err != nil {
		return "", nil, errors.Join(err, out.Close())
	}
	end := func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
		_ = out.Close()
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := says.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return m[1], end, nil
		}
	}
	end()
	return "", nil, fmt.Errorf("%s does not say what matches %s", strings.Join(args, " "), says)
}

// consolePages lets an accountant in, and takes the pages that she works with.
func (s *studio) consolePages(tab context.Context, base string) error {
	const to = "/c/acme"
	var invitation, held string
	if err := chromedp.Run(tab,
		chromedp.Navigate(base+to+"/settings/people"),
		chromedp.SendKeys(`#in`, "mira"), chromedp.SendKeys(`#is`, "Mira Anders"),
		chromedp.Click(`section:last-of-type input[value=accountant]`), chromedp.Click(`section:last-of-type input[value=auditor]`),
		chromedp.Submit(`#in`), chromedp.WaitVisible(`//*[contains(., "/link/")]`, chromedp.BySearch),
		chromedp.Evaluate(`document.body.innerText.match(/http:\S+\/link\/\S+/)[0]`, &invitation),
		storage.ClearCookies(),
	); err != nil {
		return fmt.Errorf("the invitation: %w", err)
	}
	if err := chromedp.Run(tab,
		chromedp.Navigate(invitation), chromedp.SendKeys(`#p`, password), chromedp.Submit(`#p`), chromedp.WaitVisible(`.foot`),
		chromedp.Navigate(base+to+"/documents?state=held"),
		chromedp.Evaluate(`document.querySelector('main a[href*="/documents/"]').getAttribute("href")`, &held),
	); err != nil {
		return fmt.Errorf("the accountant: %w", err)
	}
	for _, p := range []struct{ name, path string }{
		{"console-today", to + "/"},
		{"console-document", held},
		{"console-line", to + "/files/expenses/1/lines/2"},
		{"console-mapping", to + "/mappings/expenses"},
	} {
		if !s.wanted(p.name) {
			continue
		}
		var picture []byte
		if err := chromedp.Run(tab, chromedp.Navigate(base+p.path), chromedp.WaitVisible(`.foot`), chromedp.CaptureScreenshot(&picture)); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if err := s.save(p.name, picture, 0, 0); err != nil {
			return err
		}
	}
	return nil
}
