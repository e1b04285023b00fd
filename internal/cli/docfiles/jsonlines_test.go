package docfiles

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Lines of any length stand for themselves, whatever the reader hands out at once and however the last one ends.
func TestReadLines(t *testing.T) {
	line := func(id string) string { return `{"id":"` + id + `","docType":"expense","document":{}}` }
	long := strings.Replace(line("long"), "{}", `{"a":"`+strings.Repeat("x", 200_000)+`"}`, 1)
	text := line("a") + "\r\n\n" + long + "\n" + long[:150_000] + "\n" + "[" + line("b") + "," + line("c") + "]\n{" + "\n" + line("d")
	for name, r := range map[string]*strings.Reader{"whole": strings.NewReader(text), "with a line end": strings.NewReader(text + "\n")} {
		var got []string
		err := readLines(iotest.HalfReader(r), "x.jsonl", func(e fis.Envelope) error {
			got = append(got, e.ID)
			return nil
		}, func(err error) error {
			place, _, _ := strings.Cut(err.Error(), ":")
			got = append(got, place)
			return nil
		})
		if diff := cmp.Diff([]string{"a", "long", "x.jsonl, line 4", "b", "c", "x.jsonl, line 6", "d"}, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

// A failing disk is not a bad line.
func TestReadLinesStops(t *testing.T) {
	broken := errors.New("disk")
	never := func(err error) error { t.Errorf("told as a bad line: %v", err); return nil }
	err := readLines(iotest.ErrReader(broken), "x.jsonl", func(fis.Envelope) error { return nil }, never)
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	err = readLines(strings.NewReader(`{"id":"a","docType":"expense","document":{}}`), "x.jsonl", func(fis.Envelope) error { return broken }, never)
	if err != broken {
		t.Error(err)
	}
}
