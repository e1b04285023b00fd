package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// styles reads what the cell styles show.
func (b *Book) styles() error {
	custom := map[string]Format{}
	inCells := false
	return b.each(b.styled, false, func(d *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			custom[attr(e, "numFmtId")] = customFormat(attr(e, "formatCode"))
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs", "cellStyleXfs":
			inCells = false
		case "xf":
			if !inCells {
				return nil
			}
			id := attr(e, "numFmtId")
			format, ok := custom[id]
			if !ok {
				n, _ := strconv.Atoi(id)
				format = builtIn(n)
			}
			b.formats = append(b.formats, format)
		}
		return nil
	})
}

func customFormat(code string) Format {
	switch {
	case isDateFormat(code):
		return DateFormat
	case strings.TrimSpace(code) == "@":
		return TextFormat
	case strings.EqualFold(code, "General"):
		return General
	}
	return NumberFormat
}

// builtIn sorts the formats that have no code in the file: 0 is General, 49 is Text.
func builtIn(id int) Format {
	switch {
	case builtInDate(id):
		return DateFormat
	case id == 0:
		return General
	case id == 49:
		return TextFormat
	}
	return NumberFormat
}

// ShowsDays reports whether a number format shows a day: that of a code, or, without one, the built-in one of an id.
func ShowsDays(id int, code string) bool {
	if code != "" {
		return isDateFormat(code)
	}
	return builtInDate(id)
}

// builtInDate: the date formats that have no code in the file (ECMA-376, 18.8.30, with the East Asian ones). Pure times
// are no dates.
func builtInDate(id int) bool {
	return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58
}

// isDateFormat looks for a day or a year outside of quotes, escapes and brackets.
func isDateFormat(code string) bool {
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '\\', '_', '*':
			i++
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return false
			}
			i += end + 1
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return false
			}
			i += end
		case 'd', 'D', 'y', 'Y':
			return true
		case 'G', 'g': // General
			if len(code) >= i+7 && strings.EqualFold(code[i:i+7], "general") {
				i += 6
			}
		}
	}
	return false
}

// sharedStrings reads the texts of the workbook; those of phonetic hints are left out.
func (b *Book) sharedStrings() error {
	in, ok, err := b.part(b.shared)
	if err != nil || !ok {
		return err
	}
	defer in.Close()
	t := newTokens(in)
	var text []byte
	for {
		if err = t.next(); err == nil && t.kind == startTag && string(t.name) == "si" {
			text, err = b.richText(t, "si", text[:0])
			b.strings = append(b.strings, string(text))
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read %s: %w", b.shared, err)
		case b.limits.Cells > 0 && len(b.strings) > b.limits.Cells:
			return &LimitError{What: "texts", Limit: int64(b.limits.Cells), Place: "the workbook"}
		}
	}
}

// richText appends the t elements up to the end of the element that is open.
func (b *Book) richText(t *tokens, end string, text []byte) ([]byte, error) {
	inText, phonetic, begun := false, false, len(text)
	for {
		if err := t.next(); err != nil {
			return text, unexpected(err)
		}
		switch t.kind {
		case startTag:
			inText = string(t.name) == "t"
			phonetic = phonetic || string(t.name) == "rPh"
		case endTag:
			inText = false
			if string(t.name) == "rPh" {
				phonetic = false
			}
			if string(t.name) == end {
				return text, nil
			}
		case charData:
			if inText && !phonetic {
				text = append(text, t.text...)
			}
		}
		if len(text)-begun > b.limits.Text {
			return text, &LimitError{What: "bytes", Limit: int64(b.limits.Text), Place: "a text cell"}
		}
	}
}
