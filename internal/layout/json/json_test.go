package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

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
		i, ok := p.Record(r.record)
		if !ok {
			t.Fatal(r.record)
		}
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

const lineFields = `
      - { name: amount, type: amount, decimals: "2..8", own: { path: amount/value } }
      - { name: currency, type: code, own: { path: amount/currency } }
      - { name: text, own: { empty: empty } }
      - { name: ok, type: flag }
      - { name: day, type: date, own: { empty: nil } }
`

const batch = `
file: { kind: json }
records:
  - name: head
    own: { object: header }
    fields: [ { name: number, type: integer }, { name: total, type: amount, decimals: "2", own: { as: string } } ]
  - name: doc
    own: { list: data/journals }
    fields: [ { name: id, type: code } ]
  - name: line
    parent: doc
    own: { list: lines }
    fields:` + lineFields + `
  - name: tag
    parent: line
    own: { list: tags }
    fields: [ { name: tag, type: code, own: { path: . } } ]
  - name: end
    own: { object: trailer }
    fields: [ { name: count, type: integer } ]
`

func batchRows(t testing.TB) []row {
	return []row{
		{"head", []layout.Value{Num(t, "42"), Num(t, "12.5")}},
		{"doc", []layout.Value{layout.Text(`A"1\`)}},
		{"line", []layout.Value{Num(t, "10.12345678"), layout.Text("EUR"), layout.Text("Größe 東京 \U0001F600"), layout.Flag(true), OnDay(2026, 11, 2)}},
		{"tag", []layout.Value{layout.Text("007")}},
		{"tag", []layout.Value{layout.Text("b")}},
		{"line", []layout.Value{Num(t, "-12345678901234567890.12")}},
		{"doc", []layout.Value{layout.Text("A2")}},
		{"end", []layout.Value{Num(t, "2")}},
	}
}

func TestForms(t *testing.T) {
	want := `{"header":{"number":42,"total":"12.50"},"data":{"journals":[
{"id":"A\"1\\","lines":[
{"amount":{"value":10.12345678,"currency":"EUR"},"text":"Größe 東京 😀","ok":true,"day":"2026-11-02","tags":[
"007",
"b"]},
{"amount":{"value":-12345678901234567890.12},"text":"","day":null}]},
{"id":"A2"}]},"trailer":{"count":2}}
`
	got := written(t, compiled(t, batch), batchRows(t)...)
	got = strings.Replace(got, "{\"header\":\n", "{\"header\":", 1)
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for form, want := range map[string]string{"array": "[\n{\"id\":\"1\"},\n{\"id\":\"2\"}\n]\n", "lines": "{\"id\":\"1\"}\n{\"id\":\"2\"}\n"} {
		p := compiled(t, "file: { kind: json, own: { form: "+form+" } }\nrecords: [ { name: doc, fields: [ { name: id, type: code } ] } ]")
		got := written(t, p, row{"doc", []layout.Value{layout.Text("1")}}, row{"doc", []layout.Value{layout.Text("2")}})
		if got != want {
			t.Errorf("%s: %q", form, got)
		}
		if got := written(t, p); form == "array" && got != "[]\n" || form == "lines" && got != "" {
			t.Errorf("empty %s: %q", form, got)
		}
	}
}

// What is written is read back, record by record, with every digit.
func TestReadBack(t *testing.T) {
	several := "file: { kind: json, own: { form: lines, amounts: string } }\nrecords:\n  - { name: doc, own: { always: [ { key: type, value: D } ] }, fields: [ { name: id, type: code } ] }\n" +
		"  - name: line\n    own: { always: [ { key: type, value: L } ] }\n    fields:" + lineFields
	rooted := "file: { kind: json, own: { form: object } }\nrecords:\n  - { name: head, fields: [ { name: number, type: integer } ] }\n" +
		"  - { name: doc, parent: head, own: { list: docs }, fields: [ { name: id, type: code } ] }\n  - name: line\n    parent: doc\n    own: { list: lines }\n    fields:" + lineFields +
		"  - { name: end, parent: head, own: { object: totals }, fields: [ { name: count, type: integer } ] }\n"
	all := batchRows(t)
	for name, c := range map[string]struct {
		text string
		rows []row
	}{
		"batch": {batch, all}, "ascii": {strings.Replace(batch, "kind: json", "kind: json, encoding: us-ascii, unmappable: reference", 1), all},
		"lines": {several, []row{all[1], all[2], all[5], all[6]}}, "rooted": {rooted, []row{{"head", all[0].values[:1]}, all[1], all[2], all[5], all[6], all[7]}},
	} {
		p := compiled(t, c.text)
		file := written(t, p, c.rows...)
		for line := range strings.SplitSeq(file, "\n") {
			if name == "lines" && line != "" && !stdjson.Valid([]byte(line)) || name != "lines" && !stdjson.Valid([]byte(file)) {
				t.Fatalf("%s: no JSON: %s", name, file)
			}
		}
		got, bad := ReadAll(t, p, []byte(file))
		if len(bad) > 0 || len(got) != len(c.rows) {
			t.Fatalf("%s: %v, %d rows of %d\n%s", name, bad, len(got), len(c.rows), file)
		}
		for i, r := range got {
			if record := p.Records()[r.Record].Name; record != c.rows[i].record || r.Line != i+1 {
				t.Errorf("%s: row %d is %s, line %d", name, i, record, r.Line)
			}
			for k, v := range r.Values {
				want := layout.Value{}
				if k < len(c.rows[i].values) {
					want = c.rows[i].values[k]
				}
				if !Same(v, want) {
					t.Errorf("%s: row %d, value %d: %v, want %v\n%s", name, i, k, v, want, file)
				}
			}
		}
	}
}

// A reader of others' files: keys in any order, further keys, numbers as texts; what is wrong is said with its place.
func TestReadOfOthers(t *testing.T) {
	p := compiled(t, "file: { kind: json, own: { form: object } }\nrecords:\n  - { name: doc, own: { list: results }, fields: [ { name: id, type: code, required: true }, { name: amount, type: amount, decimals: \"2\" }, { name: ok, type: flag } ] }\n"+
		"  - { name: why, parent: doc, own: { list: errors }, fields: [ { name: text, own: { path: . } } ] }")
	rows, bad := ReadAll(t, p, []byte(`{ "x": [1, {"results": 2}], "results": [
 {"errors": ["a", "b"], "id": "1", "more": {"y": null}, "amount": "12.50", "ok": false},
 {"id": 7, "amount": 3e2}, {"amount": {"v": 1}, "id": "3"}, {"id": null}, 5, {"id":"4","errors":null} ] }`))
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprint(r.Line, r.Raw))
	}
	for _, b := range bad {
		got = append(got, b.Error())
	}
	want := strings.Join([]string{"1id=1 amount=12.50 ok=false", "2a", "3b", "4id=7 amount=3e2", "8id=4"}, "\n")
	text := strings.ReplaceAll(strings.Join(got, "\n"), "text=", "")
	for _, w := range append(strings.Split(want, "\n"),
		`entry 5 at /results/2, doc.amount: is an object or array`, `entry 6 at /results/3, doc.id: is required`, `entry 7 at /results/4: "5": is none of the records`) {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in\n%s", w, text)
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	p := compiled(t, "file: { kind: json }\nrecords: [ { name: doc, fields: [ { name: id, type: code } ] } ]")
	for in, want := range map[string]string{
		`{"id":"1"}`: "is no JSON array", `[{"id":"1","id":"2"}]`: "no sound JSON", `[{"id":"1"}] []`: "behind its end", `[{"id":"1"`: "is no whole JSON", `[{"id":01}]`: "no sound JSON",
		"[{\"id\":\"\xff\"}]": "no sound JSON", `[]`: "there is no entry", "[" + strings.Repeat(`{"a":`, 200): "more than 100", `[{"id":"` + strings.Repeat("x", 2<<20) + `"}]`: "more than 1048576 bytes",
	} {
		if _, _, err := TryRead(p, []byte(in), layout.Limits{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v", in, err)
		}
	}
	for in, whole := range map[string]bool{`[{"id":"1"}]`: true, "[{}": false, " [ ] \n": true, "": true} {
		if missing, err := p.Unfinished(strings.NewReader(in), int64(len(in))); err != nil || (missing == "") != whole {
			t.Errorf("%q: %q %v", in, missing, err)
		}
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"file: { kind: json, encoding: iso-8859-1 }|{ name: a }":                                                                "JSON is utf-8",
		"file: { kind: json, own: { form: array, from: x } }|{ name: a }":                                                       "unknown field",
		"file: { kind: json, decimal_mark: ',' }|{ name: a, type: amount }":                                                     "write `as: string`",
		"file: { kind: json }|{ name: a, own: { as: number } }":                                                                 "is for integers, amounts and codes",
		"file: { kind: json }|{ name: a, own: { path: b/c } }, { name: d }, { name: e, own: { path: b/f } }":                    "stands apart from the other fields in b",
		"file: { kind: json }|{ name: a, own: { path: b } }, { name: c, own: { path: b } }":                                     "stands where something else does",
		"file: { kind: json }|{ name: a, own: { path: b } } ] }, { name: s, parent: r, own: { list: b }, fields: [ {name: x}":   "stands where something else does",
		"file: { kind: json }|{ name: a, own: { path: b/c } } ] }, { name: s, parent: r, own: { list: b }, fields: [ {name: x}": "stands where something else does",
		"file: { kind: json }|{ name: a } ] }, { name: s, parent: r, fields: [ {name: x}":                                       "does not say under which key",
		"file: { kind: json }|{ name: a } ] }, { name: s, fields: [ {name: x}":                                                  "is told by `always",
	} {
		file, fields, _ := strings.Cut(text, "|")
		spec, records := declared(t, file+"\nrecords: [ { name: r, fields: [ "+fields+" ] } ]")
		_, problems := kinds.Compile(spec, records)
		if len(problems) == 0 || !strings.Contains(fmt.Sprint(problems), want) {
			t.Errorf("%s: %v", text, problems)
		}
	}
	p := compiled(t, "file: { kind: json }\nrecords: [ { name: r, fields: [ { name: a, type: code, own: { as: number } } ] } ]")
	for _, s := range []string{"007", "A1", "1."} {
		if _, err := p.Encode(nil, 0, []layout.Value{layout.Text(s)}, nil); err == nil {
			t.Errorf("%s is written as a number", s)
		}
	}
}

func FuzzRead(f *testing.F) {
	p := compiled(f, batch)
	f.Add([]byte(`{"header":{"number":42},"data":{"journals":[{"id":"1","lines":[{"amount":{"value":1},"tags":["x"]}]}]},"trailer":{"count":2}}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		rows, _, err := TryRead(p, in, layout.Limits{Line: 1 << 16})
		if err == nil && len(rows) > 0 && !stdjson.Valid(bytes.TrimPrefix(in, []byte("\uFEFF"))) {
			t.Errorf("%q is read as JSON", in)
		}
	})
}
