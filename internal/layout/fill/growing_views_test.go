package fill_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

// Charts and pivot tables of the rows show all rows that were filled; those of other cells show what they showed.
func TestChartsAndPivotTablesGrowWithTheRows(t *testing.T) {
	data := book(t, func(f *excelize.File) {
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(f.SetSheetRow("Overview", "A5", &[]any{"Month", "Plan"}))
		must(f.SetSheetRow("Overview", "A6", &[]any{"May", 7}))
		chart := func(name, values string) *excelize.Chart {
			return &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{Name: name, Categories: strings.ReplaceAll(values, "$B$", "$C$"), Values: values}}}
		}
		must(f.AddChart("Overview", "D5", chart("Lines!$B$3", "Lines!$B$4:$B$4")))
		must(f.AddChart("Overview", "D25", chart("Overview!$B$5", "Overview!$B$6:$B$6")))
		pivot := func(from, at, rows, sum string) *excelize.PivotTableOptions {
			return &excelize.PivotTableOptions{DataRange: from, PivotTableRange: at, Rows: []excelize.PivotTableField{{Data: rows}}, Data: []excelize.PivotTableField{{Data: sum, Subtotal: "Sum"}}}
		}
		must(f.AddPivotTable(pivot("Lines!B3:D4", "Overview!M5:P12", "Text", "Amount*")))
		must(f.AddPivotTable(pivot("Overview!A5:B6", "Overview!M25:P32", "Month", "Plan")))
	})
	data = changed(t, data, map[string]func(string) string{"xl/pivotCache/pivotCacheDefinition1.xml": func(s string) string {
		return strings.Replace(s, ` refreshOnLoad="true"`, "", 1)
	}})
	p, problems := compiled(t, data, lines)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	made := layouttest.Written(t, p, fiveRows(t)...)
	for _, c := range []struct{ part, want string }{
		{"xl/charts/chart1.xml", "Lines!$B$4:$B$8<"},
		{"xl/charts/chart1.xml", "Lines!$C$4:$C$8<"},
		{"xl/charts/chart1.xml", "Lines!$B$3<"},
		{"xl/charts/chart2.xml", "Overview!$B$6:$B$6<"},
		{"xl/pivotCache/pivotCacheDefinition1.xml", `ref="B3:D8"`},
		{"xl/pivotCache/pivotCacheDefinition1.xml", ` refreshOnLoad="1"`},
		{"xl/pivotCache/pivotCacheDefinition2.xml", `ref="A5:B6"`},
	} {
		if got := part(t, made, c.part); !strings.Contains(got, c.want) {
			t.Errorf("no %s in %s: %s", c.want, c.part, got)
		}
	}
	for _, name := range namesOf(t, made) {
		if strings.HasPrefix(name, "xl/charts/") && strings.Contains(part(t, made, name), "Lines!$B$4:$B$4<") {
			t.Errorf("%s shows the first row alone", name)
		}
	}
	readable(t, made)
}

// Cells that share texts and formulas, as Excel saves them, are filled and grow like others.
func TestSharedTextsAndFormulas(t *testing.T) {
	data := book(t, func(f *excelize.File) {
		for ref, text := range map[string]string{"Lines!D1": "SUM(B$4:B$4)", "Lines!E1": "SUM(C$4:C$4)", "Overview!C1": "SUM(Lines!$B$4:$B$4)", "Overview!C2": "SUM(Lines!$B$4:$B$4)*1"} {
			sheet, cell, _ := strings.Cut(ref, "!")
			if err := f.SetCellFormula(sheet, cell, text); err != nil {
				t.Fatal(err)
			}
		}
	})
	if !strings.Contains(part(t, data, "xl/sharedStrings.xml"), "Amount*") {
		t.Fatal("the headings are no shared texts")
	}
	// As Excel saves formulas that were filled to the right or down: the second cell has the first one's.
	share := func(area, first, second string) func(string) string {
		return func(s string) string {
			s = strings.Replace(s, "<f>"+first+"</f>", `<f t="shared" ref="`+area+`" si="0">`+first+`</f><v>1</v>`, 1)
			return strings.Replace(s, "<f>"+second+"</f>", `<f t="shared" si="0"/><v>2</v>`, 1)
		}
	}
	data = changed(t, data, map[string]func(string) string{
		"xl/worksheets/sheet2.xml": share("D1:E1", "SUM(B$4:B$4)", "SUM(C$4:C$4)"),
		"xl/worksheets/sheet1.xml": share("C1:C2", "SUM(Lines!$B$4:$B$4)", "SUM(Lines!$B$4:$B$4)*1"),
	})
	p, problems := compiled(t, data, lines)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	rows := fiveRows(t)
	made := layouttest.Written(t, p, rows...)
	f := readable(t, made)
	for _, c := range []struct{ sheet, cell, want string }{
		{"Lines", "D1", "SUM(B$4:B$8)"}, {"Lines", "E1", "SUM(C$4:C$8)"},
		{"Overview", "C1", "SUM(Lines!$B$4:$B$8)"}, {"Overview", "C2", "SUM(Lines!$B$4:$B$8)"},
	} {
		if got, err := f.GetCellFormula(c.sheet, c.cell); got != c.want || err != nil {
			t.Errorf("%s!%s has the formula %q, want %q (%v)", c.sheet, c.cell, got, c.want, err)
		}
	}
	if read, bad := layouttest.ReadAll(t, p, made); len(bad) > 0 || len(read) != len(rows) {
		t.Errorf("read %d rows, %v", len(read), bad)
	}
	if got, err := f.GetCellValue("Overview", "A1"); got != "do not change" || err != nil {
		t.Errorf("a shared text became %q (%v)", got, err)
	}
}

// readable is a workbook that another program opens.
func readable(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// namesOf are the parts of a workbook.
func namesOf(t *testing.T, data []byte) (names []string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	return names
}
