//go:build unix

package journaltest

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
)

// A journal is moved from a file into PostgreSQL and back: every row is there, history and seals are sound, the old one never works again, and one with a
// history of its own is not written over.
func TestPostgreSQLMove(t *testing.T) {
	server := pgtest.Start(t)
	if server == nil {
		return
	}
	ctx := context.Background()
	dir := t.TempDir()
	c := &clock{time.Date(2026, 3, 31, 23, 0, 0, 0, time.UTC)}
	opened := func(at journal.Place) *journal.Journal {
		t.Helper()
		j, err := at.Open(ctx, c.now, "test")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = j.Close() })
		return j
	}
	first := opened(journal.Place{Path: filepath.Join(dir, "first.db")})
	acknowledged(t, first, "A", "B", "C")
	f := filed(t, first, "document", 1, "A")
	answer(t, first, "a", map[string]fis.Outcome{"A": posted}, f.ID, nil)
	if err := first.NoteHead(ctx); err != nil {
		t.Fatal(err)
	}
	second := opened(server.Place(filepath.Join(dir, "second")))
	third := opened(journal.Place{Path: filepath.Join(dir, "third.db")})
	last := first
	for _, next := range []*journal.Journal{second, third} {
		before := count(t, last, `SELECT COUNT(*) FROM history`)
		m, err := last.MoveTo(ctx, next, "a test")
		if err != nil || m.Rows == 0 || m.Already {
			t.Fatalf("%+v %v", m, err)
		}
		if now := count(t, next, `SELECT COUNT(*) FROM history`); now != before+2 { // the old one is retired, and this one was moved
			t.Errorf("history of %d rows, was %d", now, before)
		}
		if _, _, breaks, err := next.VerifyHistory(ctx); len(breaks) > 0 || err != nil {
			t.Error(breaks, err)
		}
		if _, diffs, err := next.VerifyFacts(ctx); len(diffs) > 0 || err != nil {
			t.Error(diffs, err)
		}
		if _, diffs, err := next.VerifyDerived(ctx); len(diffs) > 0 || err != nil {
			t.Error(diffs, err)
		}
		if env, err := next.Payload(ctx, "B"); err != nil || string(env.Document) != string(arrival("B").Envelope.Document) {
			t.Error(env, err)
		}
		if r, err := next.Restored(ctx); r != nil || err != nil {
			t.Errorf("the new one does not live there: %+v %v", r, err)
		}
		if r, err := last.Restored(ctx); r == nil || err != nil {
			t.Errorf("the old one still works: %v", err)
		}
		last = next
	}
	acknowledged(t, third, "D")
	other := opened(journal.Place{Path: filepath.Join(dir, "other.db")})
	acknowledged(t, other, "Z")
	if _, err := third.MoveTo(ctx, other, "a mistake"); !errors.Is(err, ledger.ErrNotEmpty) {
		t.Errorf("a journal was written over: %v", err)
	}
	if r, err := third.Restored(ctx); r != nil || err != nil {
		t.Errorf("a move that was refused has ended the old journal: %+v %v", r, err)
	}
	broken := opened(journal.Place{Path: filepath.Join(dir, "broken.db")})
	file, err := sql.Open("sqlite", filepath.Join(dir, "broken.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.ExecContext(ctx, `CREATE TABLE more (x TEXT)`); err != nil {
		t.Fatal(err)
	}
	if _, err := third.MoveTo(ctx, broken, "a mistake"); err == nil {
		t.Error("a journal with other tables was taken")
	}
	if r, err := third.Restored(ctx); r != nil || err != nil {
		t.Errorf("a move that failed has ended the old journal: %+v %v", r, err)
	}
	if m, err := second.MoveTo(ctx, third, "again"); err == nil && !m.Already {
		t.Errorf("%+v", m)
	}
}

func count(t *testing.T, j *journal.Journal, query string) int {
	t.Helper()
	n, err := ledger.Count(context.Background(), j.Ledger, query)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
