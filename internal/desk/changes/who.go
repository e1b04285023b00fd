package changes

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// Person is who acted, of an actor as the history names him.
func Person(actor string) string { return wording.Person(actor) }

// same reports whether two names are of one person, as far as names tell.
func same(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

// Has reports whether who acts has a part in a change: he gave its workbook or one that it is made of, or asked for it.
func Has(c Change, actor string) bool {
	for _, a := range append([]string{c.GivenBy, c.AskedBy}, c.Authors...) {
		if a != "" && same(Person(actor), Person(a)) {
			return true
		}
	}
	return false
}
