package formula

import (
	"bufio"
	"encoding/csv"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// What LibreOffice makes of formulas, those with blank cells and all others: one formula a line, in our words, then its
// value, and, where we differ on purpose, ours and why. UPDATE_GOLDEN=1 writes LibreOffice's values anew.
const (
	blankTable  = "testdata/blanks.tsv"
	valuesTable = "testdata/excel.tsv"
)

type blankRow struct{ source, office, ours, why string }

func (r blankRow) want() string {
	switch r.ours {
	case "":
		return r.office
	case "blank":
		return ""
	}
	return r.ours
}

func readTable(t *testing.T, name string, least int) []blankRow {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []blankRow
	for s := bufio.NewScanner(f); s.Scan(); {
		if strings.HasPrefix(s.Text(), "#") || s.Text() == "" {
			continue
		}
		c := append(strings.Split(s.Text(), "\t"), "", "", "")
		rows = append(rows, blankRow{c[0], c[1], c[2], c[3]})
	}
	if len(rows) < least {
		t.Fatalf("the table has only %d rows", len(rows))
	}
	return rows
}

// blankWorld has the fields of the table: three blank ones of each kind, and some with values.
func blankWorld() *world {
	return &world{tables: []Table{ratesSheet()}, fields: []sampleField{
		{"noNumber", Number, layout.Value{}}, {"noText", Text, layout.Value{}}, {"noDate", Date, layout.Value{}},
		{"noFlag", Bool, layout.Value{}}, {"custom", Any, layout.Value{}},
		{"amount", Number, amount("12.5")}, {"minus", Number, amount("-3")}, {"zero", Number, amount("0")},
		{"name", Text, layout.Text("Anna")}, {"day", Date, day("2024-02-29")}, {"yes", Bool, layout.Flag(true)}, {"no", Bool, layout.Flag(false)},
	}}
}

// ratesRows are the lookup sheet Rates: Country (key), Rate, Name, and Closed, a day as the number that Excel keeps.
var ratesRows = [][]any{{"DE", 19, "Germany", 45651}, {"FR", 20, "France", 45652}, {"AT", 20, "Austria", 45658}}

// closed are the days of ratesRows.
var closed = []string{"2024-12-25", "2024-12-26", "2025-01-01"}

func ratesSheet() *sheet {
	var rows [][]layout.Value
	for i, r := range ratesRows {
		rows = append(rows, []layout.Value{layout.Text(r[0].(string)), amount(strconv.Itoa(r[1].(int))), layout.Text(r[2].(string)), day(closed[i])})
	}
	return newSheet("Rates", []string{"Country"}, []string{"Rate", "Name", "Closed"}, []Type{Number, Text, Date}, rows...)
}

// plainValue is a value as LibreOffice writes it into a CSV file.
func plainValue(v layout.Value) string {
	if v.Kind == layout.BoolKind {
		return strings.ToUpper(map[bool]string{true: "true", false: "false"}[v.Bool])
	}
	return v.String()
}

func TestBlanksAreAsInExcel(t *testing.T) { asInExcel(t, readTable(t, blankTable, 80)) }

// Several hundred formulas have LibreOffice's values.
func TestValuesAreAsInExcel(t *testing.T) { asInExcel(t, readTable(t, valuesTable, 400)) }

func asInExcel(t *testing.T, rows []blankRow) {
	t.Helper()
	w := blankWorld()
	for _, r := range rows {
		got := ""
		p, err := Compile("="+r.source, w)
		if err != nil {
			if r.want() != "error" {
				t.Errorf("%s does not compile: %v", r.source, err)
			}
			continue
		}
		if v, err := p.Eval(w); err != nil {
			got = "error"
		} else {
			got = plainValue(v)
		}
		if got != r.want() && !sameNumber(got, r.want()) {
			t.Errorf("%s is %q, want %q %s", r.source, got, r.want(), r.why)
		}
		if r.ours != "" && r.why == "" {
			t.Errorf("%s differs from Excel without a reason", r.source)
		}
	}
}

// sameNumber allows for the fifteen digits that LibreOffice calculates with.
func sameNumber(a, b string) bool {
	x, err := fis.ParseAmount(a)
	if err != nil {
		return false
	}
	y, err := strconv.ParseFloat(b, 64)
	if err != nil {
		return false
	}
	z, err := strconv.ParseFloat(x.String(), 64)
	return err == nil && math.Abs(z-y) <= 1e-14*math.Max(math.Abs(z), math.Abs(y)) && strings.ContainsAny(b, ".E")
}

// The table itself is held against LibreOffice where it is installed.
func TestTablesAreLibreOffices(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "" {
			t.Fatal("LibreOffice is not installed")
		}
		t.Skip("LibreOffice is not installed: the tables stay as they are")
	}
	blanks, others := readTable(t, blankTable, 80), readTable(t, valuesTable, 400)
	values := calculate(t, office, slices.Concat(blanks, others))
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		writeTable(t, blankTable, blanks, values)
		writeTable(t, valuesTable, others, values[len(blanks):])
		return
	}
	for i, r := range slices.Concat(blanks, others) {
		if values[i] != r.office && (r.ours == "" || values[i] != r.ours) {
			t.Errorf("%s: LibreOffice says %q, the table %q", r.source, values[i], r.office)
		}
	}
}

