// Package xml writes and reads XML. A layout says which element a record is, in which record it stands, and where each
// field stands from there: an element, an element in elements, an attribute. Elements stand in the order of the layout;
// what a value holds is escaped, always. Result files may also be read by rows that stand anywhere. Files are written
// and read piece by piece, however long they are.
package xml

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/charset"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/xmlread"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Kind is files of kind xml.
type Kind struct{}

// Name is the word for it in a layout.
func (Kind) Name() layout.KindName { return "xml" }

// Can is what such files hold.
func (Kind) Can() layout.Can {
	return layout.Can{Own: true, Ends: true, Apart: true, Nested: true, References: true, Counted: true, Unit: "entry", Breaks: "xml"}
}

// What becomes of an optional element without a value.
const (
	omit  = "omit"
	empty = "empty"
	null  = "nil"
)

// fileOwn says what is around the records.
type fileOwn struct {
	// Root are the elements around everything: Envelope/Body. Without it the first record is the root.
	Root string `yaml:"root"`
	// Namespace is that of names without a prefix, Namespaces are those of prefixes.
	Namespace  string            `yaml:"namespace"`
	Namespaces map[string]string `yaml:"namespaces"`
	// Empty says what becomes of an element without a value: omit (also when empty), empty (<A/>), or nil (xsi:nil).
	Empty string `yaml:"empty"`
	// Declaration is whether <?xml …?> begins the file (also when not given).
	Declaration *bool `yaml:"declaration"`
	// Indent gives each element a line of its own, with so many blanks for each element around it; 0: a line for each
	// record.
	Indent int `yaml:"indent"`
}

// recordOwn says which element a record is.
type recordOwn struct {
	// Element is a path from the record around it, or from the root: BODY/DATA/VOUCHER. The elements before the last
	// one are shared by the records that stand in them.
	Element string `yaml:"element"`
	// Rows, for files that are only read, is the end of a path: Batch/Payment where others of the name are none.
	Rows string `yaml:"rows"`
}

// fieldOwn says where a field stands, from the element of its record: Ref, Amount/@Ccy, @id, `.` for its text; when
// rows are read also ../Header/Date. The field's name when it is empty.
type fieldOwn struct {
	Path string `yaml:"path"`
	// Apart begins elements of its own where those around the field before have the same names.
	Apart bool `yaml:"apart"`
	// Empty is what becomes of this element without a value; that of the file when it is not given.
	Empty string `yaml:"empty"`
	// Join joins the texts of elements that repeat in a row that is read; without it they are a mistake in the file.
	Join *string `yaml:"join"`
}

// format is the files of one plan, as they are read.
type format struct {
	plan    *layout.Plan
	charset *charset.Charset
	own     fileOwn
	names   names
	root    []step
	records []record
	paths   []*path // of all fields
}

// record is a record as it was declared.
type record struct {
	full    []step // from the root; of rows the end of it
	rows    bool
	parent  int // -1: none
	nests   bool
	element []step // from the record around it
	fields  []*path
}

// path is where a field stands.
type path struct {
	record, field int
	place
	anchor []step // the path of the element that place begins at
	own    fieldOwn
	index  int // in format.paths
}

// New begins the format of a plan.
func (Kind) New(c *layout.Check) layout.Format {
	p := c.Plan()
	f := &format{plan: p, charset: p.Charset(), names: names{}, records: make([]record, len(p.Records()))}
	c.Own("file.own", c.Spec().Own, &f.own)
	if f.charset.EBCDIC {
		c.Problem("file.encoding", c.Spec().Encoding, "is read by no XML parser; leave it out for utf-8")
	}
	c.Choice("file.own.empty", f.own.Empty, omit, empty, null)
	if f.own.Indent < 0 || f.own.Indent > 8 {
		c.Problem("file.own.indent", fmt.Sprint(f.own.Indent), "must be 0 (a line for each record) to 8")
	}
	f.names["xsi"] = "http://www.w3.org/2001/XMLSchema-instance"
	for prefix, space := range f.own.Namespaces {
		if !isName(prefix) || space == "" || strings.HasPrefix(strings.ToLower(prefix), "xml") {
			c.Problem("file.own.namespaces", prefix, "must be a prefix and its namespace; the one of names without a prefix is `namespace`")
		}
		f.names[prefix] = space
	}
	reason := ""
	if f.own.Root != "" {
		if f.root, reason = parseElements(f.own.Root, f.names); reason != "" {
			c.Problem("file.own.root", f.own.Root, "%s", reason)
		}
	}
	onlyRead := false
	for i := range p.Records() {
		onlyRead = f.declare(c, i) || onlyRead
	}
	if onlyRead {
		return f
	}
	return newWriter(f)
}

