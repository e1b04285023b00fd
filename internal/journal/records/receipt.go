package records

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/why"
)

// ReceiptState is where a receipt stands.
type ReceiptState string

const (
	// ReceiptWanted: it is to be fetched, or was tried in vain and is tried again.
	ReceiptWanted ReceiptState = "wanted"
	// ReceiptMissing: it cannot be had. ReceiptWaived: it cannot, and a person has let the document go without it.
	ReceiptMissing ReceiptState = "missing"
	ReceiptWaived  ReceiptState = "waived"
	// ReceiptKept: its bytes are on our disk. ReceiptUploading and ReceiptRenaming: it is on its way to the drop
	// folder, and may lie there under its temporary name, or under both. ReceiptDropped: it lies (or lay) there under
	// its name.
	ReceiptKept      ReceiptState = "kept"
	ReceiptUploading ReceiptState = "uploading"
	ReceiptRenaming  ReceiptState = "renaming"
	ReceiptDropped   ReceiptState = "dropped"
)

// Receipt is one row of receipts.
type Receipt struct {
	DocID string `json:"doc_id"`
	fis.Receipt
	State ReceiptState `json:"state"`
	Since time.Time    `json:"state_since"`
	Tries int          `json:"tries,omitempty"`
	// Reason is why it was not had, Why the same as a code with values.
	Reason   string     `json:"reason,omitempty"`
	Why      why.Reason `json:"why,omitzero"`
	TempName string     `json:"-"`
	// FiledIn is the import file that its document was in when it was had: that file does not know it.
	FiledIn int64 `json:"filed_in,omitempty"`
	// Gone is when the bytes were removed by the retention rule, or to forget.
	Gone time.Time `json:"bytes_gone,omitzero"`
}

const receiptColumns = `r.doc_id, r.number, r.kind, r.image_id, r.state, r.state_since, r.tries, r.reason, r.why, r.name, r.sha256, r.size, r.temp_name, r.filed_in, r.bytes_gone`

func scanReceipt(rows *sql.Rows) (r Receipt, err error) {
	var since, gone, kept string
	if err = rows.Scan(&r.DocID, &r.Number, &r.Kind, &r.ID, &r.State, &since, &r.Tries, &r.Reason, &kept, &r.Name, &r.SHA256, &r.Size, &r.TempName, &r.FiledIn, &gone); err != nil {
		return r, err
	}
	r.Since, r.Gone = ledger.Time(since), ledger.Time(gone)
	r.Why, err = why.FromStored(kept, r.Reason, "")
	return r, err
}

// ReceiptsOf gives the receipts of a document, in the order of its entries.
func (j *Records) ReceiptsOf(ctx context.Context, docID string) ([]Receipt, error) {
	return j.receiptsWhere(ctx, `r.doc_id = $1 ORDER BY r.number`, docID)
}

// WantedReceipts gives the receipts of documents of a route that are to be fetched: those that were tried least come
// first, at most limit.
func (j *Records) WantedReceipts(ctx context.Context, route string, limit int) ([]Receipt, error) {
	return j.receiptsWhere(ctx, `(r.state || '') = 'wanted' AND r.bytes_gone = '' AND d.route = $1 ORDER BY r.tries, r.doc_id, r.number LIMIT $2`, route, limit)
}

// ReceiptsOpen tells what stands in the way of a document that goes out with its receipts only: that some are not had
// yet, or not even listed, and how many cannot be had, with the reason of the first.
func (j *Records) ReceiptsOpen(ctx context.Context, docID string) (open bool, missing int, first string, err error) {
	var listed string
	if err := ledger.QueryRow(ctx, j.Ledger, `SELECT receipts FROM documents WHERE doc_id = $1`, docID).Scan(&listed); err != nil {
		return false, 0, "", fmt.Errorf("journal: read the receipts of document %s: %w", docID, err)
	}
	all, err := j.ReceiptsOf(ctx, docID)
	open = listed == ""
	for _, r := range all {
		open = open || r.State == ReceiptWanted
		if r.State == ReceiptMissing {
			if missing++; missing == 1 {
				first = r.Reason
			}
		}
	}
	return open, missing, first, err
}

