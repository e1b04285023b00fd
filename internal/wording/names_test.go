package wording

import "testing"

func TestFold(t *testing.T) {
	for s, want := range map[string]string{"Cost centre": "costcentre", " COST_Centre\u00a0": "costcentre", "a\u200bb-c\n": "abc", "Łódź\u3000": "łódź", "": ""} {
		if got := Fold(s); got != want {
			t.Errorf("%q becomes %q", s, got)
		}
	}
}

func TestClean(t *testing.T) {
	for s, want := range map[string]string{" a b ": "a b", "\ufeffa\u00a0b\t": "a b", "a\nb\r": "a\nb", "\u2007a\u200b": "a", "a\tb\r": "a b", "Łódź ": "Łódź", "a_b-C": "a_b-C"} {
		if got := Clean(s); got != want {
			t.Errorf("%q becomes %q", s, got)
		}
	}
}
