package delimited

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// bare splits a line without quotes.
func (s *source) bare(text string, line int) error {
	for {
		at := s.delimited(text)
		if len(s.fields) >= s.most {
			return &layout.LimitError{What: "columns", Limit: int64(s.most), Place: fmt.Sprintf("line %d", line)}
		}
		if at < 0 {
			s.fields = append(s.fields, text)
			return nil
		}
		s.fields = append(s.fields, text[:at])
		text = text[at+len(s.delimiter):]
	}
}

// delimited is where the next delimiter stands, -1 where there is none.
func (s *source) delimited(text string) int {
	if d := s.delimiter; len(d) != 1 {
		return strings.Index(text, d)
	}
	for i := range min(len(text), 16) { // most fields are short
		if text[i] == s.delimiter[0] {
			return i
		}
	}
	return strings.IndexByte(text, s.delimiter[0])
}

// quoted splits a line with quotes, and the lines after it that belong to a quoted text.
func (s *source) quoted(text string, ended []byte, line int) error {
	l := lines{first: line, after: s.lines.Offset, ended: ended}
	for rest := text; ; {
		if len(s.fields) >= s.most {
			return &layout.LimitError{What: "columns", Limit: int64(s.most), Place: fmt.Sprintf("line %d", line)}
		}
		if rest == "" || rest[0] != s.quote[0] {
			at := s.delimited(rest)
			if at < 0 {
				s.fields = append(s.fields, rest)
				break
			}
			s.fields = append(s.fields, rest[:at])
			rest = rest[at+len(s.delimiter):]
			continue
		}
		field, tail, closed := s.whole(rest[1:])
		if !closed {
			var err error
			if field, tail, err = s.spanning(&l); err != nil {
				return err
			}
		}
		s.fields = append(s.fields, field)
		if tail == "" {
			break
		}
		next, ok := strings.CutPrefix(tail, s.delimiter)
		if !ok {
			return layout.AtLine(line, tail, "stands after a closing quote; quotes in a text must be "+s.escapeName())
		}
		rest = next
	}
	if l.more {
		s.raw = string(s.long)
	}
	return nil
}

// lines are those of a record that may have several.
type lines struct {
	first int    // number of the first one
	after int64  // where the second one begins
	ended []byte // what stood at the end of the first one
	more  bool   // there are several; eol is then what stood at the end of the latest
	eol   string
}

// whole takes a quoted text that ends in its line; rest is what stands behind its first quote.
func (s *source) whole(rest string) (field, tail string, closed bool) {
	end := strings.IndexByte(rest, s.quote[0])
	escaped := end < 0 || end+1 < len(rest) && rest[end+1] == s.quote[0] || s.escape == '\\' && strings.IndexByte(rest[:end], '\\') >= 0
	if !escaped {
		return rest[:end], rest[end+1:], true
	}
	s.text = s.text[:0]
	if tail, closed = s.unquote(rest); !closed {
		return "", "", false
	}
	return string(s.text), tail, true
}

// spanning takes a quoted text that goes on in the lines after its own; what was read of it lies in s.text.
func (s *source) spanning(l *lines) (field, tail string, err error) {
	if !l.more {
		l.more, l.eol = true, s.lineEnd(l.ended)
		s.long = append(s.long[:0], s.raw...)
	}
	for closed := false; !closed; {
		more, err := s.continued(l.first, l.after, l.eol)
		if err != nil {
			return "", "", err
		}
		l.eol = more.eol
		tail, closed = s.unquote(more.text)
	}
	return string(s.text), tail, nil
}

func (s *source) escapeName() string {
	if s.escape == '\\' {
		return "escaped by a backslash"
	}
	return "doubled"
}

// lineEnd is a line end inside a quoted text, exactly as it stood.
func (s *source) lineEnd(ended []byte) string {
	text, _ := s.charset.Decode(bytes.Clone(ended))
	return text
}

type continuation struct{ text, eol string }

// continued reads the next line of a quoted text. When there is none, the line where the text began is bad, and reading
// goes on after it.
func (s *source) continued(line int, after int64, eol string) (continuation, error) {
	raw, ended, err := s.lines.Next()
	tooLong := err == nil && len(s.long)+len(raw) > s.lines.Most
	if err != nil && !errors.Is(err, io.EOF) {
		return continuation{}, err
	}
	if err != nil || tooLong {
		if s.rewinds++; s.rewinds <= maxRewinds {
			s.lines.Rewind(after, line)
		}
		return continuation{}, layout.AtLine(line, s.raw, "a quoted text begins here and does not end")
	}
	text, ok := s.charset.Decode(raw)
	s.long = append(append(s.long, eol...), text...)
	if !ok {
		return continuation{}, s.badBytes(s.lines.Line)
	}
	s.text = append(s.text, eol...)
	return continuation{text, s.lineEnd(ended)}, nil
}

// unquote takes the text up to its closing quote.
func (s *source) unquote(rest string) (string, bool) {
	q, esc := s.quote[0], s.escape
	for i := 0; i < len(rest); i++ {
		switch {
		case esc == '\\' && rest[i] == '\\' && i+1 < len(rest):
			i++
		case rest[i] == q && esc == q && i+1 < len(rest) && rest[i+1] == q:
			i++
		case rest[i] == q:
			return rest[i+1:], true
		}
		s.text = append(s.text, rest[i])
	}
	return "", false
}
