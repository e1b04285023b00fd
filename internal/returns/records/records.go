// Package records reads result files whose answer is spread over several lines of several kinds: the outcome in one
// line, the number in the line below it, the reason in the next. Records have parents; a field may be taken from a
// record around its own, or from those that stand in it. Lines may go on in the next one, have any number of columns,
// and be several on one line of the file.
package records

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// Kind is files of kind records.
type Kind struct{}

// Name is the word for it in a layout.
func (Kind) Name() layout.KindName { return "records" }

// Can is what such files hold.
func (Kind) Can() layout.Can {
	return layout.Can{Own: true, Apart: true, Nested: true, Columns: true, Positions: false, Unit: "line"}
}

// fileOwn says how the file divides.
type fileOwn struct {
	// Form is how a line divides: delimited (also when empty), or fixed, by start and width in characters.
	Form string `yaml:"form"`
	// Ends is what ends a record beside the end of its line: `/`, `~`. Several records may stand on a line, and behind
	// Ends nothing else of a record.
	Ends string `yaml:"ends"`
	// Continues is what a line begins with that goes on with the line before; Joined is what then stands between them.
	Continues string `yaml:"continues"`
	Joined    string `yaml:"joined"`
}

// recordOwn says what a record is to others.
type recordOwn struct {
	// Part: the record gives no row of its own, only fields to others.
	Part bool `yaml:"part"`
	// Rest: the last field takes everything behind the others, delimiters too.
	Rest bool `yaml:"rest"`
}

// fieldOwn says that a field is another record's.
type fieldOwn struct {
	// Of is RECORD.FIELD: of the record around this one, or of those that stand in it.
	Of string `yaml:"of"`
	// Join joins the values of several records in it; without it they are a mistake in the file.
	Join *string `yaml:"join"`
}

type format struct {
	plan      *layout.Plan
	own       fileOwn
	delimiter string
	comment   string
	records   []record
}

type record struct {
	recordOwn
	parent int  // -1: none
	waits  bool // it takes something from records in it
	fields []field
}

// field is where a value comes from.
type field struct {
	of     fieldOwn
	record int // another record's; -1: its own
	cell   int // in that record
	column int // its own: which column
	start  int // its own: which character, from 0
}

// New checks the settings of the file.
func (Kind) New(c *layout.Check) layout.Format {
	s := c.Spec()
	f := &format{plan: c.Plan(), comment: s.Comment, delimiter: layout.Delimiter(s.Delimiter)}
	c.Own("file.own", s.Own, &f.own)
	c.Choice("file.own.form", f.own.Form, "delimited", "fixed")
	if s.Header {
		c.Problem("file.header", "true", "records have no headings; make a record of the line")
	}
	if f.own.Ends != "" && f.own.Form != "fixed" && f.own.Ends == f.delimiter {
		c.Problem("file.own.ends", f.own.Ends, "is the delimiter too")
	}
	return f
}

// Field decides where a field stands; what it is of another record is bound with its record.
func (f *format) Field(c *layout.Check, cell *layout.Cell) {
	for len(f.records) <= cell.Record {
		f.records = append(f.records, record{parent: -1})
	}
	r := &f.records[cell.Record]
	x := field{record: -1, start: cell.Start - 1}
	c.Own(c.At(cell)+".own", cell.Own, &x.of)
	for _, before := range r.fields {
		if before.of.Of == "" {
			x.column++
			if cell.Start == 0 {
				x.start = before.start + f.plan.Records()[cell.Record].Fields[before.cell].Width
			}
		}
	}
	x.cell, x.start = cell.Index, max(x.start, 0)
	if x.of.Of == "" && f.own.Form == "fixed" && cell.Width == 0 {
		c.Problem(c.At(cell)+".width", "", "is missing; a field of a fixed record needs one")
	}
	r.fields = append(r.fields, x)
}

// Record binds the fields that are other records', when all records are known: with the last one.
func (f *format) Record(c *layout.Check, l *layout.Line) {
	for len(f.records) <= l.Index {
		f.records = append(f.records, record{parent: -1})
	}
	r := &f.records[l.Index]
	c.Own("records."+l.Name+".own", l.Own, &r.recordOwn)
	if l.Match.Prefix == "" && len(l.Values) == 0 && l.Match.Columns == 0 && l.Index < len(f.plan.Records())-1 {
		c.Problem("records."+l.Name+".match", "", "is missing: the records after it could not be recognised")
	}
	if l.Index < len(f.plan.Records())-1 {
		return
	}
	all := f.plan.Records()
	for i := range f.records {
		f.records[i].parent = slices.IndexFunc(all, func(o layout.Record) bool { return o.Name == all[i].Parent && o.Name != "" })
	}
	for i := range f.records {
		for k := range f.records[i].fields {
			f.bind(c, i, &f.records[i].fields[k])
		}
	}
}

// bind finds the field that a field is of another record.
func (f *format) bind(c *layout.Check, i int, x *field) {
	if x.of.Of == "" {
		return
	}
	all := f.plan.Records()
	at := "records." + all[i].Name + "." + all[i].Fields[x.cell].Name + ".own.of"
	name, cell, _ := strings.Cut(x.of.Of, ".")
	r := slices.IndexFunc(all, func(o layout.Record) bool { return o.Name == name })
	if r < 0 {
		c.Problem(at, x.of.Of, "there is no record %q", name)
		return
	}
	k := slices.IndexFunc(all[r].Fields, func(o layout.Field) bool { return o.Name == cell })
	switch {
	case k < 0:
		c.Problem(at, x.of.Of, "record %s has no field %q", name, cell)
	case r == i || !f.within(r, i) && !f.within(i, r):
		c.Problem(at, x.of.Of, "record %s is neither around this one nor in it; say so with `parent`", name)
	case f.records[r].fields[k].of.Of != "":
		c.Problem(at, x.of.Of, "is itself taken from another record; name that")
	default:
		f.records[i].waits = f.records[i].waits || f.within(r, i)
		x.record, x.of.Of = r, cell
		x.column = k
	}
}

// within tells whether a record stands in another one.
func (f *format) within(r, outer int) bool {
	for n := 0; r >= 0 && n <= len(f.records); n++ {
		if r = f.records[r].parent; r == outer {
			return true
		}
	}
	return false
}

// Expects takes text.
func (f *format) Expects(found layout.Found) (bool, string) { return found == layout.FoundText, "" }

// Read begins to read a file.
func (f *format) Read(in layout.Input) (layout.Source, error) {
	lines, err := layout.NewLines(f.plan, in)
	s := &source{format: f, lines: lines, limits: in.Limits, open: make([]*found, len(f.records)), values: make([]layout.Value, f.plan.MostCells())}
	return s, err
}

func (f *format) place(line int) string { return fmt.Sprintf("line %d", line) }
