package words

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

var (
	valueIn  = regexp.MustCompile(`\{([a-z]+)\}`)
	keyIn    = regexp.MustCompile(`\b[TH] "([^"]+)"|\b[TH]\("([^"]+)"[,)]`)
	prefixIn = regexp.MustCompile(`\b[TH] \(print "([^"]+)"|\b[TH]\("([^"]+)" ?\+`)
)

func values(s string) []string {
	var out []string
	for _, m := range valueIn.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// No text is missing in a language, none is there that English does not have, and each names the same values.
func TestLanguagesAreComplete(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	english := c.Langs()[0]
	var codes []string
	for _, l := range c.Langs() {
		codes = append(codes, l.Code)
	}
	if !slices.Equal(codes, []string{"en", "de", "es", "fr"}) {
		t.Fatalf("the languages are %v", codes)
	}
	for _, l := range c.Langs()[1:] {
		for key, e := range english.texts {
			own, ok := l.texts[key]
			if !ok {
				t.Errorf("%s: %s is missing", l.Code, key)
				continue
			}
			if !slices.Equal(values(e.Other), values(own.Other)) || (e.One != "") != (own.One != "") {
				t.Errorf("%s: %s is %q, and in English %q", l.Code, key, own.Other, e.Other)
			}
		}
		for key := range l.texts {
			if !english.Has(key) {
				t.Errorf("%s: %s is not in English", l.Code, key)
			}
		}
	}
}

// Every text that pages and handlers ask for is there, and none is there that nobody asks for.
func TestTextsAreUsed(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	english, used, prefixes := c.Langs()[0], map[string]bool{}, []string{"done.", "need."}
	look := func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".html") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range keyIn.FindAllStringSubmatch(string(text), -1) {
			used[m[1]+m[2]] = true
		}
		for _, m := range prefixIn.FindAllStringSubmatch(string(text), -1) {
			prefixes = append(prefixes, m[1]+m[2])
		}
		if strings.HasSuffix(path, "today.go") || strings.HasSuffix(path, "words.go") || strings.HasSuffix(path, "commands.go") { // keys that are chosen between
			for _, m := range regexp.MustCompile(`"([a-z]+(?:\.[a-z]+)+)"`).FindAllStringSubmatch(string(text), -1) {
				used[m[1]] = true
			}
		}
		return nil
	}
	for _, folder := range []string{".", "../web", "../notify"} {
		if err := filepath.WalkDir(folder, look); err != nil {
			t.Fatal(err)
		}
	}
	for key := range used {
		if !english.Has(key) && !strings.HasSuffix(key, ".html") && !strings.HasSuffix(key, ".json") {
			t.Errorf("%s is asked for and not there", key)
		}
	}
	for key := range english.texts {
		if !used[key] && !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			t.Errorf("%s is there, and nobody asks for it", key)
		}
	}
}

