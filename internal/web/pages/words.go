package pages

import (
	"github.com/fisbridge/fisbridge/internal/desk/narrate"
	"github.com/fisbridge/fisbridge/internal/say"
)

// SaidTexts tell lines of result files.
func (d *documentPage) SaidTexts() (out []say.Text) {
	for _, s := range d.Said {
		out = append(out, narrate.Said(s))
	}
	return out
}

// Posting tells what Concur was told.
func (d *documentPage) Posting() say.Text {
	if d.Confirmation == nil {
		return ""
	}
	return narrate.Posting(*d.Confirmation, d.zone)
}

// Paid tells payments.
func (d *documentPage) Paid() (out []say.Text) {
	for _, p := range d.Payments {
		out = append(out, narrate.Payment(p, d.zone))
	}
	return out
}

// ReceiptTexts tell receipts.
func (d *documentPage) ReceiptTexts() (out []say.Text) {
	for _, r := range d.Receipts {
		out = append(out, narrate.Receipt(r, d.zone))
	}
	return out
}
