package bai2

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// whatOf is what a type code means to us. Debits that no code here makes a payment of ours (fees, sweeps, money that
// others collected) are told as such.
func whatOf(code string) string {
	switch code {
	case "475", "474", "495", "493", "491", "508", "447", "452", "455", "462", "466", "469":
		return "paid"
	case "257", "258", "266", "395":
		return "returned"
	}
	switch {
	case len(code) != 3:
		return "other"
	case code >= "100" && code <= "399", code >= "920" && code <= "959":
		return "received"
	case code >= "400" && code <= "699", code >= "960" && code <= "999":
		return "debit"
	}
	return "other"
}

// transaction makes the row of a record 16.
func (r *reader) transaction(rec *record) (*named.Row, error) {
	if !r.account.open {
		return nil, rec.wrong("a transaction outside of an account")
	}
	a, ok := digits(rec.field(2))
	if !ok {
		return nil, rec.wrong("the amount cannot be read: the control totals cannot be tried")
	}
	next, ok := rec.funds(3)
	if !ok {
		return nil, rec.wrong("the funds type cannot be read")
	}
	r.account.sum = r.account.sum.Add(a)
	if rec.line <= r.last { // several transactions on a line
		rec.line = r.last + 1
	}
	r.last = rec.line
	r.row = named.Row{Line: rec.line, Raw: rec.raw, Facts: make([]string, facts)}
	f := r.row.Facts
	f[what], f[kind] = whatOf(rec.field(1)), rec.field(1)
	f[amount] = decimal.NewFromBigInt(a.BigInt(), -fis.MinorUnits(r.ccy)).String()
	f[currency], f[date], f[account], f[text] = r.ccy, dayOf(r.day), r.number, rec.text
	if rec.field(3) == "V" {
		f[valueDate] = dayOf(rec.field(4))
	}
	f[bankReference], f[customerReference] = idOf(rec.field(next)), idOf(rec.field(next+1))
	f[reference], f[method] = f[customerReference], "E"
	switch f[kind] {
	case "474", "475", "395":
		f[check], f[method] = f[customerReference], "C"
	}
	switch f[payment] = f[bankReference]; {
	case f[payment] != "":
		f[unique] = "yes"
	case f[reference] != "":
		f[payment] = f[reference] + "-" + strings.ReplaceAll(f[date], "-", "")
	}
	if f[what] == "returned" {
		if f[reason] = f[text]; f[reason] == "" {
			f[reason] = "the bank gave the money back and no reason (type " + f[kind] + ")"
		}
	}
	switch r.status {
	case "2":
		return &r.row, &named.Bad{Reason: "the bank takes back what it has reported before (group status 2); compare with what was told of it"}
	case "4":
		f[what] = "test"
	}
	return &r.row, nil
}

// idOf is a reference, or nothing where the bank says that there is none.
func idOf(s string) string {
	if strings.EqualFold(s, "NONREF") || strings.Trim(s, "0") == "" {
		return ""
	}
	return s
}

// dayOf turns YYMMDD into yyyy-MM-dd; what is none stays as it is, and is told.
func dayOf(s string) string {
	if len(s) != 6 || strings.Trim(s, "0123456789") != "" {
		return s
	}
	century := "20"
	if s[:2] >= "80" {
		century = "19"
	}
	return century + s[:2] + "-" + s[2:4] + "-" + s[4:]
}
