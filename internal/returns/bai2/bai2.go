// Package bai2 reads the balance reports of US banks (BAI version 2): groups of accounts with their transactions. Each
// transaction (record 16 with what continues it) is a row. All control totals and counts must be right, or nothing of
// the file is believed.
package bai2

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// The facts of a row, in the order of Kind's.
const (
	what = iota
	kind
	reference
	payment
	amount
	currency
	date
	valueDate
	customerReference
	bankReference
	check
	method
	reason
	text
	account
	unique
	facts
)

// Kind is files of kind bai2.
func Kind() layout.Kind {
	return named.Reader{
		Word: "bai2", Unit: "line", Unfinished: unfinished, Settings: settings,
		Facts: []named.Fact{
			{Name: "what", Type: layout.CodeType, Is: "paid, returned, received, debit (of another kind), test, other"},
			{Name: "type", Type: layout.CodeType, Is: "the type code: 475"},
			{Name: "reference", Type: layout.CodeType, Is: "the customer reference"},
			{Name: "payment", Type: layout.CodeType, Is: "the bank's reference, else the customer's with the day"},
			{Name: "amount", Type: layout.AmountType, Is: "the amount"},
			{Name: "currency", Type: layout.CodeType, Is: "the currency of the account, else of the group"},
			{Name: "date", Type: layout.DateType, Is: "the day of the group"},
			{Name: "value_date", Type: layout.DateType, Is: "the value date, where the funds type gives one"},
			{Name: "customer_reference", Type: layout.CodeType, Is: "the customer reference"},
			{Name: "bank_reference", Type: layout.CodeType, Is: "the bank's reference"},
			{Name: "check", Type: layout.CodeType, Is: "the number of a check (475, 474, 395)"},
			{Name: "method", Type: layout.CodeType, Is: "C of a check, else E"},
			{Name: "reason", Type: layout.TextType, Is: "the text of a return"},
			{Name: "text", Type: layout.TextType, Is: "the text"},
			{Name: "account", Type: layout.CodeType, Is: "the account"},
			{Name: "unique", Type: layout.CodeType, Is: "yes, where payment is the bank's own reference"},
		},
		Open: func(plan *layout.Plan, in layout.Input, settings any) (named.Rows, error) {
			lines, err := named.NewText(plan, in)
			return &reader{physical: physical{lines: lines, most: in.Limits.Line}, own: settings.(own)}, err
		},
	}
}

// own are the settings of a layout.
type own struct {
	// Totals is how the bank adds up an account: `all` (also when empty) is the published rule; `without_summaries`
	// leaves the summaries by type code in record 03 out, and keeps its balances.
	Totals string `yaml:"totals"`
	// Joined is what stands between a text and its continuation: nothing when empty, or blank.
	Joined string `yaml:"joined"`
}

func settings(c *layout.Check) any {
	o := own{}
	c.Own("file.own", c.Spec().Own, &o)
	c.Choice("file.own.totals", o.Totals, "all", "without_summaries")
	c.Choice("file.own.joined", o.Joined, "nothing", "blank")
	return o
}

// unfinished: the file ends in its record 99.
func unfinished(r io.ReaderAt, size int64) (string, error) {
	tail, err := named.Tail(r, size, 16<<10)
	if err != nil {
		return "", err
	}
	for line := range bytes.SplitSeq(bytes.ReplaceAll(tail, []byte("/"), []byte("\n")), []byte("\n")) {
		if bytes.HasPrefix(bytes.TrimSpace(line), []byte("99,")) {
			return "", nil
		}
	}
	if !bytes.Contains(tail, []byte("16,")) && !bytes.Contains(tail, []byte("01,")) {
		return "", nil // no BAI: reading tells
	}
	return "the record 99 is not there: the file is not whole", nil
}

// level counts what one of file, group and account holds.
type level struct {
	open           bool
	sum            fis.Amount
	inner, records int
}

// reader takes the records of a file one by one.
type reader struct {
	physical
	own
	file, group, account    level
	ended                   bool
	status, day, currencyOf string // of the group
	number, ccy             string // of the account
	last                    int
	row                     named.Row
}

