package workbook

import (
	"bytes"
	"fmt"
	"io/fs"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping/seen"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/paper"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// New is a new mapping workbook for the template: it explains itself, and works as it is once its lookup sheets are
// right. The same template and documents give the same bytes. The sheet Fields shows what the company's own documents
// have in each field; documents is nil when nobody looked. The language is en, de, fr or es; blank is English.
func New(templates fs.FS, name string, documents *seen.Fields, language string) ([]byte, error) {
	t, bad := template.Read(templates, name)
	if err := bad.Err(); err != nil {
		return nil, err
	}
	c := newContent(t)
	c.In = sheets.In(language)
	c.setFurther(documents)
	return encodeXLSX(c, t, documents)
}

// book is a workbook in the making; the first error stops the rest.
type book struct {
	f   *excelize.File
	st  paper.Styles
	c   *Content
	tpl *template.Template
	err error
	// tables are the names of the tables so far.
	tables map[string]bool
	// seen is what documents have in the fields, nil when nobody looked.
	seen *seen.Fields
	// there tells that the sheet was made before: what people set in it stays.
	there bool
}

// name is the name of a sheet in the language of the workbook, head a heading, text what explains.
func (b *book) name(english string) string { return b.c.In.Name(sheets.Sheets, english) }

func (b *book) head(english string) string { return b.c.In.Name(sheets.Headings, english) }

func (b *book) heads(english ...string) []string { return b.c.In.Names(sheets.Headings, english) }

func (b *book) text(english string, values ...any) string { return b.c.In.Text(english, values...) }

func (b *book) texts(english ...string) []string {
	out := make([]string, len(english))
	for i, s := range english {
		out[i] = b.text(s)
	}
	return out
}

func (b *book) try(err error) {
	if b.err == nil && err != nil {
		b.err = err
	}
}

func encodeXLSX(c *Content, t *template.Template, documents *seen.Fields) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	st, err := paper.NewStyles(f)
	if err != nil {
		return nil, err
	}
	b := &book{f: f, st: st, c: c, tpl: t, tables: map[string]bool{}, seen: documents}
	b.try(f.SetDefaultFont(paper.FontName))
	b.sheets()
	b.readMe()
	b.fields()
	b.columns()
	b.settings()
	for _, name := range c.LookupNames() {
		b.lookup(name)
	}
	b.results()
	b.tests()
	b.preview()
	b.functions()
	if i, err := f.GetSheetIndex(b.name(sheetReadMe)); err == nil {
		f.SetActiveSheet(i)
	}
	b.try(f.SetDocProps(&excelize.DocProperties{Title: t.Title, Subject: "fisbridge mapping for " + t.Name,
		Keywords: "fisbridge, " + t.Name, Creator: "fisbridge", LastModifiedBy: "fisbridge",
		Created: "2026-01-01T00:00:00Z", Modified: "2026-01-01T00:00:00Z"}))
	if b.err != nil {
		return nil, fmt.Errorf("make a workbook for %s: %w", t.Name, b.err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write a workbook for %s: %w", t.Name, err)
	}
	return paper.Tidy(out.Bytes())
}

// sheets makes all sheets in their order, each with the colour of its tab: yellow for what people edit, green for what
// the tool fills, grey for reading.
func (b *book) sheets() {
	b.try(b.f.SetSheetName("Sheet1", b.name(sheetReadMe)))
	b.tab(b.name(sheetReadMe), paper.ColourHead)
	yours := append([]string{b.name(SheetColumns), b.name(SheetSettings)}, b.c.LookupNames()...)
	for _, name := range append(yours, b.name(SheetResults), b.name(SheetTests)) {
		b.addSheet(name, paper.ColourYours)
	}
	b.addSheet(b.name(SheetPreview), paper.ColourTool)
	for _, name := range []string{sheetFields, sheetFunctions, sheetRoles} {
		b.addSheet(b.name(name), paper.ColourRead)
	}
}

func (b *book) addSheet(name, colour string) {
	_, err := b.f.NewSheet(name)
	b.try(err)
	b.tab(name, colour)
}

// tab colours the tab of a sheet. The colour of a tab, unlike those of cells, must say how opaque it is.
func (b *book) tab(name, colour string) {
	opaque := "FF" + colour
	b.try(b.f.SetSheetProps(name, &excelize.SheetPropsOptions{TabColorRGB: &opaque}))
}

// row writes texts into a row with one format.
func (b *book) row(sheet string, number, style int, texts ...string) {
	b.row2(sheet, 0, number, style, texts...)
}

// row2 is row from a column on.
func (b *book) row2(sheet string, column, number, style int, texts ...string) {
	for i, s := range texts {
		at := xlsx.Ref(column+i, number)
		if s != "" {
			b.try(b.f.SetCellStr(sheet, at, xlsx.Escape(s)))
		}
		b.try(b.f.SetCellStyle(sheet, at, at, style))
	}
}

// cell writes a value of any kind; texts get the given format, other kinds its sister that shows them as what they are.
func (b *book) cell(sheet string, column, number int, v Cell, style int) {
	at := xlsx.Ref(column, number)
	switch v.Kind {
	case Text:
		b.try(b.f.SetCellStr(sheet, at, xlsx.Escape(wording.Clean(v.Text))))
	case Number:
		n, _ := v.Number.Float64()
		b.try(b.f.SetCellValue(sheet, at, n))
		style = b.st.Number(style)
	case Bool:
		b.try(b.f.SetCellBool(sheet, at, v.flag))
	case Date:
		b.try(b.f.SetCellValue(sheet, at, v.date.Time()))
		style = b.st.Date(style)
	}
	b.try(b.f.SetCellStyle(sheet, at, at, style))
}

// asText tells Excel that numbers are stored as texts on purpose, so that it does not offer to spoil them.
func (b *book) asText(sheet, area string) {
	b.try(b.f.AddIgnoredErrors(sheet, area, excelize.IgnoredErrorsNumberStoredAsText))
}

// prompt shows a hint beside the cells of an area when one of them is chosen. Excel takes 32 characters of title and
// 255 of text.
func (b *book) prompt(sheet, area, title, text string) {
	dv := excelize.NewDataValidation(true)
	dv.Sqref = area
	dv.SetInput(shorten(title, 32), shorten(text, 250))
	b.try(b.f.AddDataValidation(sheet, dv))
}

// choices offers a list to choose from, and lets people type what they like.
func (b *book) choices(sheet, area, list, title, text string) {
	dv := excelize.NewDataValidation(true)
	dv.Sqref = area
	dv.SetSqrefDropList(list)
	dv.ShowErrorMessage = false
	dv.SetInput(shorten(title, 32), shorten(text, 250))
	b.try(b.f.AddDataValidation(sheet, dv))
}

func shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}

// choose offers a few words of a list to choose from.
func (b *book) choose(sheet, area string, list sheets.List, words ...string) {
	dv := excelize.NewDataValidation(true)
	dv.Sqref = area
	b.try(dv.SetDropList(b.c.In.Names(list, words)))
	dv.ShowErrorMessage = false
	b.try(b.f.AddDataValidation(sheet, dv))
}
