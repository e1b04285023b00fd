package layout

import (
	"bytes"
	"testing"
)

func BenchmarkFixed(b *testing.B) {
	r := twelve()
	for i := range r.Fields {
		if r.Fields[i].Width == 0 {
			r.Fields[i].Width = 15
		}
		r.Fields[i].Collapse = false
	}
	p := plan(b, Spec{Kind: Fixed, Encoding: "windows-1252"}, r)
	values := twelveValues(b, 7)
	b.Run("encode", func(b *testing.B) {
		var dst []byte
		b.ReportAllocs()
		for b.Loop() {
			var err error
			if dst, err = p.Encode(dst[:0], 0, values, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	one, _ := p.Encode(nil, 0, values, nil)
	data := bytes.Repeat(one, 1000)
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			rows, bad := readAll(b, p, data)
			if len(rows) != 1000 || len(bad) > 0 {
				b.Fatal(bad)
			}
		}
	})
}

func BenchmarkPattern(b *testing.B) {
	r := twelve()
	r.Pattern = "{batch};{line};{date};{account:<12}[[ {center}]];{debit:>14};{currency} {text}"
	p := plan(b, Spec{Kind: PatternText}, r)
	values := twelveValues(b, 7)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if dst, err = p.Encode(dst[:0], 0, values, nil); err != nil {
			b.Fatal(err)
		}
	}
}
