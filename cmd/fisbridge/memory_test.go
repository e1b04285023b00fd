package main

import "testing"

func TestPercentFor(t *testing.T) {
	for inUse, want := range map[uint64]int{0: 1100, 1 << 20: 1100, 8 << 20: 500, 12 << 20: 300, 24 << 20: 100, 1 << 30: 100} {
		if got := percentFor(inUse); got != want {
			t.Errorf("%d in use: %d percent, want %d", inUse, got, want)
		}
	}
}
