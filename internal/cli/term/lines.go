package term

import (
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// How people read times, ages and amounts in the terminal. Machines ask for --json, where nothing is shortened.

// UsualWidth is how wide output is that no terminal shows: a mail of cron, a pipe.
const UsualWidth = 100

// Lines writes name and value pairs, the values under each other; long values go on in further lines under their own
// beginning.
type Lines struct {
	Out   io.Writer
	Width int
	Label int
	// Zone is that of the company, in which moments of UTC in sentences are told; nil leaves them.
	Zone *time.Location
}

// Put writes a label and a sentence; nothing when the sentence is empty.
func (l Lines) Put(label, format string, args ...any) {
	value := wording.Local(Sentence(format, args...), l.Zone)
	if value == "" {
		return
	}
	room := max(20, l.Width-l.Label-1)
	for i, part := range strings.Split(Wrap(value, room), "\n") {
		if i > 0 {
			label = ""
		}
		Print(l.Out, "%-*s %s\n", l.Label, label, Own(part))
	}
}

// Wrap breaks a text at blanks; what has no blank for longer than a line, a hash, stays whole.
func Wrap(s string, width int) string {
	var out strings.Builder
	for i, paragraph := range strings.Split(s, "\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		at := 0
		for _, word := range strings.Fields(paragraph) {
			n := utf8.RuneCountInString(word)
			switch {
			case at == 0:
			case at+1+n > width:
				out.WriteByte('\n')
				at = 0
			default:
				out.WriteByte(' ')
				at++
			}
			out.WriteString(word)
			at += n
		}
	}
	return out.String()
}
