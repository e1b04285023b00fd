package preview

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/say"
)

// pageMaker gathers the data of a page.
type pageMaker struct {
	v        *Preview
	out      pageData
	lookups  map[string]int
	meanings map[string]int
	common   map[string]int
}

func (v *Preview) data() *pageData {
	m := &pageMaker{v: v, lookups: map[string]int{}, meanings: map[string]int{}, common: map[string]int{}}
	p := v.plan
	m.out = pageData{Mapping: p.Name(), Template: p.Template().Name, Title: v.say(p.Template().Title), Version: p.Hash(),
		Made: v.Made.Format("2006-01-02 15:04 MST"), Note: v.NotShown(),
		Records: []pageRecord{}, Files: []pageFile{}, Docs: []*pageDoc{}, Lines: []pageLine{}, Lookups: []pageLookup{},
		Common: []pageSource{}, Findings: []pageFinding{}, Sums: v.allSums(), Amounts: v.toldAll(v.plan.Template().Declaration())}
	m.records()
	for _, f := range v.Findings {
		m.out.Findings = append(m.out.Findings, pageFinding{string(f.Severity), placeIn(f), v.reason(f), -1})
	}
	for i, d := range v.Documents {
		m.document(i, d)
	}
	for i, f := range v.Files {
		m.file(i, f)
	}
	for text, i := range m.meanings {
		for len(m.out.Meanings) <= i {
			m.out.Meanings = append(m.out.Meanings, "")
		}
		m.out.Meanings[i] = text
	}
	m.out.Lang, m.out.Marks, m.out.Words = v.in().Code(), marks(v.in().Code()), v.pageWords(&m.out)
	return &m.out
}

// placeIn is the place of a finding without its file.
func placeIn(f findings.Finding) string { return findings.Place{Sheet: f.Sheet, Ref: f.Cell}.String() }

func (m *pageMaker) records() {
	p := m.v.plan
	for i := range p.View().Records() {
		r := pageRecord{Name: p.View().Records()[i].Name(), Fields: []pageField{}}
		column := 0
		for j := range p.View().Records()[i].Fields() {
			f, t := &p.View().Records()[i].Fields()[j], &p.Template().Records[i].Fields[j]
			pf := pageField{Name: f.Name(), Heading: explain.HeadingOf(t), Formula: f.Source(), Place: f.At().String(),
				Rules: m.v.toldAll(p.Layout().Rules(i, j)), Right: f.Type() == layout.AmountType || f.Type() == layout.IntegerType}
			if !t.Hidden {
				column++
				pf.Column = column
			}
			r.Fields = append(r.Fields, pf)
		}
		m.out.Records = append(m.out.Records, r)
	}
}

func (m *pageMaker) document(i int, d *explain.Document) {
	out := &pageDoc{ID: d.Envelope.ID, Label: d.Label(), Title: d.Title(), Type: string(d.Envelope.DocType),
		Currency: d.Currency(), File: d.File, Reasons: m.v.toldAll(d.Reasons()), Remarks: m.v.toldAll(d.Remarks()),
		Sums: m.v.sums(d), Tree: []any{}, Postings: []pagePost{}, Sources: []pageSource{}, nodes: map[string]int{},
		known: map[string]int{}}
	if d.Document != nil {
		out.Type = string(d.Document.DocType)
		n := 0
		d.Document.Root.Each(func(name string, v *fis.Node) {
			out.Tree = append(out.Tree,
				out.branch(name, name, v, &n))
		})
	}
	debit, credit := fis.Zero, fis.Zero
	for _, p := range d.Postings {
		node, ok := out.nodes[p.Place]
		if !ok {
			node = -1
		}
		out.Postings = append(out.Postings, pagePost{p.Number, p.Role, p.Account, p.Party, p.Debit, p.Credit, node})
		debit, credit = debit.Add(amountIn(p.Debit)), credit.Add(amountIn(p.Credit))
	}
	if len(d.Postings) > 0 {
		out.Debit, out.Credit = fis.Text(debit, out.Currency), fis.Text(credit, out.Currency)
	}
	m.out.Docs = append(m.out.Docs, out)
	for _, reason := range out.Reasons {
		m.out.Findings = append(m.out.Findings, pageFinding{"error", out.Label, reason, i})
	}
	for _, remark := range out.Remarks {
		m.out.Findings = append(m.out.Findings, pageFinding{"warning", out.Label, remark, i})
	}
}

func amountIn(s string) fis.Amount {
	a, err := fis.ParseAmount(s)
	if err != nil {
		return fis.Zero
	}
	return a
}

// branch is a node and what is in it; nodes are numbered in this order, as the page numbers them.
func (d *pageDoc) branch(name, path string, v *fis.Node, n *int) []any {
	d.nodes[path] = *n
	*n++
	switch v.Kind() {
	case fis.Object:
		children := []any{}
		v.Each(func(child string, c *fis.Node) { children = append(children, d.branch(child, path+"."+child, c, n)) })
		return []any{name, "o", children}
	case fis.Array:
		children := []any{}
		for i, c := range v.Items() {
			item := fmt.Sprintf("[%d]", i)
			children = append(children, d.branch(item, path+item, c, n))
		}
		return []any{name, "a", children}
	}
	return []any{name, v.Text()}
}

