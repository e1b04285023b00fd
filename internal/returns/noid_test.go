package returns

import "testing"

// What is no number of a document is said; numbers and codes that look strange are numbers.
func TestNoNumber(t *testing.T) {
	for text, want := range map[string]string{
		"#N/A": "an error of a spreadsheet", "#REF!": "an error of a spreadsheet", "#VALUE!": "an error of a spreadsheet", "#NAME?": "an error of a spreadsheet",
		"#DIV/0!": "an error of a spreadsheet", "#NV": "an error of a spreadsheet", "#BEZUG!": "an error of a spreadsheet", "#¡REF!": "an error of a spreadsheet", "#####": "an error of a spreadsheet",
		"NULL": "no value", "null": "no value", "(null)": "no value", "None": "no value", "n/a": "no value", "-": "no value", "—": "no value", "?": "no value", "NaN": "no value",
		"0": "nothing but zeros", "000000": "nothing but zeros", "0000-000": "nothing but zeros", "0.00": "nothing but zeros",
		"1.9E+09": "a number that a spreadsheet has rounded", "1,9E+09": "a number that a spreadsheet has rounded", "1E+10": "a number that a spreadsheet has rounded",
		"1900001008.0": "a number that a spreadsheet has made an amount of", "1900001008,00": "a number that a spreadsheet has made an amount of",
		"": "", "1900001008": "", "1": "", "12E45": "", "6084E1": "", "#4711": "", "NULL-1": "", "NA-17": "", "2026/0001": "", "1 900 001 007": "", "1.900.001": "", "A": "", "0001": "", "1001.10": "",
	} {
		if got := noNumber(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
