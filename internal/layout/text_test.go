package layout_test

import (
	"errors"
	"strings"
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"

	"github.com/google/go-cmp/cmp"
)

// PITFALLS 58: what the host cannot hold is refused, replaced or transliterated as the layout says, and counted.
func TestUnmappableCharacters(t *testing.T) {
	tests := []struct{ encoding, unmappable, text, want, fails string }{
		{"us-ascii", "", "Łódź", "", `'Ł'`},
		{"us-ascii", "fail", "Łódź", "", `us-ascii does not have`},
		{"us-ascii", "replace", "Łódź", "??d?", ""},
		{"us-ascii", "table", "Łódź", "Lodz", ""},
		{"us-ascii", "table", "Straße Æsir Þór Œuvre", "Strasse AEsir THor OEuvre", ""},
		{"us-ascii", "table", "Zoe\u0308 e\u0301", "Zoe e", ""},
		{"iso-8859-1", "", "Zoe\u0308", "Zo\xEB", ""},       // decomposed letters: NFC first
		{"iso-8859-1", "", "Zoe\u200B\u0308", "Zo\xEB", ""}, // also when something that nobody sees stands between
		{"us-ascii", "table", "‘x’ – 5 € … Ａ", `'x' - 5 EUR ... A`, ""},
		{"us-ascii", "table", "東京", "", `'東'`},
		{"us-ascii", "table-or-replace", "Łódź 東京 😀", "Lodz ?? ?", ""},
		{"windows-1252", "table", "Łódź ß é", "L\xF3dz \xDF \xE9", ""},
		{"shift_jis", "", "5〜7", "", `'〜'`}, // wave dash
		{"shift_jis", "table", "5〜7", "5\x81\x607", ""},
		{"ebcdic-037", "replace", "A東", "\xC1\x6F", ""},
		{"", "", "東京 😀", "東京 😀", ""},
	}
	for _, tt := range tests {
		p := Compiled(t, Spec{Kind: Delimited, Encoding: tt.encoding, Unmappable: tt.unmappable}, One(Field{Name: "text"}))
		var notes Notes
		b, err := p.Encode(nil, 0, []Value{Text(tt.text)}, &notes)
		if tt.fails != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fails) {
				t.Errorf("%s %q %s: got %q, %v", tt.encoding, tt.text, tt.unmappable, b, err)
			}
			continue
		}
		if got := strings.TrimSuffix(string(b), string(p.LineEnd())); err != nil || got != tt.want {
			t.Errorf("%s %q %s: got %q, %v, want %q", tt.encoding, tt.text, tt.unmappable, got, err, tt.want)
		}
		changed := tt.unmappable != "" && tt.unmappable != "fail"
		if counted := len(notes.List(p)) == 1 && notes.List(p)[0] == (Note{Record: "line", Field: "text", Kind: Replaced, Count: 1}); counted != changed {
			t.Errorf("%s %q: notes %v", tt.encoding, tt.text, notes.List(p))
		}
	}
}

func TestOwnTransliterationWins(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited, Encoding: "us-ascii", Unmappable: "table", Transliterate: map[string]string{"ä": "ae", "東": "TO"}}, One(Field{Name: "text"}))
	if got, err := Encoded(p, Text("Bär 東 ö")); err != nil || got != "Baer TO o\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestCodesAreNeverChanged(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited, Encoding: "us-ascii", Unmappable: "table-or-replace", Quoting: "none"}, One(Field{Name: "code", Type: CodeType, Width: 5}))
	for _, code := range []string{"Łódź", "a\tb", "a,b", "123456", "a\u200Bb"} {
		if got, err := Encoded(p, Text(code)); err == nil {
			t.Errorf("%q became %q", code, got)
		}
	}
	for _, code := range []string{"00123", "12E45", "1-2", "-1", "=A"} {
		if got, err := Encoded(p, Text(code)); err != nil || got != code+"\n" {
			t.Errorf("%q became %q, %v", code, got, err)
		}
	}
}

