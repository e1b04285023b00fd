package fis

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// ways are the two ways to take the documents of JSON lines: found only, and parsed at once. Both give the same.
func ways(r io.Reader) map[string]func() ([]string, error) {
	var out [][]string
	for range 2 {
		out = append(out, nil)
	}
	add := func(way int, id string, err error) error {
		if err != nil {
			id, _, _ = strings.Cut(err.Error(), ":")
		}
		out[way] = append(out[way], id)
		return nil
	}
	in, p := NewLineReader(r, "x.jsonl"), NewParser(nil)
	var failed error
	for failed == nil {
		var lines *Lines
		if lines, failed = in.Next(); failed != nil {
			break
		}
		_ = lines.Envelopes(func(e Envelope, err error) error { return add(0, e.ID, err) })
		_ = lines.Each(p, func(d *Document, err error) error {
			if d == nil {
				return add(1, "", err)
			}
			return add(1, d.ID, err)
		})
		lines.Release()
	}
	if failed == io.EOF {
		failed = nil
	}
	return map[string]func() ([]string, error){
		"found":  func() ([]string, error) { return out[0], failed },
		"parsed": func() ([]string, error) { return out[1], failed },
	}
}

// Lines of any length stand for themselves, whatever the reader hands out at once and however the last one ends.
func TestLines(t *testing.T) {
	line := func(id string) string { return `{"id":"` + id + `","docType":"expense","document":{}}` }
	long := strings.Replace(line("long"), "{}", `{"a":"`+strings.Repeat("x", 3*linesBlock)+`"}`, 1)
	text := line("a") + "\r\n\n" + long + "\n" + long[:linesBlock+7] + "\n" + "[" + line("b") + "," + line("c") + "]\n{" + "\n" + line("d")
	want := []string{"a", "long", "x.jsonl, line 4", "b", "c", "x.jsonl, line 6", "d"}
	var many strings.Builder
	for i := range 20_000 {
		fmt.Fprintln(&many, line(fmt.Sprint(i)))
	}
	for name, r := range map[string]io.Reader{
		"whole": strings.NewReader(text), "with a line end": strings.NewReader(text + "\n"), "in halves": iotest.HalfReader(strings.NewReader(text)),
		"with the end beside the last bytes": iotest.DataErrReader(strings.NewReader(text)),
	} {
		for way, result := range ways(r) {
			got, err := result()
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s, %s: %v\n%s", name, way, err, diff)
			}
		}
	}
	for way, result := range ways(strings.NewReader(many.String())) {
		if got, err := result(); err != nil || len(got) != 20_000 || got[19_999] != "19999" {
			t.Errorf("%s: %d documents, %v", way, len(got), err)
		}
	}
}

// A failing disk is not a bad line: what came before it is handed out, the line that it cut is not.
func TestLinesStop(t *testing.T) {
	broken := errors.New("disk")
	text := `{"id":"a","docType":"expense","document":{}}` + "\n" + `{"id":"b","docType"`
	for way, result := range ways(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken))) {
		got, err := result()
		if !errors.Is(err, broken) || !strings.Contains(err.Error(), "read x.jsonl") || len(got) != 1 || got[0] != "a" {
			t.Errorf("%s: %q, %v", way, got, err)
		}
	}
	lines, err := NewLineReader(strings.NewReader(text[:44]+"\n{"), "x.jsonl").Next()
	if err != nil {
		t.Fatal(err)
	}
	format := &FormatError{"mine", 0, broken} // it is the caller's, not a bad line
	if err := lines.Each(NewParser(nil), func(*Document, error) error { return format }); err != format {
		t.Error(err)
	}
	if err := lines.Envelopes(func(Envelope, error) error { return format }); err != format {
		t.Error(err)
	}
}

// A line longer than any may be is told, takes no more memory than that, and does not hide those after it.
func TestEndlessLine(t *testing.T) {
	text := io.MultiReader(strings.NewReader("{}\n"), io.LimitReader(neverEnding('x'), longestLine+longestLine/2), strings.NewReader("\n"+`{"id":"b","docType":"expense"}`))
	for way, result := range ways(text) {
		got, err := result()
		if diff := cmp.Diff([]string{"", "x.jsonl, line 2", "b"}, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", way, err, diff)
		}
	}
}
