package bridge

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/bridge/receipts"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// receiptTrouble is the kind of alarm about receipts that are not to be had at all.
const receiptTrouble = "receipts"

// keeper has the receipts of documents.
func (b *Bridge) keeper() *receipts.Keeper {
	return &receipts.Keeper{Config: b.cfg, Journal: b.j, Service: b.service, Store: b.receiptStore(), Temp: b.temp,
		Now: b.now, Log: b.log, Progress: b.progress}
}

func (b *Bridge) receiptStore() receipts.Store {
	return receipts.Store{Dir: b.cfg.Path(b.cfg.Folders.Receipts)}
}

// fetchReceipts is the step behind the acknowledgement. That receipts are not had is told and fails nothing; our own
// disk or journal in trouble does.
func (b *Bridge) fetchReceipts(ctx context.Context, s *Summary) error {
	if s.noLogin || len(b.cfg.ReceiptRoutes()) == 0 {
		return nil
	}
	had, err := b.keeper().Fetch(ctx)
	s.ReceiptsFetched, s.ReceiptsMissing = had.Fetched, had.Missing
	if te := s.noToken(err); te != nil {
		return te
	}
	if err != nil {
		return err
	}
	if had.Away != nil {
		s.note("receipts are not to be had at the moment, the next run asks again: " + had.Away.Error())
	}
	if had.Missing > 0 {
		s.note(fmt.Sprintf("%s cannot be had; fisbridge status names the documents", wording.Counted(had.Missing, "receipt")))
	}
	var now []journal.Lasting
	var re *concur.ReceiptError
	if errors.As(had.Trouble, &re) {
		now = []journal.Lasting{{Subject: "receipts", Why: why.New("receipts-refused", "problem", re, "way", re.Hint)}}
	}
	return b.j.LastingAlarms(ctx, receiptTrouble, now, "receipts are had again")
}

// dropReceiptsOf drops the receipts of the documents of import files, before these.
func (b *Bridge) dropReceiptsOf(ctx context.Context, r *route, files []records.File, s *Summary) error {
	var list []records.Receipt
	for _, f := range files {
		if f.State == records.Dropped {
			continue // its marker is what it waits for
		}
		some, err := b.j.ReceiptsFor(ctx, f.ID)
		if err != nil {
			return err
		}
		list = append(list, some...)
	}
	return b.dropReceipts(ctx, r, list, s)
}

// dropLateReceipts drops receipts that were had only after the import file of their document had gone.
func (b *Bridge) dropLateReceipts(ctx context.Context, s *Summary) error {
	var errs []error
	for _, r := range b.routes {
		if b.isBarred(r.Drop.Target) {
			continue
		}
		list, err := b.j.LateReceipts(ctx, r.Name)
		if err != nil {
			return err
		}
		if err := b.dropReceipts(ctx, r, list, s); err != nil {
			b.bar(r.Drop.Target, err)
			errs = append(errs, fmt.Errorf("route %s: %w", r.Name, err))
		}
	}
	return errors.Join(errs...)
}

// dropReceipts drops receipts where those of the route go.
func (b *Bridge) dropReceipts(ctx context.Context, r *route, list []records.Receipt, s *Summary) error {
	n, err := b.keeper().DropFor(ctx, r.Route, list)
	s.ReceiptsDropped += n
	return err
}

// RemoveReceipts removes the bytes of receipts that no document needs any more: they aged out, or were forgotten.
// left says which are still there and why.
func (b *Bridge) RemoveReceipts(ctx context.Context) (left []string, err error) {
	return b.receiptStore().Sweep(ctx, b.now(), b.j.ReceiptBytes)
}
