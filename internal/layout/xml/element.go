package xml

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// element is an element of a record as it is written, with everything about it that does not change.
type element struct {
	step       *step
	start      string // <Name a="1", without its end
	end        string // </Name>
	attributes []attribute
	text       *layout.Cell
	empty      string
	inner      []*element
	before     string // the line break and blanks before it
	beforeEnd  string
}

// attribute is a field in an attribute.
type attribute struct {
	cell  *layout.Cell
	start string // ` name="`
}

// written is a record as it is written.
type written struct {
	top         element // the element of the record
	around      []around
	parent      int
	before, end []byte // of its element
}

// around is an element between a record and the one that it stands in, shared with others.
type around struct {
	step       *step
	start, end []byte
	before     []byte
}

// newElement makes an element at a depth.
func (f *writer) newElement(s *step, depth int) *element {
	name := s.local
	if s.prefix != "" {
		name = s.prefix + ":" + s.local
	}
	start := "<" + name
	for _, c := range s.always {
		start += " " + c.name + `="` + escaped(c.value) + `"`
	}
	return &element{step: s, start: start, end: "</" + name + ">", empty: omit, before: f.lineBreak(depth), beforeEnd: f.lineBreak(depth)}
}

// lineBreak is a line break with the blanks of a depth.
func (f *writer) lineBreak(depth int) string {
	return f.lineEnd + strings.Repeat(" ", f.own.Indent*depth)
}

// declarations are the namespaces that the root declares.
func (f *writer) declarations() string {
	var b strings.Builder
	if f.own.Namespace != "" {
		b.WriteString(` xmlns="` + escaped(f.own.Namespace) + `"`)
	}
	var prefixes []string
	for prefix := range f.own.Namespaces {
		prefixes = append(prefixes, prefix)
	}
	if f.nils() && f.own.Namespaces["xsi"] == "" {
		prefixes = append(prefixes, "xsi")
	}
	slices.Sort(prefixes)
	for _, prefix := range prefixes {
		b.WriteString(` xmlns:` + prefix + `="` + escaped(f.names[prefix]) + `"`)
	}
	return b.String()
}

// nils tells whether an element may be xsi:nil.
func (f *writer) nils() bool {
	return f.own.Empty == null || slices.ContainsFunc(f.paths, func(p *path) bool { return p.own.Empty == null })
}

// compile makes the elements of a record.
func (f *writer) compile(l *layout.Line) {
	r := &f.records[l.Index]
	out := &f.written[l.Index]
	out.parent = r.parent
	depth := len(r.full) - len(r.element)
	for i := range r.element[:len(r.element)-1] {
		e := f.newElement(&r.element[i], depth)
		out.around = append(out.around, around{step: e.step, start: f.bytes(e.start + ">"), end: f.bytes(e.end), before: f.bytes(e.before)})
		depth++
	}
	out.top = *f.newElement(&r.element[len(r.element)-1], depth)
	out.before, out.end = f.bytes(out.top.before), f.bytes(out.top.end)
	for _, p := range r.fields {
		f.put(&out.top, p, &l.Cells[p.field], depth)
	}
}

// put puts a field in its place below an element.
func (f *writer) put(at *element, p *path, cell *layout.Cell, depth int) {
	for i := range p.steps {
		s := &p.steps[i]
		depth++
		last := i == len(p.steps)-1
		n := len(at.inner)
		shared := n > 0 && at.inner[n-1].step.same(s) && !(i == 0 && p.own.Apart) && !(last && p.attribute == nil && at.inner[n-1].text != nil)
		if !shared {
			e := f.newElement(s, depth)
			if f.own.Indent == 0 {
				e.before, e.beforeEnd = "", ""
			}
			at.inner = append(at.inner, e)
			n++
		}
		at = at.inner[n-1]
	}
	switch {
	case p.attribute != nil:
		name := p.attribute.local
		if p.attribute.prefix != "" {
			name = p.attribute.prefix + ":" + name
		}
		at.attributes = append(at.attributes, attribute{cell: cell, start: " " + name + `="`})
	default:
		at.text = cell
		if p.own.Empty != "" {
			at.empty = p.own.Empty
		}
	}
}

// bytes are a text in the file's encoding.
func (f *writer) bytes(text string) []byte { return f.charset.EncodeFrom([]byte(text), 0) }

// escaped is a text of the layout as it stands in an attribute.
func escaped(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;").Replace(text)
}
