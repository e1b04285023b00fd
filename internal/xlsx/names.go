package xlsx

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// ColumnName is the letters of a column, counted from 0: A, Z, AA.
func ColumnName(column int) string {
	name := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

// Ref is the name of a cell: column from 0, row from 1.
func Ref(column, row int) string { return ColumnName(column) + strconv.Itoa(row) }

// Name is a cell as people write it: Results!C14. column counts from 0.
func Name(sheet string, column, row int) string { return sheet + "!" + Ref(column, row) }

// ColumnOf is the column of a reference like AB12, from 0; -1 when it is none.
func ColumnOf(ref string) int {
	n := 0
	for i := 0; i < len(ref) && i < 4; i++ {
		if ref[i] < 'A' || ref[i] > 'Z' {
			if i == 0 {
				return -1
			}
			return n - 1
		}
		n = n*26 + int(ref[i]-'A') + 1
	}
	return -1
}

// RowOf is the row of a reference like AB12, 0 when it has none.
func RowOf(ref string) int {
	n, _ := strconv.Atoi(strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	return n
}

// Day is the day of a workbook's number of days, in either date system; the part of the day is left off. Day 60 of the
// 1900 system, 29 February 1900, never was.
func Day(number float64, from1904 bool) (day time.Time, ok bool) {
	if math.IsNaN(number) || number < 0 || number < 1 && !from1904 || number >= 2_958_466 {
		return time.Time{}, false
	}
	days := int(number)
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case from1904:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days == 60:
		return time.Time{}, false
	case days < 60:
		days++
	}
	return base.AddDate(0, 0, days), true
}

// Escape keeps a text that looks like Excel's spelling of a character, _x000D_ say, from being read as one.
func Escape(s string) string {
	for i := 0; i < len(s); i++ {
		if _, ok := hexEscape(s[i:]); ok {
			s = s[:i] + "_x005F" + s[i:]
			i += len("_x005F")
		}
	}
	return s
}

// unescape undoes _xHHHH_, which stands for characters that XML does not have.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if r, ok := hexEscape(s[i:]); ok && !utf16.IsSurrogate(r) {
			b.WriteRune(r)
			i += 6
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// hexEscape reads the _xHHHH_ that a text begins with.
func hexEscape(s string) (rune, bool) {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil
}