// Amounts are written and read as the language does, exactly.
func TestAmounts(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	en, de := c.Of("en", ""), c.Of("", "de-AT,de;q=0.9,en;q=0.5")
	amount := func(s string) fis.Amount {
		a, err := fis.ParseAmount(s)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for _, row := range []struct{ amount, currency, en, de string }{
		{"1234567.5", "EUR", "1,234,567.50", "1.234.567,50"}, {"-980", "EUR", "−980.00", "−980,00"}, {"37820", "JPY", "37,820", "37.820"},
		{"12345678901234567890123.00000001", "EUR", "12,345,678,901,234,567,890,123.00000001", "12.345.678.901.234.567.890.123,00000001"},
	} {
		if got := en.Money(amount(row.amount), row.currency); got != row.en {
			t.Errorf("%s is %s", row.amount, got)
		}
		if got := de.Money(amount(row.amount), row.currency); got != row.de {
			t.Errorf("%s is %s", row.amount, got)
		}
	}
	for _, row := range []struct {
		lang        *Lang
		typed, want string
		err         error
	}{
		{en, "1,234.56", "1234.56", nil}, {de, "1.234,56", "1234.56", nil}, {de, "987.654,32", "987654.32", nil}, {en, "1234.5", "1234.5", nil}, {en, "1,234", "", ErrTwice}, {de, "1.234", "", ErrTwice},
		{en, "1.234", "1.234", nil}, {de, "1,234", "1.234", nil}, {en, "1 234.56", "1234.56", nil}, {en, "−5", "-5", nil}, {de, "1.234.567", "1234567", nil}, {en, "12,5", "12.5", nil},
	} {
		got, err := row.lang.ParseAmount(row.typed)
		if row.err != nil {
			if !errors.Is(err, row.err) {
				t.Errorf("%s: %v", row.typed, err)
			}
		} else if err != nil || !got.Equal(amount(row.want)) {
			t.Errorf("%s in %s is %s (%v), want %s", row.typed, row.lang.Code, got, err, row.want)
		}
	}
	for _, row := range []struct {
		lang            *Lang
		typed, want, of string
	}{
		{de, "61,00 EUR", "61", "EUR"}, {de, "987.654,32\u00a0EUR", "987654.32", "EUR"}, {en, "EUR 1,234.50", "1234.5", "EUR"}, {de, "61 eur", "61", "EUR"}, {de, "−61,00 €", "-61", "EUR"}, {en, "$61.00", "61", ""}, {en, "¥ 500", "500", ""},
		{de, "61,00", "61", ""}, {de, "CNQR000002.dat", "", ""}, {en, "a.b", "", ""}, {en, "expenses_000001_20261201.csv", "", ""}, {en, "PAY6", "", ""}, {de, "EUR", "", ""}, {de, "Nr. 5", "", ""}, {en, ".csv", "", ""}, {en, "", "", ""}, {de, "1.500.000,5 XYZ", "", ""},
	} {
		got, of, _, err := row.lang.ParseSum(row.typed)
		if (err == nil) != (row.want != "") || errors.Is(err, ErrTwice) || of != row.of || err == nil && !got.Equal(amount(row.want)) {
			t.Errorf("%q in %s is %s %q (%v), want %s %q", row.typed, row.lang.Code, got, of, err, row.want, row.of)
		}
	}
	if _, of, alone, err := de.ParseSum("1.234 EUR"); !errors.Is(err, ErrTwice) || of != "EUR" || alone != "1.234" {
		t.Error(of, alone, err)
	}
	for _, row := range []struct{ code, amount, date, day string }{
		{"fr", "1\u202f234\u202f567,50", "24 nov. 2026", "mar. 24 nov."}, {"es", "1.234.567,50", "24 nov 2026", "mar 24 nov"},
	} {
		l, at := c.Of(row.code, ""), time.Date(2026, 11, 24, 2, 15, 0, 0, time.UTC)
		if got := l.Money(amount("1234567.5"), "EUR"); got != row.amount {
			t.Errorf("%s: the amount is %q", row.code, got)
		}
		if a, err := l.ParseAmount(row.amount); err != nil || !a.Equal(amount("1234567.5")) {
			t.Errorf("%s: %q is read as %s (%v)", row.code, row.amount, a, err)
		}
		if l.Date(at) != row.date || l.Weekday(at) != row.day {
			t.Errorf("%s: %s, %s", row.code, l.Date(at), l.Weekday(at))
		}
	}
	at := time.Date(2026, 3, 9, 2, 15, 0, 0, time.UTC)
	if en.Date(at) != "9 Mar 2026" || de.Date(at) != "09.03.2026" || de.Day(at) != "9. Mär" || en.Weekday(at) != "Mon 9 Mar" || de.Month(at) != "März 2026" {
		t.Error(en.Date(at), de.Date(at), de.Day(at), en.Weekday(at), de.Month(at))
	}
}
