package xml_test

import (
	stdxml "encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

// fuzzed are the same nested records in files of several encodings, with and without indentation.
const fuzzed = `
file: { kind: xml, ENCODING own: { root: "e:R", namespaces: { e: "urn:e" }, indent: INDENT } }
records:
  - name: doc
    own: { element: "Docs/Doc[@kind='journal']" }
    fields:
      - { name: id, own: { path: "@id" } }
      - { name: title }
      - { name: empty, own: { empty: empty } }
  - name: line
    parent: doc
    own: { element: Line }
    fields: [ { name: text, own: { path: . } }, { name: code, own: { path: "@e:code" } }, { name: amount, type: amount, decimals: "2", own: { path: "@amount" } } ]
`

// What is written is XML to the standard decoder, and what is read back of it says the same when it is written and
// read again: no text can become another value, a further element or an attribute.
func FuzzWriteReadBack(f *testing.F) {
	var plans []*layout.Plan
	for _, encoding := range []string{"", "encoding: iso-8859-1, unmappable: reference,", "encoding: windows-1252, unmappable: reference,", "line_breaks: keep,"} {
		for _, indent := range []string{"0", "1"} {
			plans = append(plans, compiled(f, strings.NewReplacer("ENCODING", encoding, "INDENT", indent).Replace(fuzzed)))
		}
	}
	for i, s := range []string{"plain", "A & B <c> \"d\" 'e' ]]>", "]]", "&amp;", "&#8364;", "€", "\t", " a ", "x\r\ny", "\r", "\x00", "\x0b", "e\u0301", "\u2028", "\uFEFF", "\uFFFE", "😀", "<!--", "<?x?>", "\u0085"} {
		f.Add(s, "b", uint8(i))
		f.Add("a", s, uint8(i+3))
	}
	f.Fuzz(func(t *testing.T, a, b string, which uint8) {
		p := plans[int(which)%len(plans)]
		rows := []row{{"doc", []layout.Value{layout.Text(a), layout.Text(b), {}}}, {"line", []layout.Value{layout.Text(b), layout.Text(a), Num(t, "-0.01")}},
			{"line", []layout.Value{layout.Text(a), {}, {}}}, {"doc", []layout.Value{layout.Text("end"), layout.Text(a), layout.Text(b)}}}
		for _, r := range rows {
			i, _ := p.Record(r.record)
			if _, err := p.Encode(nil, i, r.values, nil); err != nil {
				return // refused: nothing is written
			}
		}
		first := written(t, p, rows...)
		std := stdxml.NewDecoder(strings.NewReader(first))
		std.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
		elements := 0
		for {
			token, err := std.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil && strings.Contains(first, `encoding="UTF-8"`) {
				t.Fatalf("%q is no XML: %v", first, err)
			}
			if err != nil {
				break // bytes of another character set
			}
			if e, ok := token.(stdxml.StartElement); ok {
				if elements++; e.Name.Local == "Line" && len(e.Attr) > 2 {
					t.Fatalf("%q has a further attribute", first)
				}
			}
		}
		read, bad := ReadAll(t, p, []byte(first))
		if len(bad) > 0 || len(read) != len(rows) {
			t.Fatalf("%q: %d rows, %v", first, len(read), bad)
		}
		var again []row
		for _, r := range read {
			again = append(again, row{p.Records()[r.Record].Name, r.Values})
		}
		second := written(t, p, again...)
		reread, bad := ReadAll(t, p, []byte(second))
		if len(bad) > 0 || len(reread) != len(rows) {
			t.Fatalf("%q: %d rows, %v", second, len(reread), bad)
		}
		for i := range read {
			if !slices.EqualFunc(read[i].Values, reread[i].Values, Same) { // but for blanks around a text, which reading takes away
				t.Errorf("written\n%q\nread and written again\n%q", first, second)
			}
		}
	})
}
