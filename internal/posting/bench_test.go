package posting

import (
	"encoding/json"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// BenchmarkDerive derives a report of five entries with tax, the usual size.
func BenchmarkDerive(b *testing.B) {
	var entries []obj
	for range 5 {
		entries = append(entries, entryOf("N1", allocOf("A1", rows(rowOf("EMPL", "120.00000000", "6000").nets("100.00000000", "110.00000000")), taxOf("20.00000000", "10.00000000", "VAT"))).with("entryApprovedAmount", n("120")))
	}
	doc := parseDoc(b, "", report(entries...))
	b.ReportAllocs()
	for b.Loop() {
		r, err := Derive(doc, Options{})
		if err != nil || len(r.Lines) != 20 {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseAndDerive starts from the JSON.
func BenchmarkParseAndDerive(b *testing.B) {
	raw, err := json.Marshal(simple(rows(rowOf("EMPL", "120.00000000", "6000").nets("100.00000000", "110.00000000")), taxOf("20.00000000", "10.00000000", "VAT")))
	if err != nil {
		b.Fatal(err)
	}
	p := fis.NewParser(Wanted)
	b.ReportAllocs()
	for b.Loop() {
		doc, err := p.Parse(fis.Envelope{Document: raw})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Derive(doc, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
