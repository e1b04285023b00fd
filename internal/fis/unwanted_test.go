package fis

import (
	"errors"
	"strings"
	"testing"
)

// Lists of scalars that nobody wants are checked like everything else, and what is more than that stays.
func TestUnwantedLists(t *testing.T) {
	deep := strings.Repeat("[", MaxDepth) + "1" + strings.Repeat("]", MaxDepth)
	for _, test := range []struct {
		list string
		good bool
		kept int // values of the list that stay; -1: the list does not
	}{
		{`["a","b"]`, true, -1},
		{`[ "a" , 1.5e3 ,null,true ]`, true, -1},
		{`["\ud83d\ude00\u00e4"]`, true, -1},
		{`[]`, true, 0},
		{`[null]`, true, 0},
		{`["a",{"wanted":"x"}]`, true, 2},
		{`["a",["b"]]`, true, 2},
		{`["a","b"`, false, 0},
		{`["a",]`, false, 0},
		{`["a" "b"]`, false, 0},
		{`["a",01]`, false, 0},
		{`["\x"]`, false, 0},
		{"[\"\xff\"]", false, 0},
		{"[\"a\nb\"]", false, 0},
		{`["a",{"b":1,"b":2}]`, false, 0},
		{deep, false, 0},
	} {
		document := []byte(`{"before":{"x":null},"list":` + test.list + `,"wanted":"w"}`)
		p := NewParser(func(name string) bool { return name == "wanted" })
		for range 3 { // as it is met the first time, and when its shape is known
			doc, err := p.Parse(Envelope{ID: "d", Document: document})
			var refused *FormatError
			if test.good != (err == nil) || err != nil && !errors.As(err, &refused) {
				t.Errorf("%.60s: %v", test.list, err)
			}
			if err != nil {
				continue
			}
			list := doc.Root.Get("list")
			if doc.Root.Str("wanted") != "w" || (list == nil) != (test.kept < 0) || list.Len() != max(test.kept, 0) {
				t.Errorf("%.60s: kept %v with %d", test.list, list, list.Len())
			}
		}
	}
}

// The last line end of a block is found wherever it stands.
func TestLastLineEnd(t *testing.T) {
	for _, size := range []int{0, 1, 4095, 4096, 4097, 9000} {
		text := []byte(strings.Repeat("x", size))
		if got := lastLineEnd(text); got != -1 {
			t.Errorf("none in %d bytes: %d", size, got)
		}
		for _, at := range []int{0, 1, size / 2, size - 4097, size - 4096, size - 1} {
			if at < 0 || at >= size {
				continue
			}
			text[at] = '\n'
			if got := strings.LastIndexByte(string(text), '\n'); lastLineEnd(text) != got {
				t.Errorf("%d of %d: %d, want %d", at, size, lastLineEnd(text), got)
			}
		}
	}
}