// PITFALLS 59: clean, encode, cut at a character, pad, in that order.
func TestFixedTextKeepsItsColumns(t *testing.T) {
	tests := []struct {
		spec Spec
		text string
		want string
		note NoteKind
	}{
		{Spec{}, "a\tb\r\nc\x00d", "a b cd  ", Cleaned},
		{Spec{}, "Łódź Straße", "Łódź ", Cut}, // 4 letters of 2 bytes but one: Łódź is 7 bytes
		{Spec{}, "東京都庁", "東京  ", Cut},
		{Spec{Encoding: "us-ascii", Unmappable: "table"}, "Maßstäbe", "Massstab", Cut},
		{Spec{Encoding: "shift_jis"}, "東京都庁a", "\x93\x8C\x8B\x9E\x93\x73\x92\xA1", Cut},
		{Spec{Encoding: "ebcdic-037", Case: "upper"}, "Dinner", "\xC4\xC9\xD5\xD5\xC5\xD9\x40\x40", 255},
		{Spec{Case: "upper"}, "Maß", "MASS    ", 255},
	}
	for _, tt := range tests {
		tt.spec.Kind, tt.spec.LineEnd = Fixed, "none"
		p := Compiled(t, tt.spec, One(Field{Name: "text", Width: 8, Overflow: "cut"}))
		var notes Notes
		b, err := p.Encode(nil, 0, []Value{Text(tt.text)}, &notes)
		if err != nil || string(b) != tt.want || len(b) != 8 {
			t.Errorf("%q: got %q, %v, want %q", tt.text, b, err, tt.want)
		}
		if list := notes.List(p); tt.note != 255 && !HasNote(list, tt.note) {
			t.Errorf("%q: notes %v", tt.text, list)
		}
	}
}

// PITFALLS 60: one over the limit for each kind.
func TestOverflow(t *testing.T) {
	for _, kind := range []KindName{Delimited, Fixed} {
		fields := []Field{{Name: "amount", Type: AmountType, Width: 6, Decimals: "2"}, {Name: "number", Type: IntegerType, Width: 3}, {Name: "code", Type: CodeType, Width: 3},
			{Name: "date", Type: DateType, DateForm: "yyyy-MM-dd", Width: 9}, {Name: "strict", Width: 3}, {Name: "text", Width: 3, Overflow: "cut"}}
		p := Compiled(t, Spec{Kind: kind}, One(fields...))
		var notes Notes
		b, err := p.Encode([]byte("before"), 0, []Value{Num(t, "1000.00"), Num(t, "1000"), Text("abcd"), OnDay(2026, 3, 31), Text("abcd"), Text("abcd")}, &notes)
		var errs FieldErrors
		if !errors.As(err, &errs) || len(errs) != 5 || string(b) != "before" {
			t.Fatalf("%s: %q, %v", kind, b, err)
		}
		for i, e := range errs {
			if e.Record != "line" || e.Field != fields[i].Name || e.Value == "" || !strings.Contains(e.Reason.String(), "field") {
				t.Errorf("%s: %+v", kind, e)
			}
		}
		if diff := cmp.Diff([]Note{{Record: "line", Field: "text", Kind: Cut, Count: 1}}, notes.List(p)); diff != "" {
			t.Error(diff)
		}
		if _, err := p.Encode(nil, 0, []Value{Num(t, "100.00"), Num(t, "100"), Text("abc"), {}, Text("abc"), Text("abcd")}, nil); err != nil {
			t.Errorf("%s: what fits: %v", kind, err)
		}
	}
}

