package layout

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// What Encode makes of a row of a workbook is a form of our own, for File.Write only: length, record, then the cells, each
// with its kind.
const (
	cellEmpty byte = iota
	cellText
	cellNumber // the digits, at most 15
	cellDate   // days since 1899-12-30
	cellBool
)

const (
	excelDigits     = 15     // more are lost in Excel's floating point
	excelCharacters = 32_767 // of a cell
)

// sheetRow encodes a row of a workbook.
func (e *writing) sheetRow() {
	base := len(e.out)
	e.out = append(e.out, 0, 0, 0, 0)
	e.out = binary.AppendUvarint(e.out, uint64(e.line.index))
	for _, c := range e.line.placed {
		at := len(e.out)
		e.out = append(e.out, cellText, 0, 0, 0, 0)
		e.out[at] = e.sheetCell(c)
		binary.BigEndian.PutUint32(e.out[at+1:], uint32(len(e.out)-at-5))
	}
	binary.BigEndian.PutUint32(e.out[base:], uint32(len(e.out)-base-4))
}

// sheetCell appends the content of a cell and says its kind.
func (e *writing) sheetCell(c *cell) byte {
	v, reason := c.value(e.values[c.index])
	start := len(e.out)
	kind := cellText
	switch {
	case reason != "":
	case v.Kind == Empty && c.emptyText == "":
		return cellEmpty
	case v.Kind == Empty:
		e.out = append(e.out, c.emptyText...)
	case c.numeric():
		kind, reason = e.sheetNumber(c, v)
	case c.Type == DateType:
		kind, reason = e.sheetDate(v)
	case c.Type == FlagType && v.Kind == BoolKind && c.Flags == nil && e.plan.spec.Flags == nil:
		kind = cellBool
		e.out = append(e.out, pick(v.Bool, "1", "0")...)
	default:
		reason = e.appendWords(c, v)
		if n := runes(e.out[start:]); reason == "" && n > excelCharacters {
			reason = fmt.Sprintf("has %d characters, a cell holds %d", n, excelCharacters)
		}
	}
	if reason != "" {
		e.out = e.out[:start]
		e.fail(c, v, reason)
	}
	return kind
}

// sheetNumber writes a number cell, or a text cell when Excel would lose digits.
func (e *writing) sheetNumber(c *cell, v Value) (byte, string) {
	var room [64]byte
	d, reason := c.number(v, e.values, room[:0])
	if reason != "" {
		return cellText, reason
	}
	if d.negative {
		e.out = append(e.out, '-')
	}
	start := len(e.out)
	e.out = d.appendPlain(e.out, &cell{decimalMark: "."})
	if len(strings.Trim(string(d.text), "0")) > excelDigits {
		return cellText, ""
	}
	if c.Width > 0 && len(e.out)-start > c.Width {
		return cellText, fmt.Sprintf("needs %d characters, the field holds %d", len(e.out)-start, c.Width)
	}
	return cellNumber, ""
}

// sheetDate writes the serial day of the 1900 system; days before its known error (1900-02-29) are not written.
func (e *writing) sheetDate(v Value) (byte, string) {
	d, reason := dateOf(v)
	if reason != "" {
		return cellText, reason
	}
	serial := excelSerial(d)
	if serial < 61 {
		return cellText, "is before March 1900, which Excel does not know"
	}
	e.out = appendDigits(e.out, serial, 1)
	return cellDate, ""
}

func excelSerial(d fis.Date) int {
	epoch := fis.Date{Year: 1899, Month: 12, Day: 30}
	return int((d.Time().Unix() - epoch.Time().Unix()) / 86400)
}
