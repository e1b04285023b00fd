package layout

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/charset"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Plan is a checked layout. It does not change and is safe for concurrent use.
type Plan struct {
	spec    Spec
	records []Record
	lines   []line

	charset     *charset.Charset
	unmappable  unmappable
	replacement string
	translit    map[rune]string

	lineEnd   []byte
	delimiter string
	quote     string
	escape    byte
	comment   string
	special   [256]bool // bytes that may make quotes necessary
	filler    byte
	blank     byte
	header    int // index of the record whose headings are the first row, -1 without
}

// line is a compiled record.
type line struct {
	Record
	index    int
	cells    []cell
	placed   []*cell // those in the file, in its order
	unused   []*cell // text: those that the pattern does not show
	length   int     // fixed
	segments []segment
	values   []string // of Match
}

type unmappable uint8

const (
	unmappableFail unmappable = iota
	unmappableReplace
	unmappableTable
	unmappableTableOrReplace
)

// Compile checks a layout and makes a plan of it. All mistakes are reported at once; the plan is nil when there are any.
func Compile(spec Spec, records []Record) (*Plan, []Problem) {
	c := &compiler{plan: &Plan{spec: spec, records: slices.Clone(records), header: -1}, names: map[string]bool{}}
	c.file()
	c.plan.lines = make([]line, len(records))
	for i := range records {
		c.record(i)
	}
	c.headerRecord()
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return c.plan, nil
}

// compiler gathers the problems.
type compiler struct {
	plan     *Plan
	names    map[string]bool
	problems []Problem
}

func (c *compiler) problem(place, value, format string, args ...any) {
	c.problems = append(c.problems, Problem{Place: place, Value: value, Reason: fmt.Sprintf(format, args...)})
}

// choice checks a word against a list; the empty word is fine. It reports whether the word may be used.
func (c *compiler) choice(place, word string, list ...string) bool {
	if word == "" || slices.Contains(list, word) {
		return true
	}
	c.problem(place, word, "is not known%s; there are %s", nearest(word, list), strings.Join(list, ", "))
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

// character checks for exactly one ASCII character.
func (c *compiler) character(place, s string) (byte, bool) {
	if len(s) == 1 && s[0] < 0x80 {
		return s[0], true
	}
	c.problem(place, s, "must be one ASCII character")
	return 0, false
}

// headerRecord finds the record whose headings are the first row.
func (c *compiler) headerRecord() {
	p := c.plan
	if !p.spec.Header {
		if p.spec.HeaderRecord != "" {
			c.problem("file.header_record", p.spec.HeaderRecord, "needs `header: true`")
		}
		return
	}
	if p.spec.Kind == Fixed || p.spec.Kind == PatternText {
		c.problem("file.header", "true", "only delimited and xlsx files have headings; make a record of the first line")
		return
	}
	withFields := 0
	for i := range p.lines {
		if p.spec.HeaderRecord != "" && p.lines[i].Name == p.spec.HeaderRecord || p.spec.HeaderRecord == "" && len(p.lines[i].placed) > 0 {
			withFields++
			p.header = i
		}
	}
	switch {
	case p.spec.HeaderRecord != "" && withFields == 0:
		c.problem("file.header_record", p.spec.HeaderRecord, "is not a record of this file%s", nearest(p.spec.HeaderRecord, c.recordNames()))
	case withFields != 1 && p.spec.Kind != Workbook:
		c.problem("file.header", "true", "several records have fields; say with `header_record` whose headings the first row holds")
	default:
		c.headings()
	}
}

func (c *compiler) recordNames() []string {
	var names []string
	for i := range c.plan.records {
		names = append(names, c.plan.records[i].Name)
	}
	return names
}

// headings refuses two columns with the same heading: a reader could not tell them apart.
func (c *compiler) headings() {
	for i := range c.plan.lines {
		if c.plan.spec.Kind != Workbook && i != c.plan.header {
			continue
		}
		seen := map[string]string{}
		for _, cell := range c.plan.lines[i].placed {
			key := headingKey(cell.heading)
			if other, ok := seen[key]; ok {
				c.problem(place(c.plan.lines[i].Name, cell.Name)+".heading", cell.heading, "is the heading of %q too", other)
			}
			seen[key] = cell.Name
		}
	}
}

// headingKey makes headings comparable: people change case and blanks.
func headingKey(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func place(record, field string) string { return "records." + record + "." + field }
