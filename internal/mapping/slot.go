package mapping

import (
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
}

// slots gives out slots to the formulas of a plan and knows which names there are.
type slots struct {
	all    []Slot
	byName map[string]int
	facts  map[string]facts.Info
	fields map[string]*sourceField
	byPath map[string][]*fis.FieldInfo // by the name at the end of the path
	names  []string
}

func newSlots(types []fis.DocType) *slots {
	s := &slots{byName: map[string]int{}, facts: map[string]facts.Info{}, fields: map[string]*sourceField{}, byPath: map[string][]*fis.FieldInfo{}}
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

// name gives the slot of a name.
func (s *slots) name(name string) (int, formula.Type, bool) {
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
	} else {
		return 0, 0, false
	}
	return s.add(n), n.typ, true
}

func (s *slots) add(n Slot) int {
	s.byName[n.name] = len(s.all)
	s.all = append(s.all, n)
	return len(s.all) - 1
}

// wanted are the document's fields that the plan reads.
func (s *slots) wanted() map[string]bool {
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

// symbols are the names that one formula may use.
type symbols struct {
	slots *slots
	c     *compiler
}

var (
	_ formula.Symbols = symbols{}
	_ formula.Paths   = symbols{}
)

func (s symbols) Field(name string) (int, formula.Type, bool) { return s.slots.name(name) }
func (s symbols) FieldNames() []string                        { return s.slots.names }

func (s symbols) Table(name string) (formula.Table, bool) {
	if s.c == nil {
		return nil, false
	}
	if t := s.c.table(name); t != nil {
		return t, true
	}
	return nil, false
}

func (s symbols) TableNames() []string {
	if s.c == nil {
		return nil
	}
	return s.c.content.Tables.Names()
}

func (s symbols) Setting(name string) (layout.Value, bool) {
	if s.c == nil {
		return layout.Value{}, false
	}
	s.c.used[strings.ToLower(name)] = true
	v, ok := s.c.settings[strings.ToLower(name)]
	return v, ok
}

func (s symbols) SettingNames() []string {
	if s.c == nil {
		return nil
	}
	return s.c.settingNames
}
