package layout_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	. "github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"

	"github.com/xuri/excelize/v2"
)

// PITFALLS 51: a file of another kind gets its own message.
func TestFilesOfAnotherKind(t *testing.T) {
	utf16LE := func(s string) string {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return string(b)
	}
	ole := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 70_000)
	book := string(ForeignBook(t, func(*excelize.File) {}))
	tests := []struct {
		kind KindName
		file string
		want string
	}{
		{Workbook, ole + utf16LE("Workbook"), "old Excel workbook (.xls)"},
		{Workbook, ole + utf16LE("EncryptedPackage"), "protected by a password"},
		{Workbook, "doc,amount\n1,2\n", "a CSV that was named .xlsx"},
		{Workbook, "<html><table>", "web page"},
		{Workbook, "", "empty file"},
		{Delimited, ole, "old Excel workbook"},
		{Delimited, book, "a zip archive or Excel workbook"},
		{Delimited, "\xFF\xFEd\x00o\x00c\x00", "UTF-16"},
		{Delimited, "\uFEFF<?xml version=\"1.0\"?>", "XML"},
		{Delimited, "\x1F\x8B\x08", "gzip"},
		{Delimited, "%PDF-1.7", "PDF"},
		{Delimited, "-----BEGIN PGP MESSAGE-----", "PGP"},
		{Fixed, book, "zip archive"},
		{Fixed, "\xFF\xFEd\x00o\x00c\x00", "UTF-16"},
		{PatternText, ole, "old Excel"},
	}
	for _, tt := range tests {
		r := One(Field{Name: "doc", Width: 3})
		if tt.kind == PatternText {
			r.Pattern = "{doc}"
		}
		_, _, err := TryRead(Compiled(t, Spec{Kind: tt.kind}, r), []byte(tt.file), Limits{})
		var wrong *WrongFileError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), tt.want) || wrong.Hint == "" {
			t.Errorf("%s %.10q: got %v", tt.kind, tt.file, err)
		}
	}
	ebcdic := Compiled(t, Spec{Kind: Fixed, Encoding: "ebcdic-037", LineEnd: "none"}, One(Field{Name: "n", Type: AmountType, Sign: "binary", Decimals: "0", Width: 4}))
	if rows, bad := ReadAll(t, ebcdic, []byte("\xFF\xFE\x00\x00")); len(rows) != 1 || len(bad) > 0 {
		t.Error("binary records may begin with any bytes:", rows, bad)
	}
	if rows, bad := ReadAll(t, Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "a"})), nil); len(rows)+len(bad) > 0 {
		t.Error("an empty file has no rows:", rows, bad)
	}
}

