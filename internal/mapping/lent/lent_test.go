package lent

import (
	"slices"
	"testing"
)

// What is made stays as it was until all is taken back, whether or not there was room for it.
func TestRoom(t *testing.T) {
	var r Room[byte]
	for round := range 5 {
		var made [][]byte
		for i := range byte(20) {
			b := r.Begin()
			for range int(i) * (round + 1) {
				b = append(b, i)
			}
			made = append(made, r.End(b))
		}
		for i, b := range made {
			if len(b) != i*(round+1) || slices.ContainsFunc(b, func(x byte) bool { return x != byte(i) }) {
				t.Fatalf("round %d: %d is %v", round, i, b)
			}
			_ = append(b, 99) // the next one is not touched
		}
		if slices.ContainsFunc(made[5], func(x byte) bool { return x != 5 }) {
			t.Fatalf("round %d: %v", round, made[5])
		}
		r.Reset()
	}
}

// The second time there is room.
func TestRoomMakesNoGarbage(t *testing.T) {
	var r Room[int]
	fill := func() {
		for range 10 {
			s := r.Begin()
			for i := range 100 {
				s = append(s, i)
			}
			r.End(s)
		}
		r.Reset()
	}
	fill()
	if n := testing.AllocsPerRun(10, fill); n > 0 {
		t.Errorf("%v objects", n)
	}
}
