// Package receipts is the step of a run that has the receipts of documents: it lists them, fetches their images right
// after the acknowledgement, keeps them under their hashes, and drops them beside the import file before it. It
// guarantees that bytes are on our disk before the journal says so, that a receipt is dropped under the promises of
// an import file (temporary name, size checked, intention and outcome committed), once, and that a receipt which
// cannot be had stops nothing here: who needs it waits in rendering.
package receipts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	jreceipts "github.com/fisbridge/fisbridge/internal/journal/receipts"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Service gives images.
type Service interface {
	Receipt(ctx context.Context, ref fis.ReceiptRef, limits concur.ReceiptLimits, w io.Writer) (concur.Receipt, error)
}

// Keeper has receipts. Its fields are set once; each of them is required.
type Keeper struct {
	Config  *config.Config
	Journal *journal.Journal
	Service Service
	Store   Store
	// Temp is the folder for receipts that are being sealed.
	Temp     string
	Now      func() time.Time
	Log      *slog.Logger
	Progress func(step string, done, total int)
}

const (
	// MostTries is in how many runs a receipt is asked for, when it could be had another time.
	MostTries = 5
	// atOnce is how many are fetched at a time, where concur.concurrency allows it, and fewFailures after how many in
	// a row that had no answer the others are left for the next run: documents do not wait for a service that is
	// down.
	atOnce      = 4
	fewFailures = 5
	// mostFailures and mostStep bound what a service that now and then does not answer, or is slow, may cost a run.
	mostFailures = 25
	mostStep     = time.Hour
	page         = 500
)

// Had is what a step did: how many receipts were had, and how many turned out not to be had.
type Had struct {
	Fetched, Missing int
	// Trouble is why none is had, of those that a person must mend: *concur.ReceiptError.
	Trouble error
	// Away is why the step gave up for this run: the service does not answer, or is too slow.
	Away error

	failures int       // receipts without an answer
	until    time.Time // when the step gives up
}

// Fetch lists the receipts of waiting documents and fetches what is wanted.
func (k *Keeper) Fetch(ctx context.Context) (had Had, err error) {
	if err := k.Store.clean(); err != nil {
		return had, fmt.Errorf("remove receipts that were half fetched: %w", err)
	}
	for _, r := range k.Config.ReceiptRoutes() {
		if err := k.list(ctx, r.Name); err != nil {
			return had, fmt.Errorf("list the receipts of route %s: %w", r.Name, err)
		}
	}
	had.until = k.Now().Add(mostStep)
	for _, r := range k.Config.ReceiptRoutes() {
		if had.Trouble != nil || had.Away != nil {
			break
		}
		if err := k.fetchRoute(ctx, r.Name, &had); err != nil {
			return had, fmt.Errorf("fetch the receipts of route %s: %w", r.Name, err)
		}
	}
	return had, nil
}

// list takes down which receipts documents name. A document that cannot be read is held when it is rendered.
func (k *Keeper) list(ctx context.Context, route string) error {
	parser := fis.NewParser(nil)
	for last := ""; ; {
		docs, err := k.Journal.Unlisted(ctx, route, last, page)
		if err != nil || len(docs) == 0 {
			return err
		}
		var found []jreceipts.Listing
		for _, d := range docs {
			last = d.ID
			if !k.Config.WantsReceipts(route, d.DocType) {
				continue
			}
			env, err := k.Journal.Payload(ctx, d.ID)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				continue
			}
			doc, err := parser.Parse(env)
			if err != nil {
				continue
			}
			found = append(found, jreceipts.Listing{DocID: d.ID, Refs: ownRefs(doc.ReceiptRefs())})
		}
		if len(found) > 0 {
			if err := k.Journal.ListReceipts(ctx, found); err != nil {
				return err
			}
		}
	}
}

// ownRefs are copies that do not hold on to the text of a whole document.
func ownRefs(refs []fis.ReceiptRef) []fis.ReceiptRef {
	for i := range refs {
		refs[i].ID = strings.Clone(refs[i].ID)
	}
	return refs
}

// fetchRoute asks once for each receipt of a route that is wanted.
func (k *Keeper) fetchRoute(ctx context.Context, route string, had *Had) error {
	tried := map[string]bool{}
	key := func(r records.Receipt) string { return fmt.Sprintf("%s/%d", r.DocID, r.Number) }
	for had.Trouble == nil && had.Away == nil {
		wanted, err := k.Journal.WantedReceipts(ctx, route, page+len(tried))
		if err != nil {
			return err
		}
		wanted = slices.DeleteFunc(wanted, func(r records.Receipt) bool { return tried[key(r)] })
		if len(wanted) == 0 {
			return nil
		}
		for _, r := range wanted {
			tried[key(r)] = true
		}
		if err := k.fetchSome(ctx, route, wanted, had); err != nil {
			return err
		}
	}
	return nil
}

// result is what came of one receipt. err is our own trouble, or that of the whole service.
type result struct {
	jreceipts.Fetched
	receiptErr *concur.ReceiptError
	err        error
}

