package guides

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// runFormula compiles the example as the Value of a text column of the ready CSV.
func runFormula(t *testing.T, e example) {
	if wrong := asValue(t, strings.TrimSpace(e.text), ""); wrong != "" {
		t.Errorf("docs/%s:%d: %s", e.page, e.line, wrong)
	}
}

// asValue says what is wrong with a formula as the Value of the text of a line; empty when nothing is.
func asValue(t *testing.T, source, language string) string {
	t.Helper()
	text, err := workbook.NewYAML(templates.FS(), "generic-csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	quoted := "'" + strings.ReplaceAll(source, "'", "''") + "'"
	body := regexp.MustCompile(`(?m)^(    "?Text"?:) .*$`).ReplaceAllLiteralString(string(text), "    Text: "+quoted)
	if language != "" {
		body = strings.Replace(body, "settings:\n", "settings:\n  Formula language: "+language+"\n", 1)
	}
	if !strings.Contains(body, quoted) {
		t.Fatalf("the mapping has no column Text:\n%s", body)
	}
	_, found := mapping.LoadBytes(templates.FS(), "m.yaml", []byte(body))
	for _, f := range found {
		if f.Severity == findings.Error {
			return f.String()
		}
	}
	return ""
}

var (
	// code is what a page writes as code; gives is code, and what the page says that it is.
	code  = regexp.MustCompile("`([^`]+)`")
	gives = regexp.MustCompile("`([^`]+)` is `?(yes|no|-?[0-9][0-9.]*|[A-Z][A-Z0-9.]*)`?[ ,.:]")
)

// What the accountants' page says in its sentences that formulas give, they give.
func TestFormulasInSentences(t *testing.T) {
	text := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(page(t, "accountants.md"), "")
	names, tried := scope.NewSlots([]fis.DocType{fis.Expense}), 0
	for _, m := range gives.FindAllStringSubmatch(text, -1) {
		prog, err := formula.Compile(m[1], names)
		if err != nil {
			continue // it is no formula, or needs a document
		}
		value, constant := prog.Constant()
		if !constant {
			continue
		}
		tried++
		got := value.String()
		if want := strings.TrimRight(m[2], "."); got != want && !(want == "yes" && got == "Y") && !(want == "no" && got == "N") {
			t.Errorf("docs/accountants.md says that %s is %s, and it is %s", m[1], want, got)
		}
	}
	if tried < 4 {
		t.Errorf("only %d formulas were found", tried)
	}
}

// Each formula that the accountants' page names, up to the list of functions, can be written into a workbook.
func TestFormulasOfTheAccountants(t *testing.T) {
	text, _, _ := strings.Cut(page(t, "accountants.md"), "<!-- functions -->")
	text = regexp.MustCompile("(?s)```.*?```").ReplaceAllString(text, "") // these are run by themselves
	tried := 0
	for _, m := range code.FindAllStringSubmatch(text, -1) {
		source, language := m[1], ""
		if !regexp.MustCompile(`^[A-Z]+\(`).MatchString(source) || strings.Contains(source, "…") {
			continue
		}
		if regexp.MustCompile(`1,19|TT\.MM|#\.##0,00`).MatchString(source) {
			language = "de"
		}
		tried++
		if wrong := asValue(t, source, language); wrong != "" && !strings.Contains(wrong, "takes text") && !strings.Contains(wrong, "but this gives") {
			t.Errorf("docs/accountants.md: `%s`: %s", source, wrong)
		}
	}
	if tried < 12 {
		t.Errorf("only %d formulas were found", tried)
	}
}

// page is the text of a guide.
func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
