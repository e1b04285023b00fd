package layout

import (
	"fmt"
	"slices"
	"strings"
)

// record compiles one record and its fields.
func (c *compiler) record(i int) {
	r := &c.plan.records[i]
	l := &c.plan.lines[i]
	*l = line{Record: *r, index: i, cells: make([]cell, len(r.Fields))}
	name := r.Name
	if name == "" {
		name = fmt.Sprintf("%d", i+1)
		c.problem("records."+name+".name", "", "is missing")
	}
	if c.names[name] {
		c.problem("records."+name+".name", name, "is the name of another record too")
	}
	c.names[name] = true
	seen := map[string]int{}
	for f := range r.Fields {
		cell := &l.cells[f]
		cell.Field, cell.record, cell.index = r.Fields[f], i, f
		if cell.Name == "" {
			cell.Name = fmt.Sprintf("%d", f+1)
			c.problem(place(name, cell.Name)+".name", "", "is missing")
		}
		if _, twice := seen[cell.Name]; twice {
			c.problem(place(name, cell.Name)+".name", cell.Name, "is the name of another field of this record too")
		}
		seen[cell.Name] = f
		if !cell.Hidden {
			l.placed = append(l.placed, cell)
		}
	}
	for f := range l.cells {
		c.field(l, &l.cells[f], seen)
	}
	c.match(l, name)
	switch c.plan.spec.Kind {
	case Fixed:
		c.positions(l)
	case PatternText:
		c.patternOf(l)
	}
	if r.Pattern != "" && c.plan.spec.Kind != PatternText {
		c.problem("records."+name+".pattern", r.Pattern, "only files of kind text have patterns")
	}
}

// positions gives each field its place and reports gaps in the facts: overlaps, missing widths, a record that is too short.
func (c *compiler) positions(l *line) {
	next := 0
	for _, cell := range l.placed {
		at := place(l.Name, cell.Name)
		if cell.Width <= 0 {
			c.problem(at+".width", "", "is missing; a fixed field needs its width in bytes")
		}
		if cell.Start < 0 {
			c.problem(at+".start", fmt.Sprint(cell.Start), "positions count from 1")
		}
		cell.start = next
		if cell.Start > 0 {
			cell.start = cell.Start - 1
		}
		next = cell.start + max(cell.Width, 0)
	}
	slices.SortStableFunc(l.placed, func(a, b *cell) int { return a.start - b.start })
	end := 0
	var before *cell
	for _, cell := range l.placed {
		if cell.start < end {
			c.problem(place(l.Name, cell.Name)+".start", fmt.Sprint(cell.start+1), "overlaps with %q, which ends at %d", before.Name, end)
		}
		if cell.start+cell.Width > end {
			end, before = cell.start+cell.Width, cell
		}
	}
	l.length = end
	if length := c.plan.spec.RecordLength; length > 0 {
		if end > length {
			c.problem(place(l.Name, before.Name)+".width", fmt.Sprint(before.Width), "ends at %d, beyond the record length of %d", end, length)
		}
		l.length = length
	}
	if l.length == 0 {
		c.problem("records."+l.Name, "", "has no fields and no record_length")
	}
}

func (c *compiler) patternOf(l *line) {
	at := "records." + l.Name + ".pattern"
	if l.Pattern == "" {
		c.problem(at, "", "is missing; a text file needs a pattern for each record")
		return
	}
	used := map[*cell]bool{}
	segments, reason := compilePattern(strings.TrimSuffix(l.Pattern, "\n"), func(name string) *cell {
		for _, cell := range l.placed {
			if cell.Name == name {
				used[cell] = true
				return cell
			}
		}
		return nil
	})
	if reason != "" {
		c.problem(at, l.Pattern, "%s", reason)
		return
	}
	end := string(map[string]string{"crlf": "\r\n", "cr": "\r", "nel": "\u0085"}[c.plan.spec.LineEnd])
	for i := range segments {
		c.encodable(at, segments[i].literal)
		if end != "" {
			segments[i].literal = strings.ReplaceAll(segments[i].literal, "\n", end)
		}
	}
	l.segments = segments
	for i := range l.cells {
		if !used[&l.cells[i]] {
			l.unused = append(l.unused, &l.cells[i])
		}
	}
}

func (c *compiler) match(l *line, name string) {
	m, at, kind := &l.Match, "records."+name+".match", c.plan.spec.Kind
	if m.Column != 0 && kind != Delimited && kind != Workbook {
		c.problem(at+".column", fmt.Sprint(m.Column), "only delimited and xlsx files have columns")
	}
	if m.Start != 0 && kind != Fixed {
		c.problem(at+".start", fmt.Sprint(m.Start), "only fixed files have positions")
	}
	if m.Columns != 0 && kind != Delimited && kind != Workbook {
		c.problem(at+".columns", fmt.Sprint(m.Columns), "only delimited and xlsx files have columns")
	}
	if m.Prefix != "" && kind == Workbook {
		c.problem(at+".prefix", string(m.Prefix), "a sheet has no lines; use column and value")
	}
	if m.Column < 0 || m.Start < 0 || m.Columns < 0 {
		c.problem(at, "", "places count from 1")
	}
	given := m.Value != "" || len(m.Values) > 0
	if placed := m.Column > 0 || m.Start > 0; placed != given {
		c.problem(at, "", "needs both a place (column or start) and a value")
	}
	if m.Value != "" {
		l.values = []string{string(m.Value)}
	}
	l.values = append(l.values, words(m.Values)...)
}
