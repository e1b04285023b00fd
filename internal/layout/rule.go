package layout

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/say"
)

// Rules says in words what the layout does to a field: type and width, decimals and sign, what happens to what does not
// fit. For people who ask why a value looks as it does.
func (p *Plan) Rules(record, field int) []say.Text {
	if parts, ok := p.format.(Composed); ok {
		part, n := parts.Of(record)
		return part.Rules(n, field)
	}
	c := &p.lines[record].Cells[field]
	var out []say.Text
	var first say.Text
	var last []say.Text
	if r, ok := p.format.(Ruler); ok {
		first, last = r.Rules(c)
	}
	switch {
	case c.Hidden:
		out = append(out, say.Text("not in the file: other fields use it"))
	case first != "":
		out = append(out, first)
	case c.Width > 0 && c.inBytes:
		out = append(out, say.F("%s, at most %d bytes", say.Text(c.Type), c.Width))
	case c.Width > 0:
		out = append(out, say.F("%s, at most %d characters", say.Text(c.Type), c.Width))
	default:
		out = append(out, say.Text(c.Type))
	}
	if c.Required {
		out = append(out, say.Text("required"))
	}
	if c.codes != nil {
		out = append(out, say.F("one of %s", strings.Join(words(c.Codes), ", ")))
	}
	out = append(out, c.numberRules()...)
	out = append(out, c.formRules(p)...)
	out = append(out, c.wordRules(p)...)
	out = append(out, c.emptyRules()...)
	return append(out, last...)
}

func (c *Cell) numberRules() []say.Text {
	if !c.Numeric() {
		return nil
	}
	var out []say.Text
	switch {
	case c.Type == IntegerType:
	case c.ByCurrency:
		out = append(out, say.F("as many decimals as the currency in %s has; more is an error, nothing is rounded here", c.Currency))
	case c.Least == c.Most:
		out = append(out, say.F("%d decimals; more is an error, nothing is rounded here", c.Least))
	default:
		out = append(out, say.F("at least %d decimals", c.Least))
	}
	if c.Unmarked {
		out = append(out, say.Text("no decimal mark is written"))
	} else if c.Type == AmountType && c.Mark != "." {
		out = append(out, say.F("decimal mark %q", c.Mark))
	}
	if c.Group != "" {
		out = append(out, say.F("%q between thousands", c.Group))
	}
	if name := c.SignName(); name != "leading" {
		out = append(out, say.F("sign: %s", name))
	}
	return out
}

func (c *Cell) formRules(p *Plan) []say.Text {
	switch c.Type {
	case DateType:
		return []say.Text{say.F("date as %s", cmp.Or(c.DateForm, p.spec.DateForm, "yyyy-MM-dd"))}
	case TimeType:
		return []say.Text{say.F("time as %s", cmp.Or(c.TimeForm, p.spec.TimeForm, "HH:mm:ss"))}
	case FlagType:
		return []say.Text{say.F("yes is %s, no is %s", c.Yes, c.No)}
	}
	return nil
}

func (c *Cell) wordRules(p *Plan) []say.Text {
	if c.Type != TextType && c.Type != CodeType {
		return nil
	}
	var out []say.Text
	switch c.letters {
	case upperCase:
		out = append(out, say.Text("in capitals"))
	case lowerCase:
		out = append(out, say.Text("in small letters"))
	}
	if c.Collapse {
		out = append(out, say.Text("several blanks become one"))
	}
	for _, from := range slices.Sorted(maps.Keys(c.replace)) {
		out = append(out, say.F("%q becomes %q", from, c.replace[from]))
	}
	if c.Type == CodeType {
		return append(out, say.Text("a code: never cut, never changed"))
	}
	if c.Width > 0 && c.cut {
		out = append(out, say.Text("what is longer is cut"))
	} else if c.Width > 0 {
		out = append(out, say.Text("what is longer is an error"))
	}
	if !p.charset.UTF8 {
		out = append(out, say.F("characters that %s does not have: %s", p.charset.Name, p.unmappable.words()))
	}
	return out
}

func (u unmappable) words() say.Text {
	switch u {
	case unmappableReplace:
		return "replaced"
	case unmappableTable:
		return "spelled out, else an error"
	case unmappableTableOrReplace:
		return "spelled out, else replaced"
	case unmappableReference:
		return "by their number"
	}
	return "an error"
}

func (c *Cell) emptyRules() []say.Text {
	var out []say.Text
	if c.Default != "" {
		out = append(out, say.F("%q where there is nothing", string(c.Default)))
	}
	switch {
	case c.Required:
	case c.Nothing == EmptyZero:
		out = append(out, say.Text("zeros where there is nothing"))
	case c.Nothing == EmptyWords:
		out = append(out, say.F("%q stands for nothing", c.NothingText))
	}
	return out
}
