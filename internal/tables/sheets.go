package tables

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Sheets fills a workbook with tables that people read and print; the first error stops the rest.
type Sheets struct {
	book                      *excelize.File
	title, label, body, count int
	head, headRight           int
	amounts                   map[int32]int // by decimals
	names                     map[string]bool
	err                       error
}

// NewSheets is an empty workbook.
func NewSheets() *Sheets {
	s := &Sheets{book: excelize.NewFile(), amounts: map[int32]int{}, names: map[string]bool{}}
	s.styles()
	return s
}

// Write writes the workbook, or tells the first error of making it.
func (s *Sheets) Write(w io.Writer) error {
	if s.err != nil {
		return s.err
	}
	return s.book.Write(w)
}

// Close gives the memory back.
func (s *Sheets) Close() { s.try(s.book.Close()) }

func (s *Sheets) try(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *Sheets) style(st excelize.Style) int {
	id, err := s.book.NewStyle(&st)
	s.try(err)
	return id
}

func (s *Sheets) styles() {
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	font := func(f excelize.Font) *excelize.Font { // without a name LibreOffice takes a serif one
		f.Family = "Calibri"
		if f.Size == 0 {
			f.Size = 11
		}
		return &f
	}
	head := excelize.Style{Font: font(excelize.Font{Bold: true, Color: "FFFFFF"}), Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F4E5F"}}, Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "left", Indent: 1}}
	s.title = s.style(excelize.Style{Font: font(excelize.Font{Bold: true, Size: 13, Color: "1F4E5F"}), Alignment: top})
	s.head = s.style(head)
	head.Alignment = &excelize.Alignment{Vertical: "center", Horizontal: "right"}
	s.headRight = s.style(head)
	s.label = s.style(excelize.Style{Font: font(excelize.Font{Bold: true}), Alignment: top})
	s.body = s.style(excelize.Style{Font: font(excelize.Font{}), Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left", Indent: 1, WrapText: true}, NumFmt: 49})
	form := "#,##0"
	s.count = s.style(excelize.Style{Font: font(excelize.Font{}), CustomNumFmt: &form, Alignment: &excelize.Alignment{Vertical: "top"}})
}

func at(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return "A1"
	}
	return name
}

func (s *Sheets) text(sheet string, column, row int, text string, style int) {
	s.try(s.book.SetCellStr(sheet, at(column, row), text))
	s.try(s.book.SetCellStyle(sheet, at(column, row), at(column, row), style))
}

// sheetName is a name that Excel takes.
func sheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return r
	}, name)
	if r := []rune(name); len(r) > 31 {
		name = string(r[:31])
	}
	return strings.TrimSpace(name)
}

