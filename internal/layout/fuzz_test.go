package layout_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	. "github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

// What is written is read back, whatever the text; with and without line breaks in it, in every quoting style.
func FuzzDelimitedRoundTrip(f *testing.F) {
	for _, s := range []string{"plain", `"`, `a"b,c`, "x\r\ny", "\r", "\x00", "é́", "\u2028", "=1", " ", `\`, `\"`, "''", "\uFEFF", "é\u200B"} {
		f.Add(s, "b", uint8(0))
		f.Add("a", s, uint8(3))
		f.Add(s, s, uint8(9))
	}
	var plans []*Plan
	for _, quoting := range []string{"minimal", "all", "text"} {
		for _, escape := range []string{"double", "backslash"} {
			for _, delimiter := range []string{",", "tab", "||"} {
				plans = append(plans, Compiled(f, Spec{Kind: Delimited, Quoting: quoting, Escape: escape, Delimiter: delimiter, LineBreaks: "keep", Header: len(plans)%2 == 0},
					One(Field{Name: "a"}, Field{Name: "b"}, Field{Name: "end"})))
			}
		}
	}
	f.Fuzz(func(t *testing.T, a, b string, which uint8) {
		p := plans[int(which)%len(plans)]
		var out bytes.Buffer
		file, err := p.NewFile(&out)
		if err != nil {
			t.Fatal(err)
		}
		line, err := p.Encode(nil, 0, []Value{Text(a), Text(b), Text("end")}, nil)
		if err != nil {
			if utf8.ValidString(a) && utf8.ValidString(b) && !strings.ContainsRune(a+b, utf8.RuneError) {
				t.Fatal(err)
			}
			return
		}
		for range 2 {
			if err := file.Write(line); err != nil {
				t.Fatal(err)
			}
		}
		rows, bad := ReadAll(t, p, out.Bytes())
		if len(bad) > 0 || len(rows) != 2 {
			t.Fatalf("%q: %d rows, %v", out.String(), len(rows), bad)
		}
		for i, want := range []string{Visible(a), Visible(b)} {
			got := rows[1].Values[i].Text
			if got != want && !(got == "" && TrimBlanks(want) == "") {
				t.Errorf("%q: read %q, want %q", out.String(), got, want)
			}
		}
	})
}

// PITFALLS 59: each record has the exact length in bytes, whatever the text, in every encoding.
func FuzzFixedWidth(f *testing.F) {
	for i, s := range []string{"plain", "東京都庁", "Łódź", "e\u0301", "a\tb\r\nc", "\x00", "😀👨‍👩‍👧", "ﬁ", "ß", "\uFEFF"} {
		f.Add(s, s, uint8(i))
	}
	var plans []*Plan
	for _, encoding := range []string{"", "us-ascii", "windows-1252", "ebcdic-037", "ebcdic-273", "shift_jis", "gb18030", "big5"} {
		for _, unmappable := range []string{"replace", "table-or-replace"} {
			plans = append(plans, Compiled(f, Spec{Kind: Fixed, Encoding: encoding, Unmappable: unmappable, LineEnd: "none", RecordLength: 40},
				One(Field{Name: "a", Width: 10, Overflow: "cut"}, Field{Name: "b", Start: 13, Width: 7, Overflow: "cut", Align: "right", Case: "upper"}, Field{Name: "mark", Start: 30, Width: 3})))
		}
	}
	f.Fuzz(func(t *testing.T, a, b string, which uint8) {
		p := plans[int(which)%len(plans)]
		out, err := p.Encode(nil, 0, []Value{Text(a), Text(b), Text("end")}, nil)
		if err != nil {
			if utf8.ValidString(a) && utf8.ValidString(b) {
				t.Fatal(err)
			}
			return
		}
		if len(out) != 40 {
			t.Fatalf("%d bytes: % X", len(out), out)
		}
		rows, bad := ReadAll(t, p, out)
		if len(rows) != 1 || len(bad) > 0 || rows[0].Values[2].Text != "end" {
			t.Fatalf("% X: %v, %v", out, rows, bad)
		}
		plain := !strings.ContainsAny(a, "\r\n\t\v\f\u0085\u2028\u2029\uFFFD")
		if got := rows[0].Values[0].Text; p.Charset().UTF8 && plain && !strings.HasPrefix(Visible(a), got) {
			t.Errorf("%q became %q", a, got)
		}
	})
}

