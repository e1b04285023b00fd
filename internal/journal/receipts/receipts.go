// Package receipts takes down in the journal what becomes of the receipts of documents: listed once, fetched or not
// to be had, dropped. As everywhere, what changes the world outside is committed before and after, and a receipt is
// moved only from the state in which it was seen.
package receipts

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Receipts keeps receipts in a journal.
type Receipts struct{ *ledger.Ledger }

type tx struct{ *ledger.Tx }

func (j *Receipts) in(ctx context.Context, what string, fn func(*tx) error) error {
	return ledger.In(ctx, j.Ledger, what, func(t *ledger.Tx) error { return fn(&tx{t}) })
}

// Listing is what a document names.
type Listing struct {
	DocID string
	Refs  []fis.ReceiptRef
}

// ListReceipts commits which receipts documents name. A document is listed once.
func (j *Receipts) ListReceipts(ctx context.Context, list []Listing) error {
	return j.in(ctx, "list receipts", func(t *tx) error {
		for _, l := range list {
			if err := t.list(l); err != nil {
				return fmt.Errorf("document %s: %w", l.DocID, err)
			}
		}
		return nil
	})
}

func (t *tx) list(l Listing) error {
	found := "listed"
	if len(l.Refs) == 0 {
		found = "none"
	}
	err := t.One(`UPDATE documents SET receipts = $1 WHERE doc_id = $2 AND receipts = ''`, found, l.DocID)
	if errors.Is(err, ledger.ErrStale) {
		return nil // somebody else has
	}
	if err != nil {
		return err
	}
	for i, ref := range l.Refs {
		if _, err := t.Exec(`INSERT INTO receipts (doc_id, number, kind, image_id, state, state_since) VALUES ($1,$2,$3,$4,$5,$6)`,
			l.DocID, i+1, ref.Kind, ref.ID, records.ReceiptWanted, t.At); err != nil {
			return err
		}
	}
	return t.Event("receipts listed", ledger.About{Doc: l.DocID}, ledger.Detail{"receipts": len(l.Refs)})
}

// Fetched is what came of asking for a receipt: it was had, when it has a hash; else Why says why not, and Final that
// it is not asked for again.
type Fetched struct {
	records.Receipt
	Correlation string
	Why         why.Reason
	Final       bool
}

// SettleReceipts commits what came of asking for receipts. One that is not wanted any more, for its document was
// forgotten meanwhile, is left alone.
func (j *Receipts) SettleReceipts(ctx context.Context, list []Fetched) error {
	return j.in(ctx, "settle receipts", func(t *tx) error {
		for _, f := range list {
			if err := t.settle(f); err != nil && !errors.Is(err, ledger.ErrStale) {
				return fmt.Errorf("receipt %d of document %s: %w", f.Number, f.DocID, err)
			}
		}
		return nil
	})
}

func (t *tx) settle(f Fetched) error {
	about := ledger.About{Doc: f.DocID, Correlation: f.Correlation}
	if f.SHA256 != "" {
		if err := t.One(`UPDATE receipts SET state = $1, state_since = $2, tries = tries + 1, reason = '', why = '', name = $3, sha256 = $4, size = $5,
			filed_in = (SELECT file_id FROM documents d WHERE d.doc_id = receipts.doc_id) WHERE doc_id = $6 AND number = $7 AND state = $8 AND bytes_gone = ''`,
			records.ReceiptKept, t.At, f.Name, f.SHA256, f.Size, f.DocID, f.Number, records.ReceiptWanted); err != nil {
			return err
		}
		return t.Event("receipt kept", about, ledger.Detail{"receipt": f.Number, "name": f.Name, "sha256": f.SHA256,
			"bytes": f.Size})
	}
	state, event := records.ReceiptWanted, "receipt not had"
	if f.Final {
		state, event = records.ReceiptMissing, "receipt missing"
	}
	if err := t.One(`UPDATE receipts SET state = $1, state_since = $2, tries = tries + 1, reason = $3, why = $4 WHERE doc_id = $5 AND number = $6 AND state = $7 AND bytes_gone = ''`,
		state, t.At, f.Why.Text(), f.Why.Stored(), f.DocID, f.Number, records.ReceiptWanted); err != nil {
		return err
	}
	return t.Event(event, about, ledger.Detail{"receipt": f.Number, "reason": f.Why.Text()})
}

// BeginReceipts commits that receipts are about to be uploaded, each under a temporary name of this attempt's own,
// and gives them back with it. A receipt that somebody else has taken since is left out.
func (j *Receipts) BeginReceipts(ctx context.Context, list []records.Receipt,
	name func(r records.Receipt, fence int64) string) (begun []records.Receipt, err error) {
	err = j.in(ctx, "begin to upload receipts", func(t *tx) error {
		begun = begun[:0]
		var fence int64
		if _, err := t.Exec(`INSERT INTO leases (name, owner, until, fence) VALUES ('upload', '', $1, 1) ON CONFLICT (name) DO UPDATE SET fence = leases.fence + 1`, t.At); err != nil {
			return err
		}
		if err := t.QueryRowContext(t.Ctx, `SELECT fence FROM leases WHERE name = 'upload'`).Scan(&fence); err != nil {
			return err
		}
		for _, r := range list {
			temp := name(r, fence)
			err := t.One(`UPDATE receipts SET state = $1, state_since = $2, temp_name = $3 WHERE doc_id = $4 AND number = $5 AND state IN ('kept','uploading') AND temp_name = $6 AND bytes_gone = ''`,
				records.ReceiptUploading, t.At, temp, r.DocID, r.Number, r.TempName)
			if errors.Is(err, ledger.ErrStale) {
				continue
			}
			if err != nil {
				return err
			}
			r.State, r.TempName = records.ReceiptUploading, temp
			if err := t.Event("receipt uploading", ledger.About{Doc: r.DocID},
				ledger.Detail{"receipt": r.Number, "temp_name": temp}); err != nil {
				return err
			}
			begun = append(begun, r)
		}
		return nil
	})
	return begun, err
}

