package fis

import (
	"encoding/binary"
	"math/bits"
)

// memory is what a parser has learned: the objects that a parser has met, as trees of the fields that came one after
// the other: documents repeat a few shapes of some hundred fields thousands of times, and most fields are null. Beside
// each place of such a tree lies the text that is there when all further fields are null. As far as a document has the
// same bytes, they need no other look: they were checked when they were learned. Names on the way to a place all
// differ, so that one that comes twice is never among them.
type memory struct {
	ids    map[string]int32
	words  []word  // by number; 0 is no name
	places []place // by number; 0 is none
	steps  []step  // beside them
	chains []chain // 0 has no text
}

// word is the name of a field.
type word struct {
	text  string
	bit   uint32 // bitOf the text
	keep  bool   // scalars of it are kept
	marks marks
	start int32 // the place at the beginning of objects under it, 0 while there is none
}

// place is where the value of a field stands; or the beginning of an object, which has no word.
type place struct {
	word, up       int32 // up: the field before
	child, sibling int32 // the fields that came behind it: the first one met, and the others
	chain, stop    int32 // where its own name ends in the text
	next           int32 // where in the chain the text behind its null begins
	fields         int32 // names on the way to it
	children       int32 // how many fields came behind it
	marks          marks // of them all
}

// step is what is asked of a place for each of its values.
type step struct {
	// after is what followed the value the last time, to the place of the next one that was not null: a part of the
	// chain of the place, or nothing yet.
	after []byte
	to    int32
	word  int32
	keep  bool // scalars are kept
}

// chain is the text of places that follow one another: `"a":null,"b":null,"c":`
type chain struct {
	text  []byte
	stops []stop
}

// stop is the end of a name in a chain, its colon included.
type stop struct{ end, place int32 }

// What is learned is bounded; FIS has some thousand names in some dozen shapes. What is beyond is read all the same.
const (
	maxWords  = 1 << 14
	maxPlaces = 1 << 15
	maxPath   = 512 // names on the way to a place
	maxFork   = 64  // fields that came behind one place
)

const null = "null"

func newMemory() memory {
	return memory{ids: map[string]int32{}, words: make([]word, 1, 512), places: make([]place, 1, 1024), steps: make([]step, 1, 1024), chains: make([]chain, 1, 64)}
}

// full reports that there is no room for more.
func (s *memory) full() bool { return len(s.places) >= maxPlaces || len(s.words) >= maxWords }

// mayGrow reports whether one more field may be learned behind a place.
func (s *memory) mayGrow(at int32) bool {
	p := &s.places[at]
	return len(s.places) < maxPlaces && p.fields < maxPath && p.children < maxFork
}

// startOf is the place at the beginning of objects under a field; 0 when there is no room for one.
func (s *memory) startOf(word int32) int32 {
	w := &s.words[word]
	if w.start == 0 && len(s.places) < maxPlaces {
		w.start = int32(len(s.places))
		s.places = append(s.places, place{stop: -1})
		s.steps = append(s.steps, step{})
	}
	return w.start
}

// child is the place of a name behind another place, 0 when it was never there.
func (s *memory) child(at int32, name []byte) int32 {
	for id := s.places[at].child; id != 0; id = s.places[id].sibling {
		if s.words[s.places[id].word].text == string(name) {
			return id
		}
	}
	return 0
}

// has reports whether the word is on the way to a place.
func (s *memory) has(at, word int32) bool {
	for ; at != 0; at = s.places[at].up {
		if s.places[at].word == word {
			return true
		}
	}
	return false
}

// add learns that a word comes behind a place.
func (s *memory) add(at, word int32) int32 {
	id, up, w := int32(len(s.places)), &s.places[at], &s.words[word]
	n := place{word: word, up: at, fields: up.fields + 1, marks: up.marks | w.marks}
	up.children++
	first := up.child == 0
	if first {
		up.child = id
	} else {
		n.sibling = s.places[up.child].sibling
		s.places[up.child].sibling = id
	}
	switch {
	case first && up.word != 0: // its text goes on
		n.chain = up.chain
		c := &s.chains[n.chain]
		c.text = append(c.text, null...)
	default:
		n.chain = int32(len(s.chains))
		s.chains = append(s.chains, chain{})
		if first {
			up.chain = n.chain
		}
	}
	c := &s.chains[n.chain]
	if up.word != 0 {
		c.text = append(c.text, ',')
	}
	c.text = append(append(append(c.text, '"'), w.text...), `":`...)
	n.stop, n.next = int32(len(c.stops)), int32(len(c.text)+len(null))
	c.stops = append(c.stops, stop{int32(len(c.text)), id})
	s.places = append(s.places, n)
	s.steps = append(s.steps, step{word: word, keep: w.keep})
	return id
}

// follow goes on from behind the value at a place as far as the rest of the document has the text that is known. It
// gives the place whose value comes next, and how many bytes lie before it: none, and the same place, when something
// else is there.
func (s *memory) follow(at int32, rest []byte) (to int32, n int) {
	last := &s.steps[at]
	if n := len(last.after); n > 0 && n < len(rest) && rest[n] != null[0] && string(rest[:n]) == string(last.after) {
		return last.to, n // mostly it is as far as the last time
	}
	p := &s.places[at]
	if p.child == 0 {
		return at, 0
	}
	c := &s.chains[p.chain]
	end := p.next + int32(common(rest, c.text[p.next:]))
	i := p.stop
	for int(i+1) < len(c.stops) && c.stops[i+1].end <= end {
		i++
	}
	if i == p.stop {
		return at, 0
	}
	last.to, last.after = c.stops[i].place, c.text[p.next:c.stops[i].end]
	return last.to, len(last.after)
}

// common is the number of bytes that two texts have in common at their beginning.
func common(a, b []byte) int {
	n := min(len(a), len(b))
	a, b = a[:n], b[:n]
	for len(a) >= 32 && len(b) >= 32 { // four words at once
		if (word64(a)^word64(b))|(word64(a[8:])^word64(b[8:]))|(word64(a[16:])^word64(b[16:]))|(word64(a[24:])^word64(b[24:])) != 0 {
			break
		}
		a, b = a[32:], b[32:]
	}
	for len(a) >= 8 && len(b) >= 8 {
		if x := word64(a) ^ word64(b); x != 0 {
			return n - len(a) + bits.TrailingZeros64(x)/8
		}
		a, b = a[8:], b[8:]
	}
	for i := range a {
		if a[i] != b[i] {
			return n - len(a) + i
		}
	}
	return n
}

func word64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }
