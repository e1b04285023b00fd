package workbook

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// NoteStrange reports a code with such characters: an error where no code can be meant so, a warning where it may be a
// name.
func NoteStrange(c Cell, text, label string, found *Collector) {
	what, sure := wording.Strange(text)
	if what == "" {
		return
	}
	severity := findings.Warning
	if sure {
		severity = findings.Error
	}
	near := wording.PlainCode(text)
	found.Add(severity, c.Place, c.Show(), say.F("%s%q holds %s; type it again: %s", label, text, what,
		quoted(near)), "")
}

// quoted is a text as a formula writes it.
func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

func NoteBlanks(c Cell, found *Collector) {
	if c.Kind == Text && wording.Clean(c.Text) != c.Text {
		found.Warnf(c, "%q has blanks at an end or non-breaking blanks inside; they are taken as if they were not there", c.Text)
	}
}
