// Package json writes and reads JSON: an array of objects, an object with arrays in it, or an object on each line. A
// layout says in which array or under which key a record stands, in which record, and where each of its fields. Numbers
// keep their digits: they are written and read as texts, never as floating point. Files are written and read document by
// document, however long they are.
package json

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Kind is files of kind json.
type Kind struct{}

// Name is the word for it in a layout.
func (Kind) Name() layout.KindName { return "json" }

// Can is what such files hold.
func (Kind) Can() layout.Can {
	return layout.Can{Own: true, Ends: true, Apart: true, Nested: true, References: true, Counted: true, Unit: "entry", Breaks: "json"}
}

// Forms of a file.
const (
	array  = "array"  // [ {…}, {…} ]
	lines  = "lines"  // an object on each line
	object = "object" // { "key": [ {…} ] }
)

// What becomes of a field without a value.
const (
	omit  = "omit"
	null  = "nil"
	empty = "empty"
)

// How a value is written.
const (
	asNumber  = "number"
	asString  = "string"
	asBoolean = "boolean"
)

// fileOwn says how the file is made.
type fileOwn struct {
	// Form is array, lines or object; when empty array, or object where records name the key they stand under.
	Form string `yaml:"form"`
	// Empty is what becomes of a field without a value: omit (also when empty), nil (null), or empty ("").
	Empty string `yaml:"empty"`
	// Amounts is number (also when empty) or string: how amounts are written.
	Amounts string `yaml:"amounts"`
}

// recordOwn says where a record stands in the one around it.
type recordOwn struct {
	// List is the key of the array that it is an item of, Object the key that it stands under alone: journal/lines for
	// keys in objects. Neither: an item of the array, or a line, that is the file; in an object the object itself.
	List   string `yaml:"list"`
	Object string `yaml:"object"`
	// Always are keys with texts that the record always has, first in it; it is recognised by them.
	Always []constant `yaml:"always"`
}

type constant struct {
	Key   string `yaml:"key"`
	Value string `yaml:"value"`
}

// fieldOwn says where a field stands, and how.
type fieldOwn struct {
	// Path is its key, with / between those of objects in objects; `.` where the record is this value alone. The name of
	// the field when it is empty.
	Path string `yaml:"path"`
	// As is number, string or boolean; when empty number for integers and amounts, boolean for flags without words of
	// their own, else string.
	As    string `yaml:"as"`
	Empty string `yaml:"empty"`
}

// format is the files of one plan.
type format struct {
	plan    *layout.Plan
	own     fileOwn
	records []record
	root    *place
	ascii   bool
}

// record is a record as it was declared.
type record struct {
	own    recordOwn
	keys   []string // from the record around it to the array or object
	list   bool
	parent int // -1: none
	fields []*field
	alone  *field // the record is this value alone
	parts  []part
	place  *place // where its fields and the records in it stand
}

// field is where a field stands.
type field struct {
	cell *layout.Cell
	own  fieldOwn
	keys []string
	as   string
}

// New begins the format of a plan.
func (Kind) New(c *layout.Check) layout.Format {
	p := c.Plan()
	f := &format{plan: p, records: make([]record, len(p.Records())), root: &place{}, ascii: p.Charset().Name == "us-ascii"}
	c.Own("file.own", c.Spec().Own, &f.own)
	if !p.Charset().UTF8 && !f.ascii {
		c.Problem("file.encoding", c.Spec().Encoding, "JSON is utf-8, or us-ascii with `unmappable: reference`, which writes \\u20AC for €")
	}
	if c.Spec().LineEnd != "" && c.Spec().LineEnd != "lf" && c.Spec().LineEnd != "crlf" {
		c.Problem("file.line_end", c.Spec().LineEnd, "must be lf or crlf")
	}
	c.Choice("file.own.form", f.own.Form, array, lines, object)
	c.Choice("file.own.empty", f.own.Empty, omit, null, empty)
	c.Choice("file.own.amounts", f.own.Amounts, asNumber, asString)
	for i := range p.Records() {
		f.declare(c, i)
	}
	if f.own.Form == "" {
		f.own.Form = array
		if slices.ContainsFunc(f.records, func(r record) bool { return r.parent < 0 && len(r.keys) > 0 }) {
			f.own.Form = object
		}
	}
	return f
}

