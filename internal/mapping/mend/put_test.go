package mend

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// book is a workbook with a coloured lookup sheet.
func book(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	style, err := f.NewStyle(&excelize.Style{NumFmt: 49, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFCC00"}}})
	if err != nil {
		t.Fatal(err)
	}
	for cell, text := range map[string]string{"A1": "Concur account (key)", "B1": "Account", "A2": "0100", "B2": "6100"} {
		if err := f.SetCellStr("Sheet1", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellStyle("Sheet1", "A2", "B2", style); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A workbook says of which version it is a copy, also when it is stamped again; its other parts stay byte for byte.
func TestStamp(t *testing.T) {
	data := book(t)
	one, two := strings.Repeat("1a", 32), strings.Repeat("2b", 32)
	stamped, err := Stamp(data, one)
	if err != nil || StampOf(stamped) != one || StampOf(data) != "" {
		t.Fatalf("%q, %q, %v", StampOf(stamped), StampOf(data), err)
	}
	again, err := Stamp(stamped, two)
	if err != nil || StampOf(again) != two {
		t.Fatalf("stamped again: %q, %v", StampOf(again), err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(again))
	if err != nil {
		t.Fatal(err)
	}
	props, err := f.GetCustomProps()
	if err != nil || len(props) != 1 || props[0].Value != two {
		t.Errorf("another reader finds %v, %v", props, err)
	}
	sheet := func(data []byte) []byte {
		zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := zr.Open("xl/worksheets/sheet1.xml")
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := out.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	if !bytes.Equal(sheet(data), sheet(again)) {
		t.Error("a sheet has changed")
	}
	if plain, err := Stamp([]byte("columns:\n"), one); err != nil || string(plain) != "columns:\n" {
		t.Errorf("a mapping in YAML became %q, %v", plain, err)
	}
}

// A new row stands below the last one, formatted as that is, so that codes keep their zeros.
func TestAddRow(t *testing.T) {
	b, err := OpenBook(book(t))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if row, err := b.AddRow("Sheet1", []NewCell{{Heading: "concur account", Text: "0200"}, {Heading: "Account", Text: "0042"}}); err != nil || row != 3 {
		t.Fatalf("row %d, %v", row, err)
	}
	if _, err := b.AddRow("Sheet1", []NewCell{{Heading: "Name", Text: "x"}}); err == nil {
		t.Error("a column that there is not is taken")
	}
	data, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	above, _ := f.GetCellStyle("Sheet1", "B2")
	below, _ := f.GetCellStyle("Sheet1", "B3")
	kind, _ := f.GetCellType("Sheet1", "B3")
	if text, _ := f.GetCellValue("Sheet1", "B3"); text != "0042" || above != below || kind != excelize.CellTypeSharedString {
		t.Errorf("the row has %q, style %d beside %d, kind %d", text, below, above, kind)
	}
}
