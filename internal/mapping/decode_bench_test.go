package mapping_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// BenchmarkMapping shows what mapping adds to the decoding of documents: 20,000 of 28 KB to twelve columns with two lookups, on one processor.
// Each 200 documents are decoded into typed structs by encoding/json, parsed by our parser, and then, parsed, made into the lines of a file
// (posting lines, formulas, lookups, encoding), in turn, so that all three have the same machine.
//
//	go test -run '^$' -bench Mapping -benchtime 1x ./internal/mapping
func BenchmarkMapping(b *testing.B) {
	const n = 20_000
	docs := benchDocuments(200)
	plan := benchPlan(b)
	w := plan.NewWorker()
	parser := fis.NewParser(func(name string) bool {
		return posting.Wanted(name) || slices.Contains([]string{"allocationCustom2Code", "entryDescription", "expenseTypeCode"}, name)
	})
	var structs, parsing, adds time.Duration
	for b.Loop() {
		file, err := plan.NewFile(mapping.FileContext{Route: "bench", Sequence: 1, Created: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), TempDir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		parsed := make([]*fis.Document, len(docs))
		for range n / len(docs) {
			structs += timed(b, docs, func(_ int, env fis.Envelope) error {
				var d handDocument
				return json.Unmarshal(env.Document, &d)
			})
			parsing += timed(b, docs, func(i int, env fis.Envelope) (err error) {
				parsed[i], err = parser.Parse(env)
				return err
			})
			adds += timed(b, docs, func(i int, _ fis.Envelope) error {
				p, err := w.PrepareDocument(parsed[i])
				if err == nil {
					_, err = file.Add(p)
				}
				return err
			})
		}
		file.Abort()
	}
	b.ReportMetric(float64(structs.Microseconds())/float64(b.N)/n, "µs-structs/doc")
	b.ReportMetric(float64(parsing.Microseconds())/float64(b.N)/n, "µs-parser/doc")
	b.ReportMetric(float64(adds.Microseconds())/float64(b.N)/n, "µs-mapping/doc")
	b.ReportMetric(adds.Seconds()/structs.Seconds(), "mapping/structs")
	b.ReportMetric(adds.Seconds()/parsing.Seconds(), "mapping/parser")
	b.ReportMetric((parsing+adds).Seconds()/structs.Seconds(), "whole/structs")
}

// timed does something with every document and tells how long that took.
func timed(b *testing.B, docs []fis.Envelope, do func(int, fis.Envelope) error) time.Duration {
	start := time.Now()
	for i, env := range docs {
		if err := do(i, env); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}
