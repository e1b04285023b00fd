package fill_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	"github.com/fisbridge/fisbridge/internal/layout/layouttest"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// book is a workbook as a customer has it: an overview, headings in row 3 of a sheet, styles in the first row to fill.
func book(t *testing.T, change func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(f.SetSheetName("Sheet1", "Overview"))
	must(f.SetCellStr("Overview", "A1", "do not change"))
	_, err := f.NewSheet("Lines")
	must(err)
	must(f.SetCellStr("Lines", "A1", "Area"))
	must(f.SetRowVisible("Lines", 2, false))
	must(f.SetSheetRow("Lines", "B3", &[]any{"Amount*", "Key*", "Text", "Date"}))
	red, err := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FF0000"}}, NumFmt: 4})
	must(err)
	must(f.SetCellStyle("Lines", "B4", "B4", red))
	must(f.SetColWidth("Lines", "D", "D", 55))
	if change != nil {
		change(f)
	}
	var b bytes.Buffer
	must(f.Write(&b))
	return b.Bytes()
}

const filled = `
kind: fill
own: { workbook: own.xlsx }
`

func compiled(t *testing.T, data []byte, record string) (*layout.Plan, []layout.Problem) {
	t.Helper()
	var s layout.Spec
	var r layout.Record
	for text, into := range map[string]any{filled: &s, record: &r} {
		if err := yaml.NewDecoder(strings.NewReader(text), yaml.Strict()).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	s.Files = map[string][]byte{"own.xlsx": data}
	return kinds.Compile(s, []layout.Record{r})
}

const lines = `
name: line
sheet: Lines
own: { headings: 3, first_row: 4 }
fields:
  - { name: key, heading: Key*, type: code }
  - { name: amount, heading: Amount*, type: amount, decimals: "2" }
  - { name: date, type: date, own: { column: E } }
  - { name: text, heading: text }
`

func TestRowsAreFilledIntoTheWorkbook(t *testing.T) {
	p, problems := compiled(t, book(t, nil), lines)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	rows := [][]layout.Value{
		{layout.Text("007"), layouttest.Num(t, "1234.50"), layouttest.OnDay(2026, 3, 31), layout.Text("Taxi & <b>")},
		{layout.Text("8"), layouttest.Num(t, "-2.00"), layouttest.OnDay(2026, 4, 1)},
	}
	data := layouttest.Written(t, p, rows...)
	if again := layouttest.Written(t, p, rows...); !bytes.Equal(data, again) {
		t.Error("the same rows make other bytes")
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for ref, want := range map[string]string{"C4": "007", "B4": "1,234.50", "B5": "-2.00", "D4": "Taxi & <b>", "E4": "2026-03-31", "A1": "Area", "B3": "Amount*", "C5": "8"} {
		if got, err := f.GetCellValue("Lines", ref); got != want || err != nil {
			t.Errorf("Lines!%s shows %q, want %q (%v)", ref, got, want, err)
		}
	}
	if kind, err := f.GetCellType("Lines", "C4"); err != nil || kind != excelize.CellTypeSharedString && kind != excelize.CellTypeInlineString {
		t.Errorf("an id is a cell of type %v, %v", kind, err)
	}
	first, err1 := f.GetCellStyle("Lines", "B4")
	second, err2 := f.GetCellStyle("Lines", "B5")
	if err1 != nil || err2 != nil || first == 0 || first != second {
		t.Errorf("styles %d, %d", first, second)
	}
	text, _ := f.GetCellValue("Overview", "A1")
	visible, _ := f.GetRowVisible("Lines", 2)
	if width, _ := f.GetColWidth("Lines", "D"); text != "do not change" || visible || width != 55 {
		t.Errorf("the workbook has changed: %q, row 2 visible %v, column D %v", text, visible, width)
	}
	read, bad := layouttest.ReadAll(t, p, data)
	if len(bad) > 0 || len(read) != 2 {
		t.Fatalf("read %d rows, %v", len(read), bad)
	}
	for i, row := range read {
		for n, v := range rows[i] {
			if !layouttest.Same(v, row.Values[n]) {
				t.Errorf("row %d, %d: read %v, written %v", i, n, row.Values[n], v)
			}
		}
	}
}

// daysFrom1904 makes a workbook one of old Macs: a day has another number there.
func daysFrom1904(f *excelize.File) {
	yes := true
	_ = f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes})
}

// Cells that are merged above the rows to fill are the customer's own matter.
func TestMergedHeadingsStay(t *testing.T) {
	if _, problems := compiled(t, book(t, func(f *excelize.File) { _ = f.MergeCell("Lines", "A1", "D2") }), lines); len(problems) > 0 {
		t.Error(problems)
	}
}

