package layout

import (
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/charset"
)

// file checks the settings of the file as a whole.
func (c *compiler) file() {
	p, s := c.plan, &c.plan.spec
	if s.Kind == "" {
		c.problem("file.kind", "", "is missing; there are delimited, fixed, text, xlsx")
	} else if !c.choice("file.kind", string(s.Kind), string(Delimited), string(Fixed), string(PatternText), string(Workbook)) {
		return
	}
	c.charset()
	c.lineEnd()
	c.replacing()
	c.choice("file.forbidden", s.Forbidden, "blank", "fail")
	c.choice("file.case", s.Case, "upper", "lower")
	c.choice("file.width_in", s.WidthIn, "characters", "bytes")
	c.choice("file.neutralise", s.Neutralise, "people", "flag", "off")
	if c.choice("file.line_breaks", s.LineBreaks, "blank", "keep") && s.LineBreaks == "keep" &&
		(s.Kind == Fixed || s.Kind == PatternText || s.Quoting == "none") {
		c.problem("file.line_breaks", "keep", "only quoted delimited files and xlsx can hold line breaks in a text")
	}
	c.choice("file.grouping", s.Grouping, ",", ".", "'", "blank", "nbsp", "nnbsp")
	if s.Grouping != "" && grouping(s.Grouping) == decimalMark(s) {
		c.problem("file.grouping", s.Grouping, "is the decimal mark too")
	}
	if mark := decimalMark(s); mark != "." && mark != "," && mark != "'" && mark != "٫" {
		c.problem("file.decimal_mark", mark, "must be . or ,")
	}
	if s.MonthNames != nil && len(s.MonthNames) != 12 {
		c.problem("file.month_names", strings.Join(s.MonthNames, " "), "must be twelve names")
		s.MonthNames = nil
	}
	c.encodable("file.month_names", strings.Join(s.MonthNames, ""))
	c.encodable("file.decimal_mark", decimalMark(s))
	c.encodable("file.grouping", grouping(s.Grouping))
	c.values()
	if s.Kind == Delimited {
		c.delimiters()
	}
	p.filler = c.oneByte("file.filler", string(s.Filler), ' ')
	p.blank = c.oneByte("file.filler", "", ' ')
	p.comment = s.Comment
	if s.RecordLength < 0 || s.SkipLines < 0 {
		c.problem("file", "", "record_length and skip_lines cannot be negative")
	}
	if s.ShortLines && s.LineEnd == "none" {
		c.problem("file.short_lines", "true", "needs line ends")
	}
}

// values checks what the fields take over, once and not for each of them; what is wrong is put aside.
func (c *compiler) values() {
	s := &c.plan.spec
	if !c.choice("file.sign", s.Sign, Signs()...) {
		s.Sign = ""
	}
	if _, reason := compileDateForm(first(s.DateForm, "yyyy-MM-dd"), s.MonthNames); reason != "" {
		c.problem("file.date_form", s.DateForm, "%s", reason)
		s.DateForm = ""
	}
	if _, reason := compileTimeForm(first(s.TimeForm, "HH:mm:ss")); reason != "" {
		c.problem("file.time_form", s.TimeForm, "%s", reason)
		s.TimeForm = ""
	}
	if reason := flagWords(s.Flags); s.Flags != nil && reason != "" {
		c.problem("file.flags", strings.Join(s.Flags, ", "), "%s", reason)
		s.Flags = nil
	}
}

// flagWords says what is wrong with the words for yes and no.
func flagWords(words []string) string {
	if len(words) != 2 || words[0] == words[1] {
		return "must be two different words, for yes and for no"
	}
	return ""
}

func (c *compiler) charset() {
	p, s := c.plan, &c.plan.spec
	cs, err := charset.Lookup(s.Encoding)
	if err != nil {
		c.problem("file.encoding", s.Encoding, "%v%s", err, nearest(s.Encoding, charset.Known()))
		cs, _ = charset.Lookup("")
	}
	if s.Kind == Workbook && !cs.UTF8 {
		c.problem("file.encoding", s.Encoding, "a workbook has no encoding; leave it out")
	}
	if s.BOM && !cs.UTF8 {
		c.problem("file.bom", "true", "only utf-8 has a byte order mark")
	}
	p.charset = cs
}

