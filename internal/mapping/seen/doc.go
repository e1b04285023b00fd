// Package seen owns what a company's own documents have in each field: how many documents fill it, its commonest
// values, and fields that no reference has. What says who somebody is does not leave it: such a value is given as its
// form, with letters as x and digits as 9.
package seen

import (
	"slices"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

const (
	// mostValues is how many values of a field are shown.
	mostValues = 4
	// mostKept bounds the values of a field that are counted apart.
	mostKept = 200
	// mostLength cuts a value.
	mostLength = 40
	// mostPaths bounds the fields, for names come from outside.
	mostPaths = 20_000
)

// Field is what documents have in one field.
type Field struct {
	// Path is where it is, lists marked, as in the catalogue.
	Path string
	// Documents is how many fill it.
	Documents int
	// Values are the commonest, More tells that there are others.
	Values []string
	More   bool
	// Known tells that FIS's reference has the field.
	Known bool
}

// Shown are the values in one line.
func (f *Field) Shown() string {
	s := strings.Join(f.Values, ", ")
	if f.More {
		s += ", …"
	}
	return s
}

// Fields is what documents have in all their fields, by the path without marks of lists.
type Fields struct {
	// Documents is how many were looked at.
	Documents int
	byPath    map[string]*Field
	paths     []string
}

// At is the field at a path, marked or not; nil when no document fills it.
func (f *Fields) At(path string) *Field { return f.byPath[unmarked(path)] }

// Further are the fields that documents fill and FIS's reference does not have, in the order in which they were met.
func (f *Fields) Further() []*Field {
	var out []*Field
	for _, p := range f.paths {
		if !f.byPath[p].Known {
			out = append(out, f.byPath[p])
		}
	}
	return out
}

func unmarked(path string) string { return strings.ReplaceAll(path, "[]", "") }

// Gatherer looks at documents one by one.
type Gatherer struct {
	documents int
	at        map[string]*gathered
	order     []string
	known     map[fis.DocType]map[string]*fis.FieldInfo
	persons   map[string]bool
	parser    *fis.Parser
}

// gathered is a field in the making.
type gathered struct {
	path      string
	info      *fis.FieldInfo
	documents int
	last      int // the document that was counted last
	values    map[string]int
	order     []string
	full      bool
}

// New begins without any document.
func New() *Gatherer {
	return &Gatherer{at: map[string]*gathered{}, known: map[fis.DocType]map[string]*fis.FieldInfo{},
		persons: map[string]bool{},
		parser:  fis.NewParser(func(string) bool { return true })}
}

// Add looks at a document. The error is that of a document that cannot be read; it counts for nothing.
func (g *Gatherer) Add(env fis.Envelope) error {
	doc, err := g.parser.Parse(env)
	if err != nil {
		return err
	}
	g.documents++
	g.names(doc)
	g.walk(doc.DocType, doc.Root, "", "")
	return nil
}

// names remembers who the document is about, so that fields of the company's own which repeat it are masked, too.
func (g *Gatherer) names(doc *fis.Document) {
	for _, name := range []string{"employeeId", "employeeFirstName", "employeeLastName", "emailAddress", "loginId"} {
		if s := fold(doc.Person().Str(name)); len([]rune(s)) > 2 {
			g.persons[s] = true
		}
	}
}

// walk visits every value of the document. Code and Value of a field of the company's own belong together: the code
// shows both.
func (g *Gatherer) walk(t fis.DocType, n *fis.Node, path, beside string) {
	switch n.Kind() {
	case fis.Object:
		n.Each(func(name string, v *fis.Node) {
			text := ""
			if stem, ok := strings.CutSuffix(name, "Code"); ok {
				text = n.Str(stem + "Value")
			}
			at := name
			if path != "" {
				at = path + "." + name
			}
			g.walk(t, v, at, text)
		})
	case fis.Array:
		for _, item := range n.Items() {
			g.walk(t, item, path+"[]", beside)
		}
	default:
		g.value(t, path, strings.TrimSpace(n.Text()), beside)
	}
}

func (g *Gatherer) value(t fis.DocType, path, text, beside string) {
	if text == "" {
		return
	}
	key := unmarked(path)
	f := g.at[key]
	if f == nil {
		if len(g.at) >= mostPaths {
			return
		}
		f = &gathered{path: path, info: g.infos(t)[key], values: map[string]int{}, last: -1}
		g.at[key] = f
		g.order = append(g.order, key)
	}
	if f.info == nil {
		f.info = g.infos(t)[key]
	}
	if f.last != g.documents {
		f.last = g.documents
		f.documents++
	}
	if f.info != nil && f.info.Type == fis.FieldDate {
		if day, err := fis.ParseDate(text); err == nil {
			text = day.String()
		}
	}
	if beside != "" && beside != text {
		text += " = " + beside
	}
	if _, there := f.values[text]; !there {
		if len(f.values) >= mostKept {
			f.full = true
			return
		}
		f.order = append(f.order, text)
	}
	f.values[text]++
}

// infos is the catalogue of a type by path.
func (g *Gatherer) infos(t fis.DocType) map[string]*fis.FieldInfo {
	if m := g.known[t]; m != nil {
		return m
	}
	m := map[string]*fis.FieldInfo{}
	all := fis.Fields(t)
	for i := range all {
		m[unmarked(all[i].Path)] = &all[i]
	}
	g.known[t] = m
	return m
}

// Fields is what was seen so far.
func (g *Gatherer) Fields() *Fields {
	out := &Fields{Documents: g.documents, byPath: map[string]*Field{}, paths: slices.Clone(g.order)}
	for _, key := range g.order {
		f := g.at[key]
		shown := &Field{Path: f.path, Documents: f.documents, Known: f.info != nil, More: f.full}
		values := slices.Clone(f.order)
		sort.SliceStable(values, func(i, j int) bool { return f.values[values[i]] > f.values[values[j]] })
		everybodys := f.everybodysOwn()
		for _, v := range values {
			v = cut(g.safe(f, v, everybodys))
			if slices.Contains(shown.Values, v) {
				continue
			}
			if len(shown.Values) == mostValues {
				shown.More = true
				break
			}
			shown.Values = append(shown.Values, v)
		}
		out.byPath[key] = shown
	}
	return out
}

func cut(s string) string {
	r := []rune(s)
	if len(r) <= mostLength {
		return s
	}
	return string(r[:mostLength-1]) + "…"
}
