package delimited_test

import (
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"

	"github.com/google/go-cmp/cmp"
)

// PITFALLS 62: quotes, delimiters, line breaks, empty: each quoting style both ways.
func TestDelimitedRoundTrip(t *testing.T) {
	texts := []string{"plain", `say "hi"`, "a,b", "a;b", "line\nbreak", "cr\r\nlf", "\r", " edge ", `back\slash`, `"`, `""`, ",", "é東京", "", "#not a comment"}
	for _, spec := range []Spec{
		{}, {Quoting: "all"}, {Quoting: "text"}, {Quoting: "all", QuoteEmpty: true}, {Quoting: "all", Escape: "backslash"}, {Escape: "backslash"}, {Quote: "'"},
		{Delimiter: "semicolon"}, {Delimiter: "tab", LineEnd: "crlf"}, {Delimiter: "||"}, {BOM: true}, {Header: true}, {NoFinalLineEnd: true}, {Comment: "#"},
		{LineEnd: "cr"}, {Encoding: "utf-8", BOM: true, Header: true, LineEnd: "crlf"}, {Delimiter: "¦"}, {Encoding: "shift_jis", Delimiter: "pipe", Unmappable: "table"},
	} {
		spec.Kind, spec.LineBreaks, spec.Neutralise = Delimited, "keep", "off"
		p := Compiled(t, spec, One(Field{Name: "first"}, Field{Name: "second, part"}, Field{Name: "n", Type: IntegerType}))
		var records [][]Value
		for _, text := range texts {
			if spec.LineEnd == "cr" || spec.Encoding == "shift_jis" {
				text = strings.NewReplacer("\r", "", "é", "e").Replace(text)
			}
			records = append(records, []Value{Text(text), Text(text), Num(t, "7")})
		}
		written := Written(t, p, records...)
		rows, bad := ReadAll(t, p, written)
		if len(bad) > 0 || len(rows) != len(records) {
			t.Fatalf("%+v: %d rows of %d, %v\n%q", spec, len(rows), len(records), bad, written)
		}
		for i := range rows {
			if rows[i].Values[0] != records[i][0] || rows[i].Values[1] != records[i][1] {
				t.Errorf("%+v: %q reads back as %q", spec, records[i][0].Text, rows[i].Values[0].Text)
			}
		}
		if spec.NoFinalLineEnd == strings.HasSuffix(string(written), string(p.LineEnd())) {
			t.Errorf("%+v: ends with %q", spec, written[len(written)-1])
		}
	}
}

func TestQuotingStyles(t *testing.T) {
	yes, no := true, false
	fields := []Field{{Name: "t"}, {Name: "c", Type: CodeType}, {Name: "n", Type: AmountType, Decimals: "2"}, {Name: "e"}}
	tests := []struct {
		spec Spec
		want string
	}{
		{Spec{}, "a,\"b\"\"c\",1.00,\n"},
		{Spec{Quoting: "all"}, `"a","b""c","1.00",` + "\n"},
		{Spec{Quoting: "all", QuoteEmpty: true}, `"a","b""c","1.00",""` + "\n"},
		{Spec{Quoting: "text"}, `"a","b""c",1.00,` + "\n"},
		{Spec{Quoting: "text", QuoteEmpty: true}, `"a","b""c",1.00,""` + "\n"},
		{Spec{Quoting: "text", Escape: "backslash"}, `"a","b\"c",1.00,` + "\n"},
		{Spec{Quoting: "none", LineEnd: "crlf"}, `a,b"c,1.00,` + "\r\n"},
	}
	for _, tt := range tests {
		tt.spec.Kind = Delimited
		if got, err := Encoded(Compiled(t, tt.spec, One(fields...)), Text("a"), Text(`b"c`), Num(t, "1"), Value{}); err != nil || got != tt.want {
			t.Errorf("%+v: got %q, %v, want %q", tt.spec, got, err, tt.want)
		}
	}
	p := Compiled(t, Spec{Kind: Delimited, Quoting: "text"}, One(Field{Name: "t", Quoted: &no}, Field{Name: "n", Type: IntegerType, Quoted: &yes}))
	if got, err := Encoded(p, Text(`a,"b`), Num(t, "1")); err != nil || got != "a  b,\"1\"\n" {
		t.Errorf("own rule of a field: %q, %v", got, err)
	}
}

