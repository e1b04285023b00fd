package mapping_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

const datedLines = `
file: { kind: delimited, line_end: lf, decimals: "2", neutralise: off }
file_name: "{sequence:0000}.csv"
posting_date: month end
records:
  - name: Line
    repeat: posting
    fields:
      - { name: posted, type: date, value: posting.date }
      - { name: account, type: code, value: 'IFBLANK(line.account; "2000")' }
      - { name: amount, type: amount, value: line.amount }
amounts: { rows: [{ record: Line, amount: amount }] }
totals: { amount: Line.amount }
`

// accountOfDay parts the entries of different amounts: two on the tenth of even and odd months.
func accountOfDay(day string) string {
	if (day[6]-'0')%2 == 0 {
		return "02"
	}
	return "01"
}

// onDays is an expense report with an entry on each day.
func onDays(id string, amounts, days []string) fis.Envelope {
	env := expense(id, amounts...)
	text := strings.Replace(string(env.Document), `"reportName"`, `"reportEndDate":"2026-04-02","reportSubmitDate":"2026-04-02","reportName"`, 1)
	for i, day := range days {
		text = strings.Replace(text, fmt.Sprintf(`"entryDescription":"entry %d"`, i), fmt.Sprintf(`"entryDate":"%s","entryDescription":"entry %d"`, day, i), 1)
	}
	// each entry has an account of its own, so that its cost and what is owed for it meet new lines of different entries
	for i := range days {
		text = strings.Replace(text, `"journalAccountCode":"6000"`, fmt.Sprintf(`"journalAccountCode":"60%s"`, accountOfDay(days[i])), 1)
	}
	env.Document = []byte(text)
	return env
}

// A revision balances on each of its posting dates, whether it takes lines back, nets them or adds them up, also where
// the entries of then and those of now are in different months.
func TestRevisionsBalanceByPostingDate(t *testing.T) {
	for name, source := range map[string]string{
		"lines": datedLines, "net": "revisions: net\n" + datedLines,
		"lines, by a date of the entry": strings.Replace(datedLines, "posting_date: month end", "posting_date: EOMONTH(entryDate)", 1),
		"lines, by its path":            strings.Replace(datedLines, "posting_date: month end", "posting_date: EOMONTH(expenseEntry.entryDate)", 1),
		"summarised":                    strings.Replace(datedLines, "repeat: posting", "repeat: posting\n    summarise: { by: [\"[@account]\", \"[@posted]\"], across_allocations: true }", 1),
	} {
		plan := changedTemplate(t, source)
		first, err := plan.NewWorker().PrepareInput(mapping.Input{Envelope: onDays("D1", []string{"10.00", "2.50"}, []string{"2026-01-10", "2026-02-10"}), KeepWritten: true})
		must(t)(err)
		var written takeback.Written
		must(t)(json.Unmarshal(first.Written, &written))
		revised, err := plan.NewWorker().PrepareInput(mapping.Input{Envelope: onDays("D2", []string{"2.50", "11.00"}, []string{"2026-02-10", "2026-03-10"}), Revision: &mapping.Revision{Written: []takeback.Written{written}}})
		must(t)(err)
		text := fileOf(t, plan, revised)
		sums, rows := map[string]fis.Amount{}, 0
		for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
			cells := strings.Split(line, ",")
			amount, err := fis.ParseAmount(cells[2])
			must(t)(err)
			sums[cells[0]] = sums[cells[0]].Add(amount)
			rows++
		}
		for day, sum := range sums {
			if !sum.IsZero() {
				t.Errorf("%s: %s is left over on %s:\n%s", name, sum, day, text)
			}
		}
		if rows < 2 || name == "lines" && len(sums) < 2 {
			t.Errorf("%s: too little:\n%s", name, text)
		}
	}
}

// Where the ERP has one date for a document, rules that give its lines several are refused where they stand.
func TestOnePostingDate(t *testing.T) {
	doc := onDays("1", []string{"10.00", "2.50"}, []string{"2026-01-10", "2026-02-10"})
	one := strings.Replace(datedLines, "posting_date: month end", "one_posting_date: true", 1)
	for settings, want := range map[string]string{
		"":                                "2026-04-02",
		"  \"Posting date\": document\n":  "2026-04-02",
		"  \"Posting date\": Month end\n": "2026-04-30",
		"  \"Posting date\": EOMONTH(reportEndDate)\n": "2026-04-30",
	} {
		plan, found := smallWith(t, one, settings)
		must(t)(found.Err())
		text, _ := rendered1(t, plan, doc)
		if n := strings.Count(text, want); n != 4 {
			t.Errorf("%s: %d times %s in\n%s", settings, n, want, text)
		}
	}
	for rule, name := range map[string]string{"line": "line.date", "entryDate + 1": "entryDate", "expenseEntry.entryDate": "entryDate"} {
		_, found := smallWith(t, one, "  \"Posting date\": "+rule+"\n")
		if got := text(found); !strings.Contains(got, "settings line") || !strings.Contains(got, "several dates") || !strings.Contains(got, name) || !strings.Contains(got, "write document") || strings.Contains(got, "no field") {
			t.Errorf("%s: %s", rule, got)
		}
	}
	for _, name := range []string{"intacct-gl", "intacct-ap", "d365-general-journal", "d365-journal-workbook", "netsuite-journal", "xero-manual-journal", "summary-csv",
		"gp-econnect", "sap-idoc-xml", "sap-idoc-flat", "sap-rfbibl00", "tally-xml", "workday-journal-xml", "workday-eib", "peoplesoft-jgen"} {
		if _, wrong := withSetting(t, name, "Posting date", "line"); !strings.Contains(wrong, "several dates") {
			t.Errorf("%s takes a date for each line: %s", name, wrong)
		}
	}
}

