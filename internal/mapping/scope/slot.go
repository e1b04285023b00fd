package scope

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
)

// Slot is one name that formulas of a plan use.
type Slot struct {
	name  string
	kind  facts.Kind
	typ   formula.Type
	phase facts.Phase
	fact  facts.Fact
	// path is where the value of a source field is, nil when its name is looked for from the row outward.
	path *docPath
	// below are the ways to it through parts of those that the row stands in.
	below []*docPath
	// free tells that nobody knows what stands there: its JSON says.
	free bool
	// own are the parts of the document, by their place, that have an amount of this name: a row in one of them that
	// leaves it blank does not take that of a part around it. None where only one part has it.
	own []string
	// dated tells that it is a date of an entry or of another part of the document that repeats.
	dated bool
}

// Slots gives out slots to formulas and knows which names there are; formulas that are compiled with it alone have no
// lookup sheets and no settings.
type Slots struct {
	all    []Slot
	byName map[string]int
	facts  map[string]facts.Info
	fields map[string]*sourceField
	byPath map[string][]*fis.FieldInfo // by the name at the end of the path
	names  []string
	// further are the paths of fields that only the company's documents have, by name.
	further map[string][]string
}

// NewSlots knows the names of documents of these types.
func NewSlots(types []fis.DocType) *Slots {
	s := &Slots{byName: map[string]int{}, facts: map[string]facts.Info{}, fields: map[string]*sourceField{},
		byPath: map[string][]*fis.FieldInfo{}}
	for _, f := range facts.All() {
		s.facts[f.Name] = f
	}
	for _, t := range types {
		all := fis.Fields(t)
		for i := range all {
			s.field(&all[i])
		}
	}
	for name := range s.facts {
		s.names = append(s.names, name)
	}
	for name := range s.fields {
		s.names = append(s.names, name)
	}
	sort.Strings(s.names)
	return s
}

// Field gives the slot of a name, and what it holds.
func (s *Slots) Field(name string) (int, formula.Type, bool) {
	if i, ok := s.byName[name]; ok {
		return i, s.all[i].typ, true
	}
	var n Slot
	if f, ok := s.facts[name]; ok {
		n = Slot{name: name, kind: f.Kind, typ: f.Type, phase: f.Phase, fact: f.Fact}
	} else if f, ok := s.fields[name]; ok {
		n = Slot{name: name, kind: facts.OfSource, typ: f.typ, below: f.below}
	} else if p, ok := s.path(name); ok {
		if i, ok := s.byName[p.name]; ok {
			return i, s.all[i].typ, true
		}
		n = *p
	} else if p, ok := s.furtherField(name); ok {
		n = *p
	} else {
		return 0, 0, false
	}
	return s.add(n), n.typ, true
}

// Further names places of documents that FIS's reference does not have: their names may stand alone from now on. A path
// that it does have changes nothing. The error is the first path that is none.
func (s *Slots) Further(paths []string) (err error) {
	if s.further == nil {
		s.further = map[string][]string{}
	}
	for _, path := range paths {
		p, wrong := parsePath(path)
		if wrong != nil {
			err = cmp.Or(err, wrong)
			continue
		}
		if _, _, known := s.documented(p); known {
			continue
		}
		if _, there := s.further[p.leaf()]; !there {
			s.names = append(s.names, p.leaf())
		}
		s.further[p.leaf()] = append(s.further[p.leaf()], p.text)
	}
	sort.Strings(s.names)
	return err
}

// furtherField is the slot of such a name; where several places have it, the first that was named.
func (s *Slots) furtherField(typed string) (*Slot, bool) {
	leaf := typed[strings.LastIndexByte(typed, '.')+1:]
	for _, path := range s.further[leaf] {
		if path != typed && !strings.HasSuffix(path, "."+typed) {
			continue
		}
		p, err := parsePath(path)
		return &Slot{name: typed, kind: facts.OfSource, typ: formula.Any, path: p, free: true}, err == nil
	}
	return nil, false
}

func (s *Slots) add(n Slot) int {
	s.byName[n.name] = len(s.all)
	s.all = append(s.all, n)
	i := len(s.all) - 1
	s.all[i].dated = n.kind == facts.OfSource && n.typ == formula.Date && s.OfRows(i)
	s.all[i].own = s.partsWith(&n)
	return i
}

// FurtherUsed are the names of further fields that formulas use, each with its place.
func (s *Slots) FurtherUsed() map[string]string {
	out := map[string]string{}
	for _, n := range s.all {
		if n.free && n.path.text != n.name && s.further[n.path.leaf()] != nil {
			out[n.name] = n.path.text
		}
	}
	return out
}

// Wanted are the document's fields that the formulas read.
func (s *Slots) Wanted() map[string]bool {
	out := map[string]bool{}
	for _, n := range s.all {
		switch {
		case n.path != nil:
			out[n.path.leaf()] = true
		case n.kind == facts.OfSource:
			out[n.name] = true
		}
		for _, need := range s.facts[n.name].Needs {
			out[need] = true
		}
	}
	return out
}

// All are the slots that were given out, in order.
func (s *Slots) All() []Slot { return s.all }

// At is the i-th of them.
func (s *Slots) At(i int) *Slot { return &s.all[i] }

// OfRows reports whether the value of a slot may be another one in each row of a document.
func (s *Slots) OfRows(i int) bool {
	n := &s.all[i]
	if n.kind != facts.OfSource {
		return n.kind == facts.OfLine || n.kind == facts.OfRow
	}
	if n.path == nil {
		return slices.ContainsFunc(s.fields[n.name].paths, func(path string) bool { return strings.Contains(path, "[]") })
	}
	return slices.ContainsFunc(s.byPath[n.path.leaf()], func(info *fis.FieldInfo) bool {
		return strings.Contains(info.Path, "[]") && strings.HasSuffix(strings.ReplaceAll(info.Path, "[]", ""), n.path.text)
	})
}

var (
	_ formula.Symbols = (*Slots)(nil)
	_ formula.Paths   = (*Slots)(nil)
)

// FieldNames are the names that there are, sorted.
func (s *Slots) FieldNames() []string { return s.names }

// Table: there is none.
func (s *Slots) Table(string) (formula.Table, bool) { return nil, false }

// TableNames: there are none.
func (s *Slots) TableNames() []string { return nil }

// Setting: there is none.
func (s *Slots) Setting(string) (layout.Value, bool) { return layout.Value{}, false }

// SettingNames: there are none.
func (s *Slots) SettingNames() []string { return nil }
