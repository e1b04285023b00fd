package bridge_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// live is the heap that is in use when a step has done so many documents: early and late in it.
type live struct {
	early, late int
	at          map[string][2]uint64
}

// watchLive looks at the heap in the steps that tell their progress by documents.
func watchLive(w *world, early, late int) *live {
	l := &live{early: early, late: late, at: map[string][2]uint64{}}
	w.progress = func(what string, done, _ int) {
		step, _, _ := strings.Cut(what, " ")
		now := l.at[step]
		switch {
		case done >= l.early && now[0] == 0:
			now[0] = heapInUse()
		case done == l.late:
			now[1] = heapInUse()
		}
		l.at[step] = now
	}
	w.load()
	return l
}

func heapInUse() uint64 {
	runtime.GC()
	runtime.GC() // what the first one has only marked for its pools goes too
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// kept is how many bytes more are in use for each document between early and late.
func (l *live) kept(step string) (float64, bool) {
	at := l.at[step]
	return (float64(at[1]) - float64(at[0])) / float64(l.late-l.early), at[0] > 0 && at[1] > 0
}

// storeSmall puts so many acknowledged documents of one entry into the journal.
func (w *world) storeSmall(n int) {
	w.Helper()
	const entry = `{"entryId":"E","allocation":[{"journal":[{"journalAccountCode":"1","journalPayer":"COMP","journalPayee":"EMPL","amountGross":10,"amountNetOfTax":10}],"tax":[]}]}`
	ten, err := fis.ParseAmount("10.00")
	w.ok(err)
	for from := 0; from < n; from += 1000 {
		var arrivals []journal.Arrival
		var acks []journal.AckOutcome
		for i := from; i < min(from+1000, n); i++ {
			doc := fmt.Sprintf(`{"report":{"reportId":"R%d","employeeCurrencyAlphaCode":"EUR"},"expenseEntry":[%s]}`, i, entry)
			arrivals = append(arrivals, journal.Arrival{Envelope: fis.Envelope{ID: scaleID(i), DocType: fis.Expense,
				Document: []byte(doc)}, Route: "lines", Currency: "EUR", Amount: ten})
			acks = append(acks, journal.AckOutcome{DocID: scaleID(i), State: records.Acknowledged})
		}
		_, err := w.j.StoreArrivals(w.ctx, arrivals, w.clock.now(), "")
		w.ok(err)
		w.ok(w.j.SettleAck(w.ctx, acks))
	}
}

// What a run keeps of the documents that it has rendered does not grow with their number: neither with all in one file,
// nor with a file for each.
func TestMemoryDoesNotGrowWithTheDocuments(t *testing.T) {
	for _, c := range []struct {
		name, by        string
		early, n, files int
	}{{"one file", "run", 1500, 5500, 1}, {"a file for each document", "document.id", 100, 500, 500}} {
		t.Run(c.name, func(t *testing.T) {
			template := strings.Replace(lineTemplate, "by: run", "by: "+c.by, 1)
			w := newWorld(t, options{routes: lineRoute, mappings: map[string]string{"lines.yaml": "template: lines\n"},
				templates: fstest.MapFS{"lines/template.yaml": {Data: []byte(template)}}})
			w.storeSmall(c.n)
			l := watchLive(w, c.early, c.n)
			s := w.run(0)
			if s.Filed != c.n || s.Files != c.files {
				t.Fatalf("%d documents in %d files", s.Filed, s.Files)
			}
			if kept, ok := l.kept("render"); !ok || kept > 60 {
				t.Errorf("rendering keeps %.0f bytes of each document: %v", kept, l.at)
			}
		})
	}
}
