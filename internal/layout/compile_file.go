package layout

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/charset"
	"github.com/fisbridge/fisbridge/internal/layout/clock"
)

// file checks the settings of the file as a whole. It reports whether the records can be checked: not those of a kind
// that nobody knows.
func (c *Check) file() bool {
	p, s := c.plan, &c.plan.spec
	var names []string
	var kind Kind
	for _, k := range c.kinds {
		names = append(names, string(k.Name()))
		if k.Name() == s.Kind {
			kind, p.can = k, k.Can()
		}
	}
	if s.Kind == "" {
		c.Problem("file.kind", "", "is missing; there are %s", strings.Join(names, ", "))
	} else if !c.Choice("file.kind", string(s.Kind), names...) {
		return false
	}
	c.charset()
	c.lineEnd()
	c.replacing()
	c.Choice("file.forbidden", s.Forbidden, "blank", "fail")
	c.Choice("file.case", s.Case, "upper", "lower")
	c.Choice("file.width_in", s.WidthIn, "characters", "bytes")
	c.Choice("file.neutralise", s.Neutralise, "people", "flag", "off")
	if c.Choice("file.line_breaks", s.LineBreaks, "blank", "keep") && s.LineBreaks == "keep" &&
		(kind != nil && p.can.Breaks == "" || s.Quoting == "none") {
		c.Problem("file.line_breaks", "keep", "only %s can hold line breaks in a text", c.breaks())
	}
	c.Choice("file.grouping", s.Grouping, ",", ".", "'", "blank", "nbsp", "nnbsp")
	if s.Grouping != "" && s.Group() == s.Mark() {
		c.Problem("file.grouping", s.Grouping, "is the decimal mark too")
	}
	if mark := s.Mark(); mark != "." && mark != "," && mark != "'" && mark != "٫" {
		c.Problem("file.decimal_mark", mark, "must be . or ,")
	}
	if s.MonthNames != nil && len(s.MonthNames) != 12 {
		c.Problem("file.month_names", strings.Join(s.MonthNames, " "), "must be twelve names")
		s.MonthNames = nil
	}
	c.Encodable("file.month_names", strings.Join(s.MonthNames, ""))
	c.Encodable("file.decimal_mark", s.Mark())
	c.Encodable("file.grouping", s.Group())
	c.values()
	c.noOwn("file.own", s.Own)
	c.Filler, c.Blank = c.OneByte("file.filler", string(s.Filler), ' '), c.OneByte("file.filler", "", ' ')
	if kind != nil {
		p.format = kind.New(c)
		p.writer, _ = p.format.(Writer)
		p.opener, _ = p.format.(Opener)
	}
	if s.RecordLength < 0 || s.SkipLines < 0 {
		c.Problem("file", "", "record_length and skip_lines cannot be negative")
	}
	if s.ShortLines && s.LineEnd == "none" {
		c.Problem("file.short_lines", "true", "needs line ends")
	}
	return true
}

// withColumns and withPositions name the kinds that have them.
func (c *Check) withColumns() string {
	return kindsThat(c.kinds, func(a Can) bool { return a.Columns })
}

func (c *Check) withPositions() string {
	return kindsThat(c.kinds, func(a Can) bool { return a.Positions })
}

// breaks names the files that can hold line breaks.
func (c *Check) breaks() string {
	var words []string
	for _, k := range c.kinds {
		if b := k.Can().Breaks; b != "" && !slices.Contains(words, b) {
			words = append(words, b)
		}
	}
	return enumerate(words)
}

