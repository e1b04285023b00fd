package fis

// words are the field names that a parser has met, numbered from 1. Documents repeat some hundred names thousands of times, nearly always in the
// same order: which name follows which is remembered, so that most are found by one comparison.
type words struct {
	ids  map[string]int32
	list []word // by number; the first is no name
	// marks tells a name that comes twice in one object: for each level the number of the object in which each name was met last.
	marks [MaxDepth + 1]marks
	// rare finds the same for the names that are not remembered.
	rare [MaxDepth + 1]seenNames
}

// word is a name that was met before.
type word struct {
	text   string
	quoted string // text and a quote, when it is spelled without escapes
	keep   bool   // scalars of it are kept
	// next is the name that came after it, inside the first one in an object under it.
	next, inside int32
}

type marks struct {
	object uint32
	met    []uint32
}

// maxWords bounds what is remembered; FIS has some thousand field names.
const maxWords = 1 << 14

func newWords() words { return words{ids: map[string]int32{}, list: make([]word, 1, 512)} }

// isNext reports whether the text behind an opening quote is the word.
func (w *word) isNext(rest []byte) bool {
	n := len(w.quoted)
	return n > 0 && len(rest) >= n && string(rest[:n]) == w.quoted
}

// add takes a new word in; when there is no room its number is 0.
func (w *words) add(n word) (int32, *word, error) {
	if len(w.list) >= maxWords {
		return 0, &n, nil
	}
	id := int32(len(w.list))
	w.list = append(w.list, n)
	w.ids[n.text] = id
	return id, &w.list[id], nil
}

// follow notes that id came behind the name before, or first in an object under field.
func (w *words) follow(field, before, id int32) {
	if before == 0 {
		w.list[field].inside = id
	} else {
		w.list[before].next = id
	}
}

// enter begins an object of a level.
func (w *words) enter(depth int) {
	m := &w.marks[depth]
	if m.object++; m.object == 0 { // wrapped: old marks would look new
		clear(m.met)
		m.object = 1
	}
	w.rare[depth].reset()
}

// first reports whether a name is new to the object of a level.
func (w *words) first(depth int, id int32, n *word) bool {
	if id == 0 {
		return w.rare[depth].add([]byte(n.text))
	}
	m := &w.marks[depth]
	if int(id) >= len(m.met) {
		m.met = append(m.met, make([]uint32, len(w.list)-len(m.met))...)
	}
	if m.met[id] == m.object {
		return false
	}
	m.met[id] = m.object
	return true
}
