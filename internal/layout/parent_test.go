package layout_test

import (
	"strings"
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
)

// nested is a kind of file whose records stand in others; it writes nothing.
type nested struct{ Format }

func (nested) Name() KindName           { return "nested" }
func (nested) Can() Can                 { return Can{Nested: true} }
func (n nested) New(*Check) Format      { return n }
func (nested) Field(*Check, *Cell)      {}
func (nested) Record(_ *Check, _ *Line) {}

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
