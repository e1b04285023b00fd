package xml

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout/xmlread"
)

// node is an element where it stands in the elements around it, with everything that the layout says of it. It is made
// when such an element is met for the first time: how many there are is settled by the layout, for elements that it
// does not name are all the same.
type node struct {
	parent *node
	depth  int
	steps  []int // of matcher.steps, those that the element is
	kids   map[string]*node
	record int    // that begins here; -1: none
	rows   bool   // the record is rows, which have no parent
	anchor bool   // a path begins here
	begin  []int  // the paths that begin here
	text   []int  // the paths whose text this is
	attrs  []attr // and whose attributes
}

type attr struct {
	path  int
	name  *step
	depth int // of the anchor
}

// matcher finds what an element is.
type matcher struct {
	*format
	steps  []*step          // all there are, each once
	byName map[string][]int // those by local name
	kinds  map[*step]int    // of a step of a path: its place in steps
	top    *node
	made   int
	wanted []bool // paths that somebody asks for
	key    []byte
}

// mostNodes bounds what is remembered of a file; further elements are looked at each time.
const mostNodes = 10_000

func newMatcher(f *format, wanted func(*path) bool) *matcher {
	m := &matcher{format: f, byName: map[string][]int{}, kinds: map[*step]int{}, top: &node{record: -1}}
	for i := range f.records {
		m.know(f.records[i].full)
	}
	for _, p := range f.paths {
		m.know(p.steps)
		m.wanted = append(m.wanted, wanted(p))
	}
	return m
}

// know takes steps up.
func (m *matcher) know(steps []step) {
	for i := range steps {
		s := &steps[i]
		at := slices.IndexFunc(m.steps, func(o *step) bool { return o.same(s) })
		if at < 0 {
			at = len(m.steps)
			m.steps = append(m.steps, s)
			m.byName[s.local] = append(m.byName[s.local], at)
		}
		m.kinds[s] = at
	}
}

// enter is the node of an element that has begun in another.
func (m *matcher) enter(in *node, x *xmlread.Reader) *node {
	m.key = m.key[:0]
	var is []int
	for _, i := range m.byName[x.Name] {
		if m.steps[i].matches(x) {
			m.key = append(m.key, byte(i), byte(i>>8))
		}
	}
	if kid := in.kids[string(m.key)]; kid != nil {
		return kid
	}
	for i := 0; i < len(m.key); i += 2 {
		is = append(is, int(m.key[i])|int(m.key[i+1])<<8)
	}
	n := &node{parent: in, depth: in.depth + 1, steps: is, record: -1}
	m.settle(n)
	if m.made < mostNodes {
		if in.kids == nil {
			in.kids = map[string]*node{}
		}
		in.kids[string(m.key)] = n
		m.made++
	}
	return n
}

// matches tells whether an element that has begun is this one.
func (s *step) matches(x *xmlread.Reader) bool {
	if s.space != "" && s.space != x.Space {
		return false
	}
	for i := range s.always {
		c := &s.always[i]
		if !c.isDeclaration && x.Attribute(c.local) != c.value {
			return false
		}
	}
	return true
}

// ends tells whether the elements down to a node end in a path; whole: they are the path.
func (m *matcher) ends(n *node, whole bool, paths ...[]step) bool {
	for k := len(paths) - 1; k >= 0; k-- {
		for i := len(paths[k]) - 1; i >= 0; i-- {
			if n == m.top || !slices.Contains(n.steps, m.kinds[&paths[k][i]]) {
				return false
			}
			n = n.parent
		}
	}
	return !whole || n == m.top
}

// settle finds out what a node is.
func (m *matcher) settle(n *node) {
	for i := range m.records {
		if r := &m.records[i]; n.record < 0 && m.ends(n, !r.rows, r.full) {
			n.record, n.rows = i, r.rows
		}
	}
	for i, p := range m.paths {
		whole := !m.records[p.record].rows
		if !m.wanted[i] {
			continue
		}
		if m.ends(n, whole, p.anchor) {
			n.begin = append(n.begin, i)
		}
		switch {
		case !m.ends(n, whole, p.anchor, p.steps):
		case p.attribute != nil:
			n.attrs = append(n.attrs, attr{path: i, name: p.attribute, depth: n.depth - len(p.steps)})
		default:
			n.text = append(n.text, i)
		}
	}
	n.anchor = len(n.begin) > 0 || n.record >= 0
}

// wantedRows are the elements that are looked for, for messages.
func (m *matcher) wantedRows() string {
	var all []string
	for i := range m.records {
		all = append(all, pathText(m.records[i].full))
	}
	return strings.Join(all, " or ")
}
