package fis

import (
	"bytes"
	"hash/maphash"
)

// seenNames finds a name that comes twice in one object, among those that a parser does not remember. It is a hash
// table that is emptied by counting a generation up.
type seenNames struct {
	seed  maphash.Seed
	slots []seenSlot // length is a power of two
	used  int
	era   uint32
}

type seenSlot struct {
	era  uint32
	hash uint32
	name []byte // into the document
}

func (s *seenNames) reset() {
	if s.used == 0 {
		return
	}
	s.used = 0
	if s.era++; s.era == 0 { // wrapped: old marks would look new
		clear(s.slots)
		s.era = 1
	}
}

// add reports whether the name is new to the object. The name's bytes must stay as they are until the next reset.
func (s *seenNames) add(name []byte) bool {
	if s.slots == nil {
		s.seed, s.slots, s.era = maphash.MakeSeed(), make([]seenSlot, 256), 1
	}
	if s.used*2 >= len(s.slots) {
		s.grow()
	}
	hash := uint32(maphash.Bytes(s.seed, name))
	slot := s.find(hash, name)
	if slot.era == s.era {
		return false
	}
	*slot = seenSlot{s.era, hash, name}
	s.used++
	return true
}

// find is the slot that holds the name, or the free one where it belongs.
func (s *seenNames) find(hash uint32, name []byte) *seenSlot {
	mask := uint32(len(s.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		slot := &s.slots[i]
		if slot.era != s.era || slot.hash == hash && bytes.Equal(slot.name, name) {
			return slot
		}
	}
}

func (s *seenNames) grow() {
	old := s.slots
	s.slots = make([]seenSlot, 2*len(old))
	for _, slot := range old {
		if slot.era == s.era {
			*s.find(slot.hash, slot.name) = slot
		}
	}
}
