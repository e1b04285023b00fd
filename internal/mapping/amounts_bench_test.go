//go:build unix

package mapping_test

import (
	"bytes"
	"context"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// BenchmarkReadBack renders the same documents with and without reading the finished file back, by turns, and gives what the reading costs as a part of
// rendering without it, in time of the processors, so that other work beside it counts little. Run it with -benchtime=3x.
func BenchmarkReadBack(b *testing.B) {
	samples := sampleDocuments(b)
	for _, name := range []string{"bench", "generic-csv", "hledger-journal", "legacy-fixed", "concur-sae"} {
		b.Run(name, func(b *testing.B) {
			plan, docs, n := benchPlan(b), benchDocuments(200), 10_000
			if name != "bench" {
				plan, n = templatePlan(b, name), 5000
				docs = mappable(plan, samples)
			}
			var with, without, reading time.Duration
			for b.Loop() {
				renderInto(b, plan, plan.WithoutReadBack, docs, n, &without)
				renderInto(b, plan, plan.NewFile, docs, n, &with)
			}
			reading = with - without
			b.ReportMetric(float64(reading)/float64(without)*100, "%-more")
			b.ReportMetric(with.Seconds()/float64(n*b.N)*1e6, "µs/doc")
		})
	}
}

// mappable are the documents of which a plan makes rows, in one currency, so that they go into one file.
func mappable(plan *mapping.Plan, docs []fis.Envelope) []fis.Envelope {
	var out []fis.Envelope
	w := plan.NewWorker()
	for _, d := range docs {
		if p, err := w.Prepare(d); err == nil && p.Rows > 0 && p.Currency == "EUR" {
			out = append(out, d)
		}
	}
	return out
}

func renderInto(b *testing.B, plan *mapping.Plan, begin func(mapping.FileContext) (*mapping.File, error), docs []fis.Envelope, n int, took *time.Duration) {
	b.Helper()
	from := processorTime(b)
	var file *mapping.File
	err := plan.RenderAll(context.Background(), 0, cycle(docs, n), func(r mapping.Rendered) (err error) {
		if r.Err != nil {
			return r.Err
		}
		if file == nil {
			if file, err = begin(mapping.FileContext{Route: "bench", Sequence: 1, Created: made(), Group: r.Prepared.Group, TempDir: b.TempDir()}); err != nil {
				return err
			}
		}
		_, err = file.Add(r.Prepared)
		return err
	})
	if err == nil {
		var out *os.File
		if out, err = os.CreateTemp(b.TempDir(), "made-*"); err == nil {
			_, err = file.FinishIn(out)
			out.Close()
		}
	}
	if err != nil {
		b.Fatal(err)
	}
	*took += processorTime(b) - from
}

// processorTime is what this process has used, in it and in the system.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCompareFile reads an import file of 50,000 documents and compares it with them, as `report` does.
func BenchmarkCompareFile(b *testing.B) {
	const n = 50_000
	plan := templatePlan(b, "generic-csv")
	docs := mappable(plan, sampleDocuments(b))
	file, err := plan.NewFile(mapping.FileContext{Route: "bench", Sequence: 1, Created: made(), TempDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	var filed []mapping.Filed
	err = plan.RenderAll(context.Background(), 0, cycle(docs, n), func(r mapping.Rendered) error {
		part, err := file.Add(r.Prepared)
		filed = append(filed, mapping.Filed{DocID: part.DocID, First: part.FirstLine, Last: part.LastLine, Envelope: &r.Input.Envelope})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := file.Finish(&out); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		c, err := plan.CompareFile(context.Background(), "a.csv", bytes.NewReader(out.Bytes()), int64(out.Len()), func(yield func(mapping.Filed, error) bool) {
			for _, f := range filed {
				if !yield(f, nil) {
					return
				}
			}
		})
		if err != nil || c.Documents != n || len(c.Wrong) > 0 || c.Err != nil {
			b.Fatal(c, err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/file")
}
