// Package concur600 reads the payment confirmation file that ERPs have written for Concur before there was an interface
// for it: a header 100 and a line 600 for each payment.
package concur600

import (
	"errors"
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// The facts of a row, in the order of Kind's.
const (
	reference = iota
	amount
	currency
	date
	kind
	method
	payment
	paymentReport
	payee
	facts
)

// Kind is files of kind concur600.
func Kind() layout.Kind {
	return named.Reader{
		Word: "concur600", Unit: "line", Settings: settings,
		Facts: []named.Fact{
			{Name: "reference", Type: layout.CodeType, Is: "the report id"},
			{Name: "amount", Type: layout.AmountType, Is: "the amount"},
			{Name: "currency", Type: layout.CodeType, Is: "its currency"},
			{Name: "date", Type: layout.DateType, Is: "the day of the payment"},
			{Name: "type", Type: layout.CodeType, Is: "E electronic, C by check"},
			{Name: "method", Type: layout.CodeType, Is: "the same"},
			{Name: "payment", Type: layout.CodeType, Is: "the transaction or check number: the ERP's clearing document"},
			{Name: "payment_report", Type: layout.CodeType, Is: "the same with the report id behind it, where one clearing document pays several reports"},
			{Name: "payee", Type: layout.TextType, Is: "the payee, often blank"},
		},
		Open: func(plan *layout.Plan, in layout.Input, settings any) (named.Rows, error) {
			lines, err := named.NewText(plan, in)
			return &reader{lines: lines, own: settings.(own)}, err
		},
	}
}

// own are the settings of a layout.
type own struct {
	// Decimals is how many of an amount's digits are decimals where it has no point: 2 (also when empty), or currency,
	// as its currency has.
	Decimals string `yaml:"decimals"`
}

func settings(c *layout.Check) any {
	o := own{}
	c.Own("file.own", c.Spec().Own, &o)
	c.Choice("file.own.decimals", o.Decimals, "2", "currency")
	return o
}

type reader struct {
	own
	lines *named.Text
	begun bool
	row   named.Row
}

// Next is the next line 600.
func (r *reader) Next() (*named.Row, error) {
	for {
		line, number, err := r.lines.Next()
		if errors.Is(err, io.EOF) && !r.begun {
			return nil, &layout.ContradictionError{Reason: "the first line is no header 100; it is no payment confirmation file"}
		}
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		fields := strings.Split(line, ",")
		if !r.begun {
			if r.begun = fields[0] == "100"; !r.begun {
				return nil, &layout.ContradictionError{Place: "line 1", Reason: "the first line is no header 100; it is no payment confirmation file"}
			}
			continue
		}
		return r.payment(line, number, fields)
	}
}

func (r *reader) payment(line string, number int, in []string) (*named.Row, error) {
	r.row = named.Row{Line: number, Raw: line, Facts: make([]string, facts)}
	bad := func(reason string) (*named.Row, error) { return &r.row, &named.Bad{Reason: reason} }
	switch {
	case in[0] != "600":
		return bad("a line that is no payment (600)")
	case len(in) != 13:
		return bad("a payment has 13 fields; a comma in a text makes more")
	}
	for i := range in {
		in[i] = strings.TrimSpace(in[i])
	}
	f := r.row.Facts
	f[payee], f[kind], f[method], f[payment], f[reference], f[currency] = in[3], in[4], in[4], in[5], in[6], strings.ToUpper(in[7])
	f[paymentReport] = in[5] + "-" + in[6]
	if f[date] = in[2]; len(in[2]) == 8 {
		f[date] = in[2][:4] + "-" + in[2][4:6] + "-" + in[2][6:]
	}
	if f[amount] = in[1]; strings.Contains(in[1], ".") { // a real point: not divided again
		return &r.row, nil
	}
	places := int32(2)
	if minor := fis.MinorUnits(f[currency]); r.Decimals == "currency" {
		places = minor
	} else if minor != 2 && r.Decimals == "" {
		return bad("the currency has no cents: say with `own: { decimals: … }` whether the ERP writes two decimals all the same (2) or as many as the currency has (currency)")
	}
	if n, err := fis.ParseAmount(in[1]); err == nil && n.IsInteger() {
		f[amount] = decimal.NewFromBigInt(n.BigInt(), -places).String()
	}
	return &r.row, nil
}
