package compare

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/words"
)

// Whatever a difference says in English is said in every language, and nothing of it but names and figures is the same.
func TestDifferencesAreSaidInEveryLanguage(t *testing.T) {
	t.Parallel()
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	amount, err := fis.ParseAmount("1234.50")
	if err != nil {
		t.Fatal(err)
	}
	move := func(old, anew string, amounts map[string]fis.Amount) Move {
		return Move{Old: old, New: anew, Lines: 3, Amounts: amounts}
	}
	some := map[string]fis.Amount{"EUR": amount}
	diffs := []*Diff{
		{}, {Cells: make([]CellChange, 3)}, {Documents: 1234}, {Documents: 51, Held: []HeldChange{{Kind: HeldOther}}}, {Documents: 51, Changed: 9},
		{Documents: 1, Changed: 1, AddedLines: 2, RemovedLines: 1, Moved: 3, Held: []HeldChange{{Kind: NewlyHeld}, {Kind: NoLongerHeld}, {Kind: HeldOther}}},
		{Documents: 51, Frame: make([]FieldChange, 1)},
		{Documents: 1234, Changed: 1, Columns: []ColumnChange{{Column: "Account", Lines: 7, MoveCount: 5}, {Column: "Text, long", Lines: 1}}},
		{Documents: 51, Changed: 2, Columns: []ColumnChange{{Column: "Account", Lines: 3, Moves: []Move{move("640100", "", some), move("", "a, b", nil)}, Type: layout.CodeType}, {Column: "Tax code", Lines: 3, Moves: []Move{move("V1", "V2", some)}, Type: layout.CodeType}}},
	}
	seen := map[string]bool{}
	for _, d := range diffs {
		english := d.sentence()
		seen[english] = true
		text := Said(english)
		if text.String() != english {
			t.Errorf("%q is %q in English", english, text.String())
		}
		for _, l := range c.Langs()[1:] {
			said, whole := l.Say(text)
			if !whole || said == english {
				t.Errorf("%s: %q is said as %q", l.Code, english, said)
			}
			for _, word := range []string{" of ", " changes ", " lines", "documents ", "nothing", "blank", "held", "1,234.50"} {
				if strings.Contains(said, word) {
					t.Errorf("%s: %q has %q left", l.Code, said, word)
				}
			}
		}
	}
	if len(seen) != len(diffs) {
		t.Errorf("%d sentences of %d", len(seen), len(diffs))
	}
	if got := Said("somebody's words: 9 of 51; nothing else").String(); got != "somebody's words: 9 of 51; nothing else" {
		t.Error(got)
	}
}