// FuzzReader: no reader panics, ends early or goes over its limits, whatever the bytes.
func FuzzReader(f *testing.F) {
	fields := []Field{{Name: "a", Type: CodeType, Width: 3}, {Name: "n", Type: AmountType, Width: 5, Decimals: "2"}, {Name: "d", Type: DateType, DateForm: "yyMMdd", Width: 6, Optional: true}}
	zoned := []Field{{Name: "z", Type: AmountType, Sign: "overpunch", Decimals: "2", Width: 4}, {Name: "p", Type: AmountType, Sign: "packed", Decimals: "2", Width: 3},
		{Name: "b", Type: IntegerType, Sign: "binary", Width: 2}}
	plans := []*Plan{
		Compiled(f, Spec{Kind: Delimited}, One(fields...)),
		Compiled(f, Spec{Kind: Delimited, Header: true, Escape: "backslash", Delimiter: "tab", Encoding: "shift_jis"}, One(fields...)),
		Compiled(f, Spec{Kind: Delimited, Quoting: "none", Delimiter: "||", SkipLines: 1, Comment: "#", Encoding: "windows-1252"}, Record{Name: "x", Match: Match{Column: 2, Value: "x"}, Fields: fields}, One(fields...)),
		Compiled(f, Spec{Kind: Fixed}, Record{Name: "x", Match: Match{Start: 2, Value: "x"}, Fields: fields}, One(fields...)),
		Compiled(f, Spec{Kind: Fixed, LineEnd: "none", Encoding: "ebcdic-037"}, One(zoned...)),
		Compiled(f, Spec{Kind: Fixed, ShortLines: true, Encoding: "gbk"}, One(fields...)),
		Compiled(f, Spec{Kind: PatternText}, Record{Name: "x", Pattern: "{a}: {n} ({d})", Fields: fields}),
		Compiled(f, Spec{Kind: Workbook, Header: true}, One(fields...)),
	}
	book := Written(f, plans[7], []Value{Text("001"), Num(f, "5"), OnDay(2026, 3, 31)})
	for i := range plans {
		f.Add([]byte("a,n,d\nx,1.00,260331\n\"a\"\"b\",\"\n\",\n\"open"), uint8(i))
		f.Add([]byte("a\tn\td\n\"x\\\"\"\t1\t\n"), uint8(i))
		f.Add([]byte("abx12.50260331\r\n001 5.00260331\nx: 1 (2)\n"), uint8(i))
		f.Add([]byte("\xF0\xF1\xF2\xC3\x12\x34\x5C\xFF\xFF"), uint8(i))
		f.Add(book, uint8(i))
	}
	lim := Limits{Bytes: 1 << 20, Rows: 500, Columns: 20, Line: 4096, Unzipped: 1 << 20}
	f.Fuzz(func(t *testing.T, b []byte, which uint8) {
		p := plans[int(which)%len(plans)]
		r, err := p.NewReader(bytes.NewReader(b), int64(len(b)), lim)
		if err != nil {
			return
		}
		defer r.Close()
		last := 0
		for range lim.Rows + 2 {
			row, err := r.Next()
			var bad *LineError
			switch {
			case errors.As(err, &bad):
				if bad.Reason == "" || bad.Place == "" {
					t.Fatalf("an error without place or reason: %+v", bad)
				}
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				if err.Error() == "" {
					t.Fatal("an error without words")
				}
				return
			case row.Record < 0 || row.Line < last || len(row.Values) != len(p.Records()[row.Record].Fields):
				t.Fatalf("row %+v after line %d", row, last)
			}
			last = max(last, row.Line)
		}
		t.Fatal("more rows than the limit")
	})
}
