package xlsx

import (
	"slices"
	"strings"
)

// volatile are the functions whose value is another one each time a spreadsheet is opened: today, now, and chance.
// Files name functions in English, whatever the language of the spreadsheet.
var volatile = []string{"TODAY", "NOW", "RAND", "RANDBETWEEN", "RANDARRAY"}

// Volatile names the function by which the value of a formula changes without anybody changing the workbook; "" when there
// is none. A name within quotes is a text.
func Volatile(formula string) string {
	for i, part := range strings.Split(strings.ToUpper(formula), `"`) {
		if i%2 == 1 {
			continue
		}
		for rest := part; ; {
			before, after, found := strings.Cut(rest, "(")
			if !found {
				break
			}
			name := before[strings.LastIndexFunc(before, func(r rune) bool { return (r < 'A' || r > 'Z') && r != '_' && (r < '0' || r > '9') })+1:]
			if slices.Contains(volatile, strings.TrimPrefix(name, "_XLFN_")) {
				return name
			}
			rest = after
		}
	}
	return ""
}
