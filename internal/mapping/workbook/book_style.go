package workbook

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Colours of the workbooks we make: grey is the template's, yellow is the accountants'.
const (
	ColourHead    = "1F4E5F"
	colourFact    = "EDEDED"
	colourFactOdd = "DCE3E6"
	colourOpen    = "FFF8D6"
	ColourBorder  = "D0D0D0"
	colourYours   = "FFC000"
	colourTool    = "70AD47"
	colourRead    = "A6A6A6"
	colourWrong   = "F8CBAD"
	TextFormat    = 49 // "@": what is typed stays text, leading zeros and all
	dateFormat    = "yyyy-mm-dd"
	fontName      = "Arial"
	fontSize      = 10
)

// styles are the cell formats of a new workbook.
type styles struct {
	head, fact, factOdd, open, spare, text, wrap, read, title, section, label, body, link int
	openNumber, openDate, textNumber, textDate, wrapNumber, wrapDate                      int
}

// number is the format of a number in place of a text.
func (s *styles) number(style int) int {
	switch style {
	case s.open:
		return s.openNumber
	case s.text:
		return s.textNumber
	case s.wrap:
		return s.wrapNumber
	}
	return style
}

// date is the format of a date in place of a text.
func (s *styles) date(style int) int {
	switch style {
	case s.open:
		return s.openDate
	case s.text:
		return s.textDate
	case s.wrap:
		return s.wrapDate
	}
	return s.textDate
}

func newStyles(f *excelize.File) (styles, error) {
	line := func(side string) excelize.Border { return excelize.Border{Type: side, Color: ColourBorder, Style: 1} }
	border := []excelize.Border{line("left"), line("right"), line("top"), line("bottom")}
	fill := func(c string) excelize.Fill { return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c}} }
	top := &excelize.Alignment{Vertical: "top"}
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	locked, free := &excelize.Protection{Locked: true}, &excelize.Protection{Locked: false}
	font := func(bold bool, size float64, colour string) *excelize.Font {
		return &excelize.Font{Family: fontName, Size: size, Bold: bold, Color: colour}
	}
	plain := font(false, fontSize, "000000")
	day := dateFormat
	var s styles
	var err error
	for _, one := range []struct {
		id *int
		st excelize.Style
	}{
		{&s.head, excelize.Style{Font: font(true, fontSize, "FFFFFF"), Fill: fill(ColourHead),
			Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}, Border: border}},
		{&s.fact, excelize.Style{Font: plain, Fill: fill(colourFact), Border: border, Alignment: wrap,
			NumFmt: TextFormat, Protection: locked}},
		{&s.factOdd, excelize.Style{Font: plain, Fill: fill(colourFactOdd), Border: border, Alignment: wrap,
			NumFmt: TextFormat, Protection: locked}},
		{&s.open, excelize.Style{Font: plain, Fill: fill(colourOpen), Border: border, Alignment: wrap,
			NumFmt: TextFormat, Protection: free}},
		{&s.openNumber, excelize.Style{Font: plain, Fill: fill(colourOpen), Border: border, Alignment: wrap,
			Protection: free}},
		{&s.openDate, excelize.Style{Font: plain, Fill: fill(colourOpen), Border: border, Alignment: wrap,
			CustomNumFmt: &day, Protection: free}},
		{&s.spare, excelize.Style{Font: plain, Alignment: wrap, NumFmt: TextFormat, Protection: free}},
		{&s.text, excelize.Style{Font: plain, NumFmt: TextFormat, Alignment: top, Protection: free}},
		{&s.textNumber, excelize.Style{Font: plain, Alignment: top, Protection: free}},
		{&s.textDate, excelize.Style{Font: plain, Alignment: top, CustomNumFmt: &day, Protection: free}},
		{&s.wrap, excelize.Style{Font: plain, Alignment: wrap, Border: border, NumFmt: TextFormat, Protection: free}},
		{&s.wrapNumber, excelize.Style{Font: plain, Alignment: wrap, Border: border, Protection: free}},
		{&s.wrapDate, excelize.Style{Font: plain, Alignment: wrap, Border: border, CustomNumFmt: &day,
			Protection: free}},
		{&s.read, excelize.Style{Font: plain, Alignment: wrap, Border: border, NumFmt: TextFormat, Protection: locked}},
		{&s.title, excelize.Style{Font: font(true, 16, ColourHead)}},
		{&s.section, excelize.Style{Font: font(true, 12, ColourHead),
			Alignment: &excelize.Alignment{Vertical: "bottom"}}},
		{&s.label, excelize.Style{Font: font(true, fontSize, "000000"), Alignment: wrap}},
		{&s.link, excelize.Style{Font: &excelize.Font{Family: fontName, Size: fontSize, Color: "0563C1",
			Underline: "single"}, Alignment: wrap}},
		{&s.body, excelize.Style{Font: plain, Alignment: wrap}},
	} {
		if *one.id, err = f.NewStyle(&one.st); err != nil {
			return s, fmt.Errorf("make a cell format: %w", err)
		}
	}
	return s, nil
}

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
	b.try(b.f.SetColStyle(sheet, xlsx.ColumnName(columns)+":"+xlsx.ColumnName(columns+spareColumns), b.st.spare))
	b.try(b.f.ProtectSheet(sheet, &excelize.SheetProtectionOptions{
		AutoFilter: true, FormatCells: true, FormatColumns: true, FormatRows: true, InsertColumns: true,
		DeleteColumns: true, Sort: true,
		SelectLockedCells: true, SelectUnlockedCells: true, EditObjects: true, EditScenarios: true,
	}))
}

// spareColumns are open to people's own columns.
const spareColumns = 40

// SetFilter puts a filter over an area. excelize forgets what else the sheet is set to when it does so: the colour of
// its tab is put back.
func SetFilter(f *excelize.File, sheet, area string) error {
	before, err := f.GetSheetProps(sheet)
	if err != nil {
		return err
	}
	if err := f.AutoFilter(sheet, area, nil); err != nil {
		return err
	}
	return f.SetSheetProps(sheet, &excelize.SheetPropsOptions{
		CodeName: before.CodeName, FitToPage: before.FitToPage, OutlineSummaryBelow: before.OutlineSummaryBelow,
		OutlineSummaryRight: before.OutlineSummaryRight,
		TabColorIndexed:     before.TabColorIndexed, TabColorRGB: before.TabColorRGB, TabColorTheme: before.TabColorTheme,
		TabColorTint: before.TabColorTint,
	})
}

// freeze keeps the heading row, and the columns left of the given one, in sight.
func (b *book) freeze(sheet string, columns int) {
	pane := "bottomRight"
	if columns == 0 {
		pane = "bottomLeft"
	}
	b.try(b.f.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: columns, YSplit: 1,
		TopLeftCell: xlsx.Ref(columns, 2), ActivePane: pane}))
	b.try(b.f.SetRowHeight(sheet, 1, headHeight))
}

// widths sets the widths of the columns, in characters.
func (b *book) widths(sheet string, widths ...float64) {
	for i, w := range widths {
		b.try(b.f.SetColWidth(sheet, xlsx.ColumnName(i), xlsx.ColumnName(i), w))
	}
}
