package mapping

import (
	"errors"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// recordPair is a record that both plans have, by name, with its fields paired by name; -1 where only one has it.
type recordPair struct {
	name     string
	old, now int
	fields   []fieldPair
}

type fieldPair struct {
	name     string
	typ      layout.Type
	old, now int
	// sum tells that lines are added up by this field: a code, of a record that moves amounts.
	sum bool
	// counts tells that both count rows, in the same words: where lines were added or left out, the numbers behind them say nothing.
	counts bool
}

// pairs is how two plans belong together.
type pairs struct {
	list         []recordPair
	byOld, byNow map[int]int
	// sameLayout: equal values make equal texts.
	sameLayout bool
}

func pairRecords(older, newer *Plan) *pairs {
	p := &pairs{byOld: map[int]int{}, byNow: map[int]int{}, sameLayout: string(older.tpl.Source()) == string(newer.tpl.Source())}
	for i := range newer.records {
		p.list = append(p.list, recordPair{name: newer.records[i].name, old: -1, now: i})
	}
	for i := range older.records {
		name := older.records[i].name
		if at := slices.IndexFunc(p.list, func(r recordPair) bool { return wording.Fold(r.name) == wording.Fold(name) }); at >= 0 {
			p.list[at].old = i
		} else {
			p.list = append(p.list, recordPair{name: name, old: i, now: -1})
		}
	}
	for i := range p.list {
		r := &p.list[i]
		r.pairFields(older, newer)
		if r.old >= 0 {
			p.byOld[r.old] = i
		}
		if r.now >= 0 {
			p.byNow[r.now] = i
		}
	}
	return p
}

func (r *recordPair) pairFields(older, newer *Plan) {
	if r.now >= 0 {
		for i, f := range newer.records[r.now].fields {
			r.fields = append(r.fields, fieldPair{name: f.name, typ: f.typ, old: -1, now: i, sum: f.typ == layout.CodeType})
		}
	}
	if r.old < 0 {
		return
	}
	for i, f := range older.records[r.old].fields {
		if at := slices.IndexFunc(r.fields, func(x fieldPair) bool { return wording.Fold(x.name) == wording.Fold(f.name) }); at >= 0 {
			r.fields[at].old = i
			other := &newer.records[r.now].fields[r.fields[at].now]
			r.fields[at].counts = f.source == other.source && older.countsRows(&f) && newer.countsRows(other)
		} else {
			r.fields = append(r.fields, fieldPair{name: f.name, typ: f.typ, old: i, now: -1, sum: f.typ == layout.CodeType})
		}
	}
}

// countsRows reports whether a field numbers rows.
func (p *Plan) countsRows(f *fieldPlan) bool {
	if f.prog == nil {
		return false
	}
	for _, i := range f.prog.Fields() {
		switch p.slots[i].fact {
		case facts.RowNumber, facts.RowLine, facts.RowInDocument:
			return true
		}
	}
	return false
}

// comparer compares one document after the other. It is for one goroutine.
type comparer struct {
	pairs            *pairs
	parser           *fis.Parser
	old, now         *maker
	oldSums, newSums *codeSums
	oldText, newText textsOf
	// shifted tells that the rows of the two versions are not the same in number or order.
	shifted bool
}

func newComparer(older, newer *Plan, p *pairs) (*comparer, error) {
	c := &comparer{pairs: p, parser: fis.NewParser(func(name string) bool { return older.wants(name) || newer.wants(name) }),
		oldSums: newCodeSums(), newSums: newCodeSums()}
	var err error
	if c.old, err = newMaker(older); err != nil {
		return nil, err
	}
	c.now, err = newMaker(newer)
	c.oldText.plan, c.newText.plan = older, newer
	return c, err
}

// textsOf are the texts of rows as they stand in the file, made when they are asked for.
type textsOf struct {
	plan *Plan
	rows []madeRow
	all  [][]string
}

func (t *textsOf) begin(rows []madeRow) { t.rows, t.all = rows, make([][]string, len(rows)) }

func (t *textsOf) at(row, field int) string {
	if row < 0 || field < 0 {
		return ""
	}
	if t.all[row] == nil {
		t.all[row] = t.plan.shown(&t.rows[row])
	}
	return t.all[row][field]
}

// compared is what came of one document.
type compared struct {
	docID, reportID, currency string
	unread                    bool
	held                      *HeldChange
	heldInBoth                bool
	moved                     bool
	oldLines, newLines        int
	lines                     []LineChange
}

func (c *comparer) compare(env fis.Envelope) compared {
	doc, err := c.parser.Parse(env)
	if err != nil {
		return compared{docID: env.ID, unread: true}
	}
	out := compared{docID: doc.ID, reportID: doc.ReportID(), currency: doc.Currency()}
	was, oldRows, oldErr := c.old.make(doc)
	is, newRows, newErr := c.now.make(doc)
	if was != nil && is != nil {
		out.moved = was.Group != is.Group
	}
	c.start(oldRows, newRows)
	out.oldLines, out.newLines = len(oldRows), len(newRows)
	c.oldSums.add(c.pairs, out.currency, oldRows, &c.oldText, c.pairs.byOld, func(f fieldPair) int { return f.old })
	c.newSums.add(c.pairs, out.currency, newRows, &c.newText, c.pairs.byNow, func(f fieldPair) int { return f.now })
	if oldErr != nil || newErr != nil {
		c.heldChange(&out, oldErr, newErr)
		return out
	}
	for _, p := range c.align(oldRows, newRows) {
		if line, changed := c.line(&out, p); changed {
			out.lines = append(out.lines, line)
		}
	}
	return out
}

func (c *comparer) heldChange(out *compared, oldErr, newErr error) {
	h := &HeldChange{DocID: out.docID, ReportID: out.reportID, Old: heldReasons(oldErr), New: heldReasons(newErr)}
	switch {
	case oldErr == nil:
		h.Kind = NewlyHeld
	case newErr == nil:
		h.Kind = NoLongerHeld
	case slices.Equal(h.Old, h.New):
		out.heldInBoth = true
		return
	default:
		h.Kind = HeldOther
	}
	out.held = h
}

func heldReasons(err error) []string {
	var refused *DocumentError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &refused):
		return []string{err.Error()}
	}
	var out []string
	for _, p := range refused.Problems {
		out = append(out, p.String())
	}
	return out
}

