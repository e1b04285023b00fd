package formula

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Limits of one formula, as in Excel: characters, and brackets inside brackets.
const (
	maxSource  = 8192
	maxNesting = 64
)

type tokenKind uint8

const (
	nameToken     tokenKind = iota // field, setting, sheet, column, TRUE
	functionToken                  // a name before "("
	textToken
	numberToken
	operatorToken
	openToken
	closeToken
	separatorToken
	columnToken    // Accounts[Account]
	rowColumnToken // [@Account]
	badToken       // already reported
)

// token is a word of the formula; start and end count characters of the source from 0.
type token struct {
	kind       tokenKind
	start, end int
	text       string // as typed
	value      string // of a text: without quotes; of a quoted name: the name; of a column: the sheet
	column     string // of a column: its heading
	quoted     bool   // 'Cost centres'
	unsure     bool   // a comma that may part two values or be in a number
	partner    int    // open and close: index of the other one, -1 when it is missing
	owner      int    // index of the function around it, -1 outside
}

// scanner cuts the source into tokens and gathers what is no token.
type scanner struct {
	src      []rune
	at       int
	tokens   []token
	mistakes []Mistake
	openText bool // a text has no closing quote and swallowed the rest
	in       functions.Language
	comma    bool // numbers are written 12,50
}

func scan(source string) *scanner { return scanIn(source, functions.AnyLanguage) }

// scanIn reads the words of a formula as the Excel of a language writes them.
func scanIn(source string, in functions.Language) *scanner {
	if in == functions.AnyLanguage {
		in = writtenIn(source)
	}
	s := &scanner{src: []rune(source), in: in, comma: in.DecimalComma()}
	s.blanks()
	if s.at < len(s.src) && s.src[s.at] == '=' {
		s.at++
	}
	for s.blanks(); s.at < len(s.src); s.blanks() {
		s.next()
	}
	s.functions()
	s.unsureCommas()
	return s
}

func isBlank(r rune) bool { return functions.IsBlank(r) }

func isNameStart(r rune) bool { return unicode.IsLetter(r) || r == '_' }

