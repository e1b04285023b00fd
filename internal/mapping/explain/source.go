package explain

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// catalogueOf gathers the meanings of all names that a plan may use.
type catalogueOf struct {
	facts    map[string]facts.Info
	meanings map[string]string
}

func newCatalogue(types []fis.DocType) catalogueOf {
	c := catalogueOf{map[string]facts.Info{}, map[string]string{}}
	for _, t := range types {
		for _, f := range fis.Fields(t) {
			if c.meanings[f.Name] == "" {
				c.meanings[f.Name] = f.Meaning
			}
		}
	}
	for _, f := range facts.All() {
		c.facts[f.Name], c.meanings[f.Name] = f, f.Meaning
	}
	return c
}

// source explains a name at the row where the environment stands.
func (t *tracer) source(i int, v layout.Value) Source {
	s := &t.w.Plan().View().Slots()[i]
	out := Source{Name: s.Name(), Value: v.String(), Meaning: t.names.meanings[s.Leaf()]}
	switch s.Kind() {
	case facts.OfSource:
		if n := t.w.Here().NodeOf(s); n != nil {
			out.Found = []Found{{t.paths[n], n.Text()}}
		}
	case facts.OfLine:
		out.Found = t.lineFound(s.Fact(), v)
	case facts.OfDocument:
		out.Found = t.documentFound(s, v)
	case facts.OfRow:
		out.Found = t.fields(t.names.facts[s.Name()].Needs, t.w.Here().Row())
	}
	return out
}

// documentFound is where a fact of the document came from.
func (t *tracer) documentFound(s *scope.Slot, v layout.Value) []Found {
	switch s.Fact() {
	case facts.DocumentID, facts.DocumentType, facts.DocumentCompanyID, facts.DocumentEntityID:
		return []Found{{"the envelope around the document", v.String()}}
	}
	return agreeing(t.fields(t.names.facts[s.Name()].Needs, t.w.Here().Heads()...), v)
}

// fields are the places of those of the named fields that hold something in the nodes.
func (t *tracer) fields(names []string, nodes ...*fis.Node) []Found {
	var out []Found
	seen := map[string]bool{}
	for _, n := range nodes {
		for _, name := range names {
			f := n.Get(name)
			if text := strings.TrimSpace(f.Text()); text != "" && !seen[t.paths[f]] {
				seen[t.paths[f]] = true
				out = append(out, Found{t.paths[f], f.Text()})
			}
		}
	}
	return out
}

// agreeing keeps the first place that holds the value itself; all of them when none does.
func agreeing(all []Found, v layout.Value) []Found {
	for _, f := range all {
		if same(f.Raw, v) {
			return []Found{f}
		}
	}
	return all
}

func same(raw string, v layout.Value) bool {
	raw = strings.TrimSpace(raw)
	switch v.Kind {
	case layout.DateKind:
		d, err := fis.ParseDate(raw)
		return err == nil && d == v.Date
	case layout.NumberKind:
		a, err := fis.ParseAmount(raw)
		return err == nil && a.Abs().Equal(v.Number.Abs())
	case layout.BoolKind:
		return scope.Flag(raw) == v
	}
	return raw == v.String()
}

// lineFound is where a fact of a posting line came from.
func (t *tracer) lineFound(f facts.Fact, v layout.Value) []Found {
	e := t.w.Here()
	switch f {
	case facts.LineDate:
		return agreeing(append(t.fields([]string{"entryDate"}, e.Nodes()[:e.Depth()]...),
			t.fields(facts.DateFields(), e.Heads()...)...), v)
	case facts.LineText:
		return agreeing(append(t.fields(facts.TextFields(), e.Nodes()[:e.Depth()]...),
			t.fields([]string{"reportName", "requestTitle", "requestName", "name"}, e.Heads()...)...), v)
	case facts.LineNumber:
		return nil
	}
	if v.IsEmpty() && f != facts.LineDebit && f != facts.LineCredit || e.Line() == nil {
		return nil
	}
	var out []Found
	for _, i := range t.postingsHere {
		out = append(out, t.ofLine(f, &e.Post().Lines[i], v)...)
	}
	return out
}

