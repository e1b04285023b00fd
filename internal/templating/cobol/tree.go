// Package cobol reads COBOL copybooks: entries with their PICTURE, USAGE, SIGN and OCCURS, in the fixed and in the free
// form. It takes over what is written and refuses, with the line, what has no fixed bytes.
package cobol

import (
	"fmt"
	"strconv"
	"strings"
)

// token is a word of a copybook.
type token struct {
	text   string // as written; a literal without its quotes
	quoted bool
	line   int
}

// is compares a word, whatever its case.
func (t token) is(words ...string) bool {
	for _, w := range words {
		if !t.quoted && strings.EqualFold(t.text, w) {
			return true
		}
	}
	return false
}

// sentences are the sentences of a copybook: words up to a full stop.
func sentences(s Source) ([][]token, error) {
	var all [][]token
	var now []token
	lines := strings.Split(strings.ReplaceAll(s.Text, "\r", ""), "\n")
	fixed := fixedForm(lines)
	for i, text := range lines {
		code := codeOf(text, fixed)
		for code = strings.TrimLeft(code, " \t,;"); code != ""; code = strings.TrimLeft(code, " \t,;") {
			if code[0] == '.' {
				all, now, code = append(all, now), nil, code[1:]
				continue
			}
			word, quoted, rest, ok := nextWord(code)
			if !ok {
				return nil, s.wrong(i+1, "a literal does not end on its line: write it on one")
			}
			now, code = append(now, token{word, quoted, i + 1}), rest
		}
	}
	if len(now) > 0 {
		return nil, s.wrong(now[0].line, "the entry %q does not end: a full stop is missing behind it", now[0].text)
	}
	return all, nil
}

// nextWord cuts the first word off. A full stop within a word belongs to it: ZZ9.99.
func nextWord(code string) (word string, quoted bool, rest string, ok bool) {
	if q := code[0]; q == '\'' || q == '"' {
		end := strings.IndexByte(code[1:], q)
		if end < 0 {
			return "", true, "", false
		}
		return code[1 : end+1], true, code[end+2:], true
	}
	end := strings.IndexAny(code, " \t")
	if end < 0 {
		end = len(code)
	}
	word, rest = code[:end], code[end:]
	if trimmed := strings.TrimRight(word, ",;"); trimmed != "" {
		word = trimmed
	}
	if strings.HasSuffix(word, ".") && len(word) > 1 {
		return word[:len(word)-1], false, "." + rest, true
	}
	return word, false, rest, true
}

// fixedForm tells whether the lines have the form of punched cards: numbers before column 7, an indicator in it.
func fixedForm(lines []string) bool {
	for _, l := range lines {
		if strings.TrimSpace(l) == "" {
			continue
		}
		if strings.Contains(l, "\t") || len(l) < 7 || !strings.ContainsRune(" */-D", rune(l[6])) {
			return false
		}
		// A level number before column 8 is code: the file has the free form.
		head := strings.TrimSpace(l[:6])
		if head != "" && len(head) < 6 {
			return false
		}
	}
	return true
}

// codeOf is what counts of a line.
func codeOf(l string, fixed bool) string {
	if fixed {
		switch {
		case len(l) < 7 || l[6] == '*' || l[6] == '/':
			return ""
		case len(l) > 72:
			l = l[:72]
		}
		l = l[7:]
	}
	if strings.HasPrefix(strings.TrimSpace(l), "*") {
		return ""
	}
	if at := strings.Index(l, "*>"); at >= 0 {
		l = l[:at]
	}
	return l
}

// Entry is an entry of a copybook with what stands in it.
type Entry struct {
	Level      int
	Name       string // empty for FILLER
	Line       int
	Redefines  string
	Pic        *Picture // nil for a group
	PicText    string
	Usage      string // empty for DISPLAY, COMP-3, COMP
	Occurs     int    // 1 where nothing is said
	Leading    bool   // SIGN LEADING
	Separate   bool   // SIGN SEPARATE
	Value      string
	Conditions []Condition // level 88
	Children   []*Entry
}