func (m *pageMaker) file(i int, f *explain.File) {
	out := pageFile{Name: f.Name, Group: f.Context.Group, Docs: f.Totals.Documents, Lines: f.Totals.Lines,
		Totals: m.v.totalsText(f.Totals)}
	if f.Err != nil {
		out.Err = m.v.told(say.Of(f.Err))
		m.out.Findings = append(m.out.Findings, pageFinding{"error", f.Name, out.Err, -1})
	}
	m.out.Files = append(m.out.Files, out)
	docs := map[string]int{}
	for n, d := range m.v.Documents {
		if d.File == i {
			docs[fmt.Sprint(d.Part.FirstLine)] = n
		}
	}
	doc := -1
	for _, l := range f.Lines {
		if n, begins := docs[fmt.Sprint(l.Line)]; begins && l.Kind == explain.KindRecord {
			doc = n
		}
		m.line(i, l, doc)
	}
}

// totalsText is debit and credit of each currency.
func (v *Preview) totalsText(t mapping.Totals) string {
	var out []string
	code := marks(v.in().Code())
	for _, currency := range slices.Sorted(maps.Keys(t.Debit)) {
		if debit, credit := t.Debit[currency], t.Credit[currency]; !debit.IsZero() || !credit.IsZero() {
			out = append(out, v.say("%s debit %s, credit %s", currency, grouped(fis.Text(debit, currency), code), grouped(fis.Text(credit, currency), code)))
		}
	}
	return strings.Join(out, "; ")
}

// grouped writes an amount with the marks of a language.
func grouped(text string, marks [2]string) string {
	whole, part, has := strings.Cut(text, ".")
	sign := ""
	if rest, is := strings.CutPrefix(whole, "-"); is {
		sign, whole = "-", rest
	}
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + marks[1] + whole[at:]
	}
	if has {
		whole += marks[0] + part
	}
	return sign + whole
}

func (m *pageMaker) line(file int, l *explain.Line, doc int) {
	out := pageLine{File: file, Line: l.Line, Kind: l.Kind, Doc: -1, Node: -1, Cells: []any{}}
	for i := range m.v.plan.View().Records() {
		if m.v.plan.View().Records()[i].Name() == l.Record {
			out.Record = i
		}
	}
	var d *pageDoc
	if l.Kind == explain.KindRecord && doc >= 0 {
		d, out.Doc = m.out.Docs[doc], doc
		if n, ok := d.nodes[l.Origin]; ok {
			out.Node = n
		}
	}
	for _, p := range l.Postings {
		out.Postings = append(out.Postings, p.Number)
	}
	if l.When != nil {
		out.When = l.When.Formula + "  (" + l.When.Place + ")"
	}
	for i := range l.Cells {
		out.Cells = append(out.Cells, m.cell(&l.Cells[i], d))
	}
	m.out.Lines = append(m.out.Lines, out)
}

// cell is a text, or more.
func (m *pageMaker) cell(c *explain.Cell, d *pageDoc) any {
	out := pageCell{Text: c.Text, Done: m.v.toldAll(c.Done)}
	if c.Value != c.Text {
		out.Value = c.Value
	}
	if c.Written != c.Text {
		out.Written = c.Written
	}
	for _, s := range c.Sources {
		out.Sources = append(out.Sources, m.source(s, d))
	}
	for _, l := range c.Lookups {
		out.Lookups = append(out.Lookups, m.lookup(l))
	}
	if out.Value == "" && out.Written == "" && out.Sources == nil && out.Lookups == nil && out.Done == nil {
		return out.Text
	}
	return out
}

// source gives the number of a source, of its document where it was found there.
func (m *pageMaker) source(s explain.Source, d *pageDoc) int {
	out := pageSource{Name: s.Name, Value: s.Value, Meaning: m.meaning(m.v.meaning(s.Meaning))}
	for _, f := range s.Found {
		node := -1
		if d != nil {
			if n, ok := d.nodes[f.Path]; ok {
				node = n
			}
		}
		out.Found = append(out.Found, pageFound{node, f.Path, f.Raw})
	}
	key := fmt.Sprint(out)
	if d == nil {
		i, known := m.common[key]
		if !known {
			i = len(m.out.Common)
			m.common[key] = i
			m.out.Common = append(m.out.Common, out)
		}
		return -1 - i
	}
	i, known := d.known[key]
	if !known {
		i = len(d.Sources)
		d.known[key] = i
		d.Sources = append(d.Sources, out)
	}
	return i
}

func (m *pageMaker) meaning(text string) int {
	i, known := m.meanings[text]
	if !known {
		i = len(m.meanings)
		m.meanings[text] = i
	}
	return i
}

func (m *pageMaker) lookup(l explain.LookupSource) int {
	key := l.Cell + "\x00" + strings.Join(l.Key, "\x00")
	i, known := m.lookups[key]
	if known {
		return i
	}
	out := pageLookup{Cell: l.Cell, Table: l.Table, Key: strings.Join(l.Key, " / "), Column: l.Column, Value: l.Value,
		Default: l.ByDefault, Row: [][2]string{}}
	for _, c := range l.Row {
		out.Row = append(out.Row, [2]string{c.Heading, c.Text})
	}
	m.lookups[key] = len(m.out.Lookups)
	m.out.Lookups = append(m.out.Lookups, out)
	return len(m.out.Lookups) - 1
}
