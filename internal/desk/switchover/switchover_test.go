package switchover_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk/switchover"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// detail is a row of an extract: batch, report key, report id, currency, side and amount, and what else is put into
// columns.
func detail(columns int, key, id, currency, side, amount string, more ...string) string {
	row := make([]string, columns)
	set := func(column int, text string) { row[column-1] = text }
	set(1, "DETAIL")
	set(2, "589")
	set(3, "2031-05-02")
	set(5, "E1042")
	set(19, id)
	set(20, key)
	set(22, currency)
	set(168, side)
	set(169, amount)
	for i := 0; i < len(more); i += 2 {
		var column int
		_, _ = fmt.Sscan(more[i], &column)
		set(column, more[i+1])
	}
	return strings.Join(row, "|")
}

const (
	header3 = "EXTRACT|2031-05-02|%d|%s|589"
	header2 = "EXTRACT|2031-05-02|%d|%s"
)

func write(t *testing.T, name, end string, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, end)+end), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) *switchover.Extract {
	t.Helper()
	x, err := switchover.ReadExtract(path)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Extracts of both versions are read, whatever their line ends, the encoding of names, and what stands in columns that
// are not compared.
func TestExtractsAreRead(t *testing.T) {
	for name, x := range map[string]*switchover.Extract{
		"version 3": read(t, write(t, "v3.txt", "\n", fmt.Sprintf(header3, 2, "13.4000"),
			detail(400, "77", "R-TAXI", "EUR", "DR", "+23.4000"), detail(400, "78", "R-BACK", "EUR", "CR", "-10.0000"))),
		"without a plus, two decimals": read(t, write(t, "v3.txt", "\r\n", fmt.Sprintf(header3, 2, "13.40"),
			detail(400, "77", "R-TAXI", "EUR", "DR", "23.40"), detail(400, "78", "R-BACK", "EUR", "CR", "-10.00"))),
		"version 2": read(t, write(t, "v2.txt", "\r\n", fmt.Sprintf(header2, 2, "13.4000"),
			detail(256, "77", "R-TAXI", "EUR", "DR", "+23.4000"), detail(256, "78", "R-BACK", "EUR", "CR", "-10.0000"))),
		"Latin letters, quotes, a text in a date": read(t, write(t, "v3.txt", "\n", fmt.Sprintf(header3, 2, "13.4000"),
			detail(400, "77", "R-TAXI", "EUR", "DR", "+23.4000", "6", "M\xfcller", "27", `the "big" trip`, "24", "soon"), detail(400, "78", "R-BACK", "EUR", "CR", "-10.0000"))),
		"a mark of UTF-8": read(t, write(t, "v3.txt", "\n", "\uFEFF"+fmt.Sprintf(header3, 2, "13.4000"),
			detail(400, "77", "R-TAXI", "EUR", "DR", "+23.4000", "6", "Müller"), detail(400, "78", "R-BACK", "EUR", "CR", "-10.0000"))),
	} {
		if !x.Used() || x.Rows != 2 || x.Total.String() != "13.4" || x.Batch != "589" || x.Date != "2031-05-02" {
			t.Errorf("%s: %+v", name, x)
		}
	}
	empty := read(t, write(t, "none.txt", "\n", fmt.Sprintf(header3, 0, "0.0000")))
	if !empty.Used() || empty.Rows != 0 {
		t.Errorf("an extract without rows: %+v", empty)
	}
}

// An extract that contradicts itself is not used, and each message says where.
func TestBrokenExtracts(t *testing.T) {
	good := detail(400, "77", "R-TAXI", "EUR", "DR", "+23.4000")
	for want, lines := range map[string][]string{
		"the header says 2 rows, 1 are there: its end is missing":                               {fmt.Sprintf(header3, 2, "46.8000"), good},
		"the header says 1 rows, 2 are there: more than it says":                                {fmt.Sprintf(header3, 1, "23.4000"), good, good},
		"column 169 adds up to 99":                                                              {fmt.Sprintf(header3, 1, "99.0000"), good},
		"line 2: has 399 columns, 400 are expected":                                             {fmt.Sprintf(header3, 1, "23.4000"), detail(399, "77", "R", "EUR", "DR", "+23.4000")},
		"line 2: has 256 columns, 400 are expected":                                             {fmt.Sprintf(header3, 1, "23.4000"), detail(256, "77", "R", "EUR", "DR", "+23.4000")},
		"line 2: has 401 columns, 400 are expected":                                             {fmt.Sprintf(header3, 1, "23.4000"), good + "|x"},
		"line 3: has 30 columns, 400 are expected":                                              {fmt.Sprintf(header3, 2, "46.8000"), good, strings.Join(strings.Split(good, "|")[:30], "|")},
		"line 1: the header has 3 fields":                                                       {"EXTRACT|2031-05-02|1", good},
		"there is no header":                                                                    {good},
		"line 3: a second header":                                                               {fmt.Sprintf(header3, 2, "46.8000"), good, fmt.Sprintf(header3, 1, "23.4000"), good},
		"line 2: is of batch 590, the file of batch 589":                                        {fmt.Sprintf(header3, 1, "23.4000"), strings.Replace(good, "|589|", "|590|", 1)},
		"line 2: column 168 says CR, and column 169 says 23.4: sign and side must agree":        {fmt.Sprintf(header3, 1, "23.4000"), strings.Replace(good, "|DR|", "|CR|", 1)},
		"line 2: report id, report key or currency begins as a formula":                         {fmt.Sprintf(header3, 1, "23.4000"), detail(400, "=1+1", "R", "EUR", "DR", "+23.4000")},
		"line 2: has no report key":                                                             {fmt.Sprintf(header3, 1, "23.4000"), detail(400, "", "R", "EUR", "DR", "+23.4000")},
		`line 2, DETAIL.022 Employee Default Currency Alpha Code: is required and has no value`: {fmt.Sprintf(header3, 1, "23.4000"), detail(400, "77", "R", "", "DR", "+23.4000")},
		`line 2: column 169 says "ten"`:                                                         {fmt.Sprintf(header3, 1, "23.4000"), detail(400, "77", "R", "EUR", "DR", "ten")},
		`line 2, DETAIL.168 Journal Debit or Credit: "XX"`:                                      {fmt.Sprintf(header3, 1, "23.4000"), detail(400, "77", "R", "EUR", "XX", "+23.4000")},
		"decrypt it first":                                                                      {"-----BEGIN PGP MESSAGE-----"},
		"a batch number can't be a day":                                                         {"EXTRACT|yesterday|1|23.4000|589", good},
	} {
		x := read(t, write(t, "broken.txt", "\n", lines...))
		said := strings.Join(x.Problems, "\n")
		if strings.HasPrefix(want, "a batch") {
			want = "EXTRACT.2 Batch Date"
		}
		if x.Used() || !strings.Contains(said, want) {
			t.Errorf("wanted %s, got: %s", want, said)
		}
		if strings.Contains(said, "E1042") {
			t.Errorf("a person is named: %s", said)
		}
	}
	nothing := filepath.Join(t.TempDir(), "nothing.txt")
	if err := os.WriteFile(nothing, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if x := read(t, nothing); x.Used() || !strings.Contains(x.Problems[0], "the file is empty") {
		t.Errorf("%+v", x)
	}
	many := []string{fmt.Sprintf(header3, 20, "0.0000")}
	for range 20 {
		many = append(many, "DETAIL|half")
	}
	if x := read(t, write(t, "many.txt", "\n", many...)); len(x.Problems) != 6 || x.Problems[5] != "and more" {
		t.Errorf("%d problems: %q", len(x.Problems), x.Problems)
	}
}

// The three forms of an extract say the same of it.
func TestFormsOfAnExtract(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "samples", "accounting-extract*", "import", "*"))
	if err != nil || len(files) != 3 {
		t.Fatalf("%q, %v", files, err)
	}
	templates := map[string]bool{}
	for _, path := range files {
		x := read(t, path)
		templates[x.Template] = true
		if !x.Used() || x.Batch != "42" || x.Date != "2026-11-02" || x.Rows != 6 || x.Total.String() != "435" {
			t.Errorf("%s: %+v", path, x)
		}
	}
	if len(templates) != 3 {
		t.Errorf("%v", templates)
	}
	book, err := os.ReadFile(files[2])
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(t.TempDir(), "half.xlsx")
	if err := os.WriteFile(half, book[:len(book)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if x := read(t, half); x.Used() {
		t.Errorf("half a workbook: %+v", x)
	}
}

// report is an expense document of one cash entry.
func report(key, currency, amount string) []byte {
	return fmt.Appendf(nil, `{"employee":{"employeeId":"E1"},"report":{"reportId":"R-%[1]s","reportKey":"%[1]s","employeeCurrencyAlphaCode":%[2]q},
		"expenseEntry":[{"entryId":"N1","allocation":[{"allocationId":"A1","journal":[{"journalAccountCode":"640100","journalPayer":"COMP","journalPayee":"EMPL","amountGross":"%[3]s","amountNetOfTax":"%[3]s"}],"tax":[]}]}]}`, key, currency, amount)
}

// Each report of either side ends in one result.
func TestEachReportHasOneResult(t *testing.T) {
	ctx, day := context.Background(), time.Date(2031, 5, 3, 2, 0, 0, 0, time.UTC)
	now := func() time.Time { return day }
	j, err := journal.Open(ctx, filepath.Join(t.TempDir(), "j.db"), now, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	arrive := func(at time.Time, id, key, currency, amount string, revision int, test bool) {
		t.Helper()
		a := journal.Arrival{Envelope: fis.Envelope{ID: id, DocType: fis.Expense, Document: report(key, currency, amount)}, Route: "expenses", ReportID: "R-" + key, ReportKey: key,
			Currency: currency, Revision: revision, IsTest: test}
		if _, err := j.StoreArrivals(ctx, []journal.Arrival{a}, at, "c"); err != nil {
			t.Fatal(err)
		}
	}
	arrive(day, "D1", "1", "EUR", "20.00", 0, false) // the same
	arrive(day, "D2", "2", "EUR", "20.01", 0, false) // another amount
	arrive(day, "D3", "3", "EUR", "7.00", 0, false)  // not in the extract
	arrive(day, "D4", "4", "USD", "8.00", 0, false)  // in another currency
	arrive(day, "D5", "5", "EUR", "50.00", 2, false) // the last revision counts, in whatever order they lie
	arrive(day, "D6", "5", "EUR", "40.00", 1, false)
	arrive(day, "D7", "7", "EUR", "oops", 0, false)                   // cannot be posted
	arrive(day, "D8", "8", "EUR", "1.00", 0, true)                    // of a test user
	arrive(day.AddDate(0, -2, 0), "D9", "9", "EUR", "9.00", 0, false) // long ago
	first := write(t, "first.txt", "\n", fmt.Sprintf(header3, 6, "118.0000"), detail(400, "1", "R-1", "EUR", "DR", "+15.0000"), detail(400, "2", "R-2", "EUR", "DR", "+20.0000"),
		detail(400, "4", "R-4", "EUR", "DR", "+8.0000"), detail(400, "5", "R-5", "EUR", "DR", "+50.0000"), detail(400, "6", "R-6", "EUR", "DR", "+5.0000"),
		detail(400, "", "CA", "EUR", "DR", "+20.0000", "185", "1"))
	second := write(t, "second.txt", "\n", "EXTRACT|2031-05-03|2|12.0000|590", strings.Replace(detail(400, "1", "R-1", "EUR", "DR", "+5.0000"), "|589|", "|590|", 1),
		strings.Replace(detail(400, "7", "R-7", "EUR", "DR", "+7.0000"), "|589|", "|590|", 1))
	broken := write(t, "broken.txt", "\n", "EXTRACT|2031-05-04|2|12.0000|591")
	sel := records.Selection{Since: day.AddDate(0, -1, 0)}
	options := func(string) switchover.Route { return switchover.Route{} }
	c, err := switchover.Compare(ctx, j, []string{first, second, first, broken}, sel, options)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range c.Reports {
		text := string(r.Result)
		for _, a := range []*fis.Amount{r.Extract, r.FIS} {
			if a == nil {
				text += " -"
			} else {
				text += " " + a.String()
			}
		}
		got[r.Key+" "+r.Currency] = text + " " + r.Difference.String()
	}
	want := map[string]string{"1 EUR": "same 20 20 0", "2 EUR": "differs 20 20.01 0.01", "3 EUR": "FIS only - 7 7", "4 EUR": "differs 8 - -8", "4 USD": "differs - 8 8",
		"5 EUR": "same 50 50 0", "6 EUR": "extract only 5 - -5", "7 EUR": "not comparable 7 - -7"}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("report %s: %q, wanted %q", k, got[k], v)
		}
	}
	if len(got) != len(want) || len(c.Reports) != len(want) || !c.NeedsPerson {
		t.Errorf("%v", got)
	}
	if c.Files[2].Same != "first.txt" || len(c.Files[3].Problems) == 0 || len(c.Advances) != 1 || c.Advances[0].Amount.String() != "20" {
		t.Errorf("%+v, %+v", c.Files[2], c.Advances)
	}
	reports := 0
	for _, s := range c.Totals {
		reports += s.Reports
	}
	if reports != len(want) {
		t.Errorf("totals: %+v", c.Totals)
	}
	c, err = switchover.Compare(ctx, j, []string{write(t, "one.txt", "\n", fmt.Sprintf(header3, 1, "20.0000"), detail(400, "1", "R-1", "EUR", "DR", "+20.0000"))},
		records.Selection{Since: day.AddDate(1, 0, 0)}, options)
	if err != nil || c.NeedsPerson || len(c.Reports) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}
