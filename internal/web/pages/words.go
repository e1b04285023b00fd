package pages

import (
	"github.com/fisbridge/fisbridge/internal/desk"
)

// What tells an event in short, as the history's row says it.
func (d *documentPage) What(e desk.Event) string { return desk.EventWords(e, d.About(e), false) }

// Said tells a line of a result file.
func (d *documentPage) SaidWords() (out []string) {
	for _, s := range d.Said {
		out = append(out, desk.SaidWords(s))
	}
	return out
}

// Posting tells what Concur was told.
func (d *documentPage) Posting() string {
	if d.Confirmation == nil {
		return ""
	}
	return desk.PostingWords(*d.Confirmation)
}

// Paid tells payments.
func (d *documentPage) Paid() (out []string) {
	for _, p := range d.Payments {
		out = append(out, desk.PaymentWords(p))
	}
	return out
}

// ReceiptTexts tell receipts.
func (d *documentPage) ReceiptTexts() (out []string) {
	for _, r := range d.Receipts {
		out = append(out, desk.ReceiptWords(r))
	}
	return out
}
