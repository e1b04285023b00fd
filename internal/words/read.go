package words

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Sentences of the engine that were kept in English, as in the history, are read back: into the sentence and its values,
// of which English makes the same letters again.

// known is a sentence that may be read.
type known struct {
	longest string // of what stands between its values; it must be in the text
	letters int    // of all that
	pattern func() *regexp.Regexp
	names   []string // of its values, in their order in the pattern
	speak   func(l *Lang, values map[string]string) (string, bool)
}

// values are what was found, by name; same is false where one name has two values.
func (k *known) values(found []string) (values map[string]string, same bool) {
	values = map[string]string{}
	for i, name := range k.names {
		if before, twice := values[name]; twice && before != found[i] {
			return nil, false
		}
		values[name] = found[i]
	}
	return values, true
}

// fewestLetters is how many letters a sentence with values must have of its own to be known again.
const fewestLetters = 10

// short are sentences that are known though they have few.
var short = map[string]bool{"entry %s": true, "pays %s %s": true, "%s (%d accepted)": true, "%s: row %s added: %s": true, "%s: row %s removed: %s": true}

// saidByOthers is the value that an ERP or Concur has said.
const saidByOthers = "said"

// deepest is how many sentences may stand in each other.
const deepest = 4

// Read is a sentence that was kept in English in the language; false where it is not known, and stays English.
func (l *Lang) Read(english string) (string, bool) {
	if l.Code == "en" || english == "" {
		return english, true
	}
	return l.read(english, 0)
}

func (l *Lang) read(english string, deep int) (string, bool) {
	if said, is := l.single(english); deep > deepest || is && (deep == 0 || strings.Contains(english, " ")) { // a single word may be a name
		return said, is
	}
	for _, k := range l.readable() {
		if !strings.Contains(english, k.longest) {
			continue
		}
		m := k.pattern().FindStringSubmatch(english)
		if m == nil {
			continue
		}
		if values, same := k.values(m[1:]); same {
			for name, value := range values {
				if name != saidByOthers {
					values[name], _ = l.read(value, deep+1) // what is none stays as it is
				}
			}
			return k.speak(l, values)
		}
	}
	if head, inside, ends := strings.Cut(strings.TrimSuffix(english, ")"), " ("); ends && strings.HasSuffix(english, ")") {
		a, is := l.read(head, deep+1)
		b, too := l.read(inside, deep+1)
		if is || too {
			return a + " (" + b + ")", is && too
		}
	}
	for _, between := range []string{"; ", ": ", ", "} {
		if first, rest, several := strings.Cut(english, between); several {
			a, is := l.read(first, deepest)
			b, too := l.read(rest, deep+1)
			if is || too {
				return a + between + b, is && too
			}
		}
	}
	return english, false
}

// single is a sentence without values, a word of a state, or a number with its noun.
func (l *Lang) single(english string) (string, bool) {
	if own, is := l.Format(english); is && !strings.Contains(english, "%") {
		return own, true
	}
	number, noun, found := strings.Cut(english, " ")
	if n, err := strconv.Atoi(strings.ReplaceAll(number, ",", "")); found && err == nil {
		for _, one := range []string{noun, strings.TrimSuffix(noun, "s")} {
			if _, is := l.counts[one]; is && (n == 1) == (one == noun) {
				return l.Counted(n, one)
			}
		}
	}
	if code, is := wayless()[english]; is {
		own, _, _ := l.Reason(code)
		return own, true
	}
	return english, false
}

// wayless are the reasons without values, by what they say.
var wayless = sync.OnceValue(func() map[string]why.Reason {
	out := map[string]why.Reason{}
	for _, code := range why.Codes() {
		if is, _, _ := why.Sentences(code); !strings.ContainsAny(is, "{⟦") {
			out[is] = why.Reason{Code: code}
		}
	}
	return out
})

