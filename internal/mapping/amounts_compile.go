package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// leftOut is a LeftOut ready to be used.
type leftOut struct {
	*template.LeftOut
	when *formula.Program
}

// amounts compiles the section `amounts`; a template without one says the same by its control totals, as far as they go.
func (c *compiler) amounts() {
	t := c.tpl
	if t.Amounts == nil {
		t.Amounts = amountsByTotals(t)
	}
	if t.Amounts == nil {
		t.Amounts = &template.Amounts{}
	}
	c.plan.proof = proof{inLines: map[fis.DocType]bool{}, inParties: map[fis.DocType]bool{}}
	for i := range t.Amounts.Rows {
		c.amountRows(fmt.Sprintf("amounts.rows.%s", t.Amounts.Rows[i].Record), &t.Amounts.Rows[i])
	}
	for i := range t.Amounts.LeftOut {
		c.leftOut(fmt.Sprintf("amounts.left_out.%d", i+1), &t.Amounts.LeftOut[i])
	}
	for i, n := range t.Amounts.NotHeld {
		c.notHeld(fmt.Sprintf("amounts.not_held.%d", i+1), n)
	}
	c.everyAmount()
	c.everyType()
}

// amountsByTotals is what the control totals of a template say of its amounts; nil when they say nothing.
func amountsByTotals(t *template.Template) *template.Amounts {
	amount, side := t.Totals.Amount, t.Totals.Debit
	if amount == "" && side == "" {
		return nil
	}
	record, field, _ := strings.Cut(amount+side, ".")
	r, ok := t.Record(record)
	if !ok || amount != "" && side != "" || !slices.Equal(r.Repeat, template.Repeats{template.RepeatPosting}) {
		return nil
	}
	rows := template.AmountRows{Record: record}
	if amount != "" {
		rows.Amount = field
	} else {
		rows.Debit = field
		_, rows.Credit, _ = strings.Cut(t.Totals.Credit, ".")
	}
	if i, ok := r.FieldIndex(field); ok {
		rows.Currency = r.Fields[i].Currency
	}
	return &template.Amounts{Rows: []template.AmountRows{rows}}
}

func (c *compiler) amountRows(at string, a *template.AmountRows) {
	i := slices.IndexFunc(c.plan.records, func(r Record) bool { return r.name == a.Record })
	if i < 0 {
		c.templateNear(at, a.Record, "there is no such record", c.recordNames())
		return
	}
	r := &c.plan.records[i]
	if r.header || r.trailer {
		c.templateError(at, a.Record, "headers and trailers carry no posting lines")
		return
	}
	if r.once >= 0 {
		c.templateError(at, a.Record, "has once_per, so not each of its posting lines is written")
		return
	}
	h := &amounts.Held{Rows: a, Debit: -1, Credit: -1, Amount: -1, Side: -1, Of: -1, Types: c.typesOf(at, a.Documents),
		Currency: amounts.Field{Record: -1}, Document: amounts.Field{Record: -1}}
	c.amountFields(at, r, h)
	h.Currency = c.fieldRef(at+".currency", r, a.Currency)
	for i, also := range a.CurrencyAlso {
		if ref := c.fieldRef(fmt.Sprintf("%s.currency_also[%d]", at, i), r, also); ref.Known() {
			h.CurrencyAlso = append(h.CurrencyAlso, ref)
		}
	}
	h.Document = c.fieldRef(at+".document", r, a.Document)
	c.standsFor(at, r, h)
	for _, t := range h.Types {
		if r.HeldFor(t) != nil {
			c.templateError(at+".documents", string(t), "the record is named twice for these documents")
		}
		if c.plan.proof.inLines[t] && c.plan.proof.inParties[t] {
			c.templateError(at+".of", string(t), "some rows stand for posting lines and others for parties only: a document is held one way or the other")
		}
	}
	r.held = append(r.held, h)
	c.wanted(r, h)
}

// amountFields finds the fields with amounts and sides.
func (c *compiler) amountFields(at string, r *Record, h *amounts.Held) {
	a := h.Rows
	h.Debit, h.Credit = c.amountField(at+".debit", r, a.Debit, true), c.amountField(at+".credit", r, a.Credit, true)
	h.Amount, h.Side = c.amountField(at+".amount", r, a.Amount, true), c.amountField(at+".side", r, a.Side, false)
	for _, w := range a.DebitCodes {
		h.DebitCodes = append(h.DebitCodes, string(w))
	}
	for _, w := range a.CreditCodes {
		h.CreditCodes = append(h.CreditCodes, string(w))
	}
	switch {
	case a.Amount == "" && a.Debit == "" && a.Credit == "":
		c.templateError(at, "", "says no field with an amount: debit and credit, or amount")
	case a.Amount != "" && a.Debit+a.Credit != "":
		c.templateError(at, "", "has debit and credit, or amount, not all of them")
	case a.Amount == "" && a.Side != "":
		c.templateError(at+".side", a.Side, "goes with amount; debit and credit tell the side already")
	case a.Side != "" && (len(a.DebitCodes) == 0 || len(a.CreditCodes) == 0):
		c.templateError(at+".side", a.Side, "needs debit_codes and credit_codes: what stands in it for a debit, and for a credit")
	case a.Side == "" && (a.Signed || len(a.DebitCodes)+len(a.CreditCodes) > 0):
		c.templateError(at, "", "signed, debit_codes and credit_codes go with side")
	}
	if a.Units != "" && a.Units != "minor" && a.Units != "major" {
		c.templateError(at+".units", a.Units, "units are major (also when not given) or minor")
	}
}

