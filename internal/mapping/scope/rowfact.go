package scope

import (
	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/say"
)

func amountOf(n int) fis.Amount { return decimal.NewFromInt(int64(n)) }

// rowFact is what a one-sided extract says of a journal row or application: who pays whom, which account, how much.
// What the company pays is positive.
func (e *Env) rowFact(f facts.Fact) layout.Value {
	switch f {
	case facts.RowInDocument:
		return Count(e.InDoc)
	case facts.RowKind:
		return layout.Text(e.kind)
	case facts.RowCalculation:
		if e.trip != nil {
			return layout.Text(e.trip.by)
		}
		return layout.Value{}
	case facts.RowTaxes:
		return Count(len(taxes(e.alloc)))
	case facts.RowTaxAmount:
		return e.taxSum("amountTax")
	case facts.RowTaxReclaim:
		return e.taxSum("amountReclaim")
	case facts.RowAmount:
		return e.rowAmount()
	case facts.RowSide:
		v := e.rowAmount()
		switch {
		case v.IsEmpty():
			return v
		case v.Number.IsNegative():
			return layout.Text("CR")
		}
		return layout.Text("DR")
	case facts.RowPayer:
		return layout.Text(e.payer())
	case facts.RowPayee:
		return layout.Text(e.payee())
	case facts.RowAccount:
		return layout.Text(e.rowAccount())
	case facts.RowParty:
		return layout.Text(e.party())
	case facts.RowNet:
		return e.rowNet()
	case facts.RowNetOfReclaim:
		return e.rowNetOfReclaim()
	case facts.RowAllocation:
		if e.allocation > 0 {
			return Count(e.allocation)
		}
	case facts.RowReceipt:
		return layout.Text(e.receipt().Name)
	case facts.RowReceiptHash:
		return layout.Text(e.receipt().SHA256)
	case facts.RowEntryNumber:
		return layout.Text(e.entryHere().Str("legacyEntryId"))
	case facts.RowEntryAmount:
		return e.numberOf(e.entryHere(), "reportEntryTransactionAmount")
	}
	return layout.Value{}
}

// taxSum adds up the taxes of an allocation, for its first journal row.
func (e *Env) taxSum(name string) layout.Value {
	list := taxes(e.alloc)
	if e.kind != template.RepeatJournal || e.inAlloc != 1 || len(list) == 0 {
		return layout.Value{}
	}
	sum := fis.Zero
	for _, t := range list {
		a, _, err := t.Amount(name)
		if err != nil {
			e.Bad = append(e.Bad, BadField{name, say.Of(err)})
		}
		if e.round {
			a = fis.Round(a, e.doc.Currency())
		}
		sum = sum.Add(a)
	}
	return layout.Number(sum)
}

// Row is the innermost part that the row stands in, nil for the document as a whole.
func (e *Env) Row() *fis.Node {
	if e.depth == 0 {
		return nil
	}
	return e.nodes[0]
}

// rowAmount is the amount as it was sent, or as the posting lines have rounded it.
func (e *Env) rowAmount() layout.Value {
	v := e.sentAmount()
	if e.owed == nil || v.IsEmpty() {
		return v
	}
	return layout.Number(e.owed[e.Row()])
}

func (e *Env) sentAmount() layout.Value {
	switch {
	case e.kind == "application":
		return e.number1("cashAdvanceApplicationAmount")
	case e.kind != "journal":
		return layout.Value{}
	case e.doc.DocType == fis.CashAdvance:
		return e.number1("amount")
	case e.doc.DocType == fis.Invoice:
		return e.invoiceAmount()
	}
	return e.number1("amountGross")
}

// invoiceAmount is net, shipping and taxes, which the vendor is owed.
func (e *Env) invoiceAmount() layout.Value {
	sum := e.number1("amountNet").Number.Add(e.number1("amountShipping").Number)
	for _, t := range e.Row().List("tax") {
		a, _, err := t.Amount("amountTax")
		if err != nil {
			e.Bad = append(e.Bad, BadField{"amountTax", say.Of(err)})
		}
		sum = sum.Add(a)
	}
	return layout.Number(sum)
}

// number1 reads an amount of the row itself.
func (e *Env) number1(name string) layout.Value { return e.numberOf(e.Row(), name) }

func (e *Env) numberOf(n *fis.Node, name string) layout.Value {
	a, present, err := n.Amount(name)
	if err != nil {
		e.Bad = append(e.Bad, BadField{name, say.Of(err)})
		return layout.Value{}
	}
	if !present {
		return layout.Value{}
	}
	return layout.Number(a)
}

func (e *Env) payer() string {
	switch {
	case e.kind == "application" && e.number1("cashAdvanceApplicationAmount").Number.IsPositive():
		return "COMP"
	case e.kind == "application":
		return "EMPL"
	case e.kind == "journal" && e.doc.DocType == fis.Invoice:
		return "COMP"
	case e.kind == "journal":
		return first(e.Row(), "journalPayer", "payer")
	}
	return ""
}

func (e *Env) payee() string {
	switch {
	case e.kind == "application" && e.number1("cashAdvanceApplicationAmount").Number.IsPositive():
		return "EMPL"
	case e.kind == "application":
		return "COMP"
	case e.kind == "journal" && e.doc.DocType == fis.Invoice:
		return e.doc.Root.Get("vendor").Str("vendorCode")
	case e.kind == "journal":
		return first(e.Row(), "journalPayee", "payee")
	}
	return ""
}

func (e *Env) rowAccount() string {
	r := e.Row()
	switch {
	case e.kind == "application":
		return r.Str("cashAdvanceClearingAccountCode")
	case e.kind != "journal":
		return ""
	case e.doc.DocType == fis.CashAdvance:
		if s := r.Str("accountCode"); s != "" {
			return s
		}
		return e.doc.Header().Str("clearingAccountCode")
	case e.doc.DocType == fis.Invoice:
		if s := r.Str("accountCode"); s != "" {
			return s
		}
		return e.alloc.Str("allocationAccountCode")
	}
	if s := r.Str("journalAccountCode"); s != "" {
		return s
	}
	if e.entry.Str("entryIsPersonal") == "Y" {
		return e.entry.Str("clearingAccountCode")
	}
	return ""
}

func first(n *fis.Node, names ...string) string {
	for _, name := range names {
		if s := n.Str(name); s != "" {
			return s
		}
	}
	return ""
}
