package fill

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/sheet"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// source reads the filled rows: sheet by sheet, or as they were written (Part.Expect).
type source struct {
	*format
	part  *layout.Part
	date4 bool
	rows  []*xlsx.Rows // by record, nil at the end
	at    int
	out   []layout.Value
}

// Read opens a workbook that was filled.
func (f *format) Read(in layout.Input) (layout.Source, error) {
	s := &source{format: f, part: in.Part, rows: make([]*xlsx.Rows, len(f.records)), out: make([]layout.Value, f.plan.MostCells())}
	for i, t := range f.records {
		if !in.Part.WantsRecord(i) {
			continue
		}
		book, err := xlsx.Open(in.R, in.Size, xlsx.Limits{Unzipped: in.Limits.Unzipped, Rows: min(in.Limits.Rows, excelRows), Columns: min(in.Limits.Columns, excelColumns), Text: in.Limits.Line})
		if err == nil {
			s.date4 = book.Date1904()
			s.rows[i], err = book.Rows(t.sheet)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("sheet %s: %w", t.sheet, err), s.Close())
		}
	}
	return s, nil
}

// Expects takes a zip archive.
func (f *format) Expects(found layout.Found) (bool, string) { return found == layout.FoundZip, "" }

// Unfinished looks for the end of the workbook.
func (f *format) Unfinished(r io.ReaderAt, size int64) (missing string, err error) {
	if e, ok := f.Writer.(layout.Ender); ok {
		return e.Unfinished(r, size)
	}
	return "", nil
}

// Next is the next row.
func (s *source) Next() (layout.Row, error) {
	if s.part != nil && s.part.Expect != nil {
		if record := s.part.Expect(); record >= 0 && s.rows[record] != nil {
			if row, err := s.row(record); !errors.Is(err, io.EOF) {
				return row, err
			}
		}
	}
	for ; s.at < len(s.rows); s.at++ {
		if s.rows[s.at] == nil {
			continue
		}
		if row, err := s.row(s.at); !errors.Is(err, io.EOF) {
			return row, err
		}
	}
	return layout.Row{Record: -1}, io.EOF
}

// row is the next row of a record, below the headings.
func (s *source) row(record int) (layout.Row, error) {
	t, l := &s.records[record], &s.plan.Lines()[record]
	for {
		number, cells, err := s.rows[record].Next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = errors.Join(io.EOF, s.rows[record].Close())
				s.rows[record] = nil
			}
			return layout.Row{Record: -1}, err
		}
		if number < t.first || t.blank(cells) {
			continue
		}
		return s.values(number, cells, t, l)
	}
}

// blank reports whether a row holds nothing, or nothing but what a table computes.
func (t *target) blank(cells []xlsx.Cell) bool {
	for _, c := range cells {
		if slices.ContainsFunc(t.calculated, func(of calculated) bool { return of.column == c.Column }) {
			continue
		}
		if c.Kind != xlsx.Blank && strings.TrimSpace(c.Text) != "" {
			return false
		}
	}
	return true
}

func (s *source) values(number int, cells []xlsx.Cell, t *target, l *layout.Line) (layout.Row, error) {
	row := layout.Row{Record: l.Index, Line: number, Sheet: t.sheet, Values: s.out[:len(l.Cells)]}
	clear(row.Values)
	by := map[int]xlsx.Cell{}
	for _, c := range cells {
		by[c.Column] = c
	}
	for i, c := range l.Placed {
		if !s.part.Wants(l.Index, c.Index) {
			continue
		}
		v, reason := sheet.ValueOf(c, by[t.columns[i]], s.date4)
		row.Values[c.Index] = v
		if reason != "" {
			return row, &layout.LineError{Line: number, Place: xlsx.Name(t.sheet, t.columns[i], number), Record: l.Name, Field: c.Name,
				Value: layout.Clip(by[t.columns[i]].Text), Reason: reason}
		}
	}
	return row, nil
}

// Close frees the sheets.
func (s *source) Close() (err error) {
	for i, r := range s.rows {
		if r != nil {
			err = errors.Join(err, r.Close())
			s.rows[i] = nil
		}
	}
	return err
}
