package mapping

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/control"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Record is a record ready to be filled.
type Record struct {
	index  int
	name   string
	repeat []string
	header bool
	// parent is the record that this one stands in, -1 for none; kids are those whose rows stand in each row of this
	// one. A record of a whole document has none: what stands in it comes after it, record by record.
	parent int
	within bool // it is one of the kids of parent
	kids   []int
	// trailer and header records are made once a file.
	trailer bool
	when    *formula.Program
	whenAt  workbook.Cell
	// once is the field of which each value is written once a file, -1 for none.
	once   int
	sum    *Summary
	fields []Field
	// late tells that a field needs the file; capture are the slots whose values it needs from the document.
	late    bool
	capture []int
	// waiting are the fields that need it.
	waiting []int
	// open marks the late fields when the rest of the record can be encoded before them; nil when it cannot.
	open   []bool
	totals control.Fields
}

// Summary is how posting lines are added up.
type Summary struct {
	by     []*formula.Program
	across bool
	net    bool
	// codes are the fields in which lines must agree to be added up.
	codes []int
}

// columnRows finds the mapping's rows by record and field, and reports those that belong nowhere.
func (c *compiler) columnRows() map[string]workbook.ColumnRow {
	rows := map[string]workbook.ColumnRow{}
	var names []string
	for _, r := range c.tpl.Records {
		names = append(names, r.Name)
	}
	for _, row := range c.content.Columns {
		record, field := wording.Clean(row.Record.Show()), wording.Clean(row.Field.Show())
		r := c.recordNamed(record)
		if r == nil {
			c.found.Errorf(row.Record, wording.Nearest(record, names), "the template has no record %q", record)
			continue
		}
		name, ok := workbook.FieldNamed(r, field)
		if !ok {
			c.found.Errorf(row.Field, wording.Nearest(field, workbook.FieldNames(r)), "the record %s has no field %q",
				r.Name, field)
			continue
		}
		key := r.Name + "\x00" + name
		if before, twice := rows[key]; twice {
			c.found.Errorf(row.Field, "", "%s %s stands twice: here and in %s", r.Name, name, before.Field.Ref)
			continue
		}
		rows[key] = row
		c.factsUnchanged(r, name, row)
	}
	return rows
}

func (c *compiler) recordNamed(name string) *template.Record {
	for i := range c.tpl.Records {
		if wording.Fold(c.tpl.Records[i].Name) == wording.Fold(name) {
			return &c.tpl.Records[i]
		}
	}
	return nil
}

func (c *compiler) record(i int, rows map[string]workbook.ColumnRow) Record {
	t := &c.tpl.Records[i]
	r := Record{index: i, name: t.Name, repeat: t.Repeat, parent: -1}
	if len(r.repeat) == 0 {
		r.repeat = []string{template.RepeatDocument}
	}
	r.header, r.trailer = r.repeat[0] == template.RepeatHeader, r.repeat[0] == template.RepeatTrailer
	most := facts.Late
	if r.header || r.trailer {
		most = facts.AtEnd
	}
	c.here = inRow{t, rows}
	c.conditions(&r, t, rows)
	c.here = inRow{}
	c.nesting(&r, t)
	for j := range t.Fields {
		r.fields = append(r.fields, c.field(t, &t.Fields[j], rows, r.repeat, most))
	}
	c.oncePer(&r, t)
	c.sumDates(&r)
	r.findLate(c.slots.All())
	r.findSteady(c.slots.All())
	r.findCodes(c.slots.All())
	return r
}

// findCodes finds the codes of a sum: all but those that only the file knows, and those made from the amount, its side
// or the number of the line, which belong to the sum itself.
func (r *Record) findCodes(all []scope.Slot) {
	if r.sum == nil {
		return
	}
	for i := range r.fields {
		f := &r.fields[i]
		if f.typ != layout.CodeType || f.late || f.mode == blankField || f.mode == ConstantField {
			continue
		}
		ofSum := false
		for _, s := range f.slots() {
			switch all[s].Fact() {
			case facts.LineDebit, facts.LineCredit, facts.LineAmount, facts.LineSide, facts.LineNumber,
				facts.RowInDocument:
				ofSum = true
			}
		}
		if !ofSum {
			r.sum.codes = append(r.sum.codes, i)
		}
	}
}

