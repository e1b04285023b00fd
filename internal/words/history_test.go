package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// inHistory are the names of events, and of what stands in their details, that the source of the journal has.
type inHistory struct{ events, facts, texts map[string]bool }

func namesOfHistory(t *testing.T) inHistory {
	t.Helper()
	h := inHistory{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	look := func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "journaltest") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, h.see)
		return nil
	}
	for _, folder := range []string{"../journal", "../desk/evidence", "../bridge"} {
		if err := filepath.WalkDir(folder, look); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h inHistory) see(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr: // t.Event("name", …)
		if s, is := n.Fun.(*ast.SelectorExpr); is && s.Sel.Name == "Event" && len(n.Args) > 1 {
			if name, ok := constant(n.Args[0]); ok {
				h.events[name] = true
			}
		}
	case *ast.ValueSpec: // textsEvent = "…"
		for i, name := range n.Names {
			if strings.HasSuffix(name.Name, "Event") && i < len(n.Values) {
				if text, ok := constant(n.Values[i]); ok {
					h.events[text] = true
				}
			}
		}
	case *ast.CompositeLit: // ledger.Detail{"key": …}
		name := ""
		switch typ := n.Type.(type) {
		case *ast.Ident:
			name = typ.Name
		case *ast.SelectorExpr:
			name = typ.Sel.Name
		}
		for _, e := range n.Elts {
			if pair, is := e.(*ast.KeyValueExpr); is && name == "Detail" {
				if key, ok := constant(pair.Key); ok {
					h.facts[key] = true
				}
			}
		}
	case *ast.TypeSpec: // the counts of a result file are a fact of several
		counts, is := n.Type.(*ast.StructType)
		if n.Name.Name != "Counts" || !is {
			break
		}
		for _, f := range counts.Fields.List {
			if f.Tag == nil {
				continue
			}
			tag, err := strconv.Unquote(f.Tag.Value)
			if name := reflect.StructTag(tag).Get("json"); err == nil && name != "-" {
				h.facts[name] = true
				h.texts[name] = true
			}
		}
	case *ast.IndexExpr: // d["key"]
		if x, is := n.X.(*ast.Ident); is && (x.Name == "d" || x.Name == "detail") {
			if key, ok := constant(n.Index); ok {
				h.facts[key] = true
			}
		}
	case *ast.BasicLit:
		if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
			h.texts[text] = true
		}
	}
	return true
}

// has reports whether the source has a name, whole or put together of two texts.
func (h inHistory) has(name string) bool {
	if h.texts[name] || h.texts[strings.ReplaceAll(name, " ", "_")] || h.texts[strings.TrimSuffix(name, "s")] {
		return true
	}
	for i := range name {
		if name[i] == ' ' && (h.texts[name[:i+1]] && h.texts[name[i+1:]] || h.texts[name[:i]] && h.texts[name[i:]]) {
			return true
		}
	}
	return false
}

// Whatever the history tells is told in every language: the names of its events, and of what stands in their details.
func TestHistoryIsComplete(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	h := namesOfHistory(t)
	if len(h.events) < 80 || len(h.facts) < 80 {
		t.Fatalf("%d events and %d facts: the test looks in the wrong place", len(h.events), len(h.facts))
	}
	for _, l := range c.Langs()[1:] {
		for name := range h.events {
			if _, ok := l.Format(name); !ok {
				t.Errorf("%s: the event %q is missing", l.Code, name)
			}
		}
		for name := range h.facts {
			if _, ok := l.Format(strings.ReplaceAll(name, "_", " ") + " %s"); !ok {
				t.Errorf("%s: the fact %q is missing", l.Code, name)
			}
		}
	}
}
