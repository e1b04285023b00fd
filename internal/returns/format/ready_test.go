package format

import (
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/returns/ready"
)

// Every ready format is sound, and has the name by which it is asked for.
func TestReadyFormatsAreSound(t *testing.T) {
	if len(ready.Names()) < 14 {
		t.Error(ready.Names())
	}
	for _, name := range ready.Names() {
		f, err := Ready(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := f.Check("x"); len(found) > 0 || f.Name != name {
			t.Errorf("%s is called %s: %v", name, f.Name, found)
		}
	}
}

// A template takes a ready format in one word, or with what differs.
func TestReadyInYAML(t *testing.T) {
	var in struct {
		Results []Format `yaml:"results"`
	}
	text := "results:\n  - camt.054\n  - { ready: mt940, name: bank, files: \"*.txt\", layout: { kind: mt940, encoding: ibm850 } }\n"
	if err := yaml.UnmarshalWithOptions([]byte(text), &in, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	a, b := in.Results[0], in.Results[1]
	if a.Name != "camt.054" || len(a.Columns) != 12 || b.Name != "bank" || b.Files != "*.txt" || b.Layout.Encoding != "ibm850" || len(b.Columns) != 12 || b.Ready != "mt940" {
		t.Errorf("%+v\n%+v", a, b)
	}
	for text, want := range map[string]string{
		"results: [camt.45]":                       "there is no ready result format",
		"results: [{ ready: mt904 }]":              `did you mean "mt940"`,
		"results: [{ ready: mt940, filez: x }]":    "unknown field",
		"results: [{ name: x, filez: \"*.txt\" }]": "unknown field",
	} {
		if err := yaml.UnmarshalWithOptions([]byte(text), &in, yaml.Strict()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// So does a mapping, on its Results sheet, and changes it there as any other.
func TestReadyOnTheSheet(t *testing.T) {
	rows := [][]string{{"Format", "Role", "Column", "Words"}, {"camt.054", "files", "CAMT54_*.xml"}, {"camt.054", "status", "", "settled = ignore"}, {"camt.053", "files", ""}}
	overrides, found := ParseRows("m.xlsx", "Results", rows)
	if len(found) > 0 {
		t.Fatal(found)
	}
	formats, found := Apply("m.xlsx", nil, overrides)
	if len(found) > 0 || len(formats) != 2 || formats[0].Files != "CAMT54_*.xml" || formats[0].Columns[1].Words["settled"] != WordIgnore || formats[1].Files != "*camt*053*" {
		t.Fatalf("%v %+v", found, formats)
	}
	for i := range formats {
		if found := formats[i].CheckOwn("m.xlsx", "Results", overrides); len(found) > 0 {
			t.Error(found)
		}
	}
	// In which order the document of a payment is looked for stands there too, and needs its columns.
	overrides, found = ParseRows("m.xlsx", "Results", [][]string{{"Format", "Role", "Column", "Words"}, {"bai2", "match", "Reference, amount and date and party"}})
	if len(found) > 0 {
		t.Fatal(found)
	}
	formats, found = Apply("m.xlsx", []Format{formats[0], readyOf(t, "bai2")}, overrides)
	if len(found) > 0 || !slices.Equal(formats[1].Match, []Way{ByReference, ByAmount}) || !slices.Equal(formats[0].Match, []Way{ByReference, ByText}) {
		t.Fatalf("%v %v", found, formats[1].Match)
	}
	if found := formats[1].CheckOwn("m.xlsx", "Results", overrides); len(found) != 1 || found[0].Sheet != "Results" || !strings.Contains(found[0].Reason.String(), "needs the role party") {
		t.Error(found)
	}
	_, found = Apply("m.xlsx", formats, []Override{{Format: "bai2", Role: RoleMatch, Column: "reference, amount"}})
	if len(found) != 1 || !strings.Contains(found[0].Reason.String(), `"amount" is not one of`) {
		t.Error(found)
	}

	_, found = Apply("m.xlsx", nil, []Override{{Format: "camt.45", Role: RoleFiles}, {Role: RoleFiles, Column: "*"}})
	if len(found) != 2 || !strings.Contains(found[0].Nearest, "camt.05") {
		t.Error(found)
	}
}

func readyOf(t *testing.T, name string) Format {
	t.Helper()
	f, err := Ready(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
