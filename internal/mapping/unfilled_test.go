package mapping_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/mapping/lint"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// A sheet that nobody has filled in holds all documents in the first night: the check says so without any document, also where the field that reads it
// stands in no file. What the ready workbooks have is filled.
func TestCheckTellsOfSheetsThatNobodyHasFilledIn(t *testing.T) {
	rows := regexp.MustCompile(`\n  Companies:\n    columns: [^\n]*\n    rows:(?:\n      - [^\n]*)+`)
	for _, c := range []struct{ template, headings, rows, want string }{
		{"sage-300", `"Concur company (key)", Name, Currency`, `["*", "", ""]`, `fill in column Currency of sheet Companies, in each row or in a row with *: no row has a value there, Detail base currency reads it`},
		{"sage-300", `"Concur company (key)", Name, Currency`, `["1000", Lantern, ""]`, `so a document in another one is held`},
		{"sage-300", `"Concur company (key)", Name, Currency`, `["1000", Lantern, EUR]`, ""},
		{"business-central-journal", `"Concur company (key)", Name, Currency`, `["*", "", ""]`, `Currency Code reads it, and until then`},
		{"business-central-journal", `"Concur company (key)", Name, Currency`, `["1000", Lantern, ""]`, ""}, // blank: the currency of the books
	} {
		text, err := workbook.NewYAML(templates.FS(), c.template, nil)
		must(t)(err)
		changed := rows.ReplaceAllString(string(text), fmt.Sprintf("\n  Companies:\n    columns: [%s]\n    rows:\n      - %s", c.headings, c.rows))
		if changed == string(text) {
			t.Fatalf("%s has no such sheet", c.template)
		}
		r, err := lint.Check(context.Background(), templates.FS(), "m.yaml", []byte(changed), lint.Options{Created: time.Now()})
		must(t)(err)
		said := ""
		for _, f := range r.Findings {
			if strings.Contains(f.Reason.String(), "no row has a value there, ") {
				said += f.String() + "\n"
			}
		}
		if (said == "") != (c.want == "") || !strings.Contains(said, c.want) || strings.Count(said, "\n") > 1 {
			t.Errorf("%s with %s: %s", c.template, c.rows, said)
		}
	}
}

// Where a file may have more documents than the template has numbers for, the check says that the further ones are held.
func TestCheckTellsOfMoreDocumentsThanNumbers(t *testing.T) {
	text, err := workbook.NewYAML(templates.FS(), "gp-econnect", nil)
	must(t)(err)
	for most, want := range map[string]bool{"1000": true, "0": true, "999": false, "10": false} {
		changed := regexp.MustCompile(`\n  Documents per file: [^\n]*`).ReplaceAllString(string(text), "")
		changed = strings.Replace(changed, "\nsettings:\n", "\nsettings:\n  Documents per file: "+most+"\n", 1)
		r, err := lint.Check(context.Background(), templates.FS(), "m.yaml", []byte(changed), lint.Options{Created: time.Now()})
		must(t)(err)
		if said := fmt.Sprint(r.Findings); strings.Contains(said, "gp-econnect numbers 999 documents of a file") != want || !r.Usable {
			t.Errorf("%s: %s", most, said)
		}
	}
}
