package config

import (
	"fmt"
	"strings"
)

// Problem is one mistake in the configuration: where it is, what stands there, why that is wrong and what to do.
type Problem struct {
	// File is the path as the user gave it; Line is 0 when the key is missing.
	File string `json:"file"`
	Line int    `json:"line,omitempty"`
	// Field is the path of the key: routes[0].drop.target.
	Field string `json:"field,omitempty"`
	// Value is what stands there; never a secret.
	Value  string `json:"value,omitempty"`
	Reason string `json:"reason"`
	Hint   string `json:"hint,omitempty"`
}

// String is the problem in one line without its hint: fisbridge.yaml:12: routes[0].name: "a b" is not a name.
func (p Problem) String() string {
	var b strings.Builder
	place := p.File
	if p.Line > 0 {
		place += fmt.Sprintf(":%d", p.Line)
	}
	for _, part := range []string{place, p.Field} {
		if part != "" {
			b.WriteString(part + ": ")
		}
	}
	if p.Value != "" {
		fmt.Fprintf(&b, "%q ", p.Value)
	}
	b.WriteString(p.Reason)
	return b.String()
}

// Problems is every mistake of a configuration, in the order of the file. As an error it tells them all.
type Problems []Problem

// Error writes one problem a line, each hint behind it in brackets.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
		if p.Hint != "" {
			lines[i] += " (" + p.Hint + ")"
		}
	}
	return strings.Join(lines, "\n")
}