// readable are all sentences with values that the language has; those that say most come first.
func (l *Lang) readable() []*known {
	l.reads.Do(func() {
		for id := range l.formats {
			k := knownFormat(id)
			if short[id] {
				k.letters = fewestLetters
			}
			l.knows = append(l.knows, k)
		}
		for _, code := range why.Codes() {
			is, out, _ := why.Sentences(code)
			for i, text := range []string{is, out} {
				if k := knownReason(code, text, i); text != "" && k.letters > 0 {
					l.knows = append(l.knows, k)
				}
			}
		}
		l.knows = slices.DeleteFunc(l.knows, func(k *known) bool { return len(k.names) == 0 || k.letters < fewestLetters })
		slices.SortStableFunc(l.knows, func(a, b *known) int {
			if a.letters != b.letters {
				return b.letters - a.letters
			}
			return strings.Compare(a.longest, b.longest)
		})
	})
	return l.knows
}

// builder makes a pattern of a sentence.
type builder struct {
	known
	expr strings.Builder
}

func (b *builder) literal(s string, optional bool) {
	b.expr.WriteString(regexp.QuoteMeta(s))
	if optional {
		return
	}
	if len(s) > len(b.longest) {
		b.longest = s
	}
	for _, r := range s {
		if unicode.IsLetter(r) {
			b.letters++
		}
	}
}

func (b *builder) value(name, expr string) {
	b.names = append(b.names, name)
	b.expr.WriteString("(" + expr + ")")
}

func (b *builder) done() *known {
	expr := "(?s)^" + b.expr.String() + "$"
	b.known.pattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
	return &b.known
}

// knownFormat reads a sentence as package say writes it.
func knownFormat(id string) *known {
	b := &builder{}
	for _, piece := range say.Pieces(id) {
		switch {
		case piece.Verb == 0:
			b.literal(piece.Text, false)
		case piece.Verb == 'q':
			b.value(strconv.Itoa(piece.Arg), `"(?:[^"\\]|\\.)*"`)
		case piece.Verb == 'd':
			b.value(strconv.Itoa(piece.Arg), `-?[0-9]+`)
		default:
			b.value(strconv.Itoa(piece.Arg), `.*?`)
		}
	}
	b.speak = func(l *Lang, values map[string]string) (string, bool) {
		own, _ := l.Format(id)
		var out strings.Builder
		for _, piece := range say.Pieces(own) {
			if piece.Verb == 0 {
				out.WriteString(piece.Text)
			} else {
				out.WriteString(values[strconv.Itoa(piece.Arg)])
			}
		}
		return out.String(), true
	}
	return b.done()
}

var (
	partIn  = regexp.MustCompile(`⟦([^⟧]*)⟧`)
	valueOf = regexp.MustCompile(`\{([a-z_]+)(?::([^}|]*)(?:\|([^}]*))?)?\}`)
)

// knownReason reads what a reason is (0), or its way out (1).
func knownReason(code, text string, which int) *known {
	b := &builder{}
	put := func(text string, optional bool) {
		at := 0
		for _, m := range valueOf.FindAllStringSubmatchIndex(text, -1) {
			b.literal(text[at:m[0]], optional)
			at = m[1]
			b.value(text[m[2]:m[3]], `.*?`)
			if m[4] >= 0 {
				noun := text[m[4]:m[5]]
				many := noun + "s"
				if m[6] >= 0 {
					many = text[m[6]:m[7]]
				}
				b.expr.WriteString(" (?:" + regexp.QuoteMeta(noun) + "|" + regexp.QuoteMeta(many) + ")")
			}
		}
		b.literal(text[at:], optional)
	}
	at := 0
	for _, m := range partIn.FindAllStringSubmatchIndex(text, -1) {
		put(text[at:m[0]], false)
		b.expr.WriteString("(?:")
		put(text[m[2]:m[3]], true)
		b.expr.WriteString(")?")
		at = m[1]
	}
	put(text[at:], false)
	b.speak = func(l *Lang, values map[string]string) (string, bool) {
		own := l.reasons[code]
		if which >= len(own) {
			return "", false
		}
		return why.Fill(own[which], values), true
	}
	return b.done()
}
