package lint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// undocumented watches the places that FIELD reads and FIS's reference does not name: a person should know how many
// documents have something there.
type undocumented struct {
	plan *mapping.Plan
	has  map[int]*times // slot → documents with a value
}

func newUndocumented(p *mapping.Plan) *undocumented {
	u := &undocumented{p, map[int]*times{}}
	for i := range p.View().Slots() {
		if p.View().Slots()[i].Free() {
			u.has[i] = &times{}
		}
	}
	return u
}

// see is told of each row while the environment stands on it.
func (u *undocumented) see(env *scope.Env, doc string) {
	for slot, n := range u.has {
		if !env.Value(slot).IsEmpty() {
			n.add(doc)
		}
	}
}

// remarks tell, at each Value that reads such a place, how many documents have it. A place where nothing was is told as
// any field that is always blank.
func (u *undocumented) remarks(t *attempt) (out findings.List) {
	records := u.plan.View().Records()
	for i := range records {
		for _, f := range records[i].Fields() {
			if f.Program() == nil {
				continue
			}
			for _, slot := range f.Program().Fields() {
				if n := u.has[slot]; n != nil && n.count > 0 {
					out = append(out, t.warning(f.At(), "",
						say.F("%s %s: %s is a place that FIS's reference does not name; of %s, %d %s a value there",
							records[i].Name(), f.Name(), u.plan.View().Slots()[slot].Name(),
							wording.Counted(t.report.Documents, "document"), n.count, say.Text(haveWord(n.count)))))
				}
			}
		}
	}
	return out
}

func haveWord(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// noField is how a formula's mistake names a field that nobody knows.
var noField = regexp.MustCompile(`there is no field ([A-Za-z][A-Za-z0-9_.\[\]]*)`)

// seenFields tells, of names that no reference has, where the documents have them: FIS gains fields at any time, and
// FIELD reads them.
func (r *Report) seenFields(opt Options) error {
	names := map[string]*seenField{}
	for i := range r.Findings {
		if m := noField.FindStringSubmatch(r.Findings[i].Reason.String()); m != nil && r.Findings[i].Severity == findings.Error {
			words := strings.Split(strings.ReplaceAll(m[1], "[]", ""), ".")
			names[words[len(words)-1]] = &seenField{}
		}
	}
	if len(names) == 0 || opt.Documents == nil {
		return nil
	}
	parser := fis.NewParser(func(name string) bool { return names[name] != nil })
	documents := 0
	for env, err := range opt.Documents {
		if err != nil {
			return err
		}
		doc, err := parser.Parse(env)
		if err != nil {
			continue // told when the mapping can be tried
		}
		documents++
		lookForFields(doc.Root, nil, names, env.Name())
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		english := f.Reason.String()
		m := noField.FindStringSubmatch(english)
		if m == nil {
			continue
		}
		words := strings.Split(strings.ReplaceAll(m[1], "[]", ""), ".")
		if s := names[words[len(words)-1]]; s != nil && s.in.count > 0 {
			before, _, _ := strings.Cut(english, m[0])
			format := "%sFIS's reference has no field %s, but %d of %s have it: fisbridge mapping fields %s lets its name be used, or write FIELD(\"%s\")"
			if s.in.count == 1 {
				format = "%sFIS's reference has no field %s, but %d of %s has it: fisbridge mapping fields %s lets its name be used, or write FIELD(\"%s\")"
			}
			f.Reason = say.F(format, before, m[1], s.in.count, say.Counted(documents, "document"), r.File, s.path)
			f.Nearest = `FIELD("` + s.path + `")`
		}
	}
	return nil
}

// seenField is where documents have a field.
type seenField struct {
	path string
	in   times
}

func lookForFields(n *fis.Node, path []string, names map[string]*seenField, doc string) {
	if n.Kind() == fis.Array {
		for _, item := range n.Items() {
			lookForFields(item, path, names, doc)
		}
		return
	}
	n.Each(func(name string, v *fis.Node) {
		at := append(slices.Clip(path), name)
		if s := names[name]; s != nil {
			if s.path == "" {
				s.path = strings.Join(at, ".")
			}
			s.in.add(doc)
		}
		lookForFields(v, at, names, doc)
	})
}
