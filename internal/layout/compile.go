package layout

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/wording"
)

type unmappable uint8

const (
	unmappableFail unmappable = iota
	unmappableReplace
	unmappableTable
	unmappableTableOrReplace
	unmappableReference
)

// Compile checks a layout and makes a plan of it. kinds are the kinds of files there are. All mistakes are reported at once; the plan is nil when there are any.
func Compile(kinds []Kind, spec Spec, records []Record) (*Plan, []Problem) {
	c := &Check{kinds: kinds, names: map[string]bool{},
		plan: &Plan{spec: spec, records: slices.Clone(records), header: -1}}
	c.plan.lines = make([]Line, len(records))
	if !c.file() {
		return nil, c.problems
	}
	if parts, ok := c.plan.format.(Composed); ok {
		c.composed(parts)
	} else {
		for i := range records {
			c.record(i)
		}
		c.parents()
	}
	c.headerRecord()
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return c.plan, nil
}

// composed takes over the records as the plans of the parts have them.
func (c *Check) composed(parts Composed) {
	for i := range c.plan.records {
		c.plan.lines[i] = Line{Record: c.plan.records[i], Index: i}
		if part, n := parts.Of(i); part != nil {
			c.plan.lines[i] = part.lines[n]
			c.plan.lines[i].Index = i
		}
	}
}

// Check looks for mistakes in a layout while its plan is made, and gathers them.
type Check struct {
	// Filler and Blank are the bytes between fields and of a blank, in the file's encoding.
	Filler, Blank byte

	kinds    []Kind
	plan     *Plan
	names    map[string]bool
	problems []Problem
}

// Kinds are the kinds of files there are.
func (c *Check) Kinds() []Kind { return c.kinds }

// Plan is the plan that is being made.
func (c *Check) Plan() *Plan { return c.plan }

// Spec are the settings of the file.
func (c *Check) Spec() *Spec { return &c.plan.spec }

// Problem notes a mistake: where, what is written there, and what is wrong with it.
func (c *Check) Problem(place, value, format string, args ...any) {
	c.problems = append(c.problems, Problem{Place: place, Value: value, Reason: fmt.Sprintf(format, args...)})
}

// Choice checks a word against a list; the empty word is fine. It reports whether the word may be used.
func (c *Check) Choice(place, word string, list ...string) bool {
	if word == "" || slices.Contains(list, word) {
		return true
	}
	c.Problem(place, word, "is not known%s; there are %s", nearest(word, list), strings.Join(list, ", "))
	return false
}

// nearest suggests the most similar word of a list, if one is similar.
func nearest(word string, list []string) string {
	best := wording.Nearest(word, list)
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// Character checks for exactly one ASCII character.
func (c *Check) Character(place, s string) (byte, bool) {
	if len(s) == 1 && s[0] < 0x80 {
		return s[0], true
	}
	c.Problem(place, s, "must be one ASCII character")
	return 0, false
}

// headerRecord finds the record whose headings are the first row.
func (c *Check) headerRecord() {
	p := c.plan
	if n := p.spec.HeaderLine; n < 0 || n > 1 && (!p.spec.Header || !p.can.Lines || p.spec.SkipLines > 0 && p.spec.SkipLines != n-1) {
		c.Problem("file.header_line", fmt.Sprint(n), "goes with `header: true` of a file of lines, and without skip_lines")
	} else if n > 1 {
		p.spec.SkipLines = n - 1
	}
	if !p.spec.Header {
		if p.spec.HeaderRecord != "" {
			c.Problem("file.header_record", p.spec.HeaderRecord, "needs `header: true`")
		}
		return
	}
	if !p.can.Columns && p.format != nil {
		c.Problem("file.header", "true", "only %s files have headings; leave it out, and make a record of what stands first", c.withColumns())
		return
	}
	withFields := 0
	for i := range p.lines {
		if p.spec.HeaderRecord != "" && p.lines[i].Name == p.spec.HeaderRecord || p.spec.HeaderRecord == "" && len(p.lines[i].Placed) > 0 {
			withFields++
			p.header = i
		}
	}
	switch {
	case p.spec.HeaderRecord != "" && withFields == 0:
		c.Problem("file.header_record", p.spec.HeaderRecord, "is not a record of this file%s", nearest(p.spec.HeaderRecord, c.recordNames()))
	case withFields != 1 && !p.can.Sheets:
		c.Problem("file.header", "true", "several records have fields; say with `header_record` whose headings the first row holds")
	default:
		c.headings()
	}
}

func (c *Check) recordNames() []string {
	var names []string
	for i := range c.plan.records {
		names = append(names, c.plan.records[i].Name)
	}
	return names
}

// headings refuses two columns with the same heading: a reader could not tell them apart.
func (c *Check) headings() {
	for i := range c.plan.lines {
		if !c.plan.can.Sheets && i != c.plan.header {
			continue
		}
		seen := map[string]string{}
		for _, cell := range c.plan.lines[i].Placed {
			key := headingKey(cell.Title)
			if other, ok := seen[key]; ok {
				c.Problem(c.At(cell)+".heading", cell.Title, "is the heading of %q too", other)
			}
			seen[key] = cell.Name
		}
	}
}

// headingKey makes headings comparable: people change case and blanks.
func headingKey(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func place(record, field string) string { return "records." + record + "." + field }

// At is where a field stands in the layout.
func (c *Check) At(f *Cell) string { return place(c.plan.records[f.Record].Name, f.Name) }
