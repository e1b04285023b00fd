package journaltest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

func testOpenedForLookingChangesNothing(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A")
	look, err := database.OpenRead(ctx, j.Path(), j.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer look.Close()
	if err := look.Hold(ctx, "A", "no"); err == nil {
		t.Error("a journal opened for looking held a document")
	}
	if err := look.Alarm(ctx, "k", "s", why.Old("m", "r")); err == nil {
		t.Error("a journal opened for looking opened an alarm")
	}
	acknowledged(t, j, "B") // what others commit is seen
	if d, err := look.Document(ctx, "B"); d.State != records.Acknowledged || err != nil {
		t.Error(d.State, err)
	}
}

func testLookingNeedsAJournalOfThisVersion(t *testing.T) {
	ctx := context.Background()
	none := filepath.Join(t.TempDir(), "none.db")
	if _, err := database.OpenRead(ctx, none, time.Now); !errors.Is(err, ledger.ErrNoJournal) {
		t.Error(err)
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("looking made a journal")
	}
	j, _ := open(t)
	newest, err := ledger.NewestVersion(database.Dialect)
	if err != nil || newest < 2 {
		t.Fatal(newest, err)
	}
	for want, statement := range map[string]string{
		"is newer than this program knows": `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, TRUE)`,
		"is older than this program's":     `DELETE FROM goose_db_version WHERE version_id > 1`,
	} {
		if _, err := byHand(j, statement); err != nil {
			t.Fatal(err)
		}
		if _, err := database.OpenRead(ctx, j.Path(), time.Now); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if _, err := byHand(j, `DELETE FROM goose_db_version WHERE version_id = 99`); err != nil {
			t.Fatal(err)
		}
	}
}

// All readings of a snapshot show one instant, though others commit in between.
func testSnapshotStandsStill(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A")
	err := j.Snapshot(ctx, func(still *journal.Journal) error {
		if f, err := still.Fetched(ctx, records.Selection{}); err != nil || f[0].Documents != 1 {
			t.Errorf("%+v %v", f, err)
		}
		acknowledged(t, j, "B")
		if f, err := still.Fetched(ctx, records.Selection{}); err != nil || f[0].Documents != 1 {
			t.Errorf("it moved: %+v %v", f, err)
		}
		tallies, err := still.Tallies(ctx, time.Time{}, time.Time{})
		if err != nil || len(tallies) != 1 || tallies[0].Documents != 1 {
			t.Errorf("it moved: %+v %v", tallies, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if f, err := j.Figures(ctx, records.Selection{}); err != nil || f.Fetched[0].Documents != 2 {
		t.Errorf("%+v %v", f.Fetched, err)
	}
}

func testCopyIsReadWithoutTraces(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	acknowledged(t, j, "A")
	folder := t.TempDir()
	path := filepath.Join(folder, "it's 100% sound #1.db") // names that an address would misread
	if err := j.Backup(ctx, path); err != nil {
		t.Fatal(err)
	}
	copied, err := journal.OpenCopy(ctx, path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := copied.Intact(ctx); err != nil {
		t.Error(err)
	}
	if n, _, breaks, err := copied.VerifyHistory(ctx); n == 0 || breaks != nil || err != nil {
		t.Error(n, breaks, err)
	}
	if err := copied.Close(); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(folder); len(entries) != 1 || err != nil {
		t.Errorf("left beside it: %v %v", entries, err)
	}
}

// A folder whose name would be read as a part of an address.
func testJournalLiesWhereItIsSaidToLie(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "100% C#")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "journal.db")
	j, err := database.Open(context.Background(), path, time.Now, "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		t.Errorf("%v %v", info, err)
	}
}

// A walk over more documents than it knows ahead gives each once, in the order in which they came, also when documents
// leave the state meanwhile, as they do when a file is full.
func testEachPayloadInPages(t *testing.T) {
	j, c := open(t)
	var want []string
	for from := 0; from < records.IdsAtOnce+700; from += 400 {
		var ids []string
		for i := range 400 {
			ids = append(ids, fmt.Sprintf("%04d", 9999-from-i)) // those that came last have the smallest ids
		}
		acknowledged(t, j, ids...)
		slices.Sort(ids) // of one page by id
		want = append(want, ids...)
		c.at = c.at.Add(time.Second)
	}
	var got []string
	sequence := int64(0)
	err := j.EachTryable(t.Context(), "r", func(d records.Doc, e fis.Envelope, damaged error) error {
		if damaged != nil || len(e.Document) == 0 {
			t.Fatal(d.ID, damaged)
		}
		if got = append(got, d.ID); len(got)%1000 == 0 {
			sequence++
			_, err := create(j, "document", sequence, got[len(got)-1000:]...)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d documents, want %d", len(got), len(want))
	}
}
