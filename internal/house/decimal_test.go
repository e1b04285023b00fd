package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// There is one type of exact numbers: whoever took the library itself would have a second one.
func TestOneTypeOfNumbers(t *testing.T) {
	const library = `"github.com/shopspring/decimal"`
	own := filepath.Join(root, "internal", "decimal")
	found := false
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.Contains(path, "testdata") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imported := range file.Imports {
			if imported.Path.Value != library {
				continue
			}
			if found = true; filepath.Dir(path) != own {
				t.Errorf("%s imports %s; take internal/decimal", path, library)
			}
		}
		return nil
	})
	if err != nil || !found {
		t.Errorf("%v; found: %t", err, found)
	}
}
