package webtest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// at is where the keyboard is: what the element says, and what is wrong with how it is seen.
type at struct {
	Text, Name, Fault string
}

// focus looks where the keyboard is. Whoever has no mouse sees it: the element has an outline, stands in the window, and
// nothing lies over it.
func (b *browser) focus() (f at) {
	b.Helper()
	b.run(chromedp.Evaluate(`(() => {
		const e = document.activeElement;
		if (!e || e === document.body) return {};
		const label = e.labels && e.labels.length ? e.labels[0].textContent : e.getAttribute("aria-label") ?? "";
		const text = (/^(INPUT|SELECT|TEXTAREA)$/.test(e.tagName) ? label : e.textContent).replace(/\s+/g, " ").trim();
		const r = e.getBoundingClientRect(), s = getComputedStyle(e);
		let fault = "";
		if (s.outlineStyle === "none" || parseFloat(s.outlineWidth) < 1) fault = "no outline";
		else if (r.bottom < 0 || r.top > innerHeight || r.width < 1) fault = "not in the window";
		else {
			const box = e.getClientRects()[0], over = document.elementFromPoint(Math.min(box.left + box.width / 2, innerWidth - 1), Math.max(0, Math.min(box.top + box.height / 2, innerHeight - 1)));
			if (over && over !== e && !e.contains(over) && !over.contains(e)) fault = "hidden under " + over.tagName + "." + over.className;
		}
		return {Text: text, Name: e.name ?? "", Fault: fault};
	})()`, &f))
	return f
}

// tab goes on with the keyboard until it stands on what has the text or the name; each stop on the way is seen.
func (b *browser) tab(to string) {
	b.Helper()
	var way []string
	for range 150 {
		b.run(chromedp.KeyEvent(kb.Tab))
		f := b.focus()
		if f.Fault != "" {
			b.Errorf("%q (%s) has the keyboard and is not seen: %s", f.Text, f.Name, f.Fault)
		}
		if f.Text == to || f.Name == to {
			return
		}
		way = append(way, f.Text+f.Name)
	}
	b.Fatalf("the keyboard does not come to %q; it was at %s", to, strings.Join(way, " | "))
}

func (b *browser) keys(text string) {
	b.Helper()
	b.run(chromedp.KeyEvent(text))
}

// By keyboard alone: an accountant signs in, finds a report by its number, rejects what is held; an administrator
// invites somebody.
func TestByKeyboardAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.person("mira", signin.Accountant)
	w.person("aiko", signin.Administrator)
	b := w.browse(view{width: 1280})
	enter := func(name string) {
		b.open("/")
		b.tab("name")
		b.keys(name)
		b.tab("password")
		b.keys(password + kb.Enter)
		b.comes("ties out")
	}
	enter("mira")
	b.tab("To the content")
	b.keys(kb.Enter)
	b.keys("/")
	if f := b.focus(); f.Name != "q" {
		t.Errorf("/ leads to %+v", f)
	}
	b.run(chromedp.Evaluate(`document.activeElement.value = ""`, nil)) // a browser's own keyboard types nothing there
	b.keys("242852CF58F88EDFB859" + kb.Enter)
	b.comes("61.00")
	b.tab("Reject…")
	b.keys(kb.Enter)
	b.comes("What happens then")
	b.tab("message")
	b.keys("Please submit it under company 2000")
	b.tab("reason")
	b.keys("     ") // a reason of blanks
	b.tab("Reject 1 document, 61.00 EUR")
	b.keys(kb.Enter)
	b.until("the summary has the keyboard", func() bool {
		return strings.Contains(b.focus().Text, "is not right") || strings.Contains(b.focus().Text, "5 letters")
	})
	b.mu.Lock()
	b.faults = nil // the browser names the 422
	b.mu.Unlock()
	b.tab("reason")
	b.keys("the budget owner says so")
	b.tab("Reject 1 document, 61.00 EUR")
	b.keys(kb.Enter)
	b.comes("Rejected; Concur is told at the next run")
	b.clean()
	b.run(chromedp.Submit(`form[action="/signout"]`), chromedp.WaitVisible(`#u`))
	enter("aiko")
	b.tab("Settings")
	b.keys(kb.Enter)
	b.comes("Connections")
	b.tab("People")
	b.keys(kb.Enter)
	b.comes("Invite")
	b.tab("name")
	b.keys("ruth")
	b.tab("role")
	b.keys(" ")
	b.tab("Invite")
	b.keys(kb.Enter)
	b.comes("/link/")
	b.clean()
}
