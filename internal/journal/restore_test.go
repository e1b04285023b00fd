package journal

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// restored makes a journal, backs it up, lets two more import files be made, and puts the backup back.
func restored(t *testing.T) *Journal {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := Open(ctx, path, time.Now, "test")
	if err != nil {
		t.Fatal(err)
	}
	acknowledged(t, j, "A", "B", "C")
	filed(t, j, "document", 1, "A")
	backup := path + ".backup"
	if err := j.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	filed(t, j, "document", 2, "B")
	filed(t, j, "document", 3, "C")
	if err := j.NoteHead(ctx); err != nil {
		t.Fatal(err)
	}
	if r, err := j.Restored(ctx); r != nil || err != nil {
		t.Fatalf("a journal that was never put back counts as restored: %v %v", r, err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	for _, extra := range []string{"-wal", "-shm"} {
		os.Remove(path + extra)
	}
	copyFile(t, backup, path)
	if j, err = Open(ctx, path, time.Now, "test"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRestoredJournalIsNoticedEvenAfterMoreWork(t *testing.T) {
	j := restored(t)
	ctx := context.Background()
	if r, err := j.Restored(ctx); r == nil || err != nil || r.Note.Sequences["r"] != 3 || r.Now.Sequences["r"] != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	for range 50 { // rows beyond the note must not hide it
		if err := j.Alarm(ctx, "k", time.Now().String(), "m", "r"); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := j.Restored(ctx); r == nil || err != nil {
		t.Fatalf("%+v %v", r, err)
	}
}

func TestAcceptedRestoreUsesNoNumberTwiceAndHoldsWhatTheERPMayHave(t *testing.T) {
	j := restored(t)
	ctx := context.Background()
	r, err := j.Restored(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if held, err := j.AcceptRestored(ctx, *r, "test"); held != 2 || err != nil {
		t.Fatalf("%d held, %v", held, err)
	}
	if state(t, j, "B") != Held || state(t, j, "C") != Held || state(t, j, "A") != Filed {
		t.Error("states")
	}
	if err := j.NoteHead(ctx); err != nil {
		t.Fatal(err)
	}
	if r, err := j.Restored(ctx); r != nil || err != nil {
		t.Errorf("still restored: %+v %v", r, err)
	}
	if n, err := j.NextSequence(ctx, "r"); n != 4 || err != nil {
		t.Errorf("next number %d %v, want 4", n, err)
	}
	if err := j.Release(ctx, "B", "the ERP has it not"); err != nil {
		t.Fatal(err)
	}
	if _, err := create(j, "document", 2, "B"); err == nil {
		t.Error("a number was used again")
	}
	filed(t, j, "document", 4, "B")
}

func TestRefetchedDocumentIsHeldAndNeverReplacesOne(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	if err := j.Refetched(ctx, arrival("A"), "test"); err != nil {
		t.Fatal(err)
	}
	if state(t, j, "A") != Held {
		t.Errorf("A is %s", state(t, j, "A"))
	}
	if err := j.Refetched(ctx, arrival("A"), "test"); err == nil {
		t.Error("taken twice")
	}
	if env, err := j.Payload(ctx, "A"); err != nil || env.DocType != fis.Expense {
		t.Error(env.DocType, err)
	}
}
