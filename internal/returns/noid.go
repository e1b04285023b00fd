package returns

import (
	"fmt"
	"regexp"
	"strings"
)

// What stands in the place of a document number and is none: Concur would be told it, and nobody could look it up in the
// ERP. Cells get such values on their way through a spreadsheet, a database, or the hands of people.

var (
	// spreadsheetError: #N/A, #REF!, #NAME?, in other languages too (#NV, #BEZUG!), and ### of a narrow column.
	spreadsheetError = regexp.MustCompile(`^#(#*|[¡¿]?[\pL0/]+[!?]|N/A|NV|N/D)$`)
	// rounded: a number of many digits that a spreadsheet has written as 1.9E+09. A code such as 12E45 has no mark and no sign.
	rounded = regexp.MustCompile(`^[0-9]([.,][0-9]+[eE][+-]?|[eE][+-])[0-9]+$`)
	// asAmount: a number with decimals that are naught.
	asAmount = regexp.MustCompile(`^[0-9]+[.,]0{1,2}$`)
	// nothing: words for no value.
	nothing = regexp.MustCompile(`(?i)^[<(\[]?(null|nil|none|nan|n/a|n\.a\.|na|undefined|blank|empty)[>)\]]?$`)
)

// noText says why a text is no value at all, empty when it may be one.
func noText(text string) string {
	switch {
	case text == "":
		return ""
	case spreadsheetError.MatchString(text):
		return "an error of a spreadsheet"
	case nothing.MatchString(text), strings.Trim(text, "-–—_.,;:*/?! ") == "":
		return "no value"
	}
	return ""
}

// noNumber says why a text is no number of a document or payment, empty when it may be one.
func noNumber(text string) string {
	switch {
	case text == "":
		return ""
	case noText(text) != "":
		return noText(text)
	case strings.Trim(text, "0-–—_.,;:*/?! ") == "":
		return "nothing but zeros"
	case rounded.MatchString(text):
		return "a number that a spreadsheet has rounded"
	case asAmount.MatchString(text):
		return "a number that a spreadsheet has made an amount of"
	}
	return ""
}

// identifies lists a row whose number, company or payment reference is none.
func (d *data) identifies(what, text string, why func(string) string) {
	if no := why(text); no != "" {
		d.problems = append(d.problems, fmt.Sprintf("the %s is %q: %s", what, cut(text, 60), no))
	}
}
