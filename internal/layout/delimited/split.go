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
	d := s.delimiter
	for {
		at := -1
		if len(d) == 1 {
			at = strings.IndexByte(text, d[0])
		} else {
			at = strings.Index(text, d)
		}
		if len(s.fields) >= s.most {
			return &layout.LimitError{What: "columns", Limit: int64(s.most), Place: fmt.Sprintf("line %d", line)}
		}
		if at < 0 {
			s.fields = append(s.fields, text)
			return nil
		}
		s.fields = append(s.fields, text[:at])
		text = text[at+len(d):]
	}
}

// quoted splits a line with quotes, and the lines after it that belong to a quoted text.
func (s *source) quoted(text string, ended []byte, line int) error {
	after, eol := s.lines.Offset, s.lineEnd(ended)
	s.long = append(s.long[:0], text...)
	s.text, s.ends = s.text[:0], s.ends[:0]
	for rest := text; ; {
		if len(s.ends) >= s.most {
			return &layout.LimitError{What: "columns", Limit: int64(s.most), Place: fmt.Sprintf("line %d", line)}
		}
		if rest == "" || rest[0] != s.quote[0] {
			at := strings.Index(rest, s.delimiter)
			if at < 0 {
				s.text = append(s.text, rest...)
				break
			}
			s.text = append(s.text, rest[:at]...)
			s.ends = append(s.ends, len(s.text))
			rest = rest[at+len(s.delimiter):]
			continue
		}
		var closed bool
		rest, closed = s.unquote(rest[1:])
		for !closed {
			more, err := s.continued(line, after, eol)
			if err != nil {
				return err
			}
			eol = more.eol
			rest, closed = s.unquote(more.text)
		}
		if rest == "" {
			break
		}
		tail, ok := strings.CutPrefix(rest, s.delimiter)
		if !ok {
			return layout.AtLine(line, rest, "stands after a closing quote; quotes in a text must be "+s.escapeName())
		}
		s.ends = append(s.ends, len(s.text))
		rest = tail
	}
	s.ends = append(s.ends, len(s.text))
	if len(s.long) > len(text) {
		s.raw = string(s.long)
	}
	all, start := string(s.text), 0
	for _, end := range s.ends {
		s.fields = append(s.fields, all[start:end])
		start = end
	}
	return nil
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
