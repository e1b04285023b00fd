package fixed_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// journal is a batch of header, details and trailer with 120 bytes a record.
func journal(t testing.TB, spec Spec) *Plan {
	amount := Field{Type: AmountType, Width: 13, Sign: "overpunch", Decimals: "2"}
	named := func(f Field, name string) Field { f.Name = name; return f }
	spec.Kind, spec.RecordLength = Fixed, 120
	return Compiled(t, spec,
		Record{Name: "header", Match: Match{Start: 1, Value: "H"}, Fields: []Field{{Name: "type", Width: 1, Default: "H"}, {Name: "batch", Type: CodeType, Width: 10},
			{Name: "date", Type: DateType, DateForm: "yyyyMMdd", Width: 8}, {Name: "system", Width: 10}, {Name: "currency", Width: 3}}},
		Record{Name: "detail", Match: Match{Start: 1, Value: "D"}, Fields: []Field{{Name: "type", Width: 1, Default: "D"}, {Name: "sequence", Type: IntegerType, Width: 6},
			{Name: "company", Type: CodeType, Width: 4, Align: "right", Pad: "0"}, {Name: "account", Type: CodeType, Width: 16}, {Name: "department", Type: CodeType, Width: 10},
			named(amount, "amount"), {Name: "currency", Width: 3}, {Name: "date", Type: DateType, DateForm: "yyyyMMdd", Width: 8}, {Name: "document", Type: CodeType, Width: 12},
			{Name: "description", Width: 30, Case: "upper", Overflow: "cut"}, {Name: "reference", Width: 8}}},
		Record{Name: "trailer", Match: Match{Start: 1, Value: "T"}, Fields: []Field{{Name: "type", Width: 1, Default: "T"}, {Name: "batch", Type: CodeType, Width: 10},
			{Name: "count", Type: IntegerType, Width: 7}, named(amount, "debit"), named(amount, "credit"), {Name: "hash", Type: IntegerType, Width: 15}}})
}

func journalRecords(t testing.TB) (records []int, values [][]Value) {
	detail := func(n, company, account, department, amount, text, reference string) []Value {
		return []Value{{}, Num(t, n), Text(company), Text(account), Text(department), Num(t, amount), Text("USD"), OnDay(2026, 3, 31), Text("RPT-000917"), Text(text), Text(reference)}
	}
	return []int{0, 1, 1, 1, 2}, [][]Value{
		{{}, Text("CNQR000042"), OnDay(2026, 4, 1), Text("GLIMPORT"), Text("USD")},
		detail("1", "100", "6410", "4100", "263.60", "Flight", "E1042"),
		detail("2", "100", "6430", "4100", "36.40", "Dinner", "E1042"),
		detail("3", "100", "2150", "", "-300", "Owed to employee", "E1042"),
		{{}, Text("CNQR000042"), Num(t, "3"), Num(t, "300"), Num(t, "-300"), Num(t, "14990")},
	}
}

