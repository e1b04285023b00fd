package workshop

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/returns/ready"
)

// Every ready format has a sample in docs/returns.md, and mapping results says of it what stands below. UPDATE_GOLDEN=1
// writes that anew.
func TestDocumentedResultFiles(t *testing.T) {
	path := filepath.Join("..", "..", "..", "docs", "returns.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, shown := string(page), map[string]bool{}
	sample := regexp.MustCompile("(?s)```(?:xml|text)\n([^`]*?)```\n\n```console\n\\$ fisbridge mapping results \\(([a-z0-9.-]+)\\)\n.*?```")
	described := regexp.MustCompile("(?s)```yaml\n(results:\n  - name: erp\n[^`]*?)```")
	renewed := sample.ReplaceAllStringFunc(text, func(block string) string {
		m := sample.FindStringSubmatch(block)
		name := m[2]
		shown[name] = true
		var spec format.Format
		if name == "above" {
			before := described.FindAllStringSubmatch(text[:strings.Index(text, block)], -1)
			var in struct {
				Results []format.Format `yaml:"results"`
			}
			if err := yaml.UnmarshalWithOptions([]byte(before[len(before)-1][1]), &in, yaml.Strict()); err != nil {
				t.Fatal(err)
			}
			spec = in.Results[0]
		} else if spec, err = format.Ready(name); err != nil {
			t.Fatal(err)
		}
		return strings.Replace(block, block[strings.Index(block, "```console"):], "```console\n$ fisbridge mapping results ("+name+")\n"+said(t, spec, m[1])+"```", 1)
	})
	for _, name := range ready.Names() {
		if !shown[name] && name != "iso20022" { // those that it reads stand for it
			t.Errorf("docs/returns.md has no sample of %s", name)
		}
		if !strings.Contains(text, "`"+name+"`") {
			t.Errorf("docs/returns.md does not name %s", name)
		}
	}
	switch {
	case renewed == text:
	case os.Getenv("UPDATE_GOLDEN") != "":
		if err := os.WriteFile(path, []byte(renewed), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("docs/returns.md says otherwise:\n%s", renewed)
	}
}

// said is what mapping results prints of a file.
func said(t *testing.T, spec format.Format, content string) string {
	t.Helper()
	compiled, err := returns.Compile(spec)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), strings.NewReplacer("*", "x").Replace(spec.Files))
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	formats := Formats{compiled: []*returns.Format{compiled}, specs: []format.Format{spec}}
	var b strings.Builder
	_, err = formats.Read(t.Context(), file, fis.Date{Year: 2031, Month: 6, Day: 12}, func(string) {}, func(l ResultLine) {
		fmt.Fprintf(&b, "  %s %d: %s\n", l.Unit, l.Line, l.Text)
		if l.Stands != "" {
			fmt.Fprintf(&b, "      %s\n", l.Stands)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
