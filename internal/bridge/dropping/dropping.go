// Package dropping brings import files to the ERP's drop folder. It guarantees the drop protocol for each of them:
// written under a temporary name of this attempt's own and checked, "renaming" committed, renamed, "dropped" committed;
// after a crash what happened is found out under both names before anything is done. Many travel at once; they get
// their final names in the order of their numbers, and behind one that cannot be delivered the others wait. It opens no
// connection and decides nothing about routes.
package dropping

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// Dropper drops the import files of one route. All fields but Dropped are required.
type Dropper struct {
	Journal  *journal.Journal
	Temp     string // the folder for what is not finished
	Log      *slog.Logger
	Progress func(step string, done, total int)
	// CopyPath is where people look for a file as it was dropped; Note tells them what went wrong with it.
	CopyPath func(records.File) string
	Note     func(text string)
	// Dropped counts the files that got their final names.
	Dropped int

	copies fileCopies
}

// Drop delivers the files, which stand in the order of their numbers.
func (d *Dropper) Drop(ctx context.Context, drop exchange.Drop, route string, files []records.File) error {
	for done := 0; done < len(files); {
		d.Progress("drop "+route, done, len(files))
		some := together(files[done:], drop.AtOnce())
		if err := d.dropTogether(ctx, drop, some); err != nil {
			return err
		}
		done += len(some)
	}
	return nil
}

// mostTogether is how many bytes travel at once, but for one file that is larger: many files at once are for small
// ones.
const mostTogether = 8 << 20

// together are the first of the files that are dropped at once.
func together(files []records.File, most int) []records.File {
	n, size := 0, int64(0)
	for n < len(files) && n < most && (n == 0 || size+files[n].Size <= mostTogether) {
		size += files[n].Size
		n++
	}
	return files[:n]
}

// dropTogether is the drop protocol for several files at once: write them under temporary names and check them, commit
// "renaming", rename them in the order of their numbers, commit "dropped". It begins for each where its state says that
// an earlier run ended. Behind one that cannot be delivered the others wait.
func (d *Dropper) dropTogether(ctx context.Context, drop exchange.Drop, files []records.File) error {
	whole, fresh, err := d.sortOut(ctx, drop, files)
	if err != nil {
		return err
	}
	// What an earlier run left whole has the smaller numbers, unless its upload and not its rename failed.
	ready, uerr := d.uploadAll(ctx, drop, fresh)
	ready = append(whole, ready...)
	slices.SortStableFunc(ready, func(x, y records.File) int { return int(x.Sequence - y.Sequence) })
	if at := firstBehind(ready, fresh); uerr != nil && at < len(ready) {
		ready = ready[:at]
	}
	return errors.Join(d.publishAll(ctx, drop, ready), uerr)
}

// firstBehind is where in ready the numbers begin that stand behind a file of fresh which is not in ready.
func firstBehind(ready, fresh []records.File) int {
	in := map[int64]bool{}
	for _, f := range ready {
		in[f.ID] = true
	}
	for _, f := range fresh {
		if !in[f.ID] {
			return slices.IndexFunc(append(slices.Clone(ready), f), func(r records.File) bool { return r.Sequence >= f.Sequence })
		}
	}
	return len(ready)
}

// sortOut reads the files as they are now, for people act beside a run, and finds out what became of those whose rename
// was under way. whole are those that lie under their temporary names and were to be renamed; fresh are those that are
// not sent yet.
func (d *Dropper) sortOut(ctx context.Context, drop exchange.Drop, files []records.File) (whole, fresh []records.File, err error) {
	for _, f := range files {
		name := f.Name
		if f, err = d.Journal.File(ctx, f.ID); err != nil {
			return nil, nil, err
		}
		switch f.State {
		case records.Dropped:
			err = d.mark(ctx, drop, f)
		case records.Renaming:
			var lies bool
			if lies, err = d.renamed(ctx, drop, f); lies {
				whole = append(whole, f)
			}
		case records.Numbered, records.Uploading:
			fresh = append(fresh, f)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("drop %s: %w", name, err)
		}
	}
	return whole, fresh, nil
}

// renamed looks under both names of a file whose rename an earlier run began; lies: it is still to be renamed.
func (d *Dropper) renamed(ctx context.Context, drop exchange.Drop, f records.File) (lies bool, err error) {
	found, err := exchange.Find(ctx, drop, f.TempName, f.Name)
	if err != nil {
		return false, fmt.Errorf("find out whether it was renamed: %w", err)
	}
	switch found {
	case exchange.FoundFinal:
		return false, d.dropped(ctx, drop, false, f)
	case exchange.FoundGone:
		return false, d.dropped(ctx, drop, true, f)
	}
	return true, nil
}

