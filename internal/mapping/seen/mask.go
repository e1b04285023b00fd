package seen

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// safe is a value as it may be shown: in full, or as its form when it says who somebody is.
func (g *Gatherer) safe(f *gathered, value string, everybodys bool) string {
	if f.info != nil && f.info.Personal() || f.info == nil && telling.MatchString(f.path) || everybodys ||
		looksPersonal(value) || g.namesSomebody(value) {
		return Form(value)
	}
	return value
}

// everybodysOwn reports whether nearly each document has a text of its own in the field: such a text is written by
// hand, whatever the field is called.
func (f *gathered) everybodysOwn() bool {
	if f.info != nil {
		switch f.info.Type {
		case fis.FieldCode, fis.FieldText:
		default:
			return false
		}
		if f.info.Type == fis.FieldCode && !strings.Contains(f.info.Name, "Custom") {
			return false // ids
		}
	}
	words := 0
	for _, v := range f.order {
		if strings.ContainsFunc(v, unicode.IsLetter) && strings.Contains(strings.TrimSpace(v), " ") {
			words++
		}
	}
	const some = 8
	return words >= some && 3*words > 2*f.documents
}

// Form is the shape of a value without what it says: letters are x, digits 9.
func Form(value string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsUpper(r):
			return 'X'
		case unicode.IsLetter(r), unicode.IsMark(r):
			return 'x'
		case unicode.IsDigit(r):
			return '9'
		}
		return r
	}, value)
}

var (
	mail = regexp.MustCompile(`\S@\S+\.\S`)
	// numbers of bank accounts and cards
	account = regexp.MustCompile(`\b[A-Z]{2}[0-9]{2}[A-Z0-9 ]{11,30}\b|\b[0-9][0-9 -]{11,22}[0-9]\b`)
)

// telling are names of fields that no reference has and that by their name say who somebody is.
var telling = regexp.MustCompile(`(?i)(first|last|middle|family|given|full|user|employee|person|approver|attendee)_?name|` +
	`mail|phone|login|birth|iban|passport|address`)

func looksPersonal(value string) bool { return mail.MatchString(value) || account.MatchString(value) }

// namesSomebody reports whether a word of the value, or two beside each other, are the name, the number or the login of
// one of the people of the documents.
func (g *Gatherer) namesSomebody(value string) bool {
	whole := fold(value)
	if g.persons[whole] {
		return true
	}
	words := strings.FieldsFunc(whole, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '\''
	})
	for i, w := range words {
		if g.persons[w] || i > 0 && g.persons[words[i-1]+" "+w] {
			return true
		}
	}
	return false
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
