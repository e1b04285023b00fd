package layout

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Rules says in words what the layout does to a field: type and width, decimals and sign, what happens to what does not
// fit. For people who ask why a value looks as it does.
func (p *Plan) Rules(record, field int) []string {
	if parts, ok := p.format.(Composed); ok {
		part, n := parts.Of(record)
		return part.Rules(n, field)
	}
	c := &p.lines[record].Cells[field]
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	unit := "characters"
	if c.inBytes {
		unit = "bytes"
	}
	first, last := "", []string(nil)
	if r, ok := p.format.(Ruler); ok {
		first, last = r.Rules(c)
	}
	switch {
	case c.Hidden:
		add("not in the file: other fields use it")
	case first != "":
		add("%s", first)
	case c.Width > 0:
		add("%s, at most %d %s", c.Type, c.Width, unit)
	default:
		add("%s", c.Type)
	}
	if c.Required {
		add("required")
	}
	if c.codes != nil {
		add("one of %s", strings.Join(words(c.Codes), ", "))
	}
	out = append(out, c.numberRules()...)
	out = append(out, c.formRules(p)...)
	out = append(out, c.wordRules(p)...)
	out = append(out, c.emptyRules()...)
	return append(out, last...)
}

func (c *Cell) numberRules() []string {
	if !c.Numeric() {
		return nil
	}
	var out []string
	switch {
	case c.Type == IntegerType:
	case c.ByCurrency:
		out = append(out, "as many decimals as the currency in "+c.Currency+" has; more is an error, nothing is rounded here")
	case c.Least == c.Most:
		out = append(out, fmt.Sprintf("%d decimals; more is an error, nothing is rounded here", c.Least))
	default:
		out = append(out, fmt.Sprintf("at least %d decimals", c.Least))
	}
	if c.Unmarked {
		out = append(out, "no decimal mark is written")
	} else if c.Type == AmountType && c.Mark != "." {
		out = append(out, fmt.Sprintf("decimal mark %q", c.Mark))
	}
	if c.Group != "" {
		out = append(out, fmt.Sprintf("%q between thousands", c.Group))
	}
	if name := c.SignName(); name != "leading" {
		out = append(out, "sign: "+name)
	}
	return out
}

func (c *Cell) formRules(p *Plan) []string {
	switch c.Type {
	case DateType:
		return []string{"date as " + cmp.Or(c.DateForm, p.spec.DateForm, "yyyy-MM-dd")}
	case TimeType:
		return []string{"time as " + cmp.Or(c.TimeForm, p.spec.TimeForm, "HH:mm:ss")}
	case FlagType:
		return []string{"yes is " + c.Yes + ", no is " + c.No}
	}
	return nil
}

func (c *Cell) wordRules(p *Plan) []string {
	if c.Type != TextType && c.Type != CodeType {
		return nil
	}
	var out []string
	switch c.letters {
	case upperCase:
		out = append(out, "in capitals")
	case lowerCase:
		out = append(out, "in small letters")
	}
	if c.Collapse {
		out = append(out, "several blanks become one")
	}
	for _, from := range slices.Sorted(maps.Keys(c.replace)) {
		out = append(out, fmt.Sprintf("%q becomes %q", from, c.replace[from]))
	}
	if c.Type == CodeType {
		return append(out, "a code: never cut, never changed")
	}
	if c.Width > 0 && c.cut {
		out = append(out, "what is longer is cut")
	} else if c.Width > 0 {
		out = append(out, "what is longer is an error")
	}
	if !p.charset.UTF8 {
		out = append(out, "characters that "+p.charset.Name+" does not have: "+p.unmappable.words())
	}
	return out
}

func (u unmappable) words() string {
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

func (c *Cell) emptyRules() []string {
	var out []string
	if c.Default != "" {
		out = append(out, fmt.Sprintf("%q where there is nothing", string(c.Default)))
	}
	switch {
	case c.Required:
	case c.Nothing == EmptyZero:
		out = append(out, "zeros where there is nothing")
	case c.Nothing == EmptyWords:
		out = append(out, fmt.Sprintf("%q stands for nothing", c.NothingText))
	}
	return out
}
