package functions

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Type is what a formula, a field or a column gives. Any is a field whose type is only known when a document is there.
type Type uint8

const (
	Any Type = iota
	Text
	Number
	Date
	Bool
)

// String is the word for a person.
func (t Type) String() string {
	switch t {
	case Text:
		return "text"
	case Number:
		return "a number"
	case Date:
		return "a date"
	case Bool:
		return "yes or no"
	}
	return "any value"
}

// Said is the type as a sentence has it.
func (t Type) Said() say.Text { return say.Text(t.String()) }

// Info is a row of the catalogue of functions.
type Info struct {
	Name    string
	Group   string // Conditions, Lookup, Text, Numbers, Dates
	Syntax  string // LEFT(text; [characters]): [ ] may be left out, … may be repeated
	Meaning string
	Example string // with constants and the sheet of ExampleTable only
	Result  string // what the example gives; yes and no as Y and N, blank as ""
	Abroad  Names  // what the Excels of other languages call it
}

// Function is a row of the catalogue with what it does: one of F1 to F4 for so many values, FN for any number of them.
// The functions that look at their values as they are typed are the compiler's.
type Function struct {
	Info
	Result    Type
	Params    []Type
	Defaults  []layout.Value // of the values that may be left out
	F1        func(a layout.Value) (layout.Value, error)
	F2        func(a, b layout.Value) (layout.Value, error)
	F3        func(a, b, c layout.Value) (layout.Value, error)
	F4        func(a, b, c, d layout.Value) (layout.Value, error)
	SeesBlank bool // a blank first value is not handed through
}

// words are the names of the values in the syntax.
func (f *Info) words() []string {
	inside := strings.TrimSuffix(f.Syntax[strings.IndexByte(f.Syntax, '(')+1:], ")")
	if inside == "" {
		return nil
	}
	return strings.Split(inside, "; ")
}

// Least is how many values must be given.
func (f *Info) Least() int {
	n := 0
	for _, w := range f.words() {
		if w != "…" && w[0] != '[' {
			n++
		}
	}
	return n
}

// Most is how many values may be given, -1 without end.
func (f *Info) Most() int {
	for _, w := range f.words() {
		if w == "…" {
			return -1
		}
	}
	return len(f.words())
}

// Param is what the syntax calls the value; the last one before … is repeated.
func (f *Info) Param(i int) string {
	last := ""
	for at, w := range f.words() {
		if w == "…" {
			break
		}
		last = strings.Trim(w, "[]")
		if at == i {
			break
		}
	}
	return last
}

// BlankIsZero says that the function calculates with its first value, so that a blank one counts as 0, as in Excel.
func (f *Function) BlankIsZero() bool {
	return f.Group == NumberGroup && len(f.Params) > 0 && f.Params[0] == Number
}

// The groups of the catalogue, in the order in which they are shown.
const (
	ConditionGroup = "Conditions"
	LookupGroup    = "Lookup"
	TextGroup      = "Text"
	NumberGroup    = "Numbers"
	DateGroup      = "Dates"
)

func yes(b bool) (layout.Value, error) { return layout.Flag(b), nil }

// Nothing is the type of a blank constant: it goes with every other type.
const Nothing Type = 255

// TypeOf is the type of a value.
func TypeOf(v layout.Value) Type {
	switch v.Kind {
	case layout.TextKind:
		return Text
	case layout.NumberKind:
		return Number
	case layout.DateKind:
		return Date
	case layout.BoolKind:
		return Bool
	}
	return Nothing
}
