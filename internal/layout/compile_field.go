package layout

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout/clock"
	"github.com/fisbridge/fisbridge/internal/say"
)

// field decides everything about one field and reports what is wrong with it.
func (c *Check) field(l *Line, f *Cell, byName map[string]int) {
	at := c.At(f)
	if f.Type == "" {
		f.Type = TextType
	}
	if !c.Choice(at+".type", string(f.Type), string(TextType), string(CodeType), string(IntegerType), string(AmountType), string(DateType),
		string(TimeType), string(FlagType)) {
		return
	}
	if f.Width < 0 {
		c.Problem(at+".width", fmt.Sprint(f.Width), "cannot be negative")
	}
	f.Title = f.Heading
	if f.Title == "" {
		f.Title = f.Name
	}
	f.inBytes = c.plan.can.Positions || c.plan.spec.WidthIn == "bytes"
	c.words(at, f)
	c.forms(at, f)
	if f.Numeric() {
		c.number(at, f, l, byName)
	}
	c.padding(at, f)
	if f.Quoted != nil && !c.plan.can.Quotes {
		c.Problem(at+".quoted", fmt.Sprint(*f.Quoted), "only %s files have quotes", kindsThat(c.kinds, func(a Can) bool { return a.Quotes }))
	}
	c.noOwn(at+".own", f.Own)
	if c.plan.format != nil {
		c.plan.format.Field(c, f)
	}
	c.guards(at, f)
	c.plainBytes(f)
	c.defaults(at, f)
}

// words: text and code.
func (c *Check) words(at string, f *Cell) {
	isText := f.Type == TextType
	if c.Choice(at+".overflow", f.Overflow, "error", "cut") && f.Overflow == "cut" {
		if !isText {
			c.Problem(at+".overflow", "cut", "only free text may be cut; a %s never is", f.Type)
		}
		if f.Width == 0 {
			c.Problem(at+".overflow", "cut", "needs a width")
		}
		f.cut = true
	}
	if !isText && (len(f.Replace) > 0 || f.Collapse) {
		c.Problem(at+".replace", "", "only free text may be changed; a %s never is", f.Type)
	}
	f.replace = c.table(at+".replace", f.Replace)
	letters := f.Case
	if letters == "" && (isText || f.Type == CodeType) {
		letters = c.plan.spec.Case
	}
	if c.Choice(at+".case", letters, "upper", "lower") {
		f.letters = map[string]letterCase{"upper": upperCase, "lower": lowerCase}[letters]
	}
	if f.Codes != nil {
		f.codes = make(map[string]bool, len(f.Codes))
		for _, code := range f.Codes {
			f.codes[string(code)] = true
			c.Encodable(at+".codes", string(code))
		}
	}
	f.keepBreaks = isText && c.plan.spec.LineBreaks == "keep"
}

// forms: dates, times, flags.
func (c *Check) forms(at string, f *Cell) {
	s := &c.plan.spec
	form := cmp.Or(f.DateForm, s.DateForm, "yyyy-MM-dd")
	var reason string
	if f.Date, reason = compileDateForm(form, s.MonthNames); reason != "" {
		c.Problem(at+".date_form", form, "%s", reason)
	}
	form = cmp.Or(f.TimeForm, s.TimeForm, "HH:mm:ss")
	if f.time, reason = clock.Compile(form); reason != "" {
		c.Problem(at+".time_form", form, "%s", reason)
	}
	flags := f.Flags
	if flags == nil {
		flags = s.Flags
	}
	if flags == nil {
		flags = []string{"Y", "N"}
	}
	if reason := flagWords(flags); reason != "" {
		c.Problem(at+".flags", strings.Join(flags, ", "), "%s", reason)
		flags = []string{"Y", "N"}
	}
	f.Yes, f.No = flags[0], flags[1]
}

// padding: alignment and what fills.
func (c *Check) padding(at string, f *Cell) {
	f.Right = f.Numeric()
	if c.Choice(at+".align", f.Align, "left", "right") && f.Align != "" {
		f.Right = f.Align == "right"
	}
	pad := string(f.Pad)
	if pad == "" && f.Numeric() && f.Right {
		switch f.Convention {
		case signFloating, signParentheses, signCR, signDB, signCRDR:
		default:
			pad = "0"
		}
	}
	f.Filling, f.PadZero = pad, pad == "0"
	if f.Numeric() && pad != "" && pad != "0" && pad != " " && pad != "*" {
		c.Problem(at+".pad", pad, "a number is filled with 0, * or a blank")
	}
	if f.Numeric() && f.PadZero && !f.Right {
		c.Problem(at+".pad", pad, "zeros on the right would make another number")
	}
	if f.PadZero && f.Convention == signFloating && f.Numeric() {
		c.Problem(at+".pad", pad, "a floating sign needs blanks before it")
	}
	if f.Numeric() && f.Convention.DigitsOnly() && !f.Right {
		c.Problem(at+".align", f.Align, "digits with the sign in them fill the field")
	}
}

