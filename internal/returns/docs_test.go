package returns

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// The result format that docs/integrators.md describes, and the file it shows, mean what the table below them says.
func TestDocumentedFormat(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "integrators.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := func(language, begins string) string {
		found := regexp.MustCompile("(?s)```" + language + "\n(" + begins + ".*?)```").FindStringSubmatch(string(page))
		if found == nil {
			t.Fatalf("no %s block that begins with %s", language, begins)
		}
		return found[1]
	}
	var in struct {
		Results []format.Format `yaml:"results"`
	}
	if err := yaml.UnmarshalWithOptions([]byte(block("yaml", "results:")), &in, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	f, err := Compile(in.Results[0])
	if err != nil {
		t.Fatal(err)
	}
	file, err := charmap.Windows1252.NewEncoder().String(strings.ReplaceAll(block("text", "Beleg-ID"), "\n", "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	_, err = f.Parse(t.Context(), "RUECK_000042.csv", strings.NewReader(file), int64(len(file)), layout.Limits{}, func(r Row) error {
		switch r.Kind {
		case Posting:
			got = append(got, fmt.Sprintf("| %d | %s | %s |", r.Line, r.Outcome.Verdict, r.Outcome.Number))
		case Payment:
			got = append(got, fmt.Sprintf("| %d | paid %s | %s %s %s |", r.Line, r.Payment.Status, r.Payment.Amount, r.Payment.Currency, r.Payment.Reference[:8]))
		case Exception:
			got = append(got, fmt.Sprintf("| %d | listed | %s |", r.Line, r.Problem))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, line := range strings.Split(string(page), "\n") {
		if regexp.MustCompile(`^\| [2-5] \|`).MatchString(line) {
			want = append(want, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Without its last line the file is not whole.
	cut := file[:strings.Index(file, "#ENDE")]
	if _, err := f.Parse(t.Context(), "RUECK_000042.csv", bytes.NewReader([]byte(cut)), int64(len(cut)), layout.Limits{}, nil); err == nil {
		t.Error("a file without its last line is believed")
	}
}
