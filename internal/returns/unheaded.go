package returns

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// A header says of which import file, company or day the rows below it are. Where it cannot be read, what the header
// before it said is not theirs: they are listed, up to the next header.

// lose notes a header that could not be read.
func (p *parser) lose(line int) { p.lost, p.perhaps = line, 0 }

// badHeader notes that a line which could not be read is a header, or may be one. data: it is neither.
func (p *parser) badHeader(in *layout.Row) (data bool) {
	if in.Record < 0 {
		switch {
		case p.section.closed && p.f.heads: // behind a trailer nothing else can stand
			p.lose(in.Line)
		case p.lost == 0 && p.f.leads:
			p.perhaps = in.Line
		}
		return false
	}
	rec := &p.f.records[in.Record]
	if rec.use == format.UseHeader && len(rec.columns) > 0 {
		p.lose(in.Line)
	}
	return rec.use == format.UseData
}

// unheaded makes a problem of a row below a header that could not be read. Below a line that nobody knows it is one
// only where the row says no document: then the header alone tells what is meant.
func (p *parser) unheaded(d *data) {
	switch {
	case p.lost > 0:
		d.problem("it belongs to the header in line %d above it, which could not be read", p.lost)
	case p.perhaps > 0 && !d.row.Refs.NamesDocument():
		d.problem("line %d above it could not be read, and may be the header that says to which import file it belongs", p.perhaps)
	}
}

// readable are the references of a line of which one field could not be read: the others tell whose line it is. In lines
// without separators a field that is wrong may have moved the others.
func (p *parser) readable(in *layout.Row) fis.Refs {
	if p.f.spec.Layout.Kind == layout.Fixed || len(in.Values) == 0 {
		return p.base.Refs
	}
	row := p.base
	d := data{f: p.f, row: &row}
	rec := &p.f.records[in.Record]
	for i := range rec.columns {
		c := &rec.columns[i]
		if !c.role.IsReference() {
			continue
		}
		if text, ok := d.text(c, in.Values); ok {
			d.set(c, text, in.Values)
		}
	}
	if len(d.problems) > 0 {
		return p.base.Refs
	}
	return row.Refs
}