func (c *compiler) lineEnd() {
	p, s := c.plan, &c.plan.spec
	if !c.choice("file.line_end", s.LineEnd, "lf", "crlf", "cr", "nel", "none") {
		return
	}
	text := map[string]string{"": "\n", "lf": "\n", "crlf": "\r\n", "cr": "\r", "nel": "\u0085", "none": ""}[s.LineEnd]
	if s.LineEnd == "nel" && !p.charset.EBCDIC {
		c.problem("file.line_end", "nel", "only EBCDIC files have it")
		return
	}
	if s.LineEnd == "none" && s.Kind != Fixed {
		c.problem("file.line_end", "none", "only fixed records can be told apart without line ends")
		return
	}
	p.lineEnd = p.charset.EncodeFrom([]byte(text), 0)
}

func (c *compiler) replacing() {
	p, s := c.plan, &c.plan.spec
	c.choice("file.unmappable", s.Unmappable, "fail", "replace", "table", "table-or-replace")
	p.unmappable = map[string]unmappable{"replace": unmappableReplace, "table": unmappableTable, "table-or-replace": unmappableTableOrReplace}[s.Unmappable]
	p.replacement = string(s.Replacement)
	if p.replacement == "" {
		p.replacement = "?"
	}
	c.encodable("file.replacement", p.replacement)
	p.translit = c.table("file.transliterate", s.Transliterate)
}

// table reads a map of characters.
func (c *compiler) table(place string, m map[string]string) map[rune]string {
	t := map[rune]string{}
	for from, to := range m {
		r, n := utf8.DecodeRuneInString(from)
		if n == 0 || n != len(from) {
			c.problem(place, from, "must be one character")
		}
		c.encodable(place, to)
		t[r] = to
	}
	return t
}

// encodable refuses a literal of the layout that its encoding does not have.
func (c *compiler) encodable(place, text string) {
	for _, r := range text {
		if c.plan.charset.Size(r) == 0 {
			c.problem(place, text, "holds the character %q, which %s does not have", r, c.plan.charset.Name)
			return
		}
	}
}

// oneByte is a padding character in the file's encoding.
func (c *compiler) oneByte(place, s string, otherwise rune) byte {
	r := otherwise
	if s != "" {
		var n int
		if r, n = utf8.DecodeRuneInString(s); n != len(s) {
			c.problem(place, s, "must be one character")
			return 0
		}
	}
	if c.plan.charset.Size(r) != 1 {
		c.problem(place, string(r), "must be a character of one byte in %s", c.plan.charset.Name)
		return 0
	}
	return c.plan.charset.EncodeFrom([]byte(string(r)), 0)[0]
}

func (c *compiler) delimiters() {
	p, s := c.plan, &c.plan.spec
	p.delimiter = delimiter(s.Delimiter)
	c.encodable("file.delimiter", p.delimiter)
	if strings.ContainsAny(p.delimiter, "\r\n\x00") {
		c.problem("file.delimiter", p.delimiter, "cannot be a line break")
	}
	c.choice("file.quoting", s.Quoting, "minimal", "all", "text", "none")
	c.choice("file.escape", s.Escape, "double", "backslash")
	if s.Quoting != "none" {
		p.quote = s.Quote
		if p.quote == "" {
			p.quote = `"`
		}
		q, _ := c.character("file.quote", p.quote)
		p.escape = q
		if s.Escape == "backslash" {
			p.escape = '\\'
		}
		if strings.Contains(p.delimiter, p.quote) {
			c.problem("file.delimiter", s.Delimiter, "is the quote too")
		}
		p.special[q] = true
		p.special['\\'] = p.escape == '\\'
	} else if mark := decimalMark(s); strings.Contains(p.delimiter, mark) || s.Grouping != "" && strings.Contains(p.delimiter, grouping(s.Grouping)) {
		c.problem("file.delimiter", s.Delimiter, "stands in numbers too, and nothing is quoted")
	}
	p.special['\r'], p.special['\n'] = true, true
	for _, b := range []byte(p.delimiter) {
		p.special[b] = true
	}
}

func delimiter(s string) string {
	switch s {
	case "", "comma":
		return ","
	case "semicolon":
		return ";"
	case "tab", `\t`:
		return "\t"
	case "pipe":
		return "|"
	case "blank":
		return " "
	}
	return s
}

func decimalMark(s *Spec) string {
	if s.DecimalMark == "" {
		return "."
	}
	return s.DecimalMark
}

func grouping(s string) string {
	switch s {
	case "blank":
		return " "
	case "nbsp":
		return "\u00A0"
	case "nnbsp":
		return "\u202F"
	}
	return s
}