// What we write is what the standard library reads.
func TestOtherReadersUnderstandUs(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited, LineBreaks: "keep"}, One(Field{Name: "a"}, Field{Name: "b"}))
	want := [][]string{{`say "hi"`, "a,b"}, {"x\ny", " z "}, {`"`, "-"}}
	var out []byte
	for _, record := range want {
		b, err := p.Encode(nil, 0, []Value{Text(record[0]), Text(record[1])}, nil)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b...)
	}
	got, err := csv.NewReader(strings.NewReader(string(out))).ReadAll()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestLineBreaksBecomeBlanks(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "a"}))
	var notes Notes
	b, err := p.Encode(nil, 0, []Value{Text("one\r\ntwo\tthree\x00\u2028four")}, &notes)
	if err != nil || string(b) != "one two three four\n" || !HasNote(notes.List(p), Cleaned) {
		t.Errorf("got %q, %v, %v", b, err, notes.List(p))
	}
}

func TestNotesText(t *testing.T) {
	got := NotesText([]Note{{Record: "Line", Field: "Text", Kind: Cut, Count: 3}, {Record: "Line", Field: "Text", Kind: Flagged, Count: 1}, {Record: "Head", Field: "Title", Kind: Replaced, Count: 2}})
	if want := "Line Text 3 cut, 1 begin like a formula; Head Title 2 replaced"; got != want || NotesText(nil) != "" {
		t.Errorf("got %q", got)
	}
}

func TestColumnsByHeading(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited, Header: true}, One(
		Field{Name: "doc", Heading: "Document ID", Type: CodeType}, Field{Name: "status", Also: []string{"State"}}, Field{Name: "note", Optional: true}))
	rows, bad := ReadAll(t, p, []byte("\uFEFFextra,STATE,\u00A0document  id ,more\nx,posted,00123,y\n\n,,,\nx,rejected,00124,y\n"))
	if len(bad) > 0 || len(rows) != 2 || rows[0].Values[0].Text != "00123" || rows[0].Values[1].Text != "posted" || !rows[0].Values[2].IsEmpty() {
		t.Fatal(rows, bad)
	}
	if rows[0].Line != 2 || rows[1].Line != 5 || rows[1].Raw != "x,rejected,00124,y" {
		t.Errorf("lines %d and %d, raw %q", rows[0].Line, rows[1].Line, rows[1].Raw)
	}
}

func TestHeaderRowMistakesAreAllReported(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited, Header: true}, One(Field{Name: "Document ID"}, Field{Name: "Status"}, Field{Name: "Amount"}))
	_, _, err := TryRead(p, []byte("Documnt ID,Status,STATUS,x\n"), Limits{})
	var header *HeaderError
	if !errors.As(err, &header) || len(header.Missing) != 2 || len(header.Doubled) != 1 || !strings.Contains(err.Error(), `did you mean "Documnt ID"?`) ||
		!strings.Contains(err.Error(), "line 1") {
		t.Errorf("got %v", err)
	}
	if _, _, err = TryRead(p, nil, Limits{}); err == nil || !strings.Contains(err.Error(), "empty file") {
		t.Errorf("empty file: %v", err)
	}
}

