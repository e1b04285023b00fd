package xlsx

import (
	"encoding/xml"
	"errors"
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
	var text strings.Builder
	return b.each(b.shared, false, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		text.Reset()
		if err := b.richText(d, "si", &text); err != nil {
			return err
		}
		b.strings = append(b.strings, text.String())
		if b.limits.Cells > 0 && len(b.strings) > b.limits.Cells {
			return &LimitError{What: "texts", Limit: int64(b.limits.Cells), Place: "the workbook"}
		}
		return nil
	})
}

// richText gathers the t elements up to the end of the element that is open.
func (b *Book) richText(d *xml.Decoder, end string, text *strings.Builder) error {
	inText, phonetic := false, false
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			inText = t.Name.Local == "t"
			phonetic = phonetic || t.Name.Local == "rPh"
		case xml.EndElement:
			inText = false
			if t.Name.Local == "rPh" {
				phonetic = false
			}
			if t.Name.Local == end {
				return nil
			}
		case xml.CharData:
			if inText && !phonetic {
				text.Write(t)
			}
		}
		if text.Len() > b.limits.Text {
			return &LimitError{What: "bytes", Limit: int64(b.limits.Text), Place: "a text cell"}
		}
	}
}
