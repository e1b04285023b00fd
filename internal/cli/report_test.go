package cli

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/cli/pages"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/tokens"
)

func tokenFrom(obtained time.Time) tokens.TokenRow {
	return tokens.TokenRow{Access: "a", Refresh: "r", Geolocation: "https://us2.api.concursolutions.com", Scope: "openid", RefreshObtained: obtained, AccessExpires: obtained.Add(time.Hour)}
}

func filesIn(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestReportIsUnderstoodAtAGlance(t *testing.T) {
	w := busyWorld(t)
	for _, columns := range []string{"80", "120"} {
		out, stderr, code := w.exec(columns, "report")
		if code != desk.ExitDone || stderr != "" {
			t.Errorf("exit code %d, %s", code, stderr)
		}
		golden(t, "report-"+columns+".txt", out)
	}
}

func TestReportOfAPart(t *testing.T) {
	w := busyWorld(t)
	out, _, code := w.exec("120", "report", "--route", "expenses", "--since", "2026-03-25")
	if code != desk.ExitDone {
		t.Errorf("exit code %d", code)
	}
	golden(t, "report-part.txt", out)
	if _, stderr, code := w.exec("80", "report", "--route", "expences"); code != desk.ExitUsage || !strings.Contains(stderr, "routes: expenses, ledger") {
		t.Errorf("unknown route: exit code %d, %s", code, stderr)
	}
	if _, _, code := w.exec("80", "report", "--since", "yesterday"); code != desk.ExitUsage {
		t.Errorf("bad day: exit code %d", code)
	}
	if _, _, code := w.exec("80", "report", "--format", "xlsx"); code != desk.ExitUsage {
		t.Errorf("workbook to the terminal: exit code %d", code)
	}
}

func TestReportAsCSV(t *testing.T) {
	w := busyWorld(t)
	out, _, code := w.exec("80", "report", "--format", "csv")
	if code != desk.ExitDone {
		t.Errorf("exit code %d", code)
	}
	golden(t, "report.csv", out)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	// The rows themselves tie out: fetched = the sum of the states, by currency.
	sum := map[string]fis.Amount{}
	for _, r := range rows[1:] {
		switch r[0] {
		case "fetched":
			sum[r[4]] = sum[r[4]].Add(amount(t, r[6]))
		case "documents":
			sum[r[4]] = sum[r[4]].Sub(amount(t, r[6]))
		}
	}
	if len(sum) != 3 {
		t.Errorf("currencies %v", sum)
	}
	for c, rest := range sum {
		if !rest.IsZero() {
			t.Errorf("%s: %s left over", c, rest)
		}
	}
}

// Amounts get into the workbook digit by digit; a float would lose the last of these.
func TestReportAsWorkbook(t *testing.T) {
	w := newLookWorld(t)
	w.arrive("expenses", fis.Expense, "", "big 12345678901234567890123.12345678 EUR", "small 3 JPY")
	path := filepath.Join(w.dir, "r.xlsx")
	if _, stderr, code := w.exec("80", "report", "--format", "xlsx", "-o", path); code != desk.ExitDone {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	raw := excelize.Options{RawCellValue: true}
	// Excel keeps 15 digits of a number: more of them are a text, and none is lost.
	if v, err := book.GetCellValue("overview", "C2", raw); strings.ReplaceAll(v, ",", "") != "12345678901234567890123.12345678" || err != nil {
		t.Errorf("fetched %q %v", v, err)
	}
	if kind, err := book.GetCellType("overview", "D2"); kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber || err != nil {
		t.Errorf("the amount is no number: %v %v", kind, err)
	}
	if v, err := book.GetCellValue("documents", "G3"); v != "3" || err != nil {
		t.Errorf("yen %q %v", v, err)
	}
	if rows, err := book.GetRows("ties"); err != nil || len(rows) != 12 || rows[1][8] != "yes" {
		t.Errorf("ties %v %v", rows, err)
	}
}

func TestReportAsJSON(t *testing.T) {
	w := busyWorld(t)
	out, _, code := w.exec("80", "report", "--json")
	var r struct {
		Fetched struct {
			Number  int
			Amounts map[string]string
		} `json:"fetched"`
		Ties []struct{ Holds bool }
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != desk.ExitDone {
		t.Fatal(err, code)
	}
	if r.Fetched.Number != 17 || r.Fetched.Amounts["KWD"] != "15.625" || len(r.Ties) != 11 || !r.Ties[0].Holds {
		t.Errorf("%+v", r)
	}
}

// Each equation is broken once, behind the journal's back, and the report names it and fails.
func TestReportTellsTheBrokenEquation(t *testing.T) {
	for name, c := range map[string]struct {
		damage         []string
		equation, what string
	}{
		"a state that nobody knows":    {[]string{`UPDATE documents SET state = 'lost' WHERE doc_id = '` + docID("cab") + `'`}, "fetched = posted", "EUR: fetched 15"},
		"a document without its word":  {[]string{`DELETE FROM confirmations WHERE doc_id = '` + docID("taxi") + `'`}, "posted = told", "EUR: posted 2 with 1,234,651.92, confirmations 1 with 1,234,567.89"},
		"a word without its document":  {[]string{`UPDATE documents SET state = 'filed' WHERE doc_id = '` + docID("train") + `'`}, "posted = told", "EUR: rejected 1"},
		"a deleted document":           {[]string{`DELETE FROM documents WHERE doc_id = '` + docID("recall") + `'`}, "documents of the journal", docID("recall")},
		"an invented document":         {[]string{`INSERT INTO documents (doc_id, doc_type, route, state, state_since, reason, report_id, report_key, currency, amount, payload_sha256, received_at, finished_at) SELECT 'INVENTED', doc_type, route, state, state_since, reason, report_id, report_key, currency, amount, payload_sha256, received_at, finished_at FROM documents WHERE state = 'recalled'`}, "documents of the journal", "INVENTED"},
		"an amount in a file":          {[]string{`UPDATE file_documents SET debit = '84.04' WHERE doc_id = '` + docID("taxi") + `'`}, "each import file, read", "debit EUR control total 1,234,775.41, its documents 1,234,775.42"},
		"a document taken from a file": {[]string{`DELETE FROM file_documents WHERE doc_id = '` + docID("taxi") + `'`}, "each import file, read", "6 documents by its record, 5 in it"},
		"a file that was exchanged":    {[]string{`UPDATE files SET sha256 = 'beef' WHERE id = 1`}, "each import file = what", "hash beef"},
		"a file that was inflated":     {[]string{`UPDATE files SET totals = replace(totals, '15.625', '16.625') WHERE id = 1`, `UPDATE file_documents SET debit = '16.625', credit = '16.625' WHERE currency = 'KWD'`}, "each import file = what", "KWD control total 16.625, fixed as 15.625"},
		"a file that is gone":          {[]string{`DELETE FROM files WHERE route = 'expenses' AND sequence = 2`}, "numbers of the import files", "route expenses: number 2 is missing"},
		"filed nowhere":                {[]string{`UPDATE documents SET state = 'filed' WHERE doc_id = '` + docID("gas") + `'`}, "each document is in the one", docID("gas")},
		"filed twice":                  {[]string{`UPDATE documents SET file_id = 99 WHERE doc_id = '` + docID("taxi") + `'`}, "each document is in the one", docID("taxi")},
		"counts in a withdrawn file":   {[]string{`UPDATE files SET state = 'withdrawn' WHERE id = 1`}, "each document is in the one", "6 documents"},
		"paid but not posted":          {[]string{`UPDATE documents SET state = 'held' WHERE doc_id = '` + docID("taxi") + `'`}, "confirmed payments", docID("taxi")},
		"a line that disappeared":      {[]string{`DELETE FROM result_rows WHERE result_id = 1 AND line = 7`}, "lines of each result file", "OUT1.csv: counted 5 outcomes, 0 payments, 2 listed; kept 5, 0, 1"},
		"a line that was not counted":  {[]string{`UPDATE results SET rows_total = 8 WHERE id = 1`}, "lines of each result file", "OUT1.csv: 8 lines, but 5 outcomes"},
	} {
		t.Run(name, func(t *testing.T) {
			w := busyWorld(t)
			for _, d := range c.damage {
				w.damage(d)
			}
			out, stderr, code := w.exec("400", "report")
			if code != desk.ExitFailed || !strings.Contains(stderr, "the figures do not tie out") {
				t.Errorf("exit code %d, %s", code, stderr)
			}
			_, rest, found := strings.Cut(out, "✗ "+c.equation)
			if block, _, _ := strings.Cut(rest, "\n✓"); !found || !strings.Contains(block, c.what) {
				t.Errorf("want %q broken with %q in\n%s", c.equation, c.what, out)
			}
		})
	}
}

func TestReconciliationOfAnEmptyJournalTiesOut(t *testing.T) {
	w := newLookWorld(t)
	r, err := (&desk.Workspace{Journal: w.j}).Reconcile(w.ctx, records.Selection{}, nil)
	w.must(err)
	if b := r.Broken(); len(b) > 0 || r.Count(records.Posted) != 0 {
		t.Error(b)
	}
	var out strings.Builder
	w.must(pages.Reconciliation{Reconciliation: r}.Table(&out, term.UsualWidth))
	if !strings.Contains(out.String(), "fetched") {
		t.Error(out.String())
	}
}