func TestJournalOfFixedRecords(t *testing.T) {
	want := []string{
		"HCNQR00004220260401GLIMPORT  USD",
		"D00000101006410            4100      000000002636{USD20260331RPT-000917  FLIGHT                        E1042",
		"D00000201006430            4100      000000000364{USD20260331RPT-000917  DINNER                        E1042",
		"D00000301002150                      000000003000}USD20260331RPT-000917  OWED TO EMPLOYEE              E1042",
		"TCNQR0000420000003000000003000{000000003000}000000000014990",
	}
	for _, spec := range []Spec{{}, {LineEnd: "crlf"}, {LineEnd: "none"}, {ShortLines: true}, {Encoding: "ebcdic-273", LineEnd: "none"}, {Encoding: "ebcdic-037", LineEnd: "nel"}} {
		p := journal(t, spec)
		var out []byte
		records, values := journalRecords(t)
		for i, record := range records {
			var err error
			if out, err = p.Encode(out, record, values[i], nil); err != nil {
				t.Fatal(err)
			}
		}
		if spec.Encoding == "" {
			text := strings.ReplaceAll(string(out), "\r\n", "\n")
			for i, line := range want {
				size := 120
				if spec.ShortLines {
					size = len(line)
				}
				line = fmt.Sprintf("%-*s", size, line)
				if rest, ok := strings.CutPrefix(text, line); ok {
					text = strings.TrimPrefix(rest, "\n")
				} else {
					t.Fatalf("%+v: line %d is\n%.120q, want\n%q", spec, i+1, text, line)
				}
			}
		}
		rows, bad := ReadAll(t, p, out)
		if len(bad) > 0 || len(rows) != 5 {
			t.Fatalf("%+v: reads back as %d rows, %v", spec, len(rows), bad)
		}
		if got := rows[3].Values; !Same(got[5], Num(t, "-300")) || got[2].Text != "100" || got[7] != OnDay(2026, 3, 31) || got[9].Text != "OWED TO EMPLOYEE" {
			t.Errorf("%+v: %v", spec, got)
		}
		sum := fis.Zero
		for _, row := range rows[1:4] {
			sum = sum.Add(row.Values[5].Number)
		}
		if !sum.IsZero() {
			t.Errorf("%+v: net is %s", spec, sum)
		}
	}
}

func TestFieldsByStartWithFillerBetween(t *testing.T) {
	p := Compiled(t, Spec{Kind: Fixed, RecordLength: 12, Filler: "."}, One(Field{Name: "b", Start: 8, Width: 2}, Field{Name: "a", Start: 3, Width: 3, Align: "right"}, Field{Name: "c", Width: 1}))
	if got, err := Encoded(p, Text("B"), Text("A"), Text("C")); err != nil || got != "..  AC.B ...\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestLinesOfTheWrongLength(t *testing.T) {
	p := Compiled(t, Spec{Kind: Fixed}, One(Field{Name: "a", Width: 2}, Field{Name: "b", Width: 3}))
	rows, bad := ReadAll(t, p, []byte("12345\n1234\n123456\n12345  \n\n12abc\r\n"))
	if len(rows) != 3 || len(bad) != 2 || bad[0].Line != 2 || bad[1].Line != 3 || rows[2].Line != 6 {
		t.Error(rows, bad)
	}
	p = Compiled(t, Spec{Kind: Fixed, ShortLines: true}, One(Field{Name: "a", Width: 2}, Field{Name: "b", Width: 3}))
	if rows, bad := ReadAll(t, p, []byte("1\n123\n")); len(rows) != 2 || len(bad) > 0 || !rows[0].Values[1].IsEmpty() {
		t.Error(rows, bad)
	}
	p = Compiled(t, Spec{Kind: Fixed, LineEnd: "none"}, One(Field{Name: "a", Width: 4}))
	rows, bad = ReadAll(t, p, []byte("12345678\r\n\x1A"))
	if len(rows) != 2 || len(bad) > 0 {
		t.Error("an end of file mark is no record:", rows, bad)
	}
	rows, bad = ReadAll(t, p, []byte("1234567"))
	if len(rows) != 1 || len(bad) != 1 || bad[0].Place != "record 2" || !strings.Contains(bad[0].Reason, "has 3 bytes, 4 are expected") {
		t.Error(rows, bad)
	}
}

func TestErrorsOfFixedRecordsNameTheField(t *testing.T) {
	p := journal(t, Spec{})
	records, values := journalRecords(t)
	values[1][5] = Num(t, "99999999999.995")
	values[1][2] = Text("10000")
	_, err := p.Encode(nil, records[1], values[1], nil)
	errs, ok := err.(FieldErrors)
	if !ok || len(errs) != 2 {
		t.Fatalf("got %v", err)
	}
	want := FieldErrors{{Record: "detail", Field: "company", Value: "10000", Reason: "has 5 bytes, the field holds 4"},
		{Record: "detail", Field: "amount", Value: "99999999999.995", Reason: "has 3 decimals, 2 are allowed; nothing is rounded here"}}
	if diff := cmp.Diff(want, errs); diff != "" {
		t.Error(diff)
	}
}

