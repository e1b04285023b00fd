package mapping_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/templates"
)

func seq(docs []fis.Envelope) iter.Seq2[fis.Envelope, error] {
	return func(yield func(fis.Envelope, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func explainContext(t *testing.T) mapping.FileContext {
	return mapping.FileContext{Route: "gl", Sequence: 1, Created: made(), TempDir: t.TempDir()}
}

// What is explained is what a run makes: the same bytes, every line of it explained, every field found in the bytes of its line.
func TestExplainIsTheFileItself(t *testing.T) {
	docs := sampleDocuments(t)
	for _, name := range template.Names(templates.FS()) {
		t.Run(name, func(t *testing.T) {
			plan := readyPlan(t, name)
			var taken []fis.Envelope
			for _, d := range docs {
				if slices.Contains(plan.DocTypes(), d.DocType) {
					taken = append(taken, d)
				}
			}
			want := renderGroups(t, plan, taken)
			files, explained, err := explain.Files(plan, explain.Options{Context: explainContext(t)}, seq(taken))
			if err != nil {
				t.Fatal(err)
			}
			if len(files) != len(want.files) {
				t.Fatalf("%d files, want %d", len(files), len(want.files))
			}
			for _, f := range files {
				if !bytes.Equal(f.Bytes, want.files[f.Context.Group]) {
					t.Errorf("group %q: other bytes than a run makes", f.Context.Group)
				}
				checkLines(t, plan, f)
			}
			refused := 0
			for _, d := range explained {
				if d.Err != nil {
					refused++
				}
			}
			if refused != len(want.refused) {
				t.Errorf("%d refused, want %d", refused, len(want.refused))
			}
		})
	}
}

// checkLines puts the explained lines together again: they are the file, unless its records have no bytes of their own.
func checkLines(t *testing.T, plan *mapping.Plan, f *explain.File) {
	t.Helper()
	var all []byte
	next := 1
	for _, l := range f.Lines {
		if l.Line != next {
			t.Errorf("line %d follows where %d should", l.Line, next)
		}
		next = l.Line + l.Lines
		all = append(all, l.Bytes...)
		if i := slices.IndexFunc(plan.Template().Records, func(r template.Record) bool { return r.Name == l.Record }); len(l.Cells) == 0 && len(plan.Template().Records[i].Fields) > 0 {
			t.Errorf("line %d has no cells", l.Line)
		}
		for _, c := range l.Cells {
			switch {
			case l.Kind == explain.KindHeading:
			case c.End > len(l.Bytes) || c.Start > c.End:
				t.Errorf("line %d %s: bytes %d to %d of %d", l.Line, c.Field, c.Start, c.End, len(l.Bytes))
			case c.Text != "" && c.Place == "":
				t.Errorf("line %d %s: no place in the mapping for %q", l.Line, c.Field, c.Text)
			case !strings.HasPrefix(c.Text, "X'") && c.Column > 0 && c.End > c.Start && !strings.Contains(strings.ReplaceAll(c.Written, `""`, `"`), c.Text):
				t.Errorf("line %d %s: %q is written as %q", l.Line, c.Field, c.Text, c.Written)
			}
		}
	}
	can := plan.Layout().Can()
	switch {
	case can.Lines:
		if !bytes.Equal(all, f.Bytes) {
			t.Errorf("the lines together are not the file %s", f.Name)
		}
	case can.Nested:
		said := textsOfXML(t, f.Bytes)
		checkCells(t, f, func(c *explain.Cell) bool { return said[c.Text] })
	case can.Members && !can.Sheets:
		text := members(t, f.Bytes)
		checkCells(t, f, func(c *explain.Cell) bool { return bytes.Contains(text, []byte(strings.ReplaceAll(c.Text, `"`, `""`))) })
	}
}

// checkCells looks for the cells in a file whose records have no bytes of their own.
func checkCells(t *testing.T, f *explain.File, said func(*explain.Cell) bool) {
	t.Helper()
	for _, l := range f.Lines {
		for _, c := range l.Cells {
			if c.Column > 0 && c.Text != "" && !said(&c) {
				t.Errorf("line %d %s: nowhere in %s stands %q", l.Line, c.Field, f.Name, c.Text)
			}
		}
	}
}

// filesOf are the files of a package.
func filesOf(t *testing.T, body []byte) iter.Seq2[string, []byte] {
	t.Helper()
	pack, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	must(t)(err)
	return func(yield func(string, []byte) bool) {
		for _, f := range pack.File {
			text, err := fs.ReadFile(pack, f.Name)
			must(t)(err)
			if !yield(f.Name, text) {
				return
			}
		}
	}
}

// members are the files of a package, one after the other.
func members(t *testing.T, body []byte) (out []byte) {
	t.Helper()
	for _, text := range filesOf(t, body) {
		out = append(out, text...)
	}
	return out
}

// textsOfXML are what stands in elements and attributes.
func textsOfXML(t *testing.T, body []byte) map[string]bool {
	t.Helper()
	said := map[string]bool{}
	dec := xml.NewDecoder(bytes.NewReader(body))
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return said
		}
		must(t)(err)
		switch x := token.(type) {
		case xml.CharData:
			said[string(x)] = true
		case xml.StartElement:
			for _, a := range x.Attr {
				said[a.Value] = true
			}
		}
	}
}

// Only the wanted line is explained, and it is the same as among all.
func TestExplainOneLine(t *testing.T) {
	docs := sampleDocuments(t)
	for _, name := range []string{"generic-csv", "hledger-journal"} {
		plan := readyPlan(t, name)
		all, _, err := explain.Files(plan, explain.Options{Context: explainContext(t)}, seq(docs))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all[0].Lines {
			if l.Line%17 != 1 {
				continue
			}
			one, _, err := explain.Files(plan, explain.Options{Context: explainContext(t), Want: func(first, last int) bool { return first <= l.Line && l.Line <= last }}, seq(docs))
			if err != nil {
				t.Fatal(err)
			}
			if len(one[0].Lines) != 1 || asJSON(t, one[0].Lines[0]) != asJSON(t, l) {
				t.Errorf("%s line %d is explained otherwise alone", name, l.Line)
			}
		}
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The explanations of a few documents with every template, as somebody read them; -update writes them anew.
func TestExplainGolden(t *testing.T) {
	chosen := []string{"01-cash-taxi", "07-cash-awkward-text", "17-tax-half-deductible", "32-advance-issued"}
	var docs []fis.Envelope
	for _, d := range sampleDocuments(t) {
		if slices.ContainsFunc(chosen, func(c string) bool { return strings.Contains(d.Place, c) }) {
			docs = append(docs, d)
		}
	}
	if len(docs) != len(chosen) {
		t.Fatalf("%d documents, want %d", len(docs), len(chosen))
	}
	for _, name := range template.Names(templates.FS()) {
		t.Run(name, func(t *testing.T) {
			plan := readyPlan(t, name)
			taken := docs
			if !slices.Contains(plan.DocTypes(), fis.Expense) {
				taken = nil
				for _, d := range sampleDocuments(t) {
					if slices.Contains(plan.DocTypes(), d.DocType) {
						taken = append(taken, d)
					}
				}
				taken = taken[:1]
			}
			files, _, err := explain.Files(plan, explain.Options{Context: explainContext(t)}, seq(taken))
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, f := range files {
				for _, l := range f.Lines {
					writeExplained(&b, l)
				}
			}
			golden(t, ofTemplate(name, "explain.txt"), []byte(b.String()))
		})
	}
}

// writeExplained writes a line for people who compare it with the document; blank cells are left out.
func writeExplained(b *strings.Builder, l *explain.Line) {
	fmt.Fprintf(b, "line %d %s %s %s over %s %s\n", l.Line, l.Kind, l.Record, l.ReportID, l.Over, l.Origin)
	if l.When != nil {
		fmt.Fprintf(b, "  when %s (%s)\n", l.When.Formula, l.When.Place)
	}
	for _, p := range l.Postings {
		fmt.Fprintf(b, "  posting %d %s account %q party %q debit %s credit %s at %s\n", p.Number, p.Role, p.Account, p.Party, p.Debit, p.Credit, p.Place)
	}
	for _, c := range l.Cells {
		if l.Kind == explain.KindHeading || c.Text == "" && len(c.Done) == 0 {
			continue
		}
		fmt.Fprintf(b, "  %d %s = %q as %q from %s: %s\n", c.Column, c.Field, c.Text, c.Written, c.Place, c.Formula)
		for _, s := range c.Sources {
			fmt.Fprintf(b, "    %s = %q", s.Name, s.Value)
			for _, f := range s.Found {
				fmt.Fprintf(b, " [%s %q]", f.Path, f.Raw)
			}
			b.WriteByte('\n')
		}
		for _, k := range c.Lookups {
			fmt.Fprintf(b, "    %s %q %s = %q in %s default %v %v\n", k.Table, k.Key, k.Column, k.Value, k.Cell, k.ByDefault, k.Row)
		}
		for _, d := range c.Done {
			fmt.Fprintf(b, "    done: %s\n", d)
		}
	}
}
