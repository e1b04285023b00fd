package functions

import "github.com/fisbridge/fisbridge/internal/layout"

// Conditions are the functions that say what a value is.
func Conditions() []*Function {
	info := func(syntax, meaning, example, result string) Info {
		return Info{Syntax: syntax, Meaning: meaning, Example: example, Result: result}
	}
	return []*Function{
		{Info: info("NOT(condition)", "the opposite; blank counts as no", "NOT(1 > 2)", "Y"), Result: Bool,
			Params: []Type{Bool}, SeesBlank: true,
			F1: func(a layout.Value) (layout.Value, error) { return yes(!a.Bool) }},
		{Info: info("ISBLANK(value)", "whether there is no value", `ISBLANK("")`, "Y"), Result: Bool,
			Params: []Type{Any}, SeesBlank: true,
			F1: func(a layout.Value) (layout.Value, error) { return yes(a.IsEmpty()) }},
		{Info: info("ISNUMBER(value)", "whether it is a number, or a date, which Excel counts as one", `ISNUMBER("12")`, "N"),
			Result: Bool, Params: []Type{Any}, SeesBlank: true,
			F1: func(a layout.Value) (layout.Value, error) {
				return yes(a.Kind == layout.NumberKind || a.Kind == layout.DateKind)
			}},
		{Info: info("ISTEXT(value)", "whether it is a text; a blank is none", `ISTEXT("12")`, "Y"), Result: Bool,
			Params: []Type{Any}, SeesBlank: true,
			F1: func(a layout.Value) (layout.Value, error) { return yes(a.Kind == layout.TextKind) }},
	}
}
