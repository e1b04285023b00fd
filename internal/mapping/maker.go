package mapping

import (
	"cmp"
	"math/big"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/hashtotal"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/say"
)

// MadeRow is one record that a document makes, with its values and what it was made from.
type MadeRow struct {
	record int
	Origin
	values []layout.Value
	// net is what the row moves: debit less credit, or the signed amount; of a template that does not tell which fields
	// hold amounts, that of the posting line.
	net fis.Amount
}

// Origin is what a row was made from. It is the same whatever mapping made the row, so that rows of two mappings can be
// compared.
type Origin struct {
	kind, role, entry, allocation, item, account, party, authority, code, advance string
	number                                                                        int
	credit                                                                        bool
}

// Maker makes the rows of documents by one plan, each document as if it stood alone in a file: numbers of rows and
// files do not depend on what came before. It is for one goroutine.
type Maker struct {
	plan *Plan
	w    *Worker
	file *File
	base Tally

	early [][]layout.Value // values of the rows as prepared, in the order of Prepared.rows
	from  []Origin
	nets  []fis.Amount // of the posting lines
	next  int          // row of Prepared that the file sees next
	doc   *Prepared
	rows  []MadeRow
	total MadeTotals
}

// MadeTotals is what all documents together come to, as for the header and trailer of one file with all of them.
type MadeTotals struct {
	Tally
	debit, credit map[string]fis.Amount
}

// pretendContext is the file in which everything is compared: of a moment, or of a day that is always the same.
func pretendContext(created time.Time) FileContext {
	return FileContext{Route: "route", Sequence: 1, Created: cmp.Or(created, time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC))}
}

func NewMaker(p *Plan, created time.Time) (*Maker, error) {
	f := &File{plan: p, unchecked: true, ctx: pretendContext(created), once: map[onceKey]bool{},
		debit: map[string]fis.Amount{}, credit: map[string]fis.Amount{},
		now: Tally{byRecord: make([]int, len(p.records)), hash: new(big.Int)}}
	f.env = LateEnv{slots: p.slots, file: f}
	f.now.lines, f.now.records = f.head()
	var err error
	if f.name, err = p.FileName(f.ctx); err != nil {
		return nil, err
	}
	m := &Maker{plan: p, w: p.NewWorker(), file: f, base: f.now, total: MadeTotals{Tally: f.now.clone(),
		debit: map[string]fis.Amount{}, credit: map[string]fis.Amount{}}}
	m.w.watch = m.prepared
	f.watch = m
	return m, nil
}

// Make gives the rows of a document; the error is the *refusal.DocumentError for which it would be held. The rows are
// valid until the next call.
func (m *Maker) Make(doc *fis.Document) (*Prepared, []MadeRow, error) {
	m.early, m.from, m.nets, m.rows, m.next = nil, m.from[:0], m.nets[:0], m.rows[:0], 0
	p, err := m.w.PrepareDocument(doc)
	if err != nil {
		return nil, nil, err
	}
	m.doc, m.file.now = p, m.base.clone()
	m.file.ctx.Group = p.Group
	m.file.now.documents++
	a := adder{f: m.file, doc: p, part: Part{DocID: p.DocID}}
	if err := a.run(); err != nil {
		return nil, nil, err
	}
	if a.part.Rows == 0 {
		return nil, nil, &refusal.DocumentError{DocID: p.DocID,
			Problems: []refusal.Problem{{Reason: "record", Detail: "the mapping makes no line for this document"}}}
	}
	if err := m.framed(p, a.part); err != nil {
		return nil, nil, &refusal.DocumentError{DocID: p.DocID,
			Problems: []refusal.Problem{{Reason: "record", Detail: say.Of(err)}}}
	}
	m.count(p, a.part)
	return p, m.rows, nil
}