// declare reads which element a record is; true for rows, which are only read.
func (f *format) declare(c *layout.Check, i int) bool {
	declared := &f.plan.Records()[i]
	at := "records." + declared.Name + ".own"
	o := recordOwn{}
	c.Own(at, declared.Own, &o)
	r := &f.records[i]
	r.parent = -1
	text, key := o.Element, ".element"
	switch {
	case o.Element != "" && o.Rows != "":
		c.Problem(at, "", "has element and rows; element says where the record stands from the record around it, rows find it anywhere in files that are only read")
		return false
	case o.Element == "" && o.Rows == "":
		c.Problem(at, "", "does not say which element is a row: own: { element: Document/Line }, from the record around it or from the root; in files that are only read own: { rows: Payment }")
		return false
	case o.Rows != "":
		text, key, r.rows = o.Rows, ".rows", true
	}
	var reason string
	if r.element, reason = parseElements(text, f.names); reason != "" {
		c.Problem(at+key, text, "%s", reason)
	}
	if r.rows && declared.Parent != "" {
		c.Problem("records."+declared.Name+".parent", declared.Parent, "goes with element; rows stand wherever they are found")
	}
	around := f.root
	if n, ok := f.plan.Record(declared.Parent); ok && n < i {
		r.parent, f.records[n].nests, around = n, true, f.records[n].full
	}
	if r.full = r.element; !r.rows {
		r.full = slices.Concat(around, r.element)
	}
	return r.rows
}

// Field takes the path of a field apart.
func (f *format) Field(c *layout.Check, cell *layout.Cell) {
	p := &path{record: cell.Record, field: cell.Index, index: len(f.paths)}
	at := c.At(cell) + ".own"
	c.Own(at, cell.Own, &p.own)
	if cell.Hidden {
		return
	}
	text := p.own.Path
	if text == "" {
		text = cell.Name
	}
	var reason string
	if p.place, reason = parsePlace(text, f.names); reason != "" {
		c.Problem(at+".path", text, "%s", reason)
		return
	}
	c.Choice(at+".empty", p.own.Empty, omit, empty, null)
	if p.own.Empty != "" && (p.attribute != nil || len(p.steps) == 0) {
		c.Problem(at+".empty", p.own.Empty, "is for elements; an attribute without a value is left out")
	}
	if p.own.Empty == "" && len(p.steps) > 0 {
		p.own.Empty = f.own.Empty
	}
	f.paths = append(f.paths, p)
	r := &f.records[cell.Record]
	r.fields = append(r.fields, p)
}

// Record binds the paths of the fields to the element of their record.
func (f *format) Record(c *layout.Check, l *layout.Line) {
	r := &f.records[l.Index]
	at := "records." + l.Name + ".own"
	for _, p := range r.fields {
		if p.up > 0 && !r.rows {
			c.Problem(c.At(&l.Cells[p.field])+".own.path", p.own.Path, "../ is for rows, in files that are only read; give the record around it the field")
			return
		}
		if p.up >= len(r.full) && p.up > 0 {
			c.Problem(at+".rows", pathText(r.full), "must name the elements around the row that fields are taken from: Batch/Payment, for ../Date")
			return
		}
		p.anchor = r.full[:len(r.full)-p.up]
	}
	if r.rows || len(r.element) == 0 {
		return
	}
	f.distinct(c, l)
	f.twice(c, l)
	f.oneRoot(c, l)
	f.inOrder(c, l)
}

