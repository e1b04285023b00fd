package mapping

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/settings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// FieldMode is how a field gets its value; the first three need no formula machinery.
type FieldMode uint8

const (
	blankField FieldMode = iota
	ConstantField
	SourceMode
	ProgramMode
)

// Field is one field ready to be filled, with all that explains it.
type Field struct {
	name  string
	typ   layout.Type
	mode  FieldMode
	value layout.Value
	slot  int
	prog  *formula.Program
	late  bool
	// steady: it depends on nothing but what it reads in the parts of the document that the row stands in.
	steady bool
	reads  []int
	source string
	at     findings.Place
}

// cellFor is the Value of a field: the mapping's, or the template's where the mapping has no row.
func (c *compiler) cellFor(rows map[string]workbook.ColumnRow, r *template.Record, name,
	fallback string) (v workbook.Cell, own bool) {
	if row, ok := rows[r.Name+"\x00"+name]; ok {
		return row.Value, true
	}
	return settings.TemplateCell(c.tpl, fallback), false
}

// field compiles one Value.
func (c *compiler) field(t *template.Record, f *template.Field, rows map[string]workbook.ColumnRow, repeat []string,
	most facts.Phase) Field {
	name := f.Name // its own, also where the Value is another field's
	if f.SameAs != "" {
		var ok bool
		if t, f, ok = c.sameAs(t, f); !ok {
			return Field{name: f.Name, typ: f.Type}
		}
	}
	if rows[t.Name+"\x00"+f.Name].Unread {
		return Field{name: name, typ: f.Type}
	}
	v, own := c.cellFor(rows, t, f.Name, f.Value)
	p := Field{name: name, typ: f.Type, at: v.Place, source: wording.Clean(v.Show())}
	label := t.Name + " " + f.Name
	if !own && f.Value != "" {
		c.found.Add(findings.Warning, findings.Place{Sheet: c.found.Sheet(workbook.SheetColumns)}, "",
			say.F("%s has no row; the template's value %s applies", label, f.Value), "")
		c.sheet.DatesColumn(label, f.Value)
	}
	if v.IsBlank() {
		if f.Required && f.Default == "" {
			c.found.Errorf(v, "", "%s is required and has no value", label)
		}
		return p
	}
	if v.Kind != workbook.Text {
		c.constant(&p, f, v, label)
		return p
	}
	prog, _ := c.valueOf(t, f, rows)
	if prog == nil {
		return p
	}
	c.restrict(prog, repeat, most, v)
	c.checkType(prog, f, v, label)
	c.noteConstant(prog, f, v, own, label)
	for _, i := range prog.Fields() {
		if remark := c.slots.Remark(i); remark != "" {
			c.found.Warnf(v, "%s: %s", label, remark)
		}
	}
	c.strangeConstants(prog, f, v, label)
	c.sameAsField(prog, t, f, rows, v, label)
	if value, ok := prog.Constant(); ok {
		p.mode, p.value = ConstantField, value
		if value.IsEmpty() {
			p.mode = blankField
		}
		return p
	}
	p.mode, p.prog = ProgramMode, prog
	if slots := prog.Fields(); len(slots) == 1 && wording.Fold(p.source) == wording.Fold(c.slots.At(slots[0]).Name()) {
		p.mode, p.slot = SourceMode, slots[0]
	}
	for _, i := range prog.Fields() {
		p.late = p.late || c.slots.At(i).Phase() != facts.Early
	}
	return p
}

// valueOf is the compiled Value of a column, which is compiled once, whoever asks for it; nil after a mistake.
func (c *compiler) valueOf(t *template.Record, f *template.Field, rows map[string]workbook.ColumnRow) (*formula.Program, bool) {
	if f.SameAs != "" {
		var ok bool
		if t, f, ok = c.sameAs(t, f); !ok {
			return nil, false
		}
	}
	key := t.Name + "\x00" + f.Name
	if prog, ok := c.programs[key]; ok {
		return prog, prog != nil
	}
	v, _ := c.cellFor(rows, t, f.Name, f.Value)
	if rows[key].Unread {
		return nil, false
	}
	if v.Kind != workbook.Text || v.IsBlank() {
		return formula.Fixed(v.Value()), true
	}
	before := c.here
	c.here = inRow{t, rows}
	c.making = append(c.making, t.Name+" "+f.Name)
	prog := c.formula(wording.Clean(v.Show()), v, t.Name+" "+f.Name)
	c.here, c.making = before, c.making[:len(c.making)-1]
	c.programs[key] = prog
	return prog, prog != nil
}

