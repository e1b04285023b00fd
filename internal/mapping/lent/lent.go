// Package lent is memory for what several things make one after the other, which is used again when all of them are
// done with: no garbage is made of it.
package lent

// Room is memory for things of one kind. The zero value is empty, and grows to what was needed the last time.
type Room[T any] struct {
	all        []T
	used, want int
}

// most bounds what is kept, in things.
const most = 1 << 20

// Begin gives memory to append to; what is appended is kept by End.
func (r *Room[T]) Begin() []T { return r.all[r.used:r.used] }

// End takes what was appended to the memory that Begin gave; nobody else appends into it.
func (r *Room[T]) End(made []T) []T {
	r.want += len(made)
	if len(made) <= len(r.all)-r.used && cap(made) == cap(r.all)-r.used { // else it went elsewhere, for it had no room
		r.used += len(made)
	}
	return made[:len(made):len(made)]
}

// Reset takes all back: nothing that was made is valid any more.
func (r *Room[T]) Reset() {
	if r.want > len(r.all) {
		r.all = make([]T, min(r.want+r.want/4, most))
	}
	r.used, r.want = 0, 0
}

// Pool keeps things that are used again, for several goroutines.
type Pool[T any] chan *T

// NewPool keeps up to n things.
func NewPool[T any](n int) Pool[T] { return make(Pool[T], n) }

// Take gives a thing that somebody gave back, or a new one.
func (p Pool[T]) Take() *T {
	select {
	case t := <-p:
		return t
	default:
		return new(T)
	}
}

// Give gives a thing back.
func (p Pool[T]) Give(t *T) {
	select {
	case p <- t:
	default:
	}
}
