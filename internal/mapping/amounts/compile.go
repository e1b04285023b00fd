package amounts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Source is what rules are compiled from.
type Source struct {
	Template *template.Template
	Layout   *layout.Plan // nil when it is not sound
	Records  []Record
	Slots    *scope.Slots
	// Condition compiles a formula over posting lines; nil, and a finding, when it cannot be used.
	Condition func(at, formula string) *formula.Program
	// Found takes what is wrong.
	Found *findings.List
}

// compiler turns the section `amounts` of a template into rules.
type compiler struct {
	Source
	tpl   *template.Template
	rules *Rules
}

// Compile compiles the section `amounts`; a template without one says the same by its control totals, as far as they
// go.
func Compile(s Source) *Rules {
	t := s.Template
	if t.Amounts == nil {
		t.Amounts = amountsByTotals(t)
	}
	if t.Amounts == nil {
		t.Amounts = &template.Amounts{}
	}
	c := &compiler{Source: s, tpl: t, rules: &Rules{records: s.Records, inLines: map[fis.DocType]bool{},
		inParties: map[fis.DocType]bool{}}}
	if s.Layout != nil {
		c.rules.lined = s.Layout.Can().Lines && t.File.LineBreaks != "keep" || s.Layout.Can().Counted
		c.rules.merged = s.Layout.Can().Members
	}
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
	c.reading()
	return c.rules
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
	i := slices.IndexFunc(c.rules.records, func(r Record) bool { return r.Name == a.Record })
	if i < 0 {
		c.templateNear(at, a.Record, "there is no such record", c.recordNames())
		return
	}
	r := &c.rules.records[i]
	if r.Header || r.Trailer {
		c.templateError(at, a.Record, "headers and trailers carry no posting lines")
		return
	}
	if r.Once {
		c.templateError(at, a.Record, "has once_per, so not each of its posting lines is written")
		return
	}
	h := &Held{Rows: a, Debit: -1, Credit: -1, Amount: -1, Side: -1, Of: -1, Types: c.typesOf(at, a.Documents),
		Currency: Field{Record: -1}, Document: Field{Record: -1}}
	c.amountFields(at, i, h)
	h.Currency = c.fieldRef(at+".currency", i, a.Currency)
	for n, also := range a.CurrencyAlso {
		if ref := c.fieldRef(fmt.Sprintf("%s.currency_also[%d]", at, n), i, also); ref.Known() {
			h.CurrencyAlso = append(h.CurrencyAlso, ref)
		}
	}
	h.Document = c.fieldRef(at+".document", i, a.Document)
	c.standsFor(at, r, h)
	for _, t := range h.Types {
		if r.heldFor(t) != nil {
			c.templateError(at+".documents", string(t), "the record is named twice for these documents")
		}
		if c.rules.inLines[t] && c.rules.inParties[t] {
			c.templateError(at+".of", string(t),
				"some rows stand for posting lines and others for parties only: a document is held one way or the other")
		}
	}
	r.held = append(r.held, h)
	c.wanted(i, h)
}

// amountFields finds the fields with amounts and sides.
func (c *compiler) amountFields(at string, record int, h *Held) {
	a := h.Rows
	h.Debit, h.Credit = c.amountField(at+".debit", record, a.Debit, true), c.amountField(at+".credit", record, a.Credit,
		true)
	h.Amount, h.Side = c.amountField(at+".amount", record, a.Amount, true), c.amountField(at+".side", record, a.Side,
		false)
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
		c.templateError(at+".side", a.Side,
			"needs debit_codes and credit_codes: what stands in it for a debit, and for a credit")
	case a.Side == "" && (a.Signed || len(a.DebitCodes)+len(a.CreditCodes) > 0):
		c.templateError(at, "", "signed, debit_codes and credit_codes go with side")
	}
	if a.Units != "" && a.Units != "minor" && a.Units != "major" {
		c.templateError(at+".units", a.Units, "units are major (also when not given) or minor")
	}
}

// amountField is the index of a field, -1 for none.
func (c *compiler) amountField(at string, record int, name string, number bool) int {
	if name == "" {
		return -1
	}
	r := &c.rules.records[record]
	for i := range r.Columns {
		if r.Columns[i].Name != name {
			continue
		}
		if t := r.Columns[i].Type; number && t != layout.AmountType && t != layout.IntegerType {
			c.templateError(at, name, "is not an amount; give the field the type amount, with decimals and sign as "+
				"the ERP has them")
		}
		c.shown(at, name, Field{Record: record, Field: i})
		return i
	}
	c.templateNear(at, name, "the record has no such field", r.names())
	return -1
}

// fieldRef finds FIELD of the record or RECORD.FIELD of another one.
func (c *compiler) fieldRef(at string, record int, name string) Field {
	none := Field{Record: -1}
	if name == "" {
		return none
	}
	own := c.rules.records[record].names()
	if i := slices.Index(own, name); i >= 0 {
		return c.shown(at, name, Field{Record: record, Field: i})
	}
	named, field, ok := strings.Cut(name, ".")
	for i := range c.rules.records {
		other := &c.rules.records[i]
		if f := slices.Index(other.names(), field); ok && other.Name == named && f >= 0 {
			if c.rules.merged && (other.Header || other.Trailer || other.Once) {
				c.templateError(at, name, "is not in every document: in a package name a field of a record that each document has")
				return none
			}
			return c.shown(at, name, Field{Record: i, Field: f})
		}
	}
	c.templateNear(at, name, "there is no such field; write FIELD, or RECORD.FIELD of another record", own)
	return none
}