// framed tries the headers and trailers of a file with this document alone.
func (m *Maker) framed(p *Prepared, part Part) error {
	f := m.file
	f.debit, f.credit = map[string]fis.Amount{p.Currency: part.Debit}, map[string]fis.Amount{p.Currency: part.Credit}
	for i := range m.plan.records {
		if r := &m.plan.records[i]; r.header || r.trailer {
			if _, _, err := f.special(r, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// prepared keeps what only the worker knows of a row.
func (m *Maker) prepared(*Record) {
	e := &m.w.env
	m.early = append(m.early, append([]layout.Value(nil), m.w.values...))
	entry, allocation := e.EntryID()
	o := Origin{kind: e.Kind(), entry: entry, allocation: allocation, number: e.InAlloc()}
	var net fis.Amount
	if l := e.Line(); l != nil {
		o = Origin{kind: e.Kind(), role: string(l.Role), entry: l.EntryID, allocation: l.AllocationID, item: l.LineItem,
			account: l.AccountCode, party: l.Party,
			authority: l.TaxAuthority, code: l.TaxCode, advance: l.CashAdvanceID, credit: l.Debit.IsZero()}
		net = l.Debit.Sub(l.Credit)
	}
	m.from, m.nets = append(m.from, o), append(m.nets, net)
}

// row takes a record that goes into the file.
func (m *Maker) Row(row *Row, _ []byte) {
	for &m.doc.rows[m.next] != row { // rows that a file has once only may be left out
		m.next++
	}
	r := &m.plan.records[row.record]
	out := MadeRow{record: row.record, Origin: m.from[m.next], values: m.early[m.next], net: m.nets[m.next]}
	s := row.sums
	if r.late {
		out.values = append([]layout.Value(nil), m.file.values...)
		s = r.totals.Of(out.values)
	}
	if r.totals.Any() {
		out.net = s.Debit.Sub(s.Credit)
	}
	m.rows = append(m.rows, out)
	m.next++
}

// special does nothing: headers and trailers are looked at once, at the end.
func (m *Maker) Special(*Record, []layout.Value, []byte) {}

// count adds a document to the totals.
func (m *Maker) count(p *Prepared, part Part) {
	t := &m.total
	t.grow(&m.file.now, &m.base, m.plan)
	t.debit[p.Currency] = t.debit[p.Currency].Add(part.Debit)
	t.credit[p.Currency] = t.credit[p.Currency].Add(part.Credit)
}

// grow adds what a tally has grown by since base, the beginning of a file.
func (t *MadeTotals) grow(to, base *Tally, p *Plan) {
	t.documents += to.documents - base.documents
	t.rows += to.rows - base.rows
	t.records += to.records - base.records
	t.lines += to.lines - base.lines
	for i, n := range to.byRecord {
		t.byRecord[i] += n - base.byRecord[i]
	}
	t.Tally.debit = t.Tally.debit.Add(to.debit)
	t.Tally.credit = t.Tally.credit.Add(to.credit)
	t.amount = t.amount.Add(to.amount)
	if h := p.tpl.Totals.Hash; h != nil {
		hashtotal.Add(t.hash, to.hash, h.Digits)
	}
}

// Join adds the totals of another maker of the same plan.
func (m *Maker) Join(o *Maker) {
	t := &m.total
	t.grow(&o.total.Tally, &m.base, m.plan)
	for c, a := range o.total.debit {
		t.debit[c] = t.debit[c].Add(a)
	}
	for c, a := range o.total.credit {
		t.credit[c] = t.credit[c].Add(a)
	}
}

// Frame gives the headers and trailers of one file with everything that was made, as far as they have values: such a
// file is only a way to compare, for documents of several currencies may never share one. Whether they can be written
// is found document by document.
func (m *Maker) Frame() []MadeRow {
	f := m.file
	f.now, f.debit, f.credit = m.total.clone(), m.total.debit, m.total.credit
	f.ctx.Group = ""
	f.env.row = nil
	var out []MadeRow
	for i := range m.plan.records {
		r := &m.plan.records[i]
		if !r.header && !r.trailer {
			continue
		}
		if r.when != nil {
			if yes, err := r.when.Test(&f.env); err != nil || !yes {
				continue
			}
		}
		values := make([]layout.Value, len(r.fields))
		for j := range r.fields {
			if v, err := f.lateValue(&r.fields[j]); err == nil {
				values[j] = v
			}
		}
		out = append(out, MadeRow{record: r.index, values: values})
	}
	return out
}

// Shown are the texts of a row's fields as they stand in the file.
func (p *Plan) Shown(r *MadeRow) []string {
	out := make([]string, len(r.values))
	spans, err := p.layout.Spans(r.record, r.values)
	for i := range out {
		if err != nil { // it was encoded before, so this is no more than caution
			out[i] = r.values[i].String()
			continue
		}
		out[i] = strings.TrimRight(spans[i].Text, " ")
	}
	return out
}

// TextsOf are the texts of rows as they stand in the file, made when they are asked for.
type TextsOf struct {
	plan *Plan
	rows []MadeRow
	all  [][]string
}

func (t *TextsOf) Begin(rows []MadeRow) { t.rows, t.all = rows, make([][]string, len(rows)) }

func (t *TextsOf) At(row, field int) string {
	if row < 0 || field < 0 {
		return ""
	}
	if t.all[row] == nil {
		t.all[row] = t.plan.Shown(&t.rows[row])
	}
	return t.all[row][field]
}

func NewTexts(p *Plan) TextsOf { return TextsOf{plan: p} }
