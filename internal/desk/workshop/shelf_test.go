package workshop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// docs/erps.md is what the templates say of themselves. UPDATE_GOLDEN=1 writes it anew, as
// `fisbridge templates --markdown > docs/erps.md` does.
func TestERPsPageIsCurrent(t *testing.T) {
	page, err := ERPsPage()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "..", "docs", "erps.md")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(page, strings.ReplaceAll(string(have), "\r\n", "\n")); diff != "" {
		t.Errorf("docs/erps.md is not what the templates say; fisbridge templates --markdown > docs/erps.md makes it anew (-templates +page)\n%s", diff)
	}
}

// Every built-in template says which ERP reads it, and who has judged its files or that nobody could.
func TestEveryTemplateSaysWhoReadsIt(t *testing.T) {
	for _, tpl := range Templates(builtin()) {
		switch {
		case tpl.Problem != "":
			t.Errorf("%s: %s", tpl.Name, tpl.Problem)
		case tpl.About == nil:
			t.Errorf("%s has no `about:`: which ERP reads its files?", tpl.Name)
		case len(tpl.About.Judges) == 0 && !strings.Contains(strings.Join(tpl.About.NotProved, " "), NoReader):
			t.Errorf("%s has no judge: `not_proved` says that %s", tpl.Name, NoReader)
		}
		if !tpl.Ready {
			t.Errorf("%s has no ready workbook in mappings/", tpl.Name)
		}
	}
}

// A buyer types the name of his ERP, or nearly that of a template.
func TestWhichTemplateIsMeant(t *testing.T) {
	for text, want := range map[string]string{"datev": "datev-extf", "Lohn und Gehalt": "payroll-wage-types", "ADP": "payroll-wage-types", "concur-prae": "concur-prae"} {
		found, err := FindTemplates(builtin(), text)
		if err != nil || len(found) == 0 || found[0].Name != want {
			t.Errorf("%s: %v, %v", text, found, err)
		}
	}
	for text, want := range map[string]string{"generic-cvs": "did you mean generic-csv?", "hleger": "did you mean hledger-journal?", "datev": "did you mean datev-extf?", "basta": "fisbridge templates lists them"} {
		if hint := meant(text, builtin()); !strings.Contains(hint, want) {
			t.Errorf("%s: %s", text, hint)
		}
	}
}
