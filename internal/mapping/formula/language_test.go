package formula

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
)

// spoken is a world whose workbook says a language.
type spoken struct {
	*world
	in functions.Language
}

func (s spoken) Language() functions.Language { return s.in }

// Each name means one function, in whatever language, and one that exists; no English name is hidden by another one.
func TestNamesAbroad(t *testing.T) {
	seen := map[string]string{}
	for _, f := range Functions() {
		n := functions.Abroad(f.Name)
		for _, name := range []string{n.German, n.French, n.Spanish} {
			if name == "" {
				continue
			}
			if before := seen[name]; before != "" && before != f.Name {
				t.Errorf("%s is %s and %s", name, before, f.Name)
			}
			seen[name] = f.Name
			if functions.EnglishName(name) != f.Name || functions.EnglishName(strings.ToLower(name)) != f.Name {
				t.Errorf("%s is read as %q, want %s", name, functions.EnglishName(name), f.Name)
			}
			if catalogueByName()[name] != nil {
				t.Errorf("%s is an English function too", name)
			}
		}
	}
	for _, name := range functions.Abroads() {
		if catalogueByName()[functions.EnglishName(name)] == nil {
			t.Errorf("%s is %q, which is no function", name, functions.EnglishName(name))
		}
	}
	for name, want := range map[string]string{"LANGE": "LEN", "année": "YEAR", "ANO": "YEAR", "DÍAS": "DAYS", "GLATTEN": "TRIM"} {
		if got := functions.EnglishName(name); got != want {
			t.Errorf("%s is %q, want %s", name, got, want)
		}
	}
}

func TestLanguages(t *testing.T) {
	w := sampleWorld()
	for _, c := range []struct {
		in           functions.Language
		source, want string
	}{
		// nothing said: names of every language, points; commas where nothing else can be meant
		{"", `WENN(2 > 1; "ja"; "nein")`, "ja"},
		{"", `SI(ESTNUM(transactionAmount); GAUCHE("abc"; 2); "")`, "ab"},
		{"", `SI(Y(WAHR(); VERDADERO()); EXTRAE("abc"; 2; 1); "")`, "b"},
		{"", `RUNDEN(transactionAmount * 1,19; 2)`, "141.61"},
		{"", `RUNDEN(transactionAmount * 1.19; 2)`, "141.61"},
		{"", `SUMA(1,5; 2,25)`, "3.75"},
		{"", `"K" & RUNDEN(1,25; 1)`, "K1,3"},
		{"", `SUMME(1, 2)`, "3"},
		{"", `SUMME(1;2)`, "3"},
		{"", `SUM(1,2)`, "3"},
		{"en", `SUMME(1,2)`, "3"},
		{"", `WAHR`, "Y"},
		// said
		{"de", `12,50`, "12.5"},
		{"de", `RUNDEN(1,25)`, "1"},
		{"de", `ROUND(1,25; 1)`, "1.3"},
		{"de", `TEXT(1234,5; "#.##0,00")`, "1.234,50"},
		{"de", `TEXT(0,5; "0,00 €")`, "0,50 €"},
		{"de", `TEXT(DATUM(2024; 2; 9); "TT.MM.JJJJ")`, "09.02.2024"},
		{"de", `TEXT(DATUM(2024; 2; 9); "JJJJMMTT")`, "20240209"},
		{"de", `TEXT(DATUM(2024; 2; 9); "yyyyMMdd")`, "20240209"},
		{"de", `DATWERT("31.12.2024"; "TT.MM.JJJJ")`, "2024-12-31"},
		{"de", `"K" & 12,50`, "K12,5"},
		{"de", `19% * 100`, "19"},
		{"de", `ZAHLENWERT("1.234,5"; ","; ".")`, "1234.5"},
		{"de", `SUMMEWENN(Accounts[Rate]; ">0,1")`, "0.19"},
		{"de", `SUMMEWENN(Accounts[Rate]; ">1.000")`, "0"},
		{"de", `SUMMEWENN(Accounts[Rate]; "<1.000,5")`, "0.26"},
		{"en", `SUMIF(Accounts[Rate], "<1,000.5")`, "0.26"},
		{"", `SUMIF(Accounts[Rate]; "<1,000")`, "0.26"},
		{"fr", `SOMME.SI(Accounts[Rate]; "<1 000,5")`, "0.26"},
		{"de", `SUMMEWENN(Accounts[Rate]; "<0,1")`, "0.07"},
		{"de", `WENNFEHLER(1/0; 1,5)`, "1.5"},
		{"fr", `TEXTE(1234,5; "# ##0,00")`, "1\u202f234,50"},
		{"fr", `TEXTE(DATE(2024; 2; 9); "jj/mm/aaaa")`, "09/02/2024"},
		{"fr", `SI(FAUX; 1; 2,5)`, "2.5"},
		{"es", `TEXTO(1234,5; "#.##0,00")`, "1.234,50"},
		{"es", `TEXTO(FECHA(2024; 2; 9); "dd/mm/aaaa")`, "09/02/2024"},
		{"en", `WENN(TRUE, 1, 2)`, "1"},
		{"en", `TEXT(1234.5, "#,##0.00")`, "1,234.50"},
	} {
		p, err := Compile(c.source, spoken{w, c.in})
		if err != nil {
			t.Errorf("%s in %q: %v", c.source, c.in, err)
			continue
		}
		if v, err := p.Eval(w); err != nil || v.String() != c.want {
			t.Errorf("%s in %q gives %q (%v), want %q", c.source, c.in, v, err, c.want)
		}
	}
}

// What could be read in two ways is a mistake, and says what to write; no number is guessed.
func TestAmbiguousCommas(t *testing.T) {
	w := sampleWorld()
	for _, c := range []struct {
		in           functions.Language
		source, want string
	}{
		{"", `12,50`, "the decimal mark is a point: write 12.50"},
		{"", `ROUND(1,25; 1)`, "are separated by , and by ;"},
		{"", `SI(TRUE; 1,25; 1)`, "are separated by , and by ;"}, // French or Spanish?
		{"", `RUNDEN(1,25; 1.5)`, "are separated by , and by ;"},
		{"", `SUMME(transactionAmount*0,19)`, "0,19 may be one number or two values: write 0.19 or 0; 19, or say Formula language"},
		{"", `RUNDEN(transactionAmount*1,19)`, "1,19 may be one number or two values"},
		{"", `SI(transactionAmount > 0; MAX(transactionAmount*0,19); 0)`, "0,19 may be one number"},
		{"", `RUNDEN(1, 25; 1)`, "are separated by , and by ;"},
		{"", `WENN(2,5 > 1; ROUND(1,25; 1); 0)`, "are separated by , and by ;"},
		{"de", `1.25 + 1`, "the decimal mark of this formula is a comma: write 1,25"},
		{"de", `RUNDEN(transactionAmount, 2)`, "in a German Excel values are separated by ;"},
		{"de", `TEXT(transactionAmount; "0.00")`, `"0.00" is no number format of a German Excel, where it is written "#.##0,00"`},
		{"de", `ZAHLENWERT("1.234,5")`, "write both marks"},
		{"de", `1,2,3`, "neither a number nor a name"},
		{"de", `"on " & transactionDate`, `write TEXT(transactionDate; "yyyy-MM-dd")`},
		{"de", `LINKS(transactionAmount; 2)`, `write TEXT(transactionAmount; "0,00")`},
	} {
		_, err := Compile(c.source, spoken{w, c.in})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s in %q: %v\nwant %s", c.source, c.in, err, c.want)
		}
	}
}
