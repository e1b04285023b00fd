package returns

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// A status report tells of payments that were refused: they were never carried out, and nothing of them came back. So it
// takes back what was told on the word of a status report or of the ERP, and nothing that a bank has booked: what is
// refused then is another try, as when a payment file was sent twice.

// refusedInVain says why a refused payment cannot be the one that Concur was told of, empty where it can.
func (h *holding) refusedInVain(p fis.Payment) string {
	if !p.Refused {
		return ""
	}
	if isDuplicate(p.Message) {
		return fmt.Sprintf("the bank refused a payment of document %s as one that it had before%s: nothing came back, and what was told of the document stays. "+
			"Was the payment file sent twice? Then mark this line invalid", h.DocID, because(p))
	}
	amount := p.Amount
	if unsaid(p) {
		amount = h.paid
	}
	booked, open := h.standing()
	if amount.GreaterThan(open) && booked.amount.IsPositive() {
		return h.wasBooked(p, booked.amount, booked.reference)
	}
	at := slices.IndexFunc(h.Aside, func(e EarlierPayment) bool {
		return h.ofBank(e) && e.Payment.Status != fis.PaymentReversed && e.Payment.Amount.Equal(amount)
	})
	if at >= 0 {
		return h.wasBooked(p, amount, fmt.Sprintf("%s, listed in line %d of result %d", h.Aside[at].Payment.Reference, h.Aside[at].Line, h.Aside[at].ResultID))
	}
	return ""
}

func (h *holding) wasBooked(p fis.Payment, amount fis.Amount, reference string) string {
	return fmt.Sprintf("the bank refused a payment of document %s%s, but has booked %s %s of it (%s), and a status report takes back nothing that is booked. "+
		"Was the payment file sent twice? Then mark this line invalid; valid only where that money did not leave", h.DocID, because(p), h.text(amount), h.Currency, reference)
}

// isDuplicate tells whether the reason of a refusal is that the bank has the payment already, by ISO's external codes.
func isDuplicate(reason string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(reason, mark), func(word string) bool {
		switch word {
		case "AM05", "DUPL", "DU01", "DU02", "DU03", "DU04", "DU05":
			return true
		}
		return false
	})
}

type bookedSum struct {
	amount    fis.Amount
	reference string // of the last one
}

// standing is what was told and did not come back: as a bank has booked it, and as a status report or the ERP says.
func (h *holding) standing() (booked bookedSum, open fis.Amount) {
	for _, e := range h.earlier {
		p := e.Payment
		p.Amount = p.Of(h.Currency)
		switch paid := p.Status == fis.PaidCompletely || p.Status == fis.PaidPartially; {
		case paid && h.ofBank(e):
			booked = bookedSum{booked.amount.Add(p.Amount), p.Reference}
		case paid:
			open = open.Add(p.Amount)
		case p.Status == fis.PaymentReversed && p.Refused:
			open = open.Sub(p.Amount)
		case p.Status == fis.PaymentReversed:
			if booked.amount = booked.amount.Sub(p.Amount); booked.amount.IsNegative() {
				open, booked.amount = open.Add(booked.amount), decimal.Zero
			}
		}
	}
	return booked, open
}

// ofBank tells whether a bank's file of another kind than the one in hand, which is a status report, has told of a payment.
func (h *holding) ofBank(e EarlierPayment) bool {
	return (e.Payment.Identified || e.Payment.Made) && messageOf(e.Format) != messageOf(h.Format)
}

// messageOf is the message of a file that a format of several has read: iso20022 pain.002.
func messageOf(format string) string { return format[strings.LastIndexByte(format, ' ')+1:] }
