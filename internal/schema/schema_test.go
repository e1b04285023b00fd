package schema_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/schema"
)

const root = "../.."

// What is in the folder schemas is what the types say now.
func TestTheSchemasAreCurrent(t *testing.T) {
	files, err := schema.Files(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		have, err := os.ReadFile(filepath.Join(root, "schemas", name))
		if err != nil || !bytes.Equal(have, want) {
			t.Errorf("schemas/%s is not current (%v): go generate ./schemas", name, err)
		}
	}
}

func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "schemas", name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// judged is what a schema says about a YAML text.
func judged(t *testing.T, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	data, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(value)
}

// Every template of the repository is right by the schema.
func TestShippedTemplates(t *testing.T) {
	s, seen := compiled(t, "template.schema.json"), 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != root || d.Name() != "template.yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		seen++
		if err := judged(t, s, text); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil || seen < 40 {
		t.Fatal(seen, err)
	}
}

// The configurations that the documentation shows, and what init writes, are right by the schema that init names in the
// first line.
func TestWhatInitWrites(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bridge")
	if _, err := workshop.MakeFolder(dir, "generic-csv", workshop.Beginning{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"fisbridge.yaml", "templates/generic-csv/template.yaml"} {
		file := filepath.Join(dir, name)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := strings.Cut(string(text), "\n")
		at, ok := strings.CutPrefix(line, "# yaml-language-server: $schema=")
		if !ok {
			t.Fatalf("%s begins with %q", name, line)
		}
		s, err := jsonschema.NewCompiler().Compile(filepath.Join(filepath.Dir(file), at))
		if err != nil {
			t.Fatal(err)
		}
		if err := judged(t, s, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

const whole = `
concur: { base_url: https://us2.api.concursolutions.com, company_uuid: 1, client_id: c, client_secret: "env:X", system_id: s, timeout: 90s }
journal: { path: journal/fisbridge.db }
targets: { erp: { kind: folder, path: erp } }
routes: [{ name: a, doc_types: expense, mapping: m.xlsx, drop: { target: erp } }]
`

// What the program refuses for its form the schema refuses, too.
func TestMistakesAreSeen(t *testing.T) {
	s := compiled(t, "fisbridge.schema.json")
	for change, right := range map[string]bool{
		"":                                       true,
		"timeout: 90s|timeout: 90 seconds":       false,
		"timeout: 90s|timeuot: 90s":              false,
		"kind: folder|kind: ftp":                 false,
		"doc_types: expense|doc_types: expenses": false,
		"doc_types: expense|doc_types: [expense, invoice]":  true,
		"client_secret: \"env:X\"|client_secret: topsecret": false,
		"mapping: m.xlsx, |": false,
	} {
		from, to, _ := strings.Cut(change, "|")
		if err := judged(t, s, []byte(strings.Replace(whole, from, to, 1))); (err == nil) != right {
			t.Errorf("%s: %v", change, err)
		}
	}
}
