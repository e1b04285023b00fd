// Package iso20022 reads the messages of banks in XML: camt.052, camt.053 and camt.054, which tell of booked entries,
// and pain.002, which tells what became of a payment file. Which message it is follows from the element below the root,
// and elements are known by their local names: banks differ in namespaces, prefixes and versions. Each transaction is a
// row, in the order of the file; entries without transactions are rows of their own.
//
// A file that contradicts itself (transactions that are not their entry, entries that do not lead from the opening to
// the closing balance) is not believed at all. What is not booked, and money that came in, is told as such; nothing is
// guessed.
package iso20022

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/xmlread"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// The facts of a row, in the order of Kind.Facts.
const (
	what = iota
	status
	reference
	payment
	amount
	currency
	date
	valueDate
	endToEnd
	instruction
	paymentRun
	message
	check
	method
	bankReference
	reason
	text
	party
	account
	count
	unique
	facts
)

// The words of the fact `what`.
const (
	Paid     = "paid"      // money left
	Settled  = "settled"   // pain.002: the payer's side is settled, and a statement will tell of it
	Returned = "returned"  // our payment came back
	Rejected = "rejected"  // pain.002: it was never made
	Waiting  = "waiting"   // not booked, or under way
	Received = "received"  // money of others
	TakenOut = "taken out" // money of others that went back to them
	Charges  = "charges"   // what the bank took for itself
)

// Kind is files of kind iso20022.
func Kind() layout.Kind {
	return named.Reader{
		Word: "iso20022", Unit: "entry", Takes: xmlread.Takes, Unfinished: xmlread.Unfinished,
		Facts: []named.Fact{
			{Name: "what", Type: layout.CodeType, Is: "paid, settled, returned, rejected, waiting, received, taken out, charges"},
			{Name: "status", Type: layout.CodeType, Is: "the status as the file has it: BOOK, RJCT"},
			{Name: "reference", Type: layout.CodeType, Is: "the end-to-end id, else the number of the check"},
			{Name: "payment", Type: layout.CodeType, Is: "the bank's reference of this one payment, else the reference with the day"},
			{Name: "amount", Type: layout.AmountType, Is: "the amount of the transaction"},
			{Name: "currency", Type: layout.CodeType, Is: "its currency"},
			{Name: "date", Type: layout.DateType, Is: "the day on which it was booked; of pain.002 on which it was settled, or reported"},
			{Name: "value_date", Type: layout.DateType, Is: "the value date"},
			{Name: "end_to_end", Type: layout.CodeType, Is: "the end-to-end id"},
			{Name: "instruction", Type: layout.CodeType, Is: "the instruction id"},
			{Name: "payment_run", Type: layout.CodeType, Is: "the id of the payment information: one batch of the payment file"},
			{Name: "message", Type: layout.CodeType, Is: "the id of the payment file"},
			{Name: "check", Type: layout.CodeType, Is: "the number of the check"},
			{Name: "method", Type: layout.CodeType, Is: "C of a check, else E"},
			{Name: "bank_reference", Type: layout.CodeType, Is: "the bank's reference"},
			{Name: "reason", Type: layout.TextType, Is: "the code and text of a return or rejection"},
			{Name: "text", Type: layout.TextType, Is: "the remittance information"},
			{Name: "party", Type: layout.TextType, Is: "who was paid"},
			{Name: "account", Type: layout.CodeType, Is: "the account of the statement"},
			{Name: "count", Type: layout.IntegerType, Is: "how many payments the sum of a batch stands for"},
			{Name: "unique", Type: layout.CodeType, Is: "yes, where payment is the bank's own reference of this one payment"},
		},
		Settings: settings,
		Open:     open,
	}
}

// own are the settings of a layout.
type own struct {
	// Messages are those that it takes; empty for all.
	Messages []string `yaml:"messages"`
	// Balances are held against the entries (check, also when empty), or not (ignore): for a bank whose statements do
	// not add up.
	Balances string `yaml:"balances"`
}

func messages() []string { return []string{"camt.052", "camt.053", "camt.054", "pain.002"} }

func settings(c *layout.Check) any {
	o := own{}
	c.Own("file.own", c.Spec().Own, &o)
	c.Choice("file.own.balances", o.Balances, "check", "ignore")
	for _, m := range o.Messages {
		c.Choice("file.own.messages", m, messages()...)
	}
	return o
}

// messageOf is the message that an element below the root begins.
func messageOf(element string) string {
	switch element {
	case "BkToCstmrAcctRpt":
		return "camt.052"
	case "BkToCstmrStmt":
		return "camt.053"
	case "BkToCstmrDbtCdtNtfctn":
		return "camt.054"
	case "CstmrPmtStsRpt":
		return "pain.002"
	}
	return ""
}

