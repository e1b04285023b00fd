package control

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Source is what totals are compiled from.
type Source struct {
	Template *template.Template
	Slots    *scope.Slots
	Records  []Record
	// Groups are the names that each formula of the grouping reads, as slots; Most is how many documents a file has at
	// most, 0 for no limit.
	Groups [][]int
	Most   int
	Found  *workbook.Collector
}

// Record is what is to be known of a record of the template, in the template's order.
type Record struct {
	Name string
	// Frame: it is a header or a trailer.
	Frame  bool
	Fields []Field
	// When is its condition, as if it were a field.
	When Field
}

// Field is a field with the names that its Value reads, as slots.
type Field struct {
	Name   string
	Type   layout.Type
	Hidden bool
	At     findings.Place
	Source string
	Reads  []int
}

// compiler turns `totals` into fields.
type compiler struct{ Source }

// Compile finds the fields of each record that totals are counted from, and reports what is wrong with them.
func Compile(s Source) []Fields {
	c, t := compiler{s}, s.Template.Totals
	out := make([]Fields, len(s.Records))
	for i := range s.Records {
		r := &s.Records[i]
		out[i] = Fields{Counted: !r.Frame && (len(t.Count) == 0 || slices.Contains(t.Count, r.Name)), Debit: -1, Credit: -1, Amount: -1, Hash: -1, side: -1}
	}
	for _, name := range t.Count {
		if _, ok := s.Template.Record(name); !ok {
			c.wrong("totals.count", name, "there is no such record")
		}
	}
	c.find("totals.debit", t.Debit, layout.AmountType, func(r, f int) { out[r].Debit = f })
	c.find("totals.credit", t.Credit, layout.AmountType, func(r, f int) { out[r].Credit = f })
	c.find("totals.amount", t.Amount, layout.AmountType, func(r, f int) {
		out[r].Amount = f
		c.sideOf(r, f, &out[r])
	})
	if (t.Debit == "") != (t.Credit == "") {
		c.wrong("totals", "", "debit and credit go together")
	}
	if t.Hash != nil {
		if t.Hash.Digits < 1 || t.Hash.Digits > 30 {
			c.wrong("totals.hash.digits", fmt.Sprint(t.Hash.Digits), "1 to 30 digits are possible")
		}
		c.find("totals.hash.field", t.Hash.Field, "", func(r, f int) { out[r].Hash = f })
	}
	c.sides()
	c.uncounted()
	c.currencies()
	return out
}

// find finds RECORD.FIELD.
func (c *compiler) find(at, name string, want layout.Type, set func(record, field int)) {
	if name == "" {
		return
	}
	record, field, ok := strings.Cut(name, ".")
	for i := range c.Records {
		if !ok || c.Records[i].Name != record {
			continue
		}
		for f := range c.Records[i].Fields {
			if c.Records[i].Fields[f].Name != field {
				continue
			}
			if want != "" && c.Records[i].Fields[f].Type != want {
				c.wrong(at, name, "the field is not an amount")
			}
			set(i, f)
			return
		}
	}
	c.wrong(at, name, "there is no such field; write RECORD.FIELD")
}

// rows are what `amounts` says of the fields of a record.
func (c *compiler) rows(record string) (out []*template.AmountRows) {
	if c.Template.Amounts == nil {
		return nil
	}
	for i := range c.Template.Amounts.Rows {
		if a := &c.Template.Amounts.Rows[i]; a.Record == record {
			out = append(out, a)
		}
	}
	return out
}

// sideOf takes over how `amounts` tells the side of the field.
func (c *compiler) sideOf(record, field int, to *Fields) {
	r := &c.Records[record]
	name := r.Fields[field].Name
	var first *template.AmountRows
	for _, a := range c.rows(r.Name) {
		switch {
		case a.Amount != name:
		case first == nil:
			first = a
		case a.Side != first.Side || a.CreditPositive != first.CreditPositive || !slices.Equal(a.DebitCodes, first.DebitCodes) || !slices.Equal(a.CreditCodes, first.CreditCodes):
			c.stricter("totals.amount", r.Name+"."+name, "`amounts` tells the side of this field in one way for some documents and in another way for others: no total can follow both")
			return
		}
	}
	if first == nil {
		return
	}
	to.creditPositive = first.CreditPositive
	if first.Side == "" || first.Signed {
		return
	}
	to.side = slices.IndexFunc(r.Fields, func(f Field) bool { return f.Name == first.Side })
	for _, w := range first.DebitCodes {
		to.debitCodes = append(to.debitCodes, string(w))
	}
	for _, w := range first.CreditCodes {
		to.creditCodes = append(to.creditCodes, string(w))
	}
}