// ReceiptsUploaded commits that receipts are whole under their temporary names and are about to be renamed; it gives
// those that still are this attempt's.
func (j *Receipts) ReceiptsUploaded(ctx context.Context, list []records.Receipt) ([]records.Receipt, error) {
	return j.move(ctx, list, records.ReceiptUploading, records.ReceiptRenaming, "receipt renaming")
}

// ReceiptsDropped commits that receipts lie, or lay, under their names.
func (j *Receipts) ReceiptsDropped(ctx context.Context, list []records.Receipt) ([]records.Receipt, error) {
	return j.move(ctx, list, records.ReceiptRenaming, records.ReceiptDropped, "receipt dropped")
}

func (j *Receipts) move(ctx context.Context, list []records.Receipt, from, to records.ReceiptState,
	event string) (moved []records.Receipt, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	err = j.in(ctx, event, func(t *tx) error {
		moved = moved[:0]
		for _, r := range list {
			err := t.One(`UPDATE receipts SET state = $1, state_since = $2 WHERE doc_id = $3 AND number = $4 AND state = $5 AND temp_name = $6`, to, t.At, r.DocID, r.Number, from, r.TempName)
			if errors.Is(err, ledger.ErrStale) {
				continue
			}
			if err != nil {
				return err
			}
			if err := t.Event(event, ledger.About{Doc: r.DocID},
				ledger.Detail{"receipt": r.Number, "name": r.Name}); err != nil {
				return err
			}
			r.State = to
			moved = append(moved, r)
		}
		return nil
	})
	return moved, err
}

// ReceiptsLost commits that our bytes of receipts are gone or damaged, as after a restore: they are fetched again.
func (j *Receipts) ReceiptsLost(ctx context.Context, list []records.Receipt) error {
	return j.in(ctx, "receipts lost", func(t *tx) error {
		for _, r := range list {
			err := t.One(`UPDATE receipts SET state = $1, state_since = $2, tries = 0, temp_name = '' WHERE doc_id = $3 AND number = $4 AND state IN ('kept','uploading') AND temp_name = $5`,
				records.ReceiptWanted, t.At, r.DocID, r.Number, r.TempName)
			if errors.Is(err, ledger.ErrStale) {
				continue
			}
			if err != nil {
				return err
			}
			if err := t.Event("receipt lost", ledger.About{Doc: r.DocID},
				ledger.Detail{"receipt": r.Number}); err != nil {
				return err
			}
		}
		return nil
	})
}

// WantReceipts has the receipts of a document that cannot be had asked for again, and tells how many.
func (j *Receipts) WantReceipts(ctx context.Context, docID, reason string) (n int64, err error) {
	err = j.in(ctx, "want receipts", func(t *tx) error {
		n, err = Want(t.Tx, docID, reason)
		return err
	})
	return n, err
}

// Want is WantReceipts as a part of a transaction.
func Want(t *ledger.Tx, docID, reason string) (n int64, err error) {
	n, err = t.Exec(`UPDATE receipts SET state = $1, state_since = $2, tries = 0 WHERE doc_id = $3 AND state IN ('missing','waived') AND bytes_gone = ''`, records.ReceiptWanted, t.At, docID)
	if err != nil || n == 0 {
		return n, err
	}
	return n, t.Event("receipts wanted", ledger.About{Doc: docID}, ledger.Detail{"receipts": n, "reason": reason})
}

// Waive lets a document that is held for its receipts go without those that cannot be had. It is a part of the
// transaction that releases it.
func Waive(t *ledger.Tx, docID string) error {
	n, err := t.Exec(`UPDATE receipts SET state = $1, state_since = $2 WHERE doc_id = $3 AND state IN ('wanted','missing')
		AND EXISTS (SELECT 1 FROM documents d WHERE d.doc_id = $3 AND d.cause = 'receipts')`, records.ReceiptWaived, t.At, docID)
	if err != nil || n == 0 {
		return err
	}
	return t.Event("receipts waived", ledger.About{Doc: docID}, ledger.Detail{"receipts": n})
}

// Restored counts the receipts of filed documents as dropped that were on their way when the copy was made: nothing
// goes out a second time by itself. Those that were not had are not asked for any more, until a person wants them.
func Restored(t *ledger.Tx) error {
	for _, d := range []struct{ query, event string }{
		{`UPDATE receipts SET state = 'dropped', state_since = $1 WHERE state IN ('kept','uploading','renaming') AND doc_id IN (SELECT doc_id FROM documents WHERE state = 'filed')`,
			"receipt counts as dropped after a restore"},
		{`UPDATE receipts SET state = 'missing', state_since = $1 WHERE state = 'wanted' AND doc_id IN (SELECT doc_id FROM documents WHERE state = 'filed')`,
			"receipt is not asked for after a restore"},
	} {
		rows, err := t.Changed(d.query, t.At)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := t.Event(d.event, ledger.About{Doc: r.Text("doc_id")},
				ledger.Detail{"receipt": r.Text("number")}); err != nil {
				return err
			}
		}
	}
	return nil
}
