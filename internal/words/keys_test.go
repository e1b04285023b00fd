package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// literals are texts in the shipped Go source of a folder: constants of a type, values of a field, or keys of a map.
func literals(t *testing.T, folder string, see func(n ast.Node, add func(ast.Expr))) (out []string) {
	t.Helper()
	add := func(e ast.Expr) {
		if text, ok := constant(e); ok && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool { see(n, add); return true })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ofType are the constants of a type.
func ofType(name string) func(ast.Node, func(ast.Expr)) {
	return func(n ast.Node, add func(ast.Expr)) {
		if spec, is := n.(*ast.ValueSpec); is {
			if typ, is := spec.Type.(*ast.Ident); is && typ.Name == name && len(spec.Values) == 1 {
				add(spec.Values[0])
			}
		}
	}
}

// ofField are the values of a field in literals of structs.
func ofField(name string) func(ast.Node, func(ast.Expr)) {
	return func(n ast.Node, add func(ast.Expr)) {
		if pair, is := n.(*ast.KeyValueExpr); is {
			if key, is := pair.Key.(*ast.Ident); is && key.Name == name {
				add(pair.Value)
			}
		}
	}
}

// ofMap are the keys of a map that is a variable.
func ofMap(name string) func(ast.Node, func(ast.Expr)) {
	return func(n ast.Node, add func(ast.Expr)) {
		spec, is := n.(*ast.ValueSpec)
		if !is || len(spec.Names) != 1 || spec.Names[0].Name != name || len(spec.Values) != 1 {
			return
		}
		if lit, is := spec.Values[0].(*ast.CompositeLit); is {
			for _, e := range lit.Elts {
				if pair, is := e.(*ast.KeyValueExpr); is {
					add(pair.Key)
				}
			}
		}
	}
}

// Texts whose key is put together of a word and a value are there for each value: a role of a posting line, a type of
// document, a state, a role of a person, an act, a fault, what a message is about.
func TestKeysThatArePutTogether(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	english := c.Langs()[0]
	for _, row := range []struct {
		prefix, folder string
		see            func(ast.Node, func(ast.Expr))
		least          int
	}{
		{"posting.", "../posting", ofType("Role"), 12},
		{"type.", "../fis", ofType("DocType"), 6},
		{"state.", "../web/frame", ofMap("states"), 50},
		{"acceptance.", "../mapping/template", ofType("Acceptance"), 2},
		{"role.", "../web/signin", ofType("Role"), 5},
		{"act.", "../web/acts", ofField("Name"), 25},
		{"verb.", "../web/acts", ofField("Name"), 25},
		{"act.", "../web/pages", ofField("Act"), 5},
		{"fault.", "../web", ofField("Code"), 10},
	} {
		values := literals(t, row.folder, row.see)
		if len(values) < row.least {
			t.Errorf("%s: %d values in %s: the test looks in the wrong place", row.prefix, len(values), row.folder)
		}
		for _, value := range values {
			if !english.Has(row.prefix + value) {
				t.Errorf("%s%s is asked for and not there", row.prefix, value)
			}
		}
	}
}

// bare finds letters that stand in a template outside of what is put in.
var bare = regexp.MustCompile(`(?s)\{\{.*?\}\}|<code>[^<]*</code>|<(?:script|style|svg|symbol)\b.*?</(?:script|style|svg|symbol)>|<[^>]*>|&[a-z]+;`)

// attribute finds texts in the attributes that people read or hear.
var attribute = regexp.MustCompile(`\b(?:aria-label|title|placeholder|alt)="([^"{]*[A-Za-z]{3,}[^"{]*)"`)

// No page says a word by itself: all that people read comes from the catalogue.
func TestTemplatesHaveNoWords(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../web/frame/templates/*.html")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d templates (%v)", len(files), err)
	}
	own := []string{"fisbridge", "SHA", "sha", "JSON", "yaml", "csv", "CSV"}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for _, word := range regexp.MustCompile(`[A-Za-z]{2,}`).FindAllString(bare.ReplaceAllString(text, " "), -1) {
			if !slices.Contains(own, word) {
				t.Errorf("%s says %q, which is in no catalogue", filepath.Base(file), word)
			}
		}
		for _, m := range attribute.FindAllStringSubmatch(text, -1) {
			if m[1] != "fisbridge.yaml" {
				t.Errorf("%s says %q in an attribute, which is in no catalogue", filepath.Base(file), m[1])
			}
		}
	}
}