// amountField is the index of a field, -1 for none.
func (c *compiler) amountField(at string, r *Record, name string, number bool) int {
	if name == "" {
		return -1
	}
	for i := range r.fields {
		if r.fields[i].name != name {
			continue
		}
		if t := r.fields[i].typ; number && t != layout.AmountType && t != layout.IntegerType {
			c.templateError(at, name, "is not an amount; give the field the type amount, with decimals and sign as the ERP has them")
		}
		if c.plan.layout != nil && c.plan.layout.Records()[r.index].Fields[i].Hidden {
			c.templateError(at, name, "is hidden: it does not stand in the file")
		}
		return i
	}
	c.templateNear(at, name, "the record has no such field", r.names())
	return -1
}

// fieldRef finds FIELD of the record or RECORD.FIELD of another one.
func (c *compiler) fieldRef(at string, r *Record, name string) amounts.Field {
	none := amounts.Field{Record: -1}
	if name == "" {
		return none
	}
	for i := range r.fields {
		if r.fields[i].name == name {
			return c.shown(at, name, amounts.Field{Record: r.index, Field: i})
		}
	}
	record, field, ok := strings.Cut(name, ".")
	for i := range c.plan.records {
		other := &c.plan.records[i]
		for f := range other.fields {
			if ok && other.name == record && other.fields[f].name == field {
				return c.shown(at, name, amounts.Field{Record: other.index, Field: f})
			}
		}
	}
	c.templateNear(at, name, "there is no such field; write FIELD, or RECORD.FIELD of another record", r.names())
	return none
}

// shown refuses a field that does not stand in the file.
func (c *compiler) shown(at, name string, f amounts.Field) amounts.Field {
	if c.plan.layout != nil && c.plan.layout.Records()[f.Record].Fields[f.Field].Hidden {
		c.templateError(at, name, "is hidden: it does not stand in the file")
		return amounts.Field{Record: -1}
	}
	return f
}

// standsFor settles what a row stands for.
func (c *compiler) standsFor(at string, r *Record, h *amounts.Held) {
	lines, others := 0, 0
	for _, t := range h.Types {
		if t.HasPostingLines() {
			lines++
		} else {
			others++
		}
	}
	switch of := h.Rows.Of; {
	case of == template.OfParties:
		h.Parties = true
		if !onlyOf(r.repeat, template.RepeatJournal, template.RepeatApplication) {
			c.templateError(at+".of", of, "goes with records that repeat over journal and application")
		}
		if h.Rows.Why == "" {
			c.templateError(at+".why", "", "say why the rows are one-sided")
		}
		c.mark(h, c.plan.proof.inParties)
	case of == "" && slices.Contains(r.repeat, template.RepeatPosting):
		c.mark(h, c.plan.proof.inLines)
	case of == "":
		c.templateError(at+".of", "", fmt.Sprintf("say what a row stands for: the record repeats over %s; `of: parties`, or a field of the document such as `of: allocationAmount`", strings.Join(r.repeat, ", ")))
		return
	default:
		slot, typ, ok := c.slots.Field(of)
		if !ok || typ != formula.Number || c.slots.At(slot).Kind() != facts.OfSource {
			c.templateNear(at+".of", of, "is no amount of the document", c.slots.FieldNames())
			return
		}
		h.Of = slot
		if lines > 0 {
			c.templateError(at+".of", of, "these documents have posting lines, and are held against them; leave `of` out, or limit the rows by `documents`")
		}
		return
	}
	if others > 0 {
		c.templateError(at+".documents", template.TypeNames(h.Types), "some of these documents have no posting lines; limit the rows by `documents`, and say `of` for the others")
	}
}

func (c *compiler) mark(h *amounts.Held, types map[fis.DocType]bool) {
	for _, t := range h.Types {
		types[t] = true
	}
}

func onlyOf(list []string, allowed ...string) bool {
	for _, x := range list {
		if !slices.Contains(allowed, x) {
			return false
		}
	}
	return true
}