func TestRecordsAreRecognised(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited, Delimiter: "pipe", Quoting: "none", Comment: "#", SkipLines: 1},
		Record{Name: "head", Match: Match{Column: 1, Value: "EXTRACT"}, Fields: []Field{{Name: "type"}, {Name: "count", Type: IntegerType}}},
		Record{Name: "detail", Match: Match{Column: 1, Values: []Word{"DETAIL", "D"}}, Fields: []Field{{Name: "type"}, {Name: "amount", Type: AmountType}, {Name: "code", Type: CodeType}}},
		Record{Name: "end", Match: Match{Prefix: "*** ", Columns: 1}, Fields: []Field{{Name: "text"}}})
	rows, bad := ReadAll(t, p, []byte("report of today\nEXTRACT|2\n# hello\nDETAIL|1.00|007\nD|2.00|008\nD|x|009\nNONE|1\nD|1\n*** end\n"))
	var got []string
	for _, r := range rows {
		got = append(got, p.Records()[r.Record].Name)
	}
	if diff := cmp.Diff([]string{"head", "detail", "detail", "end"}, got); diff != "" {
		t.Error(diff)
	}
	want := []*LineError{
		{Line: 6, Place: "line 6", Record: "detail", Field: "amount", Value: "x", Reason: "is not a number"},
		{Line: 7, Place: "line 7", Value: "NONE|1", Reason: "is none of the records that the layout knows (head, detail, end)"},
		{Line: 8, Place: "line 8", Record: "detail", Value: "D|1", Reason: "has 2 columns, 3 are expected"},
	}
	if diff := cmp.Diff(want, bad); diff != "" {
		t.Error(diff)
	}
}

func TestABadLineStillShowsWhatItHolds(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "doc", Type: CodeType}, Field{Name: "amount", Type: AmountType}, Field{Name: "text"}))
	r, err := p.NewReader(strings.NewReader("D1,x,why\n"), 9, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	row, err := r.Next()
	var bad *LineError
	if !errors.As(err, &bad) || row.Values[0].Text != "D1" || row.Values[2].Text != "why" || row.Raw != "D1,x,why" || row.Line != 1 {
		t.Errorf("got %+v, %v", row, err)
	}
}

func TestBrokenQuotes(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited, LineBreaks: "keep"}, One(Field{Name: "a"}, Field{Name: "b"}))
	rows, bad := ReadAll(t, p, []byte("1,\"ok\"\n2,\"open\n3,x\n4,\"a\"b\n5,mid\"dle\n6,y\n"))
	var got []string
	for _, r := range rows {
		got = append(got, r.Values[0].Text+"="+r.Values[1].Text)
	}
	// Line 2 opens a quote that line 4 closes: both are lost, and said to be; the rest is read.
	if diff := cmp.Diff([]string{"1=ok", "5=mid\"dle", "6=y"}, got); diff != "" || len(bad) != 1 || bad[0].Line != 2 {
		t.Error(diff, bad)
	}
	rows, bad = ReadAll(t, p, []byte("1,a\n2,\"open\n3,x\n4,y\n"))
	if len(rows) != 3 || len(bad) != 1 || bad[0].Line != 2 || !strings.Contains(bad[0].Reason, "does not end") {
		t.Errorf("an open quote must not swallow the file: %v, %v", rows, bad)
	}
}

// PITFALLS 58: a result file in the wrong charset.
func TestWrongCharsetNamesTheLine(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "a"}, Field{Name: "b"}))
	rows, bad := ReadAll(t, p, []byte("1,x\n2,Caf\xE9\n3,\"Caf\xE9 y\"\n4,y\n"))
	if len(rows) != 2 || len(bad) != 2 || bad[0].Line != 2 || bad[1].Line != 3 || !strings.Contains(bad[0].Reason, "utf-8") {
		t.Error(rows, bad)
	}
}

func TestTooManyColumns(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "a"}, Field{Name: "b"}))
	rows, bad := ReadAll(t, p, []byte("1,2\n1,2,,\n1,2,3\n1\n"))
	if len(rows) != 2 || len(bad) != 2 || bad[0].Line != 3 || bad[1].Line != 4 {
		t.Error(rows, bad)
	}
}

func TestRowsTakenTogetherAreWrittenAsTheyAre(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited, NoFinalLineEnd: true, Header: true, Quoting: "all"}, One(Field{Name: "a"}))
	var both []byte
	for _, s := range []string{"1", "2"} {
		both, _ = p.Encode(both, 0, []Value{Text(s)}, nil)
	}
	var out strings.Builder
	f, err := p.NewFile(&out)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Write(both); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil || out.String() != "\"a\"\n\"1\"\n\"2\"\n\"1\"\n\"2\"" {
		t.Errorf("got %q, %v", out.String(), err)
	}
}
