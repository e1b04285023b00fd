package scope

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// sourceField is a name of fields in the documents the plan takes.
type sourceField struct {
	name string
	typ  formula.Type
	// parts tells that objects or lists have this name, and nothing else.
	parts bool
	// paths are where the fields are, those of another revision or request left out as long as there are others.
	paths []string
	// below are the ways down to it from a part that rows stand in, through parts that they do not: mileage.routeId.
	// None when some row stands beside it.
	below           []*docPath
	beside, another bool
}

// field adds a field of a document type; a name that holds different things in different places can be anything.
func (s *Slots) field(info *fis.FieldInfo) {
	s.byPath[info.Name] = append(s.byPath[info.Name], info)
	typ := formula.OfField(info.Type)
	f, ok := s.fields[info.Name]
	switch {
	case !ok:
		f = &sourceField{name: info.Name, typ: typ, parts: info.IsPart(), another: info.OfAnother()}
		s.fields[info.Name] = f
	case f.parts && !info.IsPart():
		f.typ, f.parts = typ, false
	case !f.parts && info.IsPart():
		return
	case f.typ != typ:
		f.typ = formula.Any
	}
	if info.OfAnother() && !f.another {
		return
	}
	if f.another && !info.OfAnother() {
		f.another, f.paths = false, nil
	}
	if !slices.Contains(f.paths, info.Path) {
		f.paths = append(f.paths, info.Path)
	}
	if info.OfAnother() {
		return
	}
	way := info.Way()
	if way == info.Name {
		f.beside, f.below = true, nil
	} else if !f.beside && !slices.ContainsFunc(f.below, func(p *docPath) bool { return p.text == way }) {
		if p, err := parsePath(way); err == nil {
			f.below = append(f.below, p)
		}
	}
}

// path gives the slot of a path that is typed as a name; only documented ones are known.
func (s *Slots) path(typed string) (*Slot, bool) {
	if !strings.ContainsAny(typed, ".[") {
		return nil, false
	}
	p, err := parsePath(typed)
	if err != nil || strings.Contains(p.text, "[") {
		return nil, false
	}
	typ, proper, ok := s.documented(p)
	if !ok {
		return nil, false
	}
	if proper != p.names() {
		if p, err = parsePath(proper); err != nil {
			return nil, false
		}
	}
	return &Slot{name: p.text, kind: facts.OfSource, typ: typ, path: p}, true
}

// documented finds a path, or the end of one, in the catalogue: what is there, and how FIS spells it.
func (s *Slots) documented(p *docPath) (typ formula.Type, proper string, ok bool) {
	want := p.names()
	for _, exact := range []bool{true, false} {
		for leaf, infos := range s.byPath {
			if exact && leaf != p.leaf() || !strings.EqualFold(leaf, p.leaf()) {
				continue
			}
			for _, info := range infos {
				full := strings.ReplaceAll(info.Path, "[]", "")
				if len(full) < len(want) {
					continue
				}
				end := full[len(full)-len(want):]
				if !under(full, end) || end != want && (exact || !strings.EqualFold(end, want)) {
					continue
				}
				found := formula.OfField(info.Type)
				if ok && typ != found {
					found = formula.Any
				}
				typ, proper, ok = found, end, true
			}
		}
		if ok {
			return typ, proper, true
		}
	}
	return 0, "", false
}

// NearPath is the documented path, or the end of one, with as many words that is most like the one that was typed.
func (s *Slots) NearPath(typed string) string {
	typed = strings.ReplaceAll(typed, "[]", "")
	words := strings.Count(typed, ".") + 1
	var ways []string
	for _, infos := range s.byPath {
		for _, info := range infos {
			steps := strings.Split(strings.ReplaceAll(info.Path, "[]", ""), ".")
			if len(steps) >= words {
				ways = append(ways, strings.Join(steps[len(steps)-words:], "."))
			}
		}
	}
	slices.Sort(ways)
	return wording.Nearest(typed, slices.Compact(ways))
}

// Path gives the slot of a path that FIELD names: any place of a document, documented or not.
func (s *Slots) Path(typed string) (int, formula.Type, error) {
	p, err := parsePath(typed)
	if err != nil {
		return 0, formula.Any, err
	}
	name := `FIELD("` + p.text + `")`
	if i, ok := s.byName[name]; ok {
		return i, s.all[i].typ, nil
	}
	typ, proper, known := s.documented(p)
	if known && proper != p.names() {
		return 0, formula.Any, fmt.Errorf("FIS has no %s; did you mean %s", p.names(), proper)
	}
	n := Slot{name: name, kind: facts.OfSource, typ: typ, path: p, free: !known}
	if !known {
		n.typ = formula.Any
	}
	return s.add(n), n.typ, nil
}

// Remark says of a name that stands alone what a person should know: which place is taken when there are several, or
// that it finds nothing without its path; "" when there is nothing to say.
func (s *Slots) Remark(i int) string {
	n := &s.all[i]
	f := s.fields[n.name]
	switch {
	case n.free && len(s.further[n.name]) > 1:
		return fmt.Sprintf("%s is no field of FIS's reference, and your documents have it in several places (%s): "+
			"write the one that is meant", n.name, strings.Join(s.further[n.name], ", "))
	case n.free && n.path != nil && !strings.HasPrefix(n.name, "FIELD("):
		return fmt.Sprintf("%s is no field of FIS's reference; it is read at %s, where your documents had it", n.name,
			n.path.text)
	case n.kind != facts.OfSource || n.path != nil || f == nil:
	case f.another:
		return fmt.Sprintf("%s is in %s only, where its name alone finds nothing: write %s", n.name, f.paths[0],
			strings.ReplaceAll(f.paths[0], "[]", ""))
	case len(f.below) > 1:
		ways := make([]string, len(f.below))
		for i, w := range f.below {
			ways[i] = w.text
		}
		return fmt.Sprintf("%s is in several places; the first that the row has is taken, in this order: %s: write "+
			"the one that is meant", n.name, strings.Join(ways, ", "))
	}
	return ""
}
