package receipts

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/exchange/seal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// dropAtOnce is how many receipts share their intentions and outcomes: each of these is a commit.
const dropAtOnce = 50

// DropFor drops receipts where those of a route go. A route whose receipts are not wanted any more drops none.
func (k *Keeper) DropFor(ctx context.Context, r config.Route, list []records.Receipt) (dropped int, err error) {
	if len(list) == 0 || !k.Config.TakesReceipts(r) {
		return 0, nil
	}
	to, err := k.Config.ReceiptsTo(r)
	if err != nil {
		return 0, err
	}
	var sealer *seal.Sealer
	if how, sealed := k.Config.Sealing(r); sealed {
		if sealer, err = how.Load(k.Now()); err != nil {
			return 0, fmt.Errorf("seal receipts: %w", err)
		}
	}
	drop, err := exchange.OpenDrop(to, exchange.Options{Log: k.Log})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, drop.Close()) }()
	return k.Drop(ctx, drop, sealer, list)
}

// Drop brings receipts to their folder: written under temporary names and checked, committed, renamed, committed. It
// begins where the states say that an earlier run ended. Receipts whose bytes are lost are fetched again by the next
// run, and stop nothing.
func (k *Keeper) Drop(ctx context.Context, drop exchange.Drop, sealer *seal.Sealer,
	list []records.Receipt) (dropped int, err error) {
	for len(list) > 0 {
		n := min(dropAtOnce, len(list))
		some, err := k.dropSome(ctx, drop, sealer, list[:n])
		dropped += some
		if err != nil {
			return dropped, err
		}
		list = list[n:]
	}
	return dropped, nil
}

func (k *Keeper) dropSome(ctx context.Context, drop exchange.Drop, sealer *seal.Sealer,
	list []records.Receipt) (int, error) {
	var begun, renaming, lost []records.Receipt
	for _, r := range list {
		if r.State == records.ReceiptRenaming {
			renaming = append(renaming, r)
			continue
		}
		whole, err := k.Store.whole(r.SHA256)
		if err != nil {
			return 0, fmt.Errorf("read receipt %s: %w", r.Name, err)
		}
		if whole {
			begun = append(begun, r)
		} else {
			lost = append(lost, r)
		}
	}
	if len(lost) > 0 {
		k.Log.Warn("receipts are gone from our folder, or damaged: they are fetched again", "receipts", len(lost),
			"first", lost[0].SHA256)
		if err := k.Journal.ReceiptsLost(ctx, lost); err != nil {
			return 0, err
		}
	}
	fresh, err := k.upload(ctx, drop, sealer, begun)
	if err != nil {
		return 0, err
	}
	return k.publish(ctx, drop, renaming, fresh)
}

