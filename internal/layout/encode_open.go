package layout

// CanOpen reports whether a record can be written in two steps, EncodeOpen and Complete: one of a delimited or fixed file whose open fields
// (marked by their index) have nothing to do with the others.
func (p *Plan) CanOpen(record int, open []bool) bool {
	line := &p.lines[record]
	if p.spec.Kind != Delimited && p.spec.Kind != Fixed || len(line.placed) < 2 {
		return false
	}
	for _, c := range line.placed {
		if c.byCurrency && (open[c.index] || open[c.currency]) {
			return false
		}
	}
	return true
}

// EncodeOpen is Encode for a record of which some fields are known only later. It appends the other ones in a form for Complete, and to gaps
// what Complete needs of the open ones. The errors are those of the other fields.
func (p *Plan) EncodeOpen(dst []byte, gaps []int, record int, values []Value, open []bool, seen *Notes) ([]byte, []int, error) {
	start, before := len(dst), len(gaps)
	e := writing{plan: p, line: &p.lines[record], values: values, seen: seen, out: dst}
	if p.spec.Kind == Fixed {
		e.fixedCells(start, open)
	} else {
		gaps = e.delimitedCells(gaps, open)
	}
	if e.errs != nil {
		return e.out[:start], gaps[:before], e.errs
	}
	return e.out, gaps, nil
}

// Complete appends the record that EncodeOpen began, with the open fields out of values. Otherwise it is as Encode.
func (p *Plan) Complete(dst, begun []byte, gaps []int, record int, values []Value, open []bool, seen *Notes) ([]byte, error) {
	start := len(dst)
	e := writing{plan: p, line: &p.lines[record], values: values, seen: seen, out: dst}
	if p.spec.Kind == Fixed {
		e.completeFixed(begun, open)
	} else {
		e.completeDelimited(begun, gaps, open)
	}
	if e.errs != nil {
		return e.out[:start], e.errs
	}
	return e.out, nil
}

func (e *writing) completeDelimited(begun []byte, gaps []int, open []bool) {
	base, from := len(e.out), 0
	for _, c := range e.line.placed {
		if open[c.index] {
			e.out = append(e.out, begun[from:gaps[0]]...)
			from, gaps = gaps[0], gaps[1:]
			e.delimitedCell(c)
		}
	}
	e.out = append(e.out, begun[from:]...)
	e.endDelimited(base)
}

func (e *writing) completeFixed(begun []byte, open []bool) {
	base := len(e.out)
	e.out = append(e.out, begun...)
	end := len(e.out)
	for _, c := range e.line.placed {
		if open[c.index] {
			e.fixedCell(c)
			copy(e.out[base+c.start:base+c.start+c.Width], e.out[end:])
			e.out = e.out[:end]
		}
	}
	e.endFixed(base)
}
