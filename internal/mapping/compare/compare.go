package compare

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
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
	// counts tells that both count rows, in the same words: where lines were added or left out, the numbers behind them
	// say nothing.
	counts bool
}

// pairs is how two plans belong together.
type pairs struct {
	list         []recordPair
	byOld, byNow map[int]int
	// sameLayout: equal values make equal texts.
	sameLayout bool
}

func pairRecords(older, newer *mapping.Plan) *pairs {
	p := &pairs{byOld: map[int]int{}, byNow: map[int]int{},
		sameLayout: string(older.Template().Source()) == string(newer.Template().Source())}
	for i := range newer.View().Records() {
		p.list = append(p.list, recordPair{name: newer.View().Records()[i].Name(), old: -1, now: i})
	}
	for i := range older.View().Records() {
		name := older.View().Records()[i].Name()
		if at := slices.IndexFunc(p.list,
			func(r recordPair) bool { return wording.Fold(r.name) == wording.Fold(name) }); at >= 0 {
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

func (r *recordPair) pairFields(older, newer *mapping.Plan) {
	if r.now >= 0 {
		for i, f := range newer.View().Records()[r.now].Fields() {
			r.fields = append(r.fields, fieldPair{name: f.Name(), typ: f.Type(), old: -1, now: i,
				sum: f.Type() == layout.CodeType})
		}
	}
	if r.old < 0 {
		return
	}
	for i, f := range older.View().Records()[r.old].Fields() {
		if at := slices.IndexFunc(r.fields,
			func(x fieldPair) bool { return wording.Fold(x.name) == wording.Fold(f.Name()) }); at >= 0 {
			r.fields[at].old = i
			other := &newer.View().Records()[r.now].Fields()[r.fields[at].now]
			r.fields[at].counts = f.Source() == other.Source() && countsRows(older, &f) && countsRows(newer, other)
		} else {
			r.fields = append(r.fields, fieldPair{name: f.Name(), typ: f.Type(), old: i, now: -1,
				sum: f.Type() == layout.CodeType})
		}
	}
}

// countsRows reports whether a field numbers rows.
func countsRows(p *mapping.Plan, f *mapping.Field) bool {
	if f.Program() == nil {
		return false
	}
	for _, i := range f.Program().Fields() {
		switch p.View().Slots()[i].Fact() {
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
	old, now         *mapping.Maker
	oldSums, newSums *codeSums
	oldText, newText mapping.TextsOf
	// shifted tells that the rows of the two versions are not the same in number or order.
	shifted bool
}

func newComparer(older, newer *mapping.Plan, p *pairs, created time.Time) (*comparer, error) {
	c := &comparer{pairs: p, parser: fis.NewParser(func(name string) bool {
		return older.Wants(name) || newer.Wants(name)
	}),
		oldSums: newCodeSums(), newSums: newCodeSums()}
	var err error
	if c.old, err = mapping.NewMaker(older, created); err != nil {
		return nil, err
	}
	c.now, err = mapping.NewMaker(newer, created)
	c.oldText, c.newText = mapping.NewTexts(older), mapping.NewTexts(newer)
	return c, err
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
	was, oldRows, oldErr := c.old.Make(doc)
	is, newRows, newErr := c.now.Make(doc)
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
	h := &HeldChange{DocID: out.docID, ReportID: out.reportID, Old: refusal.Reasons(oldErr),
		New: refusal.Reasons(newErr)}
	var refused *refusal.DocumentError
	h.FalseAmounts = errors.As(newErr, &refused) && refused.Amounts()
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

// rowPair is a row in both versions; -1 where one has none.
type rowPair struct{ old, now int }

func (c *comparer) start(old, now []mapping.MadeRow) {
	c.oldText.Begin(old)
	c.newText.Begin(now)
}

// align pairs the rows of a document that were made from the same thing.
func (c *comparer) align(old, now []mapping.MadeRow) []rowPair {
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
		mapping.Origin
	}
	waiting := map[key][]int{}
	for i := range old {
		k := key{c.pairs.byOld[old[i].Record()], old[i].Origin}
		waiting[k] = append(waiting[k], i)
	}
	var out []rowPair
	taken := make([]bool, len(old))
	for i := range now {
		k := key{c.pairs.byNow[now[i].Record()], now[i].Origin}
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

func (c *comparer) sameRows(old, now []mapping.MadeRow) bool {
	if len(old) != len(now) {
		return false
	}
	for i := range old {
		if old[i].Origin != now[i].Origin || c.pairs.byOld[old[i].Record()] != c.pairs.byNow[now[i].Record()] {
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
	row, kind, number := (*mapping.MadeRow)(nil), CellChanged, p.now+1
	switch {
	case p.old < 0:
		row, kind = &c.newText.Rows()[p.now], CellAdded
	case p.now < 0:
		row, kind, number = &c.oldText.Rows()[p.old], CellRemoved, p.old+1
	default:
		row = &c.newText.Rows()[p.now]
	}
	entry := row.Entry()
	if entry == "" {
		entry = row.Item()
	}
	return LineChange{DocID: doc.docID, ReportID: doc.reportID, Record: r.name, Line: number, Kind: kind, Entry: entry,
		Role:     row.Role(),
		Currency: doc.currency, Amount: row.Net(), Fields: fields}, true
}

// fields are the fields of a pair of rows that read differently; of a row that only one version has, all that are not
// blank.
func (c *comparer) fields(p rowPair) ([]FieldChange, *recordPair) {
	var was, is *mapping.MadeRow
	var r *recordPair
	if p.old >= 0 {
		was = &c.oldText.Rows()[p.old]
		r = &c.pairs.list[c.pairs.byOld[was.Record()]]
	}
	if p.now >= 0 {
		is = &c.newText.Rows()[p.now]
		r = &c.pairs.list[c.pairs.byNow[is.Record()]]
	}
	if was != nil && is != nil && c.pairs.sameLayout && r.same(was, is) {
		return nil, r
	}
	var out []FieldChange
	for _, f := range r.fields {
		if f.counts && c.shifted && was != nil && is != nil {
			continue
		}
		if o, n := c.oldText.At(p.old, f.old), c.newText.At(p.now, f.now); o != n {
			out = append(out, FieldChange{r.name, f.name, strings.Clone(o), strings.Clone(n)})
		}
	}
	return out, r
}

// same reports whether all values are: a text may change with another field's value, an amount's decimals with its
// currency.
func (r *recordPair) same(was, is *mapping.MadeRow) bool {
	for _, f := range r.fields {
		if f.old < 0 || f.now < 0 || !sameValue(was.Values()[f.old], is.Values()[f.now]) {
			return false
		}
	}
	return true
}
