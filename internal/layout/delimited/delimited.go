// Package delimited writes and reads files of kind delimited: CSV and its relatives. Of a layout's settings it has for
// itself: delimiter, quoting, quote, escape, quote_empty, and quoted of a field; headings and matching by column it
// shares with sheets.
package delimited

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/charset"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// Kind is files of kind delimited.
type Kind struct{}

// Name is the word for it in a layout.
func (Kind) Name() layout.KindName { return layout.Delimited }

// Can is what such files hold.
func (Kind) Can() layout.Can {
	return layout.Can{Lines: true, Columns: true, Quotes: true, Formulas: true, Breaks: "quoted delimited files"}
}

// format is the files of one plan.
type format struct {
	plan      *layout.Plan
	charset   *charset.Charset
	lineEnd   []byte
	delimiter string
	quote     string
	escape    byte
	comment   string
	special   [256]bool // bytes that may make quotes necessary
	rules     [][]quoteRule
}

type quoteRule uint8

const (
	quoteMinimal quoteRule = iota
	quoteAlways
	quoteFilled // when there is something in it
	quoteNever
)

// New checks delimiter and quotes.
func (Kind) New(c *layout.Check) layout.Format {
	p, s := c.Plan(), c.Spec()
	f := &format{plan: p, charset: p.Charset(), lineEnd: p.LineEnd(), delimiter: layout.Delimiter(s.Delimiter),
		comment: s.Comment, rules: make([][]quoteRule, len(p.Records()))}
	for i, r := range p.Records() {
		f.rules[i] = make([]quoteRule, len(r.Fields))
	}
	c.Encodable("file.delimiter", f.delimiter)
	if strings.ContainsAny(f.delimiter, "\r\n\x00") {
		c.Problem("file.delimiter", f.delimiter, "cannot be a line break")
	}
	c.Choice("file.quoting", s.Quoting, "minimal", "all", "text", "none")
	c.Choice("file.escape", s.Escape, "double", "backslash")
	if s.Quoting != "none" {
		f.quotes(c)
	} else if mark := s.Mark(); strings.Contains(f.delimiter, mark) ||
		s.Grouping != "" && strings.Contains(f.delimiter, s.Group()) {
		c.Problem("file.delimiter", s.Delimiter, "stands in numbers too, and nothing is quoted")
	}
	f.special['\r'], f.special['\n'] = true, true
	for _, b := range []byte(f.delimiter) {
		f.special[b] = true
	}
	return f
}

func (f *format) quotes(c *layout.Check) {
	s := c.Spec()
	f.quote = s.Quote
	if f.quote == "" {
		f.quote = `"`
	}
	q, _ := c.Character("file.quote", f.quote)
	f.escape = q
	if s.Escape == "backslash" {
		f.escape = '\\'
	}
	if strings.Contains(f.delimiter, f.quote) {
		c.Problem("file.delimiter", s.Delimiter, "is the quote too")
	}
	f.special[q] = true
	f.special['\\'] = f.escape == '\\'
}

// Field decides when a field is quoted. What is never quoted must not hold the delimiter.
func (f *format) Field(c *layout.Check, cell *layout.Cell) {
	s := c.Spec()
	isWords := cell.Type == layout.TextType || cell.Type == layout.CodeType
	filled := quoteFilled
	if s.QuoteEmpty {
		filled = quoteAlways
	}
	rule := quoteMinimal
	switch {
	case s.Quoting == "none", cell.Quoted != nil && !*cell.Quoted:
		rule = quoteNever
	case cell.Quoted != nil, s.Quoting == "all", s.Quoting == "text" && isWords:
		rule = filled
	}
	if s.Quoting == "none" && cell.Quoted != nil && *cell.Quoted {
		c.Problem(c.At(cell)+".quoted", "true", "this file has no quotes (quoting: none)")
	}
	if rule == quoteNever {
		cell.Forbidden += f.delimiter + f.quote
	}
	f.rules[cell.Record][cell.Index] = rule
}

// Record has nothing to add.
func (f *format) Record(*layout.Check, *layout.Line) {}

// Expects takes text, and a file without rows when there are no headings.
func (f *format) Expects(found layout.Found) (bool, string) {
	return found == layout.FoundText || found == layout.FoundEmpty && f.plan.Headings() < 0, ""
}

// Heading is the row of headings.
func (f *format) Heading() []byte {
	var out []byte
	for i, c := range f.plan.Lines()[f.plan.Headings()].Placed {
		if i > 0 {
			out = append(out, f.delimiter...)
		}
		start := len(out)
		out = append(out, c.Title...)
		if f.quote != "" && (f.plan.Spec().Quoting == "all" || f.needsQuotes(out[start:])) {
			out = f.quoteFrom(out, start)
		}
	}
	return append(f.charset.EncodeFrom(out, 0), f.lineEnd...)
}
