package wording

import (
	"errors"
	"slices"
	"strings"
)

// ErrorLines tells an error in lines: each of several joined errors has its own, said once, and none can have more by
// what it quotes.
func ErrorLines(err error) []string {
	var out []string
	for _, line := range linesOf(err) {
		line = Visible(strings.TrimSpace(line))
		if line != "" && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// linesOf takes an error apart where errors.Join has put it together; what stands around a joined error goes before its
// first line.
func linesOf(err error) []string {
	if several, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // the shape of this error is asked for, not what it wraps
		parts := several.Unwrap()
		texts := make([]string, len(parts))
		var out []string
		for i, part := range parts {
			texts[i] = part.Error()
			out = append(out, linesOf(part)...)
		}
		if err.Error() == strings.Join(texts, "\n") {
			return out
		}
		return []string{err.Error()}
	}
	if manyLined, ok := err.(interface{ Lines() []string }); ok { //nolint:errorlint // as above
		return manyLined.Lines()
	}
	inner := errors.Unwrap(err)
	if inner == nil {
		return []string{err.Error()}
	}
	before, ok := strings.CutSuffix(err.Error(), inner.Error())
	if !ok {
		return []string{err.Error()}
	}
	lines := linesOf(inner)
	if head, alone := strings.CutSuffix(before, "\n"); alone {
		return append([]string{head}, lines...)
	}
	if len(lines) > 0 {
		lines[0] = before + lines[0]
	}
	return lines
}

// Error tells an error in one line.
func Error(err error) string { return strings.Join(ErrorLines(err), "; ") }
