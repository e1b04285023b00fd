package fill

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/sheet"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// file fills a workbook. The same rows give the same bytes.
type file struct {
	*format
	to   io.Writer
	book *excelize.File
	next []int // the next row, by record
	// styles are those of the first row, by record and placed field; made are those of our own, by number format.
	styles [][]int
	made   map[string]int
}

// NewFile opens the workbook. Nothing is written to w before Close.
func (f *format) NewFile(w io.Writer) (layout.FileWriter, error) {
	book, err := excelize.OpenReader(bytes.NewReader(f.data))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", f.name, err)
	}
	out := &file{format: f, to: w, book: book, next: make([]int, len(f.records)), styles: make([][]int, len(f.records)), made: map[string]int{}}
	for i, t := range f.records {
		out.next[i] = t.first
		for _, column := range t.columns {
			ref, err := excelize.CoordinatesToCellName(column+1, t.first)
			style := 0
			if err == nil {
				style, err = book.GetCellStyle(t.sheet, ref)
			}
			if err != nil {
				return nil, errors.Join(fmt.Errorf("look at %s!%s of %s: %w", t.sheet, ref, f.name, err), book.Close())
			}
			out.styles[i] = append(out.styles[i], style)
		}
	}
	return out, nil
}

// Write takes apart what Encode made: one or more rows.
func (f *file) Write(b []byte) error { return sheet.EachRow(b, len(f.records), f.row) }

func (f *file) row(record int, cells []sheet.Encoded) error {
	t, row := &f.records[record], f.next[record]
	if row > excelRows {
		return fmt.Errorf("a sheet holds %d rows; have the file split by a maximum of documents", excelRows)
	}
	if len(cells) != len(t.columns) {
		return fmt.Errorf("%d cells for %d columns", len(cells), len(t.columns))
	}
	for i, c := range cells {
		ref, err := excelize.CoordinatesToCellName(t.columns[i]+1, row)
		if err == nil {
			err = f.cell(t.sheet, ref, c, f.styles[record][i], f.plan.Lines()[record].Placed[i])
		}
		if err != nil {
			return fmt.Errorf("write %s!%s: %w", t.sheet, ref, err)
		}
	}
	f.next[record]++
	return nil
}

// cell writes a cell in the style that the column has in the first row; a date or a code in a column without one gets
// that of its kind, or it would be seen as a number.
func (f *file) cell(name, ref string, c sheet.Encoded, style int, of *layout.Cell) (err error) {
	switch c.Kind {
	case sheet.CellEmpty:
	case sheet.CellBool:
		err = f.book.SetCellBool(name, ref, c.Text == "1")
	case sheet.CellNumber, sheet.CellDate:
		err = f.book.SetCellDefault(name, ref, c.Text)
	default:
		err = f.book.SetCellStr(name, ref, c.Text)
	}
	form := ""
	switch {
	case style != 0 || c.Kind == sheet.CellEmpty && err == nil:
	case c.Kind == sheet.CellDate:
		form = sheet.DateFormat(of.Date)
	case c.Kind == sheet.CellText && of.Type == layout.CodeType:
		form = "@"
	}
	if form != "" && err == nil {
		style, err = f.style(form)
	}
	if style == 0 || err != nil {
		return err
	}
	return f.book.SetCellStyle(name, ref, ref, style)
}

func (f *file) style(form string) (int, error) {
	if id, ok := f.made[form]; ok {
		return id, nil
	}
	id, err := f.book.NewStyle(&excelize.Style{CustomNumFmt: &form})
	f.made[form] = id
	return id, err
}

// Close writes the workbook, its parts in order.
func (f *file) Close() (err error) {
	defer func() { err = errors.Join(err, f.book.Close()) }()
	temp, err := ownfile.Scratch("", "fisbridge-*.xlsx")
	if err != nil {
		return err
	}
	defer ownfile.Discard(temp)
	size, err := f.book.WriteTo(temp)
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return sheet.InOrder(f.to, temp, size)
}

// Abort frees what is held.
func (f *file) Abort() { _ = f.book.Close() }
