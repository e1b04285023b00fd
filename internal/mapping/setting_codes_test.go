package mapping_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/templates"
)

// A setting that formulas ask for one of its words has one of them: any other would be taken for the word that the
// formula does not name, and an advance be paid out instead of taken back.
func TestSettingsHaveTheirCodes(t *testing.T) {
	text, err := os.ReadFile("../../samples/wage-types/mapping.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, with, want string }{
		{"advance_sign: as is", "advance_sign: reversed", ""},
		{"advance_sign: as is", "advance_sign: Reversed", ""},
		{"advance_sign: as is", "advance_sign: reverse", `the setting advance_sign is one of: as is, reversed (did you mean reversed?)`},
		{"period: payment", "period: month", `the setting period is one of: payment, end, entry`},
		{"period: payment", `period: ""`, `the setting period needs a value`},
	} {
		path := filepath.Join(t.TempDir(), "wages.yaml")
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), c.old, c.with, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, findings := mapping.Load(templates.FS(), path)
		said := ""
		if err := findings.Err(); err != nil {
			said = err.Error()
		}
		if (said == "") != (c.want == "") || !strings.Contains(said, c.want) {
			t.Errorf("%s: %s", c.with, said)
		}
	}
}