// What is wrong with the workbook is said with file, sheet and row.
func TestMistakesInTheWorkbook(t *testing.T) {
	whole := book(t, nil)
	for name, c := range map[string]struct {
		data   []byte
		record string
		place  string
		reason string
	}{
		"no sheet":      {whole, strings.Replace(lines, "sheet: Lines", "sheet: Line", 1), "records.line.sheet", `did you mean "Lines"`},
		"no heading":    {whole, strings.Replace(lines, "heading: Key*", "heading: Keys", 1), "records.line.key.heading", "is no heading in row 3 of own.xlsx, sheet Lines"},
		"one twice":     {book(t, func(f *excelize.File) { _ = f.SetCellStr("Lines", "H3", "Key*") }), lines, "records.line.key.heading", "stands twice"},
		"rows there":    {book(t, func(f *excelize.File) { _ = f.SetCellStr("Lines", "C9", "old") }), lines, "records.line.own.first_row", "own.xlsx holds something in Lines!C9"},
		"a formula":     {book(t, func(f *excelize.File) { _ = f.SetCellFormula("Lines", "Z7", "=B7*2") }), lines, "records.line.own.first_row", "own.xlsx holds something in Lines!Z7"},
		"merged cells":  {book(t, func(f *excelize.File) { _ = f.MergeCell("Lines", "C4", "D4") }), lines, "records.line.own.first_row", "C4:D4 of own.xlsx!Lines are merged"},
		"merged rows":   {book(t, func(f *excelize.File) { _ = f.MergeCell("Lines", "B3", "B5") }), lines, "records.line.own.first_row", "B3:B5 of own.xlsx!Lines are merged"},
		"days of 1904":  {book(t, daysFrom1904), lines, "file.own.workbook", "from 1904"},
		"no workbook":   {[]byte("a,b\n"), lines, "file.own.workbook", "cannot be opened"},
		"one column":    {whole, strings.Replace(lines, "column: E", "column: C", 1), "records.line.date", "in the column of key already"},
		"no such":       {whole, strings.Replace(lines, "column: E", "column: 5", 1), "records.line.date.own.column", "is no column"},
		"no first row":  {whole, strings.Replace(lines, ", first_row: 4", "", 1), "records.line.own.first_row", "first row to fill"},
		"unknown words": {whole, strings.Replace(lines, "first_row", "firstrow", 1), "records.line.own", "firstrow"},
	} {
		_, problems := compiled(t, c.data, c.record)
		found := false
		for _, p := range problems {
			found = found || p.Place == c.place && strings.Contains(p.Reason, c.reason)
		}
		if !found {
			t.Errorf("%s: got %v", name, problems)
		}
	}
}

// A day is seen as a day, also in a column whose first row is formatted as a number: the rest of its style stays. One that
// shows days keeps its own form.
func TestDaysAreSeenAsDays(t *testing.T) {
	for _, format := range []struct {
		id     int
		custom string
		days   bool
	}{{id: 4}, {id: 49}, {id: 0}, {custom: "#,##0.00 \"days\""}, {id: 14, days: true}, {custom: "dd.mm.yy", days: true}} {
		data := book(t, func(f *excelize.File) {
			style := &excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"00FF00"}}, NumFmt: format.id}
			if format.custom != "" {
				style.CustomNumFmt = &format.custom
			}
			id, err := f.NewStyle(style)
			if err == nil {
				err = f.SetCellStyle("Lines", "E4", "E4", id)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
		p, problems := compiled(t, data, lines)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		row := []layout.Value{layout.Text("7"), layouttest.Num(t, "1.00"), layouttest.OnDay(2026, 3, 31), layout.Text("Taxi")}
		made, err := excelize.OpenReader(bytes.NewReader(layouttest.Written(t, p, row, row)))
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range []string{"E4", "E5"} {
			id, _ := made.GetCellStyle("Lines", ref)
			style, err := made.GetStyle(id)
			if err != nil || len(style.Fill.Color) != 1 || style.Fill.Color[0] != "00FF00" {
				t.Errorf("%+v: the fill of %s is lost: %v %v", format, ref, style.Fill, err)
			}
			code := ""
			if style.CustomNumFmt != nil {
				code = *style.CustomNumFmt
			}
			if own := code == format.custom && style.NumFmt == format.id; own != format.days || !xlsx.ShowsDays(style.NumFmt, code) {
				t.Errorf("%+v: %s has the format %d %q", format, ref, style.NumFmt, code)
			}
		}
		if err := made.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A day that Excel does not have is refused with its column, and no cell is written wrong.
func TestDaysBeforeExcelAreRefused(t *testing.T) {
	p, problems := compiled(t, book(t, nil), lines)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	row := []layout.Value{layout.Text("7"), layouttest.Num(t, "1.00"), layouttest.OnDay(1899, 12, 31), layout.Text("Taxi")}
	_, err := p.Encode(nil, 0, row, nil)
	if err == nil || !strings.Contains(err.Error(), "date") || !strings.Contains(err.Error(), "is before March 1900, which Excel does not know") {
		t.Errorf("got %v", err)
	}
}
