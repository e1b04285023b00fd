package layout

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/charset"
)

// Plan is a checked layout. It does not change and is safe for concurrent use.
type Plan struct {
	spec    Spec
	records []Record
	lines   []Line
	can     Can
	format  Format
	writer  Writer // the format, if it is one
	opener  Opener // the same

	charset     *charset.Charset
	unmappable  unmappable
	replacement string
	translit    map[rune]string

	lineEnd []byte
	header  int // index of the record whose headings are the first row, -1 without
}

// Line is a compiled record.
type Line struct {
	Record
	Index  int
	Cells  []Cell
	Placed []*Cell  // those in the file, in its order
	Order  []int    // their indexes
	Values []string // of Match
}

// Spec is what the plan was made of.
func (p *Plan) Spec() Spec { return p.spec }

// Records is what the plan was made of, in order. Do not change it.
func (p *Plan) Records() []Record { return p.records }

// Beside are the names of the members that lie beside a file of this name in a folder, in the order in which they get
// their names, before the file itself; what NewNamedFile makes is a bundle of all of them then. None for other files.
func (p *Plan) Beside(file string) []string {
	if parts, ok := p.format.(Composed); ok {
		return parts.Beside(file)
	}
	return nil
}

// Can is what files of this plan can hold.
func (p *Plan) Can() Can { return p.can }

// Writes reports whether files of this plan can be written.
func (p *Plan) Writes() bool { return p.writer != nil }

// Lines are the compiled records; kinds of files work with them.
func (p *Plan) Lines() []Line { return p.lines }

// Members are the names of the files that an import file of this name is made of; none where it is one file.
func (p *Plan) Members(file string) []string {
	if parts, ok := p.format.(Composed); ok {
		return parts.Names(file)
	}
	return nil
}

// Member is the file that a record is written to, by its place among Members, with its plan and the record's index there.
func (p *Plan) Member(record int) (member int, plan *Plan, index int) {
	if parts, ok := p.format.(Composed); ok {
		plan, index = parts.Of(record)
		return parts.Member(record), plan, index
	}
	return 0, p, record
}

// NumbersLines tells whether the lines of a file are counted as one, so that an answer may name a line: not where its
// records stand in several members, nor behind the headings of the one in which they stand.
func (p *Plan) NumbersLines() bool {
	of := -1
	for i := range p.records {
		member, part, _ := p.Member(i)
		switch {
		case part == p:
			return true
		case part == nil:
		case of >= 0 && member != of || part.HeaderLines() > 0:
			return false
		default:
			of = member
		}
	}
	return true
}

// Charset is the encoding of the file.
func (p *Plan) Charset() *charset.Charset { return p.charset }

// LineEnd is what ends each record, in the file's encoding.
func (p *Plan) LineEnd() []byte { return slices.Clone(p.lineEnd) }

// Decode is bytes of the file as text; what is no text of the encoding becomes U+FFFD.
func (p *Plan) Decode(b []byte) string { return p.charset.Show(b) }

// Headings are the record whose headings begin the file, as an index; -1 when there are none.
func (p *Plan) Headings() int { return p.header }

// Heading is the row of headings that begins the file, line end included; nil when there is none.
func (p *Plan) Heading() []byte {
	if h, ok := p.format.(Headed); ok && p.header >= 0 {
		return h.Heading()
	}
	return nil
}

// HeaderLines is how many lines NewFile writes by itself.
func (p *Plan) HeaderLines() int {
	if p.header >= 0 {
		return 1
	}
	return 0
}

// Record is the index of a record by name.
func (p *Plan) Record(name string) (int, bool) {
	for i := range p.records {
		if p.records[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

// MostCells is how many fields the longest record has.
func (p *Plan) MostCells() int {
	n := 0
	for i := range p.lines {
		n = max(n, len(p.lines[i].Cells))
	}
	return n
}