// Next is the next transaction.
func (r *reader) Next() (*named.Row, error) {
	for {
		rec, err := r.record()
		if errors.Is(err, io.EOF) {
			return nil, r.end()
		}
		if err != nil {
			return nil, err
		}
		for _, l := range []*level{&r.file, &r.group, &r.account} {
			l.records += rec.pieces
		}
		if r.ended {
			return nil, rec.wrong("a record after the end of the file (99)")
		}
		if rec.code == "16" {
			return r.transaction(rec)
		}
		if err := r.take(rec); err != nil {
			return nil, err
		}
	}
}

func (r *reader) end() error {
	if !r.ended {
		return &layout.ContradictionError{Reason: "the record 99 is missing: the file is not whole"}
	}
	return io.EOF
}

// take uses a record that is no transaction.
func (r *reader) take(rec *record) error {
	begin := func(l *level, within *level, what string) error {
		if l.open || within != nil && !within.open {
			return rec.wrong("%s begins where it cannot", what)
		}
		*l = level{open: true, records: rec.pieces}
		if within != nil {
			within.inner++
		}
		return nil
	}
	switch rec.code {
	case "01":
		return begin(&r.file, nil, "a file")
	case "02":
		r.status, r.day, r.currencyOf = rec.field(3), rec.field(4), rec.field(6)
		if r.currencyOf == "" {
			r.currencyOf = "USD"
		}
		return begin(&r.group, &r.file, "a group")
	case "03":
		if err := begin(&r.account, &r.group, "an account"); err != nil {
			return err
		}
		return r.opens(rec)
	case "49":
		return r.closes(rec, &r.account, &r.group, "account "+r.number, "records", 2)
	case "98":
		return r.closes(rec, &r.group, &r.file, "group", "accounts", 3)
	case "99":
		r.ended = true
		return r.closes(rec, &r.file, nil, "file", "groups", 3)
	}
	return rec.wrong("there is no record %q in BAI2", layout.Clip(rec.code))
}

// opens takes an account with its balances and summaries.
func (r *reader) opens(rec *record) error {
	r.number, r.ccy = rec.field(1), rec.field(2)
	if r.ccy == "" {
		r.ccy = r.currencyOf
	}
	for at := 3; at < len(rec.fields); {
		code, sum := rec.field(at), rec.field(at+1)
		a, ok := digits(sum)
		if !ok {
			return rec.wrong("the amount %q of type %s cannot be read", layout.Clip(sum), layout.Clip(code))
		}
		if !(r.Totals == "without_summaries" && code >= "100") {
			r.account.sum = r.account.sum.Add(a)
		}
		next, ok := rec.funds(at + 3)
		if !ok {
			return rec.wrong("the funds type of %s cannot be read", layout.Clip(code))
		}
		at = next
	}
	return nil
}

// closes holds what was counted against the control record.
func (r *reader) closes(rec *record, l, within *level, name, inner string, countAt int) error {
	if !l.open {
		return rec.wrong("a control record without its beginning")
	}
	total, ok := digits(rec.field(1))
	switch {
	case !ok:
		return rec.wrong("the control total %q cannot be read", layout.Clip(rec.field(1)))
	case !total.Equal(l.sum):
		return rec.wrong("the control total of the %s is %s, the amounts add up to %s", name, total, l.sum)
	case countAt == 3 && rec.field(2) != fmt.Sprint(l.inner) && strings.TrimLeft(rec.field(2), "0") != fmt.Sprint(l.inner):
		return rec.wrong("the %s says %s %s, it has %d", name, layout.Clip(rec.field(2)), inner, l.inner)
	case strings.TrimLeft(rec.field(countAt), "0") != fmt.Sprint(l.records):
		return rec.wrong("the %s says %s records, it has %d", name, layout.Clip(rec.field(countAt)), l.records)
	}
	l.open = false
	if within != nil {
		within.sum = within.sum.Add(l.sum)
	}
	return nil
}

// digits is an amount without a point; nothing is zero.
func digits(s string) (fis.Amount, bool) {
	body := strings.TrimLeft(s, "+-")
	if len(s)-len(body) > 1 || len(body) > 30 || strings.Trim(body, "0123456789") != "" {
		return fis.Zero, false
	}
	if body == "" {
		return fis.Zero, s == ""
	}
	a, err := fis.ParseAmount(strings.TrimPrefix(s, "+"))
	return a, err == nil
}
