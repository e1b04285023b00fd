package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// tableSheets fills a workbook with tables that people read and print; the first error stops the rest.
type tableSheets struct {
	book                      *excelize.File
	title, label, body, count int
	head, headRight           int
	amounts                   map[int32]int // by decimals
	names                     map[string]bool
	err                       error
}

func newTableSheets() *tableSheets {
	s := &tableSheets{book: excelize.NewFile(), amounts: map[int32]int{}, names: map[string]bool{}}
	s.styles()
	return s
}

func (s *tableSheets) write(w io.Writer) error {
	if s.err != nil {
		return s.err
	}
	return s.book.Write(w)
}

func (s *tableSheets) try(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *tableSheets) style(st excelize.Style) int {
	id, err := s.book.NewStyle(&st)
	s.try(err)
	return id
}

func (s *tableSheets) styles() {
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

func (s *tableSheets) text(sheet string, column, row int, text string, style int) {
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

// table writes a sheet, row after row, however many there are.
func (s *tableSheets) table(t sheetTable) {
	name := sheetName(t.sheet)
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
	// Before the rows are written, for the stream takes the sheet as it is; the filter first, for it undoes fitting the page.
	if !t.plain {
		s.try(s.book.AutoFilter(name, "A1:"+at(len(t.heads), len(t.rows)+1), nil))
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
	heads := make([]any, len(t.heads))
	for i, h := range t.heads {
		heads[i] = excelize.Cell{Value: h, StyleID: s.head}
		if slices.Contains(t.right, i) {
			heads[i] = excelize.Cell{Value: h, StyleID: s.headRight}
		}
	}
	s.try(w.SetRow("A1", heads))
	for i, row := range t.rows {
		cells := make([]any, len(row))
		for j, c := range row {
			if c != (sheetCell{}) {
				cells[j] = s.cell(c)
			}
		}
		s.try(w.SetRow(at(1, i+2), cells, rowOptions(row, widths)...))
	}
	s.try(w.Flush())
}

// rowOptions make a row as high as its longest text needs, which is wrapped; other rows have the usual height.
func rowOptions(row []sheetCell, widths []float64) []excelize.RowOpts {
	const lineHeight = 15
	lines := 1
	for i, c := range row {
		if c.count == nil && c.amount == nil {
			n := 0
			for part := range strings.SplitSeq(c.text, "\n") {
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
func (s *tableSheets) cell(c sheetCell) excelize.Cell {
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
func (s *tableSheets) amountStyle(text string) int {
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
func columnWidths(t sheetTable) []float64 {
	out := make([]float64, len(t.heads))
	for i, h := range t.heads {
		out[i] = float64(utf8.RuneCountInString(h)) + 4
	}
	for n, row := range t.rows {
		if n == 500 {
			break
		}
		for i, c := range row {
			out[i] = min(60, max(out[i], float64(utf8.RuneCountInString(c.String()))+3))
		}
	}
	return out
}

func (s *tableSheets) print(sheet string) {
	landscape, a4, one, none, fit := "landscape", 9, 1, 0, true
	s.try(s.book.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &one, FitToHeight: &none}))
	s.try(s.book.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	s.try(s.book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$1:$1", sheet), Scope: sheet}))
	s.try(s.book.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L&F&C&A&R&P / &N"}))
}
