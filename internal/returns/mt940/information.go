package mt940

import (
	"regexp"
	"strings"
)

// information is what a :86: says, whichever of its dialects a bank writes.
type information struct {
	endToEnd, run, text, party, reason string
	returned                           bool
}

var (
	german     = regexp.MustCompile(`^([0-9]{3})([^0-9A-Za-z\s])[0-9]{2}`)
	structured = regexp.MustCompile(`^/[A-Z]{2,5}/`)
	keyword    = regexp.MustCompile(`(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|RREF|IBAN|BIC)\+`)
	key        = regexp.MustCompile(`/(TRTP|EREF|MARF|CSID|BENM|ORDP|REMI|IBAN|BIC|NAME|RTRN|ISDT|PREF|KREF|TRCD|ULTB|ULTD|PURP|SVCL|CNTP|INIT|CDTRREF|RREF)/`)
)

// inform tells the dialect from what there is, entry by entry.
func inform(lines []string) (i information) {
	if len(lines) == 0 {
		return i
	}
	joined := strings.Join(lines, "")
	switch m := german.FindStringSubmatch(joined); {
	case m != nil:
		i.german(m[1], m[2], joined[3:])
	case structured.MatchString(joined):
		i.structured(joined)
	default:
		i.text = strings.TrimSpace(strings.Join(lines, " "))
		i.keywords(i.text)
	}
	return i
}

// german is a code of three digits and parts with two digits behind a mark: ?20 to ?29 and ?60 to ?63 are one text, cut
// anywhere.
func (i *information) german(code, mark, rest string) {
	i.returned = code == "159" || code == "109" || code == "108"
	var purpose, party, posting strings.Builder
	for _, part := range strings.Split(rest, mark) {
		if len(part) < 2 || strings.Trim(part[:2], "0123456789") != "" {
			continue
		}
		switch n, value := part[:2], part[2:]; {
		case n == "00":
			posting.WriteString(value)
		case n >= "20" && n <= "29", n >= "60" && n <= "63":
			purpose.WriteString(value)
		case n == "32" || n == "33":
			party.WriteString(value)
		case n == "10":
			i.run = strings.TrimSpace(value)
		case n == "34":
			i.reason = strings.TrimSpace(value)
		}
	}
	i.party, i.text = strings.TrimSpace(party.String()), strings.TrimSpace(purpose.String())
	i.keywords(i.text)
	i.returned = i.returned || saysReturned(posting.String()) || i.endToEnd != "" && strings.HasPrefix(strings.ToUpper(i.text), "RETOURE")
}

// saysReturned tells whether the bank's own text of an entry calls it a return.
func saysReturned(posting string) bool {
	posting = strings.Join(strings.FieldsFunc(strings.ToUpper(posting), func(r rune) bool { return r == ' ' || r == '-' }), "")
	for _, word := range []string{"RETOURE", "RUECKUEBERWEISUNG", "RÜCKÜBERWEISUNG"} {
		if strings.Contains(posting, word) {
			return true
		}
	}
	return false
}

// keywords takes the parts of a purpose, each up to the next keyword.
func (i *information) keywords(purpose string) {
	found := keyword.FindAllStringSubmatchIndex(purpose, -1)
	for n, at := range found {
		end := len(purpose)
		if n+1 < len(found) {
			end = found[n+1][0]
		}
		value := strings.TrimSpace(purpose[at[1]:end])
		switch purpose[at[2]:at[3]] {
		case "EREF":
			i.endToEnd = idOf(value)
		case "KREF":
			i.run = idOf(value)
		case "SVWZ":
			i.text = value
		}
	}
}

// structured is /KEY/value/KEY/value.
func (i *information) structured(joined string) {
	found := key.FindAllStringSubmatchIndex(joined, -1)
	for n := 0; n < len(found); n++ {
		end := len(joined)
		if n+1 < len(found) {
			end = found[n+1][0]
		}
		value := strings.TrimSpace(strings.Trim(joined[found[n][1]:end], "/"))
		switch joined[found[n][2]:found[n][3]] {
		case "EREF":
			i.endToEnd = idOf(value)
		case "KREF", "PREF":
			i.run = idOf(value)
		case "REMI":
			i.text = strings.TrimLeft(strings.TrimPrefix(value, "USTD"), "/")
		case "NAME":
			i.party = value
		case "RTRN":
			i.reason, i.returned = value, true
		}
	}
}