// inOrder refuses a record behind others that end the one it stands in.
func (f *format) inOrder(c *layout.Check, l *layout.Line) {
	parent := f.records[l.Index].parent
	for i := parent + 1; parent >= 0 && i < l.Index; i++ {
		around := i
		for around > parent {
			around = f.records[around].parent
		}
		if around != parent {
			c.Problem("records."+l.Name+".parent", l.Parent, "has ended before this record: %s stands between them, and not in it; put this record before that one", f.plan.Records()[i].Name)
			return
		}
	}
}

// distinct refuses two records that a reader could not tell apart.
func (f *format) distinct(c *layout.Check, l *layout.Line) {
	r := &f.records[l.Index]
	for i := range l.Index {
		o := &f.records[i]
		if !o.rows && slices.EqualFunc(o.full, r.full, func(a, b step) bool { return a.same(&b) }) {
			c.Problem("records."+l.Name+".own.element", pathText(r.element), "is the element of record %s too; tell them apart by an attribute: Line[@type='D']", f.plan.Records()[i].Name)
		}
	}
}

// twice refuses two fields in one place.
func (f *format) twice(c *layout.Check, l *layout.Line) {
	key := func(p *path) string {
		text := pathText(p.steps)
		if p.attribute != nil {
			text += "/@" + p.attribute.text
		}
		return text
	}
	seen := map[string]string{}
	for _, p := range f.records[l.Index].fields {
		name := l.Cells[p.field].Name
		if other, ok := seen[key(p)]; ok {
			c.Problem(c.At(&l.Cells[p.field])+".own.path", key(p), "is the place of %q too; tell them apart by an attribute: ID[@type='Vendor']", other)
		}
		seen[key(p)] = name
	}
}

// oneRoot refuses a file that would have several roots.
func (f *format) oneRoot(c *layout.Check, l *layout.Line) {
	r := &f.records[l.Index]
	if len(f.root) > 0 || r.parent >= 0 {
		return
	}
	for i := range l.Index {
		o := &f.records[i]
		if o.parent < 0 && len(o.element) > 0 && (!o.element[0].same(&r.element[0]) || len(o.element) == 1 || len(r.element) == 1) {
			c.Problem("records."+l.Name+".own.element", pathText(r.element), "would be a second root beside %s: name the element around all of them in file.own.root, or the record around it in `parent`", pathText(o.element))
			return
		}
	}
}

// Expects takes what may be XML.
func (f *format) Expects(found layout.Found) (bool, string) { return xmlread.Takes(found), "" }

// Rules says where a field stands.
func (f *format) Rules(cell *layout.Cell) (first say.Text, last []say.Text) {
	for _, p := range f.records[cell.Record].fields {
		if p.field != cell.Index {
			continue
		}
		kind := say.Text(cell.Type)
		switch {
		case p.attribute != nil && len(p.steps) > 0:
			first = say.F("%s, attribute %s of %s", kind, p.attribute.text, pathText(p.steps))
		case p.attribute != nil:
			first = say.F("%s, attribute %s", kind, p.attribute.text)
		case len(p.steps) == 0:
			first = say.F("%s, the text of the element", kind)
		default:
			first = say.F("%s, element %s", kind, pathText(p.steps))
		}
		if cell.Width > 0 {
			first = say.F("%s, at most %d characters", first, cell.Width)
		}
		if p.attribute == nil && len(p.steps) > 0 && !cell.Required && cell.NothingText == "" {
			last = append(last, map[string]say.Text{"": "left out where there is nothing", omit: "left out where there is nothing",
				empty: "an empty element where there is nothing", null: "xsi:nil where there is nothing"}[p.own.Empty])
		}
	}
	return first, last
}

// Unfinished says whether the end of the root is there.
func (f *format) Unfinished(r io.ReaderAt, size int64) (string, error) {
	return xmlread.Unfinished(r, size)
}

// Read begins to read a file.
func (f *format) Read(in layout.Input) (layout.Source, error) {
	return newSource(f, in), nil
}

// where is how messages name a row.
func where(n, line int) string { return fmt.Sprintf("entry %d in line %d", n, line) }
