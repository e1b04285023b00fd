package formula

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
)

// Shared is what Symbols may know besides: formulas that others use by a name.
type Shared interface {
	// Column is the Value of another column of the row that the formula is for, and its heading; the error says in words
	// for a person why there is none. A program that is nil without an error has mistakes, which were told.
	Column(name string) (prog *Program, heading string, err error)
	// Defined is a formula that has a name of its own.
	Defined(name string) (*Program, bool)
}

// rowColumn reads [@Account] or [@[Cost centre]], as Excel writes another column of the row in a table.
func (s *scanner) rowColumn() bool {
	if s.src[s.at] != '[' || s.peek(1) != '@' {
		return false
	}
	start, end := s.at, s.at+2
	inner := end < len(s.src) && s.src[end] == '['
	if inner {
		end++
	}
	from := end
	for end < len(s.src) && s.src[end] != ']' {
		end++
	}
	heading := strings.TrimSpace(string(s.src[from:min(end, len(s.src))]))
	if end++; inner {
		end++
	}
	if end > len(s.src) || s.src[end-1] != ']' || heading == "" {
		s.at = min(end, len(s.src))
		s.wrong(start, "another column of the row is written [@Account]; a ] or the heading is missing")
		return true
	}
	s.at = end
	s.add(rowColumnToken, start).value = heading
	return true
}

// rowColumn compiles another column of the row.
func (c *compiler) rowColumn(t token) part {
	shared, ok := c.syms.(Shared)
	if !ok {
		c.wrong(t.start, t.end, "", "%s: there is no row with columns here", t.text)
		return c.failed(t.start, t.end)
	}
	prog, heading, err := shared.Column(t.value)
	if err != nil {
		c.wrong(t.start, t.end, "", "%s", err)
	}
	if prog == nil {
		return c.failed(t.start, t.end)
	}
	c.columns[heading] = struct{}{}
	return c.inline(prog, t)
}

// inline puts a formula in the place of its name: what it reads, this one reads.
func (c *compiler) inline(p *Program, t token) part {
	c.cost += p.cost
	for _, f := range p.fields {
		c.fields[f] = struct{}{}
	}
	for _, name := range p.tables {
		c.tables[name] = struct{}{}
	}
	for _, name := range p.settings {
		c.settings[name] = struct{}{}
	}
	for _, name := range p.columns {
		c.columns[name] = struct{}{}
	}
	c.lookups = append(c.lookups, p.lookups...)
	out := part{run: p.run, typ: p.typ, start: t.start, end: t.end, text: t.text}
	if v, ok := p.Constant(); ok {
		return c.constantPart(v, t.start, t.end)
	}
	return out
}

// Columns are the other columns of the row that the formula is made of, sorted, also those of those.
func (p *Program) Columns() []string { return p.columns }

// Fixed is a formula that always gives a value.
func Fixed(v layout.Value) *Program {
	return &Program{source: v.String(), typ: shown(functions.TypeOf(v)), run: constant(v), constant: true, cost: 1}
}

// OrElse is what a formula gives, or the other value where that is nothing.
func (p *Program) OrElse(other layout.Value) *Program {
	if v, ok := p.Constant(); ok {
		if v.IsEmpty() {
			return Fixed(other)
		}
		return p
	}
	out, inner := *p, p.run
	if shown(functions.TypeOf(other)) != p.typ {
		out.typ = Any
	}
	out.run = func(env Env, tr *Trace) (layout.Value, error) {
		v, err := inner(env, tr)
		if err == nil && (v.Kind == layout.Empty || v.Kind == layout.TextKind && v.Text == "") {
			v = other
		}
		return v, err
	}
	return &out
}

// NotBefore is the day that a formula gives, or the given one where that is later. A blank stays blank.
func (p *Program) NotBefore(day fis.Date) *Program {
	out, inner := *p, p.run
	earliest := layout.Day(day)
	out.run = func(env Env, tr *Trace) (layout.Value, error) {
		v, err := inner(env, tr)
		if err != nil || v.Kind == layout.Empty {
			return v, err
		}
		if v.Kind != layout.DateKind {
			return v, failure(WrongType, "%s must be a date, but is %s (%s)", clip(p.source), typeOf(v), clip(v.String()))
		}
		if n, _ := functions.Compare(v, earliest); n < 0 {
			return earliest, nil
		}
		return v, nil
	}
	return &out
}

// Split parts formulas that stand in one cell with ; between them (or , or a new line), outside of brackets and quotes.
func Split(source string) []string {
	var parts []string
	depth, start, quote := 0, 0, rune(0)
	for i, r := range source {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '(' || r == '[':
			depth++
		case r == ')' || r == ']':
			depth--
		case depth <= 0 && (r == ';' || r == ',' || r == '\n'):
			parts, start = append(parts, source[start:i]), i+1
		}
	}
	parts = append(parts, source[start:])
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}

// tooCostly says that a formula with all those it is made of has too many values and operators.
func tooCostly(n int) error {
	return fmt.Errorf("the formula has more than %d values and operators, those of the columns that it names "+
		"included; split it with a lookup sheet", n)
}
