package layout

// CanOpen reports whether a record can be written in two steps, EncodeOpen and Complete: one of a file whose fields
// stand side by side, whose open fields (marked by their index) have nothing to do with the others.
func (p *Plan) CanOpen(record int, open []bool) bool {
	line := &p.lines[record]
	if p.opener == nil || len(line.Placed) < 2 {
		return false
	}
	for _, c := range line.Placed {
		if c.ByCurrency && (open[c.Index] || open[c.Companion]) {
			return false
		}
	}
	return true
}

// EncodeOpen is Encode for a record of which some fields are known only later. It appends the other ones in a form for
// Complete, and to gaps what Complete needs of the open ones. The errors are those of the other fields.
func (p *Plan) EncodeOpen(dst []byte, gaps []int, record int, values []Value, open []bool, seen *Notes) ([]byte, []int, error) {
	out, places, errs := p.opener.EncodeOpen(dst, gaps, record, values, open, seen)
	if errs != nil {
		return out[:len(dst)], places[:len(gaps)], errs
	}
	return out, places, nil
}

// Complete appends the record that EncodeOpen began, with the open fields out of values. Otherwise it is as Encode.
func (p *Plan) Complete(dst, begun []byte, gaps []int, record int, values []Value, open []bool, seen *Notes) ([]byte, error) {
	out, errs := p.opener.Complete(dst, begun, gaps, record, values, open, seen)
	if errs != nil {
		return out[:len(dst)], errs
	}
	return out, nil
}
