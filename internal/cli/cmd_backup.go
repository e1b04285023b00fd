package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/ownfile"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newBackup(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the journal to a new file, whole, while others work",
		Long: `backup writes a consistent copy of the journal to FILE, which must not exist, and checks it: it opens, its pages are
whole and its history is unbroken. It may be called while a run is going on; the copy shows one instant. The copy holds payloads,
so only its owner may read it; keep it as safe as the journal itself. It knows that it is a copy.

To restore:
  1. Stop every fisbridge of the folder.
  2. Move the journal aside (journal.path in fisbridge.yaml, and the files beside it that end in -wal and -shm; leave .head).
  3. Copy the backup to journal.path and look: fisbridge audit verify, fisbridge status --all
  4. Look in the ERP what it has imported since, then: fisbridge restored --from-backup --reason …

What the next run finds out by itself: documents that were being acknowledged (Concur says who has them), confirmations and payments
that were sent after the backup (Concur answers that it has them, and nothing is booked twice there), result files that were
archived (put them back into the return folder: what was applied before the backup changes nothing).

What a restored journal cannot know, a person must settle. Every run notices the restore and refuses, naming the import files in the
working folder that were made since, until you have looked and said: fisbridge restored --from-backup --reason …
  - Documents that went into an import file after the backup wait again. They are held then; the ERP's answers settle them, or you do:
    mark (the ERP has it) or release (it has not).
  - Documents that were acknowledged after the backup are locked for us in Concur but unknown here: fisbridge refetch DOC brings one back.
    The import files made since, in folders.files, name them.
  - Numbers of import files made after the backup are not used again. The note beside the journal (.head) tells them; without it you are
    asked: --next-number ROUTE=N.
  - A refresh token that Concur has replaced since then no longer works: fisbridge auth login`,
		Example: "  fisbridge backup /backup/fisbridge-$(date +%F).db",
		Args:    wantArgs(1, 1),
		RunE:    a.action(func(ctx context.Context, args []string) error { return a.backup(ctx, args[0]) }),
	}
}

func (a *app) backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return taken(path)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("back up: %w", err)
	}
	w, err := a.look(ctx) // a journal that is not there is not made
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if w, err = a.open(ctx, "backup", false); err != nil {
		return err
	}
	v, err := a.backUpTo(ctx, w.j, path)
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if a.json {
		return a.writeJSON(map[string]any{"file": path, "bytes": info.Size(), "history_rows": v.Rows, "last_hash": v.LastHash})
	}
	a.say("%s: %s bytes, history of %s, last hash %s", path, wording.Grouped(fmt.Sprint(info.Size())), wording.Counted(int(v.Rows), "row"), v.LastHash)
	return nil
}

func taken(path string) error {
	return &Error{Code: ExitFailed, Err: fmt.Errorf("back up: %s exists, and a backup never overwrites", path), Hint: "give a new name, with the date in it"}
}

// backUpTo makes the copy in a folder of its own beside the final name, proves it, and only then gives it that name. Nobody else can read it
// at any time.
func (a *app) backUpTo(ctx context.Context, j *journal.Journal, path string) (v verified, err error) {
	folder := filepath.Dir(path)
	a.sweepBackups(folder)
	temp, err := os.MkdirTemp(folder, ".fisbridge-backup-*")
	if err != nil {
		return v, fmt.Errorf("back up: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	part := filepath.Join(temp, "journal.db")
	if err := j.Backup(ctx, part); err != nil {
		return v, err
	}
	if err := onDisk(part); err != nil {
		return v, fmt.Errorf("back up: %w", err)
	}
	killpoint.Here("backup.copied")
	if v, err = a.prove(ctx, part); err != nil {
		return v, fmt.Errorf("back up: the copy is not sound and was thrown away: %w", err)
	}
	if err := publish(part, path); err != nil {
		return v, err
	}
	return v, ownfile.SyncFolder(folder)
}

// sweepBackups takes away what backups that were killed have left in a folder: copies of the journal that nobody looks after. No backup takes a day.
func (a *app) sweepBackups(folder string) {
	left, _ := filepath.Glob(filepath.Join(folder, ".fisbridge-backup-*")) // the pattern is right
	for _, temp := range left {
		info, err := os.Stat(temp)
		if err != nil || !info.IsDir() || a.now().Sub(info.ModTime()) < 24*time.Hour {
			continue
		}
		if err := os.RemoveAll(temp); err != nil {
			a.warn("%s is what a backup left that was killed; it cannot be removed: %v", temp, err)
			continue
		}
		a.remark("removed %s, which a backup left that was killed", temp)
	}
}

// onDisk sees to it that the copy is ours alone and survives a power cut.
func onDisk(path string) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return errors.Join(f.Chmod(0o600), f.Sync())
}

func (a *app) prove(ctx context.Context, path string) (v verified, err error) {
	j, err := journal.OpenCopy(ctx, path, a.now)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	if err := j.Intact(ctx); err != nil {
		return v, err
	}
	if v, err = verify(ctx, j, "", false); err != nil {
		return v, err
	}
	return v, v.err()
}

// publish gives the copy its name without ever replacing a file.
func publish(part, path string) error {
	err := ownfile.Publish(part, path)
	switch {
	case errors.Is(err, fs.ErrExist):
		return taken(path)
	case err != nil:
		return fmt.Errorf("back up: %w", err)
	}
	return nil
}
