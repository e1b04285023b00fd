package templating

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// role is what a field is for, as far as its name tells.
type role string

const (
	amountRole   role = "amount"
	debitRole    role = "debit"
	creditRole   role = "credit"
	sideRole     role = "side"
	currencyRole role = "currency"
	documentRole role = "document"
	accountRole  role = "account"
	costRole     role = "cost centre"
	taxRole      role = "tax code"
	companyRole  role = "company"
	postedRole   role = "posting date"
	dateRole     role = "date"
	numberRole   role = "number of the row"
	textRole     role = "text"
	employeeRole role = "employee"
	vendorRole   role = "vendor"
	originRole   role = "origin"
	batchRole    role = "batch"
	countRole    role = "count"
	hashRole     role = "hash"
	timeRole     role = "time"
)

// hint is words of a name and the role that they stand for. All words of one alternative must be there.
type hint struct {
	role  role
	words string // alternatives, parted by |
}

// rowHints are for rows, the first one that fits counts. edgeHints are for headers and trailers.
var (
	rowHints = []hint{
		{sideRole, "dc|drcr|dr cr|debit credit|cr db|crdr|side|shkzg|soll haben|dc ind|sign ind"},
		{taxRole, "tax code|vat code|mwskz|steuerschluessel|steuerkennzeichen|steuercode|taxcode|code tva|codigo iva"},
		{costRole, "cost center|cost centre|costcenter|costcentre|kostl|kostenstelle|kst|centre cout|centro coste|centro costo|ceco|department|dept|cctr"},
		{postedRole, "posting date|post date|accounting date|gl date|effective date|value date|budat|buchungsdatum|buchungstag|date comptable|fecha contable|journal date|postingdate|accountingdate"},
		{dateRole, "date|bldat|datum|belegdatum|fecha"},
		{companyRole, "company|bukrs|ledger id|ledger name|entity|buchungskreis|companycode|societe|sociedad|empresa"},
		{currencyRole, "currency|curr|ccy|waers|waehrung|waehrungsschluessel|currencycode|cur|devise|divisa|moneda"},
		{debitRole, "debit|debits|dr|soll|sollbetrag|betragsoll|debe|entered dr|accounted dr"},
		{creditRole, "credit|credits|cr|haben|habenbetrag|betraghaben|haber|entered cr|accounted cr"},
		{amountRole, "amount|amt|betrag|buchungsbetrag|umsatz|wrbtr|value|montant|importe"},
		{employeeRole, "employee|personnel|empno|pernr|personalnr|personalnummer|mitarbeiter|mitarbeiternr|mitarbeiternummer|matricule|empleado|emp"},
		{vendorRole, "vendor|supplier|creditor|lifnr|lieferant"},
		{batchRole, "batch|group id|batchid"},
		{textRole, "line text|text line|line description|line desc|item text|positionstext"},
		{numberRole, "sequence|seq|line|line number|line no|lineno|row|row number|record number|zeile"},
		{documentRole, "document|doc|voucher|reference|ref|beleg|invoice number|journal id|xblnr|documentno|docno|docnum|belegnr|belegnummer|piece|documento|asiento"},
		{textRole, "description|desc|text|narrative|memo|comment|sgtxt|buchungstext|verwendungszweck|bezeichnung|libelle|concepto|descripcion"},
		{accountRole, "account|acct|acc|konto|kontonr|kontonummer|sachkonto|compte|cuenta|hkont|gl account|segment account|glaccount"},
		{originRole, "source|system|origin"},
		{timeRole, "time"},
		{numberRole, "no|nr|number|lfdnr"},
	}
	edgeHints = []hint{
		{batchRole, "batch|file number|sequence|seq|batchid"},
		{countRole, "count|records|lines|number of|anzahl|rows"},
		{hashRole, "hash"},
		{debitRole, "debit|debits|dr|soll"},
		{creditRole, "credit|credits|cr|haben"},
		{postedRole, "date|datum|created|erstellt"},
		{timeRole, "time|uhrzeit"},
		{currencyRole, "currency|curr|ccy|waers|waehrung|cur"},
		{companyRole, "company|bukrs|entity"},
		{originRole, "source|system|origin"},
	}
)

// plainLetters spells letters with marks as names without them do.
var plainLetters = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss", "é", "e", "è", "e", "ê", "e", "É", "E",
	"à", "a", "á", "a", "û", "u", "ú", "u", "ó", "o", "ô", "o", "í", "i", "ç", "c", "ñ", "n")

