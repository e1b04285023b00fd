// Package layouttest helps the tests of layouts: plans, values, files written and read back, and two ways to write a
// record that must agree.
package layouttest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Compiled compiles a layout that must be right.
func Compiled(t testing.TB, spec layout.Spec, records ...layout.Record) *layout.Plan {
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
func One(fields ...layout.Field) layout.Record { return layout.Record{Name: "line", Fields: fields} }

// Num is a number.
func Num(t testing.TB, s string) layout.Value {
	t.Helper()
	a, err := fis.ParseAmount(s)
	if err != nil {
		t.Fatal(err)
	}
	return layout.Number(a)
}

// OnDay is a date.
func OnDay(y, m, d int) layout.Value {
	date, ok := fis.NewDate(y, m, d)
	if !ok {
		panic("no such day")
	}
	return layout.Day(date)
}

// Encoded is one record, or the error. Written in two steps, with any one field open, it must be the same.
func Encoded(p *layout.Plan, values ...layout.Value) (string, error) {
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
func inTwoSteps(p *layout.Plan, values []layout.Value, open []bool) (string, error) {
	early := slices.Clone(values)
	for i := range open {
		if open[i] {
			early[i] = layout.Value{}
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
func ReadAll(t testing.TB, p *layout.Plan, file []byte) ([]layout.Row, []*layout.LineError) {
	t.Helper()
	rows, bad, err := TryRead(p, file, layout.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return rows, bad
}

// TryRead is ReadAll for files that may not be readable.
func TryRead(p *layout.Plan, file []byte, lim layout.Limits) (rows []layout.Row, bad []*layout.LineError, err error) {
	r, err := p.NewReader(bytes.NewReader(file), int64(len(file)), lim)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	for {
		row, err := r.Next()
		var wrong *layout.LineError
		switch {
		case errors.Is(err, io.EOF):
			return rows, bad, nil
		case errors.As(err, &wrong):
			bad = append(bad, wrong)
			continue
		case err != nil:
			return rows, bad, err
		}
		row.Values = append([]layout.Value(nil), row.Values...)
		rows = append(rows, row)
	}
}

// Written writes records with their values through NewFile.
func Written(t testing.TB, p *layout.Plan, records ...[]layout.Value) []byte {
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
func Same(a, b layout.Value) bool {
	if a.Kind == layout.NumberKind && b.Kind == layout.NumberKind {
		return a.Number.Equal(b.Number)
	}
	return a.Kind == b.Kind && a.Text == b.Text && a.Date == b.Date && a.Bool == b.Bool
}

// ResultBook is a layout of a workbook with a field of each type.
func ResultBook(t testing.TB, spec layout.Spec) *layout.Plan {
	spec.Kind, spec.Header = layout.Workbook, true
	return Compiled(t, spec, One(layout.Field{Name: "doc", Type: layout.CodeType}, layout.Field{Name: "text"}, layout.Field{Name: "amount", Type: layout.AmountType, Decimals: "2"},
		layout.Field{Name: "date", Type: layout.DateType, DateForm: "dd.MM.yyyy"}, layout.Field{Name: "ok", Type: layout.FlagType}, layout.Field{Name: "n", Type: layout.IntegerType}))
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
func HasNote(list []layout.Note, kind layout.NoteKind) bool {
	for _, n := range list {
		if n.Kind == kind && n.Count == 1 {
			return true
		}
	}
	return false
}
