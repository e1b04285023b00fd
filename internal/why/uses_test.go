package why

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestEveryReasonHasText: each place that makes a reason names a code that has a text and gives every value which the
// text wants; no text is left over.
func TestEveryReasonHasText(t *testing.T) {
	codes, used := codesOf(), map[string]bool{Told: true, Person: true}
	made := 0
	for path, file := range shipped(t) {
		if strings.Contains(filepath.ToSlash(path), "internal/why/") {
			continue
		}
		with := map[string]bool{} // values that the file gives one by one
		ast.Inspect(file, func(n ast.Node) bool {
			if text, is := literal(n); is && slices.Contains(codes, text) {
				used[text] = true
			}
			if call, is := n.(*ast.CallExpr); is && called(call) == "With" {
				name, _ := literal(call.Args[0])
				with[name] = true
			}
			return true
		})
		ast.Inspect(file, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is || called(call) != "why.New" {
				return true
			}
			made++
			code, known := literal(call.Args[0])
			if !known {
				return true // its codes stand beside it
			}
			if !slices.Contains(codes, code) {
				t.Errorf("%s: the code %q has no text", path, code)
			}
			given := map[string]bool{}
			for i := 1; i < len(call.Args); i += 2 {
				name, _ := literal(call.Args[i])
				given[name] = true
			}
			for _, name := range namesOf(code) {
				if !given[name] && !with[name] {
					t.Errorf("%s: the text of %q names {%s}, which is not given", path, code, name)
				}
			}
			return true
		})
	}
	if made < 50 {
		t.Errorf("%d reasons are made: the test looks in the wrong place", made)
	}
	for _, code := range codes {
		if !used[code] && !composed(code) {
			t.Errorf("nothing has the code %q", code)
		}
	}
}

// composed codes are put together of a state and what is known of it: package desk tests each of them.
func composed(code string) bool {
	for _, begin := range []string{"posted-", "rejected-", "posting-stuck-", "payment-stuck-", "file-refused", "file-withdrawn", "file-dropped"} {
		if strings.HasPrefix(code, begin) {
			return true
		}
	}
	return slices.Contains([]string{"left", "stored", "recalled", "foreign", "gone"}, code)
}

// TestNoReasonWithoutCode: texts without a code come only from rows of older versions, and what people say only through
// the acts of people.
func TestNoReasonWithoutCode(t *testing.T) {
	may := map[string][]string{
		"why.Old": {"internal/why/why.go"},
		"why.By":  {"internal/journal/operate.go", "internal/journal/revision.go"},
	}
	for path, file := range shipped(t) {
		name, err := filepath.Rel("../..", path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(filepath.ToSlash(name), "internal/journal/journaltest/") {
			continue // a suite of tests
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, is := n.(*ast.CallExpr); is {
				if files, limited := may[called(call)]; limited && !slices.Contains(files, filepath.ToSlash(name)) {
					t.Errorf("%s: %s makes a reason without a code of its own", name, called(call))
				}
			}
			return true
		})
	}
}

func literal(n ast.Node) (string, bool) {
	l, is := n.(*ast.BasicLit)
	if !is || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

// called is what a call calls: name, package.name, or the name of a method.
func called(call *ast.CallExpr) string {
	s, is := call.Fun.(*ast.SelectorExpr)
	if !is {
		return ""
	}
	if x, is := s.X.(*ast.Ident); is && x.Name == "why" {
		return "why." + s.Sel.Name
	}
	return s.Sel.Name
}

// shipped are the files that are part of the program, by path.
func shipped(t *testing.T) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	err := filepath.WalkDir("../../internal", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files[path], err = parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// codesOf are all codes that have a text.
func codesOf() []string { return Codes() }

// namesOf are the values that the texts of a code name.
func namesOf(code string) []string {
	names := map[string]bool{}
	for _, text := range []string{catalogue[code].is, catalogue[code].out} {
		for rest := text; ; {
			_, after, found := strings.Cut(rest, "{")
			if !found {
				break
			}
			name, more, _ := strings.Cut(after, "}")
			name, _, _ = strings.Cut(name, ":")
			names[name], rest = true, more
		}
	}
	return slices.Sorted(maps.Keys(names))
}
