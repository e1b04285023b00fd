package templating

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/templating/naming"
)

// complete finds what each record repeats over and the Values of its fields, and remarks on everything that it guessed.
func (d *Draft) complete() {
	for _, r := range d.records {
		if r.repeat == "" {
			r.repeat = naming.Edge(r.name)
			d.guess(r.line, "record %s is written %s (`repeat: %s`), by its name", r.name, inWords(r.repeat), r.repeat)
			r.comment = join(r.comment, "GUESS: repeat")
		}
		for _, f := range r.fields {
			d.fit(r, f)
		}
		d.sidesOf(r)
		for _, f := range r.fields {
			d.value(r, f)
		}
	}
	d.once()
	d.letters()
}

// letters says the same for every definition: what the encoding does not have is spelled otherwise, and does not stop a
// document.
func (d *Draft) letters() {
	has := func(key string) bool { return slices.ContainsFunc(d.file, func(e entry) bool { return e.key == key }) }
	utf := slices.ContainsFunc(d.file, func(e entry) bool { return e.key == "encoding" && strings.HasPrefix(e.value, "utf-") })
	if has("encoding") && !utf && !has("unmappable") {
		d.set("unmappable", "table-or-replace", "GUESS: or fail, which holds such a document")
	}
}

// once takes a role away from all but the first field of a record where two amounts would be the same.
func (d *Draft) once() {
	for _, r := range d.records {
		seen := map[naming.Role]bool{}
		for _, f := range r.fields {
			one := f.role == naming.Amount || f.role == naming.Debit || f.role == naming.Credit || f.role == naming.Side || f.role == naming.Currency || f.role == naming.Account
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

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// fit gives the field its role, and where its type is not certain the type that goes with it.
func (d *Draft) fit(r *record, f *field) {
	if f.constant != "" || f.value != "" {
		if f.Type == "" {
			f.Type = layout.CodeType
		}
		return
	}
	f.role = naming.Of(f.Name)
	if r.edge() {
		f.role = naming.OfEdge(f.Name)
	}
	f.sideByCodes()
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
	case naming.Amount, naming.Debit, naming.Credit:
		if digits {
			f.Type, f.Decimals, f.Implied = layout.AmountType, "0", true
		} else if f.Type == "" {
			f.Type = layout.AmountType
		}
	case naming.Posted, naming.Date:
		form := map[int]string{8: "yyyyMMdd", 6: "yyMMdd", 7: "yyyyDDD", 5: "yyDDD", 10: "yyyy-MM-dd"}[f.Width]
		if form == "" && f.Width > 0 {
			return
		}
		f.Type, f.Sign, f.Pad, f.DateForm = layout.DateType, "", "", form
		if form != "" {
			d.guess(f.line, "field %s is a date of the form %s", f.Name, form)
			f.comment = join(f.comment, "GUESS: date_form")
		}
	case naming.Count, naming.Number, naming.Hash:
		if f.Type == "" {
			f.Type = layout.IntegerType
		}
	case naming.Text:
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
	case naming.Amount, naming.Debit, naming.Credit:
		return f.Type == layout.AmountType
	case naming.Posted, naming.Date:
		return f.Type == layout.DateType
	case naming.Time:
		return f.Type == layout.TimeType
	case naming.Count, naming.Number, naming.Hash:
		return f.Type == layout.IntegerType
	case naming.Batch:
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
	case f.value != "" && f.role == naming.Side:
	case f.value != "":
		f.comment = join(f.comment, "GUESS: value, by the name")
		d.guess(f.line, "field %s of record %s is the %s: %s", f.Name, r.name, f.role, f.value)
	case f.Required:
		f.comment = join(f.comment, "FILL IN: required")
		d.open(f.line, "field %s of record %s is required: what stands in it?", f.Name, r.name)
	case f.role == naming.Hash:
		f.comment = join(f.comment, "FILL IN: file.hash, with totals: hash")
		d.open(f.line, "field %s of record %s is a hash total: of which field? say it in `totals: hash`, and give it the Value file.hash", f.Name, r.name)
	default:
		f.comment = join(f.comment, "FILL IN, or leave blank")
		d.open(f.line, "field %s of record %s: what stands in it? it stays blank", f.Name, r.name)
	}
	if f.role == naming.Text && f.Type == layout.TextType && f.Width > 0 {
		f.Overflow = "cut"
	}
	switch f.role {
	case naming.Amount, naming.Currency, naming.Account, naming.Document:
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
	case naming.Currency:
		return "document.currency"
	case naming.Document:
		return reference(f.Width)
	case naming.Company:
		d.company = true
		return "IFBLANK(document.company_code; settings.company)"
	case naming.Posted:
		d.posted = true
		return "posting.date"
	case naming.Date:
		return "IFBLANK(document.date; file.date)"
	case naming.Employee:
		return "document.employee_id"
	case naming.Origin:
		d.origin = true
		return "settings.source"
	case naming.Batch:
		return batch(f)
	case naming.Number:
		return "row.number"
	case naming.Time:
		return "file.time"
	}
	if posting {
		return lineValue(r, f)
	}
	if f.role == naming.Text {
		return "document.title"
	}
	return ""
}

// lineValue is the Value for a role that only posting lines have.
func lineValue(r *record, f *field) string {
	switch f.role {
	case naming.Amount:
		if s := r.has(naming.Side); s != nil && !s.both || f.Sign == "none" || f.Sign == "packed-unsigned" || f.Sign == "binary-unsigned" {
			return "IF(line.amount < 0; 0 - line.amount; line.amount)"
		}
		return "line.amount"
	case naming.Debit:
		return "line.debit"
	case naming.Credit:
		return "line.credit"
	case naming.Side:
		if f.sides.Debit == "" {
			return ""
		}
		return fmt.Sprintf(`IF(line.amount < 0; "%s"; "%s")`, f.sides.Credit, f.sides.Debit)
	case naming.Account:
		return accountValue
	case naming.CostCentre:
		return `IF(OR(line.role = "expense"; line.role = "non_deductible_tax"); allocationCustom2Code; "")`
	case naming.TaxCode:
		return "line.tax_code"
	case naming.Text:
		return "line.text"
	}
	return ""
}

// valueOfFile is the Value of a field of a header or trailer.
func (d *Draft) valueOfFile(r *record, f *field) string {
	switch f.role {
	case naming.Batch:
		return batch(f)
	case naming.Count:
		return "file.lines"
	case naming.Debit:
		return "file.debit"
	case naming.Credit:
		if f.Sign == "none" || f.Sign == "packed-unsigned" || f.Sign == "binary-unsigned" {
			return "file.credit"
		}
		return "0 - file.credit"
	case naming.Posted:
		return "file.date"
	case naming.Time:
		return "file.time"
	case naming.Currency:
		return "file.currency"
	case naming.Company:
		d.company = true
		return "settings.company"
	case naming.Origin:
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