// slots are the names that the field is made of.
func (f *Field) slots() []int {
	if f.mode == SourceMode {
		return []int{f.slot}
	}
	if f.prog == nil {
		return nil // a constant, or blank
	}
	return f.prog.Fields()
}

// nesting finds the record that this one stands in. Lines that are added up there are added up here.
func (c *compiler) nesting(r *Record, t *template.Record) {
	r.parent = slices.IndexFunc(c.plan.records, func(o Record) bool { return o.name == t.Parent })
	if r.parent < 0 {
		return
	}
	o := &c.plan.records[r.parent]
	if r.within = o.repeat[0] != template.RepeatDocument && !o.header && !r.trailer; !r.within {
		return
	}
	o.kids = append(o.kids, r.index)
	if o.sum != nil && o.repeat[0] == template.RepeatPosting {
		r.sum = &Summary{by: o.sum.by, across: o.sum.across, net: o.sum.net}
	}
}

func (c *compiler) conditions(r *Record, t *template.Record, rows map[string]workbook.ColumnRow) {
	if v, _ := c.cellFor(rows, t, workbook.PseudoWhen, t.When); !v.IsBlank() {
		r.whenAt = v
		if r.when = c.condition(wording.Clean(v.Show()), v, t.Name+" "+workbook.PseudoWhen); r.when != nil {
			most := facts.Early
			if r.header || r.trailer {
				most = facts.AtEnd
			}
			c.restrict(r.when, r.repeat, most, v)
			c.beforehand(r, v)
		}
	}
	c.summary(r, t, rows)
}

// beforehand reports a header's condition that nobody knows when the first document is written.
func (c *compiler) beforehand(r *Record, at workbook.Cell) {
	for _, i := range r.when.Fields() {
		if s := c.slots.At(i); r.header && s.Phase() == facts.AtEnd {
			c.found.Stricterf(at, "%s is known only at the end of the file, and the condition of a header decides on "+
				"which lines documents stand", s.Name())
		}
	}
}

// sumDates warns of dates that lines of one sum need not share: money of one month would be posted in another.
func (c *compiler) sumDates(r *Record) {
	for i := range r.fields {
		f := &r.fields[i]
		if r.sum == nil || f.typ != layout.DateType {
			continue
		}
		for _, s := range f.slots() {
			if c.slots.OfRows(s) && !slices.ContainsFunc(r.sum.by, func(p *formula.Program) bool { return slices.Contains(p.Fields(), s) }) {
				c.found.Add(findings.Warning, f.at, "", say.F("%s is %s of the first line of each sum, and lines of other days and months "+
					"are added to it: add up by this Value, too, or take a date of the document", r.name+" "+f.name, c.slots.At(s).Name()), "")
			}
		}
	}
}

// oncePer finds the field that must not repeat.
func (c *compiler) oncePer(r *Record, t *template.Record) {
	r.once = -1
	if t.OncePer == "" {
		return
	}
	at := "records." + t.Name + ".once_per"
	i, ok := t.FieldIndex(t.OncePer)
	switch {
	case !ok:
		c.templateError(at, t.OncePer, "the record has no such field")
	case r.fields[i].late || r.header || r.trailer:
		c.templateError(at, t.OncePer, "the field is known only when the file is made")
	default:
		r.once = i
	}
}

func (c *compiler) summary(r *Record, t *template.Record, rows map[string]workbook.ColumnRow) {
	var by []string
	if t.Summarise != nil {
		by = t.Summarise.By
	}
	v, own := c.cellFor(rows, t, workbook.PseudoSummarise, strings.Join(by, "; "))
	if own {
		by = formula.Split(v.Value().String())
	}
	if len(by) == 0 {
		return
	}
	r.sum = &Summary{}
	if t.Summarise != nil {
		r.sum.across, r.sum.net = t.Summarise.AcrossAllocations, t.Summarise.Net
	}
	for _, source := range by {
		if source = wording.Clean(source); source == "" {
			continue
		}
		if prog := c.formula(source, v, t.Name+" "+workbook.PseudoSummarise); prog != nil {
			c.restrict(prog, r.repeat, facts.Early, v)
			r.sum.by = append(r.sum.by, prog)
		}
	}
}
