package functions

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// numberFormat is one or two sections of a format as in Excel, the second for negative numbers.
type numberFormat struct {
	positive, negative section
	both               bool // there are two
	marks              marks
}

// section is text, digits, text.
type section struct {
	before, after string
	digits        int // least before the point
	least, most   int // decimals
	grouped       bool
	percents      int // times that it is shown in hundredths
}

// newNumberFormat reads 0.00, 000000, #,##0.00, 0.##, "EUR "0.00, 0.00;0.00-.
func newNumberFormat(typed string) (*numberFormat, error) {
	sections := splitSections(typed)
	if len(sections) > 2 {
		return nil, fmt.Errorf("the number format %q has more than two parts: positive;negative", clip(typed))
	}
	f := &numberFormat{both: len(sections) == 2, marks: English.marks()}
	var err error
	if f.positive, err = newSection(sections[0]); err != nil {
		return nil, err
	}
	if f.both {
		f.negative, err = newSection(sections[1])
	}
	return f, err
}

func splitSections(typed string) []string {
	var sections []string
	start, quoted := 0, false
	for i := range len(typed) {
		if typed[i] == '"' {
			quoted = !quoted
		}
		if typed[i] == ';' && !quoted {
			sections = append(sections, typed[start:i])
			start = i + 1
		}
	}
	return append(sections, typed[start:])
}

// sectionReader reads one section from left to right.
type sectionReader struct {
	section
	typed string
	core  string
	state int // 0 before the digits, 1 inside, 2 after
}

func newSection(typed string) (section, error) {
	r := &sectionReader{typed: typed}
	quoted := false
	for _, c := range typed {
		if c == '"' {
			quoted = !quoted
			continue
		}
		if err := r.take(c, quoted); err != nil {
			return section{}, err
		}
	}
	if quoted {
		return section{}, fmt.Errorf("the number format %q has an open quote", clip(typed))
	}
	return r.section, r.digitsOf()
}

func (r *sectionReader) take(c rune, quoted bool) error {
	digit := !quoted && strings.ContainsRune("0#,.", c)
	if !quoted && c == '%' {
		r.percents++
	}
	if !quoted && !digit && !strings.ContainsRune(" +-()/':$€£¥%", c) {
		return fmt.Errorf("the number format %q has %q in it; use 0, #, a point, and other text in doubled quotes", clip(r.typed), string(c))
	}
	switch {
	case digit && r.state == 2:
		return fmt.Errorf("the number format %q has digits in two places", clip(r.typed))
	case digit:
		r.state = 1
		r.core += string(c)
	case r.state == 0:
		r.before += string(c)
	default:
		r.state = 2
		r.after += string(c)
	}
	return nil
}

// digitsOf reads #,##0.00 and refuses what could be meant otherwise, above all a decimal comma.
func (r *sectionReader) digitsOf() error {
	whole, decimals, _ := strings.Cut(r.core, ".")
	plain := strings.ReplaceAll(whole, ",", "")
	switch {
	case strings.Trim(r.core, ".,") == "":
		return fmt.Errorf("the number format %q has no digits: 0 or #", clip(r.typed))
	case strings.ContainsAny(decimals, ".,") || strings.Contains(plain, "0#") || strings.Contains(decimals, "#0"):
		return fmt.Errorf("the number format %q is not in order: # before 0, then a point, then 0 before #", clip(r.typed))
	case len(r.core) > 2*maxDecimals:
		return fmt.Errorf("the number format has more than %d digits", 2*maxDecimals)
	case strings.Contains(whole, ","):
		if whole != "#,##0" && whole != "#,###" && whole != "0,000" {
			return fmt.Errorf("the number format %q: thousands are written #,##0; the decimal mark is a point (SUBSTITUTE makes a comma of it)", clip(r.typed))
		}
		r.grouped = true
	}
	r.digits = strings.Count(plain, "0")
	r.least, r.most = strings.Count(decimals, "0"), len(decimals)
	return nil
}

// append writes a number, rounded half away from zero. What is rounded to zero has no sign.
func (f *numberFormat) append(dst []byte, n fis.Amount) []byte {
	s := &f.positive
	if n.Sign() < 0 && f.both {
		s = &f.negative
	}
	n = n.Shift(int32(2 * s.percents)).Round(int32(s.most))
	if f.both && n.Sign() == 0 {
		s = &f.positive
	}
	if n.Sign() < 0 && !f.both {
		dst = append(dst, '-')
	}
	dst = append(dst, s.before...)
	var room [48]byte
	all := coefficient(room[:0], n, s.most)
	whole, decimals := all[:len(all)-s.most], all[len(all)-s.most:]
	dst = s.appendWhole(dst, bytes.TrimLeft(whole, "0"), f.marks.thousands)
	for len(decimals) > s.least && decimals[len(decimals)-1] == '0' {
		decimals = decimals[:len(decimals)-1]
	}
	if len(decimals) > 0 {
		dst = append(append(dst, f.marks.decimal...), decimals...)
	}
	return append(dst, s.after...)
}

// coefficient are the digits of a number rounded to so many decimals, without sign and point, at least one more than
// decimals.
func coefficient(dst []byte, n fis.Amount, decimals int) []byte {
	if c, ok := n.Small(); ok {
		dst = strconv.AppendInt(dst, max(c, -c), 10)
	} else {
		dst = n.Abs().Coefficient().Append(dst, 10)
	}
	if missing := decimals + 1 - len(dst); missing > 0 {
		dst = append(bytes.Repeat([]byte{'0'}, missing), dst...)
	}
	return dst
}

func (s *section) appendWhole(dst, whole []byte, thousands string) []byte {
	width := max(len(whole), s.digits)
	for i := range width {
		if s.grouped && i > 0 && (width-i)%3 == 0 {
			dst = append(dst, thousands...)
		}
		if at := i - (width - len(whole)); at >= 0 {
			dst = append(dst, whole[at])
			continue
		}
		dst = append(dst, '0')
	}
	return dst
}