// PITFALLS 61: files for people are neutralised, files for machines left exact and flagged; amounts and codes
// untouched.
func TestFormulaInjection(t *testing.T) {
	for neutralise, want := range map[string]string{
		"people": "'=1+1,-5.00,-7\n'@x,-5.00,-7\n'+1 2,-5.00,-7\n'-x,-5.00,-7\nplain,-5.00,-7\n",
		"flag":   "=1+1,-5.00,-7\n@x,-5.00,-7\n+1 2,-5.00,-7\n-x,-5.00,-7\nplain,-5.00,-7\n",
		"off":    "=1+1,-5.00,-7\n@x,-5.00,-7\n+1 2,-5.00,-7\n-x,-5.00,-7\nplain,-5.00,-7\n",
	} {
		p := Compiled(t, Spec{Kind: Delimited, Neutralise: neutralise}, One(Field{Name: "text"}, Field{Name: "amount", Type: AmountType, Decimals: "2"}, Field{Name: "code", Type: CodeType}))
		var out []byte
		var notes Notes
		for _, text := range []string{"=1+1", "@x", "+1\t2", "-x", "plain"} {
			var err error
			if out, err = p.Encode(out, 0, []Value{Text(text), Num(t, "-5"), Text("-7")}, &notes); err != nil {
				t.Fatal(err)
			}
		}
		if string(out) != want {
			t.Errorf("%s: got %q", neutralise, out)
		}
		flagged := 0
		for _, n := range notes.List(p) {
			if n.Kind == Flagged {
				flagged += n.Count
			}
		}
		if wantFlagged := map[string]int{"people": 4, "flag": 4, "off": 0}[neutralise]; flagged != wantFlagged {
			t.Errorf("%s: %d flagged", neutralise, flagged)
		}
		rows, bad := ReadAll(t, p, out)
		if len(bad) > 0 || rows[0].Values[0].Text != "=1+1" {
			t.Errorf("%s: reads back as %v, %v", neutralise, rows, bad)
		}
	}
}

// The guard looks at what stands in the cell, as the program sees it that opens the file: behind blanks and characters
// that nobody sees, in full width, and after the charset or a replacement has made an equals sign of something else.
func TestFormulaGuardLooksAtTheCell(t *testing.T) {
	utf8Plan := Compiled(t, Spec{Kind: Delimited, Neutralise: "people"}, One(Field{Name: "text", Replace: map[string]string{"#": "="}}))
	latin := Compiled(t, Spec{Kind: Delimited, Neutralise: "people", Encoding: "iso-8859-1", Unmappable: "table"}, One(Field{Name: "text"}))
	for _, text := range []string{"\u200b=1", "\ufeff=1", "\u00ad=1", " =1", "\u00a0=1", "\u3000@x", "＝1+1", "＋1", "－1", "＠x", "\u2060+1", "\n=1", "#1+1", "−2"} {
		got, err := Encoded(utf8Plan, Text(text))
		if err != nil || !strings.HasPrefix(strings.Trim(got, `"`), "'") {
			t.Errorf("%q is %q, %v", text, got, err)
		}
	}
	if got, err := Encoded(latin, Text("＝1+1")); err != nil || got != "'=1+1\n" {
		t.Errorf("full width in ISO-8859-1 is %q, %v", got, err)
	}
	for _, text := range []string{"a=1", "  plain", "\u200bplain", "1-2", "(=1)", "'=1"} {
		if got, err := Encoded(utf8Plan, Text(text)); err != nil || strings.Count(got, "'") != strings.Count(text, "'") {
			t.Errorf("%q is %q, %v", text, got, err)
		}
	}
}

func TestTabAtTheStartIsAFormulaToo(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited, Neutralise: "people"}, One(Field{Name: "text"}))
	if got, err := Encoded(p, Text("\t=x")); err != nil || got != "' =x\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestReplacementsOfAField(t *testing.T) {
	f := Field{Name: "account", Replace: map[string]string{";": ",", "|": "/", ")": ""}, Collapse: true, NotStart: "(["}
	p := Compiled(t, Spec{Kind: Delimited, Quoting: "none", Delimiter: "tab"}, One(f))
	if got, err := Encoded(p, Text(" a;  b |c)\t d ")); err != nil || got != "a, b /c d\n" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := Encoded(p, Text("(virtual)")); err == nil || !strings.Contains(err.Error(), "begins with") {
		t.Errorf("got %v", err)
	}
}

func TestForbiddenCharacters(t *testing.T) {
	for forbidden, want := range map[string]string{"": "a b\"c d\n", "fail": ""} {
		p := Compiled(t, Spec{Kind: Delimited, Delimiter: "pipe", Quoting: "none", Forbidden: forbidden, ForbiddenChars: ";"}, One(Field{Name: "text"}))
		got, err := Encoded(p, Text("a|b\"c;d"))
		if got != want || (err != nil) != (forbidden == "fail") {
			t.Errorf("%s: got %q, %v", forbidden, got, err)
		}
	}
}
