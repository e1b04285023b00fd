package layout_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"

	"github.com/google/go-cmp/cmp"
)

// twelve is a journal line as companies have it.
func twelve() Record {
	return One(Field{Name: "batch", Type: CodeType, Required: true, Width: 20}, Field{Name: "line", Type: IntegerType}, Field{Name: "date", Type: DateType, DateForm: "yyyyMMdd"},
		Field{Name: "company", Type: CodeType, Width: 4}, Field{Name: "account", Type: CodeType, Required: true, Width: 10}, Field{Name: "center", Type: CodeType},
		Field{Name: "debit", Type: AmountType, Decimals: "currency", Currency: "currency"}, Field{Name: "credit", Type: AmountType, Decimals: "currency", Currency: "currency"},
		Field{Name: "currency", Type: CodeType, Width: 3}, Field{Name: "text", Width: 40, Overflow: "cut"}, Field{Name: "reference", Width: 30}, Field{Name: "tax", Type: CodeType})
}

func twelveValues(t testing.TB, i int) []Value {
	return []Value{Text("CNQR000042"), Num(t, fmt.Sprint(i)), OnDay(2026, 3, 1+i%28), Text("0100"), Text("0064100"), Text("4100"), Num(t, fmt.Sprintf("%d.%02d", i, i%100)), {},
		Text("USD"), Text("Flight to Zürich, " + strings.Repeat("x", i%40)), Text("RPT-000917"), {}}
}

// Encode may be used by several goroutines at once; run with -race.
func TestEncodeIsSafeForConcurrentUse(t *testing.T) {
	for _, spec := range []Spec{{Kind: Delimited}, {Kind: Delimited, Encoding: "shift_jis", Unmappable: "table"}, {Kind: Workbook}} {
		p := Compiled(t, spec, twelve())
		var want []string
		var wantNotes Notes
		for i := range 200 {
			b, err := p.Encode(nil, 0, twelveValues(t, i), &wantNotes)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, string(b))
		}
		var all sync.WaitGroup
		notes := make([]Notes, 4)
		for g := range 4 {
			all.Go(func() {
				var dst []byte
				for i := range 200 {
					var err error
					if dst, err = p.Encode(dst[:0], 0, twelveValues(t, i), &notes[g]); err != nil || string(dst) != want[i] {
						t.Errorf("%d: %q, %v", i, dst, err)
					}
				}
			})
		}
		all.Wait()
		if diff := cmp.Diff(wantNotes.List(p), notes[2].List(p)); diff != "" || len(wantNotes.List(p)) == 0 {
			t.Error(diff, wantNotes.List(p))
		}
	}
}

func TestNotesAddUp(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, twelve())
	var sum, part Notes
	for i := range 40 {
		if _, err := p.Encode(nil, 0, twelveValues(t, i), &part); err != nil {
			t.Fatal(err)
		}
	}
	sum.Add(&part)
	sum.Add(&part)
	sum.Add(nil)
	if got := sum.List(p); len(got) != 1 || got[0].Field != "text" || got[0].Kind.String() != "cut" || got[0].Count != 2*part.List(p)[0].Count {
		t.Errorf("got %v", got)
	}
	sum.Reset()
	if len(sum.List(p)) != 0 {
		t.Error("not forgotten")
	}
}

func TestEncodeRefusesUnknownRecords(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, twelve())
	for _, record := range []int{-1, 1} {
		if _, err := p.Encode(nil, record, nil, nil); err == nil {
			t.Errorf("record %d is written", record)
		}
	}
	if i, ok := p.Record("line"); !ok || i != 0 {
		t.Error("the record is not found by name")
	}
}

func TestEncodeDoesNotAllocate(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, twelve())
	values := twelveValues(t, 7)
	values[9] = Text("Flight")
	dst := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() { dst, _ = p.Encode(dst[:0], 0, values, nil) }); n > 0 {
		t.Errorf("%v allocations a record", n)
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, spec := range []Spec{{Kind: Delimited}, {Kind: Delimited, Encoding: "windows-1252", Quoting: "all"}, {Kind: Workbook}} {
		p := Compiled(b, spec, twelve())
		values := twelveValues(b, 7)
		b.Run(fmt.Sprintf("%s %s %s", spec.Kind, spec.Encoding, spec.Quoting), func(b *testing.B) {
			var dst []byte
			for b.Loop() {
				dst, _ = p.Encode(dst[:0], 0, values, nil)
			}
			b.SetBytes(int64(len(dst)))
			b.ReportAllocs()
		})
	}
	b.Run("baseline encoding/csv of ready texts", func(b *testing.B) {
		w := csv.NewWriter(io.Discard)
		row := []string{"CNQR000042", "7", "20260308", "0100", "0064100", "4100", "7.07", "", "USD", "Flight to Zürich, xxxxxxx", "RPT-000917", ""}
		for b.Loop() {
			_ = w.Write(row)
		}
		b.ReportAllocs()
	})
}

// resultLines is a result file of n rows with 8 columns.
func resultLines(n int) []byte {
	var out bytes.Buffer
	for i := range n {
		fmt.Fprintf(&out, "%032X,POSTED,19%08d,0100,2026,20260331,%d.%02d,ok and posted\n", i, i, i%10000, i%100)
	}
	return out.Bytes()
}

func BenchmarkReadCSV(b *testing.B) {
	const rows = 100_000
	text := resultLines(rows)
	p := Compiled(b, Spec{Kind: Delimited}, One(Field{Name: "doc", Type: CodeType, Required: true}, Field{Name: "outcome", Codes: []Word{"POSTED", "REJECTED"}}, Field{Name: "number", Type: CodeType},
		Field{Name: "company", Type: CodeType}, Field{Name: "year", Type: IntegerType}, Field{Name: "date", Type: DateType, DateForm: "yyyyMMdd"}, Field{Name: "amount", Type: AmountType, Decimals: "2"}, Field{Name: "text"}))
	b.Run("layout", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			r, err := p.NewReader(bytes.NewReader(text), int64(len(text)), Limits{})
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for {
				_, err := r.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != rows {
				b.Fatal(n)
			}
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("baseline encoding/csv without types", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			r := csv.NewReader(bytes.NewReader(text))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); err == io.EOF {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

func BenchmarkFixed(b *testing.B) {
	r := twelve()
	for i := range r.Fields {
		if r.Fields[i].Width == 0 {
			r.Fields[i].Width = 15
		}
		r.Fields[i].Collapse = false
	}
	p := Compiled(b, Spec{Kind: Fixed, Encoding: "windows-1252"}, r)
	values := twelveValues(b, 7)
	b.Run("encode", func(b *testing.B) {
		var dst []byte
		b.ReportAllocs()
		for b.Loop() {
			var err error
			if dst, err = p.Encode(dst[:0], 0, values, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	one, _ := p.Encode(nil, 0, values, nil)
	data := bytes.Repeat(one, 1000)
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			rows, bad := ReadAll(b, p, data)
			if len(rows) != 1000 || len(bad) > 0 {
				b.Fatal(bad)
			}
		}
	})
}

func BenchmarkPattern(b *testing.B) {
	r := twelve()
	r.Pattern = "{batch};{line};{date};{account:<12}[[ {center}]];{debit:>14};{currency} {text}"
	p := Compiled(b, Spec{Kind: PatternText}, r)
	values := twelveValues(b, 7)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if dst, err = p.Encode(dst[:0], 0, values, nil); err != nil {
			b.Fatal(err)
		}
	}
}