// ofLine looks among the parts of the document that a posting line was made from.
func (t *tracer) ofLine(f facts.Fact, l *posting.Line, v layout.Value) []Found {
	nodes := []*fis.Node{l.Tax, l.Application, l.Journal, l.Allocation, l.Entry}
	if l.Reversal && t.w.Here().Post().Difference { // what it says was written of an earlier document
		return nil
	}
	switch f {
	case facts.LineDebit, facts.LineCredit, facts.LineAmount, facts.LineSide:
		return t.amounts(l, v)
	case facts.LineRole:
		return []Found{{Path: t.placeOf(l)}}
	}
	var out []Found
	for _, n := range append(nodes, t.w.Here().Heads()...) {
		n.Each(func(name string, field *fis.Node) {
			if len(out) == 0 && speaksOf(f, name) && strings.TrimSpace(field.Text()) == v.String() {
				out = append(out, Found{t.paths[field], field.Text()})
			}
		})
	}
	return out
}

// speaksOf reports whether a field can be what a fact of a posting line is made of.
func speaksOf(f facts.Fact, name string) bool {
	is := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(strings.ToLower(name), p) {
				return true
			}
		}
		return false
	}
	switch f {
	case facts.LineAccount:
		return is("accountcode")
	case facts.LineParty:
		return is("payer", "payee", "vendorcode")
	case facts.LineTaxAuthority:
		return is("taxauthority")
	case facts.LineTaxCode:
		return is("taxcode")
	case facts.LineTaxReclaimCode:
		return is("taxreclaimcode")
	case facts.LineEntryID:
		return is("entryid")
	case facts.LineAllocationID:
		return is("allocationid", "allocationkey")
	case facts.LineItem:
		return is("lineitem")
	case facts.LineCashAdvanceID:
		return is("cashadvance")
	}
	return false
}

// amounts are the amounts that a posting line was made of: the one that is the same, else all in the innermost part
// that has any.
func (t *tracer) amounts(l *posting.Line, v layout.Value) []Found {
	want := layout.Number(l.Amount())
	for _, n := range []*fis.Node{l.Tax, l.Application, l.Journal, l.Allocation, l.Entry} {
		var out []Found
		n.Each(func(name string, field *fis.Node) {
			if !strings.Contains(strings.ToLower(name), "amount") {
				return
			}
			if a, present, err := field.Number(); err == nil && present && !a.IsZero() {
				out = append(out, Found{t.paths[field], field.Text()})
			}
		})
		// what is owed is the gross amount, whatever else is as much
		if gross := n.Get("amountGross"); l.Role.IsParty() && same(gross.Text(), want) {
			return []Found{{t.paths[gross], gross.Text()}}
		}
		if len(out) > 0 {
			return agreeing(out, want)
		}
	}
	return nil
}

// placeOf is the innermost part of the document that a posting line was made from.
func (t *tracer) placeOf(l *posting.Line) string {
	for _, n := range []*fis.Node{l.Tax, l.Application, l.Journal, l.Allocation, l.Entry} {
		if n != nil {
			return t.paths[n]
		}
	}
	return ""
}

// lookupSource is a lookup row that was used, with all its cells.
func lookupSource(p *mapping.Plan, h formula.Hit) LookupSource {
	out := LookupSource{Table: h.Table, Key: h.Key, Column: h.Column, Cell: h.Cell, Value: h.Value.String(),
		ByDefault: h.ByDefault}
	t := p.View().Lookups()[h.Table]
	if t == nil {
		return out
	}
	r := t.Rows()[h.Row]
	for i, k := range t.Keys() {
		out.Row = append(out.Row, LookupCell{k, r.Key()[i]})
	}
	for i, c := range t.Columns() {
		out.Row = append(out.Row, LookupCell{c, r.Values()[i].String()})
	}
	return out
}
