package amounts

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	"github.com/fisbridge/fisbridge/internal/say"
)

// reading settles by which layout the file is read back. Records that the template does not say how to recognise are
// told apart by a field that holds a constant in each of them, a record type, or by their number of columns; where
// neither does it, the template must say it.
func (c *compiler) reading() {
	r := c.rules
	r.reading = c.Layout
	if !r.Any() || c.Layout == nil || c.Layout.Can().Apart {
		return
	}
	records := c.tpl.LayoutRecords()
	for _, group := range c.sameSheet(records) {
		if c.distinct(records, group) || c.distinctBody(records, group) {
			continue
		}
		var names []string
		for _, i := range group {
			names = append(names, records[i].Name)
		}
		c.templateError("records."+records[group[0]].Name+".match", "",
			say.F("the file is read back before it goes out, but the records %s cannot be told apart: give each a match, such as { start: 1, value: H } or { column: 1, value: H }", strings.Join(names, ", ")))
		return
	}
	reading, problems := kinds.Compile(c.tpl.File, records)
	if len(problems) == 0 {
		r.reading = reading
	}
}

// distinct reports whether the records of a group can be told apart, and finds by what.
func (c *compiler) distinct(records []layout.Record, group []int) bool {
	return len(group) < 2 || !c.anonymous(records, group) || c.byConstant(records, group) || c.byColumns(records, group)
}

// distinctBody is distinct for the records between headers and trailers, which stand where they stand: the lines before
// and after the documents are passed over.
func (c *compiler) distinctBody(records []layout.Record, group []int) bool {
	p := c.rules
	if !p.lined {
		return false // rows and lines are not the same
	}
	var body []int
	frame := make([]bool, len(records))
	for _, i := range group {
		r := &p.records[i]
		if frame[i] = r.Header || r.Trailer; !frame[i] {
			body = append(body, i)
		} else if p.carried[i] {
			return false
		}
	}
	if !c.distinct(records, body) {
		return false
	}
	p.frame = frame
	return true
}

// sameSheet groups the records that stand among each other: all of them, in a workbook those of a sheet.
func (c *compiler) sameSheet(records []layout.Record) [][]int {
	var sheets []string
	var out [][]int
	for i, r := range records {
		name := ""
		if c.Layout.Can().Sheets {
			name = r.Sheet
		}
		at := slices.Index(sheets, name)
		if at < 0 {
			at, sheets, out = len(sheets), append(sheets, name), append(out, nil)
		}
		out[at] = append(out[at], i)
	}
	return out
}

// anonymous reports whether a record of the group, but for the last, has nothing by which it is recognised.
func (c *compiler) anonymous(records []layout.Record, group []int) bool {
	for _, i := range group[:len(group)-1] {
		if m := records[i].Match; m.Prefix == "" && m.Column == 0 && m.Start == 0 && m.Columns == 0 {
			return true
		}
	}
	return false
}

// byConstant finds the place where every record of the group has a constant, and they all differ; it is their match
// then.
func (c *compiler) byConstant(records []layout.Record, group []int) bool {
	for _, at := range c.places(records[group[0]]) {
		seen, ok := map[string]bool{}, true
		matches := map[int]layout.Match{}
		for _, i := range group {
			value, found := c.constantAt(i, records[i], at)
			if ok = ok && found && !seen[value]; !ok {
				break
			}
			seen[value] = true
			m := layout.Match{Value: layout.Word(value)}
			if c.Layout.Can().Positions {
				m.Start = at
			} else {
				m.Column = at
			}
			matches[i] = m
		}
		if !ok {
			continue
		}
		for i, m := range matches {
			records[i].Match = m
		}
		return true
	}
	return false
}

// byColumns tells the records of a delimited file apart by how many columns they have.
func (c *compiler) byColumns(records []layout.Record, group []int) bool {
	if can := c.Layout.Can(); !can.Lines || !can.Columns {
		return false
	}
	seen := map[int]bool{}
	for _, i := range group {
		n := len(c.places(records[i]))
		if seen[n] {
			return false
		}
		seen[n] = true
	}
	for _, i := range group {
		records[i].Match = layout.Match{Columns: len(c.places(records[i]))}
	}
	return true
}

// places are where the fields of a record stand: columns or first bytes, from 1.
func (c *compiler) places(r layout.Record) []int {
	var out []int
	next := 1
	for _, f := range r.Fields {
		if f.Hidden {
			continue
		}
		if c.Layout.Can().Positions {
			if f.Start > 0 {
				next = f.Start
			}
			out = append(out, next)
			next += f.Width
		} else {
			out = append(out, len(out)+1)
		}
	}
	return out
}

// constantAt is the constant text at a place of a record.
func (c *compiler) constantAt(i int, r layout.Record, at int) (string, bool) {
	places, n := c.places(r), 0
	for f := range r.Fields {
		if r.Fields[f].Hidden {
			continue
		}
		if places[n] == at {
			text := c.rules.records[i].Columns[f].Constant
			switch c.tpl.File.Case {
			case "upper":
				text = strings.ToUpper(text)
			case "lower":
				text = strings.ToLower(text)
			}
			return text, text != ""
		}
		n++
	}
	return "", false
}
