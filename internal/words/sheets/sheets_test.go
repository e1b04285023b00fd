package sheets

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// A name is in every language, and means one thing whichever language it is taken for.
func TestNamesMeanOneThing(t *testing.T) {
	t.Parallel()
	for list, in := range names().in {
		means := map[string]string{}
		for english, others := range in {
			if len(others) != len(names().codes) {
				t.Errorf("%s %s has %d names, and there are %d languages", list, english, len(others), len(names().codes))
			}
			for _, name := range append(others, english) {
				if other, twice := means[wording.Fold(name)]; twice && other != english {
					t.Errorf("%s %q means %s, and %s", list, name, other, english)
				}
				means[wording.Fold(name)] = english
				if got, ok := English(list, " "+strings.ToUpper(name)); !ok || got != english {
					t.Errorf("%s %q is read as %q", list, name, got)
				}
				if list == Sheets && (len([]rune(name)) > 31 || strings.ContainsAny(name, `:\/?*[]'`)) {
					t.Errorf("no sheet can be called %q", name)
				}
			}
		}
	}
}

// A text is in every language, and takes the same values.
func TestTextsAgree(t *testing.T) {
	t.Parallel()
	for i, texts := range names().texts {
		for english, own := range texts {
			if say.Verbs(english) != say.Verbs(own) {
				t.Errorf("%s: %q takes other values than %q", names().codes[i], own, english)
			}
			for j, others := range names().texts {
				if others[english] == "" {
					t.Errorf("%s: %q is missing", names().codes[j], english)
				}
			}
		}
	}
	if de := In("de"); de.Text("Filled in (of %s)", say.Counted(1, "document")) != "Gefüllt (von 1 Beleg)" || de.Text("Filled in (of %s)", say.Counted(2, "document")) != "Gefüllt (von 2 Belegen)" ||
		In("xx") != nil || In("").Text("each %s", "run") != "each run" || In("en").Code() != "en" || de.Code() != "de" {
		t.Error(de.Text("Filled in (of %s)", say.Counted(2, "document")))
	}
}
