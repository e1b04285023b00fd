package functions

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// MaxText is the longest text that a formula may make, in bytes: what a cell of Excel holds.
const MaxText = 32767

// Texts are the functions of texts.
func Texts() []*Function {
	n := func(v int64) layout.Value { return layout.Number(WholeNumber(v)) }
	info := func(syntax, meaning, example, result string) Info {
		return Info{Syntax: syntax, Meaning: meaning, Example: example, Result: result}
	}
	text := func(do func(string) string) func(layout.Value) (layout.Value, error) {
		return func(a layout.Value) (layout.Value, error) { return layout.Text(do(a.Text)), nil }
	}
	t1, tn, tt := []Type{Text}, []Type{Text, Number}, []Type{Text, Text}
	one, blank := []layout.Value{n(1)}, []layout.Value{layout.Text(" ")}
	return []*Function{
		{Info: info("LEFT(text; [characters])", "the first characters", `LEFT("Hotel"; 3)`, "Hot"),
			Result: Text, Params: tn, Defaults: one, F2: left},
		{Info: info("RIGHT(text; [characters])", "the last characters", `RIGHT("Hotel"; 2)`, "el"),
			Result: Text, Params: tn, Defaults: one, F2: right},
		{Info: info("MID(text; start; characters)", "characters from the middle; the first is 1",
			`MID("DE-0400-X"; 4; 4)`, "0400"), Result: Text, Params: []Type{Text, Number, Number}, F3: mid},
		{Info: info("LEN(text)", "how many characters; 0 for a blank", `LEN("Łódź")`, "4"), Result: Number,
			Params: t1, SeesBlank: true,
			F1: func(a layout.Value) (layout.Value, error) { return n(int64(utf8.RuneCountInString(a.Text))), nil }},
		{Info: info("UPPER(text)", "in capital letters", `UPPER("hotel")`, "HOTEL"), Result: Text, Params: t1,
			F1: text(strings.ToUpper)},
		{Info: info("LOWER(text)", "in small letters", `LOWER("HOTEL")`, "hotel"), Result: Text, Params: t1,
			F1: text(strings.ToLower)},
		{Info: info("PROPER(text)", "each word with a capital letter", `PROPER("hotel berlin")`,
			"Hotel Berlin"), Result: Text, Params: t1, F1: text(proper)},
		{Info: info("TRIM(text)", "without blanks at both ends, and one blank between words",
			`TRIM("  two   words ")`, "two words"), Result: Text, Params: t1, F1: text(trim)},
		{Info: info("CLEAN(text)", "without line breaks, tabs and other control characters", `CLEAN("clean")`,
			"clean"), Result: Text, Params: t1, F1: text(clean)},
		{Info: info("SUBSTITUTE(text; old; new; [which])", "with another text for each place where the old "+
			"one stands, or only for the first, second…; case counts", `SUBSTITUTE("1-2-3"; "-"; "/")`, "1/2/3"),
			Result: Text,
			Params: []Type{Text, Text, Text, Number}, Defaults: []layout.Value{n(0)}, F4: substitute},
		{Info: info("REPLACE(text; start; characters; new)", "with another text in place of these characters",
			`REPLACE("DE100"; 1; 2; "AT")`, "AT100"), Result: Text, Params: []Type{Text, Number, Number, Text},
			F4: replace},
		{Info: info("FIND(what; text; [start])", "the place of a text in another, from 1; case counts; an "+
			"error when it is not there", `FIND("-"; "DE-100")`, "3"), Result: Number,
			Params: []Type{Text, Text, Number}, Defaults: one, F3: find, SeesBlank: true},
		{Info: info("SEARCH(what; text; [start])", "FIND without regard to case; * and ? stand for themselves",
			`SEARCH("h"; "Hotel")`, "1"), Result: Number,
			Params: []Type{Text, Text, Number}, Defaults: one, F3: search, SeesBlank: true},
		{Info: info("REPT(text; times)", "the text several times", `REPT("0"; 4)`, "0000"), Result: Text,
			Params: tn, F2: rept},
		{Info: info("EXACT(text; other)", "whether two texts are the same in every character; = does not "+
			"mind case", `EXACT("a"; "A")`, "N"), Result: Bool, Params: tt, SeesBlank: true,
			F2: func(a, b layout.Value) (layout.Value, error) { return yes(a.Text == b.Text) }},
		{Info: info("STARTSWITH(text; beginning)", "whether the text begins so; case does not count",
			`STARTSWITH("Hotel Berlin"; "hotel")`, "Y"), Result: Bool, Params: tt, SeesBlank: true,
			F2: func(a, b layout.Value) (layout.Value, error) {
				return yes(strings.HasPrefix(fold(a.Text), fold(b.Text)))
			}},
		{Info: info("ENDSWITH(text; end)", "whether the text ends so; case does not count",
			`ENDSWITH("Hotel Berlin"; "berlin")`, "Y"), Result: Bool, Params: tt, SeesBlank: true,
			F2: func(a, b layout.Value) (layout.Value, error) {
				return yes(strings.HasSuffix(fold(a.Text), fold(b.Text)))
			}},
		{Info: info("CONTAINS(text; part)", "whether the part stands in the text; case does not count",
			`CONTAINS("Hotel Berlin"; "TEL")`, "Y"), Result: Bool, Params: tt, SeesBlank: true,
			F2: func(a, b layout.Value) (layout.Value, error) {
				return yes(strings.Contains(fold(a.Text), fold(b.Text)))
			}},
		{Info: info("PADLEFT(text; width; [with])", "filled up on the left to a width, with blanks or "+
			"another character; longer texts stay", `PADLEFT("4711"; 10; "0")`, "0000004711"), Result: Text,
			Params: []Type{Text, Number, Text}, Defaults: blank, F3: padLeft},
		{Info: info("PADRIGHT(text; width; [with])", "filled up on the right", `PADRIGHT("AB"; 4; ".")`,
			"AB.."), Result: Text, Params: []Type{Text, Number, Text}, Defaults: blank, F3: padRight},
		{Info: info("ONLYDIGITS(text)", "the digits 0 to 9 of a text", `ONLYDIGITS("DE 123-4")`, "1234"),
			Result: Text, Params: t1, F1: text(onlyDigits)},
		{Info: info("ONLYLETTERS(text)", "the letters of a text", `ONLYLETTERS("DE 123-4")`, "DE"),
			Result: Text, Params: t1, F1: text(onlyLetters)},
		{Info: info("TRANSLIT(text; [language])",
			`without accents and special letters; "de" writes ä as ae; letters without a Latin counterpart stay`,
			`TRANSLIT("Łódź, Köln"; "de")`, "Lodz, Koeln"), Result: Text,
			Params: tt, Defaults: []layout.Value{{}}, F2: translit},
		{Info: info("VALUE(text)", "the number in a text, with a point as decimal mark and nothing else; a "+
			"text that is none is an error", `VALUE("0012.50")`, "12.5"), Result: Number, Params: []Type{Any},
			F1: value},
		{Info: info("NUMBERVALUE(text; [decimal_mark]; [thousands_mark])", "the number in a text that is written with these "+
			"marks, a point and a comma where nothing is said; blanks in it do not count, % divides by 100",
			`NUMBERVALUE("1.234,50"; ","; ".")`, "1234.5"), Result: Number, Params: []Type{Any, Text, Text},
			Defaults: []layout.Value{layout.Text("."), layout.Text(unsaid)}, F3: numberValue},
		{Info: info("CHAR(number)", "the character with this number, for example 9 for a tab", `CHAR(65)`, "A"),
			Result: Text, Params: []Type{Number}, F1: char},
	}
}

