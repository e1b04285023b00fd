package sheet_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// PITFALLS 47, 48: codes survive a full round trip, long numbers too.
func TestWorkbookRoundTrip(t *testing.T) {
	p := ResultBook(t, Spec{Sheet: "Results", LineBreaks: "keep"})
	records := [][]Value{
		{Text("00123"), Text("plain"), Num(t, "-5.00"), OnDay(2026, 3, 31), Flag(true), Num(t, "7")},
		{Text("12E45"), Text("=1+1"), Num(t, "0.07"), OnDay(1900, 3, 1), Flag(false), {}},
		{Text("1-2"), Text("two\nlines <&> é東京 _x000D_"), Num(t, "123456789012.34"), OnDay(9999, 12, 31), {}, Num(t, "123456789012345")},
		{Text("6084E1"), Text(" edge "), Num(t, "12345678901234567890123.01"), OnDay(2024, 2, 29), {}, Num(t, "1234567890123456")},
		{Text("1234567890123456"), {}, {}, {}, {}, {}},
		{Text("MAR1"), {}, Num(t, "0"), {}, {}, Num(t, "-1")},
	}
	written := Written(t, p, records...)
	if again := Written(t, p, records...); !bytes.Equal(written, again) {
		t.Error("the same rows gave other bytes")
	}
	rows, bad := ReadAll(t, p, written)
	if len(bad) > 0 || len(rows) != len(records) {
		t.Fatalf("%d rows, %v", len(rows), bad)
	}
	for i, row := range rows {
		for f, v := range row.Values {
			if !Same(v, records[i][f]) {
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
	p := Compiled(t, Spec{Kind: Workbook, Header: true}, Record{Name: "a", Sheet: "First", Fields: []Field{{Name: "x"}}},
		Record{Name: "b", Sheet: "Second", Fields: []Field{{Name: "y", Type: IntegerType}}}, Record{Name: "c", Sheet: "Third", Fields: []Field{{Name: "z"}}})
	make := func() []byte {
		var out bytes.Buffer
		f, err := p.NewFile(&out)
		if err != nil {
			t.Fatal(err)
		}
		var rows []byte
		for i := range 3 {
			if rows, err = p.Encode(rows, i, []Value{Num(t, fmt.Sprint(i))}, nil); err != nil {
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
	rows, bad := ReadAll(t, p, first)
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%s!%d %s", r.Sheet, r.Line, r.Values[0]))
	}
	if diff := cmp.Diff([]string{"First!2 0", "Second!2 1", "Third!2 2"}, got); diff != "" || len(bad) > 0 {
		t.Error(diff, bad)
	}
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
	p := ResultBook(t, Spec{})
	for _, tt := range tests {
		book := ForeignBook(t, func(f *excelize.File) {
			if err := tt.fill(f); err != nil {
				t.Fatal(err)
			}
		})
		rows, bad := ReadAll(t, p, book)
		if len(bad) != 1 || !strings.Contains(bad[0].Error(), tt.want) || bad[0].Place != "Sheet1!"+tt.cell {
			t.Errorf("%s: want %q, got %v, %v", tt.cell, tt.want, rows, bad)
		}
	}
}

func TestNumberFormatsAndDateSystems(t *testing.T) {
	for _, from1904 := range []bool{false, true} {
		formats := []string{"0.00", "#,##0.00;(#,##0.00)", "(0.00)", "\"day\" 0.00", "[Red]0.00"}
		book := ForeignBook(t, func(f *excelize.File) {
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
		rows, bad := ReadAll(t, ResultBook(t, Spec{}), book)
		if len(bad) > 0 || len(rows) != len(formats) {
			t.Fatal(rows, bad)
		}
		for i, row := range rows {
			if !Same(row.Values[2], Num(t, "-12.34")) || row.Values[3] != OnDay(2026, 3, 31) {
				t.Errorf("1904 %v, %s: %v", from1904, formats[i], row.Values)
			}
		}
	}
}

// PITFALLS 52: a large sheet in flat memory, both ways.
func TestLargeSheetInFlatMemory(t *testing.T) {
	const rows = 40_000
	p := ResultBook(t, Spec{})
	var out bytes.Buffer
	f, err := p.NewFile(&out)
	if err != nil {
		t.Fatal(err)
	}
	values := []Value{Text("00123"), Text("a text that is a little longer"), Num(t, "12.34"), OnDay(2026, 3, 31), Flag(true), Num(t, "7")}
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

// Ids in number cells are taken where the layout says that they may be, and only where Excel has kept what they were;
// headings stand below a title.
func TestIDsAsNumbersBelowATitle(t *testing.T) {
	p := Compiled(t, Spec{Kind: Workbook, Header: true}, One(
		Field{Name: "doc", Type: CodeType, NumberCells: true}, Field{Name: "nr", Type: CodeType, NumberCells: true, Width: 6, Pad: "0"}))
	file := ForeignBook(t, func(f *excelize.File) {
		for i, row := range [][]any{{"Payments of November"}, {}, {"nr", "doc"}, {42, 1900000042}, {"000043", "D2"}, {1.5, 3}, {1, 1234567890123456}, {`="00044"`, "D5"}} {
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	})
	rows, bad := ReadAll(t, p, file)
	var got []string
	for _, r := range rows {
		got = append(got, r.Values[0].Text+" "+r.Values[1].Text)
	}
	if want := []string{"1900000042 000042", "D2 000043", "D5 00044"}; !slices.Equal(got, want) || len(bad) != 2 {
		t.Errorf("%q, %v", got, bad)
	}
}
