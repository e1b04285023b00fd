package mapping

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/settings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
)

// company settles the company of a document, by the rule of the sheet Settings, and what Concur is told of it.
func (c *compiler) company() {
	source, at := c.sheet.Company()
	prog := c.formula(source, at, c.found.Option(workbook.OptionCompany))
	if prog == nil { // Values that name the company are right for all that
		source, at = c.tpl.CompanyRule(), settings.TemplateCell(c.tpl, c.tpl.CompanyRule())
		prog = c.formula(source, at, "company.of")
	}
	rule := source
	if c.defined[workbook.NameCompany] = prog; prog != nil {
		c.restrict(prog, []string{template.RepeatDocument}, facts.Early, at)
		for _, i := range prog.Fields() {
			if c.tpl.Company != nil && c.slots.OfRows(i) {
				c.found.Stricterf(at, "%s: %s is a field of the entries, and a document belongs in the books of one company: take a field of the report or invoice", c.found.Option(workbook.OptionCompany), c.slots.At(i).Name())
			}
		}
	}
	source, at = c.sheet.Told()
	if source == "" {
		return
	}
	used := c.used[workbook.NameCompany] // confirmations alone do not make use of the rule
	told, err := formula.Compile(source, c.symbols(at))
	if err == nil || c.hasLookups() { // a workbook without the sheet tells the setting, as it did
		c.plan.told = c.compiled(told, err, at, "company.told")
	}
	if c.plan.told != nil {
		c.restrict(c.plan.told, []string{template.RepeatDocument}, facts.Early, at)
	}
	c.used[workbook.NameCompany] = used
	c.plan.parted = !c.oneCompany()
	if c.tpl.Company != nil && !c.oneCompany() {
		c.plan.companyOf = c.defined[workbook.NameCompany]
		if v := c.options[workbook.OptionCompany]; !v.IsBlank() {
			c.plan.companyRule = rule
		}
	}
}

// hasLookups reports whether the workbook has every lookup sheet of its template.
func (c *compiler) hasLookups() bool {
	return !slices.ContainsFunc(c.tpl.Lookups, func(l template.Lookup) bool { return !foldedIn(l.Name, c.content.Tables.Names()) })
}

// oneCompany reports whether the workbook says that the documents of all companies belong in the same books.
func (c *compiler) oneCompany() bool {
	prog := c.defined[workbook.NameCompany]
	if prog == nil {
		return true // said by its cell
	}
	_, constant := prog.Constant()
	return constant
}

// companyStands refuses a Value that says the same company of every document.
func (c *compiler) companyStands() {
	if c.tpl.Company == nil || c.oneCompany() {
		return
	}
	for i := range c.plan.records {
		r := &c.plan.records[i]
		for j := range r.fields {
			f := &r.fields[j]
			if slices.Contains(c.tpl.Company.In, r.name+"."+f.name) && !slices.ContainsFunc(f.slots(), c.tellsCompany) && !c.inBroken(f.source) {
				c.found.Stricterf(workbook.Cell{Place: f.at}, "%s %s tells the ERP the company, and this is the same for the documents of all companies: write %s, or on the sheet %s "+
					"a constant as %s, where all documents belong in the books of one", r.name, f.name, c.tpl.Records[i].Fields[j].Value, c.found.Sheet(workbook.SheetSettings), c.found.Option(workbook.OptionCompany))
			}
		}
	}
}

// tellsCompany reports whether a name has another value for documents of another company.
func (c *compiler) tellsCompany(slot int) bool {
	s := c.slots.At(slot)
	return s.Kind() != facts.OfFile || s.Fact() == facts.FileCompany || s.Fact() == facts.FileGroup
}

// inRows reports whether each line tells its company, and a line that is taken back tells the company of then: all lines are
// one record, and what tells the company is kept. Where the head of an invoice stands beside its lines, both would have to move.
func (c *compiler) inRows() bool {
	record := ""
	return !slices.ContainsFunc(c.tpl.Company.In, func(in string) bool {
		return !slices.ContainsFunc(c.plan.kept, func(f keptField) bool {
			r := &c.plan.records[f.record]
			if in != r.name+"."+r.fields[f.field].name || record != "" && record != r.name {
				return false
			}
			record = r.name
			return true
		})
	})
}

// books is the company whose books the document in hand goes into, as the ERP calls it. Of a document that belongs in those of no company, or of another
// one than the earlier documents of its report, it is why that is held: what one company has posted is not taken back in the books of another.
func (w *Worker) books(doc *fis.Document) (string, error) {
	if w.plan.told == nil {
		return "", nil
	}
	if w.plan.companyRule != "" { // the template's own rule may leave documents in books that nobody parts
		if v, err := w.plan.companyOf.Eval(&w.env); err == nil && v.IsEmpty() {
			return "", &refusal.DocumentError{DocID: doc.ID, Problems: []refusal.Problem{{Reason: "company", Detail: say.F(
				"belongs in the books of no company: %s gives nothing for it (Company by, on the sheet Settings); if documents without one belong in the books of company 1000, say, write IFBLANK(%s; \"1000\") there", w.plan.companyRule, w.plan.companyRule)}}}
		}
	}
	now := ""
	if v, err := w.plan.told.Eval(&w.env); err == nil {
		now = v.String()
	}
	if w.against == nil || !w.against.Guard || w.plan.booksInRows {
		return now, nil
	}
	for _, before := range w.against.Books {
		if before != "" && before != now {
			return "", refusal.OfRevision(doc.ID, "it stands in the books of company %s, and this document belongs in those of company %s: what was posted in one is "+
				"not taken back in the other", before, now)
		}
	}
	return now, nil
}

// PartsCompanies reports whether documents go into the books of several companies, each called as the ERP calls it (takeback.Written.Books).
func (p *Plan) PartsCompanies() bool { return p.told != nil && p.parted }

// GuardsBooks reports whether a document that replaces another one must be in the books of the same company.
func (p *Plan) GuardsBooks() bool { return p.companyOf != nil && !p.booksInRows }

// CompanyTold is what posting confirmations call the company whose books a document is in, where the ERP's answer names
// none. It is the setting company where the template says nothing of companies, or where nobody can tell by the document.
func (p *Plan) CompanyTold(env fis.Envelope) (company string) {
	company = p.Setting("company")
	if p.told == nil {
		return company
	}
	w := p.NewWorker()
	var failed error // it says which setting is told, and no more
	defer w.caught(env.ID, &failed)
	doc, err := w.parser.Lend(env)
	if err != nil {
		return company
	}
	w.env.Begin(doc, nil)
	if v, err := p.told.Eval(&w.env); err == nil && !v.IsEmpty() {
		return v.String()
	}
	return company
}
