package templating

import (
	"strconv"
	"strings"
	"unicode"
)

// sqlToken is a word, a quoted text or a mark of SQL.
type sqlToken struct {
	text  string
	quote byte // ' for a text, " for a quoted name, 0 for a word or a mark
	line  int
}

func (t sqlToken) is(words ...string) bool {
	for _, w := range words {
		if t.quote == 0 && strings.EqualFold(t.text, w) {
			return true
		}
	}
	return false
}

// sqlTokens takes SQL apart. Names stand in "…", `…` or […]; comments are -- and /* */.
func sqlTokens(s source) ([]sqlToken, error) {
	var out []sqlToken
	text, line := s.text, 1
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\n':
			line++
			i++
		case c <= ' ':
			i++
		case strings.HasPrefix(text[i:], "--"):
			i += indexOr(text[i:], "\n", len(text)-i)
		case strings.HasPrefix(text[i:], "/*"):
			end := indexOr(text[i:], "*/", len(text)-i)
			line += strings.Count(text[i:i+end], "\n")
			i = min(len(text), i+end+2)
		case c == '\'' || c == '"' || c == '`' || c == '[':
			word, n, ok := quotedSQL(text[i:])
			if !ok {
				return nil, s.wrong(line, "a text that begins with %c does not end", c)
			}
			mark := byte('"')
			if c == '\'' {
				mark = c
			}
			out = append(out, sqlToken{word, mark, line})
			line += strings.Count(text[i:i+n], "\n")
			i += n
		default:
			n := wordSQL(text[i:])
			out = append(out, sqlToken{text[i : i+n], 0, line})
			i += n
		}
	}
	return out, nil
}

func indexOr(text, what string, otherwise int) int {
	if i := strings.Index(text, what); i >= 0 {
		return i
	}
	return otherwise
}

// quotedSQL reads a quoted text, in which the quote is doubled.
func quotedSQL(text string) (word string, n int, ok bool) {
	end := text[0]
	if end == '[' {
		end = ']'
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] != end:
			b.WriteByte(text[i])
		case i+1 < len(text) && text[i+1] == end && end != ']':
			b.WriteByte(end)
			i++
		default:
			return b.String(), i + 1, true
		}
	}
	return "", 0, false
}

// wordSQL is how long the word or mark is.
func wordSQL(text string) int {
	n := strings.IndexFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '$' && r != '#' && r != '.'
	})
	switch {
	case n < 0:
		return len(text)
	case n == 0:
		for i := range text {
			if i > 0 {
				return i
			}
		}
		return len(text)
	}
	return n
}

// sqlReader reads tokens one after the other.
type sqlReader struct {
	s      source
	tokens []sqlToken
	at     int
}

func (r *sqlReader) peek() sqlToken {
	if r.at >= len(r.tokens) {
		return sqlToken{line: r.line()}
	}
	return r.tokens[r.at]
}

func (r *sqlReader) line() int {
	if len(r.tokens) == 0 {
		return 1
	}
	return r.tokens[min(r.at, len(r.tokens)-1)].line
}

func (r *sqlReader) next() sqlToken {
	t := r.peek()
	r.at = min(r.at+1, len(r.tokens))
	return t
}

func (r *sqlReader) done() bool { return r.at >= len(r.tokens) }

// take takes the next token if it is one of these words.
func (r *sqlReader) take(words ...string) bool {
	if !r.done() && r.peek().is(words...) {
		r.at++
		return true
	}
	return false
}

// all takes these words, one behind the other, or none of them.
func (r *sqlReader) all(words ...string) bool {
	for i, w := range words {
		if r.at+i >= len(r.tokens) || !r.tokens[r.at+i].is(w) {
			return false
		}
	}
	r.at += len(words)
	return true
}

// numbers reads (38, 2); nothing where there are none.
func (r *sqlReader) numbers() []int {
	start := r.at
	var out []int
	if !r.take("(") {
		return nil
	}
	for !r.done() {
		t := r.next()
		n, err := strconv.Atoi(t.text)
		switch {
		case t.is(")") && len(out) > 0:
			return out
		case t.is(",", "CHAR", "BYTE", "CHARACTERS", "OCTETS", "-"):
		case t.is("MAX"):
			out = append(out, 0)
		case err == nil && n >= 0 && n <= 1<<24:
			out = append(out, n)
		default:
			r.at = start
			return nil
		}
	}
	r.at = start
	return nil
}

// skip passes over ( … ) with what is in it.
func (r *sqlReader) skip() {
	depth := 0
	for !r.done() {
		t := r.next()
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			if depth--; depth <= 0 {
				return
			}
		}
	}
}

// name reads owner.table, each part quoted or not; the last part counts.
func (r *sqlReader) name() sqlToken {
	t := r.next()
	for r.take(".") || strings.HasSuffix(t.text, ".") && t.quote == 0 {
		t = r.next()
	}
	if i := strings.LastIndexByte(t.text, '.'); i >= 0 && t.quote == 0 {
		t.text = t.text[i+1:]
	}
	return t
}
