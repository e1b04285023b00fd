//go:build unix

package journaltest

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
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

// Texts that PostgreSQL does not keep are marked on the way there: each such row is sealed anew and named in the history, the journal is sound, and the way back
// changes nothing more. A text that the chain proves is refused.
func TestPostgreSQLMoveOfTexts(t *testing.T) {
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
	acknowledged(t, first, "A", "B")
	odd := arrival("C")
	odd.Title, odd.Person = "Reise\x00Bern", "M\xfcller"
	if _, err := first.StoreArrivals(ctx, []journal.Arrival{odd}, first.Now(), "c"); err != nil {
		t.Fatal(err)
	}
	f := filed(t, first, "document", 1, "A")
	answer(t, first, "antw\xf6rt.csv", map[string]fis.Outcome{"A": posted}, f.ID, nil)
	r, err := first.CollectResult(ctx, "r", "more.csv", ledger.Digest([]byte("more")), 4, strings.NewReader("more"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.ApplyResult(ctx, r, "test", func(a *journal.Apply) error {
		for line := range 300 { // of them one in a hundred is odd
			row := records.ResultRow{Line: line + 1, Kind: records.OutcomeRow, Problem: "nobody knows it"}
			if line%100 == 7 {
				row.Problem = "nobody\x00knows it"
			}
			if err := a.Add(row); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	second, third := opened(server.Place(filepath.Join(dir, "second"))), opened(journal.Place{Path: filepath.Join(dir, "third.db")})
	m, err := first.MoveTo(ctx, second, "a test")
	if err != nil || m.Marked != 5 { // a document, the name of a result file, three lines
		t.Fatalf("%+v %v", m, err)
	}
	if n := count(t, second, `SELECT COUNT(*) FROM history WHERE event = 'texts marked'`); n != 5 {
		t.Errorf("the history tells of %d", n)
	}
	if n := count(t, second, `SELECT COUNT(*) FROM history WHERE event = 'changed'`); n != 0 {
		t.Errorf("%d changes have no words of their own", n)
	}
	if n := count(t, second, "SELECT COUNT(*) FROM documents WHERE doc_id = 'C' AND title = 'Reise\uFFFDBern' AND person = 'M\uFFFDller'"); n != 1 {
		t.Error("title and name are not marked")
	}
	if m, err := second.MoveTo(ctx, third, "and back"); err != nil || m.Marked != 0 {
		t.Fatalf("%+v %v", m, err)
	}
	for _, j := range []*journal.Journal{second, third} {
		_, _, breaks, err := j.VerifyHistory(ctx)
		_, facts, err2 := j.VerifyFacts(ctx)
		_, derived, err3 := j.VerifyDerived(ctx)
		if err := errors.Join(err, err2, err3); err != nil || len(breaks)+len(facts)+len(derived) > 0 {
			t.Errorf("%s is not sound: %v %v %v %v", j.Name(), breaks, facts, derived, err)
		}
	}

	chained := opened(journal.Place{Path: filepath.Join(dir, "chained.db")})
	acknowledged(t, chained, "E")
	named, err := journal.Place{Path: filepath.Join(dir, "chained.db")}.OpenBeside(ctx, c.now, "s\xe4lly")
	if err != nil {
		t.Fatal(err)
	}
	defer named.Close()
	acknowledged(t, named, "F")
	var proved *ledger.ChainedTextError
	if _, err := chained.MoveTo(ctx, opened(server.Place(filepath.Join(dir, "chained"))), "a test"); !errors.As(err, &proved) {
		t.Errorf("a text that the chain proves was taken: %v", err)
	}
	if r, err := chained.Restored(ctx); r != nil || err != nil {
		t.Errorf("a move that was refused has ended the old journal: %+v %v", r, err)
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
