package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// What is compiled is what the list says.
func TestListIsGenerated(t *testing.T) {
	text, err := os.ReadFile("../fields.txt")
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate(string(text))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../field_list.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("field_list.go is not what fields.txt says: run go generate ./internal/fis")
	}
}

func TestMistakesNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"a code 3 x | y":                              "line 1: a field before",
		"[document]\na code 3 x":                      "line 2: \"a code 3 x\" has no meaning",
		"[document]\n\na codes 3 x | y":               "line 3: \"a codes 3 x\" is no field",
		"[document]\na = thing | y":                   "line 2: there is no shape [thing]",
		"[document]\na code 3 x | y @ expenses":       "line 2: \"expenses\" is no type",
		"[document]\na code 3 x | y\n[document]\nb =": "line 3: the shape document comes twice",
	} {
		if _, err := generate(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
