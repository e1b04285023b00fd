package wording

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// longestReason bounds what a person gives as a reason, in characters.
const longestReason = 1000

// ErrNoReason says that a reason holds nothing that can be read.
var ErrNoReason = errors.New("a reason is wanted, in words that others can read later")

// Reason is why a person does something, as the history keeps it: one line of readable text, 1 to 1000 characters.
func Reason(s string) (string, error) {
	s = Line(s)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "", ErrNoReason
	case n > longestReason:
		return "", fmt.Errorf("the reason has %d characters, and may have %d", n, longestReason)
	}
	return s, nil
}
