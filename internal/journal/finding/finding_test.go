package finding

import (
	"slices"
	"strings"
	"testing"
)

// A search costs as much as it has words: the same one twice, or thousands of them, are not looked for.
func TestWordsOfASearch(t *testing.T) {
	if got := wordsOf("  Trip trip\tLyon TRIP "); !slices.Equal(got, []string{"Trip", "Lyon"}) {
		t.Error(got)
	}
	if got := wordsOf(strings.Repeat("a b c d e f g h i j ", 1000)); !slices.Equal(got, []string{"a", "b", "c", "d", "e", "f", "g", "h"}) {
		t.Error(got)
	}
	if got := wordsOf(" "); len(got) != 0 {
		t.Error(got)
	}
}
