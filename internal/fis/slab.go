package fis

// slab hands out the memory of one document in few pieces, sized by the document before. Nothing of it is shared between documents:
// a document that lives on keeps no other one alive.
type slab struct {
	nodes                          []Node
	ptrs                           []*Node
	words                          []string
	wantNodes, wantPtrs, wantWords int // how much this document has taken
}

// begin starts a new document.
func (s *slab) begin() {
	s.nodes = make([]Node, 0, piece(s.wantNodes))
	s.ptrs = make([]*Node, 0, piece(s.wantPtrs))
	s.words = make([]string, 0, piece(s.wantWords))
	s.wantNodes, s.wantPtrs, s.wantWords = 0, 0, 0
}

// piece keeps one huge document from making all later ones large.
func piece(n int) int { return min(max(n, 16), 1024) }

func (s *slab) node(k Kind) *Node {
	s.wantNodes++
	if len(s.nodes) == cap(s.nodes) {
		s.nodes = make([]Node, 0, 128)
	}
	s.nodes = append(s.nodes, Node{kind: k})
	return &s.nodes[len(s.nodes)-1]
}

func (s *slab) list(from []*Node) []*Node {
	s.wantPtrs += len(from)
	return take(&s.ptrs, from)
}

func (s *slab) strings(from []string) []string {
	s.wantWords += len(from)
	return take(&s.words, from)
}

// take copies from into the pool, or into a new one when it is full, with no room to grow into a neighbour.
func take[T any](pool *[]T, from []T) []T {
	if len(from) == 0 {
		return nil
	}
	if cap(*pool)-len(*pool) < len(from) {
		*pool = make([]T, 0, max(128, len(from)))
	}
	start := len(*pool)
	*pool = append(*pool, from...)
	return (*pool)[start:len(*pool):len(*pool)]
}
