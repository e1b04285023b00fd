package journaltest

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// restored makes a journal, backs it up, lets two more import files be made, and puts the backup back.
func restored(t *testing.T) *journal.Journal {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := database.Open(ctx, path, time.Now, "test")
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
	if j, err = database.Open(ctx, path, time.Now, "test"); err != nil {
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

func testRestoredJournalIsNoticedEvenAfterMoreWork(t *testing.T) {
	j := restored(t)
	ctx := context.Background()
	if r, err := j.Restored(ctx); r == nil || err != nil || r.Note.Sequences["r"] != 3 || r.Now.Sequences["r"] != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	for range 50 { // rows beyond the note must not hide it
		if err := j.Alarm(ctx, "k", time.Now().String(), why.Old("m", "r")); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := j.Restored(ctx); r == nil || err != nil {
		t.Fatalf("%+v %v", r, err)
	}
}

func testAcceptedRestoreUsesNoNumberTwiceAndHoldsWhatTheERPMayHave(t *testing.T) {
	j := restored(t)
	ctx := context.Background()
	r, err := j.Restored(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if held, err := j.AcceptRestored(ctx, *r, nil, "test"); held != 2 || err != nil {
		t.Fatalf("%d held, %v", held, err)
	}
	if state(t, j, "B") != records.Held || state(t, j, "C") != records.Held || state(t, j, "A") != records.Filed {
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

func testRefetchedDocumentIsHeldAndNeverReplacesOne(t *testing.T) {
	j, _ := open(t)
	ctx := context.Background()
	if err := j.Refetched(ctx, arrival("A"), "test"); err != nil {
		t.Fatal(err)
	}
	if state(t, j, "A") != records.Held {
		t.Errorf("A is %s", state(t, j, "A"))
	}
	if err := j.Refetched(ctx, arrival("A"), "test"); err == nil {
		t.Error("taken twice")
	}
	if env, err := j.Payload(ctx, "A"); err != nil || env.DocType != fis.Expense {
		t.Error(env.DocType, err)
	}
}

// accepted puts the backup of a journal back that was made at the moment of prepare, while what later did is forgotten,
// and accepts that.
func accepted(t *testing.T, prepare, later func(*journal.Journal)) *journal.Journal {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := database.Open(ctx, path, time.Now, "test")
	if err != nil {
		t.Fatal(err)
	}
	prepare(j)
	if err := j.Backup(ctx, path+".backup"); err != nil {
		t.Fatal(err)
	}
	later(j)
	if err := j.NoteHead(ctx); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	for _, extra := range []string{"-wal", "-shm"} {
		os.Remove(path + extra)
	}
	copyFile(t, path+".backup", path)
	if j, err = database.Open(ctx, path, time.Now, "test"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	r, err := j.Restored(ctx)
	if err != nil || r == nil {
		t.Fatalf("%v %v", r, err)
	}
	if _, err := j.AcceptRestored(ctx, *r, nil, "the disk died"); err != nil {
		t.Fatal(err)
	}
	return j
}

func drop(t *testing.T, j *journal.Journal, f records.File) {
	t.Helper()
	ctx := context.Background()
	f = uploaded(t, j, f)
	if err := j.DropDone(ctx, false, f); err != nil {
		t.Fatal(err)
	}
}

// An import file that was numbered at the backup was dropped since: it is not sent again, a person says whether the ERP
// has it. Its documents are not free for another file before somebody releases each.
func testRestoredFileOnItsWayIsNotSentAgain(t *testing.T) {
	ctx := context.Background()
	var f records.File
	j := accepted(t, func(j *journal.Journal) {
		acknowledged(t, j, "A")
		var err error
		if f, err = create(j, "document", 1, "A"); err != nil {
			t.Fatal(err)
		}
	}, func(j *journal.Journal) { drop(t, j, f) })
	if open, err := j.FilesIn(ctx, records.Numbered, records.Uploading, records.Renaming); len(open) != 0 || err != nil {
		t.Errorf("it would be dropped again: %+v %v", open, err)
	}
	if f, err := j.File(ctx, f.ID); err != nil || !f.Unverified || alarms(t, j) == "" {
		t.Errorf("nobody is asked: %+v %v", f, err)
	}
	if err := j.MarkFile(ctx, f.ID, false, "it is not in the ERP"); err != nil {
		t.Fatal(err)
	}
	if state(t, j, "A") != records.Held {
		t.Errorf("A is %s", state(t, j, "A"))
	}
}

// A document that was stored at the backup was acknowledged since, and more: "already acknowledged" is not leave to
// post it.
func testRestoredDocumentThatConcurHasLockedSinceIsHeld(t *testing.T) {
	ctx := context.Background()
	j := accepted(t, func(j *journal.Journal) {
		if _, err := j.StoreArrivals(ctx, []journal.Arrival{arrival("A"), arrival("B")}, time.Now(), "c"); err != nil {
			t.Fatal(err)
		}
	}, func(j *journal.Journal) {
		if err := j.SettleAck(ctx, []journal.AckOutcome{{DocID: "A", State: records.Acknowledged}}); err != nil {
			t.Fatal(err)
		}
		filed(t, j, "document", 1, "A")
	})
	if err := j.SettleAck(ctx, []journal.AckOutcome{{DocID: "A", State: records.Acknowledged, Before: true}, {DocID: "B", State: records.Acknowledged}}); err != nil {
		t.Fatal(err)
	}
	if state(t, j, "A") != records.Held || state(t, j, "B") != records.Acknowledged {
		t.Errorf("A is %s, want held; B is %s, want acknowledged", state(t, j, "A"), state(t, j, "B"))
	}
	if n, _, err := j.RetryHeld(ctx, "", "x"); n != 0 || err != nil {
		t.Errorf("retry held released %d: %v", n, err)
	}
}

// The ERP rejected an all-or-nothing file after the backup, and its other documents went out in a new one. The result
// file, put back into the return folder, must not issue them again by itself.
func testRestoredReissueIsNotDoneAgain(t *testing.T) {
	var f records.File
	j := accepted(t, func(j *journal.Journal) {
		acknowledged(t, j, "A", "B")
		f = filed(t, j, "file", 1, "A", "B")
	}, func(j *journal.Journal) {
		answer(t, j, "a", map[string]fis.Outcome{"A": isRejected}, f.ID, nil)
		filed(t, j, "file", 2, "B")
	})
	answer(t, j, "a", map[string]fis.Outcome{"A": isRejected}, f.ID, nil)
	if state(t, j, "A") != records.Rejected || state(t, j, "B") != records.Held {
		t.Errorf("A is %s, want rejected; B is %s, want held", state(t, j, "A"), state(t, j, "B"))
	}
}

// Confirmations that were due at the backup, or become due by a result file that is put back, may have been sent since:
// "confirmed before" is our own doing then.
func testRestoredConfirmationsCountAsTried(t *testing.T) {
	ctx := context.Background()
	j := accepted(t, func(j *journal.Journal) {
		acknowledged(t, j, "A", "B")
		f := filed(t, j, "document", 1, "A", "B")
		answer(t, j, "a", map[string]fis.Outcome{"A": isPosted}, f.ID, nil)
	}, func(j *journal.Journal) {
		confirmNow(t, j, "A")
	})
	answer(t, j, "b", map[string]fis.Outcome{"B": isPosted}, 1, nil)
	due, err := j.DueConfirmations(ctx, fis.Expense, 10)
	if err != nil || len(due) != 2 || due[0].Attempts != 1 || due[1].Attempts != 1 {
		t.Errorf("%+v %v: each may have been tried once", due, err)
	}
}
