package journaltest

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/pressly/goose/v3"
)

// An id is given once: that of a row which is gone is not given again, and a journal of an older version goes on behind
// its newest ones.
func testIDsAreGivenOnce(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "journal.db")
	_, c := open(t)
	reopen := func() *journal.Journal {
		t.Helper()
		j, err := database.Open(ctx, path, c.now, "test")
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	newest := func(j *journal.Journal, table string) (id int64) {
		t.Helper()
		if err := ledger.QueryRow(ctx, j.Ledger, `SELECT MAX(id) FROM `+table).Scan(&id); err != nil {
			t.Fatal(err)
		}
		return id
	}
	j := reopen()
	for i := range 3 { // each is forgotten for the next one
		if _, err := j.RefuseMapping(ctx, records.MappingVersion{Route: "r", Name: "m.xlsx", FileHash: string(rune('a' + i))}); err != nil {
			t.Fatal(err)
		}
	}
	if id := newest(j, "mappings"); id != 3 {
		t.Errorf("mapping %d, want 3", id)
	}
	for _, message := range []string{"one", "two"} {
		if err := j.Alarm(ctx, "k", "s", why.Old(message, "r")); err != nil {
			t.Fatal(err)
		}
	}
	dialect, steps := database.Dialect.Migrations()
	p, err := goose.NewProvider(dialect, raw(j), steps)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(ctx, 30); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = reopen()
	defer j.Close()
	if err := j.Alarm(ctx, "k", "s", why.Old("three", "r")); err != nil {
		t.Fatal(err)
	}
	if id := newest(j, "alarms"); id != 3 {
		t.Errorf("alarm %d, want 3", id)
	}
	if _, diffs, err := j.VerifyFacts(ctx); len(diffs) > 0 || err != nil {
		t.Errorf("%v %v", diffs, err)
	}
}
