package scope

import (
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Env gives the values of one row that are known when a document is prepared. Names are looked for from the innermost
// part of the document outward: tax, journal row, allocation, entry, then the parts at its head.
type Env struct {
	slots []Slot
	doc   *fis.Document
	heads []*fis.Node
	post  *posting.Result

	nodes [6]*fis.Node // innermost first
	depth int
	entry *fis.Node
	alloc *fis.Node
	trip  *trip
	line  *posting.Line
	kind  string
	// number counts the posting lines, from 1.
	number int
	// InDoc counts the rows of the record in the document, from 1; whoever makes the rows counts them.
	InDoc int
	// inAlloc counts the journal rows of the allocation, from 1.
	inAlloc int
	// allocation counts the allocations of the document, from 1; 0 outside of them.
	allocation int
	// whole are the allocations that stand for lines of requests without any; they count for the document in hand.
	whole map[*fis.Node]*fis.Node

	// round tells that amounts are rounded; owed and cost are then what the posting lines say of each journal row and
	// application.
	round      bool
	owed, cost map[*fis.Node]fis.Amount

	debit, credit fis.Amount
	// known is what was read of each source field last, by slot; it counts for the document in hand.
	known []knownValue
	// document counts the documents.
	document int
	// Bad gathers fields that could not be read, until whoever reads it empties it.
	Bad []BadField
}

// knownValue is the value of a node.
type knownValue struct {
	node     *fis.Node
	document int
	value    layout.Value
}

// BadField is a field of the document that could not be read, and why, in words.
type BadField struct {
	Name   string
	Detail say.Text
}

// NewEnv makes the environment of formulas that use these slots; round tells that amounts are rounded to the document's
// currency.
func NewEnv(slots []Slot, round bool) Env {
	return Env{slots: slots, round: round, known: make([]knownValue, len(slots))}
}

// Begin takes a document, and its posting lines; nil for documents without. The environment stands on the document as a
// whole then.
func (e *Env) Begin(doc *fis.Document, post *posting.Result) {
	e.doc, e.post = doc, post
	e.document++
	clear(e.whole)
	e.heads = e.heads[:0]
	if h := doc.Header(); h != nil {
		e.heads = append(e.heads, h)
	}
	doc.Root.Each(func(name string, n *fis.Node) {
		if n.Kind() == fis.Object && (len(e.heads) == 0 || n != e.heads[0]) && isHead(name) {
			e.heads = append(e.heads, n)
		}
	})
	e.heads = append(e.heads, doc.Root)
	if e.debit, e.credit = fis.Zero, fis.Zero; post != nil {
		e.debit, e.credit = post.Totals()
	}
	e.at("document", nil)
}

// isHead reports whether a name alone may mean a field of the object at the root: not of an earlier revision, nor of
// the one application of an advance that a payroll document has.
func isHead(name string) bool { return !fis.IsOfAnother(name) && name != "cashAdvanceApplication" }

// at moves to a row.
func (e *Env) at(kind string, line *posting.Line, nodes ...*fis.Node) {
	e.kind, e.line, e.depth, e.entry, e.alloc, e.trip = kind, line, 0, nil, nil, nil
	for _, n := range nodes {
		if n != nil && e.depth < len(e.nodes) {
			e.nodes[e.depth] = n
			e.depth++
		}
	}
}

// Value is the value of a name.
func (e *Env) Value(i int) layout.Value {
	s := &e.slots[i]
	switch s.kind {
	case facts.OfSource:
		if s.dated && e.line != nil && e.line.OfDocument { // it has no entry, whichever lends it what else it needs
			return e.documentDate()
		}
		n := e.NodeOf(s)
		if n == nil {
			return layout.Value{}
		}
		k := &e.known[i]
		if k.node == n && k.document == e.document {
			return k.value // as most rows of an entry have it
		}
		bad, v := len(e.Bad), layout.Value{}
		if s.free {
			v = e.free(n)
		} else {
			v = e.read(s.name, s.typ, n)
		}
		if len(e.Bad) == bad {
			*k = knownValue{n, e.document, v}
		}
		return v
	case facts.OfLine:
		return e.lineFact(s.fact)
	case facts.OfDocument:
		return e.documentFact(s.fact)
	case facts.OfRow:
		return e.rowFact(s.fact)
	}
	return layout.Value{}
}

// Find gives the field of the innermost part that has it.
func (e *Env) Find(name string) *fis.Node {
	for _, n := range e.nodes[:e.depth] {
		if f := n.Get(name); f != nil {
			return f
		}
	}
	for _, n := range e.heads {
		if f := n.Get(name); f != nil {
			return f
		}
	}
	return nil
}

// NodeOf is where a source field has its value, nil when it is missing.
func (e *Env) NodeOf(s *Slot) *fis.Node {
	if s.path != nil && (len(s.path.steps) > 1 || s.own == nil) {
		return e.followed(s, s.path)
	}
	n := e.named(s)
	for i := 0; n == nil && i < len(s.below); i++ {
		n = e.followed(s, s.below[i])
	}
	return n
}

// followed follows a path of a field; several values that differ make the row a bad one.
func (e *Env) followed(s *Slot, p *docPath) *fis.Node {
	n, err := e.follow(p)
	if err != nil {
		e.Bad = append(e.Bad, BadField{s.name, say.Of(err)})
		return nil
	}
	return n
}

func (e *Env) source(name string, typ formula.Type) layout.Value {
	n := e.Find(name)
	if n == nil {
		return layout.Value{}
	}
	return e.read(name, typ, n)
}

// free reads a value of which nothing is known: a number exactly, true and false, a day when it is written as FIS
// writes them, else a text.
func (e *Env) free(n *fis.Node) layout.Value {
	switch n.Kind() {
	case fis.Number:
		return e.read("", formula.Number, n)
	case fis.Bool, fis.Object:
		return e.read("", formula.Bool, n)
	}
	if items := n.Items(); len(items) > 0 && items[0].Kind() == fis.Object {
		return Count(len(items))
	}
	if day, err := fis.ParseDate(n.Text()); err == nil && strings.Contains(n.Text(), "-") {
		return layout.Day(day)
	}
	return layout.Text(plain(n))
}

// read makes a value of the type of what stands in the document.
func (e *Env) read(name string, typ formula.Type, n *fis.Node) layout.Value {
	switch typ {
	case formula.Number:
		if items := n.Items(); len(items) > 0 && items[0].Kind() == fis.Object {
			return Count(len(items))
		}
		a, present, err := n.Number()
		if err != nil {
			e.Bad = append(e.Bad, BadField{name, posting.Unreadable(n, err)})
		}
		if err != nil || !present {
			return layout.Value{}
		}
		return layout.Number(a)
	case formula.Date:
		text := strings.TrimSpace(n.Text())
		if text == "" {
			return layout.Value{}
		}
		day, err := fis.ParseDate(text)
		if err != nil {
			e.Bad = append(e.Bad, BadField{name, posting.Unreadable(n, err)})
			return layout.Value{}
		}
		return layout.Day(day)
	case formula.Bool:
		if n.Kind() == fis.Object {
			return layout.Flag(true)
		}
		text := strings.TrimSpace(n.Text())
		return Flag(text)
	}
	return layout.Text(plain(n))
}

// plain is the text of a field without scientific notation, which FIS uses for numbers (0E-8), and for zero in custom
// fields, too. A text that looks like another number of that kind may be a code, and stays.
func plain(n *fis.Node) string {
	text := strings.TrimSpace(n.Text())
	if strings.IndexByte(text, 'e') < 0 && strings.IndexByte(text, 'E') < 0 || n.Kind() != fis.Number && !scientificZero(text) {
		return text
	}
	a, err := fis.ParseAmount(text)
	if err != nil {
		return text
	}
	return a.String()
}

// scientificZero tells a zero such as 0E-8 or 0.00E+2.
func scientificZero(text string) bool {
	if text = strings.TrimPrefix(text, "-"); text == "" || text[0] != '0' {
		return false
	}
	digits, exponent, ok := strings.Cut(strings.ToUpper(text), "E")
	if !ok || exponent == "" || digits == "" || strings.Trim(digits, "0.") != "" || digits[0] != '0' {
		return false
	}
	return exponent[0] == '-' || exponent[0] == '+'
}

// Flag reads Y, TRUE, 1 and YES in any case as true, nothing as empty, all else as false.
func Flag(text string) layout.Value {
	switch strings.ToUpper(text) {
	case "":
		return layout.Value{}
	case "Y", "TRUE", "1", "YES":
		return layout.Flag(true)
	}
	return layout.Flag(false)
}

func (e *Env) lineFact(f facts.Fact) layout.Value {
	if f == facts.LineDate {
		if e.line == nil || !e.line.OfDocument {
			if v := e.source("entryDate", formula.Date); !v.IsEmpty() {
				return v
			}
		}
		return e.documentDate()
	}
	if f == facts.LineText {
		for _, name := range facts.TextFields() {
			if v := e.source(name, formula.Text); !v.IsEmpty() {
				return v
			}
		}
		return layout.Text(e.doc.Title())
	}
	l := e.line
	if l == nil {
		return layout.Value{}
	}
	switch f {
	case facts.LineRole:
		return layout.Text(string(l.Role))
	case facts.LineAccount:
		return layout.Text(l.AccountCode)
	case facts.LineParty:
		return layout.Text(l.Party)
	case facts.LineDebit:
		return unlessZero(l.Debit)
	case facts.LineCredit:
		return unlessZero(l.Credit)
	case facts.LineAmount:
		return layout.Number(l.Amount())
	case facts.LineSide:
		if l.Credit.IsZero() {
			return layout.Text("D")
		}
		return layout.Text("C")
	case facts.LineNumber:
		return Count(e.number)
	case facts.LineTaxAuthority:
		return layout.Text(l.TaxAuthority)
	case facts.LineTaxCode:
		return layout.Text(l.TaxCode)
	case facts.LineTaxReclaimCode:
		return layout.Text(l.TaxReclaimCode)
	case facts.LineTaxBase:
		return e.taxBase(l)
	case facts.LineCostTaxAuthority:
		return e.costTax(l, "taxAuthorityLabel")
	case facts.LineCostTaxCode:
		return e.costTax(l, "taxCode")
	case facts.LineEntryID:
		return layout.Text(l.EntryID)
	case facts.LineAllocationID:
		return layout.Text(l.AllocationID)
	case facts.LineItem:
		return layout.Text(l.LineItem)
	case facts.LineCashAdvanceID:
		return layout.Text(l.CashAdvanceID)
	case facts.LineReversal:
		return layout.Flag(l.Reversal)
	}
	return layout.Value{}
}

func unlessZero(a fis.Amount) layout.Value {
	if a.IsZero() {
		return layout.Value{}
	}
	return layout.Number(a)
}

// Count is a number of things as a value.
func Count(n int) layout.Value { return layout.Number(amountOf(n)) }

func (e *Env) documentFact(f facts.Fact) layout.Value {
	d := e.doc
	switch f {
	case facts.DocumentID:
		return layout.Text(d.ID)
	case facts.DocumentType:
		return layout.Text(string(d.DocType))
	case facts.DocumentCurrency:
		return layout.Text(d.Currency())
	case facts.DocumentReportID:
		return layout.Text(d.ReportID())
	case facts.DocumentReportKey:
		return layout.Text(d.ReportKey())
	case facts.DocumentTitle:
		return layout.Text(d.Title())
	case facts.DocumentEmployeeID:
		return layout.Text(d.EmployeeID())
	case facts.DocumentDate:
		return e.documentDate()
	case facts.DocumentTotal:
		a, present, err := d.Total()
		if err != nil {
			e.Bad = append(e.Bad, BadField{"document.total", posting.Unreadable(d.TotalNode(), err)})
		}
		if err != nil || !present {
			return layout.Value{}
		}
		return layout.Number(a)
	case facts.DocumentCompanyID:
		return layout.Text(d.CompanyID)
	case facts.DocumentEntityID:
		return layout.Text(d.EntityID)
	case facts.DocumentCompanyCode:
		if codes := d.CompanyCodes(); len(codes) > 0 {
			return layout.Text(codes[0])
		}
	case facts.DocumentLines:
		if e.post != nil {
			return Count(len(e.post.Lines))
		}
		return Count(0)
	case facts.DocumentDebit:
		return layout.Number(e.debit)
	case facts.DocumentCredit:
		return layout.Number(e.credit)
	case facts.DocumentReceipts, facts.DocumentReceiptNames, facts.DocumentReceiptHashes:
		return e.receiptsFact(f)
	case facts.DocumentAgain:
		if d.Posting > 1 {
			return layout.Text("-" + strconv.Itoa(d.Posting))
		}
	case facts.DocumentMinorUnits:
		return Count(int(fis.MinorUnits(d.Currency())))
	case facts.DocumentTest:
		return layout.Flag(d.IsTest())
	}
	return layout.Value{}
}

// documentDate is the document's own day. One that is filled and cannot be read is told: the day after it in the order of
// days, such as that of the submission, is another one.
func (e *Env) documentDate() layout.Value {
	day, field, err := e.doc.Day()
	if err != nil {
		e.Bad = append(e.Bad, BadField{field, posting.Unreadable(e.doc.Header().Get(field), err)})
		return layout.Value{}
	}
	return layout.Day(day)
}

// EntryID names the entry or line item of the row, for messages.
func (e *Env) EntryID() (entry, allocation string) {
	for _, n := range e.nodes[:e.depth] {
		if entry == "" {
			entry = n.Str("entryId")
		}
		if entry == "" {
			entry = n.Str("lineItemSequenceOrder")
		}
		if allocation == "" {
			allocation = n.Str("allocationId")
		}
		if allocation == "" {
			allocation = n.Str("allocationKey")
		}
	}
	if e.line != nil {
		if entry == "" {
			entry = e.line.EntryID + e.line.LineItem
		}
		if allocation == "" {
			allocation = e.line.AllocationID
		}
	}
	return entry, allocation
}

// String says it to people.
func (b BadField) String() string { return b.Said().String() }

// Said is the sentence.
func (b BadField) Said() say.Text { return say.F("%s: %s", b.Name, b.Detail) }

// Sums are those of the posting lines.
func (e *Env) Sums() (debit, credit fis.Amount) { return e.debit, e.credit }
