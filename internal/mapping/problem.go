package mapping

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is one reason why a document cannot be mapped: which cell of the output, which cell of the mapping, what value.
type Problem struct {
	// Record and Field name the output cell; empty when the document failed before any was made.
	Record string `json:"record,omitempty"`
	Field  string `json:"field,omitempty"`
	// Place is where the mapping says what goes there, or where the missing row belongs: `Columns!E7`, `Accounts`.
	Place string `json:"place,omitempty"`
	// Entry is the expense entry or line item, Allocation its allocation, Path the place in the document, when known.
	Entry      string `json:"entry,omitempty"`
	Allocation string `json:"allocation,omitempty"`
	Path       string `json:"path,omitempty"`
	// Reason is a stable word: a reason of package posting, or format, lookup, formula, field, required, codes, overflow, unmappable, number, unbalanced, summarise, record.
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

func (p Problem) String() string {
	var b strings.Builder
	if p.Record != "" || p.Field != "" {
		b.WriteString(strings.TrimSpace(p.Record+" "+p.Field) + ": ")
	}
	b.WriteString(p.Detail)
	var at []string
	if p.Place != "" {
		at = append(at, p.Place)
	}
	if p.Entry != "" {
		at = append(at, "entry "+p.Entry)
	}
	if p.Path != "" {
		at = append(at, p.Path)
	}
	if len(at) > 0 {
		fmt.Fprintf(&b, " (%s)", strings.Join(at, ", "))
	}
	return b.String()
}

// DocumentError is a document that cannot go into an import file as things are. Others are not touched by it; mending the mapping or the
// document and trying again is the way out.
type DocumentError struct {
	DocID    string
	Problems []Problem
	// Refused tells that the document itself cannot be posted (package posting), whatever the mapping says.
	Refused bool
	cause   error
}

func (e *DocumentError) Error() string {
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = p.String()
	}
	if e.DocID == "" { // a bare document; whoever tells of it knows its place
		return strings.Join(texts, "; ")
	}
	return fmt.Sprintf("document %s: %s", e.DocID, strings.Join(texts, "; "))
}

// Amounts reports whether the document is refused because the file would not say what it says.
func (e *DocumentError) Amounts() bool {
	return len(e.Problems) > 0 && e.Problems[0].Reason == ReasonAmounts
}

func (e *DocumentError) Unwrap() error { return e.cause }

func HeldReasons(err error) []string {
	var refused *DocumentError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &refused):
		return []string{err.Error()}
	}
	var out []string
	for _, p := range refused.Problems {
		out = append(out, p.String())
	}
	return out
}
