package functions

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// ZeroIfBlank is a value as Excel calculates with it: a blank cell counts as 0.
func ZeroIfBlank(v layout.Value) layout.Value {
	if v.Kind == layout.Empty {
		return layout.Number(fis.Zero)
	}
	return v
}

// Equal compares as Excel does: texts without regard to case. A blank equals a blank, 0 and no.
func Equal(v, w layout.Value) (bool, error) {
	switch {
	case v.Kind == layout.Empty:
		return equalsBlank(w), nil
	case w.Kind == layout.Empty:
		return equalsBlank(v), nil
	case v.Kind != w.Kind:
		return false, failure(WrongType, "")
	}
	switch v.Kind {
	case layout.TextKind:
		return v.Text == w.Text || strings.EqualFold(v.Text, w.Text), nil
	case layout.NumberKind:
		return v.Number.Equal(w.Number), nil
	case layout.DateKind:
		return v.Date == w.Date, nil
	}
	return v.Bool == w.Bool, nil
}

func equalsBlank(v layout.Value) bool {
	switch v.Kind {
	case layout.Empty:
		return true
	case layout.NumberKind:
		return v.Number.IsZero()
	case layout.BoolKind:
		return !v.Bool
	}
	return false
}

// Compare orders texts (without regard to case), numbers and dates. A blank is the empty text, 0, or a day before all
// others.
func Compare(v, w layout.Value) (int, error) {
	if v.Kind != w.Kind && v.Kind != layout.Empty && w.Kind != layout.Empty {
		return 0, failure(WrongType, "")
	}
	switch max(v.Kind, w.Kind) {
	case layout.Empty:
		return 0, nil
	case layout.TextKind:
		return compareText(v.Text, w.Text), nil
	case layout.NumberKind:
		return v.Number.Cmp(w.Number), nil // the number of a blank is 0
	case layout.DateKind:
		return compareDate(v.Date, w.Date), nil
	}
	return 0, failure(WrongType, "")
}

func compareText(a, b string) int {
	for a != "" && b != "" {
		r, n := utf8.DecodeRuneInString(a)
		q, m := utf8.DecodeRuneInString(b)
		if x, y := unicode.ToLower(r), unicode.ToLower(q); x != y {
			return int(x) - int(y)
		}
		a, b = a[n:], b[m:]
	}
	return len(a) - len(b)
}

func compareDate(a, b fis.Date) int {
	if a.Year != b.Year {
		return int(a.Year) - int(b.Year)
	}
	if a.Month != b.Month {
		return int(a.Month - b.Month)
	}
	return int(a.Day - b.Day)
}
