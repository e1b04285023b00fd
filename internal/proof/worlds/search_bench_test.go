package worlds

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// BenchmarkSearch looks for rare and frequent words in a journal of many documents, in a file and in PostgreSQL that has no statistics of them.
// FISBRIDGE_LOOKS names another number of documents than 100,000.
func BenchmarkSearch(b *testing.B) {
	documents := 100_000
	if n, err := strconv.Atoi(os.Getenv("FISBRIDGE_LOOKS")); err == nil {
		documents = n
	}
	dir := b.TempDir()
	places := map[string]journal.Place{"file": {Path: filepath.Join(dir, "journal.db")}}
	if s := pgtest.Start(b, "autovacuum=off"); s != nil {
		places["server"] = s.Place(filepath.Join(dir, "served.db"))
	}
	for place, at := range places {
		manyIn(b, dir, at, documents)
		j, err := at.Open(b.Context(), time.Now, "test")
		if err != nil {
			b.Fatal(err)
		}
		for name, text := range map[string]string{"frequent": "week visit", "never-together": "hanlon 52 33", "rare": "hanlon week " + lookID(3)[:6], "nothing": "hanlon nobody"} {
			b.Run(place+"/"+name, func(b *testing.B) {
				for b.Loop() {
					if _, err := j.ListDocuments(b.Context(), records.Filter{Find: text, Limit: 25, Enough: 5000}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		if err := j.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
