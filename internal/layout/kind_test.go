package layout_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	. "github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
)

// nested is a kind of file whose records stand in others; it writes nothing.
type nested struct{ Format }

func (nested) Name() KindName       { return "nested" }
func (nested) Can() Can             { return Can{Nested: true, Own: true} }
func (n nested) New(*Check) Format  { return n }
func (nested) Record(*Check, *Line) {}
func (nested) Field(c *Check, f *Cell) {
	var own struct{ Attribute bool }
	c.Own(c.At(f)+".own", f.Own, &own)
}

// A parent is a record that comes before, in kinds whose records nest.
func TestParents(t *testing.T) {
	all := append(kinds.All(), nested{})
	record := func(name, parent string) Record {
		return Record{Name: name, Parent: parent, Fields: []Field{{Name: "a"}}}
	}
	tests := []struct {
		kind    KindName
		records []Record
		want    string // empty: no mistake
	}{
		{"nested", []Record{record("document", ""), record("line", "document"), record("dimension", "line"), record("tax", "document")}, ""},
		{"nested", []Record{record("line", "document"), record("document", "")}, `records.line.parent: "document": is not a record before this one`},
		{"nested", []Record{record("document", "document")}, `records.document.parent: "document": is not a record before`},
		{"nested", []Record{record("document", ""), record("line", "documnt")}, `did you mean "document"?`},
		{Delimited, []Record{record("document", ""), record("line", "document")}, `records.line.parent: "document": the records of this kind of file do not stand in others`},
	}
	for _, tt := range tests {
		_, problems := Compile(all, Spec{Kind: tt.kind}, tt.records)
		text := ""
		for _, p := range problems {
			text += p.String() + "\n"
		}
		if tt.want == "" && text != "" || !strings.Contains(text, tt.want) {
			t.Errorf("want %q, got %q", tt.want, text)
		}
	}
}

// A kind takes its own settings apart; kinds without any refuse them.
func TestOwnSettings(t *testing.T) {
	layoutOf := func(text string) (Spec, []Record) {
		var in struct {
			File    Spec
			Records []Record
		}
		if err := yaml.NewDecoder(strings.NewReader(text), yaml.Strict()).Decode(&in); err != nil {
			t.Fatal(err)
		}
		return in.File, in.Records
	}
	all := append(kinds.All(), nested{})
	for text, want := range map[string]string{
		"file: {kind: nested}\nrecords: [{name: r, fields: [{name: a, own: {attribute: true}}]}]":                                          "",
		"file: {kind: nested}\nrecords: [{name: r, fields: [{name: a, own: {atribute: true}}]}]":                                           `records.r.a.own: unknown field "atribute"`,
		"file: {kind: nested}\nrecords:\n- name: r\n  fields:\n  - name: a\n    own:\n      attribute: true\n      deep:\n        er: 1\n": `records.r.a.own: unknown field "deep" in line 8`,
		"file: {kind: delimited, own: {root: x}}\nrecords: [{name: r, own: {b: 1}, fields: [{name: a, own: {attribute: true}}]}]":          "records.r.a.own: files of kind delimited have no settings of their own",
	} {
		spec, records := layoutOf(text)
		_, problems := Compile(all, spec, records)
		said := ""
		for _, p := range problems {
			said += p.String() + "\n"
		}
		if want == "" && said != "" || !strings.Contains(said, want) {
			t.Errorf("%s: want %q, got %q", text, want, said)
		}
	}
	one, _ := layoutOf("file: {kind: nested, own: {b: [1, 2], a: x}}")
	two, _ := layoutOf("file:\n  kind: nested\n  own:\n    a: x\n    b: [1, 2]")
	other, _ := layoutOf("file: {kind: nested, own: {a: y}}")
	text, err := json.Marshal(one)
	if again, _ := json.Marshal(two); err != nil || string(text) != string(again) || !strings.Contains(string(text), `"Own":{"a":"x","b":[1,2]}`) {
		t.Errorf("%s, %v", text, err)
	}
	if !one.Own.Equal(two.Own) || one.Own.Equal(other.Own) || one.Own.IsZero() {
		t.Error("equal blocks are not told from others")
	}
	none, err := json.Marshal(Spec{})
	if err != nil || strings.Contains(string(none), "Own") {
		t.Errorf("a hash of a layout would change: %s, %v", none, err)
	}
}

// Each kind with settings of its own refuses a key that it does not have, of the file, of a record and of a field, by its
// line; what has no settings of its own takes none.
func TestOwnSettingsAreStrict(t *testing.T) {
	for _, k := range kinds.All() {
		for place, text := range map[string]string{
			"file.own":        "file: { kind: KIND, own: { stranger: 1 } }\nrecords: [ { name: r, fields: [ { name: a } ] } ]",
			"records.r.own":   "file: { kind: KIND }\nrecords: [ { name: r, own: { stranger: 1 }, fields: [ { name: a } ] } ]",
			"records.r.a.own": "file: { kind: KIND }\nrecords: [ { name: r, fields: [ { name: a, own: { stranger: 1 } } ] } ]",
		} {
			var in struct {
				File    Spec
				Records []Record
			}
			kind := string(k.Name())
			if kind == "package" && place != "file.own" { // what stands in a record is its member's
				kind += ", own: { members: [ { name: a.xml, records: [r], file: { kind: xml } } ] }"
			}
			if err := yaml.NewDecoder(strings.NewReader(strings.Replace(text, "KIND", kind, 1)), yaml.Strict()).Decode(&in); err != nil {
				t.Fatal(err)
			}
			_, problems := Compile(kinds.All(), in.File, in.Records)
			said := ""
			for _, p := range problems {
				if strings.HasSuffix(p.Place, place) {
					said += p.Reason + "\n"
				}
			}
			if !strings.Contains(said, `unknown field "stranger"`) && !strings.Contains(said, "have no settings of their own") && !strings.Contains(said, "has no settings of its own") {
				t.Errorf("%s %s: %q of %v", k.Name(), place, said, problems)
			}
		}
	}
}

// A kind that is only read cannot be written.
func TestKindsThatAreOnlyRead(t *testing.T) {
	p, problems := Compile(append(kinds.All(), nested{}), Spec{Kind: "nested"}, []Record{{Name: "r", Fields: []Field{{Name: "a"}}}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if _, err := p.Encode(nil, 0, nil, nil); err == nil || !strings.Contains(err.Error(), "read, not written") {
		t.Errorf("got %v", err)
	}
}
