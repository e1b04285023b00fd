package iso20022

import (
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// transaction reads a TxDtls. The one before it is told now: it was not the only one.
func (s *statement) transaction() error {
	e := s.entry
	if e.held != nil {
		s.tell(e.held, false)
	}
	t := &transaction{}
	if err := s.leaves(t.leaf); err != nil {
		return err
	}
	if t.run == "" {
		t.run = e.batch.run
	}
	if t.message == "" {
		t.message = e.batch.message
	}
	e.listed++
	e.inBatch++
	e.held = t
	return nil
}

func (t *transaction) leaf(path []string, text, ccy string) {
	if len(path) < 2 {
		return
	}
	name := path[len(path)-1]
	switch path[1] {
	case "Refs":
		t.ref(name, text)
	case "Amt":
		t.own = money{text, ccy}
	case "CdtDbtInd":
		t.side = text
	case "AmtDtls":
		switch over := path[len(path)-2]; {
		case name == "Amt" && over == "TxAmt":
			t.sum = money{text, ccy}
		case name == "Amt" && over == "InstdAmt":
			t.instructed = money{text, ccy}
		}
	case "BkTxCd":
		if name == "SubFmlyCd" {
			t.family = text
		}
	case "RltdPties":
		if name == "Nm" && path[2] == "Cdtr" {
			t.party = text
		}
	case "RmtInf":
		t.part(path, text, ccy)
		if name == "Ustrd" || name == "Nb" || name == "Ref" {
			t.text = limited(join(t.text, text))
		}
	case "Chrgs":
		t.charges.add(path, text)
	case "RtrInf":
		t.returnedFor(path[2:], text)
	}
}

func (t *transaction) ref(name, text string) {
	text = idOf(text)
	switch name {
	case "EndToEndId":
		t.endToEnd = text
	case "InstrId":
		t.instruction = text
	case "PmtInfId":
		t.run = text
	case "MsgId":
		t.message = text
	case "ChqNb":
		t.check = text
	case "AcctSvcrRef":
		t.bankRef = text
	}
}

// returnedFor takes the reason of a return.
func (t *transaction) returnedFor(path []string, text string) {
	t.returned = true
	switch path[0] {
	case "Rsn":
		t.code = limited(join(t.code, text))
	case "AddtlInf":
		t.information = limited(join(t.information, text))
	}
}

// tell makes a row of a transaction, and adds it up; only is whether it is the only one of its entry.
func (s *statement) tell(t *transaction, only bool) {
	e := s.entry
	m := t.money(e, only)
	e.add(t, m)
	parts := t.split(m)
	for i := range parts {
		s.write(t.of(e, parts[i], only), parts[i].money, only)
	}
	if parts == nil {
		s.write(t, m, only)
	}
}

// write makes a row of a transaction, or of its part that pays one document.
func (s *statement) write(t *transaction, m money, only bool) {
	e := s.entry
	row := s.row()
	f := row.Facts
	side := t.side
	if side == "" || only && (e.reversal || t.returned || t.family == "RRTN" || e.family == "RRTN") { // a return may repeat the side of the original
		side = e.side
	}
	family := t.family
	if family == "" {
		family = e.family
	}
	if f[what] = whatOf(e.status, side, e.reversal, t.returned || family == "RRTN"); f[what] == Paid && t.endToEnd == "" && t.check == "" && isCharge(family) {
		f[what] = Charges
	}
	f[status], f[amount], f[currency] = e.status, m.amount, m.currency
	f[date], f[valueDate] = e.booked, e.value
	if f[date] == "" {
		f[date] = e.value
	}
	f[endToEnd], f[instruction], f[paymentRun], f[message], f[check] = t.endToEnd, t.instruction, t.run, t.message, t.check
	f[reference], f[method] = t.endToEnd, "E"
	if t.check != "" {
		f[method] = "C"
		if t.endToEnd == "" {
			f[reference] = t.check
		}
	}
	if t.named != "" {
		f[reference] = t.named
	}
	f[bankReference] = t.bankRef
	if t.bankRef == "" {
		f[bankReference] = e.bankRef
	}
	f[payment] = s.paymentOf(t, f, only)
	if t.bankRef != "" || only && e.bankRef != "" {
		f[unique] = "yes"
	}
	f[reason], f[text], f[party], f[account] = join(t.code, t.information), t.text, t.party, s.head.account
	if f[reason] == "" && f[what] == Returned {
		f[reason] = "the bank gave the money back and no reason"
	}
	if f[text] == "" {
		f[text] = e.information
	}
	f[count] = "1"
	if e.listed == 0 {
		f[count] = strconv.Itoa(max(1, e.payments))
	}
	row.Raw = s.digest(f, side, e.reversal, family)
}

// paymentOf is a reference of this one payment: the bank's of the transaction; the bank's of the entry, with what tells
// the payments of it apart where there are several; at last our own with the day.
func (s *statement) paymentOf(t *transaction, f []string, only bool) string {
	own := f[reference]
	switch e := s.entry; {
	case t.bankRef != "":
		return t.bankRef
	case e.bankRef != "" && !only && own != "":
		return e.bankRef + "-" + own
	case e.bankRef != "":
		return e.bankRef
	case own != "":
		return own + "-" + strings.ReplaceAll(f[date], "-", "")
	case e.ownRef != "":
		return e.ownRef
	}
	return ""
}

// digest is what a person finds the entry by.
func (s *statement) digest(f []string, side string, reversal bool, family string) string {
	words := []string{side, f[status], f[amount], f[currency], family}
	if reversal {
		words = append(words, "reversal")
	}
	return strings.Join(strings.Fields(strings.Join(append(words, f[bankReference], f[endToEnd], f[reason]), " ")), " ")
}

// whatOf is what a booking means to us.
func whatOf(status, side string, reversal, returned bool) string {
	switch {
	case status != "BOOK":
		return Waiting
	case side == debit && (reversal || returned):
		return TakenOut
	case side == debit:
		return Paid
	case side == credit && (reversal || returned):
		return Returned
	case side == credit:
		return Received
	}
	return ""
}

// isCharge tells what a bank takes for itself, by the sub-family of the booking.
func isCharge(family string) bool {
	switch family {
	case "FEES", "CHRG", "COMM", "INTR", "TAXE":
		return true
	}
	return false
}

// money is the amount of a transaction: its own, that of the transaction, the instructed one in the currency of the
// account; that of the entry only for the one transaction of it.
func (t *transaction) money(e *entry, only bool) money {
	switch {
	case t.own.amount != "":
		return t.own
	case t.sum.amount != "":
		return t.sum
	case t.instructed.amount != "" && t.instructed.currency == e.currency:
		return t.instructed
	case only:
		return money{e.amount, e.currency}
	}
	return money{}
}

// add counts a transaction on the side of its entry.
func (e *entry) add(t *transaction, m money) {
	a, err := fis.ParseAmount(m.amount)
	e.within = e.within.Add(t.charges.sum)
	switch {
	case err != nil || m.currency != e.currency:
		e.unsure = true
	case t.side != "" && t.side != e.side:
		e.sum, e.all = e.sum.Sub(a), e.all.Add(a)
	default:
		e.sum, e.all = e.sum.Add(a), e.all.Add(a)
	}
}

// entryEnds tells the last transaction, or the entry itself where it has none, and holds the transactions against the
// entry.
func (s *statement) entryEnds() error {
	e := s.entry
	a, err := fis.ParseAmount(e.amount)
	s.count(a, err == nil)
	if e.held == nil {
		s.tell(&transaction{own: money{e.amount, e.currency}, run: e.batch.run, message: e.batch.message}, true)
		return s.batched(a, err == nil)
	}
	s.tell(e.held, e.listed == 1 && e.payments <= 1)
	if err := s.batched(a, err == nil); err != nil {
		return err
	}
	if err != nil || e.unsure || e.partly {
		return nil
	}
	if !e.explained(a.Sub(e.sum).Abs()) && !a.Equal(e.all) { // some banks turn the sides
		return s.wrong("the entry of %s %s has transactions of %s", a, e.currency, e.sum)
	}
	return nil
}

// batched holds an entry against what its batches say that they add up to, where each of them says it.
func (s *statement) batched(a fis.Amount, known bool) error {
	e := s.entry
	if !known || e.untotalled || e.batches.IsZero() || e.explained(a.Sub(e.batches).Abs()) {
		return nil
	}
	return s.wrong("the entry of %s %s has a batch of %s (TtlAmt)", a, e.currency, e.batches)
}

// count adds a booked entry to the statement.
func (s *statement) count(a fis.Amount, known bool) {
	e := s.entry
	s.head.summary.count(e, a, known)
	switch {
	case e.status != "BOOK":
	case !known || e.side != debit && e.side != credit:
		s.head.unsure = true
	case e.side == debit:
		s.head.booked = s.head.booked.Sub(a)
	default:
		s.head.booked = s.head.booked.Add(a)
	}
	if e.status == "BOOK" {
		s.head.currencies[e.currency] = true
	}
}
