package layout

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// recognise finds the record that a line of columns is.
func (p *Plan) recognise(raw string, fields []string, part *Part) *line {
	for i := range p.lines {
		l := &p.lines[i]
		m := &l.Match
		if part.ignores(i) || m.Prefix != "" && !strings.HasPrefix(raw, string(m.Prefix)) || m.Columns > 0 && len(fields) != m.Columns {
			continue
		}
		if m.Column > 0 && (m.Column > len(fields) || !slices.Contains(l.values, trimBlanks(fields[m.Column-1]))) {
			continue
		}
		return l
	}
	return nil
}

// unrecognised says what the layout knows.
func (p *Plan) unrecognised() string {
	names := make([]string, len(p.lines))
	for i := range p.lines {
		names[i] = p.lines[i].Name
	}
	return "is none of the records that the layout knows (" + strings.Join(names, ", ") + ")"
}

// parse reads a text with its companion currency, which only implied decimals need.
func (c *cell) parse(s, currency string) (Value, string) {
	if !c.byCurrency || !c.implied {
		return c.parseText(s)
	}
	trimmed := trimBlanks(s)
	if trimmed == "" || c.standsForNothing(trimmed) {
		return Value{}, c.missing()
	}
	if currency == "" {
		return Value{}, "has no currency to take its decimals from"
	}
	a, reason := c.parseNumber(trimmed, int(fis.MinorUnits(currency)))
	return Number(a), reason
}
