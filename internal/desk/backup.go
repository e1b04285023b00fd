package desk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/ownfile"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func taken(path string) error {
	return &Error{Code: ExitFailed, Err: say.Errorf("back up: %s exists, and a backup never overwrites", path), Hint: "give a new name, with the date in it"}
}

// BackedUp is a backup that was made and proved.
type BackedUp struct {
	Verified
	Bytes int64
	// Removed are folders that backups have left that were killed; Warnings say which of them stay.
	Removed, Warnings []string
}

// BackUp copies the journal to a new file, whole, while others work. A journal that is not there is not made.
func BackUp(ctx context.Context, p Place, path string) (out BackedUp, err error) {
	if _, err := os.Lstat(path); err == nil {
		return out, taken(path)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return out, fmt.Errorf("back up: %w", err)
	}
	if cfg, err := config.Load(p.Dir); err == nil && JournalPlace(cfg).Served() {
		return out, &Error{Code: ExitFailed, Err: say.Errorf("back up: %w", journal.ErrOwnBackups),
			Hint: say.F("back up the database: the server's continuous archive, or pg_dump --schema=%s; docs/many.md tells how, and what to do after one was put back", cfg.Journal.Schema)}
	}
	w, err := Look(ctx, p)
	if err != nil {
		return out, err
	}
	if err := w.Close(); err != nil {
		return out, err
	}
	if w, err = Open(ctx, p, false); err != nil {
		return out, err
	}
	out.Removed, out.Warnings = w.sweepBackups(filepath.Dir(path))
	out.Verified, err = w.backUpTo(ctx, path)
	if err = errors.Join(err, w.Close()); err != nil {
		return out, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return out, fmt.Errorf("back up: %w", err)
	}
	out.Bytes = info.Size()
	return out, nil
}

// backUpTo makes the copy in a folder of its own beside the final name, proves it, and only then gives it that name.
// Nobody else can read it at any time.
func (w *Workspace) backUpTo(ctx context.Context, path string) (v Verified, err error) {
	folder := filepath.Dir(path)
	temp, err := os.MkdirTemp(folder, ".fisbridge-backup-*")
	if err != nil {
		return v, fmt.Errorf("back up: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	part := filepath.Join(temp, "journal.db")
	if err := w.Journal.Backup(ctx, part); err != nil {
		return v, err
	}
	if err := onDisk(part); err != nil {
		return v, fmt.Errorf("back up: %w", err)
	}
	killpoint.Here("backup.copied")
	if v, err = prove(ctx, part, w.place.Now); err != nil {
		return v, fmt.Errorf("back up: the copy is not sound and was thrown away: %w", err)
	}
	if err := publish(part, path); err != nil {
		return v, err
	}
	return v, ownfile.SyncFolder(folder)
}

// sweepBackups takes away what backups that were killed have left in a folder: copies of the journal that nobody looks
// after. No backup takes a day.
func (w *Workspace) sweepBackups(folder string) (removed, warnings []string) {
	left, _ := filepath.Glob(filepath.Join(folder, ".fisbridge-backup-*")) // the pattern is right
	for _, temp := range left {
		info, err := os.Stat(temp)
		if err != nil || !info.IsDir() || w.now().Sub(info.ModTime()) < 24*time.Hour {
			continue
		}
		if err := os.RemoveAll(temp); err != nil {
			warnings = append(warnings, fmt.Sprintf("%s is what a backup left that was killed; it cannot be removed: %s", temp, wording.Error(err)))
			continue
		}
		removed = append(removed, temp)
	}
	return removed, warnings
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

func prove(ctx context.Context, path string, now func() time.Time) (v Verified, err error) {
	j, err := journal.OpenCopy(ctx, path, now)
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
	return v, v.Broken()
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
