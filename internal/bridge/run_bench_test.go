package bridge_test

import (
	"fmt"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/samples"
)

// BenchmarkRun makes whole runs against the simulated service over HTTP, with documents of 30 KB, each with several entries: fetched, stored,
// acknowledged, rendered by the ready generic-csv workbook, dropped into a folder. Then the ERP answers, and a second run reads that and
// confirms. lock-p99-ms is how long a document was offered to us and not locked yet. Peak memory is that of the whole process, the
// simulator with it; compare the two sizes.
//
//	go test -run '^$' -bench Run -benchtime 1x ./internal/bridge
func BenchmarkRun(b *testing.B) {
	body := sampleDocument(b)
	for _, n := range []int{1_000, 20_000} {
		b.Run(fmt.Sprintf("%d_documents", n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				w := newWorld(b, options{realClock: true, concur: "  confirm_batch: 100\n"})
				ids := make([]string, n)
				for i := range ids {
					ids[i] = scaleID(i)
					_, err := w.fis.Add(fis.Envelope{ID: ids[i], DocType: fis.Expense, Document: body}) // the same bytes, so that the simulator stays small
					w.ok(err)
				}
				peak := newPeak(b)
				b.StartTimer()
				s := fullRun(b, w)
				b.StopTimer()
				peak.report(b)
				if s.Acknowledged != n || s.Filed != n || s.Dropped != 1 {
					b.Fatalf("%+v", s)
				}
				b.ReportMetric(float64(s.LockP99), "lock-p99-ms")
				b.ReportMetric(s.Ended.Sub(s.Started).Seconds(), "s/out")
				lines := make([]string, n)
				for i, id := range ids {
					lines[i] = posted(id, fmt.Sprint(1900000000+i))
				}
				w.answer("1", lines...)
				b.StartTimer()
				back := fullRun(b, w)
				if back.Confirmed != n {
					b.Fatalf("%+v", back)
				}
				b.ReportMetric(back.Ended.Sub(back.Started).Seconds(), "s/back")
			}
		})
	}
}

func fullRun(b *testing.B, w *world) *bridge.Summary {
	s, err := w.b.Run(w.ctx)
	if err != nil || s.Exit != bridge.ExitDone {
		b.Fatalf("%v %+v", err, s)
	}
	return s
}

// sampleDocument is the JSON of a sample report with several entries.
func sampleDocument(b *testing.B) []byte {
	f, err := samples.Documents().Open("02-cash-several-entries.json")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var body []byte
	if err := fis.ReadDocuments(f, "sample", func(e fis.Envelope) error { body = e.Document; return nil }); err != nil {
		b.Fatal(err)
	}
	return body
}