// Table writes a sheet, row after row, however many there are.
func (s *Sheets) Table(t Table) {
	name := sheetName(t.Sheet)
	if s.names[strings.ToLower(name)] {
		name = sheetName(fmt.Sprintf("%d %s", len(s.names), name))
	}
	if s.names[strings.ToLower(name)] = true; len(s.names) == 1 {
		s.try(s.book.SetSheetName("Sheet1", name))
	} else {
		_, err := s.book.NewSheet(name)
		s.try(err)
	}
	if s.err != nil {
		return
	}
	// Before the rows are written, for the stream takes the sheet as it is; the filter first, for it undoes fitting the
	// page.
	if !t.Plain {
		s.try(s.book.AutoFilter(name, "A1:"+at(len(t.Heads), len(t.Rows)+1), nil))
	}
	s.print(name)
	w, err := s.book.NewStreamWriter(name)
	s.try(err)
	if s.err != nil {
		return
	}
	widths := columnWidths(t)
	for i, width := range widths {
		s.try(w.SetColWidth(i+1, i+1, width))
	}
	s.try(w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	heads := make([]any, len(t.Heads))
	for i, h := range t.Heads {
		heads[i] = excelize.Cell{Value: h, StyleID: s.head}
		if slices.Contains(t.Right, i) {
			heads[i] = excelize.Cell{Value: h, StyleID: s.headRight}
		}
	}
	s.try(w.SetRow("A1", heads))
	for i, row := range t.Rows {
		cells := make([]any, len(row))
		for j, c := range row {
			if c != (Cell{}) {
				cells[j] = s.cell(c)
			}
		}
		s.try(w.SetRow(at(1, i+2), cells, rowOptions(row, widths)...))
	}
	s.try(w.Flush())
}

// rowOptions make a row as high as its longest text needs, which is wrapped; other rows have the usual height.
func rowOptions(row []Cell, widths []float64) []excelize.RowOpts {
	const lineHeight = 15
	lines := 1
	for i, c := range row {
		if c.count == nil && c.amount == nil {
			n := 0
			for part := range strings.SplitSeq(c.Text, "\n") {
				n += 1 + int(float64(utf8.RuneCountInString(part))*1.1/widths[i])
			}
			lines = max(lines, n)
		}
	}
	if lines == 1 {
		return nil
	}
	return []excelize.RowOpts{{Height: min(400, float64(lines*lineHeight))}}
}

// excelDigits is how many digits a number cell keeps.
const excelDigits = 15

// cell is a text, or a number as far as Excel keeps all its digits.
func (s *Sheets) cell(c Cell) excelize.Cell {
	switch {
	case c.count != nil:
		return excelize.Cell{Value: *c.count, StyleID: s.count}
	case c.amount != nil && c.amount.NumDigits() <= excelDigits:
		n, _ := c.amount.Float64()
		return excelize.Cell{Value: n, StyleID: s.amountStyle(fis.Text(*c.amount, c.currency))}
	}
	return excelize.Cell{Value: c.String(), StyleID: s.body}
}

// amountStyle shows as many decimals as the text has.
func (s *Sheets) amountStyle(text string) int {
	_, decimals, _ := strings.Cut(text, ".")
	n := int32(len(decimals))
	if id, ok := s.amounts[n]; ok {
		return id
	}
	form := "#,##0"
	if n > 0 {
		form += "." + strings.Repeat("0", int(n))
	}
	form += ";[Red]-" + form
	s.amounts[n] = s.style(excelize.Style{Font: &excelize.Font{Family: "Calibri", Size: 11}, CustomNumFmt: &form, Alignment: &excelize.Alignment{Vertical: "top"}})
	return s.amounts[n]
}

// columnWidths are as wide as what stands in the columns, within reason.
func columnWidths(t Table) []float64 {
	out := make([]float64, len(t.Heads))
	for i, h := range t.Heads {
		out[i] = float64(utf8.RuneCountInString(h)) + 4
	}
	for n, row := range t.Rows {
		if n == 500 {
			break
		}
		for i, c := range row {
			out[i] = min(60, max(out[i], float64(utf8.RuneCountInString(c.String()))+3))
		}
	}
	return out
}

func (s *Sheets) print(sheet string) {
	landscape, a4, one, none, fit := "landscape", 9, 1, 0, true
	s.try(s.book.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &one, FitToHeight: &none}))
	s.try(s.book.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	s.try(s.book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$1:$1", sheet), Scope: sheet}))
	s.try(s.book.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L&F&C&A&R&P / &N"}))
}

// Overview is the first sheet: a sentence, facts, and a link to each table that follows.
func (s *Sheets) Overview(sentence string, facts [][2]string, tables []Table) {
	const name = "Overview"
	s.try(s.book.SetSheetName("Sheet1", name))
	s.names[strings.ToLower(name)] = true
	s.try(s.book.SetColWidth(name, "A", "A", 12))
	s.try(s.book.SetColWidth(name, "B", "B", 96))
	s.try(s.book.MergeCell(name, "A1", "B1"))
	s.text(name, 1, 1, sentence, s.title)
	s.try(s.book.SetRowHeight(name, 1, 18*float64(1+utf8.RuneCountInString(sentence)/95)))
	row := 3
	for _, f := range facts {
		s.text(name, 1, row, f[0], s.label)
		s.text(name, 2, row, f[1], s.body)
		row++
	}
	row++
	for _, t := range tables {
		s.text(name, 1, row, wording.Grouped(fmt.Sprint(len(t.Rows))), s.label)
		s.text(name, 2, row, t.Title+wording.Either(t.Note != "", " ("+t.Note+")", ""), s.body)
		s.try(s.book.SetCellHyperLink(name, at(2, row), fmt.Sprintf("'%s'!A1", sheetName(t.Sheet)), "Location"))
		row++
	}
	s.print(name)
}
