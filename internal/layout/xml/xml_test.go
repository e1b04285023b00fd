package xml_test

import (
	"bytes"
	stdxml "encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

// declared is a layout in YAML.
func declared(t testing.TB, text string) (layout.Spec, []layout.Record) {
	t.Helper()
	var in struct {
		File    layout.Spec
		Records []layout.Record
	}
	if err := yaml.UnmarshalWithOptions([]byte(text), &in, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return in.File, in.Records
}

func compiled(t testing.TB, text string) *layout.Plan {
	t.Helper()
	spec, records := declared(t, text)
	return Compiled(t, spec, records...)
}

// row is a record with its values.
type row struct {
	record string
	values []layout.Value
}

func written(t testing.TB, p *layout.Plan, rows ...row) string {
	t.Helper()
	var out bytes.Buffer
	f, err := p.NewFile(&out)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		i, _ := p.Record(r.record)
		b, err := p.Encode(nil, i, r.values, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const journal = `
file:
  kind: xml
  own: { root: "e:Envelope/e:Body", namespaces: { e: "urn:envelope", w: "urn:wd" } }
records:
  - name: head
    own: { element: Head }
    fields: [ { name: total, type: amount, decimals: "2" } ]
  - name: doc
    own: { element: "Docs/w:Doc[@kind='journal']" }
    fields:
      - { name: id, type: code, own: { path: "@id" } }
      - { name: title }
      - { name: empty, own: { empty: empty } }
      - { name: none, own: { empty: nil } }
      - { name: left }
      - { name: cost, type: code, own: { path: "w:Tag/w:ID[@w:type='Cost_Center']" } }
      - { name: project, type: code, own: { path: "w:Tag/w:ID[@w:type='Project']", apart: true } }
  - name: line
    parent: doc
    own: { element: Lines/Line }
    fields:
      - { name: amount, type: amount, decimals: "2", own: { path: Amount/Value } }
      - { name: currency, type: code, own: { path: Amount/Value/@ccy } }
  - name: dimension
    parent: line
    own: { element: Dimension }
    fields: [ { name: value, own: { path: . } }, { name: code, type: code, own: { path: "@code" } } ]
  - name: end
    own: { element: End }
    fields: [ { name: count, type: integer } ]
`

func journalRows(t testing.TB) []row {
	return []row{
		{"head", []layout.Value{Num(t, "12.5")}},
		{"doc", []layout.Value{layout.Text("A1"), layout.Text(`A & B <c> "d" ]]>`), {}, {}, {}, layout.Text("4100"), layout.Text("P1")}},
		{"line", []layout.Value{Num(t, "10"), layout.Text("EUR")}},
		{"dimension", []layout.Value{layout.Text("Sales & Co"), layout.Text(`x"y<`)}},
		{"dimension", []layout.Value{layout.Text("two"), {}}},
		{"line", []layout.Value{Num(t, "2.5"), layout.Text("EUR")}},
		{"doc", []layout.Value{layout.Text("A2"), layout.Text("Größe"), layout.Text("e"), layout.Text("n"), layout.Text("l")}},
		{"line", []layout.Value{Num(t, "-1"), layout.Text("USD")}},
		{"end", []layout.Value{Num(t, "3")}},
	}
}

func TestNestedRecords(t *testing.T) {
	want := `<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="urn:envelope" xmlns:w="urn:wd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<e:Body>
<Head><total>12.50</total></Head>
<Docs>
<w:Doc kind="journal" id="A1"><title>A &amp; B &lt;c&gt; "d" ]]&gt;</title><empty/><none xsi:nil="true"/><w:Tag><w:ID w:type="Cost_Center">4100</w:ID></w:Tag><w:Tag><w:ID w:type="Project">P1</w:ID></w:Tag>
<Lines>
<Line><Amount><Value ccy="EUR">10.00</Value></Amount>
<Dimension code="x&quot;y&lt;">Sales &amp; Co</Dimension>
<Dimension>two</Dimension>
</Line>
<Line><Amount><Value ccy="EUR">2.50</Value></Amount></Line>
</Lines>
</w:Doc>
<w:Doc kind="journal" id="A2"><title>Größe</title><empty>e</empty><none>n</none><left>l</left>
<Lines>
<Line><Amount><Value ccy="USD">-1.00</Value></Amount></Line>
</Lines>
</w:Doc>
</Docs>
<End><count>3</count></End>
</e:Body>
</e:Envelope>
`
	p := compiled(t, journal)
	if got := written(t, p, journalRows(t)...); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// What is written is read back: record by record in the same order, in every encoding, indented or not.
func TestReadBack(t *testing.T) {
	for _, file := range []string{"", "encoding: iso-8859-1, unmappable: reference, ", "encoding: ibm437, unmappable: reference, line_end: crlf, ", "bom: true, "} {
		for _, own := range []string{"", "indent: 2, "} {
			text := strings.Replace(journal, "  kind: xml\n  own: { ", "  {"+file+"kind: xml, own: { "+own, 1)
			text = strings.Replace(text, `w: "urn:wd" } }`, `w: "urn:wd" } }}`, 1)
			p := compiled(t, text)
			rows := journalRows(t)
			rows[6].values[1] = layout.Text("Größe 東京 €")
			file := written(t, p, rows...)
			got, bad := ReadAll(t, p, []byte(file))
			if len(bad) > 0 || len(got) != len(rows) {
				t.Fatalf("%s%s: %v, %d rows\n%s", text[:60], own, bad, len(got), file)
			}
			for i, r := range got {
				if name := p.Records()[r.Record].Name; name != rows[i].record || r.Line != i+1 {
					t.Errorf("row %d is %s in line %d", i, name, r.Line)
				}
				for k, v := range r.Values {
					want := layout.Value{}
					if k < len(rows[i].values) {
						want = rows[i].values[k]
					}
					if !Same(v, want) {
						t.Errorf("row %d, value %d: %v, want %v\n%s", i, k, v, want, file)
					}
				}
			}
		}
	}
}

// Values that are no text of XML: a code is refused, a text is cleaned.
func TestIllegalCharacters(t *testing.T) {
	p := compiled(t, "file: { kind: xml, own: { root: R } }\nrecords: [ { name: r, own: { element: L }, fields: [ { name: a, type: code }, { name: b } ] } ]")
	for _, s := range []string{"a\x00b", "a\x0bb", "a\uFFFEb", "a\uFFFFb", "a\U0001FFFEb"} {
		if _, err := p.Encode(nil, 0, []layout.Value{layout.Text(s)}, nil); err == nil || !strings.Contains(err.Error(), "codes are never changed") {
			t.Errorf("%q: %v", s, err)
		}
		file := written(t, p, row{"r", []layout.Value{{}, layout.Text(s)}})
		if err := wellFormed(file); err != nil || !strings.Contains(file, "<b>a") {
			t.Errorf("%q: %v %s", s, err, file)
		}
	}
	if _, err := p.Encode(nil, 0, []layout.Value{layout.Text("\xff")}, nil); err == nil {
		t.Error("broken UTF-8 is written")
	}
}

// wellFormed asks a parser of others.
func wellFormed(file string) error {
	d := stdxml.NewDecoder(strings.NewReader(file))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"own: { root: a b }|own: { element: L }|":                      "is no path",
		"own: { root: x:R }|own: { element: L }|":                      "the prefix x is not among file.own.namespaces",
		"own: { root: R, empty: blank }|own: { element: L }|":          `file.own.empty: "blank": is not known`,
		"own: { root: R, idnent: 1 }|own: { element: L }|":             "unknown field",
		"own: { root: R }||":                                           "which element is a row",
		"own: { root: R }|own: { element: L, rows: L }|":               "has element and rows",
		"own: { root: R }|own: { rows: L }|":                           "is read in result files, and not written",
		"own: { root: R }|own: { element: L }|own: { path: ../x }":     "../ is for rows",
		"own: { root: R }|own: { element: L }|own: { path: '@x/y' }":   "an attribute stands at its end",
		"own: { root: R }|own: { element: L }|own: { path: 'a[b]' }":   "write [@name='value']",
		"own: { root: R }|own: { element: L }|own: { path: b }":        `is the place of "a" too`,
		"own: { root: R }|own: { element: L }|own: { empty: omitted }": "is not known",
		"encoding: ebcdic-037, own: { root: R }|own: { element: L }|":  "is read by no XML parser",
	} {
		file, rest, _ := strings.Cut(text, "|")
		record, field, _ := strings.Cut(rest, "|")
		y := "file: { kind: xml, " + file + " }\nrecords:\n  - { name: r, " + strings.TrimSuffix(record+", ", ", ") + ", fields: [ { name: a, " + strings.TrimSuffix(field+", ", ", ") + "}, {name: b} ] }"
		y = strings.NewReplacer(", ,", ",", ", }", "}", ", fields", ", fields").Replace(y)
		spec, records := declared(t, y)
		_, problems := kinds.Compile(spec, records)
		var all []string
		for _, p := range problems {
			all = append(all, p.String())
		}
		if !strings.Contains(strings.Join(all, "\n"), want) {
			t.Errorf("%s: %v, want %q", y, all, want)
		}
	}
}

// Records that a reader could not put where they belong.
func TestMistakesOfRecords(t *testing.T) {
	for records, want := range map[string]string{
		"[{name: a, own: {element: A}}, {name: b, own: {element: A}}]":                                                                                   "is the element of record a too",
		"[{name: a, own: {element: A}}, {name: b, own: {element: B}}, {name: c, parent: a, own: {element: C}}]":                                          "has ended before this record",
		"[{name: a, own: {element: A}}, {name: b, parent: a, own: {element: B}}, {name: c, own: {element: C}}, {name: d, parent: b, own: {element: D}}]": "has ended before this record",
	} {
		spec, list := declared(t, "file: { kind: xml, own: { root: R } }\nrecords: "+records)
		_, problems := kinds.Compile(spec, list)
		if len(problems) == 0 || !strings.Contains(problems[0].String(), want) {
			t.Errorf("%s: %v", records, problems)
		}
	}
	spec, list := declared(t, "file: { kind: xml }\nrecords: [{name: a, own: {element: A}}, {name: b, own: {element: B}}]")
	if _, problems := kinds.Compile(spec, list); len(problems) == 0 || !strings.Contains(problems[0].String(), "would be a second root") {
		t.Errorf("%v", problems)
	}
}

// A file has one root: a second document of a layout without an element around all of them is refused when it is
// written, and a record without the one around it.
func TestOneRoot(t *testing.T) {
	p := compiled(t, "file: { kind: xml, own: { namespace: urn:x } }\nrecords: [{name: a, own: {element: A}, fields: [{name: n, own: {path: '@n'}}]}, {name: b, parent: a, own: {element: B}, fields: [{name: v, own: {path: .}}]}]")
	if got, want := written(t, p, row{"a", []layout.Value{layout.Text("1")}}, row{"b", []layout.Value{layout.Text("x")}}), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<A xmlns=\"urn:x\" n=\"1\">\n<B>x</B>\n</A>\n"; got != want {
		t.Error(got)
	}
	encoded := func(i int) []byte {
		b, err := p.Encode(nil, i, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	f, err := p.NewFile(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Write(encoded(1)); err == nil || !strings.Contains(err.Error(), "stands in no a") {
		t.Error(err)
	}
	if err := f.Write(encoded(0)); err != nil {
		t.Fatal(err)
	}
	if err := f.Write(encoded(0)); err == nil || !strings.Contains(err.Error(), "second root") {
		t.Error(err)
	}
	if err := f.Write([]byte("<A/>")); err == nil {
		t.Error("foreign bytes are written")
	}
}

// A value behind the records in its own cannot be told with its record: it is listed, not lost.
func TestLateFields(t *testing.T) {
	p := compiled(t, "file: { kind: xml, own: { root: R } }\nrecords: [{name: a, own: {element: A}, fields: [{name: n}]}, {name: b, parent: a, own: {element: B}, fields: [{name: v}]}]")
	rows, bad := ReadAll(t, p, []byte("<R><A><n>1</n><B><v>x</v></B></A><A><B/><n>2</n></A><A/></R>"))
	if len(rows) != 5 || len(bad) != 1 || !strings.Contains(bad[0].Error(), `entry 4 in line 1, a.n: "2": stands behind the records in its own`) {
		t.Error(rows, bad)
	}
}
