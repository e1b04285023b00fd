package bridge

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
)

// RestoredError says that the journal was put back from a backup, and what it cannot know. Nothing is done until a person has looked.
type RestoredError struct {
	Restored journal.Restored
	// Files are copies of import files in the working folder that the journal does not know: they were made after the backup.
	Files []string
}

// Error tells where the journal ends and which import files it does not know.
func (e *RestoredError) Error() string {
	text := fmt.Sprintf("the journal was restored from a backup: it ends at history row %d (%s), but had been at row %d (%s)",
		e.Restored.Now.Seq, e.Restored.Now.At, e.Restored.Note.Seq, e.Restored.Note.At)
	if len(e.Files) > 0 {
		text += "; import files that it does not know: " + strings.Join(e.Files, ", ")
	}
	return text
}

// notRestored stops everything when the journal is older than it has been.
func (b *Bridge) notRestored(ctx context.Context) error {
	r, err := b.j.Restored(ctx)
	if err != nil || r == nil {
		return err
	}
	files, err := b.unknownCopies(ctx)
	if err != nil {
		return err
	}
	return &RestoredError{Restored: *r, Files: files}
}

// unknownCopies are the copies of import files in the working folder that the journal has no file of.
func (b *Bridge) unknownCopies(ctx context.Context) ([]string, error) {
	var out []string
	for _, r := range b.cfg.Routes {
		entries, err := os.ReadDir(filepath.Join(b.cfg.Path(b.cfg.Folders.Files), r.Name))
		if err != nil && !os.IsNotExist(err) {
			return nil, fmt.Errorf("look for copies of import files: %w", err)
		}
		for _, e := range entries {
			found, err := b.j.FindFiles(ctx, e.Name())
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

// Refetch asks Concur for a document that the journal does not know, by docId, report id or the like, and takes it back when it is locked
// for us. It is held then, for a person to say whether the ERP has it.
func (b *Bridge) Refetch(ctx context.Context, finder interface {
	Find(ctx context.Context, t fis.DocType, ref string) ([]fis.Envelope, error)
}, t fis.DocType, ref, reason string) ([]string, error) {
	envs, err := finder.Find(ctx, t, ref)
	if err != nil {
		return nil, err
	}
	if len(envs) == 0 {
		return nil, fmt.Errorf("no %s document is known to Concur by %q", t, ref)
	}
	var taken []string
	var others []string
	parser := fis.NewParser(nil)
	for _, env := range envs {
		ours, err := b.isOurs(ctx, env.ERPSystemID)
		if err != nil {
			return taken, err
		}
		if !ours || env.Status == fis.StatusReady {
			others = append(others, fmt.Sprintf("document %s is %s for system %q", env.ID, env.Status, env.ERPSystemID))
			continue
		}
		a, err := b.judge(parser, env)
		if err != nil {
			return taken, err
		}
		if a.Route == "" {
			return taken, fmt.Errorf("document %s: no route takes it (%s)", env.ID, a.Left)
		}
		a.SystemID = env.ERPSystemID
		if err := b.j.Refetched(ctx, a.Arrival, reason); err != nil {
			return taken, err
		}
		taken = append(taken, env.ID)
	}
	if len(taken) == 0 {
		return nil, fmt.Errorf("nothing to take back: %s", strings.Join(others, "; "))
	}
	return taken, nil
}

var _ interface {
	Find(ctx context.Context, t fis.DocType, ref string) ([]fis.Envelope, error)
} = (*concur.Client)(nil)
