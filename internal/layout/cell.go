package layout

import (
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout/clock"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Cell is a field with everything decided: what the writer and the reader of it need, and nothing to look up.
type Cell struct {
	Field
	Record, Index int    // where it belongs: of the record, and in it
	Title         string // its heading

	// text
	plain         *[256]bool // bytes that need no look
	letters       letterCase
	replace       map[rune]string
	Forbidden     string // characters that must not be in it
	failForbidden bool
	keepBreaks    bool
	guard         guard
	cut           bool
	inBytes       bool
	codes         map[string]bool

	// numbers
	Least, Most int // decimals
	ByCurrency  bool
	Companion   int  // ByCurrency: index of the field with the currency
	Unmarked    bool // no decimal mark is written
	Convention  Sign
	Mark        string // between whole and decimals
	Group       string // between thousands

	Date    *DateForm
	time    *clock.Form
	Yes, No string

	def         Value
	Nothing     EmptyForm
	NothingText string // what stands for an empty field, as text

	// place
	Right   bool   // aligned to the right
	Filling string // what fills the field, as the layout writes it
	PadZero bool
}

type letterCase uint8

const (
	asWritten letterCase = iota
	upperCase
	lowerCase
)

func (l letterCase) apply(s string) string {
	switch l {
	case upperCase:
		return strings.ToUpper(strings.ReplaceAll(s, "ß", "SS"))
	case lowerCase:
		return strings.ToLower(s)
	}
	return s
}

type guard uint8

const (
	guardOff guard = iota
	guardFlag
	guardPeople
)

// EmptyForm is what stands for an empty field.
type EmptyForm uint8

const (
	EmptyBlank EmptyForm = iota
	EmptyZero
	EmptyWords
)

// Numeric is true for fields that hold numbers.
func (c *Cell) Numeric() bool { return c.Type == AmountType || c.Type == IntegerType }

// Value puts the default in the place of nothing and refuses what is missing.
func (c *Cell) Value(v Value) (Value, say.Text) {
	if v.Kind == Empty || v.Kind == TextKind && v.Text == "" {
		v = c.def
	}
	if c.Required && (v.Kind == Empty || v.Kind == TextKind && isBlank(v.Text)) {
		return v, c.lacks()
	}
	return v, ""
}

// lacks says that the field has no value, and what it is for: that tells where to look.
func (c *Cell) lacks() say.Text {
	if c.Note == "" {
		return say.Plain(c.Missing())
	}
	return say.F("is required and has no value (%s)", say.Known(c.Note))
}

func isBlank(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}

// allowed checks the list of codes.
func (c *Cell) allowed(s string) say.Text {
	if c.codes == nil || c.codes[s] {
		return ""
	}
	return say.F("is not one of the allowed codes%s", nearest(s, words(c.Codes)))
}

func words(list []Word) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// text is the value of a text, code, date, time or flag field as a text before cleaning; buf is room for it.
func (c *Cell) text(v Value, buf []byte) (string, []byte, say.Text) {
	switch c.Type {
	case DateType:
		d, reason := DateOf(v)
		if reason != "" {
			return "", nil, reason
		}
		return "", c.Date.append(buf, d), ""
	case TimeType:
		t, ok := clock.Parse(v.Text)
		if v.Kind != TextKind || !ok {
			return "", nil, "is not a time (HH:mm:ss)"
		}
		return "", c.time.Append(buf, t), ""
	case FlagType:
		s, reason := c.flag(v)
		return s, nil, reason
	}
	switch v.Kind {
	case TextKind:
		return v.Text, nil, c.allowed(v.Text)
	case DateKind:
		return "", c.Date.append(buf, v.Date), ""
	case BoolKind:
		s := pick(v.Bool, c.Yes, c.No)
		return s, nil, c.allowed(s)
	}
	s := v.String()
	return s, nil, c.allowed(s)
}

// DateOf is the date of a value; texts must be dates as FIS spells them.
func DateOf(v Value) (fis.Date, say.Text) {
	switch v.Kind {
	case DateKind:
		return v.Date, ""
	case TextKind:
		d, err := fis.ParseDate(v.Text)
		if err != nil {
			return d, "is not a date (yyyy-MM-dd)"
		}
		return d, ""
	}
	return fis.Date{}, "is not a date"
}

// flag is the word for yes or no. FIS's own Y and N are understood too.
func (c *Cell) flag(v Value) (string, say.Text) {
	switch {
	case v.Kind == BoolKind:
		return pick(v.Bool, c.Yes, c.No), ""
	case v.Kind == TextKind && (v.Text == c.Yes || v.Text == "Y"):
		return c.Yes, ""
	case v.Kind == TextKind && (v.Text == c.No || v.Text == "N"):
		return c.No, ""
	}
	return "", "is neither yes nor no"
}
