// Package paper owns what workbooks that we make look like: colours, cell formats, the heights of rows with wrapped texts,
// and the order in their parts. The same content gives the same bytes.
package paper

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// Colours of the workbooks we make: grey is the template's, yellow is the accountants'.
const (
	ColourHead    = "1F4E5F"
	ColourFact    = "EDEDED"
	ColourFactOdd = "DCE3E6"
	ColourOpen    = "FFF8D6"
	ColourBorder  = "D0D0D0"
	ColourYours   = "FFC000"
	ColourTool    = "70AD47"
	ColourRead    = "A6A6A6"
	ColourWrong   = "F8CBAD"
	TextFormat    = 49 // "@": what is typed stays text, leading zeros and all
	dateFormat    = "yyyy-mm-dd"
	FontName      = "Arial"
	fontSize      = 10
)

// Styles are the cell formats of a new workbook: of headings, of what the template demands, of what people write.
type Styles struct {
	Head, Fact, FactOdd, Open, Spare, Text, Wrap, Read, Title, Section, Label, Body, Link int
	OpenNumber, OpenDate, TextNumber, TextDate, WrapNumber, WrapDate                      int
}

// Number is the format of a number in place of a text.
func (s *Styles) Number(style int) int {
	switch style {
	case s.Open:
		return s.OpenNumber
	case s.Text:
		return s.TextNumber
	case s.Wrap:
		return s.WrapNumber
	}
	return style
}

// Date is the format of a date in place of a text.
func (s *Styles) Date(style int) int {
	switch style {
	case s.Open:
		return s.OpenDate
	case s.Text:
		return s.TextDate
	case s.Wrap:
		return s.WrapDate
	}
	return s.TextDate
}

// NewStyles makes them in a workbook.
func NewStyles(f *excelize.File) (Styles, error) {
	line := func(side string) excelize.Border { return excelize.Border{Type: side, Color: ColourBorder, Style: 1} }
	border := []excelize.Border{line("left"), line("right"), line("top"), line("bottom")}
	fill := func(c string) excelize.Fill { return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c}} }
	top := &excelize.Alignment{Vertical: "top"}
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	locked, free := &excelize.Protection{Locked: true}, &excelize.Protection{Locked: false}
	font := func(bold bool, size float64, colour string) *excelize.Font {
		return &excelize.Font{Family: FontName, Size: size, Bold: bold, Color: colour}
	}
	plain := font(false, fontSize, "000000")
	day := dateFormat
	var s Styles
	var err error
	for _, one := range []struct {
		id *int
		st excelize.Style
	}{
		{&s.Head, excelize.Style{Font: font(true, fontSize, "FFFFFF"), Fill: fill(ColourHead),
			Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}, Border: border}},
		{&s.Fact, excelize.Style{Font: plain, Fill: fill(ColourFact), Border: border, Alignment: wrap,
			NumFmt: TextFormat, Protection: locked}},
		{&s.FactOdd, excelize.Style{Font: plain, Fill: fill(ColourFactOdd), Border: border, Alignment: wrap,
			NumFmt: TextFormat, Protection: locked}},
		{&s.Open, excelize.Style{Font: plain, Fill: fill(ColourOpen), Border: border, Alignment: wrap,
			NumFmt: TextFormat, Protection: free}},
		{&s.OpenNumber, excelize.Style{Font: plain, Fill: fill(ColourOpen), Border: border, Alignment: wrap,
			Protection: free}},
		{&s.OpenDate, excelize.Style{Font: plain, Fill: fill(ColourOpen), Border: border, Alignment: wrap,
			CustomNumFmt: &day, Protection: free}},
		{&s.Spare, excelize.Style{Font: plain, Alignment: wrap, NumFmt: TextFormat, Protection: free}},
		{&s.Text, excelize.Style{Font: plain, NumFmt: TextFormat, Alignment: top, Protection: free}},
		{&s.TextNumber, excelize.Style{Font: plain, Alignment: top, Protection: free}},
		{&s.TextDate, excelize.Style{Font: plain, Alignment: top, CustomNumFmt: &day, Protection: free}},
		{&s.Wrap, excelize.Style{Font: plain, Alignment: wrap, Border: border, NumFmt: TextFormat, Protection: free}},
		{&s.WrapNumber, excelize.Style{Font: plain, Alignment: wrap, Border: border, Protection: free}},
		{&s.WrapDate, excelize.Style{Font: plain, Alignment: wrap, Border: border, CustomNumFmt: &day,
			Protection: free}},
		{&s.Read, excelize.Style{Font: plain, Alignment: wrap, Border: border, NumFmt: TextFormat, Protection: locked}},
		{&s.Title, excelize.Style{Font: font(true, 16, ColourHead)}},
		{&s.Section, excelize.Style{Font: font(true, 12, ColourHead),
			Alignment: &excelize.Alignment{Vertical: "bottom"}}},
		{&s.Label, excelize.Style{Font: font(true, fontSize, "000000"), Alignment: wrap}},
		{&s.Link, excelize.Style{Font: &excelize.Font{Family: FontName, Size: fontSize, Color: "0563C1",
			Underline: "single"}, Alignment: wrap}},
		{&s.Body, excelize.Style{Font: plain, Alignment: wrap}},
	} {
		if *one.id, err = f.NewStyle(&one.st); err != nil {
			return s, fmt.Errorf("make a cell format: %w", err)
		}
	}
	return s, nil
}

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
