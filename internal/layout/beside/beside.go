// Package beside owns what is known of the record that was written before the one in hand, for records in which many
// fields say the same again: the rows of one document. What is the same is copied, not made again.
package beside

// Record is the record that was written before. It is for one record of a plan, and for one goroutine. Fields are named
// by their index; places in the record are counted from its first byte. Nil is for a record that stands for itself.
type Record struct {
	// Same tells of each field whether its value is that of the record before; the caller says so for each record.
	Same []bool
	// Never tells of each field that it is never the same on purpose, so that nothing of it need be known.
	Never []bool
	line  []byte
	cells []cell
}

// cell is where a field stands in the record, when that is known.
type cell struct {
	from, to int
	known    bool
}

// New is for records with so many fields, of which none was written.
func New(fields int) *Record {
	return &Record{Same: make([]bool, fields), Never: make([]bool, fields), cells: make([]cell, fields)}
}

// Forget says that the record before was not written.
func (r *Record) Forget() { clear(r.cells) }

// Repeats reports whether a field is the same as before, and it is known how it was written.
func (r *Record) Repeats(field int) bool {
	return r != nil && r.Same[field] && r.cells[field].known
}

// Run is what stood from one field, which repeats, to the end of another.
func (r *Record) Run(first, last int) []byte {
	from, to := r.cells[first].from, r.cells[last].to
	if from >= to {
		return nil
	}
	return r.line[from:to]
}

// Move says that a field which repeats stands where first would have to stand now, or as far behind that as before.
func (r *Record) Move(fields []int, to int) {
	by := to - r.cells[fields[0]].from
	if by == 0 {
		return
	}
	for _, f := range fields {
		r.cells[f].from += by
		r.cells[f].to += by
	}
}

// Made says where a field stands now, and whether it may be copied from there.
func (r *Record) Made(field, from, to int, known bool) {
	if r != nil && !r.Never[field] {
		r.cells[field] = cell{from, to, known}
	}
}

// Keep keeps what was written for the next record.
func (r *Record) Keep(line []byte) {
	if r != nil {
		r.line = append(r.line[:0], line...)
	}
}
