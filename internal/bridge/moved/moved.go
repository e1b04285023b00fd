// Package moved owns the question whether the journal is where it lives. One that was restored, copied or moved, or
// that does not know import files which lie in the working folder, is told to people as that, and nothing is done by it
// until a person has looked.
package moved

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/home"
)

// RestoredError says that the journal is not where it lives, or lacks what was done since, and what it cannot know.
// Nothing is done until a person has looked.
type RestoredError struct {
	Restored home.Restored
	// Files are copies of import files in the working folder that the journal does not know: they were made since.
	Files []string
}

// Error tells what was found, and which import files the journal does not know.
func (e *RestoredError) Error() string {
	text := e.cause()
	if len(e.Files) > 0 {
		text += "; import files that it does not know: " + strings.Join(e.Files, ", ")
	}
	return text
}

func (e *RestoredError) cause() string {
	r := e.Restored
	switch r.Cause {
	case home.DisplacedRetired:
		if r.Retired.To != "" {
			return fmt.Sprintf("this journal never works again, for it was moved (%s): %s", r.Retired.At, r.Retired.Reason)
		}
		return fmt.Sprintf("this journal was called a copy that must not work (%s): %s", r.Retired.At, r.Retired.Reason)
	case home.DisplacedBackup:
		text := fmt.Sprintf("the journal was restored from a backup: it is a copy that fisbridge backup made of %s (%s)", r.Copy.From, r.Copy.At)
		if r.NumbersKnown {
			text += fmt.Sprintf(", ends at history row %d, and had been at row %d (%s)", r.Now.Seq, r.Note.Seq,
				r.Note.At)
		}
		return text
	case home.DisplacedNoNote:
		return fmt.Sprintf("the journal has a history, which ends at row %d (%s), but the note beside it (its name ends in .head) is gone: it may be a copy", r.Now.Seq, r.Now.At)
	case home.DisplacedBadNote:
		return "the note beside the journal (its name ends in .head) is empty or damaged, so nothing tells whether the journal was restored from a copy"
	case home.DisplacedTimeline:
		return fmt.Sprintf("the database server of the journal (%s) was restored to a point in time, or a standby has taken its place: what was committed last may be missing", r.Is)
	case home.DisplacedFile:
		if r.Is.Served() {
			return fmt.Sprintf("the journal is not the database that it was: it lived in %s, and is in %s now, in another server or put in anew from a copy", r.Was, r.Is)
		}
		if r.Was.String() == r.Is.String() {
			return fmt.Sprintf("the journal is not the file that it was: another one lies at %s now; it was restored or copied", r.Is)
		}
		return fmt.Sprintf("the journal is not the file that it was: it lived at %s, and lies at %s now; it was restored, copied or moved", r.Was, r.Is)
	case home.DisplacedMachine:
		return fmt.Sprintf("the journal is on another machine: it lived at %s, and lies at %s now; its disk was copied or moved", r.Was, r.Is)
	case home.DisplacedLaidOver:
		return "the note beside the journal is not the one that this journal wrote: an older copy of the folder seems to have been laid over it"
	}
	return fmt.Sprintf("the journal was restored from a backup: it ends at history row %d (%s), but had been at row %d (%s)", r.Now.Seq, r.Now.At, r.Note.Seq, r.Note.At)
}

// AtHome is a *RestoredError when the journal is not where it lives, or is older than it has been.
func AtHome(ctx context.Context, cfg *config.Config, j *journal.Journal) error {
	r, err := j.Restored(ctx)
	if err != nil || r == nil {
		return err
	}
	files, err := unknownCopies(ctx, cfg, j)
	if err != nil {
		return err
	}
	return &RestoredError{Restored: *r, Files: files}
}

// unknownCopies are the copies of import files in the working folder that the journal has no file of.
func unknownCopies(ctx context.Context, cfg *config.Config, j *journal.Journal) ([]string, error) {
	var out []string
	for _, r := range cfg.Routes {
		entries, err := os.ReadDir(filepath.Join(cfg.Path(cfg.Folders.Files), r.Name))
		if err != nil && !os.IsNotExist(err) {
			return nil, fmt.Errorf("look for copies of import files: %w", err)
		}
		for _, e := range entries {
			found, err := j.FindFiles(ctx, e.Name())
			if short, is := strings.CutSuffix(e.Name(), ".zip"); err == nil && len(found) == 0 && is { // of several members
				found, err = j.FindFiles(ctx, short)
			}
			if err != nil {
				return nil, err
			}
			if len(found) == 0 {
				out = append(out, filepath.Join(r.Name, e.Name()))
			}
		}
	}
	sort.Strings(out)
	return out, nil
}
