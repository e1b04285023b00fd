package paying

import (
	"slices"
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// IsParty tells whether a document is of the party that a bank names: all words of the employee's or vendor's name are
// among those of the party.
func IsParty(doc *fis.Document, party string) bool {
	person := doc.Person()
	names := []string{person.Str("employeeFirstName") + " " + person.Str("employeeLastName"),
		doc.Header().Str("vendorName"), doc.Root.Get("vendor").Str("vendorName")}
	words := nameWords(party)
	return slices.ContainsFunc(names, func(name string) bool {
		own := nameWords(name)
		missing := func(w string) bool { return !slices.Contains(words, w) }
		return len(own) > 1 && !slices.ContainsFunc(own, missing)
	})
}

// nameWords are the words of a name in small letters.
func nameWords(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