// A version that was in force goes on as it was; the same workbook proposed anew is refused.
func TestFormerVersionsStayReadable(t *testing.T) {
	for name, settings := range map[string]string{"Posting date": "document", "Earliest posting date": "2026-01-01", "Date form": "dd.MM"} {
		source := strings.Replace(datedLines, "value: posting.date", "value: file.date", 1)
		fsys := smallTemplate(source)
		body := "template: small\nsettings:\n  " + name + ": '" + settings + "'\n"
		if plan, _ := mapping.LoadBytes(fsys, "small.yaml", []byte(body)); plan != nil {
			t.Errorf("%s is taken anew", name)
		}
		of, err := fs.ReadFile(fsys, "small/template.yaml")
		must(t)(err)
		plan, found := mapping.LoadVersion("small.yaml", []byte(body), "small", of)
		if plan == nil {
			t.Errorf("%s: %v", name, found.Err())
			continue
		}
		if !strings.Contains(text(found), name) {
			t.Errorf("%s: nothing is said: %s", name, text(found))
		}
	}
}

// A column without a row follows the rule of Settings, which is remarked at the rule.
func TestDatesOfColumnsWithoutARow(t *testing.T) {
	fsys := smallTemplate(strings.Replace(datedLines, "posting_date: month end", "posting_date: file", 1))
	for settings, remarks := range map[string]int{"  Posting date: month end\n": 1, "  Posting date: File\n": 0, "  Earliest posting date: '2026-01-01'\n": 1} {
		plan, found := mapping.LoadBytes(fsys, "small.yaml", []byte("template: small\nsettings:\n"+settings))
		if plan == nil || strings.Count(text(found), "has no row on the sheet Columns, so that it follows") != remarks {
			t.Errorf("%s: %s", settings, text(found))
		}
	}
}

// posting.date is one day, whoever asks: a workbook's Value or the template's.
func TestPostingDateIsOneDay(t *testing.T) {
	fsys := smallTemplate(datedLines)
	doc := onDays("1", []string{"10.00"}, []string{"2026-02-10"})
	for _, columns := range []string{"", "columns:\n  Line:\n    posted: posting.date\n"} {
		plan, found := mapping.LoadBytes(fsys, "small.yaml", []byte("template: small\n"+columns))
		must(t)(found.Err())
		if text, _ := rendered1(t, plan, doc); !strings.HasPrefix(text, "2026-02-28") {
			t.Errorf("%s: %s", columns, text)
		}
	}
	if text, err := workbook.NewYAML(templates.FS(), "netsuite-bills", nil); err != nil || !strings.Contains(string(text), "Posting date: document") {
		t.Error(err)
	}
}

// Date forms that lose the year are refused in Settings, also for members of packages; single fields of a template may
// have them.
func TestDateFormsOfSettingsHoldTheYear(t *testing.T) {
	for _, name := range []string{"generic-csv", "netsuite-bills"} {
		if _, wrong := withSetting(t, name, "Date form", "dd.MM"); !strings.Contains(wrong, "settings line") || !strings.Contains(wrong, "Date form: dates written so lose their day, month or year") || strings.Count(wrong, "\n") > 0 {
			t.Errorf("%s: %s", name, wrong)
		}
	}
}

// A posting date that is none is told at its cell alone: Values that name posting.date are right.
func TestPostingDateOfTheWrongTypeIsToldOnce(t *testing.T) {
	fsys := smallTemplate(datedLines)
	for _, rule := range []string{"line.account", "EOMONTH(", "UPPER(document.title)"} {
		_, found := mapping.LoadBytes(fsys, "small.yaml", []byte("template: small\nsettings:\n  Posting date: '"+rule+"'\ncolumns:\n  Line:\n    posted: posting.date\n"))
		for _, f := range found {
			if f.Severity == findings.Error && (f.Cell != "line 3" || !strings.HasPrefix(f.Reason.String(), "Posting date")) {
				t.Errorf("%s: %s", rule, f)
			}
		}
		if found.Err() == nil {
			t.Errorf("%s is taken", rule)
		}
	}
}

// Dates that lines of one sum or one document need not share are remarked where they come from.
func TestDatesThatMixMonthsAreRemarked(t *testing.T) {
	const sum, rounding = "line.date of the first line of each sum", "its rounding difference is one line"
	summed := strings.Replace(datedLines, "    repeat: posting\n", "    repeat: posting\n    summarise: { by: [line.account] }\n", 1)
	rounded := strings.Replace(summed, "file:", "rounding: true\nrounding_difference: { limit: 5 minor units }\nfile:", 1)
	for _, c := range []struct {
		source, rule string
		want         []string
	}{
		{datedLines, "line", nil},
		{summed, "line", []string{sum}},
		{summed, "month end", []string{sum}},
		{summed, "document", nil},
		{rounded, "line", []string{sum, rounding}},
		{rounded, "file", nil},
		{strings.Replace(summed, "by: [line.account]", "by: [line.account, line.date]", 1), "line", nil},
	} {
		_, found := smallLoad(t, strings.Replace(c.source, "posting_date: month end", "posting_date: "+c.rule, 1), "")
		must(t)(found.Err())
		for _, want := range []string{sum, rounding} {
			if got := strings.Contains(text(found), want); got != slices.Contains(c.want, want) {
				t.Errorf("%s: %q is told: %t\n%s", c.rule, want, got, text(found))
			}
		}
	}
}