// undropped are receipts that are to be dropped.
const undropped = `r.state IN ('kept','uploading','renaming') AND r.bytes_gone = ''`

// ReceiptsFor gives the receipts that are to be dropped before an import file.
func (j *Records) ReceiptsFor(ctx context.Context, fileID int64) ([]Receipt, error) {
	return j.receiptsWhere(ctx, undropped+` AND d.file_id = $1 ORDER BY r.doc_id, r.number`, fileID)
}

// LateReceipts gives the receipts of a route that are to be dropped, though the import file of their document went
// before them: they were had later.
func (j *Records) LateReceipts(ctx context.Context, route string) ([]Receipt, error) {
	return j.receiptsWhere(ctx, undropped+` AND d.route = $1 AND d.file_id IN (SELECT id FROM files WHERE state NOT IN ('numbered','uploading','renaming','withdrawn')) ORDER BY r.doc_id, r.number`, route)
}

func (j *Records) receiptsWhere(ctx context.Context, where string, args ...any) ([]Receipt, error) {
	out, err := ledger.List(ctx, j.Ledger, `SELECT `+receiptColumns+` FROM receipts r JOIN documents d ON d.doc_id = r.doc_id WHERE `+where, args, scanReceipt)
	if err != nil {
		err = fmt.Errorf("journal: read receipts: %w", err)
	}
	return out, err
}

// Unlisted gives waiting documents of a route whose receipts nobody has listed yet, by docId behind the given one, at
// most limit.
func (j *Records) Unlisted(ctx context.Context, route, after string, limit int) ([]Doc, error) {
	return j.docs(ctx, `receipts = '' AND state IN ('acknowledged','held') AND route = $1 AND doc_id > $2 ORDER BY doc_id LIMIT $3`, route, after, limit)
}

// MissingReceipts counts the receipts that cannot be had, and the documents that name them, of documents that are not
// finished or were since the given time; docs are the first of them.
func (j *Records) MissingReceipts(ctx context.Context, since time.Time, most int) (receipts int, docs []string, err error) {
	const from = `FROM receipts r JOIN documents d ON d.doc_id = r.doc_id WHERE r.state = 'missing' AND r.bytes_gone = '' AND (d.finished_at = '' OR r.state_since >= $1)`
	if receipts, err = ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) `+from, ledger.Stamp(since)); err != nil || receipts == 0 {
		return receipts, nil, err
	}
	docs, err = ledger.List(ctx, j.Ledger, `SELECT DISTINCT r.doc_id `+from+` ORDER BY r.doc_id LIMIT $2`, []any{ledger.Stamp(since), most}, ledger.ScanText)
	return receipts, docs, err
}

// ReceiptBytes reports whether a receipt still needs the bytes of this hash, and whether any receipt ever had them:
// bytes that none knows may have been fetched just now.
func (j *Records) ReceiptBytes(ctx context.Context, sha256 string) (needed, known bool, err error) {
	all, err := ledger.List(ctx, j.Ledger, `SELECT bytes_gone FROM receipts WHERE sha256 = $1`, []any{sha256}, ledger.ScanText)
	if err != nil {
		return false, false, fmt.Errorf("journal: look whether bytes of a receipt are needed: %w", err)
	}
	return slices.Contains(all, ""), len(all) > 0, nil
}

// knownReceipts are the receipts that an import file of the document may name: those that were had before the
// document went into the file that it is in.
func (j *Records) knownReceipts(ctx context.Context, d Doc) ([]fis.Receipt, error) {
	all, err := j.ReceiptsOf(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	var known []fis.Receipt
	for _, r := range all {
		if r.SHA256 != "" && (r.FiledIn == 0 || r.FiledIn != d.FileID) {
			known = append(known, r.Receipt)
		}
	}
	return known, nil
}
