package preview

import (
	"regexp"
	"strings"
	"sync"

	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// What the template demands of a field, and what was done to a value, comes from the layout in English. These are its forms;
// the longer ones stand before those they hold.
var forms = []string{
	"as many decimals as the currency in %s has; more is an error, nothing is rounded here",
	"characters that the file must not hold were taken out or replaced; the value is %s",
	"the amount with its sign in %s (%s), the side in %s (%s debit, %s credit)",
	"%s: no field is named for the currency, so it is not compared",
	"%s: each posting line of %s documents stands in it once, %s",
	"rounded with the posting lines of the document: %s says %s",
	"characters replaced that the encoding does not have: %s",
	"%s decimals; more is an error, nothing is rounded here",
	"the amount in %s, the side in %s (%s debit, %s credit)",
	"Not held against the documents: the amounts of %s",
	"Left out on purpose: posting lines with %s",
	"cut: %s characters, the field holds %s",
	"characters that %s does not have: %s",
	"the amount with its sign in %s (%s)",
	"%s, positions %s to %s (%s bytes)",
	"nothing there, so the default %s",
	"%s keeps the documents apart",
	"on the right, filled with %s",
	"debits in %s, credits in %s",
	"on the left, filled with %s",
	"%s where there is nothing",
	"%s, at most %s characters",
	"%s stands for nothing",
	"%s between thousands",
	"%s, at most %s bytes",
	"at least %s decimals",
	"yes is %s, no is %s",
	"the currency in %s",
	"%s in minor units",
	"%s, attribute %s",
	"decimal mark %s",
	"%s, element %s",
	"%s becomes %s",
	"date as %s",
	"time as %s",
	"one of %s",
	"sign: %s",
}

// patterns are the forms, to find their values.
var patterns = sync.OnceValue(func() (out []*regexp.Regexp) {
	for _, form := range forms {
		parts := strings.Split(form, "%s")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		out = append(out, regexp.MustCompile("(?s)^"+strings.Join(parts, "(.+?)")+"$"))
	}
	return out
})

// formed says what has one of the forms in the language of the preview; its values, too, as far as they are words.
func (v *Preview) formed(english string) (string, bool) {
	for i, pattern := range patterns() {
		found := pattern.FindStringSubmatch(english)
		if found == nil {
			continue
		}
		values := make([]any, len(found)-1)
		for n, value := range found[1:] {
			values[n] = v.word(value)
		}
		return v.say(forms[i], values...), true
	}
	return "", false
}

// word is a value: the type of a field, types of documents, or what is itself a text; anything else is what it is.
func (v *Preview) word(value string) string {
	if own := v.in().Name(sheets.Types, value); own != value {
		return own
	}
	types := strings.Split(value, ", ")
	for i, name := range types {
		own, is := v.in().Page()["type:"+name]
		if !is {
			types = nil
			break
		}
		types[i] = own
	}
	if types != nil {
		return strings.Join(types, ", ")
	}
	if own, is := v.in().Page()[value]; is {
		return own
	}
	own, is := v.formed(value)
	if !is {
		return value
	}
	return own
}

// declared are what the template says of its amounts: sentences of several parts.
func (v *Preview) declared() []string {
	out := v.plan.Template().Declaration()
	if v.in() == nil {
		return out
	}
	for i, sentence := range out {
		parts := strings.Split(strings.TrimSuffix(sentence, "."), "; ")
		for n, part := range parts {
			parts[n] = v.told(part)
		}
		out[i] = strings.Join(parts, "; ") + "."
	}
	return out
}
