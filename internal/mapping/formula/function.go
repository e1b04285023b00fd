package formula

import (
	"strings"
	"sync"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// FunctionInfo is a row of the catalogue of functions.
type FunctionInfo struct {
	Name    string
	Group   string // Conditions, Lookup, Text, Numbers, Dates
	Syntax  string // LEFT(text; [characters]): [ ] may be left out, … may be repeated
	Meaning string
	Example string // with constants and the sheet of ExampleTable only
	Result  string // what the example gives; yes and no as Y and N, blank as ""
}

// function is a row of the catalogue with what it does: one of f1 to f4 for functions that compute all values first,
// special for the others.
type function struct {
	FunctionInfo
	result    Type
	params    []Type
	defaults  []layout.Value // of the values that may be left out
	f1        func(a layout.Value) (layout.Value, error)
	f2        func(a, b layout.Value) (layout.Value, error)
	f3        func(a, b, c layout.Value) (layout.Value, error)
	f4        func(a, b, c, d layout.Value) (layout.Value, error)
	special   func(*compiler, *call) part
	seesBlank bool // a blank first value is not handed through
	names     bool // values are names of sheets and columns
}

// Functions is the catalogue, in the order in which it should be shown.
func Functions() []FunctionInfo {
	all := catalogue()
	infos := make([]FunctionInfo, len(all))
	for i, f := range all {
		infos[i] = f.FunctionInfo
	}
	return infos
}

func catalogue() []*function {
	var all []*function
	for _, group := range []struct {
		name      string
		functions []*function
	}{
		{"Conditions", conditionFunctions()},
		{"Lookup", lookupFunctions()},
		{"Text", textFunctions()},
		{"Numbers", numberFunctions()},
		{dateGroup, dateFunctions()},
	} {
		for _, f := range group.functions {
			f.Group, f.Name = group.name, f.Syntax[:strings.IndexByte(f.Syntax, '(')]
			all = append(all, f)
		}
	}
	return all
}

// catalogueByName never changes once it is made.
var catalogueByName = sync.OnceValue(func() map[string]*function {
	all := map[string]*function{}
	for _, f := range catalogue() {
		all[f.Name] = f
	}
	return all
})

// functionName is a name as the catalogue has it; Excel writes _xlfn. before newer functions.
func functionName(typed string) string {
	return strings.TrimPrefix(strings.ToUpper(typed), "_XLFN.")
}

// words are the names of the values in the syntax.
func (f *function) words() []string {
	inside := strings.TrimSuffix(f.Syntax[strings.IndexByte(f.Syntax, '(')+1:], ")")
	if inside == "" {
		return nil
	}
	return strings.Split(inside, "; ")
}

// least is how many values must be given.
func (f *function) least() int {
	n := 0
	for _, w := range f.words() {
		if w != "…" && w[0] != '[' {
			n++
		}
	}
	return n
}

// most is how many values may be given, -1 without end.
func (f *function) most() int {
	for _, w := range f.words() {
		if w == "…" {
			return -1
		}
	}
	return len(f.words())
}

// param is what the syntax calls the value; the last one before … is repeated.
func (f *function) param(i int) string {
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

// dateGroup is the group of functions that make dates or take them apart.
const dateGroup = "Dates"

// blankIsZero says that the function calculates with its first value, so that a blank one counts as 0, as in Excel.
func (f *function) blankIsZero() bool { return f.Group == "Numbers" && f.params[0] == Number }

func yes(b bool) (layout.Value, error) { return layout.Flag(b), nil }
