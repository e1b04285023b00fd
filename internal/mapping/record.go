package mapping

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// recordPlan is a record ready to be filled.
type recordPlan struct {
	index  int
	name   string
	repeat []string
	header bool
	// trailer and header records are made once a file.
	trailer bool
	when    *formula.Program
	whenAt  cell
	// once is the field of which each value is written once a file, -1 for none.
	once   int
	sum    *summary
	fields []fieldPlan
	// late tells that a field needs the file; capture are the slots whose values it needs from the document.
	late    bool
	capture []int
	// open marks the late fields when the rest of the record can be encoded before them; nil when it cannot.
	open    []bool
	counted bool
	// The fields that totals are counted from, -1 for none.
	debit, credit, amount, hash int
	// held says how its rows are held against the documents, by types of documents.
	held []*heldRecord
}

// summary is how posting lines are added up.
type summary struct {
	by     []*formula.Program
	across bool
	net    bool
	// codes are the fields in which lines must agree to be added up.
	codes []int
}

// columnRows finds the mapping's rows by record and field, and reports those that belong nowhere.
func (c *compiler) columnRows() map[string]columnRow {
	rows := map[string]columnRow{}
	var names []string
	for _, r := range c.tpl.Records {
		names = append(names, r.Name)
	}
	for _, row := range c.content.columns {
		record, field := wording.Clean(row.record.show()), wording.Clean(row.field.show())
		r := c.recordNamed(record)
		if r == nil {
			c.found.errorf(row.record, wording.Nearest(record, names), "the template has no record %q", record)
			continue
		}
		name, ok := fieldNamed(r, field)
		if !ok {
			c.found.errorf(row.field, wording.Nearest(field, fieldNames(r)), "the record %s has no field %q", r.Name, field)
			continue
		}
		key := r.Name + "\x00" + name
		if before, twice := rows[key]; twice {
			c.found.errorf(row.field, "", "%s %s stands twice: here and in %s", r.Name, name, before.field.Ref)
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

func fieldNames(r *template.Record) []string {
	names := []string{pseudoWhen}
	if slices.Contains(r.Repeat, template.RepeatPosting) {
		names = append(names, pseudoSummarise)
	}
	for _, f := range r.Fields {
		if f.SameAs == "" {
			names = append(names, f.Name)
		}
	}
	return names
}

func fieldNamed(r *template.Record, name string) (string, bool) {
	for _, n := range fieldNames(r) {
		if n == name {
			return n, true
		}
	}
	for _, n := range fieldNames(r) {
		if wording.Fold(n) == wording.Fold(name) {
			return n, true
		}
	}
	return "", false
}

func (c *compiler) record(i int, rows map[string]columnRow) recordPlan {
	t := &c.tpl.Records[i]
	r := recordPlan{index: i, name: t.Name, repeat: t.Repeat, debit: -1, credit: -1, amount: -1, hash: -1}
	if len(r.repeat) == 0 {
		r.repeat = []string{template.RepeatDocument}
	}
	r.header, r.trailer = r.repeat[0] == template.RepeatHeader, r.repeat[0] == template.RepeatTrailer
	most := late
	if r.header || r.trailer {
		most = atEnd
	}
	c.conditions(&r, t, rows)
	for j := range t.Fields {
		r.fields = append(r.fields, c.field(t, &t.Fields[j], rows, r.repeat, most))
	}
	c.oncePer(&r, t)
	r.findLate(c.slots.all)
	r.findCodes(c.slots.all)
	return r
}

// findCodes finds the codes of a sum: all but those that only the file knows, and those made from the amount, its side or the number of the line, which
// belong to the sum itself.
func (r *recordPlan) findCodes(all []slot) {
	if r.sum == nil {
		return
	}
	for i := range r.fields {
		f := &r.fields[i]
		if f.typ != layout.CodeType || f.late || f.mode == blankField || f.mode == constantField {
			continue
		}
		ofSum := false
		for _, s := range f.slots() {
			switch all[s].fact {
			case lineDebit, lineCredit, lineAmount, lineSide, lineNumber, rowInDocument:
				ofSum = true
			}
		}
		if !ofSum {
			r.sum.codes = append(r.sum.codes, i)
		}
	}
}

// slots are the names that the field is made of.
func (f *fieldPlan) slots() []int {
	if f.mode == sourceMode {
		return []int{f.slot}
	}
	return f.prog.Fields()
}

func (c *compiler) conditions(r *recordPlan, t *template.Record, rows map[string]columnRow) {
	if v, _ := c.cellFor(rows, t, pseudoWhen, t.When); !v.isBlank() {
		r.whenAt = v
		if r.when = c.condition(wording.Clean(v.show()), v, t.Name+" "+pseudoWhen); r.when != nil {
			most := early
			if r.header || r.trailer {
				most = atEnd
			}
			c.restrict(r.when, r.repeat, most, v)
		}
	}
	c.summary(r, t, rows)
}

// oncePer finds the field that must not repeat.
func (c *compiler) oncePer(r *recordPlan, t *template.Record) {
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

func (c *compiler) summary(r *recordPlan, t *template.Record, rows map[string]columnRow) {
	var by []string
	if t.Summarise != nil {
		by = t.Summarise.By
	}
	v, own := c.cellFor(rows, t, pseudoSummarise, strings.Join(by, "; "))
	if own {
		by = strings.FieldsFunc(v.value().String(), func(r rune) bool { return r == ';' || r == ',' || r == '\n' })
	}
	if len(by) == 0 {
		return
	}
	r.sum = &summary{}
	if t.Summarise != nil {
		r.sum.across, r.sum.net = t.Summarise.AcrossAllocations, t.Summarise.Net
	}
	for _, source := range by {
		if source = wording.Clean(source); source == "" {
			continue
		}
		if prog := c.formula(source, v, t.Name+" "+pseudoSummarise); prog != nil {
			c.restrict(prog, r.repeat, early, v)
			r.sum.by = append(r.sum.by, prog)
		}
	}
}