func fold(s string) string { return strings.ToLower(s) }

// whole reads a number of characters, places or times.
func whole(v layout.Value, least int64, what string) (int, error) {
	if n, ok := v.Number.Small(); ok && v.Number.Exponent() == 0 && n <= 9999 && n >= least {
		return int(n), nil
	}
	if !v.Number.IsInteger() || v.Number.LessThan(WholeNumber(least)) {
		return 0, failure(Arithmetic, "%s must be a whole number from %d on, but is %s", what, least,
			clip(v.Number.String()))
	}
	if v.Number.GreaterThan(WholeNumber(MaxText)) {
		return MaxText + 1, nil
	}
	return int(v.Number.IntPart()), nil
}

// Limited refuses a text that is too long before it is made.
func Limited(length int) error {
	if length > MaxText {
		return failure(TooLarge, "the text is longer than %d bytes", MaxText)
	}
	return nil
}

// cut gives the bytes at which the first n characters end.
func cut(s string, n int) int {
	if n >= len(s) {
		return len(s)
	}
	at := 0
	for ; n > 0 && at < len(s); n-- {
		if s[at] < utf8.RuneSelf {
			at++
			continue
		}
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

func left(a, b layout.Value) (layout.Value, error) {
	n, err := whole(b, 0, "the number of characters")
	return layout.Text(a.Text[:cut(a.Text, n)]), err
}

func right(a, b layout.Value) (layout.Value, error) {
	n, err := whole(b, 0, "the number of characters")
	if all := utf8.RuneCountInString(a.Text); n < all {
		return layout.Text(a.Text[cut(a.Text, all-n):]), err
	}
	return a, err
}

func mid(a, b, c layout.Value) (layout.Value, error) {
	start, err := whole(b, 1, "the start")
	if err != nil {
		return a, err
	}
	n, err := whole(c, 0, "the number of characters")
	rest := a.Text[cut(a.Text, start-1):]
	return layout.Text(rest[:cut(rest, n)]), err
}

func proper(s string) string {
	inside := false
	return strings.Map(func(r rune) rune {
		letter := unicode.IsLetter(r) || unicode.IsMark(r) || r == '\'' || r == '’'
		first := letter && !inside
		inside = letter
		if first {
			return unicode.ToTitle(r)
		}
		return unicode.ToLower(r)
	}, s)
}

func trim(s string) string { return strings.Join(strings.FieldsFunc(s, IsBlank), " ") }

func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, s)
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func onlyLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return -1
		}
		return r
	}, s)
}

