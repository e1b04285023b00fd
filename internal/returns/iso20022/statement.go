package iso20022

import (
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout/xmlread"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// statement reads camt.052, 053 and 054: groups of entries, of which each may hold batches of transactions. One event
// is taken at a time, so that an entry of a million transactions is read as one of two.
type statement struct {
	*reader
	paged      bool // the file is a part of a statement
	unbalanced bool // balances are not looked at
	head       statementHead
	entry      *entry
	inEntry    bool
	inHead     bool // a statement is open
}

// statementHead is what is known of a statement: its account and balances.
type statementHead struct {
	account         string
	opening, last   balance
	openings, lasts int
	booked          fis.Amount
	currencies      map[string]bool
	unsure          bool // an entry has no amount that could be added
	summary         summary
}

type balance struct {
	amount   fis.Amount
	currency string
}

// entry is an Ntry: what stands above its transactions, and what they add up to.
type entry struct {
	amount, currency, side, status, booked, value string
	bankRef, ownRef, family, information          string
	reversal                                      bool
	charges                                       charges    // of the entry itself
	within                                        fis.Amount // charges of its transactions
	batch                                         batch
	sum, all                                      fis.Amount   // of the transactions: as the entry counts, and whatever their side
	listed, inBatch                               int          // transactions: all, and those of the batch in hand
	payments                                      int          // as the batches count
	batches                                       fis.Amount   // what the batches say that they add up to
	untotalled                                    bool         // one of them does not say it, or in another currency
	partly                                        bool         // a batch has more payments than are listed
	unsure                                        bool         // a transaction has no amount that could be added
	held                                          *transaction // read, and not told yet: it may be the only one
}

// batch is a Btch.
type batch struct {
	message, run string
	count        int
	total        money
}

// transaction is a TxDtls.
type transaction struct {
	endToEnd, instruction, run, message, check, bankRef string
	side                                                string
	own, sum, instructed                                money // Amt, AmtDtls/TxAmt and AmtDtls/InstdAmt, in this order
	code, information, text, party, family              string
	returned                                            bool
	parts                                               []part
	named                                               string // the reference, of a part
	charges                                             charges
}

type money struct{ amount, currency string }

// Next is the next row.
func (s *statement) Next() (*named.Row, error) { return s.next(s.more) }

// more takes the next element of the message that matters.
func (s *statement) more() error {
	kind, err := s.xml.Next()
	if err != nil {
		return err
	}
	name := s.xml.Name
	if kind == xmlread.End {
		return s.ends(name)
	}
	switch {
	case s.inEntry:
		return s.inside(name)
	case s.inHead && name == "Ntry":
		s.inEntry, s.entry = true, &entry{}
		return nil
	case s.inHead && name == "Bal":
		return s.balance()
	case s.inHead && name == "TxsSummry":
		return s.leaves(s.head.summary.leaf)
	case s.inHead && name == "Acct":
		return s.leaves(s.head.leaf)
	case s.inHead:
		return s.skip()
	case name == "Stmt" || name == "Ntfctn" || name == "Rpt":
		s.inHead, s.head = true, statementHead{currencies: map[string]bool{}}
		return nil
	case name == "GrpHdr":
		return s.header()
	}
	return s.skip()
}

// inside takes an element of an entry.
func (s *statement) inside(name string) error {
	switch name {
	case "NtryDtls":
		s.entry.batch = batch{}
		return nil
	case "Btch":
		return s.leaves(s.entry.batchLeaf)
	case "TxDtls":
		return s.transaction()
	}
	return s.leaves(s.entry.leaf)
}

func (s *statement) ends(name string) error {
	switch {
	case s.inEntry && name == "NtryDtls":
		s.entry.detailsEnd()
	case s.inEntry:
		s.inEntry = false
		return s.entryEnds()
	case s.inHead:
		s.inHead = false
		if err := s.summed(); err != nil {
			return err
		}
		return s.balanced()
	}
	return nil
}

// header takes the page numbers out of the group header: a statement may come in several files.
func (s *statement) header() error {
	number, last := "1", "true"
	err := s.leaves(func(path []string, text, _ string) {
		switch path[len(path)-1] {
		case "PgNb":
			number = text
		case "LastPgInd":
			last = text
		}
	})
	s.paged = strings.TrimLeft(number, "0") != "1" || !truth(last)
	return err
}

func truth(s string) bool { return s == "true" || s == "1" }

func (h *statementHead) leaf(path []string, text, _ string) {
	switch n := len(path); {
	case path[n-1] == "IBAN" && path[n-2] == "Id", path[n-1] == "Id" && path[n-2] == "Othr" && h.account == "":
		h.account = text
	}
}

func (s *statement) balance() error {
	var code, side string
	var m money
	err := s.leaves(func(path []string, text, ccy string) {
		switch name := path[len(path)-1]; {
		case name == "Cd" && path[len(path)-2] == "CdOrPrtry":
			code = text
		case name == "Amt" && len(path) == 2:
			m = money{text, ccy}
		case name == "CdtDbtInd" && len(path) == 2:
			side = text
		}
	})
	if err != nil {
		return err
	}
	a, bad := fis.ParseAmount(m.amount)
	if bad != nil {
		return nil //nolint:nilerr // a balance that cannot be read is compared with nothing
	}
	if side == debit {
		a = a.Neg()
	}
	switch code {
	case "OPBD", "PRCD":
		s.head.opening = balance{a, m.currency}
		s.head.openings++
	case "CLBD":
		s.head.last = balance{a, m.currency}
		s.head.lasts++
	}
	return nil
}

// balanced holds the entries of a statement against its balances, where it has one of each and is whole.
func (s *statement) balanced() error {
	h := &s.head
	if s.unbalanced || s.paged || h.openings != 1 || h.lasts != 1 || h.unsure || h.opening.currency != h.last.currency || len(h.currencies) > 1 ||
		len(h.currencies) == 1 && !h.currencies[h.last.currency] {
		return nil
	}
	if is := h.opening.amount.Add(h.booked); !is.Equal(h.last.amount) {
		return s.wrong("the statement of account %s begins with %s and its entries add up to %s, which makes %s, but it ends with %s; for a bank whose statements never add up there is `own: { balances: ignore }`", h.account,
			h.opening.amount, h.booked, is, h.last.amount)
	}
	return nil
}

const debit, credit = "DBIT", "CRDT"

func (e *entry) batchLeaf(path []string, text, ccy string) {
	switch path[len(path)-1] {
	case "MsgId":
		e.batch.message = idOf(text)
	case "PmtInfId":
		e.batch.run = idOf(text)
	case "NbOfTxs":
		e.batch.count, _ = strconv.Atoi(text)
	case "TtlAmt":
		e.batch.total = money{text, ccy}
	}
}

// detailsEnd ends a group of transactions: a batch may be listed in part.
func (e *entry) detailsEnd() {
	if a, err := fis.ParseAmount(e.batch.total.amount); err == nil && e.batch.total.currency == e.currency {
		e.batches = e.batches.Add(a)
	} else {
		e.untotalled = true
	}
	e.payments += max(e.batch.count, e.inBatch)
	e.partly = e.partly || e.batch.count > e.inBatch
	e.inBatch = 0
}

// leaf takes what stands above the transactions.
func (e *entry) leaf(path []string, text, ccy string) {
	switch path[0] {
	case "Amt":
		e.amount, e.currency = text, ccy
	case "CdtDbtInd":
		e.side = text
	case "RvslInd":
		e.reversal = truth(text)
	case "Sts":
		e.status = text
	case "BookgDt":
		e.booked = day(text)
	case "ValDt":
		e.value = day(text)
	case "AcctSvcrRef":
		e.bankRef = idOf(text)
	case "NtryRef":
		e.ownRef = idOf(text)
	case "AddtlNtryInf":
		e.information = limited(join(e.information, text))
	case "BkTxCd":
		if path[len(path)-1] == "SubFmlyCd" {
			e.family = text
		}
	case "Chrgs":
		e.charges.add(path, text)
	}
}

// charges is what the bank took for itself.
type charges struct {
	sum   fis.Amount
	total bool // the sum is the bank's own total
}

// add takes an element of Chrgs: the amounts add up; the total counts where there is one.
func (c *charges) add(path []string, text string) {
	a, err := fis.ParseAmount(text)
	switch name := path[len(path)-1]; {
	case err != nil:
	case name == "TtlChrgsAndTaxAmt":
		c.sum, c.total = a, true
	case name == "Amt" && !c.total && path[len(path)-2] != "Tax":
		c.sum = c.sum.Add(a)
	}
}

// explained tells whether a difference between an entry and its transactions is what the bank took for itself: it stands
// at the entry, at the transactions, or at both, as the same charges or as further ones.
func (e *entry) explained(difference fis.Amount) bool {
	return difference.IsZero() || difference.Equal(e.charges.sum) || difference.Equal(e.within) || difference.Equal(e.charges.sum.Add(e.within))
}