func TestWrongBytesInAFieldAreAnError(t *testing.T) {
	p := Compiled(t, Spec{Kind: Fixed, Encoding: "us-ascii"}, One(Field{Name: "a", Width: 3}, Field{Name: "b", Width: 2}))
	rows, bad := ReadAll(t, p, []byte("ab\xE9xy\nabcxy\n"))
	if len(rows) != 1 || len(bad) != 1 || bad[0].Field != "a" || bad[0].Line != 1 {
		t.Error(rows, bad)
	}
}

const cobol = `       IDENTIFICATION DIVISION.
       PROGRAM-ID. SIGNS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT F ASSIGN TO "in.dat" ORGANIZATION SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD F.
       01 R.
          05 A PIC S9(5)V99.
          05 B PIC S9(5)V99 SIGN LEADING.
          05 C PIC S9(5)V99 SIGN TRAILING SEPARATE.
          05 D PIC S9(5)V99 COMP-3.
          05 E PIC S9(7)V99 COMP.
       WORKING-STORAGE SECTION.
       01 T PIC -(6)9.99.
       PROCEDURE DIVISION.
           OPEN INPUT F
           PERFORM 2 TIMES
             READ F
             MOVE A TO T DISPLAY T
             MOVE B TO T DISPLAY T
             MOVE C TO T DISPLAY T
             MOVE D TO T DISPLAY T
             MOVE E TO T DISPLAY T
           END-PERFORM
           CLOSE F
           STOP RUN.
`

// A COBOL program reads the signs that we write; more than our own table where a compiler is installed.
func TestCOBOLReadsOurSigns(t *testing.T) {
	cobc, err := exec.LookPath("cobc")
	if err != nil {
		t.Log("no GnuCOBOL here; the table of signs stands alone")
		return
	}
	amount := func(name, sign string, width int) Field {
		return Field{Name: name, Type: AmountType, Sign: sign, Width: width, Decimals: "2", Implied: true}
	}
	for mode, suffix := range map[string]string{"EBCDIC": "", "ASCII": "-ascii"} {
		dir := t.TempDir()
		p := Compiled(t, Spec{Kind: Fixed, LineEnd: "none"}, One(amount("a", "overpunch"+suffix, 7), amount("b", "overpunch"+suffix+"-leading", 7),
			amount("c", "trailing-separate", 8), amount("d", "packed", 4), amount("e", "binary", 4)))
		var out []byte
		for _, n := range []string{"-123.45", "12340.6"} {
			if out, err = p.Encode(out, 0, []Value{Num(t, n), Num(t, n), Num(t, n), Num(t, n), Num(t, n)}, nil); err != nil {
				t.Fatal(err)
			}
		}
		write(t, filepath.Join(dir, "in.dat"), out)
		write(t, filepath.Join(dir, "signs.cob"), []byte(cobol))
		build := exec.Command(cobc, "-x", "-fsign="+mode, "signs.cob")
		build.Dir = dir
		if text, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		run := exec.Command(filepath.Join(dir, "signs"))
		run.Dir = dir
		text, err := run.CombinedOutput()
		want := strings.Repeat("   -123.45\n", 5) + strings.Repeat("  12340.60\n", 5)
		if err != nil || string(text) != want {
			t.Errorf("%s: COBOL reads %q, %v", mode, text, err)
		}
	}
}

func write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkEncode(b *testing.B) {
	p := journal(b, Spec{Encoding: "ebcdic-037", LineEnd: "none"})
	_, values := journalRecords(b)
	var dst []byte
	for b.Loop() {
		dst, _ = p.Encode(dst[:0], 1, values[1], nil)
	}
	b.SetBytes(int64(len(dst)))
	b.ReportAllocs()
}
