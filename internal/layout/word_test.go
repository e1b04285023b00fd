package layout_test

import (
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

func TestYAMLSpellingOfCodes(t *testing.T) {
	const text = `
name: x
default: 0040
empty: 1.10
codes: [040, 1e5, 0x10, yes, "a\tb", 'it''s', 1_000, 2026-01-01]
decimals: 2
pad: 0
`
	var f Field
	if err := yaml.UnmarshalWithOptions([]byte(text), &f, yaml.DisallowUnknownField()); err != nil {
		t.Fatal(err)
	}
	want := Field{Name: "x", Default: "0040", Empty: "1.10", Pad: "0", Decimals: "2",
		Codes: []Word{"040", "1e5", "0x10", "yes", "a\tb", "it's", "1_000", "2026-01-01"}}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Error(diff)
	}
}
