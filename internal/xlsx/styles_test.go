package xlsx

import "testing"

func TestDateFormats(t *testing.T) {
	for code, want := range map[string]bool{
		"dd/mm/yyyy": true, "#,##0.00": false, `0.00 "days"`: false, "[Red]0": false, "[$-409]mmm-yy": true,
		"dd.mm.yyyy": true, "m/d/yy": true, "[$-407]d. mmmm yyyy": true, "yyyy\\-mm\\-dd;@": true, `"day "0.00`: false, "General": false, "general;-general": false,
		"0.00": false, "[Red]0.00": false, "hh:mm": false, `0\d`: false, "_d0": false, "#,##0.00 [$USD]": false, `"open`: false, "[open": false, "": false,
	} {
		if got := isDateFormat(code); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
	for id, want := range map[int]bool{0: false, 2: false, 14: true, 18: false, 21: false, 22: true, 44: false, 49: false, 57: true} {
		if got := builtInDate(id); got != want {
			t.Errorf("format %d: %v", id, got)
		}
	}
}

func TestCellNames(t *testing.T) {
	for ref, want := range map[string]int{"A1": 0, "Z9": 25, "AA1": 26, "XFD1048576": 16383, "1": -1, "": -1, "ABCDE1": -1, "a1": -1} {
		got := ColumnOf(ref)
		if got != want {
			t.Errorf("%s is column %d", ref, got)
		}
	}
	for column, want := range map[int]string{0: "S!A3", 25: "S!Z3", 26: "S!AA3", 701: "S!ZZ3", 702: "S!AAA3", 16383: "S!XFD3"} {
		if got := Name("S", column, 3); got != want {
			t.Errorf("column %d is %s", column, got)
		}
	}
}

func TestUnescape(t *testing.T) {
	for s, want := range map[string]string{"a_x000D_b": "a\rb", "_x005F_x000D_": "_x000D_", "_x00": "_x00", "_xZZZZ_": "_xZZZZ_", "plain": "plain", "_xD800_": "_xD800_"} {
		if got := unescape(s); got != want {
			t.Errorf("%q becomes %q", s, got)
		}
	}
}
