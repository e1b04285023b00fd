package fis

// slab hands out the memory of one document in few pieces, sized by the document before. Nothing of it is shared
// between documents: a document that lives on keeps no other one alive. The memory of a document that is lent is that
// of the next one that is.
type slab struct {
	nodes pool[Node]
	ptrs  pool[*Node]
	words pool[string]
}

// begin starts a new document.
func (s *slab) begin(lend bool) {
	s.nodes.begin(lend)
	s.ptrs.begin(lend)
	s.words.begin(lend)
}

func (s *slab) node(k Kind) *Node {
	n := s.nodes.room(1)
	n[0] = Node{kind: k}
	return &n[0]
}

func (s *slab) list(from []*Node) []*Node { return s.ptrs.copy(from) }

func (s *slab) strings(from []string) []string { return s.words.copy(from) }

// pool is memory for things of one kind.
type pool[T any] struct {
	free []T
	lent []T // what free is taken from when the document is lent
	lend bool
	want int // how much this document has taken
}

// least and most keep one huge document from making all later ones large.
const leastPiece, mostPiece, mostLent = 16, 1024, 1 << 16

func (p *pool[T]) begin(lend bool) {
	want := max(p.want, leastPiece)
	p.want, p.lend = 0, lend
	if !lend {
		p.free = make([]T, min(want, mostPiece))
		return
	}
	if want > len(p.lent) {
		p.lent = make([]T, min(want+want/4, mostLent))
	}
	p.free = p.lent
}

// room is memory for n things, with no room to grow into that of a neighbour. It holds what it held before.
func (p *pool[T]) room(n int) []T {
	p.want += n
	if len(p.free) < n {
		p.free = make([]T, max(128, n))
	}
	out := p.free[:n:n]
	p.free = p.free[n:]
	return out
}

func (p *pool[T]) copy(from []T) []T {
	if len(from) == 0 {
		return nil
	}
	out := p.room(len(from))
	copy(out, from)
	return out
}
