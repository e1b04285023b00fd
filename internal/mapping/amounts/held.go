package amounts

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Held is a template.AmountRows ready to be used: how the rows of a record are held against documents.
type Held struct {
	Rows *template.AmountRows
	// Debit, Credit, Amount and Side are fields of the record by index, -1 for none.
	Debit, Credit, Amount, Side int
	DebitCodes, CreditCodes     []string
	Currency, Document          Field
	// CurrencyAlso are further fields that name the currency, such as that of a header.
	CurrencyAlso []Field
	// Of is the slot of a field of the document, -1 for posting lines and parties.
	Of int
	// Parties tells that rows stand for the party lines only.
	Parties bool
	// Types are the documents that it speaks for.
	Types []fis.DocType
}

// Field is a field of a record, both by index; Record -1 is none.
type Field struct{ Record, Field int }

// Known reports whether there is one.
func (f Field) Known() bool { return f.Record >= 0 }

// Holds reports whether it speaks for a type of documents.
func (h *Held) Holds(t fis.DocType) bool {
	for _, x := range h.Types {
		if x == t {
			return true
		}
	}
	return false
}

// OfLines reports whether rows stand for the posting lines that they are made of.
func (h *Held) OfLines() bool { return h.Of < 0 && !h.Parties }

// Difference tells what a row says, and what is wrong with it in which field; no reason when it says the amount that it
// must.
func (h *Held) Difference(values []layout.Value, want fis.Amount,
	currency string) (said Sides, field int, reason say.Text) {
	said, field, reason = h.says(values, currency)
	if reason != "" {
		return said, field, reason
	}
	var must Sides
	must.Add(want)
	if said.Debit.Equal(must.Debit) && said.Credit.Equal(must.Credit) {
		return said, field, ""
	}
	if h.Amount < 0 {
		if field = h.Debit; said.Debit.Equal(must.Debit) || field < 0 {
			field = h.Credit
		}
		if field < 0 {
			field = h.Debit
		}
	}
	return said, field, say.F("the document says %s, the file would say %s", must.Words(currency),
		said.Words(currency))
}

// says reads the amount of a row by its side; the reason says why that cannot be done.
func (h *Held) says(values []layout.Value, currency string) (said Sides, field int, reason say.Text) {
	number := func(i int) fis.Amount {
		if i < 0 {
			return fis.Zero
		}
		return h.outOfUnits(values[i].Number, currency)
	}
	if h.Amount < 0 {
		return Sides{number(h.Debit), number(h.Credit)}, max(h.Debit, h.Credit), ""
	}
	a := number(h.Amount)
	if h.Rows.CreditPositive {
		a = a.Neg()
	}
	if h.Side < 0 {
		said.Add(a)
		return said, h.Amount, ""
	}
	code := values[h.Side].String()
	credit := slices.Contains(h.CreditCodes, code)
	if !credit && !slices.Contains(h.DebitCodes, code) {
		said.Add(a)
		return said, h.Side, say.F("%q is neither a debit (%s) nor a credit (%s)", code,
			strings.Join(h.DebitCodes, ", "), strings.Join(h.CreditCodes, ", "))
	}
	if h.Rows.Signed {
		said.Add(a)
		if a.IsNegative() && !credit || a.IsPositive() && credit {
			return said, h.Side, say.F("the side %q and the amount %s contradict each other", code,
				fis.Text(a, currency))
		}
		return said, h.Amount, ""
	}
	if h.Rows.CreditPositive {
		a = a.Neg()
	}
	if credit {
		return Sides{Credit: a}, h.Amount, ""
	}
	return Sides{Debit: a}, h.Amount, ""
}

// ISOOf is the currency that a text in the file names; want is the document's.
func (h *Held) ISOOf(text, want string) string {
	if code, ok := h.Rows.CurrencyCodes[want]; ok && string(code) == text {
		return want
	}
	for iso, code := range h.Rows.CurrencyCodes {
		if string(code) == text {
			return iso
		}
	}
	return text
}

// OtherCurrency says that a row names another currency than the document has.
func (h *Held) OtherCurrency(said, currency string) say.Text {
	want := currency
	if code, ok := h.Rows.CurrencyCodes[currency]; ok {
		want = string(code)
	}
	if said == want {
		return ""
	}
	if said == "" {
		said = "nothing"
	}
	return say.F("the document says %s, the file would say %s for the currency", want, said)
}

// outOfUnits is the amount that a field's number means.
func (h *Held) outOfUnits(a fis.Amount, currency string) fis.Amount {
	if h.Rows.Units == "minor" {
		return a.Shift(-fis.MinorUnits(currency))
	}
	return a
}