// declare reads where a record stands.
func (f *format) declare(c *layout.Check, i int) {
	declared := &f.plan.Records()[i]
	at := "records." + declared.Name + ".own"
	r := &f.records[i]
	c.Own(at, declared.Own, &r.own)
	r.parent = -1
	if n, ok := f.plan.Record(declared.Parent); ok && n < i {
		r.parent = n
	}
	text := r.own.List + r.own.Object
	switch {
	case r.own.List != "" && r.own.Object != "":
		c.Problem(at, "", "has list and object: list is an array of such records, object a single one")
	case text == "" && r.parent >= 0:
		c.Problem(at, "", "does not say under which key it stands in %s: own: { list: lines } for an array of them, own: { object: head } for a single one", declared.Parent)
	case text != "":
		r.list = r.own.List != ""
		r.keys = keysOf(c, at, text)
	}
	for _, k := range r.own.Always {
		if k.Key == "" {
			c.Problem(at+".always", k.Value, "has no key")
		}
	}
}

// keysOf takes a path of keys apart.
func keysOf(c *layout.Check, at, text string) []string {
	keys := strings.Split(text, "/")
	if slices.Contains(keys, "") {
		c.Problem(at, text, "is no path: keys with / between them")
	}
	return keys
}

// Field decides where and how a field is written.
func (f *format) Field(c *layout.Check, cell *layout.Cell) {
	o := &field{cell: cell}
	at := c.At(cell) + ".own"
	c.Own(at, cell.Own, &o.own)
	if cell.Hidden {
		return
	}
	r := &f.records[cell.Record]
	path := o.own.Path
	if path == "" {
		path = cell.Name
	}
	if path == "." {
		r.alone = o
	} else {
		o.keys = keysOf(c, at+".path", path)
	}
	c.Choice(at+".as", o.own.As, asNumber, asString, asBoolean)
	c.Choice(at+".empty", o.own.Empty, omit, null, empty)
	if o.own.Empty == "" {
		o.own.Empty = f.own.Empty
	}
	o.as = f.form(o)
	switch {
	case o.as == asBoolean && cell.Type != layout.FlagType:
		c.Problem(at+".as", o.as, "is for flags")
	case o.as == asNumber && !cell.Numeric() && cell.Type != layout.CodeType:
		c.Problem(at+".as", o.as, "is for integers, amounts and codes of digits")
	case o.as == asNumber && cell.Numeric() && (cell.Mark != "." || cell.Group != "" || cell.SignName() != "leading" && cell.SignName() != "none"):
		c.Problem(at+".as", o.as, "a number of JSON has a decimal point, nothing between thousands, and a minus before it; write `as: string`")
	case o.as != asString && o.own.Empty == empty:
		c.Problem(at+".empty", empty, "is for strings; omit or nil")
	}
	r.fields = append(r.fields, o)
}

// form is how a field is written.
func (f *format) form(o *field) string {
	switch {
	case o.own.As != "":
		return o.own.As
	case o.cell.Type == layout.AmountType && f.own.Amounts != "":
		return f.own.Amounts
	case o.cell.Numeric():
		return asNumber
	case o.cell.Type == layout.FlagType && o.cell.Flags == nil && f.plan.Spec().Flags == nil:
		return asBoolean
	}
	return asString
}

