package iso20022

import (
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout/xmlread"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// report reads pain.002. What is not said of a transaction is said of its batch, or of the whole file; a batch or a
// file that lists no transaction is a row itself, for all its payments are meant.
type report struct {
	*reader
	made    string // the day of the report
	group   fate
	batch   fate
	inBatch bool
	listed  int // transactions of the batch
	batches int // of the file
}

// fate is what became of a transaction, a batch, or a file.
type fate struct {
	status, code, information string
	id, payments              string
	endToEnd, instruction     string
	accepted, bankRef         string
	sum                       money
	party                     string
}

// Next is the next row.
func (r *report) Next() (*named.Row, error) { return r.next(r.more) }

func (r *report) more() error {
	kind, err := r.xml.Next()
	if err != nil {
		return err
	}
	name := r.xml.Name
	if kind == xmlread.End {
		return r.ends(name)
	}
	switch {
	case r.inBatch && name == "TxInfAndSts":
		return r.transaction()
	case r.inBatch:
		return r.leaves(r.batch.leaf)
	case name == "GrpHdr":
		return r.leaves(func(path []string, text, _ string) {
			if path[len(path)-1] == "CreDtTm" {
				r.made = day(text)
			}
		})
	case name == "OrgnlGrpInfAndSts":
		return r.leaves(func(path []string, text, ccy string) {
			if len(path) > 1 {
				r.group.leaf(path[1:], text, ccy)
			}
		})
	case name == "OrgnlPmtInfAndSts":
		r.inBatch, r.batch, r.listed = true, fate{}, 0
		r.batches++
		return nil
	}
	return r.skip()
}

func (r *report) ends(name string) error {
	switch {
	case r.inBatch:
		r.inBatch = false
		if r.listed == 0 {
			b := r.batch
			r.tell(&b, true)
		}
	case name == "CstmrPmtStsRpt" && r.batches == 0:
		g := r.group
		r.batch = fate{}
		r.tell(&g, true)
	}
	return nil
}

func (r *report) transaction() error {
	t := &fate{}
	err := r.leaves(func(path []string, text, ccy string) {
		if len(path) > 1 {
			t.leaf(path[1:], text, ccy)
		}
	})
	if err == nil {
		r.listed++
		r.tell(t, false)
	}
	return err
}

// leaf takes what is said; the names differ by the level only.
func (f *fate) leaf(path []string, text, ccy string) {
	name := path[len(path)-1]
	switch path[0] {
	case "GrpSts", "PmtInfSts", "TxSts":
		f.status = text
	case "OrgnlMsgId", "OrgnlPmtInfId":
		f.id = idOf(text)
	case "OrgnlNbOfTxs":
		f.payments = text
	case "OrgnlEndToEndId":
		f.endToEnd = idOf(text)
	case "OrgnlInstrId":
		f.instruction = idOf(text)
	case "AccptncDtTm":
		f.accepted = day(text)
	case "AcctSvcrRef":
		f.bankRef = idOf(text)
	case "ClrSysRef":
		if f.bankRef == "" {
			f.bankRef = idOf(text)
		}
	case "StsRsnInf":
		f.because(path, text)
	case "OrgnlTxRef":
		switch {
		case name == "InstdAmt", name == "Amt" && path[len(path)-2] == "EqvtAmt":
			f.sum = money{text, ccy}
		case name == "Nm" && len(path) > 1 && path[1] == "Cdtr":
			f.party = text
		}
	}
}

func (f *fate) because(path []string, text string) {
	if len(path) < 2 {
		return
	}
	switch path[1] {
	case "Rsn":
		f.code = limited(join(f.code, text))
	case "AddtlInf":
		f.information = limited(join(f.information, text))
	}
}

// tell makes a row; whole tells that it stands for a batch or the file.
func (r *report) tell(t *fate, whole bool) {
	row := r.row()
	f := row.Facts
	for _, above := range []*fate{&r.batch, &r.group} {
		if t.status == "" {
			t.status = above.status
		}
		if t.code == "" && t.information == "" && whatBecame(t.status) == Rejected && above.status == t.status {
			t.code, t.information = above.code, above.information
		}
	}
	f[what] = whatBecame(t.status)
	f[status], f[reason] = t.status, join(t.code, t.information)
	f[paymentRun], f[message] = r.batch.id, r.group.id
	f[endToEnd], f[reference], f[instruction], f[bankReference] = t.endToEnd, t.endToEnd, t.instruction, t.bankRef
	f[amount], f[currency], f[party], f[method] = t.sum.amount, t.sum.currency, t.party, "E"
	if f[date] = t.accepted; f[date] == "" {
		f[date] = r.made
	}
	f[payment] = t.bankRef
	if t.bankRef != "" {
		f[unique] = "yes"
	}
	if t.bankRef == "" && t.endToEnd != "" {
		f[payment] = t.endToEnd + "-" + strings.ReplaceAll(f[date], "-", "")
	}
	f[count] = "1"
	if whole {
		if n, err := strconv.Atoi(t.payments); err == nil {
			f[count] = strconv.Itoa(n)
		}
	}
	row.Raw = strings.Join(strings.Fields(strings.Join([]string{t.status, f[amount], f[currency], f[paymentRun], t.endToEnd, f[reason]}, " ")), " ")
}

// whatBecame is what a status means. Statuses that are not known are interim: later versions use open lists.
func whatBecame(status string) string {
	switch status {
	case "RJCT", "CANC", "BLCK":
		return Rejected
	case "ACCC":
		return Paid
	case "ACSC":
		return Settled
	}
	return Waiting
}
