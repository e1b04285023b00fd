package preview

import (
	"bytes"
	"fmt"
	"io/fs"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/paper"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// previewBook is a mapping workbook into which a preview is written. Only the Example column and the Preview sheet are
// touched; the first error stops the rest.
type previewBook struct {
	f   *excelize.File
	v   *Preview
	st  previewStyles
	err error
}

func (b *previewBook) try(err error) {
	if b.err == nil && err != nil {
		b.err = err
	}
}

// FillWorkbook writes the preview into the bytes of its mapping workbook: the first value of each field into the column
// Example, and the sheet Preview. What else is in the workbook, formats, notes and people's own sheets, stays as it is;
// that the mapping still means the same is checked.
func (v *Preview) FillWorkbook(templates fs.FS, data []byte) ([]byte, error) {
	f, err := workbook.Rewritable(data)
	if err != nil {
		return nil, fmt.Errorf("open the workbook to write the preview: %w", err)
	}
	defer f.Close()
	b := &previewBook{f: f, v: v}
	if b.st, err = newPreviewStyles(f); err != nil {
		return nil, err
	}
	b.examples(data)
	b.sheet()
	if b.err != nil {
		return nil, fmt.Errorf("write the preview: %w", b.err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write the preview: %w", err)
	}
	again, findings := mapping.LoadBytes(templates, v.plan.Path(), out.Bytes())
	if err := findings.Err(); err != nil {
		return nil, fmt.Errorf("the workbook cannot be read any more with the preview in it, so it was left as it is: %w", err)
	}
	if again.Hash() != v.plan.Hash() {
		return nil, fmt.Errorf("the workbook would mean something else with the preview in it, so it was left as it is")
	}
	return out.Bytes(), nil
}

// Workbook is a mapping of either form as a new workbook with the preview in it.
func (v *Preview) Workbook(templates fs.FS, data []byte) ([]byte, error) {
	made, err := workbook.ToXLSX(templates, v.plan.Path(), data)
	if err != nil {
		return nil, err
	}
	// The places of the cells are those of the new workbook.
	name := v.plan.Name() + ".xlsx"
	plan, findings := mapping.LoadBytes(templates, name, made)
	if err := findings.Err(); err != nil {
		return nil, fmt.Errorf("make a workbook of the mapping: %w", err)
	}
	moved := *v
	moved.plan = plan
	return moved.FillWorkbook(templates, made)
}

// examples fills the column Example. Its cells keep their format; a workbook without the column gets none.
func (b *previewBook) examples(data []byte) {
	book, err := workbook.Open(data)
	if err != nil {
		b.try(err)
		return
	}
	name, ok := book.Find(workbook.SheetColumns)
	if !ok {
		return
	}
	s, err := book.Sheet(name)
	if err != nil {
		b.try(err)
		return
	}
	h, _ := workbook.FindHeading(s, []string{"Record", "Field", "Value"})
	column := h.Column("Example")
	if column < 0 {
		return
	}
	texts := b.v.examples()
	record, field := h.Column("Record"), h.Column("Field")
	for _, row := range s.Rows[h.Row+1:] {
		r, f := wording.Clean(row.At(record).Show()), wording.Clean(row.At(field).Show())
		t, known := b.v.plan.Template().Record(r)
		if !known {
			t = b.recordFolded(r)
		}
		if t == nil {
			continue
		}
		actual, ok := workbook.FieldNamed(t, f)
		if !ok {
			continue
		}
		b.text(name, column, row.Number, texts[t.Name+"\x00"+actual], -1)
	}
}

func (b *previewBook) recordFolded(name string) *template.Record {
	for i := range b.v.plan.Template().Records {
		if wording.Fold(b.v.plan.Template().Records[i].Name) == wording.Fold(name) {
			return &b.v.plan.Template().Records[i]
		}
	}
	return nil
}

// text writes a text cell: never a formula, whatever it begins with. A style below 0 leaves the cell's own.
func (b *previewBook) text(sheet string, column, row int, text string, style int) {
	text = wording.Visible(text)
	at := xlsx.Ref(column, row)
	if r := []rune(text); len(r) > mostOfACell {
		text = string(r[:mostOfACell-1]) + "…"
	}
	if text == "" {
		b.try(b.f.SetCellValue(sheet, at, nil))
	} else {
		b.try(b.f.SetCellStr(sheet, at, text))
	}
	if style >= 0 {
		b.try(b.f.SetCellStyle(sheet, at, at, style))
	}
}

// mostOfACell is how many characters of a text are shown in a cell; Excel takes 32,767.
const mostOfACell = 2000

// previewStyles are the cell formats of the Preview sheet.
type previewStyles struct {
	title, summary, bad, warn, head, fileHead, file, text, cell, special, held int
	// number and total are for amounts, by their decimals.
	number, total map[int]int
	// differs is total in red.
	differs map[int]int
}

func newPreviewStyles(f *excelize.File) (previewStyles, error) {
	fill := func(c string) excelize.Fill { return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c}} }
	line := []excelize.Border{{Type: "bottom", Color: paper.ColourBorder, Style: 1}}
	top := &excelize.Alignment{Vertical: "top"}
	red, amber := "B3261E", "8A5A00"
	st := previewStyles{}
	family, err := f.GetDefaultFont()
	if err != nil {
		return st, fmt.Errorf("make a cell format: %w", err)
	}
	for _, one := range []struct {
		into *int
		st   excelize.Style
	}{
		{&st.title, excelize.Style{Font: &excelize.Font{Family: family, Bold: true, Size: 14,
			Color: paper.ColourHead}}},
		{&st.summary, excelize.Style{Alignment: top}},
		{&st.bad, excelize.Style{Font: &excelize.Font{Family: family, Bold: true, Color: red}, Alignment: top,
			NumFmt: paper.TextFormat}},
		{&st.warn, excelize.Style{Font: &excelize.Font{Family: family, Color: amber}, Alignment: top,
			NumFmt: paper.TextFormat, Border: line}},
		{&st.head, excelize.Style{Font: &excelize.Font{Family: family, Bold: true, Color: "FFFFFF"},
			Fill: fill(paper.ColourHead), Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}},
		{&st.fileHead, excelize.Style{Font: &excelize.Font{Family: family, Bold: true, Color: "FFFFFF"},
			Fill: fill("4A7A8C"), Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}},
		{&st.file, excelize.Style{Font: &excelize.Font{Family: family, Bold: true}, Fill: fill("DCE9EE"),
			Alignment: top}},
		{&st.text, excelize.Style{Alignment: top, NumFmt: paper.TextFormat, Border: line}},
		{&st.cell, excelize.Style{Fill: fill("F3F8FA"), Alignment: top, NumFmt: paper.TextFormat, Border: line}},
		{&st.special, excelize.Style{Font: &excelize.Font{Family: family, Italic: true, Color: "5D6B73"},
			Alignment: top, NumFmt: paper.TextFormat}},
		{&st.held, excelize.Style{Font: &excelize.Font{Family: family, Color: red}, Fill: fill("FDECEA"),
			Alignment: top, NumFmt: paper.TextFormat}},
	} {
		if *one.into, err = f.NewStyle(&one.st); err != nil {
			return st, fmt.Errorf("make a cell format: %w", err)
		}
	}
	st.number, st.total, st.differs = map[int]int{}, map[int]int{}, map[int]int{}
	for places := range 9 {
		format := "#,##0"
		if places > 0 {
			format += "." + "00000000"[:places]
		}
		if st.number[places], err = f.NewStyle(&excelize.Style{CustomNumFmt: &format, Alignment: top,
			Border: line}); err != nil {
			return st, fmt.Errorf("make a cell format: %w", err)
		}
		if st.total[places], err = f.NewStyle(&excelize.Style{CustomNumFmt: &format, Alignment: top,
			Font:   &excelize.Font{Family: family, Bold: true},
			Border: []excelize.Border{{Type: "top", Color: "000000", Style: 1}}}); err != nil {
			return st, fmt.Errorf("make a cell format: %w", err)
		}
		if st.differs[places], err = f.NewStyle(&excelize.Style{CustomNumFmt: &format, Alignment: top,
			Font: &excelize.Font{Family: family, Bold: true, Color: red}, Fill: fill("FDECEA")}); err != nil {
			return st, fmt.Errorf("make a cell format: %w", err)
		}
	}
	return st, nil
}