// uploadAll writes files under temporary names of this attempt's own and commits that they are whole there. What an
// earlier attempt left is taken away: if its process is only paused, it finds its file gone, and can never put half of
// one under the final name. It gives the files up to the first that failed.
func (d *Dropper) uploadAll(ctx context.Context, drop exchange.Drop, files []records.File) ([]records.File, error) {
	if len(files) == 0 {
		return nil, nil
	}
	for _, f := range files {
		if err := d.removeFormer(ctx, drop, f); err != nil {
			return nil, fmt.Errorf("drop %s: %w", f.Name, err)
		}
	}
	begun, failed := d.Journal.BeginUpload(ctx, files, func(f records.File, fence int64) string {
		return drop.TempName(f.Name, fmt.Sprintf("%d%s", fence, strings.ToLower(rand.Text()[:4])))
	})
	if len(begun) == 0 {
		return nil, failed
	}
	killpoint.Here("upload.intended")
	parcels := d.parcels(ctx, begun)
	defer parcels.discard()
	if parcels.err != nil {
		failed = parcels.err
	}
	begun = begun[:parcels.files]
	for i, err := range drop.UploadAll(ctx, parcels.sendings) {
		if err != nil {
			at := parcels.of[i]
			failed = fmt.Errorf("drop %s: %w", begun[at].Name, err)
			begun = begun[:at]
			break
		}
	}
	killpoint.Here("upload.acted")
	if len(begun) == 0 {
		return nil, failed
	}
	n, err := d.Journal.Uploaded(ctx, begun...)
	if errors.Is(err, ledger.ErrStale) {
		err = errors.Join(errors.New("another fisbridge has taken this import file over"), err,
			drop.Remove(ctx, begun[n].TempName))
	}
	if err != nil {
		failed = err
	}
	return begun[:n], failed
}

// removeFormer takes away what an earlier attempt left of a file.
func (d *Dropper) removeFormer(ctx context.Context, drop exchange.Drop, f records.File) error {
	if f.State != records.Uploading || f.TempName == "" {
		return nil
	}
	var err error
	for _, temp := range tempsOf(f) {
		err = errors.Join(err, drop.Remove(ctx, temp))
	}
	// its name must not be forgotten while it may lie there
	if errors.Is(err, exchange.ErrConnection) || errors.Is(err, exchange.ErrLogin) || ctx.Err() != nil {
		return err
	}
	if err != nil {
		d.Log.Warn("temporary file of an earlier attempt left behind", "file", f.TempName, "error", err.Error())
	}
	return nil
}

// publishAll gives the files their names, in the order of their numbers. One that lies in the folder as several files is
// renamed alone.
func (d *Dropper) publishAll(ctx context.Context, drop exchange.Drop, files []records.File) error {
	for len(files) > 0 {
		n, err := 0, error(nil)
		for n < len(files) && len(files[n].Members) == 0 {
			n++
		}
		if n > 0 {
			err = d.publishSingles(ctx, drop, files[:n])
		} else {
			n, err = 1, d.publishMembers(ctx, drop, files[0])
		}
		if err != nil {
			return err
		}
		files = files[n:]
	}
	return nil
}

// publishSingles renames. An answer that was lost leaves "renaming", and whoever comes next looks under both names first.
func (d *Dropper) publishSingles(ctx context.Context, drop exchange.Drop, files []records.File) error {
	renamings := make([]exchange.Renaming, len(files))
	for i, f := range files {
		renamings[i] = exchange.Renaming{Temp: f.TempName, Final: f.Name}
	}
	killpoint.Here("rename.intended")
	errs := drop.PublishAll(ctx, renamings)
	killpoint.Here("rename.acted")
	var sure, doubtful []records.File
	var failed error
	for i, err := range errs {
		switch {
		case err == nil:
			sure = append(sure, files[i])
		case errors.Is(err, exchange.ErrGone):
			doubtful = append(doubtful, files[i])
		case failed == nil && !errors.Is(err, exchange.ErrWaits):
			failed = fmt.Errorf("drop %s: %w", files[i].Name, err)
		}
	}
	return errors.Join(d.dropped(ctx, drop, false, sure...), d.dropped(ctx, drop, true, doubtful...), failed)
}

// dropped commits that files have their final names, and does what comes behind it. unverified: they lay under neither
// name.
func (d *Dropper) dropped(ctx context.Context, drop exchange.Drop, unverified bool, files ...records.File) error {
	if len(files) == 0 {
		return nil
	}
	if err := d.Journal.DropDone(context.WithoutCancel(ctx), unverified, files...); err != nil {
		return err
	}
	killpoint.Here("rename.done")
	var errs []error
	for _, f := range files {
		d.Dropped++
		d.Log.Info("import file dropped", "route", f.Route, "file", f.Name, "unverified", unverified)
		d.keepCopy(context.WithoutCancel(ctx), f) // it is not tried again
		killpoint.Here("copy.done")
		if err := d.mark(ctx, drop, f); err != nil {
			errs = append(errs, fmt.Errorf("drop %s: %w", f.Name, err))
		}
	}
	return errors.Join(errs...)
}

// mark writes the done-marker of a dropped file, if the route has one. Some ERPs read nothing without it, so it is part
// of the drop. It is not written when both the file and the marker are gone: then the ERP has taken both.
func (d *Dropper) mark(ctx context.Context, drop exchange.Drop, f records.File) error {
	if f.Marker == "" || f.MarkerDone {
		return nil
	}
	_, there, err := drop.Stat(ctx, f.Name)
	if err != nil && !errors.Is(err, exchange.ErrCannotTell) {
		return fmt.Errorf("look for the file before its done-marker: %w", err)
	}
	killpoint.Here("marker.intended")
	there = there || err != nil
	if there {
		if err := drop.Mark(ctx, f.Name); err != nil {
			return fmt.Errorf("write the done-marker: %w", err)
		}
	}
	killpoint.Here("marker.acted")
	return d.Journal.MarkerDone(context.WithoutCancel(ctx), f.ID, there)
}
