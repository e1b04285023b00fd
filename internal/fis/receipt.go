package fis

// ReceiptKind is what the image service calls an image.
type ReceiptKind string

const (
	// EntryReceipt is the image of one entry of an expense report, by its entryReceiptId.
	EntryReceipt ReceiptKind = "receipt"
	// InvoiceImage is the image of an invoice, by its requestId.
	InvoiceImage ReceiptKind = "invoice"
)

// ReceiptRef names a receipt in Concur.
type ReceiptRef struct {
	Kind ReceiptKind `json:"kind"`
	ID   string      `json:"id"`
}

// Receipt is a receipt of a document that was had: what its file is called and what is in it.
type Receipt struct {
	ReceiptRef
	// Number counts the receipts of the document, from 1, in the order of its entries.
	Number int    `json:"number"`
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// HasReceipts reports whether documents of the type name receipts.
func (t DocType) HasReceipts() bool { return t == Expense || t == Invoice || t == ReportObligation }

// receiptField is the field of an entry that names its receipt.
const receiptField = "entryReceiptId"

// ReceiptRefs are the receipts that the document names, each once, in the order of its entries. Entries of an earlier
// revision are not among them.
func (d *Document) ReceiptRefs() []ReceiptRef {
	if d.DocType == Invoice {
		if id := d.Header().Str("requestId"); id != "" {
			return []ReceiptRef{{InvoiceImage, id}}
		}
		return nil
	}
	var refs []ReceiptRef
	seen := map[string]bool{}
	for _, entry := range d.Root.List("expenseEntry") {
		if id := entry.Str(receiptField); id != "" && !seen[id] {
			seen[id] = true
			refs = append(refs, ReceiptRef{EntryReceipt, id})
		}
	}
	return refs
}
