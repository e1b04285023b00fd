package layout

// Delimiter is what stands between two fields, of the word or the sign by which a template says it; a comma when it says
// nothing.
func Delimiter(s string) string {
	switch s {
	case "", "comma":
		return ","
	case "semicolon":
		return ";"
	case "tab", `\t`:
		return "\t"
	case "pipe":
		return "|"
	case "blank":
		return " "
	}
	return s
}
