package templating

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/templating/naming"
)

// plainScalar are texts that are the same in YAML without quotes.
var plainScalar = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$`)

// quote writes a text as a YAML scalar.
func quote(text string) string {
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
		return `"` + text + `"`
	}
	if plainScalar.MatchString(text) {
		return text
	}
	if strings.IndexFunc(text, func(r rune) bool {
		return r < ' ' || r == 0x7f || r == 0x85 || r >= 0x2028 && r <= 0x2029 || r == 0xfeff
	}) >= 0 {
		return fmt.Sprintf("%q", strings.ToValidUTF8(text, "?"))
	}
	return "'" + strings.ReplaceAll(strings.ToValidUTF8(text, "?"), "'", "''") + "'"
}

// YAML is template.yaml: what the definition says, what was guessed as comments beside it, and what is to be filled in.
func (d *Draft) YAML() []byte {
	w := &writer{}
	w.line("# Made of %s.", oneLine(d.Source))
	w.line("# GUESS: the definition does not say it; look at it. FILL IN: nothing is written there yet.")
	w.line(`# A constant stands in two pairs of quotes, value: '"001"', for YAML takes one of them away.`)
	w.line("name: %s", quote(d.Name))
	w.line("title: %-50s # FILL IN: what people call this file", quote(d.Name+" import file"))
	w.line("documents: [expense, invoice, cashadvance]             # GUESS: which documents go into this file")
	w.line("acceptance: document                                   # GUESS: or file, where the ERP takes all of a file or nothing")
	if len(d.Files) > 0 {
		var names []string
		for name := range d.Files {
			names = append(names, quote(name))
		}
		sort.Strings(names)
		w.line("files: [%s]", strings.Join(names, ", "))
	}
	w.line("\nfile:")
	for _, e := range append([]entry{{"kind", string(d.kind), ""}}, d.file...) {
		w.commented("  "+e.key+": "+e.value, e.comment)
	}
	w.line("file_name: %s # GUESS: the ERP may want another name", quote(d.fileName))
	w.commented("grouping: { by: "+d.grouping()+" }", "GUESS: "+d.whyGrouped())
	w.line("rounding: true")
	if d.posted {
		w.line("posting_date: file # GUESS: the day the file is made; or document, line, month end")
		w.line("# one_posting_date: true # FILL IN: where a journal, voucher or sum of the ERP has one posting date")
	}
	w.settings(d)
	w.lookups(d)
	w.line("\nrecords:")
	for _, r := range d.records {
		w.record(r)
	}
	w.amounts(d)
	w.line("%s", results)
	return []byte(w.b.String())
}

// results is what stands in the place of the result files, which no definition of an import file says anything about.
const results = `
# FILL IN: what comes back from the ERP. Until then documents stay filed and dropped, and people say what
# became of them (mark). docs/integrators.md, Result files, has every key.
# results:
#   - name: answer
#     files: "*.ack"
#     kind: posting
#     level: document
#     layout: { kind: delimited, header: true }
#     records:
#       - name: row
#         fields:
#           - { name: document, type: code, required: true }
#           - { name: state, type: code, required: true }
#           - { name: text, type: text }
#     columns:
#       - { role: reference, field: document }
#       - { role: outcome, field: state, words: { OK: posted, ERROR: rejected } }
#       - { role: message, field: text }`

// writer writes YAML.
type writer struct{ b strings.Builder }

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

func (w *writer) commented(text, comment string) {
	if comment != "" {
		text += " # " + oneLine(comment)
	}
	w.line("%s", text)
}

// oneLine keeps a comment on its line, whatever a definition holds.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xfffd || r == 0xfeff {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
}

func (w *writer) record(r *record) {
	w.commented("  - name: "+quote(r.name), r.comment)
	for _, e := range []entry{{"note", r.note, ""}, {"sheet", r.sheet, ""}, {"parent", r.parent, ""}} {
		if e.value != "" {
			w.line("    %s: %s", e.key, quote(e.value))
		}
	}
	w.line("    repeat: %s", r.repeat)
	for _, e := range []entry{{"match", r.match, ""}, {"own", r.own, ""}} {
		if e.value != "" {
			w.line("    %s: %s", e.key, e.value)
		}
	}
	w.line("    fields:")
	for _, f := range r.fields {
		w.commented("      - { "+strings.Join(f.keys(), ", ")+" }", f.comment)
	}
}

// keys are the keys of a field in the order in which people write them.
func (f *field) keys() []string {
	var out []string
	put := func(key, value string) {
		if value != "" {
			out = append(out, key+": "+value)
		}
	}
	text := func(key, value string) {
		if value != "" {
			put(key, quote(value))
		}
	}
	number := func(key string, n int) {
		if n != 0 {
			put(key, fmt.Sprint(n))
		}
	}
	flag := func(key string, is bool) {
		if is {
			put(key, "true")
		}
	}
	text("name", f.Name)
	text("heading", f.Heading)
	put("type", string(f.Type))
	number("start", f.Start)
	number("width", f.Width)
	flag("required", f.Required)
	text("default", string(f.Default))
	text("empty", string(f.Empty))
	if f.Decimals != "" {
		put("decimals", string(f.Decimals))
	}
	text("currency", f.Currency)
	flag("implied", f.Implied)
	number("digits", f.Digits)
	text("sign", f.Sign)
	text("date_form", f.DateForm)
	if len(f.Flags) > 0 {
		put("flags", list(f.Flags))
	}
	if len(f.Codes) > 0 {
		put("codes", list(f.Codes))
	}
	text("align", f.Align)
	text("pad", string(f.Pad))
	text("overflow", f.Overflow)
	put("own", f.own)
	put("value", quoteValue(f.value))
	text("note", f.Note)
	return out
}

