package naming

import (
	"slices"
	"strings"
)

// Sides are the codes by which a field tells a debit from a credit.
type Sides struct{ Debit, Credit string }

// pairs are the codes that ledgers use for debit and credit. Where one code is in several, the other one tells.
var pairs = [][2]string{{"D", "C"}, {"S", "H"}, {"D", "H"}, {"DR", "CR"}, {"DB", "CR"}, {"DEBIT", "CREDIT"}, {"DEB", "CRED"}, {"DEB", "CRE"}, {"SOLL", "HABEN"}, {"DEBE", "HABER"},
	{"40", "50"}, {"+", "-"}}

// SidesOf tells which of two codes is the debit.
func SidesOf(codes []string) (s Sides, ok bool) {
	var two []string
	for _, c := range codes {
		if c = strings.TrimSpace(c); c != "" && !slices.Contains(two, c) {
			two = append(two, c)
		}
	}
	if len(two) != 2 {
		return s, false
	}
	for _, pair := range pairs {
		for i, code := range two {
			if plain(code) == pair[0] && plain(two[1-i]) == pair[1] {
				return Sides{code, two[1-i]}, true
			}
		}
	}
	return s, false
}

// ByNames tells it by what the codes are called, as the conditions of a copybook are: 88 SOLL VALUE '1'.
func ByNames(names, codes []string) (s Sides, ok bool) {
	for i, name := range names {
		switch sideOf(name) {
		case Debit:
			if s.Debit != "" {
				return Sides{}, false
			}
			s.Debit = codes[i]
		case Credit:
			if s.Credit != "" {
				return Sides{}, false
			}
			s.Credit = codes[i]
		}
	}
	return s, s.Debit != "" && s.Credit != "" && s.Debit != s.Credit
}

func sideOf(name string) Role {
	for _, w := range Words(name) {
		switch {
		case slices.Contains([]string{"debit", "debits", "dr", "soll", "debe", "belastung"}, w):
			return Debit
		case slices.Contains([]string{"credit", "credits", "cr", "haben", "haber", "gutschrift"}, w):
			return Credit
		}
	}
	return ""
}

// UsualSides are the codes that a field of this name has when nothing else tells: S and H where its words are German, D
// and H where they are Spanish, else D and C. One code that was seen tells more than the words.
func UsualSides(name string, seen []string) Sides {
	for _, one := range seen {
		for _, pair := range pairs {
			switch code := strings.TrimSpace(one); plain(code) {
			case pair[0]:
				if pair[0] == "D" && has(name, "haber") {
					return Sides{code, "H"}
				}
				return Sides{code, pair[1]}
			case pair[1]:
				if pair[1] == "H" && has(name, "debe") {
					return Sides{"D", code}
				}
				return Sides{pair[0], code}
			}
		}
	}
	switch {
	case has(name, "soll", "haben", "shkzg", "shkz", "sh", "sollhaben", "sollhabenkennzeichen", "sollhabenkz"):
		return Sides{"S", "H"}
	case has(name, "haber"):
		return Sides{"D", "H"}
	}
	return Sides{"D", "C"}
}

func has(name string, words ...string) bool {
	return slices.ContainsFunc(Words(name), func(w string) bool { return slices.Contains(words, w) })
}

func plain(code string) string { return strings.ToUpper(plainLetters.Replace(code)) }
