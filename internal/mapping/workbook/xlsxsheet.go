package workbook

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Sheet reads a sheet.
func (w *Workbook) Sheet(name string) (*Sheet, error) {
	if s := w.read[name]; s != nil {
		return s, nil
	}
	rows, err := w.book.Rows(name)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // it was only read
	p := &sheetParser{book: w, rows: rows, out: &Sheet{Name: name, hidden: w.book.Hidden(name),
		HiddenColumns: map[int]bool{}, Formats: map[int]Format{}}}
	if err := p.run(); err != nil {
		var limit *xlsx.LimitError
		if errors.As(err, &limit) {
			return nil, tooMuch(limit)
		}
		return nil, &openError{fmt.Sprintf("sheet %s is damaged (%v): save the workbook again in Excel", name, err)}
	}
	p.out.merged = rows.Merged()
	p.markMerged()
	w.read[name] = p.out
	return p.out, nil
}

type sheetParser struct {
	book *Workbook
	rows *xlsx.Rows
	out  *Sheet
}

func (p *sheetParser) run() error {
	for {
		number, cells, err := p.rows.Next()
		if errors.Is(err, io.EOF) {
			p.columns()
			return nil
		}
		if err != nil {
			return err
		}
		row, err := p.row(number, cells)
		if err != nil {
			return err
		}
		if !row.blank() {
			p.out.Rows = append(p.out.Rows, row)
		}
	}
}

// columns notes what holds for whole columns.
func (p *sheetParser) columns() {
	for _, c := range p.rows.Columns() {
		for i := c.From; i <= min(c.To, maxColumns-1); i++ {
			p.out.Formats[i] = Format(c.Format)
			if c.Hidden {
				p.out.HiddenColumns[i] = true
			}
		}
	}
}

// row fills the cells up to the last one that a table of a mapping can have; those further right are counted.
func (p *sheetParser) row(number int, cells []xlsx.Cell) (Row, error) {
	row := Row{Number: number, Hidden: p.rows.Hidden()}
	width := 0
	for _, raw := range cells {
		if raw.Column < maxColumns {
			width = raw.Column + 1
		}
	}
	if p.book.cells += width; p.book.cells > maxCells {
		return row, &xlsx.LimitError{What: "cells", Limit: maxCells, Place: "the workbook, up to sheet " + p.out.Name +
			","}
	}
	row.Cells = make([]Cell, 0, width)
	for _, raw := range cells {
		at := findings.Place{Sheet: p.out.Name, Ref: xlsx.Ref(raw.Column, number)}
		if raw.Column >= maxColumns {
			if p.out.stray++; p.out.stray == 1 {
				p.out.firstStray = at
			}
			continue
		}
		c, err := p.book.cell(raw, at)
		if err != nil {
			return row, err
		}
		for len(row.Cells) < raw.Column {
			row.Cells = append(row.Cells,
				Cell{Place: findings.Place{Sheet: p.out.Name, Ref: xlsx.Ref(len(row.Cells), number)}})
		}
		row.Cells = append(row.Cells, c)
	}
	return row, nil
}

// cell makes a cell of ours.
func (w *Workbook) cell(raw xlsx.Cell, at findings.Place) (Cell, error) {
	c := Cell{formula: raw.Formula, Text: raw.Text, Format: Format(raw.Format), Place: at}
	if raw.Formula {
		c.source = "=" + raw.Source
	}
	switch raw.Kind {
	case xlsx.Hollow:
		c.Kind, c.Text = Uncalculated, c.source
	case xlsx.Error:
		c.Kind = ErrorCell
	case xlsx.Bool:
		c.Kind, c.flag, c.Text = Bool, raw.Text == "1" || raw.Text == "true", ""
	case xlsx.Number:
		return c, w.number(&c, raw)
	default:
		c.Kind = Text
		if raw.ISO {
			day, err := fis.ParseDate(raw.Text)
			if err != nil {
				return c, err
			}
			c.Kind, c.date, c.Text = Date, day, ""
		}
	}
	return c, nil
}

func (w *Workbook) number(c *Cell, raw xlsx.Cell) error {
	a, err := fis.ParseAmount(raw.Text)
	if err != nil {
		return fmt.Errorf("cell %s: %w", c.Ref, err)
	}
	c.Kind, c.Number = Number, fifteenDigits(a)
	if raw.Date {
		if day, ok := dayOf(a, w.book.Date1904()); ok {
			c.Kind, c.date = Date, day
		}
	}
	return nil
}

// fifteenDigits takes away the noise that a spreadsheet's binary numbers carry beyond the 15 digits it shows:
// 1.1000000000000001 is 1.1.
func fifteenDigits(a fis.Amount) fis.Amount {
	digits := a.NumDigits()
	if digits <= 15 {
		return a
	}
	return a.Round(-a.Exponent() - int32(digits-15))
}

// dayOf turns a spreadsheet's day number into a date, in either date system.
func dayOf(a fis.Amount, from1904 bool) (fis.Date, bool) {
	n, _ := a.Floor().Float64()
	if n < 1 {
		return fis.Date{}, false
	}
	day, ok := xlsx.Day(n, from1904)
	if !ok {
		return fis.Date{}, false
	}
	return fis.DateOf(day), true
}

// markMerged marks the cells that lie in a merged range.
func (p *sheetParser) markMerged() {
	for _, area := range p.out.merged {
		from, to, ok := strings.Cut(area, ":")
		if !ok {
			continue
		}
		c1, c2 := xlsx.ColumnOf(from), xlsx.ColumnOf(to)
		r1, r2 := xlsx.RowOf(from), xlsx.RowOf(to)
		for i := range p.out.Rows {
			row := &p.out.Rows[i]
			for c := c1; row.Number >= r1 && row.Number <= r2 && c >= 0 && c <= c2 && c < len(row.Cells); c++ {
				row.Cells[c].merged = true
			}
		}
	}
}

// noteStray warns of cells far to the right of every table: somebody's keyboard slipped, or a fill went to the end of
// the sheet.
func noteStray(s *Sheet, found *Collector) {
	if s.stray == 0 {
		return
	}
	what := wording.Counted(s.stray, "cell")
	if s.stray > 1 {
		what += " from here on"
	}
	found.Add(findings.Warning, s.firstStray, "", say.F("%s beyond column %s: nothing there counts; delete "+
		"those columns", what, xlsx.ColumnName(maxColumns-1)), "")
}
