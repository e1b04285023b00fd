package formula

// Mistake is one thing wrong in a formula.
type Mistake struct {
	Position int    // character in the source as typed, from 1
	Length   int    // characters
	Token    string // what stands there
	Reason   string // lower case, no full stop
	Nearest  string // the valid name most like Token, "" when none is
}

// CompileError is every mistake of one formula, by position.
type CompileError struct {
	Source   string
	Mistakes []Mistake
}

// Error is all mistakes in one line.
func (e *CompileError) Error() string { return "formula" }

// ErrorKind tells errors of data apart.
type ErrorKind uint8

const (
	WrongType ErrorKind = iota // the value is of another type than the formula needs
	Blank                      // a value is needed and there is none
	NotFound                   // a lookup without a row, IFS or SWITCH without a case, FIND without a hit
	Unreadable                 // VALUE or DATEVALUE of a text that is none
	Arithmetic                 // division by zero, a date outside the calendar
	TooLarge                   // a text or number beyond the limits
)

// EvalError is why a formula has no value for this row.
type EvalError struct {
	Kind     ErrorKind
	Position int    // character in the source, from 1
	Function string // or operator
	Reason   string
	Table    string   // NotFound in a lookup: the sheet
	Key      []string // and the key
	Nearest  string   // and the key in the sheet most like it
}

// Error is the reason.
func (e *EvalError) Error() string { return e.Reason }
