package json_test

import (
	stdjson "encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

const fuzzed = `
file: { kind: json, ENCODING own: SHAPE }
records:
  - name: doc
    fields: [ { name: id }, { name: title }, { name: empty } ]
  - name: line
    parent: doc
    own: { list: lines }
    fields: [ { name: text }, { name: code, type: code }, { name: amount, type: amount, decimals: "2" } ]
`

// What is written is JSON to the standard decoder, and what is read back of it says the same when it is written and
// read again.
func FuzzWriteReadBack(f *testing.F) {
	var plans []*layout.Plan
	for _, encoding := range []string{"", "encoding: us-ascii, unmappable: reference,", "line_breaks: keep,"} {
		for _, shape := range []string{"{ form: array }", "{ form: lines }", "{ form: array, empty: nil, amounts: string }", "{ form: lines, empty: nil }"} {
			plans = append(plans, compiled(f, strings.NewReplacer("ENCODING", encoding, "SHAPE", shape).Replace(fuzzed)))
		}
	}
	for i, s := range []string{"plain", `a"b\c/d`, "\\u0041", "€", "\t", " a ", "x\r\ny", "\x00", "\x1f", "\x7f", "e\u0301", "\u2028", "\uFEFF", "😀", "{", "]", "</script>", "\xff"} {
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
		for rest := stdjson.NewDecoder(strings.NewReader(first)); rest.More(); {
			var v any
			if err := rest.Decode(&v); err != nil {
				t.Fatalf("%q is no JSON: %v", first, err)
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