// sameAs finds the field whose Value is taken.
func (c *compiler) sameAs(t *template.Record, f *template.Field) (*template.Record, *template.Field, bool) {
	record, field, _ := strings.Cut(f.SameAs, ".")
	if other, ok := c.tpl.Record(record); ok {
		if i, ok := other.FieldIndex(field); ok && other.Fields[i].SameAs == "" {
			return other, &other.Fields[i], true
		}
	}
	c.templateError("records."+t.Name+"."+f.Name+".same_as", f.SameAs, "there is no such field; write RECORD.FIELD")
	return t, f, false
}

// constant takes a number, date or flag cell as it is.
func (c *compiler) constant(p *Field, f *template.Field, v workbook.Cell, label string) {
	if !workbook.Usable(v, c.found) {
		return
	}
	if v.Kind == workbook.Number && (f.Type == layout.CodeType || f.Type == layout.TextType || f.Type == "") {
		c.found.Errorf(v, "", "%s: %q is a number cell; make it a text in quotes: \"%s\"", label, v.Value().String(),
			v.Value().String())
		return
	}
	if got, want := formula.OfValue(v.Value().Kind), formula.OfColumn(f.Type); want != formula.Any &&
		want != formula.Text && got != want {
		c.found.Errorf(v, "", "%s takes %s, but this is %s", label, want, got)
		return
	}
	p.mode, p.value = ConstantField, v.Value()
}

// checkType refuses what can never fit.
func (c *compiler) checkType(prog *formula.Program, f *template.Field, v workbook.Cell, label string) {
	got, want := prog.Type(), formula.OfColumn(f.Type)
	if got == formula.Any || want == formula.Any || got == want {
		return
	}
	switch {
	case want == formula.Number, want == formula.Date, want == formula.Bool && got != formula.Text:
		c.found.Errorf(v, "", "%s takes %s, but this gives %s", label, want, got)
	case f.Type == layout.CodeType && got == formula.Number && !c.onlyCounts(prog):
		c.found.Errorf(v, "", "%s is a code, but this gives a number; make the lookup column text, or use TEXT", label)
	}
}

// onlyCounts reports whether the numbers of a formula are sequence numbers and the like, which have no leading zeros to
// lose.
func (c *compiler) onlyCounts(prog *formula.Program) bool {
	for _, i := range prog.Fields() {
		if c.slots.At(i).Kind() == facts.OfSource {
			continue
		}
		switch c.slots.At(i).Fact() {
		case facts.FileSequence, facts.RowNumber, facts.RowLine, facts.RowInDocument, facts.LineNumber,
			facts.DocumentNumber:
		default:
			return false
		}
	}
	return len(prog.Tables()) == 0
}

// findLate settles whether the record waits for the file, and what it must keep of the document until then.
func (r *Record) findLate(all []scope.Slot) {
	seen := map[int]bool{}
	for i := range r.fields {
		f := &r.fields[i]
		if !f.late {
			continue
		}
		r.late, r.waiting = true, append(r.waiting, i)
		for _, s := range f.prog.Fields() {
			if all[s].Phase() == facts.Early && !seen[s] {
				seen[s] = true
				r.capture = append(r.capture, s)
			}
		}
	}
}

// findOpen settles whether the record's other fields can be encoded before those that wait for the file.
func (r *Record) findOpen(lp *layout.Plan) {
	if !r.late || r.header || r.trailer || r.once >= 0 {
		return
	}
	open := make([]bool, len(r.fields))
	for i := range r.fields {
		open[i] = r.fields[i].late
	}
	if slices.ContainsFunc(r.totals.All(), func(i int) bool { return open[i] }) {
		return
	}
	if lp.CanOpen(r.index, open) {
		r.open = open
	}
}
