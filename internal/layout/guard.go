package layout

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/say"
)

// EncodeGuarded is Encode of a header or trailer, with what Guard asks: nobody else asks it of them.
func (p *Plan) EncodeGuarded(record int, values []Value, seen *Notes) ([]byte, error) {
	if err := p.Guard(record, values, nil, false); err != nil {
		return nil, err
	}
	return p.Encode(nil, record, values, seen)
}

// Guard is the error of a row whose hidden fields have no value where they must: they stand in no file, so that no
// kind of file asks for them when it writes. What is not known before the file is there, by index in late, is asked when it
// is (inFile), and nothing else then.
func (p *Plan) Guard(record int, values []Value, late []int, inFile bool) error {
	var errs FieldErrors
	line := &p.lines[record]
	if len(line.Placed) == len(line.Cells) { // none is hidden
		return nil
	}
	for i := range line.Cells {
		c := &line.Cells[i]
		if !c.Hidden || !c.Required || slices.Contains(late, i) != inFile {
			continue
		}
		if v, reason := c.Value(values[i]); reason != "" {
			if c.Note != "" { // what it is for
				reason = say.F("has no value (%s): look at what its Value reads of the document, and in lookup sheets", say.Known(strings.TrimPrefix(c.Note, "not in the file: ")))
			}
			errs = append(errs, &FieldError{Record: line.Name, Field: c.Name, Value: Clip(v.String()), Reason: reason})
		}
	}
	if errs == nil {
		return nil
	}
	return errs
}
