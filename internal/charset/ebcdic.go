package charset

import (
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// ebcdicPage reads the number of an EBCDIC page from ebcdic-037, ibm037, cp37, ccsid273, ibm01140 and the like.
func ebcdicPage(key string) (string, bool) {
	named := false
	for _, prefix := range []string{"ebcdic", "ccsid", "codepage", "ibm", "cp"} {
		if rest, found := strings.CutPrefix(key, prefix); found {
			named = prefix == "ebcdic"
			key = strings.Trim(rest, "-")
			break
		}
	}
	page := strings.TrimLeft(key, "0")
	if page == "37" {
		page = "037"
	}
	switch page {
	case "037", "273", "500", "1047", "1140", "1141", "1148":
		return page, true
	}
	return key, named
}

// ebcdicTable is the decoding table of a page. x/text has 037, 1047 and 1140; the others differ from 037 in a few
// places (IBM's code page charts; compared with Python's cp273 and cp500).
func ebcdicTable(page string) ([256]rune, bool) {
	switch page {
	case "037":
		return charmapTable(charmap.CodePage037), true
	case "1047":
		return charmapTable(charmap.CodePage1047), true
	case "1140":
		return charmapTable(charmap.CodePage1140), true
	case "500", "1148":
		return patched(page == "1148", map[byte]rune{0x4A: '[', 0x4F: '!', 0x5A: ']', 0x5F: '^', 0xB0: '¢', 0xBA: '¬', 0xBB: '|'}), true
	case "273", "1141":
		return patched(page == "1141", map[byte]rune{
			0x43: '{', 0x4A: 'Ä', 0x4F: '!', 0x59: '~', 0x5A: 'Ü', 0x5F: '^', 0x63: '[', 0x6A: 'ö', 0x7C: '§', 0xA1: 'ß', 0xB0: '¢',
			0xB5: '@', 0xBA: '¬', 0xBB: '|', 0xC0: 'ä', 0xCC: '¦', 0xD0: 'ü', 0xDC: '}', 0xE0: 'Ö', 0xEC: '\\', 0xFC: ']',
		}), true
	}
	return [256]rune{}, false
}

func patched(euro bool, changes map[byte]rune) [256]rune {
	t := charmapTable(charmap.CodePage037)
	for b, r := range changes {
		t[b] = r
	}
	if euro {
		t[0x9F] = '€'
	}
	return t
}

func charmapTable(m *charmap.Charmap) [256]rune {
	var t [256]rune
	for i := range t {
		t[i] = m.DecodeByte(byte(i))
	}
	return t
}