// Record puts a record and its fields in their places.
func (f *format) Record(c *layout.Check, l *layout.Line) {
	r := &f.records[l.Index]
	at := "records." + l.Name + ".own"
	if r.alone != nil && (len(r.fields) > 1 || len(r.own.Always) > 0) {
		c.Problem(at, "", "has a field that is the whole record (path: .) and others beside it")
	}
	around := f.root
	if r.parent >= 0 {
		around = f.records[r.parent].place
		if f.records[r.parent].alone != nil {
			c.Problem(at, "", "stands in %s, which is a single value", f.plan.Records()[r.parent].Name)
		}
	}
	r.place = f.settle(c, at, around, l)
	seen := map[string]bool{}
	for _, k := range r.own.Always {
		if seen[k.Key] {
			c.Problem(at+".always", k.Key, "is there twice")
		}
		seen[k.Key] = true
	}
	r.compile(c)
	for _, o := range r.fields {
		if o != r.alone {
			r.place.put(c, c.At(o.cell)+".own.path", o.keys, o.cell)
		}
	}
}

// settle finds the place of a record in the one around it.
func (f *format) settle(c *layout.Check, at string, around *place, l *layout.Line) *place {
	r := &f.records[l.Index]
	in := around
	for i, key := range r.keys {
		if in.kids == nil {
			in.kids = map[string]*place{}
		}
		if in.kids[key] == nil {
			in.kids[key] = &place{}
		}
		if in = in.kids[key]; in.cell != nil || in.fields || i < len(r.keys)-1 && len(in.records) > 0 {
			c.Problem(at, strings.Join(r.keys, "/"), "stands where something else does")
			return &place{}
		}
	}
	switch {
	case len(in.records) > 0 && (in.list != (r.list || len(r.keys) == 0) || len(r.own.Always) == 0 || len(f.records[in.records[0]].own.Always) == 0):
		c.Problem(at, strings.Join(r.keys, "/"), "is where the record %s stands, too; in an array of several records each is told by `always: [{ key: type, value: line }]`",
			f.plan.Records()[in.records[0]].Name)
	case len(r.keys) == 0 && f.own.Form == object:
		in.records = append(in.records, l.Index)
		return in // the object that is the file
	}
	in.list = r.list || len(r.keys) == 0
	in.records = append(in.records, l.Index)
	return &place{}
}

// Expects takes text.
func (f *format) Expects(found layout.Found) (bool, string) {
	return found == layout.FoundText || found == layout.FoundEmpty && f.own.Form == lines, ""
}

// Rules says where a field stands.
func (f *format) Rules(cell *layout.Cell) (first say.Text, last []say.Text) {
	for _, o := range f.records[cell.Record].fields {
		if o.cell == cell || o.cell.Index == cell.Index {
			first = say.F("%s, key %s, as %s", say.Text(cell.Type), strings.Join(o.keys, "/"), string(o.as))
			if cell.Width > 0 {
				first = say.F("%s, at most %d characters", first, cell.Width)
			}
			if !cell.Required {
				last = append(last, map[string]say.Text{"": "left out where there is nothing", omit: "left out where there is nothing",
					null: "null where there is nothing", empty: `"" where there is nothing`}[o.own.Empty])
			}
		}
	}
	return first, last
}

// Unfinished says whether the end of what the file begins with is there.
func (f *format) Unfinished(r io.ReaderAt, size int64) (string, error) {
	const piece = 4 << 10
	head, tail := make([]byte, min(size, piece)), make([]byte, min(size, piece))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return "", fmt.Errorf("read the beginning of the file: %w", err)
	}
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return "", fmt.Errorf("read the end of the file: %w", err)
	}
	head, tail = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\uFEFF")), " \t\r\n"), bytes.TrimRight(tail, " \t\r\n")
	if len(head) == 0 || len(tail) == 0 {
		return "", nil
	}
	want := map[byte]byte{'{': '}', '[': ']'}[head[0]]
	if want != 0 && tail[len(tail)-1] != want {
		return fmt.Sprintf("the end of the file, %c, is not there: the file is not whole", want), nil
	}
	return "", nil
}

// Read begins to read a file.
func (f *format) Read(in layout.Input) (layout.Source, error) { return newSource(f, in), nil }
