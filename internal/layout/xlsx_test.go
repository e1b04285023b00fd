package layout

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

func resultBook(t testing.TB, spec Spec) *Plan {
	spec.Kind, spec.Header = Workbook, true
	return plan(t, spec, one(Field{Name: "doc", Type: CodeType}, Field{Name: "text"}, Field{Name: "amount", Type: AmountType, Decimals: "2"},
		Field{Name: "date", Type: DateType, DateForm: "dd.MM.yyyy"}, Field{Name: "ok", Type: FlagType}, Field{Name: "n", Type: IntegerType}))
}

// PITFALLS 47, 48: codes survive a full round trip, long numbers too.
func TestWorkbookRoundTrip(t *testing.T) {
	p := resultBook(t, Spec{Sheet: "Results", LineBreaks: "keep"})
	records := [][]Value{
		{Text("00123"), Text("plain"), num(t, "-5.00"), day(2026, 3, 31), Flag(true), num(t, "7")},
		{Text("12E45"), Text("=1+1"), num(t, "0.07"), day(1900, 3, 1), Flag(false), {}},
		{Text("1-2"), Text("two\nlines <&> é東京 _x000D_"), num(t, "123456789012.34"), day(9999, 12, 31), {}, num(t, "123456789012345")},
		{Text("6084E1"), Text(" edge "), num(t, "12345678901234567890123.01"), day(2024, 2, 29), {}, num(t, "1234567890123456")},
		{Text("1234567890123456"), {}, {}, {}, {}, {}},
		{Text("MAR1"), {}, num(t, "0"), {}, {}, num(t, "-1")},
	}
	written := file(t, p, records...)
	if again := file(t, p, records...); !bytes.Equal(written, again) {
		t.Error("the same rows gave other bytes")
	}
	rows, bad := readAll(t, p, written)
	if len(bad) > 0 || len(rows) != len(records) {
		t.Fatalf("%d rows, %v", len(rows), bad)
	}
	for i, row := range rows {
		for f, v := range row.Values {
			if !same(v, records[i][f]) {
				t.Errorf("row %d: %+v reads back as %+v", i, records[i][f], v)
			}
		}
		if row.Sheet != "Results" || row.Line != i+2 {
			t.Errorf("row %d is at %s!%d", i, row.Sheet, row.Line)
		}
	}
	book, err := excelize.OpenReader(bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	shown, err := book.GetRows("Results")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"00123", "plain", "-5.00", "31.03.2026", "TRUE", "7"}, shown[1]); diff != "" {
		t.Error(diff)
	}
	if shown[2][1] != "=1+1" || shown[4][2] != "12345678901234567890123.01" {
		t.Errorf("shown: %q", shown)
	}
	for cell, want := range map[string]excelize.CellType{"A2": excelize.CellTypeInlineString, "B3": excelize.CellTypeInlineString, "C2": excelize.CellTypeUnset} {
		if kind, err := book.GetCellType("Results", cell); err != nil || kind != want {
			t.Errorf("%s has type %v, %v", cell, kind, err)
		}
	}
}

