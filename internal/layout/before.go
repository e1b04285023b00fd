package layout

// Before is what stood in the cells of the record that was written before it, for a record in which many of them say
// the same again: the rows of one document. It is for one record of a plan, and for one goroutine.
type Before struct {
	// Same tells of each field whether its value is that of the record before; the caller says so for each record.
	Same []bool
	// Never tells of each field that it is never the same on purpose, so that nothing of it need be kept.
	Never []bool
	// cells are the fields as they were written, nil where they are not known.
	cells [][]byte
}

// NewBefore is for records with so many fields, of which none was written.
func NewBefore(fields int) *Before {
	return &Before{Same: make([]bool, fields), Never: make([]bool, fields), cells: make([][]byte, fields)}
}

// Forget says that the record before was not written.
func (b *Before) Forget() { clear(b.cells) }

// Repeated appends a cell that is the same as before; false when it must be made.
func (e *Writing) Repeated(c *Cell) bool {
	b := e.Before
	if b == nil || !b.Same[c.Index] || b.cells[c.Index] == nil {
		return false
	}
	e.Out = append(e.Out, b.cells[c.Index]...)
	return true
}

// Kept keeps a cell that was made: everything from there on, unless something was noted of it since.
func (e *Writing) Kept(c *Cell, from, noted int) {
	b := e.Before
	switch {
	case b == nil, b.Never[c.Index]:
	case e.Noted() != noted || c.ByCurrency:
		b.cells[c.Index] = nil
	default:
		b.cells[c.Index] = append(b.cells[c.Index][:0], e.Out[from:]...)
		if b.cells[c.Index] == nil {
			b.cells[c.Index] = []byte{}
		}
	}
}

// Noted is how much was noted, mistakes included.
func (e *Writing) Noted() int {
	n := len(e.Errs)
	if e.Seen != nil {
		n += e.Seen.total
	}
	return n
}

// Repeater is a Format that writes records beside those before them. Without open fields it writes whole records, with
// them as EncodeOpen does.
type Repeater interface {
	EncodeBeside(dst []byte, gaps []int, record int, values []Value, open []bool, seen *Notes, before *Before) ([]byte, []int, FieldErrors)
}

// EncodeBeside is EncodeOpen, or Encode when open is nil, for records that have much in common with the one before.
func (p *Plan) EncodeBeside(dst []byte, gaps []int, record int, values []Value, open []bool, seen *Notes, before *Before) ([]byte, []int, error) {
	r, ok := p.writer.(Repeater)
	if !ok {
		if open != nil {
			return p.EncodeOpen(dst, gaps, record, values, open, seen)
		}
		out, err := p.Encode(dst, record, values, seen)
		return out, gaps, err
	}
	out, places, errs := r.EncodeBeside(dst, gaps, record, p.lines[record].filled(values), open, seen, before)
	if errs != nil {
		return out[:len(dst)], places[:len(gaps)], errs
	}
	return out, places, nil
}
