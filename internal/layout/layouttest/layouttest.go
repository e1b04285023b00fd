// Package layouttest helps the tests of layouts: plans, values, files written and read back, and two ways to write a record that must agree.
package layouttest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Compiled compiles a layout that must be right.
func Compiled(t testing.TB, spec Spec, records ...Record) *Plan {
	t.Helper()
	p, problems := kinds.Compile(spec, records)
	for _, problem := range problems {
		t.Error(problem)
	}
	if len(problems) > 0 {
		t.FailNow()
	}
	return p
}

// One is a layout of a single record.
func One(fields ...Field) Record { return Record{Name: "line", Fields: fields} }

// Num is a number.
func Num(t testing.TB, s string) Value {
	t.Helper()
	a, err := fis.ParseAmount(s)
	if err != nil {
		t.Fatal(err)
	}
	return Number(a)
}

// OnDay is a date.
func OnDay(y, m, d int) Value {
	date, ok := fis.NewDate(y, m, d)
	if !ok {
		panic("no such day")
	}
	return Day(date)
}

// Encoded is one record, or the error. Written in two steps, with any one field open, it must be the same.
func Encoded(p *Plan, values ...Value) (string, error) {
	b, err := p.Encode(nil, 0, values, nil)
	fields := p.Records()[0].Fields
	for i := range fields {
		open := make([]bool, len(fields))
		if open[i] = true; !p.CanOpen(0, open) || len(values) < len(fields) {
			continue
		}
		if got, openErr := inTwoSteps(p, values, open); got != string(b) || fmt.Sprint(openErr) != fmt.Sprint(err) {
			return "", fmt.Errorf("with %s open: got %q, %w; want %q, %w", fields[i].Name, got, openErr, b, err)
		}
	}
	return string(b), err
}

// inTwoSteps writes a record between others with EncodeOpen and Complete.
func inTwoSteps(p *Plan, values []Value, open []bool) (string, error) {
	early := slices.Clone(values)
	for i := range open {
		if open[i] {
			early[i] = Value{}
		}
	}
	begun, gaps, err := p.EncodeOpen([]byte("other"), []int{1}, 0, early, open, nil)
	if err != nil {
		return string(begun[len("other"):]), err
	}
	b, err := p.Complete([]byte("before"), begun[len("other"):], gaps[1:], 0, values, open, nil)
	return string(b[len("before"):]), err
}

// ReadAll reads a file: rows (with values of their own) and the errors of lines.
func ReadAll(t testing.TB, p *Plan, file []byte) ([]Row, []*LineError) {
	t.Helper()
	rows, bad, err := TryRead(p, file, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return rows, bad
}

// TryRead is ReadAll for files that may not be readable.
func TryRead(p *Plan, file []byte, lim Limits) (rows []Row, bad []*LineError, err error) {
	r, err := p.NewReader(bytes.NewReader(file), int64(len(file)), lim)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	for {
		row, err := r.Next()
		var wrong *LineError
		switch {
		case errors.Is(err, io.EOF):
			return rows, bad, nil
		case errors.As(err, &wrong):
			bad = append(bad, wrong)
			continue
		case err != nil:
			return rows, bad, err
		}
		row.Values = append([]Value(nil), row.Values...)
		rows = append(rows, row)
	}
}

// Written writes records with their values through NewFile.
func Written(t testing.TB, p *Plan, records ...[]Value) []byte {
	t.Helper()
	var out bytes.Buffer
	f, err := p.NewFile(&out)
	if err != nil {
		t.Fatal(err)
	}
	for _, values := range records {
		b, err := p.Encode(nil, 0, values, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Same compares values; numbers by what they are worth.
func Same(a, b Value) bool {
	if a.Kind == NumberKind && b.Kind == NumberKind {
		return a.Number.Equal(b.Number)
	}
	return a.Kind == b.Kind && a.Text == b.Text && a.Date == b.Date && a.Bool == b.Bool
}

// ResultBook is a layout of a workbook with a field of each type.
func ResultBook(t testing.TB, spec Spec) *Plan {
	spec.Kind, spec.Header = Workbook, true
	return Compiled(t, spec, One(Field{Name: "doc", Type: CodeType}, Field{Name: "text"}, Field{Name: "amount", Type: AmountType, Decimals: "2"},
		Field{Name: "date", Type: DateType, DateForm: "dd.MM.yyyy"}, Field{Name: "ok", Type: FlagType}, Field{Name: "n", Type: IntegerType}))
}

// ForeignBook makes a workbook as people do.
func ForeignBook(t testing.TB, fill func(f *excelize.File)) []byte {
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

// HasNote reports whether one value of one field was changed in this way.
func HasNote(list []Note, kind NoteKind) bool {
	for _, n := range list {
		if n.Kind == kind && n.Count == 1 {
			return true
		}
	}
	return false
}