var word = regexp.MustCompile(`"[^"]*"|[A-Za-z]+(?:\(|\[[^]]*\])?`)

// excelFormula puts cells in place of our fields: A1 stays blank.
func excelFormula(source string) string {
	cells := map[string]string{
		"Rates[Country]": "$K$1:$K$3", "Rates[Rate]": "$L$1:$L$3", "Rates[Name]": "$M$1:$M$3", "Rates[Closed]": "$N$1:$N$3",
		"noNumber": "$A$1", "noText": "$A$1", "noDate": "$A$1", "noFlag": "$A$1", "custom": "$A$1",
		"amount": "$B$1", "minus": "$C$1", "zero": "$D$1", "name": "$E$1", "day": "$F$1", "yes": "$G$1", "no": "$H$1",
	}
	source = word.ReplaceAllStringFunc(source, func(s string) string {
		if c, ok := cells[s]; ok {
			return c
		}
		return s
	})
	for _, newer := range []string{"SWITCH", "XOR", "DAYS", "NUMBERVALUE", "ISOWEEKNUM", "CONCAT", "TEXTJOIN", "IFS", "XLOOKUP", "IFNA"} {
		source = regexp.MustCompile(`\b`+newer+`\(`).ReplaceAllString(source, "_xlfn."+newer+"(")
	}
	return "=" + strings.ReplaceAll(source, ";", ",")
}

// calculate lets LibreOffice calculate the formulas.
func calculate(t *testing.T, office string, rows []blankRow) []string {
	t.Helper()
	dir := t.TempDir()
	f := excelize.NewFile()
	defer f.Close()
	set := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	set(f.SetSheetRow("Sheet1", "B1", &[]any{12.5, -3, 0, "Anna"}))
	set(f.SetCellFormula("Sheet1", "F1", "=DATE(2024,2,29)"))
	set(f.SetSheetRow("Sheet1", "G1", &[]any{true, false}))
	for i, r := range ratesRows {
		cell, _ := excelize.CoordinatesToCellName(11, i+1)
		set(f.SetSheetRow("Sheet1", cell, &r))
	}
	for i, r := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+2)
		set(f.SetCellFormula("Sheet1", cell, excelFormula(r.source)))
	}
	set(f.SaveAs(filepath.Join(dir, "blanks.xlsx")))
	// Token 44,34,76: comma, quote, UTF-8; the value as it is, not as the cell shows it.
	cmd := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.ToSlash(dir)+"/profile", "--headless",
		"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false", "--outdir", dir, filepath.Join(dir, "blanks.xlsx"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	in, err := os.Open(filepath.Join(dir, "blanks.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	read := csv.NewReader(in)
	read.FieldsPerRecord = -1
	lines, err := read.ReadAll()
	if err != nil || len(lines) != len(rows)+1 {
		t.Fatalf("%d lines for %d formulas: %v", len(lines), len(rows), err)
	}
	var values []string
	for i, line := range lines[1:] {
		v := line[0]
		if b := strings.ToUpper(v); b == "TRUE" || b == "FALSE" {
			v = b
		}
		if n, err := fis.ParseAmount(strings.TrimSuffix(v, "%")); err == nil && strings.HasSuffix(v, "%") && !strings.Contains(rows[i].source, `"`) {
			v = n.Shift(-2).String() // LibreOffice shows a calculation with % as one
		}
		if strings.HasPrefix(v, "#") || strings.HasPrefix(v, "Err:") {
			v = "error"
		}
		values = append(values, v)
	}
	return values
}

func writeTable(t *testing.T, name string, rows []blankRow, values []string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# formula\tLibreOffice\tours, where it differs on purpose\twhy\n")
	for i, r := range rows {
		b.WriteString(strings.TrimRight(strings.Join([]string{r.source, values[i], r.ours, r.why}, "\t"), "\t") + "\n")
	}
	if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
