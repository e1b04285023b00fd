package term

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// The door to the terminal. Everything that people read leaves by it. Values (names of files, messages of an ERP, ids)
// are made visible where they are put into a sentence, so that none can end its line or begin another one; and what
// still comes here is looked at once more, so that nothing but text, our own colours and the ends of our own lines
// reaches a terminal.

// Stream is a stream for people, and whether anything was written to it.
type Stream struct {
	raw     io.Writer
	written bool
	// tabs: a tab is ours, as between a word that the shell completes and what it means.
	tabs bool
	part []byte // the beginning of a letter or colour whose end has not come yet
}

// NewStream is the stream for people that writes to raw.
func NewStream(raw io.Writer) *Stream { return &Stream{raw: raw} }

// KeepTabs says that a tab in what comes is ours, as between a word that the shell completes and what it means.
func (o *Stream) KeepTabs(keep bool) { o.tabs = keep }

// IsTerminal reports whether a person looks at the stream.
func (o *Stream) IsTerminal() bool { return IsTerminal(o.raw) }

// Log is the same stream for the lines of a log.
func (o *Stream) Log() io.Writer { return LogDoor(o.raw) }

// Width is how many columns there are to write into.
func (o *Stream) Width() int {
	if f, ok := o.raw.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return max(60, w)
		}
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return max(60, n)
	}
	return UsualWidth
}

// Progress is a bar on the terminal, or nothing at all where nobody looks or it shall be silent. total may be -1: not
// known.
func (o *Stream) Progress(total int, what string, silent bool) *progressbar.ProgressBar {
	if silent || !IsTerminal(o.raw) {
		return progressbar.DefaultSilent(int64(total), what)
	}
	return progressbar.NewOptions(total, progressbar.OptionSetWriter(o.raw), progressbar.OptionSetDescription(wording.Visible(what)), progressbar.OptionClearOnFinish(),
		progressbar.OptionShowCount(), progressbar.OptionShowTotalBytes(total > 0), progressbar.OptionThrottle(50*time.Millisecond), progressbar.OptionSetElapsedTime(false), progressbar.OptionSetPredictTime(false))
}

// IsTerminal reports whether a stream is a terminal that a person looks at.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Used reports whether anything was written.
func (o *Stream) Used() bool { return o.written }

// Write writes text for people.
func (o *Stream) Write(p []byte) (int, error) {
	o.written = o.written || len(p) > 0
	text := append(o.part, p...)
	whole := len(text) - unfinished(text)
	o.part = bytes.Clone(text[whole:])
	if _, err := o.raw.Write(o.atDoor(text[:whole])); err != nil {
		return 0, err
	}
	return len(p), nil
}

// End writes what waits for its other half.
func (o *Stream) End() {
	if o != nil && len(o.part) > 0 {
		_, _ = o.raw.Write(o.atDoor(o.part)) // as print
		o.part = nil
	}
}

// unfinished is how many bytes at the end of a text may be the beginning of a letter or of a colour.
func unfinished(text []byte) int {
	for n := 1; n <= 4 && n <= len(text); n++ {
		end := text[len(text)-n:]
		if end[0] == '\x1b' {
			for _, c := range colours {
				if len(end) < len(c) && strings.HasPrefix(c, string(end)) {
					return n
				}
			}
		}
		if n < utf8.UTFMax && utf8.RuneStart(end[0]) && !utf8.FullRune(end) {
			return n
		}
	}
	return 0
}

// Bytes is the stream for what must arrive as it is, an import file or the JSON of a document. A terminal gets even
// that as text.
func (o *Stream) Bytes() io.Writer {
	if IsTerminal(o.raw) {
		return o
	}
	return untouched{o}
}

type untouched struct{ o *Stream }

func (e untouched) Write(p []byte) (int, error) {
	e.o.written = e.o.written || len(p) > 0
	return e.o.raw.Write(p)
}

// colours are the escape sequences that fisbridge itself writes.
var colours = []string{"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m"}

// atDoor is atDoor for this stream.
func (o *Stream) atDoor(p []byte) []byte {
	if !o.tabs {
		return atDoor(p)
	}
	parts := bytes.Split(p, []byte{'\t'})
	for i := range parts {
		parts[i] = atDoor(parts[i])
	}
	return bytes.Join(parts, []byte{'\t'})
}

// atDoor makes all visible that is neither text nor a colour of ours nor the end of a line.
func atDoor(p []byte) []byte {
	plain := true
	for _, b := range p {
		if b < ' ' && b != '\n' || b >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return p
	}
	var out bytes.Buffer
	for len(p) > 0 {
		if n := colourAt(p); n > 0 {
			out.Write(p[:n])
			p = p[n:]
			continue
		}
		if p[0] == '\n' {
			out.WriteByte('\n')
			p = p[1:]
			continue
		}
		end := bytes.IndexAny(p[1:], "\n\x1b") + 1
		if end == 0 {
			end = len(p)
		}
		for end < len(p) && !utf8.RuneStart(p[end]) {
			end++
		}
		out.WriteString(wording.Visible(string(p[:end])))
		p = p[end:]
	}
	return out.Bytes()
}

func colourAt(p []byte) int {
	if p[0] != '\x1b' {
		return 0
	}
	for _, c := range colours {
		if bytes.HasPrefix(p, []byte(c)) {
			return len(c)
		}
	}
	return 0
}

// Own is text that was made up here and whose values were made visible already; it may have colours and several lines.
type Own string

// Sentence is fmt.Sprintf for people: each value is made visible, except what is own.
func Sentence(format string, args ...any) string {
	clean := make([]any, len(args))
	for i, arg := range args {
		clean[i] = visibleValue(arg)
	}
	return fmt.Sprintf(format, clean...)
}

func visibleValue(arg any) any {
	switch v := arg.(type) {
	case nil:
		return arg
	case Own:
		return string(v)
	case string:
		return wording.Visible(v)
	case []string:
		list := make([]string, len(v))
		for i, s := range v {
			list[i] = wording.Visible(s)
		}
		return list
	case error:
		return wording.Error(v)
	}
	switch v := reflect.ValueOf(arg); v.Kind() {
	case reflect.String, reflect.Struct, reflect.Pointer:
		if s, ok := arg.(fmt.Stringer); ok {
			return wording.Visible(s.String())
		}
		if v.Kind() == reflect.String {
			return wording.Visible(v.String())
		}
	}
	return arg
}

// Print writes a sentence to a stream for people.
func Print(out io.Writer, format string, args ...any) {
	_, _ = io.WriteString(out, Sentence(format, args...)) // as fmt.Println to a terminal: who is not there does not read it
}
