// Package words owns what people read in their language, in console, mails, reports and workbooks: one catalogue, files
// for each language, from key to text, and how numbers, amounts, days and times are written there. Reasons (package why)
// and sentences of the engine (package say) are in it by their code and by their English.
//
// It guarantees that every key is in every language with the same values, that no amount goes through a float, and that
// ids and codes are never grouped. A language comes in by a file; English is the source.
package words

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// What messages to people say stands beside what pages say: one catalogue, two files for each language.
//
//go:embed *.json mail/*.json why/*.json says/*.json says/*/*.json
var files embed.FS

// text is what stands behind a key: one text, or one for a single thing and one for others.
type text struct{ One, Other string }

// UnmarshalJSON reads a text, or {"one": …, "other": …}.
func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &t.Other)
	}
	var both struct {
		One   string `json:"one"`
		Other string `json:"other"`
	}
	err := json.Unmarshal(b, &both)
	t.One, t.Other = both.One, both.Other
	return err
}

// Lang is a language.
type Lang struct {
	// Code is en, de, …; Name what the language calls itself.
	Code, Name string
	texts      map[string]text
	sentences
	point    string // between whole and part of a number
	comma    string // between groups of digits
	day      string // of a day with its year, as time.Format, with Jan for the month
	months   []string
	whole    []string // months in full
	weekdays []string // from Sunday
}

// Catalogue is all languages.
type Catalogue struct {
	langs   []*Lang
	matcher language.Matcher
}

// Load reads the catalogue.
func Load() (*Catalogue, error) {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, func(a, b string) int { // English is what is taken when nothing fits
		if (a == "en.json") != (b == "en.json") {
			return map[bool]int{true: -1, false: 1}[a == "en.json"]
		}
		return strings.Compare(a, b)
	})
	c := &Catalogue{}
	var tags []language.Tag
	for _, name := range names {
		l, err := load(name)
		if err != nil {
			return nil, err
		}
		c.langs, tags = append(c.langs, l), append(tags, language.Make(l.Code))
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

func load(name string) (*Lang, error) {
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	l := &Lang{Code: strings.TrimSuffix(path.Base(name), ".json")}
	if err := json.Unmarshal(b, &l.texts); err != nil {
		return nil, fmt.Errorf("words %s: %w", name, err)
	}
	mails, err := files.ReadFile("mail/" + name)
	if err == nil {
		err = json.Unmarshal(mails, &l.texts)
	}
	if err != nil {
		return nil, fmt.Errorf("words mail/%s: %w", name, err)
	}
	if l.sentences, err = loadSentences(l.Code); err != nil {
		return nil, err
	}
	l.Name, l.point, l.comma, l.day = l.T("language"), l.T("number.point"), l.T("number.comma"), l.T("date.form")
	l.months, l.weekdays, l.whole = strings.Fields(l.T("date.months")), strings.Fields(l.T("date.weekdays")), strings.Fields(l.T("date.months.whole"))
	if len(l.months) != 12 || len(l.weekdays) != 7 || len(l.whole) != 12 {
		return nil, fmt.Errorf("words %s: twelve months and seven days of the week are wanted", name)
	}
	return l, nil
}

// Langs lists the languages, English first.
func (c *Catalogue) Langs() []*Lang { return c.langs }

// Of is the language that somebody chose, else what his browser asks for, else English.
func (c *Catalogue) Of(chosen, accepts string) *Lang {
	for _, l := range c.langs {
		if l.Code == chosen {
			return l
		}
	}
	tags, _, err := language.ParseAcceptLanguage(accepts)
	if err != nil || len(tags) == 0 {
		return c.langs[0]
	}
	_, i, _ := c.matcher.Match(tags...)
	return c.langs[i]
}

// Has reports whether there is a text for the key.
func (l *Lang) Has(key string) bool {
	_, ok := l.texts[key]
	return ok
}

// T is the text of a key with values, given as name and value. The value n chooses between one and others. A key that
// there is not is shown as it is: a test finds it.
func (l *Lang) T(key string, pairs ...any) string {
	t, ok := l.texts[key]
	if !ok {
		return key
	}
	out := t.Other
	for i := 0; i+1 < len(pairs); i += 2 {
		if n, is := pairs[i+1].(int); is && pairs[i] == "n" && n == 1 && t.One != "" {
			out = t.One
		}
	}
	if len(pairs) == 0 {
		return out
	}
	var replace []string
	for i := 0; i+1 < len(pairs); i += 2 {
		replace = append(replace, "{"+fmt.Sprint(pairs[i])+"}", l.value(pairs[i+1]))
	}
	return strings.NewReplacer(replace...).Replace(out)
}

func (l *Lang) value(v any) string {
	switch v := v.(type) {
	case int:
		return l.Num(v)
	case int64:
		return l.Num(int(v))
	}
	return fmt.Sprint(v)
}

// Num is a number of things, in groups.
func (l *Lang) Num(n int) string { return l.digits(strconv.Itoa(n)) }

// Money is an amount with its currency's decimals, in groups.
func (l *Lang) Money(a fis.Amount, currency string) string { return l.digits(fis.Text(a, currency)) }

// Sum is an amount with its currency behind it.
func (l *Lang) Sum(a fis.Amount, currency string) string {
	return l.Money(a, currency) + "\u00a0" + fis.CurrencyName(currency)
}

// Digits is a decimal number in groups, for sentences.
func (l *Lang) Digits(number string) string { return l.digits(number) }

// digits writes a decimal number as the language does.
func (l *Lang) digits(s string) string {
	sign := ""
	if rest, is := strings.CutPrefix(s, "-"); is {
		sign, s = "\u2212", rest
	}
	whole, part, has := strings.Cut(s, ".")
	var groups []string
	for len(whole) > 3 {
		groups = append([]string{whole[len(whole)-3:]}, groups...)
		whole = whole[:len(whole)-3]
	}
	out := sign + strings.Join(append([]string{whole}, groups...), l.comma)
	if has {
		out += l.point + part
	}
	return out
}

// ErrTwice says that what was typed may mean two numbers.
var ErrTwice = fmt.Errorf("it may mean two amounts")

// ParseAmount reads an amount as people type it in the language: in groups or not.
func (l *Lang) ParseAmount(typed string) (fis.Amount, error) {
	s := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f', '\u2009', '’', '\'':
			return -1
		case '\u2212':
			return '-'
		}
		return r
	}, typed)
	if strings.Trim(s, "+-0123456789.,") != "" || strings.Trim(s, "+-.,") == "" { // a name of a file, or a word
		return fis.Amount{}, fmt.Errorf("%q is no amount", typed)
	}
	commas, points := strings.Count(s, ","), strings.Count(s, ".")
	last := strings.LastIndexAny(s, ",.")
	switch {
	case commas > 0 && points > 0: // the last one is the decimal mark
		if strings.Count(s, s[last:last+1]) > 1 {
			return fis.Amount{}, fmt.Errorf("%q is no amount", typed)
		}
		s = strings.NewReplacer(",", "", ".", "").Replace(s[:last]) + "." + s[last+1:]
	case commas+points > 1:
		s = strings.NewReplacer(",", "", ".", "").Replace(s)
	case commas+points == 1 && len(s)-last-1 == 3 && s[last:last+1] != l.point:
		return fis.Amount{}, ErrTwice
	case commas == 1:
		s = strings.Replace(s, ",", ".", 1)
	}
	return fis.ParseAmount(s)
}

