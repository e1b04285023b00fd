package layout

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/say"
)

// Problem is one mistake in a Spec or its records.
type Problem struct {
	Place  string // file.delimiter, records.line.amount.width
	Value  string // what is written there, empty when nothing is
	Reason string // what is wrong, and the nearest valid word
}

// String is the problem on one line.
func (p Problem) String() string {
	if p.Value == "" {
		return p.Place + ": " + p.Reason
	}
	return fmt.Sprintf("%s: %q: %s", p.Place, p.Value, p.Reason)
}

// FieldError says why one value cannot be written.
type FieldError struct {
	Record, Field, Value string
	Reason               say.Text
}

func (e *FieldError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s.%s: %s", e.Record, e.Field, e.Reason)
	}
	return fmt.Sprintf("%s.%s: %q: %s", e.Record, e.Field, e.Value, e.Reason)
}

// FieldErrors is everything that is wrong with one record; Encode returns it.
type FieldErrors []*FieldError

func (e FieldErrors) Error() string {
	texts := make([]string, len(e))
	for i, one := range e {
		texts[i] = one.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap gives the single errors.
func (e FieldErrors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, one := range e {
		errs[i] = one
	}
	return errs
}

// LineError is one bad line of a file that is read. The reader goes on after it.
type LineError struct {
	Line   int    // 1-based; for xlsx the row
	Place  string // what a person looks for: `line 7`, `Results!C14`
	Record string
	Field  string
	Value  string
	Reason string
}

func (e *LineError) Error() string {
	var b strings.Builder
	b.WriteString(e.Place)
	if e.Field != "" {
		fmt.Fprintf(&b, ", %s.%s", e.Record, e.Field)
	} else if e.Record != "" {
		fmt.Fprintf(&b, ", %s", e.Record)
	}
	if e.Value != "" {
		fmt.Fprintf(&b, ": %q", e.Value)
	}
	b.WriteString(": " + e.Reason)
	return b.String()
}

// LimitError says that a file is larger than the limits allow; reading ends with it.
type LimitError struct {
	What  string // bytes, rows, columns, bytes of a line, unzipped bytes
	Limit int64
	Place string // `line 7`, empty for the file as a whole
}

func (e *LimitError) Error() string {
	where := "the file"
	if e.Place != "" {
		where = e.Place
	}
	return fmt.Sprintf("%s has more than %d %s; raise the limit if this is meant", where, e.Limit, e.What)
}

// WrongFileError says that a file is of another kind than the layout expects.
type WrongFileError struct {
	Expected KindName
	Found    string // what it looks like
	Hint     string // the way out
}

func (e *WrongFileError) Error() string {
	return fmt.Sprintf("expected a %s file, found %s; %s", e.Expected, e.Found, e.Hint)
}

// AtLine is a mistake in a line of text; value is what stands there, and is shortened.
func AtLine(line int, value, reason string) *LineError {
	return &LineError{Line: line, Place: fmt.Sprintf("line %d", line), Value: Clip(value), Reason: reason}
}

// ContradictionError says that a file is not what it says of itself (a total, a balance, a count), or is not what its
// format must be: nothing of it may be believed. Reading ends with it.
type ContradictionError struct {
	Place  string // `entry 3`, `line 7`, empty for the file as a whole
	Reason string
}

func (e *ContradictionError) Error() string {
	if e.Place == "" {
		return e.Reason
	}
	return e.Place + ": " + e.Reason
}
