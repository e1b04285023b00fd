package say

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/fisbridge/fisbridge/internal/wording"
)

type word string

type place struct{ s string }

func (p place) String() string { return p.s }

// The English of a sentence is what fmt makes of it, before and after it was stored.
func TestEnglishIsThatOfFmt(t *testing.T) {
	t.Parallel()
	inner := errors.New("the cause")
	for _, row := range []struct {
		format string
		args   []any
	}{
		{"nothing to fill", nil}, {"%d%% of %s", []any{3, "x"}}, {"%q and %s", []any{"a \"b\" \x1b é", "c<d>&"}}, {"%[2]s before %[1]s", []any{"a", "b"}},
		{"%v at %v", []any{place{"A1"}, []string{"x", "y"}}}, {"%c %q", []any{'€', 'x'}}, {"%.2f %03d", []any{1.5, 7}}, {"%s %v", []any{word("w"), 12345}},
		{"%q", []any{word("w")}}, {"why: %v", []any{inner}}, {"%d of %d", []any{int64(12345678901), 2}}, {"%s", []any{""}},
	} {
		text := F(row.format, row.args...)
		want := fmt.Sprintf(row.format, row.args...)
		if got := text.String(); got != want {
			t.Errorf("%q is %q, want %q", row.format, got, want)
		}
		back, ok := FromStored(text.Stored())
		if !ok || back != text || back.String() != want {
			t.Errorf("%s is read back as %q (%v), want %q", text.Stored(), back, ok, want)
		}
		if text != F(row.format, row.args...) {
			t.Errorf("%q is not equal to itself", row.format)
		}
	}
	if got := F("in %s: %s", Counted(2000, "document"), F("no row for %q", "6105")).String(); got != `in 2,000 documents: no row for "6105"` {
		t.Error(got)
	}
	if got := Join("; ", "", F("a"), F("b %d", 1)).String(); got != "a; b 1" {
		t.Error(got)
	}
	for n := range 3 {
		if Counted(n, "line").String() != wording.Counted(n, "line") {
			t.Error(Counted(n, "line"))
		}
	}
}

type german map[string]string

func (g german) Format(id string) (string, bool) { s, ok := g[id]; return s, ok }
func (g german) Counted(n int, noun string) (string, bool) {
	s, ok := g["#"+noun]
	return fmt.Sprint(n) + " " + s, ok
}

// A sentence is said in a language with the sentences in it, in the order of that language; what has no text is English
// and known as such.
func TestSaidInALanguage(t *testing.T) {
	t.Parallel()
	w := german{"%s has no row for %q": "für %[2]q fehlt eine Zeile in %[1]s", "would hold %s: %s": "hielte %s an: %s", "#document": "Belege"}
	text := F("would hold %s: %s", Counted(3, "document"), F("%s has no row for %q", "Accounts", "6105"))
	if got, whole := text.In(w); !whole || got != `hielte 3 Belege an: für "6105" fehlt eine Zeile in Accounts` {
		t.Error(got, whole)
	}
	if got, whole := F("%s: %s", "Columns!A1", F("of next year")).In(w); whole || got != "Columns!A1: of next year" {
		t.Error(got, whole)
	}
	if got, whole := F("%s (%s)", "a", "b").In(w); !whole || got != "a (b)" {
		t.Error(got, whole)
	}
	if Verbs("%[2]q in %[1]s") != Verbs("%s hat %q") || Verbs("%d") == Verbs("%s") || Verbs("%w") != "s" {
		t.Error("verbs are told apart wrongly")
	}
}

// What a sentence quotes of a document can be hidden, in every language.
func TestMasked(t *testing.T) {
	t.Parallel()
	text := F("%s has no row for %q: %s", "Accounts", "6105 Meyer", F("nearest is %q", "6106")).Masked(func(s string) string { return s })
	if got := text.String(); got != `Accounts has no row for "…": nearest is "…"` {
		t.Error(got)
	}
}

// An error keeps its sentence and what it wraps; an error around it that says more is taken as it is.
func TestErrors(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	err := Errorf("line %d: %w", 3, cause)
	if err.Error() != "line 3: cause" || !errors.Is(err, cause) || Of(err).ID() != "line %d: %w" {
		t.Error(err, Of(err))
	}
	if got := Of(fmt.Errorf("more: %w", err)); got.String() != "more: line 3: cause" || !got.IsPlain() {
		t.Error(got)
	}
	b, e := json.Marshal(struct{ A Text }{F("%s < %q", "a", "b")})
	if e != nil || string(b) != `{"A":"a \u003c \"b\""}` {
		t.Error(string(b), e)
	}
}