// signs are the currencies that one sign means alone. $ and ¥ are the signs of several.
var signs = map[string]string{"€": "EUR", "£": "GBP"}

// ParseSum reads an amount as people type it, with its currency before or behind it (ISO 4217), or without one. Text is the amount alone, as it was typed.
func (l *Lang) ParseSum(typed string) (a fis.Amount, of, text string, err error) {
	text = strings.TrimSpace(typed)
	letters := func(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Sc, r) }
	for _, word := range []string{text[:len(text)-len(strings.TrimLeftFunc(text, letters))], text[len(strings.TrimRightFunc(text, letters)):]} {
		name, sign := signs[word], strings.Trim(word, "$¥€£") == ""
		if unit, err := currency.ParseISO(word); err == nil {
			name = unit.String()
		}
		if word == "" || name == "" && !sign {
			continue
		}
		rest := strings.TrimSpace(strings.TrimPrefix(strings.TrimSuffix(text, word), word))
		if a, err = l.ParseAmount(rest); err == nil || errors.Is(err, ErrTwice) {
			return a, name, rest, err
		}
	}
	a, err = l.ParseAmount(text)
	return a, "", text, err
}

// Date is a day with its year: 24 Nov 2026.
func (l *Lang) Date(t time.Time) string { return l.form(l.day, t) }

// Day is a day of this year: 24 Nov.
func (l *Lang) Day(t time.Time) string { return l.form(l.T("date.day"), t) }

// Weekday is a day of this year with the day of the week: Tue 24 Nov.
func (l *Lang) Weekday(t time.Time) string { return l.weekdays[t.Weekday()] + " " + l.Day(t) }

// WeekdayName is the day of the week: 0 is Sunday.
func (l *Lang) WeekdayName(d int) string { return l.weekdays[d] }

// Month is a month with its year: November 2026.
func (l *Lang) Month(t time.Time) string { return l.whole[t.Month()-1] + " " + t.Format("2006") }

// MonthName is a month: November.
func (l *Lang) MonthName(t time.Time) string { return l.whole[t.Month()-1] }

// Clock is the time of day, in 24 hours; Second with seconds.
func (l *Lang) Clock(t time.Time) string  { return t.Format("15:04") }
func (l *Lang) Second(t time.Time) string { return t.Format("15:04:05") }

func (l *Lang) form(form string, t time.Time) string {
	return strings.Replace(t.Format(form), t.Format("Jan"), l.months[t.Month()-1], 1)
}

// Took is how long something lasted: 6 min 12 s.
func (l *Lang) Took(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return l.digits(strconv.FormatFloat(d.Seconds(), 'f', 1, 64)) + " s"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}

// Bytes is a size: 56.8 MB.
func (l *Lang) Bytes(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return l.digits(strconv.FormatFloat(float64(n)/1e3, 'f', 1, 64)) + " kB"
	}
	return l.digits(strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64)) + " MB"
}
