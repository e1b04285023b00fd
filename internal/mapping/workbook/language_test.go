package workbook

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/templates"
)

// Nothing that a workbook explains is missing in a language: the texts in the source of this package, functions, facts
// and roles.
func TestWorkbooksAreWholeInEveryLanguage(t *testing.T) {
	t.Parallel()
	var texts []string
	for _, f := range formula.Functions() {
		texts = append(texts, f.Meaning)
	}
	for _, f := range facts.All() {
		texts = append(texts, f.Meaning)
	}
	for _, r := range format.Roles() {
		texts = append(texts, r.Meaning())
	}
	texts = append(texts, writtenTexts(t)...)
	if len(texts) < 280 {
		t.Fatalf("%d texts: the test looks in the wrong place", len(texts))
	}
	for _, l := range sheets.All()[1:] {
		for _, s := range texts {
			if _, ok := l.Format(s); !ok {
				t.Errorf("%s: %q is missing", l.Code(), s)
			}
		}
		for _, name := range append(slices.Clone(reservedSheets()), OptionNames()...) {
			if l.Name(sheets.Sheets, name) == name && l.Name(sheets.Options, name) == name {
				t.Errorf("%s: %s has no name", l.Code(), name)
			}
		}
		for _, r := range format.Roles() {
			if _, ok := sheets.English(sheets.Roles, string(r)); !ok {
				t.Errorf("%s: the role %s has no name", l.Code(), r)
			}
		}
	}
}

// writtenTexts are those that the source gives to what says them in a language, and those that functions with English in
// their results write.
func writtenTexts(t *testing.T) (out []string) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, is := d.(*ast.FuncDecl)
			if !is {
				continue
			}
			spoken := slices.Contains([]string{"testHint", "columnFacts", "resultHints", "factRows", "fileFacts"}, f.Name.Name)
			ast.Inspect(f, func(n ast.Node) bool {
				call, is := n.(*ast.CallExpr)
				if s, method := ast.Expr(nil), false; is {
					s = call.Fun
					var sel *ast.SelectorExpr
					if sel, method = s.(*ast.SelectorExpr); method && slices.Contains([]string{"text", "Text", "texts", "say", "section"}, sel.Sel.Name) {
						for _, a := range call.Args {
							if text, ok := written(a); ok && strings.ContainsAny(text, "abcdefghijklmnopqrstuvwxyz") {
								out = append(out, text)
							}
						}
					}
				}
				if e, is := n.(ast.Expr); is && spoken {
					if text, ok := written(e); ok && strings.Count(text, " ") > 3 {
						out = append(out, text)
						return false
					}
				}
				return true
			})
		}
	}
	return out
}

func written(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		a, ok := written(e.X)
		b, too := written(e.Y)
		return a + b, ok && too && e.Op == token.ADD
	}
	return "", false
}

// A workbook in a language is read as the English one: the same settings, columns, lookup sheets, results and tests.
func TestAWorkbookIsReadInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"generic-csv", "datev-extf", "netsuite-bills", "legacy-fixed"} {
		english, err := New(templates.FS(), name, nil, "")
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := Convert(templates.FS(), "a.xlsx", english, "a.yaml", "")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range sheets.All()[1:] {
			own, err := New(templates.FS(), name, nil, l.Code())
			if err != nil {
				t.Fatal(err)
			}
			found := &Collector{}
			c := Read("a.xlsx", own, found)
			if len(found.List) > 0 || c.In.Code() != l.Code() {
				t.Errorf("%s in %s: read as %s, %v", name, l.Code(), c.In.Code(), found.List)
			}
			got, _, err := Convert(templates.FS(), "a.xlsx", own, "a.yaml", "")
			if err != nil {
				t.Fatal(err)
			}
			if a, b := untold(want), untold(got); a != b {
				t.Errorf("%s in %s is another mapping:\n%s", name, l.Code(), firstDifference(a, b))
			}
			again, _, err := Convert(templates.FS(), "a.xlsx", own, "b.xlsx", "")
			if err != nil {
				t.Fatal(err)
			}
			if c := Read("b.xlsx", again, &Collector{}); c.In.Code() != l.Code() {
				t.Errorf("%s in %s is %s after a conversion", name, l.Code(), c.In.Code())
			}
		}
	}
}

// untold is a YAML mapping without notes and comments, which are texts.
func untold(text []byte) string {
	var out []string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		line, _, _ = strings.Cut(line, "note:")
		out = append(out, strings.TrimRight(line, " \n{,"))
	}
	return strings.Join(out, "\n")
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return x[i] + "\n" + strings.Join(y[i:min(i+1, len(y))], "")
		}
	}
	return "more lines"
}

// Two sheets that mean the same are refused with both names; a sheet of the people's own that only has such a name counts
// for nothing; in a version that was in force before, both are a warning.
func TestMixedLanguages(t *testing.T) {
	t.Parallel()
	english, err := New(templates.FS(), "generic-csv", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	with := func(edit func(f *excelize.File)) []byte {
		f, err := excelize.OpenReader(bytes.NewReader(english))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		edit(f)
		var out bytes.Buffer
		if err := f.Write(&out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	set := func(f *excelize.File, sheet string, cells ...string) {
		if _, err := f.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow(sheet, "A1", &cells); err != nil {
			t.Fatal(err)
		}
	}
	two := with(func(f *excelize.File) { set(f, "Spalten", "Satz", "Feld", "Wert") })
	found := &Collector{}
	Read("a.xlsx", two, found)
	if len(found.List) != 1 || found.List[0].Severity != findings.Error || !strings.Contains(found.List[0].Reason.String(), "the sheets Columns and Spalten mean the same") {
		t.Errorf("two sheets: %v", found.List)
	}
	found = &Collector{Former: true}
	if Read("a.xlsx", two, found); len(found.List) != 1 || found.List[0].Severity != findings.Warning {
		t.Errorf("two sheets, in force before: %v", found.List)
	}
	found = &Collector{}
	own := Read("a.xlsx", with(func(f *excelize.File) {
		set(f, "Einstellungen", "Code", "Konto")
		set(f, "Felder", "Code", "Konto")
		set(f, "Notizen", "a")
	}), found)
	if len(found.List) > 0 || !slices.Contains(own.Tables.Names(), "Einstellungen") || !slices.Contains(own.Tables.Names(), "Felder") {
		t.Errorf("sheets of one's own: %v, %v", found.List, own.Tables.Names())
	}
	found = &Collector{}
	mixed := Read("a.xlsx", with(func(f *excelize.File) {
		if err := f.SetSheetName("Tests", "Prüfungen"); err != nil {
			t.Fatal(err)
		}
		for cell, text := range map[string]string{"A1": "Enregistrement", "B1": "Champ", "C1": "Valeur"} {
			if err := f.SetCellStr("Columns", cell, text); err != nil {
				t.Fatal(err)
			}
		}
	}), found)
	if len(found.List) > 0 || mixed.Tests == nil || len(mixed.Columns) == 0 {
		t.Errorf("headings of one language in a workbook of another: %v", found.List)
	}
}
