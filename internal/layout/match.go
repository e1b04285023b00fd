package layout

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Matches reports whether a line of columns is this record.
func (l *Line) Matches(raw string, fields []string) bool {
	m := &l.Match
	if m.Prefix != "" && !strings.HasPrefix(raw, string(m.Prefix)) || m.Columns > 0 && len(fields) != m.Columns {
		return false
	}
	return m.Column == 0 || m.Column <= len(fields) && slices.Contains(l.Values, TrimBlanks(fields[m.Column-1]))
}

// Unrecognised says what the layout knows.
func (p *Plan) Unrecognised() string {
	names := make([]string, len(p.lines))
	for i := range p.lines {
		names[i] = p.lines[i].Name
	}
	return "is none of the records that the layout knows (" + strings.Join(names, ", ") + ")"
}

// Parse reads a text with its companion currency, which only implied decimals need.
func (c *Cell) Parse(s, currency string) (Value, string) {
	if !c.ByCurrency || !c.Unmarked {
		return c.ParseText(s)
	}
	trimmed := TrimBlanks(s)
	if trimmed == "" || c.StandsForNothing(trimmed) {
		return Value{}, c.Missing()
	}
	if currency == "" {
		return Value{}, "has no currency to take its decimals from"
	}
	a, reason := c.parseNumber(trimmed, int(fis.MinorUnits(currency)))
	return Number(a), reason
}
