package layout

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// field decides everything about one field and reports what is wrong with it.
func (c *compiler) field(l *line, f *cell, byName map[string]int) {
	at := place(l.Name, f.Name)
	if f.Type == "" {
		f.Type = TextType
	}
	if !c.choice(at+".type", string(f.Type), string(TextType), string(CodeType), string(IntegerType), string(AmountType), string(DateType),
		string(TimeType), string(FlagType)) {
		return
	}
	if f.Width < 0 {
		c.problem(at+".width", fmt.Sprint(f.Width), "cannot be negative")
	}
	f.heading = f.Heading
	if f.heading == "" {
		f.heading = f.Name
	}
	f.inBytes = c.plan.spec.Kind == Fixed || c.plan.spec.WidthIn == "bytes"
	c.words(at, f)
	c.forms(at, f)
	if f.numeric() {
		c.number(at, f, l, byName)
	}
	c.padding(at, f)
	c.quoting(at, f)
	c.guards(at, f)
	c.plainBytes(f)
	c.defaults(at, f)
}

// words: text and code.
func (c *compiler) words(at string, f *cell) {
	isText := f.Type == TextType
	if c.choice(at+".overflow", f.Overflow, "error", "cut") && f.Overflow == "cut" {
		if !isText {
			c.problem(at+".overflow", "cut", "only free text may be cut; a %s never is", f.Type)
		}
		if f.Width == 0 {
			c.problem(at+".overflow", "cut", "needs a width")
		}
		f.cut = true
	}
	if !isText && (len(f.Replace) > 0 || f.Collapse) {
		c.problem(at+".replace", "", "only free text may be changed; a %s never is", f.Type)
	}
	f.replace = c.table(at+".replace", f.Replace)
	letters := f.Case
	if letters == "" && (isText || f.Type == CodeType) {
		letters = c.plan.spec.Case
	}
	if c.choice(at+".case", letters, "upper", "lower") {
		f.letters = map[string]letterCase{"upper": upperCase, "lower": lowerCase}[letters]
	}
	if f.Codes != nil {
		f.codes = make(map[string]bool, len(f.Codes))
		for _, code := range f.Codes {
			f.codes[string(code)] = true
			c.encodable(at+".codes", string(code))
		}
	}
	f.keepBreaks = isText && c.plan.spec.LineBreaks == "keep"
}

// forms: dates, times, flags.
func (c *compiler) forms(at string, f *cell) {
	s := &c.plan.spec
	form := first(f.DateForm, s.DateForm, "yyyy-MM-dd")
	var reason string
	if f.date, reason = compileDateForm(form, s.MonthNames); reason != "" {
		c.problem(at+".date_form", form, "%s", reason)
	}
	form = first(f.TimeForm, s.TimeForm, "HH:mm:ss")
	if f.time, reason = compileTimeForm(form); reason != "" {
		c.problem(at+".time_form", form, "%s", reason)
	}
	flags := f.Flags
	if flags == nil {
		flags = s.Flags
	}
	if flags == nil {
		flags = []string{"Y", "N"}
	}
	if reason := flagWords(flags); reason != "" {
		c.problem(at+".flags", strings.Join(flags, ", "), "%s", reason)
		flags = []string{"Y", "N"}
	}
	f.yes, f.no = flags[0], flags[1]
}