// wanted marks the fields that are read back.
func (c *compiler) wanted(r *Record, h *amounts.Held) {
	p := &c.plan.proof
	if p.want == nil {
		p.want, p.carried = make([][]bool, len(c.plan.records)), make([]bool, len(c.plan.records))
		for i := range c.plan.records {
			p.want[i] = make([]bool, len(c.plan.records[i].fields))
		}
	}
	for _, f := range []int{h.Debit, h.Credit, h.Amount, h.Side} {
		if f >= 0 {
			p.want[r.index][f] = true
		}
	}
	for _, ref := range append([]amounts.Field{h.Currency, h.Document}, h.CurrencyAlso...) {
		if ref.Known() {
			p.want[ref.Record][ref.Field] = true
			p.carried[ref.Record] = p.carried[ref.Record] || ref.Record != r.index
		}
	}
}

func (c *compiler) typesOf(at string, types []fis.DocType) []fis.DocType {
	if len(types) == 0 {
		return c.tpl.Documents
	}
	for _, t := range types {
		if !slices.Contains(c.tpl.Documents, t) {
			c.templateError(at+".documents", string(t), "the template does not take such documents")
		}
	}
	return types
}

func (c *compiler) leftOut(at string, l *template.LeftOut) {
	if l.Why == "" {
		c.templateError(at+".why", "", "say why these lines do not stand in the file")
	}
	v := c.templateCell(l.When, "")
	if v.IsBlank() {
		c.templateError(at+".when", "", "is missing: for which posting lines")
		return
	}
	prog := c.condition(l.When, v, at)
	if prog == nil {
		return
	}
	c.restrict(prog, []string{template.RepeatPosting}, facts.Early, v)
	c.plan.proof.leftOut = append(c.plan.proof.leftOut, leftOut{l, prog})
}

func (c *compiler) notHeld(at string, n template.NotHeld) {
	if n.Why == "" {
		c.templateError(at+".why", "", "say why these amounts are not held against the documents")
	}
	if _, ok := c.tpl.Record(n.Record); n.Record != "" && !ok {
		c.templateNear(at+".record", n.Record, "there is no such record", c.recordNames())
	}
	if (n.Record == "") == (len(n.Documents) == 0) {
		c.templateError(at, "", "names a record, or types of documents")
	}
	c.typesOf(at, n.Documents)
}

// everyAmount asks for every record that has amounts what they are held against.
func (c *compiler) everyAmount() {
	for i := range c.plan.records {
		r := &c.plan.records[i]
		if r.header || r.trailer || len(r.held) > 0 || slices.ContainsFunc(c.tpl.Amounts.NotHeld, func(n template.NotHeld) bool { return n.Record == r.name }) {
			continue
		}
		var fields []string
		for f := range r.fields {
			if r.fields[f].typ == layout.AmountType {
				fields = append(fields, r.fields[f].name)
			}
		}
		if len(fields) > 0 {
			c.templateError("amounts", r.name, fmt.Sprintf("the record %s has amounts (%s), but the template does not say what they are: name its fields in `amounts: rows`, or the record in `amounts: not_held`, with the reason; fisbridge holds each file against the documents before it goes out",
				r.name, strings.Join(firstFew(fields, 4), ", ")))
		}
	}
}

// everyType asks for each type of documents what it is held against.
func (c *compiler) everyType() {
	for _, t := range c.tpl.Documents {
		held := slices.ContainsFunc(c.tpl.Amounts.NotHeld, func(n template.NotHeld) bool { return slices.Contains(n.Documents, t) })
		some := false
		for i := range c.plan.records {
			for _, h := range c.plan.records[i].held {
				held = held || h.Holds(t)
			}
			some = some || len(c.plan.records[i].held) > 0
		}
		if !held && some {
			c.templateError("amounts", string(t), fmt.Sprintf("%s documents are held against nothing: say in `amounts: rows` which rows carry their amounts, or name the type in `amounts: not_held`, with the reason", t))
		}
	}
}

func firstFew(list []string, most int) []string {
	if len(list) > most {
		return append(slices.Clone(list[:most]), "…")
	}
	return list
}

func (c *compiler) recordNames() []string {
	var names []string
	for _, r := range c.tpl.Records {
		names = append(names, r.Name)
	}
	return names
}

func (r *Record) names() []string {
	var names []string
	for i := range r.fields {
		names = append(names, r.fields[i].name)
	}
	return names
}

// templateNear is templateError with the nearest of the names that there are.
func (c *compiler) templateNear(at, value, reason string, names []string) {
	c.found.List = append(c.found.List, findings.Finding{Severity: findings.Error, File: c.tpl.Path(), Cell: at, Value: value, Reason: reason, Nearest: wording.Nearest(value, names)})
}
