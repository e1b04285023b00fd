package scope

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
)

// Basis are the parts of a document from which names had their values the last time.
type Basis struct {
	document int
	nodes    []*fis.Node
}

// Steady reports whether the values of a name depend on nothing but the document and the parts that the row stands in.
func (s *Slot) Steady() bool {
	return s.kind == facts.OfDocument || s.kind == facts.OfSource && s.path == nil && len(s.below) == 0
}

// Place is where an environment stands: all steady names have the same values there.
type Place struct {
	document, depth int
	nodes           [6]*fis.Node
}

// Place is where it stands. Documents are counted from 1.
func (e *Env) Place() Place {
	p := Place{document: e.document, depth: e.depth}
	copy(p.nodes[:e.depth], e.nodes[:e.depth])
	return p
}

// Unchanged reports whether steady names have their values from where they had them the last time it was asked, and
// notes where that is.
func (e *Env) Unchanged(b *Basis, slots []int) bool {
	same := b.document == e.document && len(b.nodes) == len(slots)
	if len(b.nodes) != len(slots) {
		b.nodes = make([]*fis.Node, len(slots))
	}
	b.document = e.document
	for i, s := range slots {
		var n *fis.Node
		if e.slots[s].kind == facts.OfSource {
			n = e.named(&e.slots[s])
		}
		same = same && n == b.nodes[i]
		b.nodes[i] = n
	}
	return same
}