func isNamePart(r rune) bool {
	return isNameStart(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '.'
}

// blanks passes over what means nothing: blanks, and the remark from // on that the drop-downs put behind a name which
// stands alone.
func (s *scanner) blanks() {
	for s.at < len(s.src) {
		switch {
		case isBlank(s.src[s.at]):
			s.at++
		case s.src[s.at] == '/' && s.peek(1) == '/' && len(s.tokens) == 1 && s.tokens[0].kind == nameToken:
			s.at = len(s.src)
		default:
			return
		}
	}
}

func (s *scanner) peek(ahead int) rune {
	if at := s.at + ahead; at >= 0 && at < len(s.src) {
		return s.src[at]
	}
	return 0
}

func (s *scanner) next() {
	r, start := s.src[s.at], s.at
	switch {
	case r == '"' || r == '\'':
		s.quoted(r)
	case isNameStart(r):
		for s.at < len(s.src) && (isNamePart(s.src[s.at]) || s.peek(-1) != '.' && s.brackets()) {
			s.at++
		}
		s.add(nameToken, start)
		s.column()
	case r >= '0' && r <= '9', r == '.' && s.peek(1) >= '0' && s.peek(1) <= '9':
		s.number()
	case r == '(':
		s.at++
		s.add(openToken, start)
	case r == ')':
		s.at++
		s.add(closeToken, start)
	case r == ',' && s.in.DecimalComma():
		s.at++
		s.wrong(start, "in a %s Excel values are separated by ;", s.in.Word())
	case r == ',' || r == ';':
		s.at++
		s.add(separatorToken, start)
	default:
		if !s.rowColumn() {
			s.operator()
		}
	}
}

// brackets reports whether the [] of a list comes here, or its end: in the path of a field, as FIS's reference writes
// it.
func (s *scanner) brackets() bool {
	return s.src[s.at] == '[' && s.peek(1) == ']' || s.src[s.at] == ']' && s.peek(-1) == '['
}

func (s *scanner) add(kind tokenKind, start int) *token {
	text := string(s.src[start:s.at])
	s.tokens = append(s.tokens, token{kind: kind, start: start, end: s.at, text: text, value: text, partner: -1, owner: -1})
	return &s.tokens[len(s.tokens)-1]
}

// wrong reports the characters from start to here and leaves a token so that the rest can be read.
func (s *scanner) wrong(start int, format string, args ...any) {
	t := s.add(badToken, start)
	s.mistakes = append(s.mistakes, mistakeAt(t.start, t.end, t.text, say.F(format, args...), ""))
}

// quoted reads "text" or 'Sheet name'; the quote itself is written twice.
func (s *scanner) quoted(quote rune) {
	start := s.at
	var b strings.Builder
	for s.at++; s.at < len(s.src); s.at++ {
		r := s.src[s.at]
		if r == quote {
			if s.peek(1) != quote {
				break
			}
			s.at++
		}
		b.WriteRune(r)
	}
	if s.at >= len(s.src) {
		s.at = len(s.src)
		s.openText = true
		s.wrong(start, "the text that begins here has no closing %c", quote)
		return
	}
	s.at++
	kind := textToken
	if quote == '\'' {
		kind = nameToken
	}
	t := s.add(kind, start)
	t.value, t.quoted = b.String(), quote == '\''
	if t.quoted {
		s.column()
	}
}

// column makes the name before it the column of a sheet where a heading in brackets follows: Accounts[Account], as
// tables are written in Excel. A number in the brackets picks an item of a list, which only FIELD can.
func (s *scanner) column() {
	end := s.at
	for end < len(s.src) && s.src[end] != ']' {
		end++
	}
	if s.at >= len(s.src) || s.src[s.at] != '[' || end == len(s.src) {
		return
	}
	heading := strings.TrimSpace(string(s.src[s.at+1 : end]))
	if strings.Trim(heading, "0123456789") == "" {
		return
	}
	t := &s.tokens[len(s.tokens)-1]
	s.at = end + 1
	t.kind, t.column, t.end, t.text = columnToken, heading, s.at, string(s.src[t.start:s.at])
}

// number reads digits with an optional decimal point; a code that only looks like a number is refused.
func (s *scanner) number() {
	start, points := s.at, 0
	for s.at < len(s.src) && (isNamePart(s.src[s.at]) || s.commaInNumber()) {
		if s.src[s.at] == '.' {
			points++
		}
		s.at++
	}
	text := string(s.src[start:s.at])
	if s.comma {
		if points > 0 && strings.Trim(text, "0123456789.,") == "" {
			s.wrong(start, "the decimal mark of this formula is a comma: write %s", strings.ReplaceAll(text, ".", ","))
			return
		}
		points = strings.Count(text, ",")
		text = strings.ReplaceAll(text, ",", ".")
	}
	whole, _, _ := strings.Cut(text, ".")
	switch {
	case strings.Trim(text, "0123456789.") != "" || points > 1:
		s.wrong(start, "%s is neither a number nor a name; put a code in quotes: %s", text, quote(text))
	case len(whole) > 1 && whole[0] == '0':
		s.wrong(start, "the number %s begins with a zero; put a code in quotes: %s", text, quote(text))
	case len(text) > 64:
		s.wrong(start, "a number has at most 64 digits; put a code in quotes")
	default:
		s.add(numberToken, start).value = text
	}
}

// commaInNumber says that a decimal comma stands here, with a digit on both sides.
func (s *scanner) commaInNumber() bool {
	digit := func(r rune) bool { return r >= '0' && r <= '9' }
	return s.comma && s.src[s.at] == ',' && digit(s.peek(-1)) && digit(s.peek(1))
}

func (s *scanner) operator() {
	start := s.at
	two := string(s.src[s.at:min(s.at+2, len(s.src))])
	for known, instead := range map[string]string{"==": "=", "!=": "<>", "&&": "AND(…; …)", "||": "OR(…; …)", "=<": "<=", "=>": ">="} {
		if two == known {
			s.at += 2
			s.wrong(start, "%s is not known here; write %s", known, instead)
			return
		}
	}
	if two == "<>" || two == "<=" || two == ">=" {
		s.at += 2
		s.add(operatorToken, start)
		return
	}
	r := s.src[s.at]
	s.at++
	if strings.ContainsRune("+-*/&=<>^%", r) {
		s.add(operatorToken, start)
		return
	}
	s.wrong(start, "%s", strangeCharacter(r))
}

// strangeCharacter says what to write instead.
func strangeCharacter(r rune) string {
	switch r {
	case '“', '”', '„', '«', '»', '‘', '’', '‚':
		return fmt.Sprintf("%c is a typographic quote; use the straight one: \"", r)
	case '[', ']':
		return "an item of a list is picked with FIELD, as in FIELD(\"expenseEntry[0].entryId\")"
	case '!', ':', '$':
		return fmt.Sprintf("%c is not known here; cells of other sheets are read with LOOKUP(sheet; key; column)", r)
	case '−', '–', '—':
		return fmt.Sprintf("%c is a typographic dash; use the minus sign: -", r)
	}
	return fmt.Sprintf("%q is not known here; put a constant text in quotes", string(r))
}

// functions marks the names before "(" and pairs the brackets.
func (s *scanner) functions() {
	var open []int
	owner := -1
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.kind == nameToken && !t.quoted && i+1 < len(s.tokens) && s.tokens[i+1].kind == openToken {
			t.kind = functionToken
		}
		if t.kind == closeToken && len(open) > 0 {
			last := open[len(open)-1]
			open = open[:len(open)-1]
			t.partner, s.tokens[last].partner = last, i
			owner = s.tokens[last].owner
			if last > 0 && s.tokens[last-1].kind == functionToken {
				owner = s.tokens[last-1].owner
			}
		}
		t.owner = owner
		if t.kind == openToken {
			if i > 0 && s.tokens[i-1].kind == functionToken {
				owner = i - 1
				t.owner = owner
			}
			if open = append(open, i); len(open) == maxNesting+1 {
				s.mistakes = append(s.mistakes, mistakeAt(t.start, t.end, t.text, say.F("more than %d brackets inside each other", maxNesting), ""))
			}
		}
	}
}