// values checks what the fields take over, once and not for each of them; what is wrong is put aside.
func (c *Check) values() {
	s := &c.plan.spec
	if !c.Choice("file.sign", s.Sign, Signs()...) {
		s.Sign = ""
	}
	if _, reason := compileDateForm(cmp.Or(s.DateForm, "yyyy-MM-dd"), s.MonthNames); reason != "" {
		c.Problem("file.date_form", s.DateForm, "%s", reason)
		s.DateForm = ""
	}
	if _, reason := clock.Compile(cmp.Or(s.TimeForm, "HH:mm:ss")); reason != "" {
		c.Problem("file.time_form", s.TimeForm, "%s", reason)
		s.TimeForm = ""
	}
	if reason := flagWords(s.Flags); s.Flags != nil && reason != "" {
		c.Problem("file.flags", strings.Join(s.Flags, ", "), "%s", reason)
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

func (c *Check) charset() {
	p, s := c.plan, &c.plan.spec
	cs, err := charset.Lookup(s.Encoding)
	if err != nil {
		c.Problem("file.encoding", s.Encoding, "%v%s", err, nearest(s.Encoding, charset.Known()))
		cs, _ = charset.Lookup("")
	}
	if s.BOM && !cs.UTF8 {
		c.Problem("file.bom", "true", "only utf-8 has a byte order mark")
	}
	if cs.UTF16 != "" && (p.can.Positions || s.LineEnd == "cr") {
		c.Problem("file.encoding", s.Encoding, "is read where lines have columns or patterns only")
	}
	p.charset = cs
}

func (c *Check) lineEnd() {
	p, s := c.plan, &c.plan.spec
	if !c.Choice("file.line_end", s.LineEnd, "lf", "crlf", "cr", "nel", "none") {
		return
	}
	text := map[string]string{"": "\n", "lf": "\n", "crlf": "\r\n", "cr": "\r", "nel": "\u0085", "none": ""}[s.LineEnd]
	if s.LineEnd == "nel" && !p.charset.EBCDIC {
		c.Problem("file.line_end", "nel", "only EBCDIC files have it")
		return
	}
	if s.LineEnd == "none" && !p.can.Positions {
		c.Problem("file.line_end", "none", "only %s records can be told apart without line ends", c.withPositions())
		return
	}
	p.lineEnd = p.charset.EncodeFrom([]byte(text), 0)
}

func (c *Check) replacing() {
	p, s := c.plan, &c.plan.spec
	if !p.can.References || s.Unmappable != "reference" {
		c.Choice("file.unmappable", s.Unmappable, "fail", "replace", "table", "table-or-replace")
	}
	p.unmappable = map[string]unmappable{"reference": unmappableReference, "replace": unmappableReplace, "table": unmappableTable, "table-or-replace": unmappableTableOrReplace}[s.Unmappable]
	p.replacement = string(s.Replacement)
	if p.replacement == "" {
		p.replacement = "?"
	}
	c.Encodable("file.replacement", p.replacement)
	p.translit = c.table("file.transliterate", s.Transliterate)
}

// table reads a map of characters.
func (c *Check) table(place string, m map[string]string) map[rune]string {
	t := map[rune]string{}
	for from, to := range m {
		r, n := utf8.DecodeRuneInString(from)
		if n == 0 || n != len(from) {
			c.Problem(place, from, "must be one character")
		}
		c.Encodable(place, to)
		t[r] = to
	}
	return t
}

// Encodable refuses a literal of the layout that its encoding does not have.
func (c *Check) Encodable(place, text string) {
	for _, r := range text {
		if c.plan.charset.Size(r) == 0 {
			c.Problem(place, text, "holds the character %q, which %s does not have", r, c.plan.charset.Name)
			return
		}
	}
}

// OneByte is a padding character in the file's encoding.
func (c *Check) OneByte(place, s string, otherwise rune) byte {
	r := otherwise
	if s != "" {
		var n int
		if r, n = utf8.DecodeRuneInString(s); n != len(s) {
			c.Problem(place, s, "must be one character")
			return 0
		}
	}
	if c.plan.charset.Size(r) != 1 {
		c.Problem(place, string(r), "must be a character of one byte in %s", c.plan.charset.Name)
		return 0
	}
	return c.plan.charset.EncodeFrom([]byte(string(r)), 0)[0]
}

// Mark is the decimal mark of the file.
func (s *Spec) Mark() string { return cmp.Or(s.DecimalMark, ".") }

// Group is what stands between thousands.
func (s *Spec) Group() string {
	switch s.Grouping {
	case "blank":
		return " "
	case "nbsp":
		return "\u00A0"
	case "nnbsp":
		return "\u202F"
	}
	return s.Grouping
}