func first(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// padding: alignment and what fills.
func (c *compiler) padding(at string, f *cell) {
	f.right = f.numeric()
	if c.choice(at+".align", f.Align, "left", "right") && f.Align != "" {
		f.right = f.Align == "right"
	}
	pad := string(f.Pad)
	if pad == "" && f.numeric() && f.right {
		switch f.sign {
		case signFloating, signParentheses, signCR, signDB, signCRDR:
		default:
			pad = "0"
		}
	}
	if c.plan.spec.Kind == Fixed {
		f.pad = c.oneByte(at+".pad", pad, ' ')
	}
	f.padZero = pad == "0"
	if f.numeric() && pad != "" && pad != "0" && pad != " " && pad != "*" {
		c.problem(at+".pad", pad, "a number is filled with 0, * or a blank")
	}
	if f.numeric() && f.padZero && !f.right {
		c.problem(at+".pad", pad, "zeros on the right would make another number")
	}
	if f.padZero && f.sign == signFloating && f.numeric() {
		c.problem(at+".pad", pad, "a floating sign needs blanks before it")
	}
	if f.numeric() && f.sign.digitsOnly() && !f.right {
		c.problem(at+".align", f.Align, "digits with the sign in them fill the field")
	}
}

func (c *compiler) quoting(at string, f *cell) {
	s := &c.plan.spec
	if s.Kind != Delimited {
		if f.Quoted != nil {
			c.problem(at+".quoted", fmt.Sprint(*f.Quoted), "only delimited files have quotes")
		}
		return
	}
	f.quote = quoteMinimal
	isWords := f.Type == TextType || f.Type == CodeType
	filled := pickRule(s.QuoteEmpty, quoteAlways, quoteFilled)
	switch {
	case s.Quoting == "none":
		f.quote = quoteNever
	case f.Quoted != nil:
		f.quote = pickRule(*f.Quoted, filled, quoteNever)
	case s.Quoting == "all" || s.Quoting == "text" && isWords:
		f.quote = filled
	}
	if s.Quoting == "none" && f.Quoted != nil && *f.Quoted {
		c.problem(at+".quoted", "true", "this file has no quotes (quoting: none)")
	}
}

func pickRule(cond bool, yes, no quoteRule) quoteRule {
	if cond {
		return yes
	}
	return no
}

// guards: what must not be in a text.
func (c *compiler) guards(at string, f *cell) {
	s := &c.plan.spec
	f.forbidden = s.ForbiddenChars
	if s.Kind == Delimited && f.quote == quoteNever {
		f.forbidden += c.plan.delimiter + c.plan.quote
	}
	f.failForbidden = s.Forbidden == "fail"
	if f.Type == TextType && s.Kind != Workbook && s.Kind != Fixed && s.Kind != PatternText {
		f.guard = map[string]guard{"": guardFlag, "flag": guardFlag, "people": guardPeople}[s.Neutralise]
	}
	for from, to := range f.replace {
		if strings.ContainsAny(to, f.forbidden) && f.forbidden != "" {
			c.problem(at+".replace", string(from), "is replaced by %q, which this file must not hold", to)
		}
	}
	if strings.ContainsAny(c.plan.replacement, f.forbidden) && f.forbidden != "" {
		c.problem("file.replacement", c.plan.replacement, "must not stand in this file")
	}
}

// plainBytes marks the bytes that a text may hold without a closer look.
func (c *compiler) plainBytes(f *cell) {
	f.plain = new([256]bool)
	for b := ' '; b <= '~'; b++ {
		_, replaced := f.replace[b]
		letter := f.letters == upperCase && b >= 'a' && b <= 'z' || f.letters == lowerCase && b >= 'A' && b <= 'Z'
		f.plain[b] = !replaced && !letter && !strings.ContainsRune(f.forbidden, b) && c.plan.charset.Size(b) == 1
	}
}

// defaults: the default value and what stands for nothing.
func (c *compiler) defaults(at string, f *cell) {
	f.def = Text(string(f.Default))
	if f.Default != "" {
		if reason := c.try(f, f.def); reason != "" {
			c.problem(at+".default", string(f.Default), "%s", reason)
		}
	}
	switch f.Empty {
	case "blank":
	case "zero":
		f.empty = emptyZero
	case "":
		if f.numeric() && c.plan.spec.Kind == Fixed && (f.padZero || f.sign.digitsOnly()) {
			f.empty = emptyZero
		}
	default:
		f.empty, f.emptyText = emptyWords, string(f.Empty)
		c.encodable(at+".empty", f.emptyText)
		if f.Width > 0 && c.plan.charset.Width([]byte(f.emptyText)) > f.Width {
			c.problem(at+".empty", f.emptyText, "is longer than the field")
		}
	}
	if f.empty == emptyZero {
		c.zero(at, f)
	} else if f.numeric() && (f.sign.packed() || f.sign.binary()) {
		c.problem(at+".empty", string(f.Empty), "a %s number cannot be blank", f.signName())
	}
}

// zero makes the text of an empty field that is written as zeros.
func (c *compiler) zero(at string, f *cell) {
	switch {
	case f.numeric() && c.plan.spec.Kind == Fixed: // written by width
	case f.numeric():
		f.emptyText = string(f.appendNumber(nil, zeroDigits(f)))
	case f.Type == DateType && f.date != nil:
		f.emptyText = zeroed(string(f.date.append(nil, fis.Date{Year: 2000, Month: 1, Day: 1})))
	case f.Type == TimeType && f.time != nil:
		f.emptyText = string(f.time.append(nil, clock{}))
	default:
		if f.Width == 0 {
			c.problem(at+".empty", "zero", "needs a width")
			return
		}
		f.emptyText = strings.Repeat("0", f.Width)
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
func (c *compiler) try(f *cell, v Value) string {
	if f.numeric() {
		if f.byCurrency {
			_, reason := f.amountOf(v)
			return reason
		}
		var room [64]byte
		_, reason := f.number(v, nil, room[:0])
		return reason
	}
	if f.Type == DateType && f.date == nil || f.Type == TimeType && f.time == nil {
		return ""
	}
	text, formed, reason := f.text(v, nil)
	if reason != "" || formed != nil {
		return reason
	}
	_, reason = c.plan.appendText(nil, f, text, nil)
	return reason
}
