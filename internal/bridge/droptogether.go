package bridge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
)

// mostTogether is how many bytes travel at once, but for one file that is larger: many files at once are for small ones.
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

// dropTogether is the drop protocol for several files at once: write them under temporary names and check them, commit "renaming", rename them in the
// order of their numbers, commit "dropped". It begins for each where its state says that an earlier run ended. Behind one that cannot be delivered the
// others wait.
func (b *Bridge) dropTogether(ctx context.Context, drop exchange.Drop, files []records.File, s *Summary) error {
	whole, fresh, err := b.sortOut(ctx, drop, files, s)
	if err != nil {
		return err
	}
	// What an earlier run left whole has the smaller numbers, unless its upload and not its rename failed.
	ready, uerr := b.uploadAll(ctx, drop, fresh)
	ready = append(whole, ready...)
	slices.SortStableFunc(ready, func(x, y records.File) int { return int(x.Sequence - y.Sequence) })
	if at := firstBehind(ready, fresh); uerr != nil && at < len(ready) {
		ready = ready[:at]
	}
	return errors.Join(b.publishAll(ctx, drop, ready, s), uerr)
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

// sortOut reads the files as they are now, for people act beside a run, and finds out what became of those whose rename was under way. whole are those
// that lie under their temporary names and were to be renamed; fresh are those that are not sent yet.
func (b *Bridge) sortOut(ctx context.Context, drop exchange.Drop, files []records.File, s *Summary) (whole, fresh []records.File, err error) {
	for _, f := range files {
		name := f.Name
		if f, err = b.j.File(ctx, f.ID); err != nil {
			return nil, nil, err
		}
		switch f.State {
		case records.Dropped:
			err = b.mark(ctx, drop, f)
		case records.Renaming:
			var lies bool
			if lies, err = b.renamed(ctx, drop, f, s); lies {
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
func (b *Bridge) renamed(ctx context.Context, drop exchange.Drop, f records.File, s *Summary) (lies bool, err error) {
	found, err := exchange.Find(ctx, drop, f.TempName, f.Name)
	if err != nil {
		return false, fmt.Errorf("find out whether it was renamed: %w", err)
	}
	switch found {
	case exchange.FoundFinal:
		return false, b.dropped(ctx, drop, false, s, f)
	case exchange.FoundGone:
		return false, b.dropped(ctx, drop, true, s, f)
	}
	return true, nil
}

// uploadAll writes files under temporary names of this attempt's own and commits that they are whole there. What an earlier attempt left is taken
// away: if its process is only paused, it finds its file gone, and can never put half of one under the final name. It gives the files up to the
// first that failed.
func (b *Bridge) uploadAll(ctx context.Context, drop exchange.Drop, files []records.File) ([]records.File, error) {
	if len(files) == 0 {
		return nil, nil
	}
	for _, f := range files {
		if err := b.removeFormer(ctx, drop, f); err != nil {
			return nil, fmt.Errorf("drop %s: %w", f.Name, err)
		}
	}
	begun, failed := b.j.BeginUpload(ctx, files, func(f records.File, fence int64) string {
		return drop.TempName(f.Name, fmt.Sprintf("%d%s", fence, strings.ToLower(rand.Text()[:4])))
	})
	if len(begun) == 0 {
		return nil, failed
	}
	killpoint.Here("upload.intended")
	sendings := make([]exchange.Sending, len(begun))
	for i, f := range begun {
		sendings[i] = exchange.Sending{Temp: f.TempName, Size: f.Size,
			Open: func() (io.ReadCloser, error) { return b.bytesToSend(ctx, f), nil }}
	}
	for i, err := range drop.UploadAll(ctx, sendings) {
		if err != nil {
			failed = fmt.Errorf("drop %s: %w", begun[i].Name, err)
			begun = begun[:i]
			break
		}
	}
	killpoint.Here("upload.acted")
	if len(begun) == 0 {
		return nil, failed
	}
	n, err := b.j.Uploaded(ctx, begun...)
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
func (b *Bridge) removeFormer(ctx context.Context, drop exchange.Drop, f records.File) error {
	if f.State != records.Uploading || f.TempName == "" {
		return nil
	}
	err := drop.Remove(ctx, f.TempName)
	// its name must not be forgotten while it may lie there
	if errors.Is(err, exchange.ErrConnection) || errors.Is(err, exchange.ErrLogin) || ctx.Err() != nil {
		return err
	}
	if err != nil {
		b.log.Warn("temporary file of an earlier attempt left behind", "file", f.TempName, "error", err.Error())
	}
	return nil
}

// publishAll renames. An answer that was lost leaves "renaming", and whoever comes next looks under both names first.
func (b *Bridge) publishAll(ctx context.Context, drop exchange.Drop, files []records.File, s *Summary) error {
	if len(files) == 0 {
		return nil
	}
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
	return errors.Join(b.dropped(ctx, drop, false, s, sure...), b.dropped(ctx, drop, true, s, doubtful...), failed)
}

// dropped commits that files have their final names, and does what comes behind it. unverified: they lay under neither name.
func (b *Bridge) dropped(ctx context.Context, drop exchange.Drop, unverified bool, s *Summary, files ...records.File) error {
	if len(files) == 0 {
		return nil
	}
	if err := b.j.DropDone(context.WithoutCancel(ctx), unverified, files...); err != nil {
		return err
	}
	killpoint.Here("rename.done")
	var errs []error
	for _, f := range files {
		s.Dropped++
		b.log.Info("import file dropped", "route", f.Route, "file", f.Name, "unverified", unverified)
		b.keepCopy(context.WithoutCancel(ctx), f, s) // it is not tried again
		killpoint.Here("copy.done")
		if err := b.mark(ctx, drop, f); err != nil {
			errs = append(errs, fmt.Errorf("drop %s: %w", f.Name, err))
		}
	}
	return errors.Join(errs...)
}
