package pages

import (
	"fmt"
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// mostHeard bounds how many are named in the terminal; --json names more.
const mostHeard = 10

// heardLines tells what the events say of completeness; nothing where none was ever heard.
func (r Reconciliation) heardLines(w io.Writer, width int) {
	c := r.Events
	if c == nil {
		return
	}
	missing := c.Heard - c.Seen
	term.Print(w, "%s heard since %s, documents of %d came\n", wording.Counted(c.Heard, "event"), wording.At(c.Since, r.Zone), c.Seen)
	var lines []string
	for _, e := range c.NotSeen {
		line := fmt.Sprintf("%s %s, heard %s", e.DocType, e.Ref, wording.At(e.Heard, r.Zone))
		if e.Times > 1 {
			line += fmt.Sprintf(", %d times", e.Times)
		}
		if said := saidOf(e); said != "" {
			line += "; " + said
		}
		lines = append(lines, line)
	}
	named(w, width, fmt.Sprintf("%s heard, but not seen", wording.Counted(missing, "document")), missing, lines)
	lines = nil
	for _, u := range c.NeverHeard {
		lines = append(lines, fmt.Sprintf("%s %s, report %s, received %s", u.DocType, u.DocID, u.ReportID, wording.At(u.Received, r.Zone)))
	}
	named(w, width, fmt.Sprintf("%s seen, but never heard of", wording.Counted(c.NeverHeards, "document")), c.NeverHeards, lines)
}

// named tells of a number of things, and names the first of them.
func named(w io.Writer, width int, title string, number int, lines []string) {
	if number == 0 {
		term.Print(w, "%s %s\n", term.Tick(true), title)
		return
	}
	term.Print(w, "%s %s:\n", term.Tick(false), title)
	lines = lines[:min(len(lines), mostHeard)]
	if more := number - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	for _, l := range lines {
		for _, part := range strings.Split(term.Wrap(l, width-4), "\n") {
			term.Print(w, "    %s\n", part)
		}
	}
}

// saidOf is what Concur said of a document that has not come.
func saidOf(e desk.HeardEvent) string {
	switch e.Said {
	case desk.SaidAbsent:
		return "Concur shows no such document: recalled, or there never was one"
	case desk.SaidKnown:
		return "what Concur shows of it came before"
	case desk.SaidReady:
		return "Concur has it ready, but it did not come with the list"
	case desk.SaidOurs:
		return "Concur has it acknowledged for this installation"
	case desk.SaidOther:
		return strings.TrimSpace("another system has it: " + e.System)
	}
	return ""
}
