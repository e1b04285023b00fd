package wording

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostile are texts that must not act, with what people see of them and what is passed on of them.
var hostile = []struct{ text, visible, line string }{
	{"plain name.csv", "plain name.csv", "plain name.csv"},
	{"\x1b[2Ja\x1b]0;title\x07b", `\x1b[2Ja\x1b]0;title\x07b`, "[2Ja ]0;title b"},
	{"a\nfisbridge: hint: your licence has expired", `a\nfisbridge: hint: your licence has expired`, "a fisbridge: hint: your licence has expired"},
	{"a\r\nb\tc\vd", `a\r\nb\tc\x0bd`, "a b c d"},
	{"\u009b31mred", `\u009b31mred`, "31mred"},
	{"invoice\u202egnp.exe", `invoice\u202egnp.exe`, "invoicegnp.exe"},
	{"\u2066a\u2069\u200e\u200f\u061c", `\u2066a\u2069\u200e\u200f\u061c`, "a"},
	{"pay\u200bpal\ufeff\u2060\u00ad", `pay\u200bpal\ufeff\u2060\u00ad`, "paypal"},
	{"a\u2028b\u2029c\u0085d", `a\u2028b\u2029c\u0085d`, "a b c d"},
	{"tag\U000e0041", `tag\U000e0041`, "tag"},
	{"bad\xff\xfebytes", `bad\xff\xfebytes`, "bad?bytes"},
	{"del\x7f", `del\x7f`, "del"},
	{"東京\u3000支店", "東京\u3000支店", "東京 支店"},
	{"می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻"},
	{"a\u200cb", `a\u200cb`, "ab"},
	{"\u3164\u2800", `\u3164\u2800`, ""},
}

func TestVisible(t *testing.T) {
	for _, c := range hostile {
		if got := Visible(c.text); got != c.visible {
			t.Errorf("Visible(%q) = %q, want %q", c.text, got, c.visible)
		}
		if got := Line(c.text); got != c.line {
			t.Errorf("Line(%q) = %q, want %q", c.text, got, c.line)
		}
	}
}

func FuzzVisible(f *testing.F) {
	for _, c := range hostile {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, out := range map[string]string{"Visible": Visible(s), "Line": Line(s)} {
			for _, r := range out {
				if r != '\u200c' && r != '\u200d' && !unicode.IsGraphic(r) && !unicode.Is(unicode.Co, r) {
					t.Errorf("%s(%q) holds %U", name, s, r)
				}
			}
		}
	})
}

func TestJSONKeepsValues(t *testing.T) {
	for _, c := range hostile {
		if !utf8.ValidString(c.text) {
			continue
		}
		raw, err := json.Marshal(map[string]string{"v": c.text})
		if err != nil {
			t.Fatal(err)
		}
		safe := JSON(raw)
		for _, r := range string(safe) {
			if !unicode.IsGraphic(r) {
				t.Errorf("%q holds %U", safe, r)
			}
		}
		var a, b map[string]string
		if err := json.Unmarshal(raw, &a); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(safe, &b); err != nil {
			t.Fatalf("%s: %v", safe, err)
		}
		if a["v"] != b["v"] {
			t.Errorf("%q became %q", a["v"], b["v"])
		}
	}
}

func TestReason(t *testing.T) {
	for _, blank := range []string{"", "  ", "\n\t", "\u200b", "\u3000\u00a0", "\u3164", "\u202e\u2066", "\x1b"} {
		if got, err := Reason(blank); !errors.Is(err, ErrNoReason) {
			t.Errorf("Reason(%q) = %q, %v", blank, got, err)
		}
	}
	if got, err := Reason(" agreed\nwith\x1b[2J the CFO "); err != nil || got != "agreed with [2J the CFO" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := Reason(strings.Repeat("ä", 1001)); err == nil {
		t.Error("a reason without end was taken")
	}
}
