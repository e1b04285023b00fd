package mapping_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/templates"
)

// Codes that spreadsheets like to change go through workbook, YAML, workbook and into the import file as they are.
func TestAwkwardCodes(t *testing.T) {
	codes := []string{"00123", "12E45", "1-2", "6084E1", "MAR1", "TRUE", "1234567890123456", "=1+1", "+49", "-5", "@x", "'7"}
	data := edited(t, func(f *excelize.File) {
		for i, c := range codes {
			must(t)(f.SetSheetRow("Accounts", fmt.Sprintf("A%d", 30+i), &[]any{"K" + c, c}))
		}
	})
	text, _, err := workbook.Convert(templates.FS(), "a.xlsx", data, "a.yaml", "")
	must(t)(err)
	book, err := workbook.ToXLSX(templates.FS(), "a.yaml", text)
	must(t)(err)
	taxi := string(sampleDocuments(t)[0].Document)
	for name, form := range map[string][]byte{"a.xlsx": data, "a.yaml": text, "b.xlsx": book} {
		plan, findings := mapping.LoadBytes(templates.FS(), name, form)
		if err := findings.Err(); err != nil {
			t.Fatal(err)
		}
		for _, c := range codes {
			env := sampleDocuments(t)[0]
			env.Document = []byte(strings.ReplaceAll(taxi, `"640100"`, `"K`+c+`"`))
			got := renderGroups(t, plan, envelopes(t, "taxi.json", env.Document))
			if len(got.refused) > 0 {
				t.Errorf("%s: %s: %v", name, c, got.refused)
			}
			for _, file := range got.files {
				if !bytes.Contains(file, []byte(","+c+",")) {
					t.Errorf("%s: %s is not in\n%s", name, c, file)
				}
			}
		}
	}
}

// What a number format shows does not count: the value does, in a workbook of either date system.
func TestRawValues(t *testing.T) {
	const template = "file: {kind: delimited, encoding: utf-8, line_end: lf, delimiter: \";\", date_form: yyyy-MM-dd}\nfile_name: \"{route}_{sequence:000}.csv\"\n" +
		"lookups:\n  - name: Rates\n    columns:\n      - { name: Key, type: code, key: true }\n      - { name: Factor, type: amount }\n      - { name: Day, type: date }\n    rows:\n      - [EUR, \"1\", \"\"]\n      - [\"*\", \"0\", \"\"]\n" +
		"records:\n  - name: Line\n    repeat: document\n    fields:\n      - { name: factor, type: amount, value: LOOKUP(Rates; document.currency; Factor) }\n      - { name: day, type: date, value: LOOKUP(Rates; document.currency; Day) }\ntotals: { unbalanced: true }\namounts: { not_held: [{ record: Line, why: a rate }] }\n"
	fsys := fstest.MapFS{"small/template.yaml": {Data: []byte("name: small\ntitle: T\ndocuments: [expense]\nacceptance: document\n" + template)}}
	fresh, err := workbook.New(fsys, "small", nil, "")
	must(t)(err)
	for _, date1904 := range []bool{false, true} {
		for _, format := range []string{"(0.00)", "0%", "#,##0;[Red](#,##0)", "General"} {
			f, err := excelize.OpenReader(bytes.NewReader(fresh))
			must(t)(err)
			must(t)(f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &date1904}))
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			must(t)(err)
			us := "mm/dd/yy"
			day, err := f.NewStyle(&excelize.Style{CustomNumFmt: &us})
			must(t)(err)
			serial := 46112 // 2026-03-31
			if date1904 {
				serial = 44650
			}
			must(t)(f.SetCellValue("Rates", "B2", -12.345))
			must(t)(f.SetCellStyle("Rates", "B2", "B2", style))
			must(t)(f.SetCellValue("Rates", "C2", serial))
			must(t)(f.SetCellStyle("Rates", "C2", "C2", day))
			var b bytes.Buffer
			must(t)(f.Write(&b))
			must(t)(f.Close())
			plan, findings := mapping.LoadBytes(fsys, "a.xlsx", b.Bytes())
			if err := findings.Err(); err != nil {
				t.Fatal(err)
			}
			got := renderGroups(t, plan, sampleDocuments(t)[:1])
			if diff := cmp.Diff(map[string][]byte{"": []byte("-12.345;2026-03-31\n")}, got.files); diff != "" {
				t.Errorf("%v %s: %s %v", date1904, format, diff, got.refused)
			}
		}
	}
}

// A lookup of 100,000 rows is read with little more memory than its texts.
func TestLargeLookup(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	must(t)(err)
	must(t)(w.SetRow("A1", []any{"Concur account (key)", "Account", "Name"}))
	const rows = 100_000
	for i := range rows {
		must(t)(w.SetRow(fmt.Sprintf("A%d", i+2), []any{fmt.Sprintf("%08d", i), fmt.Sprintf("%08d", i*7), "an account"}))
	}
	must(t)(w.SetRow(fmt.Sprintf("A%d", rows+2), []any{"*", "", "rest"}))
	must(t)(w.Flush())
	must(t)(f.SetSheetName("Sheet1", "Accounts"))
	small := edited(t, func(f *excelize.File) { must(t)(f.DeleteSheet("Accounts")) })
	var large bytes.Buffer
	must(t)(f.Write(&large))
	data := withSheet(t, small, large.Bytes())
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	plan, findings := mapping.LoadBytes(templates.FS(), "a.xlsx", data)
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if kept := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) >> 20; kept > 250 {
		t.Errorf("%d MiB are kept for a lookup of %d rows", kept, rows)
	}
	runtime.KeepAlive(plan)
}

// withSheet adds the sheet Accounts of one workbook to another, cell by cell.
func withSheet(t *testing.T, book, sheet []byte) []byte {
	t.Helper()
	from, err := excelize.OpenReader(bytes.NewReader(sheet))
	must(t)(err)
	defer from.Close()
	to, err := excelize.OpenReader(bytes.NewReader(book))
	must(t)(err)
	defer to.Close()
	_, err = to.NewSheet("Accounts")
	must(t)(err)
	w, err := to.NewStreamWriter("Accounts")
	must(t)(err)
	rows, err := from.Rows("Accounts")
	must(t)(err)
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		must(t)(err)
		row := make([]any, len(cells))
		for i, c := range cells {
			row[i] = c
		}
		must(t)(w.SetRow(fmt.Sprintf("A%d", n), row))
	}
	must(t)(rows.Close())
	must(t)(w.Flush())
	var b bytes.Buffer
	must(t)(to.Write(&b))
	return b.Bytes()
}

// A mapping that is loaded does not change when its file does: the same documents give the same bytes, and its hash is that of what was read.
func TestReplacedInTheMiddle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "acme.xlsx")
	must(t)(os.WriteFile(path, edited(t, func(*excelize.File) {}), 0o600))
	plan, findings := mapping.Load(templates.FS(), path)
	must(t)(findings.Err())
	docs := sampleDocuments(t)[:5]
	before := renderGroups(t, plan, docs)
	must(t)(os.WriteFile(path, edited(t, func(f *excelize.File) { must(t)(f.SetCellStr("Accounts", "B6", "999999")) }), 0o600))
	after := renderGroups(t, plan, docs)
	if diff := cmp.Diff(before.files, after.files); diff != "" {
		t.Error(diff)
	}
	other, findings := mapping.Load(templates.FS(), path)
	must(t)(findings.Err())
	if other.Hash() == plan.Hash() || other.FileHash() == plan.FileHash() {
		t.Error("another content has the same hash")
	}
}
