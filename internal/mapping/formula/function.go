package formula

import (
	"strings"
	"sync"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
)

// function is a row of the catalogue with what the compiler needs to know of it.
type function struct {
	functions.Function
	special func(*compiler, *call) part
	names   bool // values are names of sheets and columns
}

// compiled is a function that the compiler turns into a part of its own.
func compiled(syntax, meaning, example, result string, special func(*compiler, *call) part) *function {
	info := FunctionInfo{Syntax: syntax, Meaning: meaning, Example: example, Result: result}
	return &function{Function: functions.Function{Info: info}, special: special}
}

// Functions is the catalogue, in the order in which it should be shown.
func Functions() []FunctionInfo {
	all := catalogue()
	infos := make([]FunctionInfo, len(all))
	for i, f := range all {
		infos[i] = f.Info
	}
	return infos
}

// catalogue puts the functions that look at what was typed beside those that only calculate.
func catalogue() []*function {
	var all []*function
	for _, group := range []struct {
		name    string
		special []*function
		plain   []*functions.Function
	}{
		{functions.ConditionGroup, conditionFunctions(), functions.Conditions()},
		{functions.LookupGroup, lookupFunctions(), nil},
		{functions.TextGroup, textFunctions(), functions.Texts()},
		{functions.NumberGroup, numberFunctions(), functions.Numbers()},
		{functions.DateGroup, dateFunctions(), functions.Dates()},
	} {
		for _, f := range group.plain {
			group.special = append(group.special, &function{Function: *f})
		}
		for _, f := range group.special {
			f.Group, f.Name = group.name, f.Syntax[:strings.IndexByte(f.Syntax, '(')]
			f.Abroad = functions.Abroad(f.Name)
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

// The words of the functions are the words of the formula.
type (
	Type         = functions.Type
	FunctionInfo = functions.Info
	ErrorKind    = functions.ErrorKind
	Language     = functions.Language
	EvalError    = functions.EvalError
)

const (
	Any    = functions.Any
	Text   = functions.Text
	Number = functions.Number
	Date   = functions.Date
	Bool   = functions.Bool

	// nothing is the type of a blank constant: it goes with every other type.
	nothing = functions.Nothing

	WrongType  = functions.WrongType
	Blank      = functions.Blank
	NotFound   = functions.NotFound
	Unreadable = functions.Unreadable
	Arithmetic = functions.Arithmetic
	TooLarge   = functions.TooLarge
)

// English is the language of templates.
const English = functions.English

// ReadLanguage reads a language as people write it: en, German, français.
func ReadLanguage(s string) (Language, bool) { return functions.ReadLanguage(s) }

func failure(kind ErrorKind, format string, args ...any) error {
	return functions.Failure(kind, format, args...)
}

func clip(s string) string { return functions.Clip(s) }

func typeOf(v layout.Value) Type { return functions.TypeOf(v) }
