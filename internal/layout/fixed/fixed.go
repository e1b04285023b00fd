// Package fixed writes and reads files of kind fixed: records whose fields stand at byte positions, with line ends or
// without. Of a layout's settings it has for itself: record_length, filler, short_lines; start, width and pad of a
// field; start of a match; packed and binary numbers.
package fixed

import (
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/charset"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Kind is files of kind fixed.
type Kind struct{}

// Name is the word for it in a layout.
func (Kind) Name() layout.KindName { return layout.Fixed }

// Can is what such files hold.
func (Kind) Can() layout.Can { return layout.Can{Lines: true, Positions: true} }

// format is the files of one plan.
type format struct {
	plan          *layout.Plan
	charset       *charset.Charset
	lineEnd       []byte
	filler, blank byte
	short         bool
	comment       []byte
	records       []record
}

// record is a compiled record.
type record struct {
	fields []field // in the order of their positions
	at     []*field
	length int

	// how it is recognised, in bytes
	prefix     []byte
	matchStart int
	matches    [][]byte
}

// field is a field at its place.
type field struct {
	*layout.Cell
	start int // from 0
	pad   byte
}

// New takes the settings over; the fields say the rest.
func (Kind) New(c *layout.Check) layout.Format {
	p := c.Plan()
	f := &format{plan: p, charset: p.Charset(), lineEnd: p.LineEnd(), filler: c.Filler, blank: c.Blank,
		short: c.Spec().ShortLines, records: make([]record, len(p.Records()))}
	f.comment = f.bytes(c.Spec().Comment)
	for i, r := range p.Records() {
		f.records[i].at = make([]*field, len(r.Fields))
	}
	return f
}

// bytes is a text of the layout as it stands in the file.
func (f *format) bytes(s string) []byte { return f.charset.EncodeFrom([]byte(s), 0) }

// Field finds what fills the field.
func (f *format) Field(c *layout.Check, cell *layout.Cell) {
	pad := c.OneByte(c.At(cell)+".pad", cell.Filling, ' ')
	f.records[cell.Record].at[cell.Index] = &field{Cell: cell, pad: pad}
}

// Record gives each field its place and reports gaps in the facts: overlaps, missing widths, a record that is too
// short.
func (f *format) Record(c *layout.Check, l *layout.Line) {
	r := &f.records[l.Index]
	next := 0
	for _, cell := range l.Placed {
		at := c.At(cell)
		if cell.Width <= 0 {
			c.Problem(at+".width", "", "is missing; a fixed field needs its width in bytes")
		}
		if cell.Start < 0 {
			c.Problem(at+".start", fmt.Sprint(cell.Start), "positions count from 1")
		}
		start := next
		if cell.Start > 0 {
			start = cell.Start - 1
		}
		next = start + max(cell.Width, 0)
		if placed := r.at[cell.Index]; placed != nil {
			placed.start = start
			r.fields = append(r.fields, *placed)
		}
	}
	slices.SortStableFunc(r.fields, func(a, b field) int { return a.start - b.start })
	for i := range r.fields {
		r.at[r.fields[i].Index] = &r.fields[i]
	}
	f.lengthOf(c, l, r)
	r.prefix, r.matchStart = f.bytes(string(l.Match.Prefix)), l.Match.Start-1
	for _, v := range l.Values {
		r.matches = append(r.matches, f.bytes(v))
	}
}

// lengthOf finds where the record ends.
func (f *format) lengthOf(c *layout.Check, l *layout.Line, r *record) {
	end, before := 0, (*field)(nil)
	for i := range r.fields {
		placed := &r.fields[i]
		if placed.start < end {
			c.Problem(c.At(placed.Cell)+".start", fmt.Sprint(placed.start+1), "overlaps with %q, which ends at %d", before.Name, end)
		}
		if placed.start+placed.Width > end {
			end, before = placed.start+placed.Width, placed
		}
	}
	r.length = end
	if length := c.Spec().RecordLength; length > 0 {
		if end > length {
			c.Problem(c.At(before.Cell)+".width", fmt.Sprint(before.Width), "ends at %d, beyond the record length of %d", end, length)
		}
		r.length = length
	}
	if r.length == 0 {
		c.Problem("records."+l.Name, "", "has no fields and no record_length")
	}
}

// Expects takes text and empty files. Where bytes have other meanings, or numbers stand as bytes, anything may stand at
// the beginning.
func (f *format) Expects(found layout.Found) (bool, string) {
	anything := f.charset.EBCDIC || len(f.lineEnd) == 0
	return found == layout.FoundText || found == layout.FoundEmpty ||
		anything && found != layout.FoundZip && found != layout.FoundOLE, ""
}

// Rules tells the positions and what fills the field.
func (f *format) Rules(c *layout.Cell) (first say.Text, last []say.Text) {
	placed := f.records[c.Record].at[c.Index]
	first = say.F("%s, positions %d to %d (%d bytes)", say.Text(c.Type), placed.start+1, placed.start+c.Width, c.Width)
	filled := padName(f.charset.Show([]byte{placed.pad}))
	if c.Right {
		return first, []say.Text{say.F("on the right, filled with %s", filled)}
	}
	return first, []say.Text{say.F("on the left, filled with %s", filled)}
}

func padName(s string) say.Text {
	switch s {
	case " ":
		return "blanks"
	case "0":
		return "zeros"
	}
	return say.Plain(s)
}
