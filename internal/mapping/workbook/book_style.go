package workbook

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping/workbook/paper"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// onePage makes a sheet print on one page.
func (b *book) onePage(sheet string) {
	one := 1
	b.try(b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{FitToHeight: &one}))
}

// printSetup makes a sheet print on landscape A4 pages, as wide as one page, headings on each.
func (b *book) printSetup(sheet string, headings bool) {
	landscape, a4, one, none := "landscape", 9, 1, 0
	margin, edge := 0.5, 0.7
	fit := true
	b.try(b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &one,
		FitToHeight: &none}))
	b.try(b.f.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin,
		Bottom: &edge}))
	b.try(b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.try(b.f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L&F&C&A&R&P / &N"}))
	if headings {
		b.try(b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$1:$1",
			quoteSheet(sheet)), Scope: sheet}))
	}
}

// protect locks what the template demands, without a password: who must can unlock it. People may put notes at all
// cells, which Excel takes for objects, and write into the columns right of ours.
func (b *book) protect(sheet string, columns int) {
	b.try(b.f.SetColStyle(sheet, xlsx.ColumnName(columns)+":"+xlsx.ColumnName(columns+spareColumns), b.st.Spare))
	b.try(b.f.ProtectSheet(sheet, &excelize.SheetProtectionOptions{
		AutoFilter: true, FormatCells: true, FormatColumns: true, FormatRows: true, InsertColumns: true,
		DeleteColumns: true, Sort: true,
		SelectLockedCells: true, SelectUnlockedCells: true, EditObjects: true, EditScenarios: true,
	}))
}

// spareColumns are open to people's own columns.
const spareColumns = 40

// freeze keeps the heading row, and the columns left of the given one, in sight.
func (b *book) freeze(sheet string, columns int) {
	pane := "bottomRight"
	if columns == 0 {
		pane = "bottomLeft"
	}
	b.try(b.f.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: columns, YSplit: 1,
		TopLeftCell: xlsx.Ref(columns, 2), ActivePane: pane}))
	b.try(b.f.SetRowHeight(sheet, 1, paper.HeadHeight))
}

// widths sets the widths of the columns, in characters.
func (b *book) widths(sheet string, widths ...float64) {
	for i, w := range widths {
		b.try(b.f.SetColWidth(sheet, xlsx.ColumnName(i), xlsx.ColumnName(i), w))
	}
}
