package layout

import "github.com/fisbridge/fisbridge/internal/layout/beside"

// Repeated appends a cell that is the same as in the record before; false when it must be made.
func (e *Writing) Repeated(c *Cell) bool {
	if !e.Before.Repeats(c.Index) {
		return false
	}
	at := len(e.Out)
	e.Out = append(e.Out, e.Before.Run(c.Index, c.Index)...)
	e.Before.Made(c.Index, at-e.base, len(e.Out)-e.base, true)
	return true
}

// RepeatedFrom is Repeated for as many as are the same of the cells that stand side by side from place i on, with what
// stands between them. It gives their number.
func (e *Writing) RepeatedFrom(i int) (n int) {
	order := e.Line.Order[i:]
	for n < len(order) && e.Before.Repeats(order[n]) {
		n++
	}
	if n > 0 {
		at := len(e.Out) - e.base
		e.Out = append(e.Out, e.Before.Run(order[0], order[n-1])...)
		e.Before.Move(order[:n], at)
	}
	return n
}

// Kept notes a cell that was made: everything from there on, unless something was noted of it since.
func (e *Writing) Kept(c *Cell, from, noted int) {
	e.Before.Made(c.Index, from-e.base, len(e.Out)-e.base, e.Noted() == noted && !c.ByCurrency)
}

// Cut says that a cell was written, and what was written of it taken away again: nothing is known of it.
func (e *Writing) Cut(c *Cell) { e.Before.Made(c.Index, 0, 0, false) }

// Keep keeps what was written for the next record; it comes before that is encoded.
func (e *Writing) Keep() { e.Before.Keep(e.Out[e.base:]) }

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
	EncodeBeside(dst []byte, gaps []int, record int, values []Value, open []bool, seen *Notes, before *beside.Record) ([]byte, []int, FieldErrors)
}

// EncodeBeside is EncodeOpen, or Encode when open is nil, for records that have much in common with the one before.
func (p *Plan) EncodeBeside(dst []byte, gaps []int, record int, values []Value, open []bool, seen *Notes, before *beside.Record) ([]byte, []int, error) {
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