// upload writes receipts under temporary names of this attempt's own, after what an earlier attempt left was taken
// away, and commits that they are whole there.
func (k *Keeper) upload(ctx context.Context, drop exchange.Drop, sealer *seal.Sealer,
	list []records.Receipt) (whole []records.Receipt, err error) {
	for _, r := range list {
		if r.TempName == "" {
			continue
		}
		err := drop.Remove(ctx, r.TempName)
		// its name must not be forgotten while it may lie there
		if errors.Is(err, exchange.ErrConnection) || errors.Is(err, exchange.ErrLogin) || ctx.Err() != nil {
			return nil, err
		}
		if err != nil {
			k.Log.Warn("temporary file of an earlier attempt left behind", "file", r.TempName, "error", err.Error())
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	token := strings.ToLower(rand.Text()[:4])
	n := 0 // of two documents receipts may have one name, and one number
	begun, err := k.Journal.BeginReceipts(ctx, list, func(r records.Receipt, fence int64) string {
		n++
		return drop.TempName(r.Name, fmt.Sprintf("%d%s%d", fence, token, n))
	})
	if err != nil {
		return nil, err
	}
	killpoint.Here("receiptupload.intended")
	for len(begun) > len(whole) {
		some := begun[len(whole):min(len(whole)+max(drop.AtOnce(), 1), len(begun))]
		if err := k.send(ctx, drop, sealer, some); err != nil {
			return nil, err
		}
		whole = append(whole, some...)
	}
	killpoint.Here("receiptupload.acted")
	return k.Journal.ReceiptsUploaded(ctx, begun)
}

// publish renames. Of receipts whose renaming an earlier run began, it looks first what became of them. What was
// renamed is committed, also when one behind it fails.
func (k *Keeper) publish(ctx context.Context, drop exchange.Drop, before, fresh []records.Receipt) (int, error) {
	var there, due []records.Receipt
	for _, r := range before {
		switch found, err := exchange.Find(ctx, drop, r.TempName, r.Name); {
		case err != nil:
			return 0, fmt.Errorf("find out whether receipt %s was renamed: %w", r.Name, err)
		case found == exchange.FoundFinal, found == exchange.FoundGone:
			there = append(there, r)
		default:
			due = append(due, r)
		}
	}
	due = append(due, fresh...)
	renamings := make([]exchange.Renaming, len(due))
	for i, r := range due {
		renamings[i] = exchange.Renaming{Temp: r.TempName, Final: r.Name}
	}
	var failed error
	killpoint.Here("receiptrename.intended")
	for i, err := range drop.PublishAll(ctx, renamings) {
		switch {
		case err == nil, errors.Is(err, exchange.ErrGone): // gone from both names: the partner has taken it
			there = append(there, due[i])
		case failed == nil && !errors.Is(err, exchange.ErrWaits):
			failed = fmt.Errorf("drop receipt %s: %w", due[i].Name, err)
		}
	}
	killpoint.Here("receiptrename.acted")
	moved, err := k.Journal.ReceiptsDropped(context.WithoutCancel(ctx), there)
	killpoint.Here("receiptrename.done")
	return len(moved), errors.Join(failed, err)
}

// send uploads some receipts at once.
func (k *Keeper) send(ctx context.Context, drop exchange.Drop, sealer *seal.Sealer, some []records.Receipt) error {
	sendings := make([]exchange.Sending, len(some))
	for i, r := range some {
		sendings[i] = exchange.Sending{Temp: r.TempName, Size: r.Size,
			Open: func() (io.ReadCloser, error) { return k.Store.open(r.SHA256) }}
		if sealer == nil {
			continue
		}
		sealed, size, err := k.sealed(sealer, r)
		if err != nil {
			return fmt.Errorf("seal receipt %s: %w", r.Name, err)
		}
		defer ownfile.Discard(sealed)
		sendings[i].Size = size
		sendings[i].Open = func() (io.ReadCloser, error) {
			return io.NopCloser(io.NewSectionReader(sealed, 0, size)), nil
		}
	}
	for i, err := range drop.UploadAll(ctx, sendings) {
		if err != nil {
			return fmt.Errorf("drop receipt %s: %w", some[i].Name, err)
		}
	}
	return nil
}

// sealed is a receipt sealed, in a file that Discard ends.
func (k *Keeper) sealed(sealer *seal.Sealer, r records.Receipt) (out *os.File, size int64, err error) {
	clear, err := k.Store.open(r.SHA256)
	if err != nil {
		return nil, 0, err
	}
	defer clear.Close()
	if out, err = ownfile.Scratch(k.Temp, "fisbridge-receipt-*"); err != nil {
		return nil, 0, err
	}
	defer func() {
		if err != nil {
			ownfile.Discard(out)
		}
	}()
	w, err := sealer.Seal(out, strings.TrimSuffix(r.Name, sealer.Extension()), k.Now())
	if err != nil {
		return nil, 0, err
	}
	if _, err := io.Copy(w, clear); err != nil {
		return nil, 0, err
	}
	if err := w.Close(); err != nil {
		return nil, 0, err
	}
	size, err = out.Seek(0, io.SeekCurrent)
	return out, size, err
}
