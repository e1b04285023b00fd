package layout

import (
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// cell is a field with everything decided: what the writer and the reader of it need, and nothing to look up.
type cell struct {
	Field
	record, index int

	// text
	plain         *[256]bool // bytes that need no look
	letters       letterCase
	replace       map[rune]string
	forbidden     string
	failForbidden bool
	keepBreaks    bool
	guard         guard
	cut           bool
	inBytes       bool
	codes         map[string]bool

	// numbers
	least, most int
	byCurrency  bool
	currency    int // index of the companion
	implied     bool
	sign        sign
	decimalMark string
	grouping    string

	date    *dateForm
	time    *timeForm
	yes, no string

	def       Value
	empty     emptyForm
	emptyText string // what stands for an empty field, as text

	// place
	start   int // fixed: 0-based
	right   bool
	padZero bool
	pad     byte // in the file's encoding
	quote   quoteRule
	heading string
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

type emptyForm uint8

const (
	emptyBlank emptyForm = iota
	emptyZero
	emptyWords
)

type quoteRule uint8

const (
	quoteMinimal quoteRule = iota
	quoteAlways
	quoteFilled // when there is something in it
	quoteNever
)

// numeric is true for fields that hold numbers.
func (c *cell) numeric() bool { return c.Type == AmountType || c.Type == IntegerType }

// value puts the default in the place of nothing and refuses what is missing.
func (c *cell) value(v Value) (Value, string) {
	if v.Kind == Empty || v.Kind == TextKind && v.Text == "" {
		v = c.def
	}
	if c.Required && (v.Kind == Empty || v.Kind == TextKind && isBlank(v.Text)) {
		return v, "is required and has no value"
	}
	return v, ""
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
func (c *cell) allowed(s string) string {
	if c.codes == nil || c.codes[s] {
		return ""
	}
	return "is not one of the allowed codes" + nearest(s, words(c.Codes))
}

func words(list []Word) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// text is the value of a text, code, date, time or flag field as a text before cleaning; buf is room for it.
func (c *cell) text(v Value, buf []byte) (string, []byte, string) {
	switch c.Type {
	case DateType:
		d, reason := dateOf(v)
		if reason != "" {
			return "", nil, reason
		}
		return "", c.date.append(buf, d), ""
	case TimeType:
		t, ok := parseClock(v.Text)
		if v.Kind != TextKind || !ok {
			return "", nil, "is not a time (HH:mm:ss)"
		}
		return "", c.time.append(buf, t), ""
	case FlagType:
		s, reason := c.flag(v)
		return s, nil, reason
	}
	switch v.Kind {
	case TextKind:
		return v.Text, nil, c.allowed(v.Text)
	case DateKind:
		return "", c.date.append(buf, v.Date), ""
	case BoolKind:
		s := pick(v.Bool, c.yes, c.no)
		return s, nil, c.allowed(s)
	}
	s := v.String()
	return s, nil, c.allowed(s)
}

func dateOf(v Value) (fis.Date, string) {
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
func (c *cell) flag(v Value) (string, string) {
	switch {
	case v.Kind == BoolKind:
		return pick(v.Bool, c.yes, c.no), ""
	case v.Kind == TextKind && (v.Text == c.yes || v.Text == "Y"):
		return c.yes, ""
	case v.Kind == TextKind && (v.Text == c.no || v.Text == "N"):
		return c.no, ""
	}
	return "", "is neither yes nor no"
}
