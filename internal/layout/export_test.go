package layout

import "github.com/fisbridge/fisbridge/internal/charset"

// Visible is what a text is in the file when nothing has to be replaced: NFC, without what no file holds.
func Visible(s string) string {
	w := textWriter{plan: &Plan{charset: &charset.Charset{UTF8: true, Same: true}}, cell: &Cell{Field: Field{Type: TextType}, keepBreaks: true}}
	if w.write(s) != "" {
		return ""
	}
	return string(w.out)
}
