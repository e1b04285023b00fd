package mend

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// NewCell is a cell of a new row: the heading above it, and what is to stand there.
type NewCell struct {
	Heading string
	Text    string
	// Number: the text is a number with a point, and becomes a number cell.
	Number bool
}

// Book is a workbook of people that is written into. Colours, notes, widths and other sheets stay as they are.
type Book struct{ file *excelize.File }

// OpenBook opens a workbook to write into it.
func OpenBook(data []byte) (*Book, error) {
	f, err := workbook.Rewritable(data)
	if err != nil {
		return nil, err
	}
	return &Book{f}, nil
}

// Close gives up what is kept of it.
func (b *Book) Close() error { return b.file.Close() }

// Bytes is the workbook as it is now.
func (b *Book) Bytes() ([]byte, error) {
	var out bytes.Buffer
	if err := b.file.Write(&out); err != nil {
		return nil, fmt.Errorf("write the workbook: %w", err)
	}
	return out.Bytes(), nil
}

// errNoHeadings is a sheet without the row of headings.
var errNoHeadings = errors.New("the sheet has no headings")

// headings finds the row of headings, and the column of each; the last row that is not blank is the second number.
func (b *Book) headings(sheet string) (columns map[string]int, first, last int, err error) {
	rows, err := b.file.Rows(sheet)
	if err != nil {
		return nil, 0, 0, err
	}
	defer rows.Close() //nolint:errcheck // it was only read
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, 0, 0, err
		}
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		if last = number; columns != nil {
			continue
		}
		columns, first = map[string]int{}, number
		for i, text := range cells {
			if name := heading(text); name != "" {
				columns[name] = i
			}
		}
	}
	if err := rows.Error(); err != nil {
		return nil, 0, 0, err
	}
	if columns == nil {
		return nil, 0, 0, errNoHeadings
	}
	return columns, first, last, nil
}

// heading is a heading as others name it: without the mark of a key, in whichever language.
func heading(text string) string {
	text = wording.Clean(text)
	for _, l := range sheets.All() {
		mark := l.Name(sheets.Keys, workbook.KeyMark)
		if n := len(text) - len(mark); n > 0 && strings.EqualFold(text[n:], mark) {
			text = wording.Clean(text[:n])
		}
	}
	return wording.Fold(text)
}

// AddRow puts a row behind the last one of a lookup sheet, formatted as that one is, so that codes stay texts. It gives
// the number of the row. A heading that the sheet does not have is an error.
func (b *Book) AddRow(sheet string, cells []NewCell) (row int, err error) {
	columns, first, last, err := b.headings(sheet)
	if err != nil {
		return 0, fmt.Errorf("add a row to sheet %s: %w", sheet, err)
	}
	row = last + 1
	for name, at := range columns {
		if err := b.formatAs(sheet, at, last, row, last > first); err != nil {
			return 0, fmt.Errorf("add a row to sheet %s, column %s: %w", sheet, name, err)
		}
	}
	for _, c := range cells {
		at, is := columns[heading(c.Heading)]
		if !is {
			return 0, fmt.Errorf("sheet %s has no column %s", sheet, c.Heading)
		}
		ref := xlsx.Ref(at, row)
		if c.Number {
			err = b.file.SetCellDefault(sheet, ref, c.Text)
		} else if c.Text != "" {
			err = b.file.SetCellStr(sheet, ref, c.Text)
		}
		if err != nil {
			return 0, fmt.Errorf("write %s!%s: %w", sheet, ref, err)
		}
	}
	return row, nil
}

// formatAs formats a cell of the new row as the one above it; below the headings as its column.
func (b *Book) formatAs(sheet string, column, from, to int, below bool) error {
	var style int
	var err error
	if below {
		style, err = b.file.GetCellStyle(sheet, xlsx.Ref(column, from))
	} else {
		style, err = b.file.GetColStyle(sheet, xlsx.ColumnName(column))
	}
	if err != nil || style == 0 {
		return err
	}
	ref := xlsx.Ref(column, to)
	return b.file.SetCellStyle(sheet, ref, ref, style)
}

// Copy takes what stands in a cell of another workbook over: text as text, number as number. The format stays.
func (b *Book) Copy(from *Book, sheet, cell, intoSheet, intoCell string) error {
	raw, err := from.file.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	kind, err := from.file.GetCellType(sheet, cell)
	if err != nil {
		return err
	}
	if formula, err := from.file.GetCellFormula(sheet, cell); err == nil && formula != "" {
		return fmt.Errorf("%s!%s is a formula of Excel", sheet, cell)
	}
	switch {
	case raw == "":
		return b.file.SetCellValue(intoSheet, intoCell, nil)
	case kind == excelize.CellTypeBool:
		return b.file.SetCellBool(intoSheet, intoCell, raw == "1" || strings.EqualFold(raw, "true"))
	case kind == excelize.CellTypeNumber || kind == excelize.CellTypeUnset || kind == excelize.CellTypeDate:
		return b.file.SetCellDefault(intoSheet, intoCell, raw)
	}
	return b.file.SetCellStr(intoSheet, intoCell, raw)
}

// CopyRow puts a row of another workbook behind the last one of a sheet, by the headings that both have.
func (b *Book) CopyRow(from *Book, sheet string, row int) error {
	theirs, _, _, err := from.headings(sheet)
	if err != nil {
		return err
	}
	at, err := b.AddRow(sheet, nil)
	if err != nil {
		return err
	}
	ours, _, _, err := b.headings(sheet)
	if err != nil {
		return err
	}
	for name, column := range theirs {
		into, is := ours[name]
		if !is {
			continue
		}
		if err := b.Copy(from, sheet, xlsx.Ref(column, row), sheet, xlsx.Ref(into, at)); err != nil {
			return err
		}
	}
	return nil
}

// RemoveRow takes a row away; those below move up.
func (b *Book) RemoveRow(sheet string, row int) error { return b.file.RemoveRow(sheet, row) }
