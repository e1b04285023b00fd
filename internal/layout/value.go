package layout

import "github.com/fisbridge/fisbridge/internal/fis"

// ValueKind is what a Value holds.
type ValueKind uint8

const (
	// Empty is no value: a missing source field, a blank cell.
	Empty ValueKind = iota
	TextKind
	NumberKind
	DateKind
	BoolKind
)

// Value is one cell on its way into a file or out of one. It is small, has no pointers into documents but the text, and
// is compared by its kind.
type Value struct {
	Kind   ValueKind
	Bool   bool       // BoolKind
	Date   fis.Date   // DateKind
	Text   string     // TextKind; of a number that was read, the currency beside it (Field.CurrencyBeside)
	Number fis.Amount // NumberKind
}

// Text makes a text value; the empty text is Empty.
func Text(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Kind: TextKind, Text: s}
}

// Number makes a number value.
func Number(a fis.Amount) Value { return Value{Kind: NumberKind, Number: a} }

// Day makes a date value; the zero date is Empty.
func Day(d fis.Date) Value {
	if d.IsZero() {
		return Value{}
	}
	return Value{Kind: DateKind, Date: d}
}

// Flag makes a yes-or-no value.
func Flag(b bool) Value { return Value{Kind: BoolKind, Bool: b} }

// IsEmpty reports whether there is no value.
func (v Value) IsEmpty() bool { return v.Kind == Empty }

// String is the value for messages and for text concatenation: numbers without exponent, dates as yyyy-MM-dd, flags as
// Y or N.
func (v Value) String() string {
	switch v.Kind {
	case TextKind:
		return v.Text
	case NumberKind:
		return v.Number.String()
	case DateKind:
		return v.Date.String()
	case BoolKind:
		if v.Bool {
			return "Y"
		}
		return "N"
	}
	return ""
}
