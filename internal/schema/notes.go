package schema

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
)

// notes are the comments of types and their fields, by PACKAGE.TYPE and PACKAGE.TYPE.FIELD.
type notes map[string]string

// readNotes reads the comments of the packages whose types are in the schemas.
func readNotes(root string) (notes, error) {
	out := notes{}
	for _, folder := range []string{"internal/config", "internal/layout", "internal/mapping/template", "internal/returns/format"} {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(folder), "*.go"))
		if err != nil || len(files) == 0 {
			return nil, fmt.Errorf("no sources in %s: %w", folder, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			if err != nil {
				return nil, err
			}
			out.see(file)
		}
	}
	return out, nil
}

func (n notes) see(file *ast.File) {
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, s := range g.Specs {
			t := s.(*ast.TypeSpec)
			name := file.Name.Name + "." + t.Name.Name
			n.put(name, t.Doc, g.Doc)
			if st, ok := t.Type.(*ast.StructType); ok {
				n.fields(name, st)
			}
		}
	}
}

func (n notes) fields(of string, st *ast.StructType) {
	for _, f := range st.Fields.List {
		for _, name := range f.Names {
			n.put(of+"."+name.Name, f.Doc, f.Comment)
		}
	}
}

// put keeps the first comment that there is, as one line.
func (n notes) put(name string, comments ...*ast.CommentGroup) {
	for _, c := range comments {
		if text := strings.Join(strings.Fields(c.Text()), " "); text != "" {
			n[name] = text
			return
		}
	}
}
