package mapping

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// Colours of the workbooks we make: grey is the template's, yellow is the accountants'.
const (
	colourHead   = "1F4E5F"
	colourFact   = "EDEDED"
	colourOpen   = "FFF8D6"
	colourBorder = "D0D0D0"
	textFormat   = 49 // "@": what is typed stays text, leading zeros and all
)

// styles are the cell formats of a new workbook.
type styles struct{ head, fact, open, text, wrap, title, body int }

func newStyles(f *excelize.File) (styles, error) {
	border := []excelize.Border{{Type: "left", Color: colourBorder, Style: 1}, {Type: "right", Color: colourBorder, Style: 1}, {Type: "top", Color: colourBorder, Style: 1}, {Type: "bottom", Color: colourBorder, Style: 1}}
	fill := func(c string) excelize.Fill { return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c}} }
	top := &excelize.Alignment{Vertical: "top"}
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	var s styles
	var err error
	for _, one := range []struct {
		id *int
		st excelize.Style
	}{
		{&s.head, excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: fill(colourHead), Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}, Border: border}},
		{&s.fact, excelize.Style{Fill: fill(colourFact), Border: border, Alignment: top, NumFmt: textFormat, Protection: &excelize.Protection{Locked: true}}},
		{&s.open, excelize.Style{Fill: fill(colourOpen), Border: border, Alignment: wrap, NumFmt: textFormat, Protection: &excelize.Protection{Locked: false}}},
		{&s.text, excelize.Style{NumFmt: textFormat, Alignment: top, Protection: &excelize.Protection{Locked: false}}},
		{&s.wrap, excelize.Style{Alignment: wrap, Border: border, Protection: &excelize.Protection{Locked: false}}},
		{&s.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14, Color: colourHead}}},
		{&s.body, excelize.Style{Alignment: wrap}},
	} {
		if *one.id, err = f.NewStyle(&one.st); err != nil {
			return s, fmt.Errorf("make a cell format: %w", err)
		}
	}
	return s, nil
}

// printSetup makes a sheet print on landscape A4 pages, as wide as one page, headings on each.
func (b *book) printSetup(sheet string, headings bool) {
	landscape, a4, one, none := "landscape", 9, 1, 0
	fit := true
	b.try(b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &one, FitToHeight: &none}))
	b.try(b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.try(b.f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L&F&C&A&R&P / &N"}))
	if headings {
		b.try(b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$1:$1", sheet), Scope: sheet}))
	}
}

// freeze keeps the heading row, and the columns left of the given one, in sight.
func (b *book) freeze(sheet string, columns int) {
	b.try(b.f.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: columns, YSplit: 1, TopLeftCell: ref(columns, 2), ActivePane: "bottomRight"}))
}

// widths sets the widths of the columns, in characters.
func (b *book) widths(sheet string, widths ...float64) {
	for i, w := range widths {
		b.try(b.f.SetColWidth(sheet, columnName(i), columnName(i), w))
	}
}