// sides refuses totals that count the amounts of a side as the other one's, or as both.
func (c *compiler) sides() {
	t := c.Template.Totals
	if t.Debit != "" && t.Debit == t.Credit {
		c.stricter("totals", t.Debit, say.F("debit and credit are the same field, so that each amount would count on both sides: write `amount: %s` instead, which counts it on its side "+
			"(by its sign, or by the `side` that `amounts` names for it)", t.Debit))
		return
	}
	for _, one := range []struct {
		key, name string
		of, other func(*template.AmountRows) string
		is        say.Text
	}{
		{"debit", t.Debit, func(a *template.AmountRows) string { return a.Debit }, func(a *template.AmountRows) string { return a.Credit }, "`amounts` says that this field has the credits"},
		{"credit", t.Credit, func(a *template.AmountRows) string { return a.Credit }, func(a *template.AmountRows) string { return a.Debit }, "`amounts` says that this field has the debits"},
	} {
		record, field, _ := strings.Cut(one.name, ".")
		for _, a := range c.rows(record) {
			switch field {
			case "", one.of(a):
			case a.Amount:
				c.stricter("totals."+one.key, one.name, say.F("`amounts` says that this field has the amounts of both sides: write `amount: %s` instead of debit and credit", one.name))
			case one.other(a):
				c.stricter("totals."+one.key, one.name, one.is)
			}
		}
	}
}

// uncounted refuses Values that state a total of which the template does not say what it is counted from: it would be 0
// in every file.
func (c *compiler) uncounted() {
	t := c.Template.Totals
	c.each(func(r *Record, f *Field) {
		for _, i := range f.Reads {
			slot := c.Slots.At(i)
			if slot.Kind() != facts.OfFile {
				continue
			}
			way := say.Text("")
			switch slot.Fact() {
			case facts.FileDebit, facts.FileCredit:
				if t.Debit == "" && t.Amount == "" {
					way = "write `totals: { amount: RECORD.FIELD }` for one field with the amounts of both sides, or `totals: { debit: RECORD.FIELD, credit: RECORD.FIELD }`"
				}
			case facts.FileAmount:
				if t.Amount == "" {
					way = "write `totals: { amount: RECORD.FIELD }`"
				}
			case facts.FileHash:
				if t.Hash == nil {
					way = "write `totals: { hash: { field: RECORD.FIELD, digits: 15 } }`"
				}
			}
			if way != "" {
				c.Found.Add(c.strict(), f.At, f.Source, say.After(r.Name+" "+f.Name, say.F("%s would be 0 in every file, for the template does not say what it is counted from: %s", slot.Name(), way)), "")
			}
		}
	})
}

// each walks over all Values and conditions.
func (c *compiler) each(do func(*Record, *Field)) {
	for i := range c.Records {
		r := &c.Records[i]
		if len(r.When.Reads) > 0 {
			do(r, &r.When)
		}
		for j := range r.Fields {
			do(r, &r.Fields[j])
		}
	}
}

// strict is the severity of what former programs did not see.
func (c *compiler) strict() findings.Severity {
	if c.Found.Former {
		return findings.Warning
	}
	return findings.Error
}

func (c *compiler) stricter(at, value string, reason say.Text) { c.say(c.strict(), at, value, reason) }

func (c *compiler) wrong(at, value string, reason say.Text) { c.say(findings.Error, at, value, reason) }

func (c *compiler) say(severity findings.Severity, at, value string, reason say.Text) {
	c.Found.List = append(c.Found.List, findings.Finding{Severity: severity, File: c.Template.Path(), Cell: at, Value: value, Reason: reason})
}

// readsCurrency: the Value depends on which currency it is.
func (c *compiler) readsCurrency(f *Field) bool {
	for _, i := range f.Reads {
		if strings.Contains(wording.Fold(c.Slots.At(i).Name()), "currency") {
			return true
		}
	}
	return false
}