func TestWorkbookOfSeveralSheetsIsTheSameEachTime(t *testing.T) {
	p := plan(t, Spec{Kind: Workbook, Header: true}, Record{Name: "a", Sheet: "First", Fields: []Field{{Name: "x"}}},
		Record{Name: "b", Sheet: "Second", Fields: []Field{{Name: "y", Type: IntegerType}}}, Record{Name: "c", Sheet: "Third", Fields: []Field{{Name: "z"}}})
	make := func() []byte {
		var out bytes.Buffer
		f, err := p.NewFile(&out)
		if err != nil {
			t.Fatal(err)
		}
		var rows []byte
		for i := range 3 {
			if rows, err = p.Encode(rows, i, []Value{num(t, fmt.Sprint(i))}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Write(rows); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	first := make()
	for range 5 {
		if !bytes.Equal(first, make()) {
			t.Fatal("the same rows gave other bytes")
		}
	}
	rows, bad := readAll(t, p, first)
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%s!%d %s", r.Sheet, r.Line, r.Values[0]))
	}
	if diff := cmp.Diff([]string{"First!2 0", "Second!2 1", "Third!2 2"}, got); diff != "" || len(bad) > 0 {
		t.Error(diff, bad)
	}
}

// foreign makes a workbook as people do.
func foreign(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	headings := []any{"doc", "text", "amount", "date", "ok", "n"}
	if err := f.SetSheetRow("Sheet1", "A1", &headings); err != nil {
		t.Fatal(err)
	}
	fill(f)
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// PITFALLS 47, 49, 50: what a cell is counts, not how it is shown; each mistake names sheet and cell.
func TestForeignWorkbookMistakes(t *testing.T) {
	tests := []struct {
		cell string
		fill func(f *excelize.File) error
		want string
	}{
		{"A2", func(f *excelize.File) error { return f.SetCellValue("Sheet1", "A2", 1234567890123456) }, "Sheet1!A2, line.doc: \"1234567890123456\": is a number cell in a code column"},
		{"A2", func(f *excelize.File) error { return f.SetCellValue("Sheet1", "A2", 123) }, "make it text"},
		{"A2", func(f *excelize.File) error { return f.SetCellValue("Sheet1", "A2", true) }, "TRUE or FALSE"},
		{"C2", func(f *excelize.File) error { return f.SetCellFormula("Sheet1", "C2", "1+1") }, "Sheet1!C2, line.amount: is a formula that was never calculated"},
		{"B2", func(f *excelize.File) error { return f.SetCellFormula("Sheet1", "B2", "\"a\"") }, "never calculated"},
		{"C2", func(f *excelize.File) error { return f.SetCellValue("Sheet1", "C2", "12,35") }, "is not a number with the decimal mark ."},
		{"C2", func(f *excelize.File) error { return f.SetCellValue("Sheet1", "C2", 12.345) }, "more decimals"},
		{"C2", func(f *excelize.File) error {
			return f.SetCellValue("Sheet1", "C2", time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC))
		}, "is a date cell"},
		{"D2", func(f *excelize.File) error { return f.SetCellValue("Sheet1", "D2", 46112) }, "without a date format"},
		{"D2", func(f *excelize.File) error { return f.SetCellValue("Sheet1", "D2", "03/31/2026") }, "is not a date in the form dd.MM.yyyy"},
		{"E2", func(f *excelize.File) error { return f.SetCellValue("Sheet1", "E2", 1) }, "neither Y nor N"},
		{"F2", func(f *excelize.File) error { return f.SetCellValue("Sheet1", "F2", 1.5) }, "more decimals"},
	}
	p := resultBook(t, Spec{})
	for _, tt := range tests {
		book := foreign(t, func(f *excelize.File) {
			if err := tt.fill(f); err != nil {
				t.Fatal(err)
			}
		})
		rows, bad := readAll(t, p, book)
		if len(bad) != 1 || !strings.Contains(bad[0].Error(), tt.want) || bad[0].Place != "Sheet1!"+tt.cell {
			t.Errorf("%s: want %q, got %v, %v", tt.cell, tt.want, rows, bad)
		}
	}
}

func TestNumberFormatsAndDateSystems(t *testing.T) {
	for _, from1904 := range []bool{false, true} {
		formats := []string{"0.00", "#,##0.00;(#,##0.00)", "(0.00)", "\"day\" 0.00", "[Red]0.00"}
		book := foreign(t, func(f *excelize.File) {
			if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}); err != nil {
				t.Fatal(err)
			}
			for i, format := range formats {
				style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
				if err != nil {
					t.Fatal(err)
				}
				_ = f.SetCellValue("Sheet1", fmt.Sprintf("C%d", i+2), -12.34)
				_ = f.SetCellStyle("Sheet1", fmt.Sprintf("C%d", i+2), fmt.Sprintf("C%d", i+2), style)
			}
			for i, format := range []string{"m/d/yy", "yyyy\\-mm\\-dd", "dd.mm.yyyy hh:mm", "[$-407]d. mmmm yyyy", "mmm yy"} {
				style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
				if err != nil {
					t.Fatal(err)
				}
				cell := fmt.Sprintf("D%d", i+2)
				serial := 46112.75
				if from1904 {
					serial -= 1462
				}
				_ = f.SetCellValue("Sheet1", cell, serial)
				_ = f.SetCellStyle("Sheet1", cell, cell, style)
			}
		})
		rows, bad := readAll(t, resultBook(t, Spec{}), book)
		if len(bad) > 0 || len(rows) != len(formats) {
			t.Fatal(rows, bad)
		}
		for i, row := range rows {
			if !same(row.Values[2], num(t, "-12.34")) || row.Values[3] != day(2026, 3, 31) {
				t.Errorf("1904 %v, %s: %v", from1904, formats[i], row.Values)
			}
		}
	}
}

func TestSerialDays(t *testing.T) {
	for serial, want := range map[string]string{"1": "1900-01-01", "59": "1900-02-28", "60": "", "61": "1900-03-01", "46112.999": "2026-03-31", "0": "", "-1": "", "2958465": "9999-12-31", "2958466": "", "x": "", "NaN": ""} {
		if d, ok := dateOfSerial(serial, false); ok != (want != "") || d.String() != want {
			t.Errorf("%s: %v %v", serial, d, ok)
		}
	}
}

func TestBinaryNoiseOfExcel(t *testing.T) {
	for stored, want := range map[string]string{"263.60000000000002": "263.6", "0.30000000000000004": "0.3", "1.1E-2": "0.011", "1E20": "100000000000000000000", "-12.345": "-12.345", "100": "100", "0": "0"} {
		if a, reason := excelNumber(stored); reason != "" || !a.Equal(num(t, want).Number) {
			t.Errorf("%s: %s, %s", stored, a, reason)
		}
	}
	for _, s := range []string{"x", "1e999", "NaN", "Inf", "1e300"} {
		if a, reason := excelNumber(s); reason == "" {
			t.Errorf("%s is taken as %s", s, a)
		}
	}
}

// PITFALLS 52: a large sheet in flat memory, both ways.
func TestLargeSheetInFlatMemory(t *testing.T) {
	const rows = 40_000
	p := resultBook(t, Spec{})
	var out bytes.Buffer
	f, err := p.NewFile(&out)
	if err != nil {
		t.Fatal(err)
	}
	values := []Value{Text("00123"), Text("a text that is a little longer"), num(t, "12.34"), day(2026, 3, 31), Flag(true), num(t, "7")}
	var b []byte
	for range rows {
		if b, err = p.Encode(b[:0], 0, values, nil); err != nil {
			t.Fatal(err)
		}
		if err := f.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := p.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n := 0
	for {
		if _, err := r.Next(); err != nil {
			break
		}
		if n++; n%10_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			if now.HeapAlloc > before.HeapAlloc+8<<20 {
				t.Fatalf("%d MiB more after %d rows", (now.HeapAlloc-before.HeapAlloc)>>20, n)
			}
		}
	}
	if n != rows {
		t.Errorf("%d rows of %d", n, rows)
	}
}
