package mapping_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// The page and the sheet show the totals of both sides, of each document and of all: what differs is red, also when only the finished file shows it, when
// debits and credits are swapped, and when another currency stands there. They say what the template declares.
func TestPreviewShowsBothSides(t *testing.T) {
	const late = `"IF(AND(row.number > 0; document.currency = \"USD\"); 100; 1) * line.`
	text, err := workbook.NewYAML(templates.FS(), "generic-csv", nil)
	must(t)(err)
	edited := strings.NewReplacer("    Debit: line.debit\n", `    Debit: "IF(document.currency = \"JPY\"; line.credit; line.debit)"`+"\n", "    Credit: line.credit\n", `    Credit: "IF(document.currency = \"JPY\"; line.debit; line.credit)"`+"\n").Replace(string(text))
	for _, c := range []struct{ name, text, want string }{
		{"as it is", string(text), "posting lines EUR 23.40 23.40|rows of the file EUR 23.40 23.40|posting lines JPY 37820 37820|rows of the file JPY 37820 37820|posting lines USD 529.60 529.60|rows of the file USD 529.60 529.60"},
		{"only the file shows it", strings.NewReplacer("    Debit: line.debit\n", "    Debit: "+late+"debit\"\n", "    Credit: line.credit\n", "    Credit: "+late+"credit\"\n").Replace(string(text)),
			"posting lines EUR 23.40 23.40|rows of the file EUR 23.40 23.40|posting lines JPY 37820 37820|rows of the file JPY 37820 37820|posting lines USD 529.60 529.60|rows of the file USD 52960.00 52960.00 red|difference USD 52430.40 52430.40 red"},
		{"swapped", edited, "posting lines EUR 23.40 23.40|rows of the file EUR 23.40 23.40|posting lines JPY 37820 37820|rows of the file JPY 37820 37820 red|posting lines USD 529.60 529.60|rows of the file USD 529.60 529.60"},
		{"another currency", strings.Replace(string(text), "Currency: document.currency", `Currency: "IF(document.currency = \"USD\"; \"EUR\"; document.currency)"`, 1),
			"posting lines EUR 23.40 23.40|rows of the file EUR 553.00 553.00 red|difference EUR 529.60 529.60 red|posting lines JPY 37820 37820|rows of the file JPY 37820 37820|posting lines USD 529.60 529.60|rows of the file USD 0.00 0.00 red|difference USD -529.60 -529.60 red"},
		{"left out", strings.Replace(string(text), "  Line:\n", "  Line:\n    (when): \"document.currency <> \\\"USD\\\"\"\n", 1),
			"posting lines EUR 23.40 23.40|rows of the file EUR 23.40 23.40|posting lines JPY 37820 37820|rows of the file JPY 37820 37820|in no file USD 529.60 529.60 red"},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, findings := mapping.LoadBytes(templates.FS(), "acme.yaml", []byte(c.text))
			must(t)(findings.Err())
			v := previewWith(t, plan, chosen(t, "01-cash-taxi", "23-company-paid", "41-yen-tokyo"))
			var said []string
			page := sumsOfPage(t, pageOf(t, v))
			for _, r := range page.Sums {
				said = append(said, r.String())
			}
			if got := strings.Join(said, "|"); got != c.want {
				t.Errorf("the page says\n%s\nwant\n%s", got, c.want)
			}
			if len(page.Amounts) == 0 || page.Amounts[0] != plan.Template().Declaration()[0].String() {
				t.Errorf("the page declares %v", page.Amounts)
			}
			sheet, err := v.Workbook(templates.FS(), []byte(c.text))
			must(t)(err)
			var declared []string
			for _, text := range plan.Template().Declaration() {
				declared = append(declared, text.String())
			}
			inSheet(t, sheet, page.Sums, declared)
		})
	}
}

type pageOfSums struct {
	Sums    []sumOfPage
	Amounts []string
}

type sumOfPage struct {
	L, Cur, D, C string
	Bad          bool
}

func (r sumOfPage) String() string {
	text := fmt.Sprintf("%s %s %s %s", r.L, r.Cur, r.D, r.C)
	if r.Bad {
		text += " red"
	}
	return text
}

func sumsOfPage(t *testing.T, page []byte) (out pageOfSums) {
	t.Helper()
	data := regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`).FindSubmatch(page)
	must(t)(json.Unmarshal(data[1], &out))
	return out
}

// inSheet finds the totals of all documents at the end of the sheet Preview, red where they are.
func inSheet(t *testing.T, book []byte, want []sumOfPage, declared []string) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	must(t)(err)
	defer f.Close()
	rows, err := f.GetRows("Preview")
	must(t)(err)
	from := len(rows) - len(want) - len(declared)
	for i, w := range want {
		row := rows[from+i]
		if row[3] != w.L || row[4] != w.Cur || strings.ReplaceAll(row[5], ",", "") != w.D || strings.ReplaceAll(row[6], ",", "") != w.C {
			t.Errorf("the sheet says %q, want %s", row, w)
		}
		id, err := f.GetCellStyle("Preview", fmt.Sprintf("F%d", from+i+1))
		must(t)(err)
		st, err := f.GetStyle(id)
		must(t)(err)
		if red := st.Font != nil && st.Font.Color == "B3261E"; red != w.Bad {
			t.Errorf("%s is red: %v", w, red)
		}
	}
	for i, text := range declared {
		if row := rows[from+len(want)+i]; row[1] != text {
			t.Errorf("the sheet declares %q, want %q", row, text)
		}
	}
}