// rowPair is a row in both versions; -1 where one has none.
type rowPair struct{ old, now int }

func (c *comparer) start(old, now []madeRow) {
	c.oldText.begin(old)
	c.newText.begin(now)
}

// align pairs the rows of a document that were made from the same thing.
func (c *comparer) align(old, now []madeRow) []rowPair {
	c.shifted = !c.sameRows(old, now)
	if !c.shifted {
		out := make([]rowPair, len(now))
		for i := range out {
			out[i] = rowPair{i, i}
		}
		return out
	}
	type key struct {
		record int
		origin
	}
	waiting := map[key][]int{}
	for i := range old {
		k := key{c.pairs.byOld[old[i].record], old[i].origin}
		waiting[k] = append(waiting[k], i)
	}
	var out []rowPair
	taken := make([]bool, len(old))
	for i := range now {
		k := key{c.pairs.byNow[now[i].record], now[i].origin}
		p := rowPair{-1, i}
		if w := waiting[k]; len(w) > 0 {
			p.old, waiting[k] = w[0], w[1:]
			taken[w[0]] = true
		}
		out = append(out, p)
	}
	for i := range old {
		if !taken[i] {
			out = append(out, rowPair{i, -1})
		}
	}
	return out
}

func (c *comparer) sameRows(old, now []madeRow) bool {
	if len(old) != len(now) {
		return false
	}
	for i := range old {
		if old[i].origin != now[i].origin || c.pairs.byOld[old[i].record] != c.pairs.byNow[now[i].record] {
			return false
		}
	}
	return true
}

// line compares one pair of rows.
func (c *comparer) line(doc *compared, p rowPair) (LineChange, bool) {
	fields, r := c.fields(p)
	if len(fields) == 0 {
		return LineChange{}, false
	}
	row, kind, number := (*madeRow)(nil), CellChanged, p.now+1
	switch {
	case p.old < 0:
		row, kind = &c.newText.rows[p.now], CellAdded
	case p.now < 0:
		row, kind, number = &c.oldText.rows[p.old], CellRemoved, p.old+1
	default:
		row = &c.newText.rows[p.now]
	}
	entry := row.entry
	if entry == "" {
		entry = row.item
	}
	return LineChange{DocID: doc.docID, ReportID: doc.reportID, Record: r.name, Line: number, Kind: kind, Entry: entry, Role: row.role,
		Currency: doc.currency, Amount: row.net, Fields: fields}, true
}

// fields are the fields of a pair of rows that read differently; of a row that only one version has, all that are not blank.
func (c *comparer) fields(p rowPair) ([]FieldChange, *recordPair) {
	var was, is *madeRow
	var r *recordPair
	if p.old >= 0 {
		was = &c.oldText.rows[p.old]
		r = &c.pairs.list[c.pairs.byOld[was.record]]
	}
	if p.now >= 0 {
		is = &c.newText.rows[p.now]
		r = &c.pairs.list[c.pairs.byNow[is.record]]
	}
	if was != nil && is != nil && c.pairs.sameLayout && r.same(was, is) {
		return nil, r
	}
	var out []FieldChange
	for _, f := range r.fields {
		if f.counts && c.shifted && was != nil && is != nil {
			continue
		}
		if o, n := c.oldText.at(p.old, f.old), c.newText.at(p.now, f.now); o != n {
			out = append(out, FieldChange{r.name, f.name, strings.Clone(o), strings.Clone(n)})
		}
	}
	return out, r
}

// same reports whether all values are: a text may change with another field's value, an amount's decimals with its currency.
func (r *recordPair) same(was, is *madeRow) bool {
	for _, f := range r.fields {
		if f.old < 0 || f.now < 0 || !sameValue(was.values[f.old], is.values[f.now]) {
			return false
		}
	}
	return true
}
