package templating

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decoded is a text with the encoding that its bytes have.
type decoded struct {
	text     string
	encoding string
	bom      bool
	guess    string // what was guessed; empty where the bytes say it
	utf16    bool
}

// decodeSample finds the encoding of a file. UTF-8 proves itself; bytes of one page of 256 characters do not.
func decodeSample(data []byte) decoded {
	mark := []byte("\xEF\xBB\xBF")
	switch {
	case bytes.HasPrefix(data, mark):
		return decoded{text: strings.ToValidUTF8(string(data[len(mark):]), "\uFFFD"), encoding: "utf-8", bom: true}
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			text = nil
		}
		return decoded{text: string(text), encoding: "utf-8", utf16: true}
	case utf8.Valid(data):
		if bytes.IndexFunc(data, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
			return decoded{text: string(data), encoding: "utf-8", guess: "the file is UTF-8: there is no letter outside ASCII in it, so that any other encoding would look the same"}
		}
		return decoded{text: string(data), encoding: "utf-8"}
	}
	text, _ := charmap.Windows1252.NewDecoder().Bytes(data) // every byte is a character, or U+FFFD
	return decoded{text: string(text), encoding: "windows-1252",
		guess: "the file is windows-1252: it is not UTF-8, and its bytes do not say which page of 256 characters it is; look at the accents in it"}
}

// text is a definition that people write. What stands in its comments may have any encoding.
func (d *Draft) text(file string, data []byte) (string, error) {
	if bytes.IndexByte(data, 0) >= 0 && !bytes.HasPrefix(data, []byte("\xFF\xFE")) && !bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return "", &Error{file, 1 + bytes.Count(data[:bytes.IndexByte(data, 0)], []byte("\n")), "holds a zero byte: it is no text"}
	}
	return decodeSample(data).text, nil
}
