package template

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// Amounts says how the amounts of the file are held against the posting lines of the documents: which fields of which
// records carry them, and what is different on purpose. Each posting line must stand in the file once, with its amount,
// on its side, in its currency, unless it is said here that it does not.
type Amounts struct {
	Rows    []AmountRows `yaml:"rows,omitempty"`
	LeftOut []LeftOut    `yaml:"left_out,omitempty"`
	NotHeld []NotHeld    `yaml:"not_held,omitempty"`
}

// AmountRows is a record whose rows carry amounts of posting lines.
type AmountRows struct {
	Record string `yaml:"record"`
	// Documents limits it to some types of documents; all that the template takes when empty.
	Documents []fis.DocType `yaml:"documents,omitempty"`
	// Of is what a row stands for: empty for its posting lines; `parties` for what its journal row or application makes
	// somebody owe, the other side is the ERP's; else a field of what the record repeats over, for documents that have
	// no posting lines: amount of a wage type.
	Of string `yaml:"of,omitempty"`
	// Debit and Credit are fields with an amount each, of which a row fills one.
	Debit  string `yaml:"debit,omitempty"`
	Credit string `yaml:"credit,omitempty"`
	// Amount is a field with the amount of either side: a debit is positive, with CreditPositive it is negative. With
	// Side the amount has no sign and another field tells the side by DebitCodes and CreditCodes; with Signed it has
	// both, which must agree.
	Amount         string        `yaml:"amount,omitempty"`
	CreditPositive bool          `yaml:"credit_positive,omitempty"`
	Side           string        `yaml:"side,omitempty"`
	DebitCodes     []layout.Word `yaml:"debit_codes,omitempty"`
	CreditCodes    []layout.Word `yaml:"credit_codes,omitempty"`
	Signed         bool          `yaml:"signed,omitempty"`
	// Units is `minor` where the fields count minor units (1050 for 10.50, 10500 for KWD 10.500); decimals that the
	// layout implies are no such case.
	Units string `yaml:"units,omitempty"`
	// Currency is the field that names the currency: of this record, or RECORD.FIELD of one that stands before it (a
	// header). CurrencyCodes are the ERP's own names, by ISO code: { CNY: RMB }.
	Currency      string                 `yaml:"currency,omitempty"`
	CurrencyCodes map[string]layout.Word `yaml:"currency_codes,omitempty"`
	// CurrencyAlso are further fields that name the currency of these rows, as the header of a file of one currency
	// does. They are held like Currency.
	CurrencyAlso []string `yaml:"currency_also,omitempty"`
	// Document is the field that tells the documents of a file apart, of this record or RECORD.FIELD. All rows of a
	// document have the same text in it, and no two reports have.
	Document string `yaml:"document,omitempty"`
	Why      string `yaml:"why,omitempty"`
}

// OfParties is AmountRows.Of for one-sided rows.
const OfParties = "parties"

// LeftOut is a condition over posting lines: lines for which it holds do not stand in the file, on purpose.
type LeftOut struct {
	When string `yaml:"when"`
	Why  string `yaml:"why"`
}

// NotHeld are amounts that are not held against the documents: those of a record (statistical ones, say), or of types
// of documents.
type NotHeld struct {
	Record    string        `yaml:"record,omitempty"`
	Documents []fis.DocType `yaml:"documents,omitempty"`
	Why       string        `yaml:"why"`
}
