package scope

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
)

// receiptsFact is what there is to say about all receipts of the document that were had.
func (e *Env) receiptsFact(f facts.Fact) layout.Value {
	if f == facts.DocumentReceipts {
		return Count(len(e.doc.Receipts))
	}
	var texts []string
	for _, r := range e.doc.Receipts {
		if f == facts.DocumentReceiptNames {
			texts = append(texts, r.Name)
		} else {
			texts = append(texts, r.SHA256)
		}
	}
	return layout.Text(strings.Join(texts, ";"))
}

// receipt is that of the entry in which the row stands, or of the invoice; empty when it was not had.
func (e *Env) receipt() fis.Receipt {
	if len(e.doc.Receipts) == 0 {
		return fis.Receipt{}
	}
	id := e.Find("entryReceiptId").Text()
	for _, r := range e.doc.Receipts {
		if r.Kind == fis.InvoiceImage || r.Kind == fis.EntryReceipt && r.ID == strings.TrimSpace(id) {
			return r
		}
	}
	return fis.Receipt{}
}
