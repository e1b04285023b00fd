package formula

import (
	"bufio"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// blankTable is what LibreOffice makes of formulas with blank cells: one formula a line, in our words, then its value,
// and, where we differ on purpose, ours and why. FISBRIDGE_REQUIRE_EXTERNAL=1 UPDATE_GOLDEN=1 writes LibreOffice's
// values anew.
const blankTable = "testdata/blanks.tsv"

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

func readBlankTable(t *testing.T) []blankRow {
	t.Helper()
	f, err := os.Open(blankTable)
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
	if len(rows) < 80 {
		t.Fatalf("the table has only %d rows", len(rows))
	}
	return rows
}

// blankWorld has the fields of the table: three blank ones of each kind, and some with values.
func blankWorld() *world {
	return &world{fields: []sampleField{
		{"noNumber", Number, layout.Value{}}, {"noText", Text, layout.Value{}}, {"noDate", Date, layout.Value{}},
		{"noFlag", Bool, layout.Value{}}, {"custom", Any, layout.Value{}},
		{"amount", Number, amount("12.5")}, {"minus", Number, amount("-3")}, {"zero", Number, amount("0")},
		{"name", Text, layout.Text("Anna")}, {"day", Date, day("2024-02-29")}, {"yes", Bool, layout.Flag(true)}, {"no", Bool, layout.Flag(false)},
	}}
}

// plainValue is a value as LibreOffice writes it into a CSV file.
func plainValue(v layout.Value) string {
	if v.Kind == layout.BoolKind {
		return strings.ToUpper(map[bool]string{true: "true", false: "false"}[v.Bool])
	}
	return v.String()
}

func TestBlanksAreAsInExcel(t *testing.T) {
	w := blankWorld()
	for _, r := range readBlankTable(t) {
		got := ""
		p, err := Compile("="+r.source, w)
		if err != nil {
			t.Errorf("%s does not compile: %v", r.source, err)
			continue
		}
		if v, err := p.Eval(w); err != nil {
			got = "error"
		} else {
			got = plainValue(v)
		}
		if got != r.want() {
			t.Errorf("%s is %q, want %q %s", r.source, got, r.want(), r.why)
		}
		if r.ours != "" && r.why == "" {
			t.Errorf("%s differs from Excel without a reason", r.source)
		}
	}
}

// The table itself is held against LibreOffice where it is installed.
func TestBlankTableIsLibreOffices(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Log("LibreOffice is not installed: the table stays as it is") // its values are checked in; CI needs no LibreOffice for them
		return
	}
	rows := readBlankTable(t)
	values := calculate(t, office, rows)
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		writeBlankTable(t, rows, values)
		return
	}
	for i, r := range rows {
		if values[i] != r.office {
			t.Errorf("%s: LibreOffice says %q, the table %q", r.source, values[i], r.office)
		}
	}
}

var word = regexp.MustCompile(`"[^"]*"|[A-Za-z]+\(?`)

// excelFormula puts cells in place of our fields: A1 stays blank.
func excelFormula(source string) string {
	cells := map[string]string{
		"noNumber": "$A$1", "noText": "$A$1", "noDate": "$A$1", "noFlag": "$A$1", "custom": "$A$1",
		"amount": "$B$1", "minus": "$C$1", "zero": "$D$1", "name": "$E$1", "day": "$F$1", "yes": "$G$1", "no": "$H$1",
	}
	source = word.ReplaceAllStringFunc(source, func(s string) string {
		if c, ok := cells[s]; ok {
			return c
		}
		return s
	})
	source = strings.ReplaceAll(source, "SWITCH(", "_xlfn.SWITCH(")
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
	for _, line := range lines[1:] {
		v := line[0]
		if strings.HasPrefix(v, "#") || strings.HasPrefix(v, "Err:") {
			v = "error"
		}
		values = append(values, v)
	}
	return values
}

func writeBlankTable(t *testing.T, rows []blankRow, values []string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# formula\tLibreOffice\tours, where it differs on purpose\twhy\n")
	for i, r := range rows {
		b.WriteString(strings.TrimRight(strings.Join([]string{r.source, values[i], r.ours, r.why}, "\t"), "\t") + "\n")
	}
	if err := os.WriteFile(blankTable, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