func TestDamagedWorkbooks(t *testing.T) {
	good := ForeignBook(t, func(*excelize.File) {})
	other := zipOf(t, map[string]string{"readme.txt": "hello"})
	for name, file := range map[string][]byte{"cut": good[:len(good)-100], "no workbook": other, "head only": good[:200]} {
		if _, _, err := TryRead(ResultBook(t, Spec{}), file, Limits{}); err == nil || !strings.Contains(err.Error(), "not an Excel workbook") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := TryRead(ResultBook(t, Spec{Sheet: "Results"}), good, Limits{}); err == nil || !strings.Contains(err.Error(), `no sheet "Results"; there are Sheet1`) {
		t.Errorf("missing sheet: %v", err)
	}
}

// PITFALLS 45: limits on every format, each a typed error.
func TestLimits(t *testing.T) {
	csv := Compiled(t, Spec{Kind: Delimited, LineBreaks: "keep"}, One(Field{Name: "a"}))
	fixed := Compiled(t, Spec{Kind: Fixed, LineEnd: "none"}, One(Field{Name: "a", Width: 50}))
	lines := Compiled(t, Spec{Kind: PatternText}, Record{Name: "line", Pattern: "{a}", Fields: []Field{{Name: "a"}}})
	book := ResultBook(t, Spec{})
	farApart := ForeignBook(t, func(f *excelize.File) {
		_ = f.SetCellValue("Sheet1", "A2", "x")
		_ = f.SetCellValue("Sheet1", "A1000000", "x")
	})
	wide := ForeignBook(t, func(f *excelize.File) { _ = f.SetCellValue("Sheet1", "XFD1", "x") })
	tests := []struct {
		name string
		plan *Plan
		file []byte
		lim  Limits
		what string
	}{
		{"file size", csv, []byte("123456"), Limits{Bytes: 5}, "bytes"},
		{"rows", csv, []byte("1\n2\n3\n"), Limits{Rows: 2}, "rows"},
		{"bad rows count too", Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "a", Type: IntegerType})), []byte("x\ny\nz\n"), Limits{Rows: 2}, "rows"},
		{"line", csv, []byte("1\n" + strings.Repeat("x", 300_000)), Limits{Line: 200_000}, "bytes"},
		{"short line", csv, []byte("1\n" + strings.Repeat("x", 30)), Limits{Line: 20}, "bytes"},
		{"columns", csv, []byte("1,2,3,4\n"), Limits{Columns: 3}, "columns"},
		{"quoted columns", csv, []byte("\"1\",2,3,4\n"), Limits{Columns: 3}, "columns"},
		{"fixed record", fixed, []byte(strings.Repeat("x", 100)), Limits{Line: 20}, "bytes"},
		{"fixed rows", fixed, []byte(strings.Repeat("x", 100)), Limits{Rows: 1}, "rows"},
		{"text line", lines, []byte(strings.Repeat("x", 100)), Limits{Line: 20}, "bytes"},
		{"far apart", book, farApart, Limits{Rows: 1000}, "rows"},
		{"wide", book, wide, Limits{Columns: 100}, "columns"},
		{"unzipped", book, farApart, Limits{Unzipped: 1000}, "bytes when unpacked"},
		{"long cell", book, ForeignBook(t, func(f *excelize.File) { _ = f.SetCellValue("Sheet1", "B2", strings.Repeat("x", 5000)) }), Limits{Line: 1000}, "bytes"},
	}
	for _, tt := range tests {
		_, _, err := TryRead(tt.plan, tt.file, tt.lim)
		var limit *LimitError
		if !errors.As(err, &limit) || limit.What != tt.what {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
	if rows, _, err := TryRead(book, farApart, Limits{}); err != nil || len(rows) != 2 || rows[1].Line != 1_000_000 {
		t.Errorf("two cells a million rows apart cost nothing: %d rows, %v", len(rows), err)
	}
}

// A sheet of 300 MiB in a file of 300 KiB; and one whose archive lies about its size.
func TestZipBombs(t *testing.T) {
	bomb := bombSheet(t, 300<<20, 0)
	var limit *LimitError
	if _, _, err := TryRead(ResultBook(t, Spec{}), bomb, Limits{}); !errors.As(err, &limit) || limit.What != "bytes when unpacked" {
		t.Errorf("%d KiB: got %v", len(bomb)>>10, err)
	}
	liar := bombSheet(t, 80<<20, 1000)
	if rows, _, err := TryRead(ResultBook(t, Spec{}), liar, Limits{Columns: 1 << 20}); err == nil {
		t.Errorf("a wrong size in the directory: %d rows and no error", len(rows))
	}
}

// bombSheet packs a sheet of so many bytes; declared is the size its archive states, 0 the true one.
func bombSheet(t *testing.T, size, declared int) []byte {
	t.Helper()
	good := ForeignBook(t, func(*excelize.File) {})
	from, err := zip.NewReader(bytes.NewReader(good), int64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, part := range from.File {
		if part.Name != "xl/worksheets/sheet1.xml" {
			if err := to.Copy(part); err != nil {
				t.Fatal(err)
			}
			continue
		}
		var packed bytes.Buffer
		deflate, err := flate.NewWriter(&packed, flate.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(deflate, `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>doc</t></is></c>`)
		blank := bytes.Repeat([]byte(" "), 1<<20)
		for range size >> 20 {
			if _, err := deflate.Write(blank); err != nil {
				t.Fatal(err)
			}
		}
		fmt.Fprint(deflate, `</row></sheetData></worksheet>`)
		if err := deflate.Close(); err != nil {
			t.Fatal(err)
		}
		if declared == 0 {
			declared = size
		}
		w, err := to.CreateRaw(&zip.FileHeader{Name: part.Name, Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(declared)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, &packed); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipOf(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range parts {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A quote that is never closed costs one pass more, not one for each line.
func TestManyOpenQuotes(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited, LineBreaks: "keep"}, One(Field{Name: "a"}, Field{Name: "b"}))
	text := strings.Repeat("\"x\"y,\"\n", 20_000)
	rows, bad := ReadAll(t, p, []byte(text))
	if len(bad) == 0 || len(rows)+len(bad) > 40_000 {
		t.Errorf("%d rows, %d bad", len(rows), len(bad))
	}
}

type failing struct{ after int64 }

func (f failing) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > f.after {
		return 0, errors.New("the disk is gone")
	}
	return copy(p, bytes.Repeat([]byte("1,2\n"), len(p)/4+1)), nil
}

func TestReadErrorsEndTheReading(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "a"}, Field{Name: "b"}))
	if _, err := p.NewReader(failing{}, 100, Limits{}); err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Errorf("got %v", err)
	}
	r, err := p.NewReader(failing{after: 200_000}, 1_000_000, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for range 1_000_000 {
		if _, err = r.Next(); err != nil {
			break
		}
	}
	if err == nil || errors.Is(err, io.EOF) || !strings.Contains(err.Error(), "the disk is gone") {
		t.Errorf("got %v", err)
	}
	if _, again := r.Next(); !errors.Is(again, err) {
		t.Errorf("then %v", again)
	}
}
