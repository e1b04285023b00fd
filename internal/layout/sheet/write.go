package sheet

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/say"
)

// What Encode makes of a row of a workbook is a form of our own, for the file only: length, record, then the cells,
// each with its kind.
const (
	CellEmpty byte = iota
	CellText
	CellNumber // the digits, at most 15
	CellDate   // days since 1899-12-30
	CellBool
)

const (
	excelDigits     = 15     // more are lost in Excel's floating point
	excelCharacters = 32_767 // of a cell
)

// Encode encodes a row.
func (f *format) Encode(dst []byte, record int, values []layout.Value, seen *layout.Notes) ([]byte, layout.FieldErrors) {
	w := f.plan.Begin(dst, record, values, seen)
	w.Out = append(w.Out, 0, 0, 0, 0)
	w.Out = binary.AppendUvarint(w.Out, uint64(record))
	for _, c := range w.Line.Placed {
		at := len(w.Out)
		w.Out = append(w.Out, CellText, 0, 0, 0, 0)
		w.Out[at] = f.cell(&w, c)
		binary.BigEndian.PutUint32(w.Out[at+1:], uint32(len(w.Out)-at-5))
	}
	binary.BigEndian.PutUint32(w.Out[len(dst):], uint32(len(w.Out)-len(dst)-4))
	return w.Out, w.Errs
}

// Spans tells what the cells say; they have no place in bytes.
func (f *format) Spans(w *layout.Writing, _ []byte, spans []layout.Span) {
	for _, c := range w.Line.Placed {
		from := len(w.Out)
		kind := f.cell(w, c)
		text := string(w.Out[from:])
		w.Out = w.Out[:from]
		if v, _ := c.Value(w.Values[c.Index]); kind == CellDate || kind == CellBool {
			text = v.String()
		}
		spans[c.Index].Text = text
	}
}

// cell appends the content of a cell and says its kind.
func (f *format) cell(w *layout.Writing, c *layout.Cell) byte {
	v, reason := c.Value(w.Values[c.Index])
	start := len(w.Out)
	kind := CellText
	switch {
	case reason != "":
	case v.Kind == layout.Empty && c.NothingText == "":
		return CellEmpty
	case v.Kind == layout.Empty:
		w.Out = append(w.Out, c.NothingText...)
	case c.Numeric():
		kind, reason = number(w, c, v)
	case c.Type == layout.DateType:
		kind, reason = date(w, v)
	case c.Type == layout.FlagType && v.Kind == layout.BoolKind && c.Flags == nil && f.spec.Flags == nil:
		kind = CellBool
		w.Out = append(w.Out, '0')
		if v.Bool {
			w.Out[start] = '1'
		}
	default:
		reason = w.AppendWords(c, v)
		if n := utf8.RuneCount(w.Out[start:]); reason == "" && n > excelCharacters {
			reason = say.F("has %d characters, a cell holds %d", n, excelCharacters)
		}
	}
	if reason != "" {
		w.Out = w.Out[:start]
		w.Fail(c, v, reason)
	}
	return kind
}

// number writes a number cell, or a text cell when Excel would lose digits.
func number(w *layout.Writing, c *layout.Cell, v layout.Value) (byte, say.Text) {
	var room [64]byte
	d, reason := c.Number(v, w.Values, room[:0])
	if reason != "" {
		return CellText, reason
	}
	if d.Negative {
		w.Out = append(w.Out, '-')
	}
	start := len(w.Out)
	w.Out = d.AppendPlain(w.Out, &layout.Cell{Mark: "."})
	if len(strings.Trim(string(d.Text), "0")) > excelDigits {
		return CellText, ""
	}
	if c.Width > 0 && len(w.Out)-start > c.Width {
		return CellText, say.F("needs %d characters, the field holds %d", len(w.Out)-start, c.Width)
	}
	return CellNumber, ""
}

// date writes the serial day of the 1900 system; days before its known error (1900-02-29) are not written.
func date(w *layout.Writing, v layout.Value) (byte, say.Text) {
	d, reason := layout.DateOf(v)
	if reason != "" {
		return CellText, reason
	}
	serial := excelSerial(d)
	if serial < 61 {
		return CellText, "is before March 1900, which Excel does not know"
	}
	w.Out = strconv.AppendInt(w.Out, int64(serial), 10)
	return CellDate, ""
}

func excelSerial(d fis.Date) int {
	epoch := fis.Date{Year: 1899, Month: 12, Day: 30}
	return int((d.Time().Unix() - epoch.Time().Unix()) / 86400)
}
