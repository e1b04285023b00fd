package exchange

import (
	"context"
	"testing"
)

// slowRename is a server on which a rename of a lost connection finishes between two looks.
type slowRename struct {
	Drop
	looks []bool // what each look finds
}

func (s *slowRename) Stat(context.Context, string) (Info, bool, error) {
	there := s.looks[0]
	s.looks = s.looks[1:]
	return Info{}, there, nil
}

// PITFALLS 28: whatever moment the rename finishes at, the looks never say that there are two files when there is one, nor that it is gone.
func TestFindWhileARenameFinishes(t *testing.T) {
	for _, c := range []struct {
		looks []bool // temp, final, temp again
		want  Found
	}{
		{[]bool{true, false}, FoundTemp},
		{[]bool{false, true}, FoundFinal},
		{[]bool{false, false}, FoundGone},
		{[]bool{true, true, true}, FoundBoth},
		{[]bool{true, true, false}, FoundFinal}, // renamed after the first look
	} {
		if got, err := Find(context.Background(), &slowRename{looks: c.looks}, "t", "f"); err != nil || got != c.want {
			t.Errorf("looks %v: %s %v, want %s", c.looks, got, err, c.want)
		}
	}
}