// quoteValue leaves names as they are and quotes formulas. A field that has no Value yet says so.
func quoteValue(value string) string {
	if value == "" {
		return `""`
	}
	return quote(value)
}

func list[T ~string](words []T) string {
	var out []string
	for _, w := range words {
		out = append(out, quote(string(w)))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// currencyOfFile is the record and field outside of the rows that names the currency.
func (d *Draft) currencyOfFile() string {
	for _, r := range d.records {
		if r.repeat == "header" {
			if f := r.has(naming.Currency); f != nil {
				return r.name + "." + f.Name
			}
		}
	}
	return ""
}

func (d *Draft) grouping() string {
	if d.currencyOfFile() != "" || d.summed() || d.unnamed() {
		return "currency"
	}
	return "run"
}

// whyGrouped is what is to be known of the guess.
func (d *Draft) whyGrouped() string {
	switch {
	case d.currencyOfFile() != "":
		return "a header names one currency"
	case d.summed():
		return "the file has sums, which must not add up several currencies; or company, document"
	case d.unnamed():
		return "no field is named for the currency, so each has a file of its own; or company, document"
	}
	return "all documents of a run in one file; or currency, company, document"
}

// summed: a header or trailer has sums of amounts.
func (d *Draft) summed() bool {
	return slices.ContainsFunc(d.records, func(r *record) bool {
		return r.edge() && slices.ContainsFunc(r.fields, func(f *field) bool {
			return strings.Contains(f.value, "file.debit") || strings.Contains(f.value, "file.credit")
		})
	})
}

// unnamed: no field says in which currency an amount is.
func (d *Draft) unnamed() bool {
	return !slices.ContainsFunc(d.records, func(r *record) bool { return r.has(naming.Currency) != nil })
}

// amounts says how the file is held against its documents, where a record has fields for it.
func (w *writer) amounts(d *Draft) {
	for _, r := range d.records {
		rows := d.amountRows(r)
		if r.repeat != "posting" || rows == "" {
			continue
		}
		w.line("\n# Each file is held against its documents before it goes out: these fields carry the amounts of the posting lines.")
		w.line("amounts:\n  rows:\n    - { record: %s, %s }", quote(r.name), rows)
		w.totals(r)
		return
	}
	w.line("\n# FILL IN: which fields carry the amounts of the posting lines, so that each file is held against its documents. An amount")
	w.line("# with its sign is `amount: FIELD`; one of each side are `debit: FIELD, credit: FIELD`.")
	record, field, currency, document := d.guessAmounts()
	w.line("# amounts:\n#   rows:\n#     - { record: %s, amount: %s, currency: %s, document: %s }", quote(record), quote(field), quote(currency), quote(document))
	w.line("# totals:\n#   amount: %s", quote(record+"."+field))
}

// guessAmounts are names for what is to be filled in: those of the definition where there is one that may be meant.
func (d *Draft) guessAmounts() (record, field, currency, document string) {
	record, field, currency, document = "RECORD", "FIELD", "FIELD", "FIELD"
	for _, r := range d.records {
		if r.repeat == "header" || r.repeat == "trailer" {
			continue
		}
		record = r.name
		for _, f := range r.fields {
			switch {
			case f.Type == layout.AmountType && field == "FIELD":
				field = f.Name
			case f.role == naming.Currency:
				currency = f.Name
			case f.role == naming.Document:
				document = f.Name
			}
		}
		break
	}
	return record, field, currency, document
}

func (w *writer) totals(r *record) {
	amount, debit, credit := r.has(naming.Amount), r.has(naming.Debit), r.has(naming.Credit)
	switch {
	case debit != nil && credit != nil:
		w.line("totals:\n  debit: %s\n  credit: %s", quote(r.name+"."+debit.Name), quote(r.name+"."+credit.Name))
	case amount != nil:
		w.line("totals:\n  amount: %s", quote(r.name+"."+amount.Name))
	}
}

// amountRows are the keys of `amounts.rows` that the fields of a record give; empty where they are too few.
func (d *Draft) amountRows(r *record) string {
	amount, debit, credit := r.has(naming.Amount), r.has(naming.Debit), r.has(naming.Credit)
	document, currency := r.has(naming.Document), r.has(naming.Currency)
	var keys []string
	put := func(key string, f *field) { keys = append(keys, key+": "+quote(f.Name)) }
	switch {
	case debit != nil && credit != nil:
		put("debit", debit)
		put("credit", credit)
	case amount == nil:
		return ""
	default:
		put("amount", amount)
		if side := r.has(naming.Side); side != nil {
			put("side", side)
			if side.value == "" {
				return "" // which of its codes is the debit is left to people
			}
			keys = append(keys, fmt.Sprintf("debit_codes: %s, credit_codes: %s", list([]string{side.sides.Debit}), list([]string{side.sides.Credit})))
			if side.both {
				keys = append(keys, "signed: true")
			}
		}
	}
	if currency != nil {
		put("currency", currency)
	} else if of := d.currencyOfFile(); of != "" {
		keys = append(keys, "currency: "+quote(of))
	}
	if document != nil {
		put("document", document)
	} else if of := d.documentAround(); of != "" {
		keys = append(keys, "document: "+quote(of))
	}
	return strings.Join(keys, ", ")
}

// documentAround is the record and field of the document itself that tells documents apart.
func (d *Draft) documentAround() string {
	for _, r := range d.records {
		if f := r.has(naming.Document); r.repeat == "document" && f != nil {
			return r.name + "." + f.Name
		}
	}
	return ""
}

// isNumber reports whether the field holds a number.
func (f *field) isNumber() bool { return f.Type == layout.AmountType || f.Type == layout.IntegerType }