// open reads up to the element that says which message it is: directly below the root, or below an envelope.
func open(_ *layout.Plan, in layout.Input, settings any) (named.Rows, error) {
	r := &reader{xml: xmlread.New(in)}
	for {
		kind, err := r.xml.Next()
		if err != nil {
			return nil, err
		}
		if kind == xmlread.End {
			continue
		}
		m := messageOf(r.xml.Name)
		if len(settings.(own).Messages) != 1 {
			r.message = m
		}
		switch {
		case m != "" && !takes(settings.(own), m):
			return nil, fmt.Errorf("the file is a %s; this format takes %s", m, strings.Join(settings.(own).Messages, ", "))
		case m != "" && m != "pain.002":
			return &statement{reader: r, unbalanced: settings.(own).Balances == "ignore"}, nil
		case m != "":
			return &report{reader: r}, nil
		case r.xml.Name == "AppHdr":
			if err := r.skip(); err != nil {
				return nil, err
			}
		case r.xml.Depth() > 1 && r.xml.Within(r.xml.Depth()-2) == "Document", r.xml.Depth() > 4:
			return nil, &layout.ContradictionError{Reason: fmt.Sprintf("<%s> begins no message that is known here; there are %s",
				layout.Clip(r.xml.Name), strings.Join(messages(), ", "))}
		}
	}
}

func takes(o own, message string) bool {
	return len(o.Messages) == 0 || slices.Contains(o.Messages, message)
}

// reader is what both messages share.
type reader struct {
	xml     *xmlread.Reader
	message string // which of several it is
	n       int
	rows    []*named.Row // made, and not handed on yet
	free    []*named.Row
	last    *named.Row
	end     error
}

// Says is the message, where the layout takes several.
func (r *reader) Says() string { return r.message }

// next hands on what is made, and asks more for more.
func (r *reader) next(more func() error) (*named.Row, error) {
	if r.last != nil {
		r.free, r.last = append(r.free, r.last), nil
	}
	for len(r.rows) == 0 {
		if r.end != nil {
			return nil, r.end
		}
		r.end = more()
	}
	r.last = r.rows[0]
	r.rows = r.rows[:copy(r.rows, r.rows[1:])]
	return r.last, nil
}

// row begins the row that is handed on after those before it.
func (r *reader) row() *named.Row {
	r.n++
	row := &named.Row{Facts: make([]string, facts)}
	if n := len(r.free); n > 0 {
		row, r.free = r.free[n-1], r.free[:n-1]
		clear(row.Facts)
	}
	row.Line = r.n
	r.rows = append(r.rows, row)
	return row
}

// skip passes over the element that has begun.
func (r *reader) skip() error {
	for depth := r.xml.Depth(); ; {
		kind, err := r.xml.Next()
		if err != nil {
			return err
		}
		if kind == xmlread.End && r.xml.Depth() < depth {
			return nil
		}
	}
}

// leaves walks through the element that has begun and hands over each text in it: the names from that element down to
// the one with the text, and the currency beside it.
func (r *reader) leaves(fn func(path []string, text, currency string)) error {
	depth := r.xml.Depth()
	currency, leaf := r.xml.Attribute("Ccy"), true
	for {
		kind, err := r.xml.Next()
		if err != nil {
			return err
		}
		if kind == xmlread.Begin {
			currency, leaf = r.xml.Attribute("Ccy"), true
			continue
		}
		if leaf && !r.xml.Blank() {
			fn(r.xml.Path(depth-1), r.xml.Text(), currency)
		}
		leaf = false
		if r.xml.Depth() < depth {
			return nil
		}
	}
}

// wrong is a contradiction at the row that was begun last.
func (r *reader) wrong(format string, args ...any) error {
	return &layout.ContradictionError{Place: fmt.Sprintf("line %d", r.xml.Line()), Reason: fmt.Sprintf(format, args...)}
}

// idOf is an id, or nothing where the bank says that there is none.
func idOf(s string) string {
	switch strings.ToUpper(s) {
	case "NOTPROVIDED", "NONREF", "NOT PROVIDED", "NOTAVAILABLE":
		return ""
	}
	return s
}

// day is the date part of a date or a time stamp.
func day(s string) string {
	if len(s) > 10 && (s[10] == 'T' || s[10] == 'Z' || s[10] == '+' || s[10] == '-') {
		return s[:10]
	}
	return s
}

// join adds a word to others, once.
func join(have, more string) string {
	if len(have) > most {
		return have
	}
	switch {
	case more == "" || have == more:
		return have
	case have == "":
		return more
	}
	return have + " " + more
}

const most = 4000 // bytes of texts that are kept of one transaction

func limited(s string) string {
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "")
	}
	return s
}