// shown refuses a field that does not stand in the file.
func (c *compiler) shown(at, name string, f Field) Field {
	if c.Layout != nil && c.Layout.Records()[f.Record].Fields[f.Field].Hidden {
		c.templateError(at, name, "is hidden: it does not stand in the file")
		return Field{Record: -1}
	}
	return f
}

// standsFor settles what a row stands for.
func (c *compiler) standsFor(at string, r *Record, h *Held) {
	lines, others := 0, 0
	for _, t := range h.Types {
		switch {
		case t.HasPostingLines():
			lines++
		case t.Commits() && h.Rows.Of == "" && slices.Contains(r.Repeat, template.RepeatPosting):
			// its commitments
		default:
			others++
		}
	}
	switch of := h.Rows.Of; {
	case of == template.OfParties:
		h.Parties = true
		if !onlyOf(r.Repeat, template.RepeatJournal, template.RepeatApplication) {
			c.templateError(at+".of", of, "goes with records that repeat over journal and application")
		}
		if h.Rows.Why == "" {
			c.templateError(at+".why", "", "say why the rows are one-sided")
		}
		c.mark(h, c.rules.inParties)
	case of == "" && slices.Contains(r.Repeat, template.RepeatPosting):
		c.mark(h, c.rules.inLines)
	case of == "":
		c.templateError(at+".of", "", say.F("say what a row stands for: the record repeats over %s; `of: "+
			"parties`, or a field of the document such as `of: allocationAmount`", strings.Join(r.Repeat, ", ")))
		return
	default:
		slot, typ, ok := c.Slots.Field(of)
		if !ok || typ != formula.Number || c.Slots.At(slot).Kind() != facts.OfSource {
			c.templateNear(at+".of", of, "is no amount of the document", c.Slots.FieldNames())
			return
		}
		h.Of = slot
		if lines > 0 {
			c.templateError(at+".of", of, "these documents have posting lines, and are held against them; leave "+
				"`of` out, or limit the rows by `documents`")
		}
		return
	}
	if others > 0 {
		c.templateError(at+".documents", template.TypeNames(h.Types),
			"some of these documents have no posting lines; limit the rows by `documents`, and say `of` for the others")
	}
}

func (c *compiler) mark(h *Held, types map[fis.DocType]bool) {
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
func (c *compiler) wanted(record int, h *Held) {
	p := c.rules
	if p.want == nil {
		p.want, p.carried = make([][]bool, len(p.records)), make([]bool, len(p.records))
		for i := range p.records {
			p.want[i] = make([]bool, len(p.records[i].Columns))
		}
	}
	for _, f := range []int{h.Debit, h.Credit, h.Amount, h.Side} {
		if f >= 0 {
			p.want[record][f] = true
		}
	}
	for _, ref := range append([]Field{h.Currency, h.Document}, h.CurrencyAlso...) {
		if ref.Known() {
			p.want[ref.Record][ref.Field] = true
			p.carried[ref.Record] = p.carried[ref.Record] || ref.Record != record
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
	if wording.Clean(l.When) == "" {
		c.templateError(at+".when", "", "is missing: for which posting lines")
		return
	}
	if prog := c.Condition(at, l.When); prog != nil {
		c.rules.leftOut = append(c.rules.leftOut, prog)
	}
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
	for i := range c.rules.records {
		r := &c.rules.records[i]
		notHeld := slices.ContainsFunc(c.tpl.Amounts.NotHeld,
			func(n template.NotHeld) bool { return n.Record == r.Name })
		if r.Header || r.Trailer || len(r.held) > 0 || notHeld {
			continue
		}
		var fields []string
		for f := range r.Columns {
			if r.Columns[f].Type == layout.AmountType {
				fields = append(fields, r.Columns[f].Name)
			}
		}
		if len(fields) > 0 {
			c.templateError("amounts", r.Name, say.F("the record %s has amounts (%s), but the template does "+
				"not say what they are: name its fields in `amounts: rows`, or the record in `amounts: not_held`, "+
				"with the reason; fisbridge holds each file against the documents before it goes out",
				r.Name, strings.Join(firstFew(fields, 4), ", ")))
		}
	}
}

// everyType asks for each type of documents what it is held against.
func (c *compiler) everyType() {
	for _, t := range c.tpl.Documents {
		held := slices.ContainsFunc(c.tpl.Amounts.NotHeld,
			func(n template.NotHeld) bool { return slices.Contains(n.Documents, t) })
		some := false
		for i := range c.rules.records {
			for _, h := range c.rules.records[i].held {
				held = held || h.Holds(t)
			}
			some = some || len(c.rules.records[i].held) > 0
		}
		if !held && some {
			c.templateError("amounts", string(t), say.F("%s documents are held against nothing: say in "+
				"`amounts: rows` which rows carry their amounts, or name the type in `amounts: not_held`, with the "+
				"reason", t))
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

func (c *compiler) templateError(at, value string, reason say.Text) {
	c.templateNear(at, value, reason, nil)
}

// templateNear is templateError with the nearest of the names that there are.
func (c *compiler) templateNear(at, value string, reason say.Text, names []string) {
	*c.Found = append(*c.Found, findings.Finding{Severity: findings.Error, File: c.tpl.Path(), Cell: at, Value: value,
		Reason: reason, Nearest: wording.Nearest(value, names)})
}
