package posting

import (
	"errors"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

// longestShown is how many characters of a value are shown.
const longestShown = 80

// Unreadable says why a value of a document cannot be read, and what to do. The error is that of fis.Node.Number or
// fis.ParseDate. No mapping mends such a value: it stands in Concur.
func Unreadable(n *fis.Node, err error) say.Text {
	return say.F("%s, and can only be corrected in Concur: reject the document with a message to the employee and the processor; "+
		"sent back, corrected and approved again, it comes under a new id", unread(n, err))
}

// unread is what is wrong with the value.
func unread(n *fis.Node, err error) say.Text {
	shown := []rune(strings.TrimSpace(n.Text()))
	if len(shown) > longestShown {
		shown = append(shown[:longestShown], '…')
	}
	text := string(shown)
	switch {
	case errors.Is(err, fis.ErrTooLong):
		return say.F("%q has too many digits for an amount", text)
	case errors.Is(err, fis.ErrNotNumber) && text == "":
		return "a list or an object stands where a number should be"
	case errors.Is(err, fis.ErrNotNumber):
		return say.F("%q is not a number", text)
	case errors.Is(err, fis.ErrNotDay):
		return say.F("%q is not a day of the calendar", text)
	}
	return say.F("%q is not a date (yyyy-MM-dd or MM/dd/yyyy)", text)
}
