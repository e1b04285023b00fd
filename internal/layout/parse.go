package layout

import (
	"math/big"
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// ParseText turns the text of a field into its value, by the conventions of the field and no others.
func (c *Cell) ParseText(s string) (Value, string) {
	trimmed := TrimBlanks(s)
	if trimmed == "" || c.StandsForNothing(trimmed) {
		return Value{}, c.Missing()
	}
	switch c.Type {
	case TextType:
		if c.guard == guardPeople && len(s) > 1 && s[0] == '\'' && wording.StartsFormula(s[1:]) {
			s = s[1:]
		}
		return Text(s), c.allowed(s).String()
	case CodeType:
		return Text(trimmed), c.allowed(trimmed).String()
	case DateType:
		d, reason := c.Date.parse(trimmed)
		return Day(d), reason
	case TimeType:
		t, reason := c.time.Parse(trimmed)
		return Text(t.String()), reason
	case FlagType:
		switch trimmed {
		case c.Yes:
			return Flag(true), ""
		case c.No:
			return Flag(false), ""
		}
		return Value{}, "is neither " + c.Yes + " nor " + c.No
	}
	places := c.Most
	a, reason := c.parseNumber(trimmed, places)
	if reason != "" && c.CurrencyBeside {
		if number, currency, ok := splitCurrency(trimmed); ok {
			a, reason = c.parseNumber(number, places)
			return Value{Kind: NumberKind, Number: a, Text: currency}, reason
		}
	}
	return Number(a), reason
}

// standsForNothing is true for the text that the layout writes for an empty field. Zeros in a column of numbers stay
// the number 0.
func (c *Cell) StandsForNothing(trimmed string) bool {
	return c.NothingText != "" && trimmed == TrimBlanks(c.NothingText) && !(c.Nothing == EmptyZero && c.Numeric())
}

func (c *Cell) Missing() string {
	if c.Required {
		return "is required and has no value"
	}
	return ""
}

// Unformula is the text in ="00123", by which programs keep Excel from taking a text for a number; another text stays
// as it is.
func Unformula(s string) string {
	if len(s) < 3 || s[0] != '=' {
		return s
	}
	trimmed := TrimBlanks(s)
	if inner, ok := strings.CutPrefix(trimmed, `="`); ok {
		if inner, ok = strings.CutSuffix(inner, `"`); ok && !strings.Contains(inner, `"`) {
			return inner
		}
	}
	return s
}

// TrimBlanks takes blanks, tabs and no-break spaces from both ends.
func TrimBlanks(s string) string {
	if s == "" || s[0] > ' ' && s[0] < 0x80 && s[len(s)-1] > ' ' && s[len(s)-1] < 0x80 {
		return s
	}
	return strings.Trim(s, " \t\u00A0\u202F")
}

// parseNumber reads a number; places is how many decimals are implied where none are written.
func (c *Cell) parseNumber(s string, places int) (fis.Amount, string) {
	body, negative, reason := c.takeSign(s)
	if reason != "" {
		return fis.Zero, reason
	}
	n, reason := c.unsigned(body, places)
	if negative {
		n = n.Neg()
	}
	if reason == "" && c.codes != nil {
		reason = c.allowed(s).String()
	}
	return n, reason
}

// takeSign splits the sign off by the convention of the field.
func (c *Cell) takeSign(s string) (body string, negative bool, reason string) {
	if c.Convention == signLeading || c.Convention == signFloating {
		if rest, ok := strings.CutPrefix(s, "-"); ok {
			return rest, true, ""
		}
		return strings.TrimPrefix(s, "+"), false, ""
	}
	wrong := "is not a number with the sign convention " + c.SignName()
	switch c.Convention {
	case signLeadingSeparate:
		if rest, ok := strings.CutPrefix(s, "-"); ok {
			return rest, true, ""
		}
		rest, ok := strings.CutPrefix(s, "+")
		return rest, false, pick(ok, "", wrong)
	case signTrailing:
		rest, ok := strings.CutSuffix(s, "-")
		return TrimBlanks(rest), ok, ""
	case signTrailingSeparate:
		if rest, ok := strings.CutSuffix(s, "-"); ok {
			return rest, true, ""
		}
		rest, ok := strings.CutSuffix(s, "+")
		return rest, false, pick(ok, "", wrong)
	case signParentheses:
		if rest, ok := strings.CutPrefix(s, "("); ok {
			rest, ok = strings.CutSuffix(rest, ")")
			return rest, true, pick(ok, "", wrong)
		}
		return s, false, ""
	case signCR, signDB:
		rest, ok := cutMark(s, pick(c.Convention == signCR, "CR", "DB"))
		return rest, ok, ""
	case signCRDR, signSH:
		plus, minus := c.Convention.marks()
		if rest, ok := cutMark(s, minus); ok {
			return rest, true, ""
		}
		rest, ok := cutMark(s, plus)
		return rest, false, pick(ok, "", wrong)
	case signNone:
		return s, false, ""
	}
	return c.takeZone(s, wrong)
}

// cutMark takes a mark of letters off the end, whatever their case, with the blanks before it.
func cutMark(s, mark string) (string, bool) {
	at := len(s) - len(mark)
	if at < 0 || !strings.EqualFold(s[at:], mark) {
		return s, false
	}
	return TrimBlanks(s[:at]), true
}

// takeZone reads the sign out of an overpunched digit.
func (c *Cell) takeZone(s, wrong string) (string, bool, string) {
	b := []byte(s)
	at := len(b) - 1
	if c.Convention.InFirstDigit() {
		at = 0
	}
	digit, negative, ok := c.Convention.ZoneDigit(b[at], false)
	if !ok && !c.Convention.asciiZone() && b[at] >= '0' && b[at] <= '9' {
		return s, false, "" // no punch: zone F, unsigned, which COBOL reads as positive; in EBCDIC it is the same byte as the digit
	}
	if !ok {
		return s, false, wrong
	}
	b[at] = '0' + digit
	return string(b), negative, ""
}

// maxRead is how many digits are read; FIS and ERPs have 23, hostile files have millions.
const maxRead = 64

// unsigned reads digits, grouping and decimal mark. A whole amount may end in its mark, as SWIFT and COBOL edit
// pictures write it: `500,`.
func (c *Cell) unsigned(s string, places int) (fis.Amount, string) {
	whole, decimals, marked := s, "", false
	if !c.Unmarked {
		whole, decimals, marked = strings.Cut(s, c.Mark)
	}
	if len(s) > 3*maxRead {
		return fis.Zero, "has too many digits"
	}
	if c.Group != "" && !c.Unmarked {
		var ok bool
		if whole, ok = c.ungroup(whole); !ok {
			return fis.Zero, "is not a number: the groups are not of three digits"
		}
	}
	if marked && decimals == "" && (whole == "" || c.Type == IntegerType) || !AllDigits(whole) || !AllDigits(decimals) || whole == "" && decimals == "" {
		return fis.Zero, "is not a number" + c.markHint(s)
	}
	if c.Unmarked {
		if c.Type == IntegerType {
			places = 0
		}
		return AmountOf(whole, places)
	}
	if extra := strings.TrimRight(decimals, "0"); len(extra) > places && !c.ByCurrency {
		return fis.Zero, "has more decimals than the field"
	}
	return amountOf(whole, decimals)
}

// markHint helps with the commonest mistake: the other decimal mark.
func (c *Cell) markHint(s string) string {
	if !c.Unmarked && strings.ContainsAny(s, ".,") {
		return " with the decimal mark " + c.Mark
	}
	return ""
}

// ungroup removes the separators of groups of three digits. A number without any is fine.
func (c *Cell) ungroup(s string) (string, bool) {
	parts := strings.Split(s, c.Group)
	for i, part := range parts {
		if i > 0 && len(part) != 3 || i == 0 && len(parts) > 1 && (len(part) == 0 || len(part) > 3) {
			return s, false
		}
	}
	return strings.Join(parts, ""), true
}

// AllDigits reports whether there is nothing but 0 to 9.
func AllDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// amountOf makes a number of its digits before and behind the mark.
func amountOf(whole, decimals string) (fis.Amount, string) {
	if len(whole)+len(decimals) > mostQuick {
		return AmountOf(whole+decimals, len(decimals))
	}
	return decimal.New(numberOf(numberOf(0, whole), decimals), int32(-len(decimals))), ""
}

// mostQuick is how many digits a machine word has room for, whatever they are.
const mostQuick = 18

// numberOf reads further digits of a number.
func numberOf(n int64, digits string) int64 {
	for i := 0; i < len(digits); i++ {
		n = n*10 + int64(digits[i]-'0')
	}
	return n
}

// AmountOf makes a number of digits, of which the last places are decimals.
func AmountOf(digits string, places int) (fis.Amount, string) {
	trimmed := strings.TrimLeft(digits, "0")
	if len(trimmed) > maxRead {
		return fis.Zero, "has too many digits"
	}
	if len(trimmed) <= mostQuick {
		return decimal.New(numberOf(0, trimmed), int32(-places)), ""
	}
	n, ok := new(big.Int).SetString(trimmed, 10)
	if !ok {
		return fis.Zero, "is not a number"
	}
	return decimal.NewFromBigInt(n, int32(-places)), ""
}
