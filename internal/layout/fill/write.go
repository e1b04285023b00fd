package fill

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/sheet"
	"github.com/fisbridge/fisbridge/internal/ownfile"
	"github.com/fisbridge/fisbridge/internal/xlsx"
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
	// sums are the calculated columns, by record, and the formula of each in the first row.
	sums [][]calculated
}

// NewFile opens the workbook. Nothing is written to w before Close.
func (f *format) NewFile(w io.Writer) (layout.FileWriter, error) {
	book, err := excelize.OpenReader(bytes.NewReader(f.data))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", f.name, err)
	}
	out := &file{format: f, to: w, book: book, next: make([]int, len(f.records)), styles: make([][]int, len(f.records)), made: map[string]int{}, sums: make([][]calculated, len(f.records))}
	for i := range f.records {
		if err := out.begin(i); err != nil {
			return nil, errors.Join(fmt.Errorf("look at sheet %s of %s: %w", f.records[i].sheet, f.name, err), book.Close())
		}
	}
	return out, nil
}

// begin looks at the first row to fill of a record.
func (f *file) begin(record int) error {
	t := &f.records[record]
	f.next[record] = t.first
	for _, column := range t.columns {
		style, err := f.book.GetCellStyle(t.sheet, xlsx.Ref(column, t.first))
		if err != nil {
			return err
		}
		f.styles[record] = append(f.styles[record], style)
	}
	for _, c := range t.calculated {
		source, err := f.book.GetCellFormula(t.sheet, xlsx.Ref(c.column, t.first))
		if err != nil {
			return err
		}
		if source = strings.TrimPrefix(source, "="); source != "" {
			c.formula, c.from = source, t.first
		}
		if c.style, err = f.book.GetCellStyle(t.sheet, xlsx.Ref(c.column, t.first)); err != nil {
			return err
		}
		f.sums[record] = append(f.sums[record], c)
	}
	return nil
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
	for _, c := range f.sums[record] {
		if err := f.compute(t, c, row); err != nil {
			return fmt.Errorf("write %s: %w", xlsx.Name(t.sheet, c.column, row), err)
		}
	}
	f.next[record]++
	return nil
}

// compute writes the formula of a calculated column into a row. It has no value there: whoever opens the workbook computes
// it.
func (f *file) compute(t *target, c calculated, row int) error {
	ref := xlsx.Ref(c.column, row)
	source, err := f.book.GetCellFormula(t.sheet, ref)
	if err != nil {
		return err
	}
	if source = strings.TrimPrefix(source, "="); source == "" {
		source = shifted(c.formula, row-c.from)
	}
	if err := f.book.SetCellDefault(t.sheet, ref, ""); err != nil {
		return err
	}
	var how []excelize.FormulaOpts
	if c.array {
		kind := excelize.STCellFormulaTypeArray
		how = append(how, excelize.FormulaOpts{Type: &kind, Ref: &ref})
	}
	err = f.book.SetCellFormula(t.sheet, ref, source, how...)
	if c.style == 0 || err != nil {
		return err
	}
	return f.book.SetCellStyle(t.sheet, ref, ref, c.style)
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
	case style != 0 && c.Kind == sheet.CellDate && err == nil:
		style, err = f.dated(style, sheet.DateFormat(of.Date))
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

// dated is a style of the first row for a day: itself where it shows days, else the same with the form of a day, or the
// day would be seen as a number.
func (f *file) dated(style int, form string) (int, error) {
	key := strconv.Itoa(style) + " " + form
	if id, ok := f.made[key]; ok {
		return id, nil
	}
	like, err := f.book.GetStyle(style)
	if err != nil {
		return 0, err
	}
	code := ""
	if like.CustomNumFmt != nil {
		code = *like.CustomNumFmt
	}
	id := style
	if !xlsx.ShowsDays(like.NumFmt, code) {
		like.NumFmt, like.CustomNumFmt, like.DecimalPlaces, like.NegRed = 0, &form, nil, false
		id, err = f.book.NewStyle(like)
	}
	if err == nil {
		f.made[key] = id
	}
	return id, err
}

func (f *file) style(form string) (int, error) {
	if id, ok := f.made[form]; ok {
		return id, nil
	}
	id, err := f.book.NewStyle(&excelize.Style{CustomNumFmt: &form})
	f.made[form] = id
	return id, err
}

// growths are the sheets that got rows.
func (f *file) growths() (gs growths) {
	for i, t := range f.records {
		if f.next[i] > t.first {
			gs = append(gs, growth{sheet: t.sheet, first: t.first, last: f.next[i] - 1, left: slices.Min(t.columns), right: slices.Max(t.columns), tables: t.tables})
		}
	}
	return gs
}

// settle computes what the rows below the last one have prepared, and tells programs that open the workbook to compute all.
func (f *file) settle() error {
	calculating := f.formulas
	for i := range f.records {
		t := &f.records[i]
		for _, c := range f.sums[i] {
			calculating = true
			for row := f.next[i]; t.computed(c.column, row); row++ {
				if err := f.compute(t, c, row); err != nil {
					return fmt.Errorf("write %s: %w", xlsx.Name(t.sheet, c.column, row), err)
				}
			}
		}
	}
	if !calculating {
		return nil
	}
	yes := true
	return f.book.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &yes})
}

// Close writes the workbook, its parts in order.
func (f *file) Close() (err error) {
	defer func() { err = errors.Join(err, f.book.Close()) }()
	gs := f.growths()
	around, err := f.newGrower(gs)
	if err == nil {
		err = f.settle()
	}
	if err != nil {
		return fmt.Errorf("fill %s: %w", f.name, err)
	}
	temp, err := ownfile.Scratch("", "fisbridge-*.xlsx")
	if err != nil {
		return err
	}
	defer ownfile.Discard(temp)
	size, err := f.book.WriteTo(temp)
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return around.copy(f.to, temp, size)
}

// Abort frees what is held.
func (f *file) Abort() { _ = f.book.Close() }
