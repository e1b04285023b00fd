package layout

import (
	"fmt"
)

// record compiles one record and its fields.
func (c *Check) record(i int) {
	r := &c.plan.records[i]
	l := &c.plan.lines[i]
	*l = Line{Record: *r, Index: i, Cells: make([]Cell, len(r.Fields))}
	name := r.Name
	if name == "" {
		name = fmt.Sprintf("%d", i+1)
		c.Problem("records."+name+".name", "", "is missing")
	}
	if c.names[name] {
		c.Problem("records."+name+".name", name, "is the name of another record too")
	}
	c.names[name] = true
	seen := map[string]int{}
	for f := range r.Fields {
		cell := &l.Cells[f]
		cell.Field, cell.Record, cell.Index = r.Fields[f], i, f
		if cell.Name == "" {
			cell.Name = fmt.Sprintf("%d", f+1)
			c.Problem(place(name, cell.Name)+".name", "", "is missing")
		}
		if _, twice := seen[cell.Name]; twice {
			c.Problem(place(name, cell.Name)+".name", cell.Name, "is the name of another field of this record too")
		}
		seen[cell.Name] = f
		if !cell.Hidden {
			l.Placed, l.Order = append(l.Placed, cell), append(l.Order, cell.Index)
		}
	}
	for f := range l.Cells {
		c.field(l, &l.Cells[f], seen)
	}
	c.match(l, name)
	c.noOwn("records."+name+".own", r.Own)
	if c.plan.format != nil {
		c.plan.format.Record(c, l)
	}
	if r.Pattern != "" && !c.plan.can.Patterns {
		c.Problem("records."+name+".pattern", r.Pattern, "only files of kind %s have patterns", kindsThat(c.kinds, func(a Can) bool { return a.Patterns }))
	}
}

// parents checks in which records others stand: the outer one comes first, so that no record stands in itself.
func (c *Check) parents() {
	outer := map[string]bool{}
	for i := range c.plan.records {
		r := &c.plan.records[i]
		at := "records." + r.Name + ".parent"
		switch {
		case r.Parent == "":
		case !c.plan.can.Nested:
			c.Problem(at, r.Parent, "the records of this kind of file do not stand in others; leave it out")
		case !outer[r.Parent]:
			c.Problem(at, r.Parent, "is not a record before this one%s", nearest(r.Parent, c.recordNames()[:i]))
		}
		outer[r.Name] = true
	}
}

func (c *Check) match(l *Line, name string) {
	m, at, can := &l.Match, "records."+name+".match", c.plan.can
	if m.Column != 0 && !can.Columns {
		c.Problem(at+".column", fmt.Sprint(m.Column), "only %s files have columns", c.withColumns())
	}
	if m.Start != 0 && !can.Positions {
		c.Problem(at+".start", fmt.Sprint(m.Start), "only %s files have positions", c.withPositions())
	}
	if m.Columns != 0 && !can.Columns {
		c.Problem(at+".columns", fmt.Sprint(m.Columns), "only %s files have columns", c.withColumns())
	}
	if m.Prefix != "" && can.Sheets {
		c.Problem(at+".prefix", string(m.Prefix), "a sheet has no lines; use column and value")
	}
	if m.Column < 0 || m.Start < 0 || m.Columns < 0 {
		c.Problem(at, "", "places count from 1")
	}
	given := m.Value != "" || len(m.Values) > 0
	if placed := m.Column > 0 || m.Start > 0; placed != given {
		c.Problem(at, "", "needs both a place (column or start) and a value")
	}
	if m.Value != "" {
		l.Values = []string{string(m.Value)}
	}
	l.Values = append(l.Values, words(m.Values)...)
}
