package cobol

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Picture is what a PICTURE clause says.
type Picture struct {
	Width    int // characters as DISPLAY, without a separate sign
	Digits   int // 0 where it is no number
	Decimals int
	Signed   bool
	// Edited numbers have a mark, blanks or a sign written out; Sign is how, in the words of templates.
	Edited bool
	Blanks bool // no leading zeros
	Sign   string
	// Odd is an edited picture that no layout writes: it is a text.
	Odd bool
}

var (
	picRepeat = regexp.MustCompile(`(CR|DB|.)\((\d{1,6})\)`)
	picEdited = regexp.MustCompile(`^(-+|\+?)(Z*)(9*)(?:\.(9+|Z+))?(-|\+|CR|DB)?$`)
)

// widestPicture bounds a field.
const widestPicture = 100_000

// ReadPicture reads S9(11)V99, X(30), -(9)9.99.
func ReadPicture(text string) (Picture, error) {
	s := strings.ToUpper(text)
	for strings.Contains(s, "(") {
		m := picRepeat.FindStringSubmatchIndex(s)
		if m == nil {
			return Picture{}, fmt.Errorf("PIC %s: a number in parentheses is wrong", text)
		}
		n, err := strconv.Atoi(s[m[4]:m[5]])
		if err != nil || n < 1 || n > widestPicture || len(s)+n > 2*widestPicture {
			return Picture{}, fmt.Errorf("PIC %s: a field has 1 to %d characters", text, widestPicture)
		}
		s = s[:m[0]] + strings.Repeat(s[m[2]:m[3]], n) + s[m[1]:]
	}
	only := func(chars string) bool { return s != "" && strings.Trim(s, chars) == "" }
	switch {
	case s == "":
		return Picture{}, fmt.Errorf("a PIC without a picture")
	case strings.ContainsAny(s, "NG") && !strings.Contains(s, "DB"):
		return Picture{}, fmt.Errorf("PIC %s: characters of two bytes (N, G) are not written by a template; is it PIC X?", text)
	case strings.Contains(s, "P"):
		return Picture{}, fmt.Errorf("PIC %s: scaled numbers (P) are not written by a template", text)
	case only("9SV"):
		return plainNumber(text, s)
	case only("XA9"):
		return Picture{Width: len(s)}, nil
	}
	return editedNumber(s), nil
}

func plainNumber(text, s string) (Picture, error) {
	p := Picture{Signed: strings.HasPrefix(s, "S")}
	s = strings.TrimPrefix(s, "S")
	whole, part, _ := strings.Cut(s, "V")
	if strings.ContainsAny(whole+part, "SV") || whole+part == "" {
		return p, fmt.Errorf("PIC %s: is no number: one S at the beginning, one V", text)
	}
	p.Digits, p.Decimals = len(whole)+len(part), len(part)
	p.Width = p.Digits
	if p.Digits > 38 {
		return p, fmt.Errorf("PIC %s: a number has at most 38 digits", text)
	}
	return p, nil
}

// editedNumber reads pictures of numbers for people: ZZZ9.99-.
func editedNumber(s string) Picture {
	p := Picture{Width: len(s), Edited: true}
	m := picEdited.FindStringSubmatch(s)
	if m == nil || m[2]+m[3]+m[4] == "" && len(m[1]) < 2 {
		p.Odd = true
		return p
	}
	lead, zeros, nines, decimals, trail := m[1], m[2], m[3], m[4], m[5]
	p.Decimals = len(decimals)
	p.Digits = len(zeros) + len(nines) + len(decimals)
	p.Blanks = zeros != "" || len(lead) > 1
	switch {
	case lead != "" && trail != "", lead == "-", lead == "+" && p.Blanks:
		p.Odd = true // the sign has a place of its own, with a blank where there is none
	case lead == "+":
		p.Sign = "leading-separate"
	case lead != "":
		p.Sign, p.Digits = "floating", p.Digits+len(lead)-1
	case trail == "":
		p.Sign = "none"
	default:
		p.Sign = map[string]string{"-": "trailing", "+": "trailing-separate", "CR": "cr", "DB": "db"}[trail]
	}
	return p
}