// fetchSome fetches several at a time, and commits what came of each.
func (k *Keeper) fetchSome(ctx context.Context, route string, wanted []records.Receipt, had *Had) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	jobs, results := make(chan records.Receipt), make(chan result)
	var workers sync.WaitGroup
	for range max(1, min(atOnce, k.Config.Concur.Concurrency)) {
		workers.Go(func() {
			for r := range jobs {
				results <- k.fetch(ctx, r)
			}
		})
	}
	go func() {
		defer close(results)
		defer workers.Wait()
		defer close(jobs)
		for _, r := range wanted {
			select {
			case jobs <- r:
			case <-ctx.Done():
				return
			}
		}
	}()
	failures, done := 0, 0
	for r := range results { // to its end, whatever happens
		done++
		k.Progress("receipts "+route, done, len(wanted))
		switch serr := k.settle(r, had); {
		case err != nil:
		case serr != nil:
			err = serr
			cancel()
		case had.Trouble != nil:
			cancel()
		case r.receiptErr != nil && r.receiptErr.Code == concur.ReceiptUnreachable:
			had.failures++
			if failures++; failures >= fewFailures || had.failures >= mostFailures {
				had.Away = r.receiptErr
				cancel()
			}
		case k.Now().After(had.until):
			had.Away = fmt.Errorf("fetching them has taken %s", mostStep)
			cancel()
		default:
			failures = 0
		}
	}
	return err
}

// fetch asks for one receipt. Its bytes are on the disk, under their hash, before anybody says so.
func (k *Keeper) fetch(ctx context.Context, r records.Receipt) (res result) {
	res.Receipt = r
	if res.err = ctx.Err(); res.err != nil {
		return res
	}
	d, err := k.Journal.Document(ctx, r.DocID)
	if err != nil {
		res.err = err
		return res
	}
	f, err := k.Store.begin()
	if err != nil {
		res.err = fmt.Errorf("keep receipt %d of document %s: %w", r.Number, r.DocID, err)
		return res
	}
	killpoint.Here("receipt.intended")
	got, err := k.Service.Receipt(ctx, r.ReceiptRef,
		concur.ReceiptLimits{Bytes: int64(k.Config.Limits.ReceiptMiB) << 20, Time: mostTime}, f)
	res.Correlation = got.Correlation
	if err != nil {
		if errors.As(err, &res.receiptErr) {
			res.Correlation = res.receiptErr.Correlation
			err = nil
		}
		res.err = errors.Join(err, k.Store.discard(f))
		return res
	}
	if res.err = k.Store.keep(f, got.SHA256); res.err != nil {
		res.err = fmt.Errorf("keep receipt %d of document %s: %w", r.Number, r.DocID, res.err)
		return res
	}
	killpoint.Here("receipt.acted")
	res.SHA256, res.Size = got.SHA256, got.Size
	res.Name = k.Config.Receipts.ReceiptName(d.ID, d.ReportID, r.Number, got.SHA256, got.Type) + k.extension(d.Route)
	return res
}

// extension is what the names of sealed files end with; nothing where they go out in clear.
func (k *Keeper) extension(route string) string {
	r, _ := k.Config.Route(route)
	if how, sealed := k.Config.Sealing(r); sealed {
		return how.Extension()
	}
	return ""
}

// mostTime is how long one image may take.
const mostTime = 5 * time.Minute

// settle commits what came of one receipt. Only answers become states.
func (k *Keeper) settle(r result, had *Had) error {
	switch e := r.receiptErr; {
	case r.err != nil:
		if errors.Is(r.err, context.Canceled) && (had.Trouble != nil || had.Away != nil) {
			return nil // we have ended it ourselves
		}
		return r.err
	case e == nil:
		had.Fetched++
		k.Log.Info("receipt fetched", "doc", r.DocID, "receipt", r.Number, "bytes", r.Size, "correlation",
			r.Correlation)
	case e.Common():
		had.Trouble = e
		return nil
	default:
		r.Final = e.Final() || r.Tries+1 >= MostTries
		r.Why = reasonOf(e)
		if r.Final {
			had.Missing++
		}
		k.Log.Warn("receipt not had", "doc", r.DocID, "receipt", r.Number, "error", e.Error())
	}
	if err := k.Journal.SettleReceipts(context.Background(), []jreceipts.Fetched{r.Fetched}); err != nil {
		return err
	}
	killpoint.Here("receipt.done")
	return nil
}

// reasonOf says for people why a receipt was not had.
func reasonOf(e *concur.ReceiptError) why.Reason {
	switch e.Code {
	case concur.ReceiptMissing:
		return why.New("receipt-missing")
	case concur.ReceiptTooLarge:
		return why.New("receipt-too-large", "problem", e.Err)
	case concur.ReceiptNoImage:
		return why.New("receipt-no-image")
	}
	return why.New("receipt-failed", "problem", e)
}