func rept(a, b layout.Value) (layout.Value, error) {
	n, err := whole(b, 0, "the number of times")
	if err == nil {
		err = Limited(n * len(a.Text))
	}
	if err != nil {
		return a, err
	}
	return layout.Text(strings.Repeat(a.Text, n)), nil
}

func substitute(a, old, with, which layout.Value) (layout.Value, error) {
	n, err := whole(which, 0, "which place")
	if err != nil || old.Text == "" {
		return a, err
	}
	if n == 0 {
		if err := Limited(len(a.Text) + strings.Count(a.Text, old.Text)*(len(with.Text)-len(old.Text))); err != nil {
			return a, err
		}
		return layout.Text(strings.ReplaceAll(a.Text, old.Text, with.Text)), nil
	}
	at := 0
	for ; n > 0; n-- {
		i := strings.Index(a.Text[at:], old.Text)
		if i < 0 {
			return a, nil
		}
		at += i
		if n > 1 {
			at += len(old.Text)
		}
	}
	return joined(a.Text[:at], with.Text, a.Text[at+len(old.Text):])
}

func replace(a, b, c, with layout.Value) (layout.Value, error) {
	start, err := whole(b, 1, "the start")
	if err != nil {
		return a, err
	}
	n, err := whole(c, 0, "the number of characters")
	if err != nil {
		return a, err
	}
	from := cut(a.Text, start-1)
	return joined(a.Text[:from], with.Text, a.Text[from+cut(a.Text[from:], n):])
}

func joined(a, b, c string) (layout.Value, error) {
	if err := Limited(len(a) + len(b) + len(c)); err != nil {
		return layout.Value{}, err
	}
	return layout.Text(a + b + c), nil
}

func find(what, in, start layout.Value) (layout.Value, error) {
	return place(what.Text, in.Text, start, what.Text)
}

func search(what, in, start layout.Value) (layout.Value, error) {
	return place(fold(what.Text), fold(in.Text), start, what.Text)
}

func place(what, in string, start layout.Value, shown string) (layout.Value, error) {
	n, err := whole(start, 1, "the start")
	if err != nil {
		return layout.Value{}, err
	}
	from := cut(in, n-1)
	i := strings.Index(in[from:], what)
	if i < 0 {
		return layout.Value{}, failure(NotFound, "there is no %q in the text", clip(shown))
	}
	return layout.Number(WholeNumber(int64(utf8.RuneCountInString(in[:from+i]) + 1))), nil
}

func padLeft(a, b, with layout.Value) (layout.Value, error) {
	fill, err := filling(a, b, with)
	return layout.Text(fill + a.Text), err
}

func padRight(a, b, with layout.Value) (layout.Value, error) {
	fill, err := filling(a, b, with)
	return layout.Text(a.Text + fill), err
}

func filling(a, b, with layout.Value) (string, error) {
	n, err := whole(b, 0, "the width")
	if err != nil {
		return "", err
	}
	if utf8.RuneCountInString(with.Text) != 1 {
		return "", failure(Arithmetic, "it is filled up with one character, not with %q", clip(with.Text))
	}
	n -= utf8.RuneCountInString(a.Text)
	if err := Limited(len(a.Text) + n*len(with.Text)); err != nil || n <= 0 {
		return "", err
	}
	return strings.Repeat(with.Text, n), nil
}

// value reads FIS's and Excel's plain spelling only: what thousands marks and decimal commas mean is not guessed.
func value(a layout.Value) (layout.Value, error) {
	switch a.Kind {
	case layout.NumberKind:
		return a, nil
	case layout.TextKind:
		n, err := fis.ParseAmount(a.Text)
		if err != nil {
			return a, failure(Unreadable, "%q is not a number (digits and a point as decimal mark)", clip(a.Text))
		}
		return layout.Number(n), nil
	}
	return a, failure(WrongType, "VALUE reads a text, not %s", TypeOf(a))
}

func char(a layout.Value) (layout.Value, error) {
	n, err := whole(a, 1, "the number of the character")
	if err == nil && (n > MaxText || !utf8.ValidRune(rune(n))) {
		err = failure(Arithmetic, "there is no character %s", clip(a.Number.String()))
	}
	return layout.Text(string(rune(n))), err
}

// IsBlank takes what spreadsheets and word processors leave behind: non-breaking and zero-width blanks as well.
func IsBlank(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\u2060' || r == '\ufeff'
}
