package layout

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// plan compiles a layout that must be right.
func plan(t testing.TB, spec Spec, records ...Record) *Plan {
	t.Helper()
	p, problems := Compile(spec, records)
	for _, problem := range problems {
		t.Error(problem)
	}
	if len(problems) > 0 {
		t.FailNow()
	}
	return p
}

// one is a layout of a single record.
func one(fields ...Field) Record { return Record{Name: "line", Fields: fields} }

func num(t testing.TB, s string) Value {
	t.Helper()
	a, err := fis.ParseAmount(s)
	if err != nil {
		t.Fatal(err)
	}
	return Number(a)
}

func day(y, m, d int) Value {
	date, ok := fis.NewDate(y, m, d)
	if !ok {
		panic("no such day")
	}
	return Day(date)
}

// encoded is one record, or the error. Written in two steps, with any one field open, it must be the same.
func encoded(p *Plan, values ...Value) (string, error) {
	b, err := p.Encode(nil, 0, values, nil)
	fields := p.lines[0].cells
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

// readAll reads a file: rows (with values of their own) and the errors of lines.
func readAll(t testing.TB, p *Plan, file []byte) ([]Row, []*LineError) {
	t.Helper()
	rows, bad, err := tryRead(p, file, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return rows, bad
}

func tryRead(p *Plan, file []byte, lim Limits) (rows []Row, bad []*LineError, err error) {
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

// file writes records with their values through NewFile.
func file(t testing.TB, p *Plan, records ...[]Value) []byte {
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

// same compares values; numbers by what they are worth.
func same(a, b Value) bool {
	if a.Kind == NumberKind && b.Kind == NumberKind {
		return a.Number.Equal(b.Number)
	}
	return a.Kind == b.Kind && a.Text == b.Text && a.Date == b.Date && a.Bool == b.Bool
}
