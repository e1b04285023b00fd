// Package xml reads result files in XML that a layout describes: which element is a row, and where each field stands,
// by its path from that element: in it, in an attribute, or in what is around it and stands before it. Files are read
// piece by piece, however long they are. Elements are known by their local names.
package xml

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/xmlread"
)

// Kind is files of kind xml.
type Kind struct{}

// Name is the word for it in a layout.
func (Kind) Name() layout.KindName { return "xml" }

// Can is what such files hold.
func (Kind) Can() layout.Can { return layout.Can{Own: true, Ends: true, Apart: true, Unit: "entry"} }

// recordOwn says which element is a row: Payment, or Batch/Payment where others of the name are none.
type recordOwn struct {
	Rows string `yaml:"rows"`
}

// fieldOwn says where a field stands, from the element of the row: Ref, Amount/@Ccy, @id, ../Header/Date. The field's
// name when it is empty.
type fieldOwn struct {
	Path string `yaml:"path"`
	// Join joins the texts of elements that repeat in a row; without it they are a mistake in the file.
	Join *string `yaml:"join"`
}

type format struct {
	plan   *layout.Plan
	rows   [][]string // the path of each record's rows, its end
	fields [][]*path  // of each record, by field
}

// path is where a field stands.
type path struct {
	record, field int
	up            int      // elements above the row
	anchor        []string // the end of the path of the element that it is in
	names         []string // from there
	attribute     string
	join          string
	joined        bool
}

// New begins the format of a plan.
func (Kind) New(c *layout.Check) layout.Format { return &format{plan: c.Plan()} }

// Field takes the path of a field apart.
func (f *format) Field(c *layout.Check, cell *layout.Cell) {
	for len(f.fields) <= cell.Record {
		f.fields = append(f.fields, nil)
	}
	o := fieldOwn{}
	c.Own(c.At(cell)+".own", cell.Own, &o)
	if o.Path == "" {
		o.Path = cell.Name
	}
	p := &path{record: cell.Record, field: cell.Index}
	if o.Join != nil {
		p.join, p.joined = *o.Join, true
	}
	for part := range strings.SplitSeq(o.Path, "/") {
		switch attribute, is := strings.CutPrefix(part, "@"); {
		case part == ".." && len(p.names) == 0:
			p.up++
		case part == "." && o.Path == ".":
		case is && p.attribute == "" && attribute != "":
			p.attribute = attribute
		case part == "" || part == "." || part == ".." || p.attribute != "" || strings.ContainsAny(part, " :[]*"):
			c.Problem(c.At(cell)+".own.path", o.Path, "is no path: names with / between them, ../ at its beginning for what is around the row, @name of an attribute at its end; no prefixes")
			return
		default:
			p.names = append(p.names, part)
		}
	}
	f.fields[cell.Record] = append(f.fields[cell.Record], p)
}

// Record takes the path of the rows apart, and binds the paths of the fields to it.
func (f *format) Record(c *layout.Check, l *layout.Line) {
	at := "records." + l.Name + ".own"
	o := recordOwn{}
	c.Own(at, l.Own, &o)
	rows := strings.Split(strings.Trim(o.Rows, "/"), "/")
	if o.Rows == "" {
		c.Problem(at, "", "does not say which element is a row (own: { rows: Payment }); for files that are no XML there are delimited, fixed, text, xlsx")
	}
	if slices.ContainsFunc(rows, func(name string) bool { return strings.ContainsAny(name, " :[]*@.") }) {
		c.Problem(at+".rows", o.Rows, "is no path of elements: names with / between them, no prefixes")
	}
	for len(f.rows) <= l.Index {
		f.rows = append(f.rows, nil)
	}
	f.rows[l.Index] = rows
	if l.Index >= len(f.fields) {
		return
	}
	for _, p := range f.fields[l.Index] {
		if p.up >= len(rows) {
			c.Problem(at+".rows", o.Rows, "must name the elements around the row that fields are taken from: Batch/Payment, for ../Date")
			return
		}
		p.anchor = rows[:len(rows)-p.up]
	}
}

// Expects takes what may be XML.
func (f *format) Expects(found layout.Found) (bool, string) { return xmlread.Takes(found), "" }

// Unfinished says whether the end of the root is there.
func (f *format) Unfinished(r io.ReaderAt, size int64) (string, error) {
	return xmlread.Unfinished(r, size)
}

// Read begins to read a file.
func (f *format) Read(in layout.Input) (layout.Source, error) {
	s := &source{format: f, xml: xmlread.New(in), most: in.Limits.Line, values: make([]layout.Value, f.plan.MostCells())}
	for _, fields := range f.fields {
		s.paths = append(s.paths, fields...)
	}
	return s, nil
}

// where is how messages name a row.
func where(n, line int) string { return fmt.Sprintf("entry %d in line %d", n, line) }
