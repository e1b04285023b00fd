package layout

import "fmt"

// Span is one field of an encoded record: where it lies and what it says.
type Span struct {
	Field int // index in the record
	// Start and End are its bytes in the encoded record, padding and quotes included; both 0 where the file has no
	// place for it, as for hidden fields and for all of a workbook.
	Start, End int
	// Text is what it says, without quotes and padding; packed and binary numbers in hexadecimal, as X'12 3C'.
	Text string
}

// Spans encodes a record as Encode does, and tells where in it each field lies, in the order of the fields. It is for
// explaining; it costs several times what Encode does.
func (p *Plan) Spans(record int, values []Value) ([]Span, error) {
	encoded, err := p.Encode(nil, record, values, nil)
	if err != nil {
		return nil, fmt.Errorf("find the fields of a record: %w", err)
	}
	w := p.Begin(nil, record, p.lines[record].filled(values), nil)
	spans := make([]Span, len(w.Line.Cells))
	for i := range spans {
		spans[i].Field = i
	}
	p.writer.Spans(&w, encoded, spans)
	return spans, nil
}