// guards: what must not be in a text.
func (c *Check) guards(at string, f *Cell) {
	s := &c.plan.spec
	f.Forbidden += s.ForbiddenChars
	f.failForbidden = s.Forbidden == "fail"
	if f.Type == TextType && c.plan.can.Formulas {
		f.guard = map[string]guard{"": guardFlag, "flag": guardFlag, "people": guardPeople}[s.Neutralise]
	}
	for from, to := range f.replace {
		if strings.ContainsAny(to, f.Forbidden) && f.Forbidden != "" {
			c.Problem(at+".replace", string(from), "is replaced by %q, which this file must not hold", to)
		}
	}
	if strings.ContainsAny(c.plan.replacement, f.Forbidden) && f.Forbidden != "" {
		c.Problem("file.replacement", c.plan.replacement, "must not stand in this file")
	}
}

// plainBytes marks the bytes that a text may hold without a closer look.
func (c *Check) plainBytes(f *Cell) {
	f.plain = new([256]bool)
	for b := ' '; b <= '~'; b++ {
		_, replaced := f.replace[b]
		letter := f.letters == upperCase && b >= 'a' && b <= 'z' || f.letters == lowerCase && b >= 'A' && b <= 'Z'
		f.plain[b] = !replaced && !letter && !strings.ContainsRune(f.Forbidden, b) && c.plan.charset.Size(b) == 1
	}
}

// defaults: the default value and what stands for nothing.
func (c *Check) defaults(at string, f *Cell) {
	f.def = Text(string(f.Default))
	if f.Default != "" {
		if reason := c.try(f, f.def); reason != "" {
			c.Problem(at+".default", string(f.Default), "%s", reason)
		}
	}
	switch f.Empty {
	case "blank":
	case "zero":
		f.Nothing = EmptyZero
	case "":
		if f.Numeric() && c.plan.can.Positions && (f.PadZero || f.Convention.DigitsOnly()) {
			f.Nothing = EmptyZero
		}
	default:
		f.Nothing, f.NothingText = EmptyWords, string(f.Empty)
		c.Encodable(at+".empty", f.NothingText)
		if f.Width > 0 && c.plan.charset.Width([]byte(f.NothingText)) > f.Width {
			c.Problem(at+".empty", f.NothingText, "is longer than the field")
		}
	}
	if f.Nothing == EmptyZero {
		c.zero(at, f)
	} else if f.Numeric() && (f.Convention.Packed() || f.Convention.Binary()) {
		c.Problem(at+".empty", string(f.Empty), "a %s number cannot be blank", f.SignName())
	}
}

// zero makes the text of an empty field that is written as zeros.
func (c *Check) zero(at string, f *Cell) {
	switch {
	case f.Numeric() && c.plan.can.Positions: // written by width
	case f.Numeric():
		f.NothingText = string(f.appendNumber(nil, f.Zero()))
	case f.Type == DateType && f.Date != nil:
		f.NothingText = zeroed(string(f.Date.append(nil, fis.Date{Year: 2000, Month: 1, Day: 1})))
	case f.Type == TimeType && f.time != nil:
		f.NothingText = string(f.time.Append(nil, clock.Time{}))
	default:
		if f.Width == 0 {
			c.Problem(at+".empty", "zero", "needs a width")
			return
		}
		f.NothingText = strings.Repeat("0", f.Width)
	}
}

func zeroed(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '1' && r <= '9' {
			return '0'
		}
		return r
	}, s)
}

// try tells why a constant cannot be the value of a field.
func (c *Check) try(f *Cell, v Value) say.Text {
	if f.Numeric() {
		if f.ByCurrency {
			_, reason := f.amountOf(v)
			return reason
		}
		var room [64]byte
		_, reason := f.Number(v, nil, room[:0])
		return reason
	}
	if f.Type == DateType && f.Date == nil || f.Type == TimeType && f.time == nil {
		return ""
	}
	text, formed, reason := f.text(v, nil)
	if reason != "" || formed != nil {
		return reason
	}
	_, reason = c.plan.appendText(nil, f, text, nil)
	return reason
}
