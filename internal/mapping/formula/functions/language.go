package functions

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Language is the language of an Excel whose formulas are written: its names of functions and constants, its decimal
// mark, its formats. The separator of values is ; in all but English.
type Language string

const (
	AnyLanguage Language = "" // names of every language, points
	English     Language = "en"
	German      Language = "de"
	French      Language = "fr"
	Spanish     Language = "es"
)

// Languages are the languages that a workbook can say, as they are written there.
func Languages() []Language { return []Language{English, German, French, Spanish} }

// ReadLanguage reads the language as people write it.
func ReadLanguage(s string) (Language, bool) {
	switch strings.ToLower(s) {
	case "", "en", "english":
		return Language(strings.ToLower(s)[:min(2, len(s))]), true
	case "de", "german", "deutsch":
		return German, true
	case "fr", "french", "français", "francais":
		return French, true
	case "es", "spanish", "español", "espanol":
		return Spanish, true
	}
	return "", false
}

// DecimalComma says that numbers are written 12,50.
func (l Language) DecimalComma() bool { return l == German || l == French || l == Spanish }

// Word is the language in a sentence.
func (l Language) Word() string {
	return map[Language]string{English: "English", German: "German", French: "French", Spanish: "Spanish"}[l]
}

// Names are what the Excels of other languages call a function; "" where they use the English name.
type Names struct{ German, French, Spanish string }

// abroad has one function a line: English, German, French, Spanish, = for the English name. The names are those that
// Excel shows; accents may be left out.
const abroad = `
IF WENN SI SI
IFS WENNS SI.CONDITIONS SI.CONJUNTO
SWITCH ERSTERWERT SI.MULTIPLE CAMBIAR
AND UND ET Y
OR ODER OU O
XOR XODER OUX =
NOT NICHT NON NO
CHOOSE WAHL CHOISIR ELEGIR
TRUE WAHR VRAI VERDADERO
FALSE FALSCH FAUX FALSO
ISBLANK ISTLEER ESTVIDE ESBLANCO
ISNUMBER ISTZAHL ESTNUM ESNUMERO
ISTEXT ISTTEXT ESTTEXTE ESTEXTO
ISERROR ISTFEHLER ESTERREUR ESERROR
ISNA ISTNV ESTNA ESNOD
IFERROR WENNFEHLER SIERREUR SI.ERROR
IFNA WENNNV SI.NON.DISP SI.ND
LOOKUP VERWEIS RECHERCHE BUSCAR
XLOOKUP XVERWEIS RECHERCHEX BUSCARX
INDEX = = INDICE
MATCH VERGLEICH EQUIV COINCIDIR
SUMIF SUMMEWENN SOMME.SI SUMAR.SI
COUNTIF ZÄHLENWENN NB.SI CONTAR.SI
LEFT LINKS GAUCHE IZQUIERDA
RIGHT RECHTS DROITE DERECHA
MID TEIL STXT EXTRAE
LEN LÄNGE NBCAR LARGO
UPPER GROSS MAJUSCULE MAYUSC
LOWER KLEIN MINUSCULE MINUSC
PROPER GROSS2 NOMPROPRE NOMPROPIO
TRIM GLÄTTEN SUPPRESPACE ESPACIOS
CLEAN SÄUBERN EPURAGE LIMPIAR
SUBSTITUTE WECHSELN SUBSTITUE SUSTITUIR
REPLACE ERSETZEN REMPLACER REEMPLAZAR
FIND FINDEN TROUVE ENCONTRAR
SEARCH SUCHEN CHERCHE HALLAR
CONCAT TEXTKETTE = =
CONCATENATE VERKETTEN CONCATENER CONCATENAR
TEXTJOIN TEXTVERKETTEN JOINDRE.TEXTE UNIRCADENAS
REPT WIEDERHOLEN = REPETIR
EXACT IDENTISCH = IGUAL
TEXT = TEXTE TEXTO
VALUE WERT CNUM VALOR
NUMBERVALUE ZAHLENWERT VALEURNOMBRE VALOR.NUMERO
CHAR ZEICHEN CAR CARACTER
ROUND RUNDEN ARRONDI REDONDEAR
ROUNDUP AUFRUNDEN ARRONDI.SUP REDONDEAR.MAS
ROUNDDOWN ABRUNDEN ARRONDI.INF REDONDEAR.MENOS
INT GANZZAHL ENT ENTERO
TRUNC KÜRZEN TRONQUE TRUNCAR
CEILING OBERGRENZE PLAFOND MULTIPLO.SUPERIOR
FLOOR UNTERGRENZE PLANCHER MULTIPLO.INFERIOR
MROUND VRUNDEN ARRONDI.AU.MULTIPLE REDOND.MULT
POWER POTENZ PUISSANCE POTENCIA
SIGN VORZEICHEN SIGNE SIGNO
MOD REST = RESIDUO
SUM SUMME SOMME SUMA
AVERAGE MITTELWERT MOYENNE PROMEDIO
DATE DATUM = FECHA
YEAR JAHR ANNEE AÑO
MONTH MONAT MOIS MES
DAY TAG JOUR DIA
EOMONTH MONATSENDE FIN.MOIS FIN.MES
EDATE EDATUM MOIS.DECALER FECHA.MES
DATEVALUE DATWERT DATEVAL FECHANUMERO
WEEKDAY WOCHENTAG JOURSEM DIASEM
WEEKNUM KALENDERWOCHE NO.SEMAINE NUM.DE.SEMANA
ISOWEEKNUM ISOKALENDERWOCHE NO.SEMAINE.ISO ISO.NUM.DE.SEMANA
DAYS TAGE JOURS DIAS
DATEDIF = = SIFECHA
WORKDAY ARBEITSTAG SERIE.JOUR.OUVRE DIA.LAB
NETWORKDAYS NETTOARBEITSTAGE NB.JOURS.OUVRES DIAS.LAB`

