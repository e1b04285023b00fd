package mapping_test

import (
	"bytes"
	"testing"
	"testing/fstest"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
)

// BenchmarkCompare compares two versions over 5,000 documents of some 28 KB; issue 4 wants that within 10 seconds.
func BenchmarkCompare(b *testing.B) {
	older := benchPlan(b)
	docs := benchDocuments(5000)
	for _, c := range []struct{ name, was, is string }{
		{"one account changes", `["640001", "040001"]`, `["640001", "040002"]`},
		{"every line changes", "Text: entryDescription", "Text: UPPER(entryDescription)"},
	} {
		newer, findings := mapping.LoadBytes(fstest.MapFS{"bench/template.yaml": {Data: []byte(benchTemplate)}}, "bench.yaml", bytes.Replace(older.Bytes(), []byte(c.was), []byte(c.is), 1))
		if err := findings.Err(); err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			for range b.N {
				i := 0
				d, err := compare.Plans(b.Context(), older, newer, 0, time.Time{}, func() (fis.Envelope, bool, error) {
					if i++; i > len(docs) {
						return fis.Envelope{}, false, nil
					}
					return docs[i-1], true, nil
				}, nil)
				if err != nil || d.Documents != len(docs) || d.ChangedLines == 0 {
					b.Fatalf("%v, %s", err, d.Sentence)
				}
			}
			b.ReportMetric(float64(len(docs))*float64(b.N)/b.Elapsed().Seconds(), "documents/s")
		})
	}
}
