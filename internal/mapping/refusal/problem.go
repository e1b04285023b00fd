package refusal

import (
	"errors"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Amounts is Problem.Reason where the file would not say what the document says.
const Amounts = "amounts"

// revision is Problem.Reason where the difference to what was written before cannot be posted.
const revision = "revision"

// Problem is one reason why a document cannot be mapped: which cell of the output, which cell of the mapping, what
// value.
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
	// Key is what a lookup sheet has no row for; several keys are joined by U+001F.
	Key string `json:"key,omitempty"`
	// Reason is a stable word: a reason of package posting, or format, lookup, formula, field, required, codes,
	// overflow, unmappable, number, unbalanced, summarise, record.
	Reason string   `json:"reason"`
	Detail say.Text `json:"detail"`
}

// IsRevision reports whether the problem is about the document as a revision, not about the mapping or the document
// itself.
func (p Problem) IsRevision() bool { return p.Reason == revision }

func (p Problem) String() string { return p.Said().String() }

// Said is the problem as a sentence, with the place.
func (p Problem) Said() say.Text {
	said := say.After(strings.TrimSpace(p.Record+" "+p.Field), p.Detail)
	var at []say.Text
	if p.Place != "" {
		at = append(at, say.Plain(p.Place))
	}
	if p.Entry != "" {
		at = append(at, say.F("entry %s", p.Entry))
	}
	if p.Path != "" {
		at = append(at, say.Plain(p.Path))
	}
	if len(at) > 0 {
		said = say.F("%s (%s)", said, say.Join(", ", at...))
	}
	return said
}

// DocumentError is a document that cannot go into an import file as things are. Others are not touched by it; mending
// the mapping or the document and trying again is the way out.
type DocumentError struct {
	DocID    string
	Problems []Problem
	// Refused tells that the document itself cannot be posted (package posting), whatever the mapping says.
	Refused bool
	cause   error
}

func (e *DocumentError) Error() string { return e.Said().String() }

// Said is the error as a sentence. What is wrong in the same words on both sides of a posting is said once.
func (e *DocumentError) Said() say.Text {
	var texts []say.Text
	for _, p := range e.Problems {
		if text := p.Said(); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if e.DocID == "" { // a bare document; whoever tells of it knows its place
		return say.Join("; ", texts...)
	}
	return say.F("document %s: %s", e.DocID, say.Join("; ", texts...))
}

// Amounts reports whether the document is refused because the file would not say what it says.
func (e *DocumentError) Amounts() bool {
	return len(e.Problems) > 0 && e.Problems[0].Reason == Amounts
}

func (e *DocumentError) Unwrap() error { return e.cause }

// Reasons are the problems for which a document would be held, in words; nil without an error.
func Reasons(err error) []string {
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

// Unreadable is a document whose JSON cannot be read.
func Unreadable(env fis.Envelope, err error) *DocumentError {
	return &DocumentError{DocID: env.ID, Refused: true, Problems: []Problem{{Reason: "format", Detail: say.Of(err)}},
		cause: err}
}

// Unposted is a document of which no posting lines can be derived.
func Unposted(id string, err error) *DocumentError {
	out := &DocumentError{DocID: id, Refused: true, cause: err}
	var r *posting.Refusal
	if errors.As(err, &r) {
		for _, p := range r.Problems {
			out.Problems = append(out.Problems, OfPosting(p))
		}
	} else {
		out.Problems = []Problem{{Reason: "posting", Detail: say.Of(err)}}
	}
	return out
}

// OfPosting is a problem, or a remark, of the posting rules.
func OfPosting(p posting.Problem) Problem {
	return Problem{Entry: p.Entry, Path: p.Place, Reason: string(p.Reason), Detail: p.Detail}
}

// OfRevision says why the difference to what was written before cannot be posted.
func OfRevision(id, format string, args ...any) *DocumentError {
	return &DocumentError{DocID: id, Problems: []Problem{{Reason: revision, Detail: say.F(format, args...)}}}
}

// Panicked is a mistake of this program that a document has met.
func Panicked(id string, r any) *DocumentError {
	detail := say.F("fisbridge itself failed at this document (%v); please report it", r)
	return &DocumentError{DocID: id, Problems: []Problem{{Reason: "internal", Detail: detail}}}
}