// Condition is a condition name with its values.
type Condition struct {
	Name   string
	Values []string // none where it is a range
}

// Read reads the entries: the roots are those that stand in no other.
func Read(s Source) ([]*Entry, error) {
	sentences, err := sentences(s)
	if err != nil {
		return nil, err
	}
	var roots, open []*Entry
	for _, words := range sentences {
		if len(words) == 0 || words[0].is("SKIP1", "SKIP2", "SKIP3", "EJECT") {
			continue
		}
		if words[0].is("COPY", "EXEC", "REPLACE") {
			return nil, s.wrong(words[0].line, "%s: what it stands for is not here; put it into the file", strings.ToUpper(words[0].text))
		}
		level, err := strconv.Atoi(words[0].text)
		if err != nil || words[0].quoted || level < 1 || level > 88 {
			return nil, s.wrong(words[0].line, "%q is no level number (01 to 49, 77, 88): is this a copybook?", words[0].text)
		}
		switch {
		case level == 88:
			if len(open) == 0 {
				return nil, s.wrong(words[0].line, "a condition (88) without a field before it")
			}
			at := open[len(open)-1]
			at.Conditions = append(at.Conditions, condition(words))
			continue
		case level == 66:
			return nil, s.wrong(words[0].line, "RENAMES (66) is not read: leave it out, for it adds no bytes")
		}
		e, err := readEntry(s, level, words)
		if err != nil {
			return nil, err
		}
		for len(open) > 0 && open[len(open)-1].Level >= e.Level {
			open = open[:len(open)-1]
		}
		if len(open) == 0 || level == 77 {
			roots, open = append(roots, e), nil
		} else {
			up := open[len(open)-1]
			if up.Pic != nil {
				return nil, s.wrong(e.Line, "%s stands in %s, which has a PIC: only groups have fields in them", OrFiller(e.Name), OrFiller(up.Name))
			}
			up.Children = append(up.Children, e)
		}
		open = append(open, e)
	}
	return roots, nil
}

// OrFiller is the name that people see.
func OrFiller(name string) string {
	if name == "" {
		return "FILLER"
	}
	return name
}

// condition reads 88 NAME VALUE 'A' 'B'.
func condition(words []token) Condition {
	c := Condition{}
	for i, w := range words[1:] {
		switch {
		case i == 0:
			c.Name = w.text
		case w.is("VALUE", "VALUES", "IS", "ARE"):
		case w.is("THRU", "THROUGH"):
			return Condition{Name: c.Name} // a range is no list of codes
		default:
			c.Values = append(c.Values, literal(w))
		}
	}
	return c
}

func literal(w token) string {
	if w.is("SPACE", "SPACES", "ZERO", "ZEROS", "ZEROES", "LOW-VALUE", "LOW-VALUES", "HIGH-VALUE", "HIGH-VALUES") {
		return ""
	}
	return w.text
}

// readEntry reads the clauses of an entry.
func readEntry(s Source, level int, words []token) (*Entry, error) {
	e := &Entry{Level: level, Line: words[0].line, Occurs: 1}
	c := &clauses{s: s, e: e, words: words[1:]}
	if w, ok := c.peek(); ok && !w.quoted && !isClause(w) {
		if c.at++; !w.is("FILLER") {
			e.Name = strings.ToUpper(w.text)
		}
	}
	for c.at < len(c.words) {
		if err := c.next(); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// Source is a copybook with the name of its file.
type Source struct{ Name, Text string }

// Error is a mistake in a copybook, at its line.
type Error struct {
	File   string
	Line   int // 0: the whole file
	Reason string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason) }

func (s Source) wrong(line int, format string, args ...any) error {
	return &Error{s.Name, line, fmt.Sprintf(format, args...)}
}

// MostFields bounds the fields of a copybook.
const MostFields = 5000