// words takes a name apart: GLD-POSTING-DATE, PostingDate and "Posting date" are the same.
func words(name string) []string {
	var out []string
	var word strings.Builder
	last := rune(0)
	end := func() {
		if word.Len() > 0 {
			out = append(out, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	for _, r := range plainLetters.Replace(name) {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case unicode.IsUpper(r) && unicode.IsLower(last):
			end()
			word.WriteRune(r)
		default:
			word.WriteRune(r)
		}
		last = r
	}
	end()
	return out
}

// roleOf is what the words of a name tell.
func roleOf(name string, hints []hint) role {
	have := words(name)
	if slices.ContainsFunc(have, func(w string) bool { return slices.Contains([]string{"conversion", "rate", "exchange", "kurs"}, w) }) {
		return "" // of a currency, not the currency
	}
	for _, h := range hints {
		for alternative := range strings.SplitSeq(h.words, "|") {
			all := true
			for w := range strings.FieldsSeq(alternative) {
				all = all && slices.Contains(have, w)
			}
			if all {
				return h.role
			}
		}
	}
	return ""
}

// complete finds what each record repeats over and the Values of its fields, and remarks on everything that it guessed.
func (d *Draft) complete() {
	for _, r := range d.records {
		if r.repeat == "" {
			r.repeat = edge(r.name)
			d.guess(r.line, "record %s is written %s (`repeat: %s`), by its name", r.name, inWords(r.repeat), r.repeat)
			r.comment = join(r.comment, "GUESS: repeat")
		}
		for _, f := range r.fields {
			d.fit(r, f)
		}
		for _, f := range r.fields {
			d.value(r, f)
		}
	}
	d.once()
}

// once takes a role away from all but the first field of a record where two amounts would be the same.
func (d *Draft) once() {
	for _, r := range d.records {
		seen := map[role]bool{}
		for _, f := range r.fields {
			one := f.role == amountRole || f.role == debitRole || f.role == creditRole || f.role == sideRole || f.role == currencyRole || f.role == accountRole
			if one && seen[f.role] {
				d.open(f.line, "field %s of record %s: it is called like another one; what stands in it?", f.Name, r.name)
				f.role, f.value, f.comment, f.Required = "", "", "FILL IN", false
			}
			seen[f.role] = seen[f.role] || one
		}
	}
}

func inWords(repeat string) string {
	switch repeat {
	case "header":
		return "once at the beginning"
	case "trailer":
		return "once at the end"
	case "document":
		return "for each document"
	}
	return "for each posting line"
}

// edge tells by the name of a record what it is written for.
func edge(name string) string {
	for _, w := range words(name) {
		switch {
		case slices.Contains([]string{"h", "hd", "hdr", "head", "header", "kopf", "control"}, w):
			return "header"
		case slices.Contains([]string{"t", "tr", "trl", "trailer", "total", "totals", "foot", "footer", "summary", "ende"}, w):
			return "trailer"
		}
	}
	return "posting"
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// fit gives the field its role, and where its type is not certain the type that goes with it.
func (d *Draft) fit(r *record, f *field) {
	hints := rowHints
	if r.repeat == "header" || r.repeat == "trailer" {
		hints = edgeHints
	}
	if f.constant != "" || f.value != "" {
		if f.Type == "" {
			f.Type = layout.CodeType
		}
		return
	}
	f.role = roleOf(f.Name, hints)
	if f.loose {
		d.settle(f)
	}
	if !f.takes() {
		f.role = ""
	}
	if f.Type == "" {
		f.Type = layout.CodeType
	}
}

// settle decides what loose digits or characters are.
func (d *Draft) settle(f *field) {
	digits := f.Type == layout.IntegerType
	switch f.role {
	case amountRole, debitRole, creditRole:
		if digits {
			f.Type, f.Decimals, f.Implied = layout.AmountType, "0", true
		} else if f.Type == "" {
			f.Type = layout.AmountType
		}
	case postedRole, dateRole:
		form := map[int]string{8: "yyyyMMdd", 6: "yyMMdd", 7: "yyyyDDD", 5: "yyDDD", 10: "yyyy-MM-dd"}[f.Width]
		if form == "" && f.Width > 0 {
			return
		}
		f.Type, f.Sign, f.Pad, f.DateForm = layout.DateType, "", "", form
		if form != "" {
			d.guess(f.line, "field %s is a date of the form %s", f.Name, form)
			f.comment = join(f.comment, "GUESS: date_form")
		}
	case countRole, numberRole, hashRole:
		if f.Type == "" {
			f.Type = layout.IntegerType
		}
	case textRole:
		f.Type = layout.TextType
	case "":
	default:
		if digits {
			f.Type, f.Sign, f.Decimals, f.Implied = layout.CodeType, "", "", false
			if f.Width > 0 && f.Start > 0 {
				f.Align, f.Pad = "right", "0"
			}
		}
	}
}

// takes tells whether a value of the role goes into a field of this type.
func (f *field) takes() bool {
	switch f.role {
	case amountRole, debitRole, creditRole:
		return f.Type == layout.AmountType
	case postedRole, dateRole:
		return f.Type == layout.DateType
	case timeRole:
		return f.Type == layout.TimeType
	case countRole, numberRole, hashRole:
		return f.Type == layout.IntegerType
	case batchRole:
		return f.Type != layout.AmountType && f.Type != layout.DateType && f.Type != layout.TimeType && f.Type != layout.FlagType
	case "":
		return true
	}
	return f.Type == layout.CodeType || f.Type == layout.TextType || f.Type == ""
}

// value finds the Value that the field begins with.
func (d *Draft) value(r *record, f *field) {
	if f.constant != "" {
		f.value = `"` + strings.ReplaceAll(f.constant, `"`, `""`) + `"`
		return
	}
	if f.value != "" {
		return
	}
	f.value = d.valueOf(r, f)
	switch {
	case f.value != "":
		f.comment = join(f.comment, "GUESS: value, by the name")
		d.guess(f.line, "field %s of record %s is the %s: %s", f.Name, r.name, f.role, f.value)
	case f.Required:
		f.comment = join(f.comment, "FILL IN: required")
		d.open(f.line, "field %s of record %s is required: what stands in it?", f.Name, r.name)
	case f.role == hashRole:
		f.comment = join(f.comment, "FILL IN: file.hash, with totals: hash")
		d.open(f.line, "field %s of record %s is a hash total: of which field? say it in `totals: hash`, and give it the Value file.hash", f.Name, r.name)
	default:
		f.comment = join(f.comment, "FILL IN, or leave blank")
		d.open(f.line, "field %s of record %s: what stands in it? it stays blank", f.Name, r.name)
	}
	if f.role == textRole && f.Type == layout.TextType && f.Width > 0 {
		f.Overflow = "cut"
	}
	switch f.role {
	case amountRole, currencyRole, accountRole, documentRole:
		f.Required = f.Required || r.repeat == "posting" && f.value != ""
	}
}

const accountValue = `IF(line.account <> ""; LOOKUP(Accounts; line.account; Account); LOOKUP('Accounts by role'; Role = line.role; Party = line.party; Account))`

// valueOf is the Value for a role; empty where there is none.
func (d *Draft) valueOf(r *record, f *field) string {
	if r.repeat == "header" || r.repeat == "trailer" {
		return d.valueOfFile(r, f)
	}
	posting := r.repeat == "posting"
	switch f.role {
	case currencyRole:
		return "document.currency"
	case documentRole:
		return reference(f.Width)
	case companyRole:
		d.company = true
		return "IFBLANK(document.company_code; settings.company)"
	case postedRole:
		d.posted = true
		return "posting.date"
	case dateRole:
		return "IFBLANK(document.date; file.date)"
	case employeeRole:
		return "document.employee_id"
	case originRole:
		d.origin = true
		return "settings.source"
	case batchRole:
		return batch(f)
	case numberRole:
		return "row.number"
	case timeRole:
		return "file.time"
	}
	if posting {
		return lineValue(r, f)
	}
	if f.role == textRole {
		return "document.title"
	}
	return ""
}

// lineValue is the Value for a role that only posting lines have.
func lineValue(r *record, f *field) string {
	switch f.role {
	case amountRole:
		if r.has(sideRole) != nil || f.Sign == "none" || f.Sign == "packed-unsigned" || f.Sign == "binary-unsigned" {
			return "IF(line.amount < 0; 0 - line.amount; line.amount)"
		}
		return "line.amount"
	case debitRole:
		return "line.debit"
	case creditRole:
		return "line.credit"
	case sideRole:
		return `IF(line.amount < 0; "C"; "D")`
	case accountRole:
		return accountValue
	case costRole:
		return `IF(OR(line.role = "expense"; line.role = "non_deductible_tax"); allocationCustom2Code; "")`
	case taxRole:
		return "line.tax_code"
	case textRole:
		return "line.text"
	}
	return ""
}

// valueOfFile is the Value of a field of a header or trailer.
func (d *Draft) valueOfFile(r *record, f *field) string {
	switch f.role {
	case batchRole:
		return batch(f)
	case countRole:
		return "file.lines"
	case debitRole:
		return "file.debit"
	case creditRole:
		if f.Sign == "none" || f.Sign == "packed-unsigned" || f.Sign == "binary-unsigned" {
			return "file.credit"
		}
		return "0 - file.credit"
	case postedRole:
		return "file.date"
	case timeRole:
		return "file.time"
	case currencyRole:
		return "file.currency"
	case companyRole:
		d.company = true
		return "settings.company"
	case originRole:
		d.origin = true
		return "settings.source"
	}
	return ""
}

func batch(f *field) string {
	switch {
	case f.isNumber():
		return "file.sequence"
	case f.Width > 0 && f.Width < 6:
		return fmt.Sprintf(`TEXT(file.sequence; "%s")`, strings.Repeat("0", f.Width))
	}
	return `TEXT(file.sequence; "000000")`
}

// reference tells documents apart in so many characters; the id of a report has 20.
func reference(width int) string {
	switch {
	case width == 0 || width >= 32:
		return "document.report_id"
	case width >= 20:
		return fmt.Sprintf("RIGHT(document.report_id; %d)", width)
	}
	return fmt.Sprintf("IFBLANK(document.report_key; RIGHT(document.report_id; %d))", width)
}
