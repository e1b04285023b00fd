package cli

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/mappings"
)

// A sample of the ERP's result file is read before anything is live: each line with its meaning, nothing kept.
func TestMappingResults(t *testing.T) {
	w := newLookWorld(t)
	book, err := fs.ReadFile(mappings.FS(), "generic-csv.xlsx")
	w.must(err)
	path, file := filepath.Join(w.dir, "generic-csv.xlsx"), filepath.Join(w.dir, "1.result.csv")
	write(t, path, string(book))
	const head = "doc_id,kind,status,company,document_number,fiscal_year,date,amount,currency,payment_reference,payment_method,message_code,message\r\n"
	const good = "D1,post,ok,1000,42,2026,2026-11-03,,,,,,\r\nD2,post,error,,,,,,,,,F5 263,locked\r\nD1,pay,paid,1000,,,2026-11-05,23.40,EUR,PAY-77,transfer,,\r\nD3,post,pending,,,,,,,,,,\r\n"
	for _, c := range []struct {
		name, text string
		code       int
		want       []string
	}{
		{"all understood", head + good, desk.ExitDone, []string{
			"line 2: posted, number 42, company 1000, fiscal year 2026, posted on 2026-11-03, of D1", "line 3: rejected, F5 263 locked, of D2",
			"line 4: paid 23.4 EUR, on 2026-11-05, reference PAY-77, method E, company 1000, of D1", "4 lines: 2 outcomes, 1 payments, 0 about whole files, 1 without consequence, 0 not understood",
		}},
		{"a word that nobody knows", head + good + "D4,post,strange,,,,,,,,,,\r\n", desk.ExitNeedsPerson, []string{`line 6: NOT UNDERSTOOD: status "strange"`, "1 not understood"}},
		{"another heading", strings.Replace(head, "doc_id", "dok_id", 1) + good, desk.ExitFailed, []string{`column missing: "doc_id" (did you mean "dok_id"?)`}},
		{"cut in the middle", head + good + "D4,post,ok,1000,4", desk.ExitFailed, []string{"the last line is not ended"}},
	} {
		write(t, file, c.text)
		out, errs, code := w.exec("200", "mapping", "results", path, file)
		for _, want := range c.want {
			if !strings.Contains(out+errs, want) {
				t.Errorf("%s: does not say %q:\n%s%s", c.name, want, out, errs)
			}
		}
		if code != c.code {
			t.Errorf("%s: exit code %d, want %d", c.name, code, c.code)
		}
	}
	if _, errs, code := w.exec("200", "mapping", "results", path, path); code != desk.ExitFailed || !strings.Contains(errs, "answer takes *result*.csv") {
		t.Errorf("a name that no format takes: %d %s", code, errs)
	}
}
