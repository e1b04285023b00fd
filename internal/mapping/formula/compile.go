package formula

import "errors"

// Compile checks a formula against the names there are. The error is a *CompileError with all mistakes.
func Compile(source string, syms Symbols) (*Program, error) {
	return nil, errors.New("not yet")
}

// CompileCondition is Compile for a formula that must give yes or no.
func CompileCondition(source string, syms Symbols) (*Program, error) {
	return nil, errors.New("not yet")
}

// FunctionInfo is a row of the catalogue of functions.
type FunctionInfo struct {
	Name    string
	Syntax  string // LEFT(text; [characters])
	Meaning string
	Example string
	Result  string // what the example gives
}

// Functions is the catalogue, in the order in which it should be shown.
func Functions() []FunctionInfo { return nil }

// Nearest gives the name most like the one typed, "" when none is near.
func Nearest(typed string, names []string) string { return "" }