// dictionary never changes once it is made.
var dictionary = sync.OnceValues(func() (abroadOf map[string]Names, english map[string]string) {
	abroadOf, english = map[string]Names{}, map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(abroad), "\n") {
		words := strings.Fields(line)
		for i := range words[1:] {
			if words[i+1] == "=" {
				words[i+1] = ""
				continue
			}
			english[plainLetters(words[i+1])] = words[0]
		}
		abroadOf[words[0]] = Names{words[1], words[2], words[3]}
	}
	return abroadOf, english
})

// Abroad is what other languages call a function.
func Abroad(english string) Names {
	all, _ := dictionary()
	return all[english]
}

// Abroads are all names of functions in other languages.
func Abroads() []string {
	_, english := dictionary()
	var out []string
	for name := range english {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// EnglishName is the English name of a function of another language, "" when there is none. Case and accents do not
// count; no name means different functions in different languages.
func EnglishName(name string) string {
	_, english := dictionary()
	return english[plainLetters(name)]
}

// InLanguage says that a name is the one of a function in a language, and not its English one.
func InLanguage(name string, l Language) bool {
	all, english := dictionary()
	own := all[english[plainLetters(name)]].in(l)
	return own != "" && plainLetters(own) == plainLetters(name)
}

// HasName says that a language has a name of its own for an English function.
func HasName(english string, l Language) bool { return Abroad(english).in(l) != "" }

func (n Names) in(l Language) string {
	return map[Language]string{German: n.German, French: n.French, Spanish: n.Spanish}[l]
}

// plainLetters is a name in capital letters without accents; ß is ss.
func plainLetters(s string) string {
	s = strings.ReplaceAll(strings.ToUpper(s), "ß", "SS")
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

// marks are what stands in numbers: the decimal mark, and between thousands.
type marks struct{ decimal, thousands string }

func (l Language) marks() marks {
	switch l {
	case German, Spanish:
		return marks{",", "."}
	case French:
		return marks{",", "\u202f"}
	}
	return marks{".", ","}
}

// thousands is a number with marks between thousands, all of them in their places.
var thousands = map[string]*regexp.Regexp{
	".":      regexp.MustCompile(`^-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?$`),
	",":      regexp.MustCompile(`^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$`),
	"\u202f": regexp.MustCompile(`^-?[0-9]{1,3}([ \x{a0}\x{202f}][0-9]{3})+(,[0-9]+)?$`),
}

// plainNumber is a number of a text as it is written without a language: 1.234,5 of a German Excel is 1234.5.
func (l Language) plainNumber(text string) string {
	m := l.marks()
	if thousands[m.thousands].MatchString(text) {
		text = strings.NewReplacer(m.thousands, "", " ", "", "\u00a0", "").Replace(text)
	}
	return strings.Replace(text, m.decimal, ".", 1)
}

// toEnglish is a format as an English Excel writes it. Quoted words stay.
func (l Language) toEnglish(format string) string {
	if !l.DecimalComma() {
		return format
	}
	days := map[Language]string{German: "TtJj", French: "JjAa", Spanish: "AaAa"}[l]
	units := map[Language]string{German: "ddyy", French: "ddyy", Spanish: "yyyy"}[l]
	quoted := false
	return strings.Map(func(r rune) rune {
		if r == '"' {
			quoted = !quoted
		}
		if quoted {
			return r
		}
		if i := strings.IndexRune(days, r); i >= 0 {
			return rune(units[i])
		}
		return r
	}, format)
}

// toEnglishNumber swaps the marks of a number format.
func (l Language) toEnglishNumber(format string) string {
	if !l.DecimalComma() {
		return format
	}
	quoted := false
	var b strings.Builder
	for i, r := range format {
		next := strings.IndexAny(format[i:], "0#")
		switch {
		case r == '"':
			quoted = !quoted
			b.WriteRune(r)
		case quoted:
			b.WriteRune(r)
		case r == ',':
			b.WriteByte('.')
		case r == '.' && l != French, l == French && (r == ' ' || r == '\u00a0' || r == '\u202f') && next > 0 &&
			strings.TrimLeft(format[i:i+next], " \u00a0\u202f") == "" && b.Len() > 0 &&
			strings.ContainsAny(b.String()[b.Len()-1:], "0#"):
			b.WriteByte(',')
		case r == '.':
			b.WriteString(`"."`)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
