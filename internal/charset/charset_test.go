package charset

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCodePagesHoldTheirKnownBytes(t *testing.T) {
	tests := []struct{ encoding, text, want string }{
		{"ebcdic-037", "A1 |¢[", "\xC1\xF1\x40\x4F\x4A\xBA"},
		{"cp037", "¤", "\x9F"},
		{"ebcdic-1140", "€", "\x9F"},
		{"ebcdic-1047", "[]^", "\xAD\xBD\x5F"},
		{"IBM500", "|!^[]", "\xBB\x4F\x5F\x4A\x5A"},
		{"ebcdic-1148", "€|", "\x9F\xBB"},
		{"ebcdic-273", "äöüß{}@§ÄÖÜ", "\xC0\x6A\xD0\xA1\x43\xDC\xB5\x7C\x4A\xE0\x5A"},
		{"ibm01141", "ä€", "\xC0\x9F"},
		{"windows-1252", "é€’", "\xE9\x80\x92"},
		{"iso-8859-1", "é", "\xE9"},
		{"iso-8859-15", "€", "\xA4"},
		{"iso-8859-2", "Łódź", "\xA3\xF3d\xBC"},
		{"windows-1251", "Иван", "\xC8\xE2\xE0\xED"},
		{"ibm850", "é", "\x82"},
		{"cp1250", "Ł", "\xA3"},
		{"shift_jis", "東京", "\x93\x8C\x8B\x9E"},
		{"gbk", "北京", "\xB1\xB1\xBE\xA9"},
		{"big5", "台北", "\xA5\x78\xA5\x5F"},
		{"euc-kr", "서울", "\xBC\xAD\xBF\xEF"},
		{"gb18030", "é😀", "\xA8\xA6\x94\x39\xFC\x36"},
		{"", "東京😀", "東京😀"},
	}
	for _, tt := range tests {
		cs, err := Lookup(tt.encoding)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := string(cs.EncodeFrom([]byte(tt.text), 0)); got != tt.want {
			t.Errorf("%s: %q becomes % X, want % X", tt.encoding, tt.text, got, tt.want)
		}
		if back, ok := cs.Decode([]byte(tt.want)); !ok || back != tt.text {
			t.Errorf("%s: % X reads as %q, %v", tt.encoding, tt.want, back, ok)
		}
	}
}

// Every character that an encoding says it has comes back as itself.
func TestCharsetsRoundTripEveryCharacter(t *testing.T) {
	for _, name := range append(Known(), "windows-1258", "koi8-r", "iso-8859-16", "ibm866") {
		cs, err := Lookup(name)
		if err != nil {
			t.Error(err)
			continue
		}
		for r := rune(1); r < 0x3000; r++ {
			n := cs.Size(r)
			if n == 0 {
				continue
			}
			b := cs.EncodeFrom([]byte(string(r)), 0)
			if back, ok := cs.Decode(b); len(b) != n || !ok || back != string(r) {
				t.Fatalf("%s: %U has size %d, is % X, reads as %q", name, r, n, b, back)
			}
		}
	}
}

func TestDecodingIsStrict(t *testing.T) {
	for name, b := range map[string]string{"utf-8": "a\xE9b", "us-ascii": "a\xE9", "windows-1252": "a\x81", "shift_jis": "\x93", "gbk": "\xFF\xFF", "iso-8859-3": "\xA5"} {
		cs, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := cs.Decode([]byte(b)); ok || !strings.ContainsRune(text, utf8.RuneError) {
			t.Errorf("%s: % X reads as %q without complaint", name, b, text)
		}
	}
}

func TestUnknownEncodings(t *testing.T) {
	for _, name := range []string{"utf-32", "iso-2022-jp", "ebcdic-9999", "martian", "utf-7"} {
		if _, err := Lookup(name); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
