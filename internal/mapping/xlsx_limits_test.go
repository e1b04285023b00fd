package mapping_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/mend"
	"github.com/fisbridge/fisbridge/templates"
)

// A workbook with 2,000 cells in column XFD, as a slip of the hand makes them, is read like any other: they are told, and cost nothing.
func TestStrayCells(t *testing.T) {
	stray := func(part, row string, n int) func(data []byte) []byte {
		return func(data []byte) []byte {
			return zipEdited(t, data, part, func(s string) string {
				var b strings.Builder
				for i := range n {
					fmt.Fprintf(&b, row, 200+i)
				}
				return strings.Replace(s, "</sheetData>", b.String()+"</sheetData>", 1)
			})
		}
	}
	data := stray("xl/worksheets/sheet4.xml", `<row r="%[1]d"><c r="XFD%[1]d" t="inlineStr"><is><t>x</t></is></c></row>`, 2000)(edited(t, func(*excelize.File) {}))
	data = stray("xl/worksheets/sheet3.xml", `<row r="%[1]d"><c r="AAA%[1]d"><v>1</v></c></row>`, 1)(data)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	plan, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", data)
	runtime.ReadMemStats(&after)
	if plan == nil {
		t.Fatal(text(findings))
	}
	for _, want := range []string{
		"acme.xlsx Accounts!XFD200: warning: 2,000 cells from here on beyond column IV: nothing there counts; delete those columns",
		"acme.xlsx Settings!AAA200: warning: 1 cell beyond column IV: nothing there counts; delete those columns",
	} {
		if !strings.Contains(text(findings), want) {
			t.Errorf("want %s, got\n%s", want, text(findings))
		}
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 300<<20 {
		t.Errorf("reading took %d MiB", used>>20)
	}
	got := renderGroups(t, plan, sampleDocuments(t)[:5])
	fresh, _ := mapping.LoadBytes(templates.FS(), "acme.xlsx", edited(t, func(*excelize.File) {}))
	if want := renderGroups(t, fresh, sampleDocuments(t)[:5]); !bytes.Equal(got.files[""], want.files[""]) {
		t.Error("stray cells change the file")
	}
}

// Nothing is written into a workbook whose far cells would take all memory: it is refused with the place.
func TestStrayCellsAreNotRewritten(t *testing.T) {
	data := zipEdited(t, edited(t, func(*excelize.File) {}), "xl/worksheets/sheet4.xml", func(s string) string {
		var b strings.Builder
		for i := range 2000 {
			fmt.Fprintf(&b, `<row r="%[1]d"><c r="XFD%[1]d"><v>1</v></c></row>`, 41+i)
		}
		return strings.Replace(s, "</sheetData>", b.String()+"</sheetData>", 1)
	})
	findings := findings.List{{Severity: findings.Error, Sheet: "Accounts", Cell: "A2", Reason: "x", Mend: findings.MendText}}
	_, _, err := mend.Annotate(data, findings)
	_, _, _, other := mend.Cells(data, findings)
	for _, err := range []error{err, other} {
		if err == nil || !strings.Contains(err.Error(), "Accounts!XFD") || !strings.Contains(err.Error(), "delete those columns") {
			t.Error(err)
		}
	}
}

// Whatever is too much is refused with its sheet, and what to do, before the memory is gone.
func TestWorkbookLimits(t *testing.T) {
	huge := func(rows int, row string) []byte {
		return zipEdited(t, edited(t, func(*excelize.File) {}), "xl/worksheets/sheet3.xml", func(s string) string {
			var b strings.Builder
			for i := range rows {
				fmt.Fprintf(&b, row, i+100)
			}
			return strings.Replace(s, "</sheetData>", b.String()+"</sheetData>", 1)
		})
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"wide rows":            {huge(8000, `<row r="%[1]d"><c r="A%[1]d"><v>1</v></c><c r="IV%[1]d"><v>1</v></c></row>`), "more than 1500000 cells"},
		"a long text":          {huge(1, `<row r="%[1]d"><c r="A%[1]d" t="inlineStr"><is><t>`+strings.Repeat("x", 2<<20)+`</t></is></c></row>`), "bytes"},
		"a row beyond the end": {huge(1, `<row r="2000000%[1]d"><c r="A2000000%[1]d"><v>1</v></c></row>`), "more than 1048576 rows"},
	} {
		plan, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", c.data)
		if got := text(findings); plan != nil || !strings.Contains(got, c.want) || !strings.Contains(got, "delete rows and columns that hold nothing") {
			t.Errorf("%s: want %s, got\n%s", name, c.want, got)
		}
	}
}

// strict turns a workbook into the strict form of the standard, as Excel saves it under "Strict Open XML Spreadsheet".
func strict(t *testing.T, data []byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t)(err)
	swap := strings.NewReplacer(
		"http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main",
		"http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships",
		"<workbookPr", `<workbookPr conformance="strict"`)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range r.File {
		in, err := f.Open()
		must(t)(err)
		body, err := io.ReadAll(in)
		must(t)(err)
		out, err := w.Create(f.Name)
		must(t)(err)
		_, err = out.Write([]byte(swap.Replace(string(body))))
		must(t)(err)
	}
	must(t)(w.Close())
	return b.Bytes()
}

// The strict form of the standard is read as the other one.
func TestStrictWorkbook(t *testing.T) {
	fresh := edited(t, func(*excelize.File) {})
	want, _ := mapping.LoadBytes(templates.FS(), "acme.xlsx", fresh)
	got, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", strict(t, fresh))
	if got == nil || want.Hash() != got.Hash() {
		t.Errorf("the strict form is read otherwise:\n%s", text(findings))
	}
}

// A sheet with a chart is none of ours, and none of our trouble.
func TestChartSheet(t *testing.T) {
	data := edited(t, func(f *excelize.File) {
		must(t)(f.AddChartSheet("Chart", &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{Values: "Accounts!$A$2:$A$4"}}}))
	})
	if plan, findings := mapping.LoadBytes(templates.FS(), "acme.xlsx", data); plan == nil {
		t.Error(text(findings))
	}
}
