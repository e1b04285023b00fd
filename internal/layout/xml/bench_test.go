package xml_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

// benched are the same records as XML and as CSV, with the values of one.
func benched(b *testing.B) (plans map[string]*layout.Plan, values []layout.Value) {
	fields := []layout.Field{{Name: "document", Type: layout.CodeType}, {Name: "date", Type: layout.DateType}, {Name: "account", Type: layout.CodeType}, {Name: "amount", Type: layout.AmountType, Decimals: "2"},
		{Name: "currency", Type: layout.CodeType}, {Name: "text"}, {Name: "centre", Type: layout.CodeType}}
	values = []layout.Value{layout.Text("8B529375F4D95FD281B8"), OnDay(2026, 11, 2), layout.Text("640100"), Num(b, "-1234.56"), layout.Text("EUR"), layout.Text("Taxi to the airport & back"), layout.Text("4100")}
	spec, records := declared(b, "file: { kind: xml, own: { root: R, indent: 1 } }\nrecords: [ { name: line, own: { element: Line } } ]")
	records[0].Fields = fields
	return map[string]*layout.Plan{"xml": Compiled(b, spec, records...), "csv": Compiled(b, layout.Spec{Kind: layout.Delimited}, One(fields...))}, values
}

// Writing, in bytes of the file.
func BenchmarkEncode(b *testing.B) {
	plans, values := benched(b)
	for _, kind := range []string{"xml", "csv"} {
		b.Run(kind, func(b *testing.B) {
			f, err := plans[kind].NewFile(io.Discard)
			if err != nil {
				b.Fatal(err)
			}
			var buf []byte
			for b.Loop() {
				if buf, err = plans[kind].Encode(buf[:0], 0, values, nil); err != nil {
					b.Fatal(err)
				}
				if err := f.Write(buf); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(buf)))
		})
	}
}

// Reading back what is held against the documents: the amount and two codes.
func BenchmarkReadBack(b *testing.B) {
	plans, values := benched(b)
	for _, kind := range []string{"xml", "csv"} {
		p := plans[kind]
		rows := make([][]layout.Value, 10_000)
		for i := range rows {
			rows[i] = values
		}
		file := Written(b, p, rows...)
		b.Run(kind, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				r, err := p.NewPartReader(bytes.NewReader(file), int64(len(file)), layout.Limits{}, layout.Part{Want: [][]bool{{true, false, false, true, true, false, false}}})
				if err != nil {
					b.Fatal(err)
				}
				for err == nil {
					_, err = r.Next()
				}
				if !errors.Is(err, io.EOF) {
					b.Fatal(err)
				}
			}
		})
	}
}
