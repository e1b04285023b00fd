package xlsx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// told writes down what stands in a part, by the standard library: texts that follow each other are one.
func told(in string) (out []string, err error) {
	d := xml.NewDecoder(strings.NewReader(in))
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			tag := "<" + t.Name.Local
			for _, a := range t.Attr {
				name := a.Name.Local
				if a.Name.Space != "" {
					name = a.Name.Space + ":" + name
				}
				tag += fmt.Sprintf(" %s=%q", name, a.Value)
			}
			out = append(out, tag)
		case xml.EndElement:
			out = append(out, "</"+t.Name.Local)
		case xml.CharData:
			out = withText(out, string(t))
		}
	}
}

func withText(out []string, text string) []string {
	if text == "" {
		return out
	}
	if n := len(out); n > 0 && out[n-1][0] == '|' {
		out[n-1] += text
		return out
	}
	return append(out, "|"+text)
}

// ours does the same by our own reader.
func ours(in io.Reader) (out []string, err error) {
	t := newTokens(in)
	for {
		if err := t.next(); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return out, err
		}
		switch t.kind {
		case startTag:
			tag := "<" + string(t.name)
			for _, a := range t.attrs {
				tag += fmt.Sprintf(" %s=%q", a.name, a.value)
			}
			out = append(out, tag)
		case endTag:
			out = append(out, "</"+string(t.name))
		case charData:
			out = withText(out, string(t.text))
		}
	}
}

func same(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }

var parts = []string{
	`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n" + `<worksheet xmlns="a" xmlns:r="b"><sheetData><row r="1" spans='1:2'><c r="A1" t="s"><v>0</v></c><c r="B1"/></row></sheetData></worksheet>`,
	`<x:c r:id="1&amp;2" a = "&lt;&#65;&#x1F600;&quot;"><x:v>a &gt; b&#13;` + "\r\n\rc</x:v ></x:c>",
	`<t xml:space="preserve">  ]] ü 東京 🙂 </t><!-- <c> ]]> --><![CDATA[<a> & ]] b]]><?pi <x>?><b/>`,
	`<a b="c>d" e='"'>x</a>`, `<!DOCTYPE x><a/>`, `<a b=c/>`, `<a b/>`, `<a>&nope;</a>`, `<a>&#0;</a>`, `<a>]]></a>`, "<a>\x01</a>", "<a>\xff</a>", `<a b="<"/>`, `<a`, `<a>x`, `</a:b:c>`,
	`<?xml version="1.0" encoding="iso-8859-1"?><a/>`, `<!--x`, `<a b="1" b="2"/>`, `<a>&`, `&lt`, `< a/>`, `</ a>`, `<a/ >`,
}

// TestTokensAreThoseOfTheStandardLibrary compares both, whole and byte by byte.
func TestTokensAreThoseOfTheStandardLibrary(t *testing.T) {
	long := `<a>` + strings.Repeat("ü&amp;]\r\n", 4_000) + `</a><b c="` + strings.Repeat("x", 80_000) + `"/>`
	for _, part := range append([]string{long}, parts...) {
		want, wrong := told(part)
		for name, in := range map[string]io.Reader{"whole": strings.NewReader(part), "byte by byte": iotest.OneByteReader(strings.NewReader(part))} {
			got, err := ours(in)
			if (err == nil) != (wrong == nil) {
				t.Errorf("%s, %.80q: %v, and the standard library %v", name, part, err, wrong)
			} else if err == nil && !same(got, want) {
				t.Errorf("%s, %.80q:\n%.300q\nwant\n%.300q", name, part, got, want)
			}
		}
	}
}

// FuzzTokens: what we read the standard library reads too, and the same; it may take what we refuse.
func FuzzTokens(f *testing.F) {
	for _, part := range parts {
		f.Add([]byte(part))
	}
	f.Fuzz(func(t *testing.T, part []byte) {
		got, err := ours(bytes.NewReader(part))
		if err != nil {
			return
		}
		want, err := told(string(part))
		if err != nil && strings.Contains(err.Error(), "invalid XML name") && bytes.ContainsFunc(part, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return // which letters beyond ASCII a name may have makes no difference
		}
		if err != nil && (strings.Contains(err.Error(), "version") || strings.Contains(err.Error(), "encoding")) {
			return // what it declares of itself
		}
		if err != nil || !same(got, want) {
			t.Errorf("%q\n%q\n%q %v", part, got, want, err)
		}
	})
}
