package json

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// place is what may stand somewhere in a file: a value, an object with keys, an array or object of records.
type place struct {
	kids    map[string]*place
	records []int // that stand here
	list    bool  // as items of an array
	cell    *layout.Cell
	fields  bool // fields stand in the object here
}

// put puts a field into the place of its record.
func (p *place) put(c *layout.Check, at string, keys []string, cell *layout.Cell) {
	for i, key := range keys {
		if p.kids == nil {
			p.kids = map[string]*place{}
		}
		last, kid := i == len(keys)-1, p.kids[key]
		if kid == nil {
			kid = &place{}
			p.kids[key] = kid
		} else if last || kid.cell != nil || len(kid.records) > 0 {
			c.Problem(at, strings.Join(keys, "/"), "stands where something else does")
			return
		}
		p = kid
		p.fields = !last
	}
	p.cell = cell
}

// part is a piece of a record as it is written: the objects that a field needs closed and opened, and the field.
type part struct {
	close int
	open  []string // keys of objects
	field *field
	key   []byte // "key":
}

// compile settles in which order the objects of a record open and close.
func (r *record) compile(c *layout.Check) {
	var open []string
	closed := map[string]bool{}
	for _, o := range r.fields {
		if o == r.alone || len(o.keys) == 0 {
			continue
		}
		in := o.keys[:len(o.keys)-1]
		same := 0
		for same < len(open) && same < len(in) && open[same] == in[same] {
			same++
		}
		for i := len(open); i > same; i-- {
			closed[strings.Join(open[:i], "/")] = true
		}
		for i := same; i < len(in); i++ {
			if closed[strings.Join(in[:i+1], "/")] {
				c.Problem(c.At(o.cell)+".own.path", strings.Join(o.keys, "/"), "stands apart from the other fields in %s, which would be there twice: put it beside them", strings.Join(in[:i+1], "/"))
			}
		}
		r.parts = append(r.parts, part{close: len(open) - same, open: slices.Clone(in[same:]), field: o, key: append(quoted(nil, o.keys[len(o.keys)-1]), ':')})
		open = in
	}
}
