package mapping_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

var update = flag.Bool("update", false, "write golden files and ready workbooks anew")

// The workbooks in mappings/ are what NewWorkbook makes of the templates, nothing else: whoever changes a template makes them anew with -update.
func TestReadyWorkbooks(t *testing.T) {
	for _, name := range template.Names(templates.FS()) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("..", "..", "mappings", name+".xlsx")
			fresh := freshBook(t, name)
			if *update {
				if err := os.WriteFile(path, fresh, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			ready, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			plan, findings := mapping.Load(templates.FS(), path)
			if len(findings) > 0 {
				t.Fatalf("a ready workbook is free of findings:\n%v", findings)
			}
			if bytes.Equal(fresh, ready) {
				// As nearly always: nothing else need be compared.
			} else if diff := cmp.Diff(yamlOf(t, path, fresh), yamlOf(t, path, ready)); diff != "" {
				t.Errorf("mappings/%s.xlsx differs from its template; run the test with -update\n%s", name, diff)
			}
			yaml, err := workbook.NewYAML(templates.FS(), name, nil)
			if err != nil {
				t.Fatal(err)
			}
			other, findings := mapping.LoadBytes(templates.FS(), name+".yaml", yaml)
			if len(findings) > 0 {
				t.Fatalf("the YAML form is free of findings:\n%v", findings)
			}
			if plan.Hash() != other.Hash() {
				t.Error("both forms of a mapping have one hash")
			}
			if plan.FileHash() == other.FileHash() {
				t.Error("the hash of the file is of its bytes")
			}
		})
	}
}

func yamlOf(t *testing.T, path string, data []byte) string {
	t.Helper()
	out, _, err := workbook.Convert(templates.FS(), path, data, path+".yaml", "")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A mapping goes from workbook to YAML and back, twice, without a change. That both forms of each template are one mapping, TestReadyWorkbooks sees.
func TestFormsRoundTrip(t *testing.T) {
	for _, name := range oneOfEachKind(t) {
		first, err := workbook.NewYAML(templates.FS(), name, nil)
		if err != nil {
			t.Fatal(err)
		}
		book, err := workbook.ToXLSX(templates.FS(), "a.yaml", first)
		if err != nil {
			t.Fatal(err)
		}
		second := yamlOf(t, "a.xlsx", book)
		if diff := cmp.Diff(string(first), second); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
