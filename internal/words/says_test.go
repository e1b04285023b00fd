package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/say"
)

// sentencesOf are the texts in the source of a folder that are written at one place, and whether they are given to
// something that makes a sentence.
func sentencesOf(t *testing.T, folder string) map[string]bool {
	t.Helper()
	made := map[string]bool{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if e, is := n.(ast.Expr); is {
				if text, ok := constant(e); ok {
					made[text] = made[text] || false
				}
			}
			if call, is := n.(*ast.CallExpr); is {
				for _, arg := range given(call) {
					if text, ok := constant(arg); ok {
						made[text] = true
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// given are the arguments of a call that are sentences: the first of say.F, say.Text and say.Errorf, and texts and ways
// out of what check finds.
func given(call *ast.CallExpr) []ast.Expr {
	if len(call.Args) == 0 {
		return nil
	}
	switch name := calls(call.Fun); name {
	case "say.F", "say.Text", "say.Errorf":
		return call.Args[:1]
	case "c.add", "c.fault":
		if len(call.Args) == 4 {
			return call.Args[2:]
		}
	case "c.reached":
		return []ast.Expr{call.Args[2], call.Args[4]}
	}
	return nil
}

func calls(f ast.Expr) string {
	if s, is := f.(*ast.SelectorExpr); is {
		if x, is := s.X.(*ast.Ident); is {
			return x.Name + "." + s.Sel.Name
		}
	}
	return ""
}

// constant is a text that is written in the source, in one piece or several.
func constant(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		a, ok := constant(e.X)
		b, too := constant(e.Y)
		return a + b, ok && too && e.Op == token.ADD
	}
	return "", false
}

// Every sentence in the catalogue is one of the engine, is in every language, and takes the same values.
func TestSentencesAgree(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	made, history, page := sentencesOf(t, ".."), namesOfHistory(t), textsOfPack(t)
	for _, l := range c.Langs()[1:] {
		if first := c.Langs()[1]; !slices.Equal(slices.Sorted(maps.Keys(l.formats)), slices.Sorted(maps.Keys(first.formats))) {
			t.Errorf("%s and %s do not have the same sentences", first.Code, l.Code)
		}
		if first := c.Langs()[1]; !slices.Equal(slices.Sorted(maps.Keys(l.counts)), slices.Sorted(maps.Keys(first.counts))) {
			t.Errorf("%s and %s do not count the same things", first.Code, l.Code)
		}
		for id, own := range l.formats {
			_, known := made[id]
			begin, composed := strings.CutSuffix(id, "%s") // an advice, and what to write
			_, advice := made[begin]
			role := !strings.Contains(id, "%") && strings.Contains("expense tax employee payable card clearing", id)
			told := history.has(strings.TrimSuffix(id, " %s")) || page[id]
			if !known && !(composed && advice) && !role && !told {
				t.Errorf("%s: nothing says %q any more", l.Code, id)
			}
			if say.Verbs(id) != say.Verbs(own) {
				t.Errorf("%s: %q takes other values than %q", l.Code, own, id)
			}
		}
	}
}

// What holds a document, and what a trial on documents finds, is said in every language: nothing is missing there.
func TestSentencesOfDocumentsAreComplete(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	for _, folder := range []string{"posting", "mapping/refusal", "mapping/lint", "mapping/trial", "mapping/lookup", "mapping/takeback", "bridge/rendering", "desk/check", "desk/narrate", "desk/changes", "desk/workshop", "returns/format", "mapping/template", "mapping/workbook", "mapping/amounts", "mapping/formula", "mapping/settings", "layout/fixed", "mapping/explain", "mapping/scope", "findings", "bridge/paying"} {
		for id, is := range sentencesOf(t, "../"+folder) {
			if !is || say.Wordless(id) || strings.HasPrefix(id, "fisbridge ") {
				continue
			}
			made++
			for _, l := range c.Langs()[1:] {
				if _, ok := l.Format(id); !ok {
					t.Errorf("%s: %q of %s is missing", l.Code, id, folder)
				}
			}
		}
	}
	if made < 60 {
		t.Errorf("%d sentences are made: the test looks in the wrong place", made)
	}
}

// textsOfPack are the texts of the page of an evidence pack.
func textsOfPack(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../desk/evidence/index.html")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, m := range regexp.MustCompile(`\bt "([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
		out[m[1]] = true
	}
	return out
}

// The page of an evidence pack is in every language.
func TestPackIsComplete(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	texts := textsOfPack(t)
	if len(texts) < 50 {
		t.Fatalf("%d texts: the test looks in the wrong place", len(texts))
	}
	for id := range texts {
		for _, l := range c.Langs()[1:] {
			if _, ok := l.Format(id); !ok {
				t.Errorf("%s: %q is missing", l.Code, id)
			}
		}
	}
	bare, err := os.ReadFile("../desk/evidence/index.html")
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(bare), "<body>")
	body = regexp.MustCompile(`\{\{[^}]*\}\}|<code>[^<]*</code>|<a [^>]*>[^<]*</a>|<[^>]*>`).ReplaceAllString(body, " ")
	for _, word := range regexp.MustCompile(`[A-Za-z]{3,}`).FindAllString(body, -1) {
		if word != "fisbridge" && word != "SHA" {
			t.Errorf("the page says %q in English alone", word)
		}
	}
}

// What an act of the console is refused with, and what to do then, can be said in every language. Left out is what only
// commands of a shell say.
func TestRefusalsAreInEveryLanguage(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	shell := map[string]bool{"backup.go": true, "restored.go": true, "nextnumbers.go": true, "workspace.go": true}
	found := 0
	for _, folder := range []string{"../desk", "../desk/changes", "../desk/stops", "../desk/explaining", "../desk/evidence"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if shell[filepath.Base(name)] || strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				pair, is := n.(*ast.KeyValueExpr)
				if !is {
					return true
				}
				if key, is := pair.Key.(*ast.Ident); !is || key.Name != "Err" && key.Name != "Hint" {
					return true
				}
				value := pair.Value
				if call, is := value.(*ast.CallExpr); is {
					if text, is := constant(call.Args[0]); is && text != "" && (calls(call.Fun) == "fmt.Errorf" || calls(call.Fun) == "errors.New") {
						t.Errorf("%s: %q is told in English alone; say.Errorf makes a sentence of it", name, text)
						return true
					}
					if given := given(call); len(given) == 1 {
						value = given[0]
					}
				}
				text, is := constant(value)
				if !is || say.Wordless(text) || strings.Contains(text, "--route") || strings.Contains(text, "--rendered, without") || strings.Contains(text, "lies in the folder by itself") || strings.HasPrefix(text, "%q means a ") || strings.Contains(text, "journal.schema") ||
					strings.Contains(text, "fleet enable") || strings.Contains(text, "list documents --text") {
					return true
				}
				found++
				for _, l := range c.Langs()[1:] {
					if _, is := l.formats[text]; !is {
						t.Errorf("%s: %s has no text for %q", name, l.Code, text)
					}
				}
				return true
			})
		}
	}
	if found < 80 {
		t.Errorf("only %d texts were found", found)
	}
}
