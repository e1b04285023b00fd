package workbook

import (
	"fmt"
	"slices"
	"sort"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/paper"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// The headings of the Columns sheet. Record, Field, Value and Note are read; Example is the tool's; the others show
// what the template demands.
const (
	headRecord   = "Record"
	headField    = "Field"
	headValue    = "Value"
	headExample  = "Example"
	HeadType     = "Type"
	HeadWidth    = "Width"
	HeadRequired = "Required"
	HeadAllowed  = "Allowed"
	headNote     = "Note"
	// The headings of the sheet Settings, beside Value.
	headSetting = "Setting"
	headMeaning = "Meaning"
)

func columnHeadings() []string {
	return []string{headRecord, headField, headValue, headExample, HeadType, HeadWidth, HeadRequired, HeadAllowed,
		headNote}
}

// columns writes the sheet that people work on.
func (b *book) columns() {
	s := b.name(SheetColumns)
	more := headingsOf(b.c.Columns)
	b.row(s, 1, b.st.Head, append(b.heads(columnHeadings()...), more...)...)
	widths := append([]float64{b.widest(12, 20, func(r ColumnRow) Cell { return r.Record }),
		b.widest(18, 38, func(r ColumnRow) Cell { return r.Field }), 58, 22, 10, 7, 9, 20, 44},
		repeated(24, len(more))...)
	for i, head := range b.heads(columnHeadings()...) {
		if b.c.In == nil {
			break // they fit
		}
		widths[i] = max(widths[i], paper.TextWidth(head)*1.1+2) // bold
	}
	n, before := 1, ""
	fact, other := b.st.FactOdd, b.st.Fact
	for _, row := range b.c.Columns {
		n++
		record, field := wording.Clean(row.Record.Show()), wording.Clean(row.Field.Show())
		if record != before {
			fact, other = other, fact // records take turns in two greys
		}
		before = record
		shown := b.c.Named(sheets.Fields, field)
		b.row(s, n, fact, record, shown)
		b.cell(s, 2, n, row.Value, b.st.Open)
		b.row2(s, 3, n, fact, "")
		b.row2(s, 4, n, fact, b.facts(record, field)...)
		note := row.noteOr(columnNote(b.tpl, record, field, b.c.In))
		b.cell(s, 8, n, note, b.st.Wrap)
		b.more(s, 9, n, more, row.more)
		b.height(s, n, widths, record, shown, row.Value.Show(), "", "", "", "", b.facts(record, field)[3], note.Show())
		b.valueHint(n, record, field)
	}
	b.widths(s, widths...)
	b.freeze(s, 2)
	b.try(paper.SetFilter(b.f, s, "A1:"+xlsx.Ref(len(widths)-1, n)))
	b.asText(s, fmt.Sprintf("A2:I%d", n))
	b.requiredBlank(n)
	b.protect(s, len(widths))
	b.printSetup(s, true)
}

// widest is a width that holds what stands in a column, within bounds.
func (b *book) widest(least, most float64, of func(ColumnRow) Cell) float64 {
	w := least
	for _, row := range b.c.Columns {
		w = max(w, paper.TextWidth(of(row).Show())+2)
	}
	return min(w, most)
}

// valueHint offers the names that have a value in the record.
func (b *book) valueHint(n int, record, field string) {
	list, text := listLines, b.text("A name from the list (see the sheet %s), a constant in quotes such as \"1000\", "+
		"or a formula (see %s).", b.name(sheetFields), b.name(sheetFunctions))
	if r := b.recordOf(record); r != nil && len(r.Repeat) > 0 && (r.Repeat[0] == template.RepeatHeader ||
		r.Repeat[0] == template.RepeatTrailer) {
		list = listFile
		text = b.text("A header or trailer belongs to the whole file: file.* and settings.* only, a constant in quotes, or a formula.")
	}
	switch field {
	case PseudoWhen:
		text = b.text("A condition such as line.amount <> 0: where it does not hold, the record is left out. Blank: always there.")
	case PseudoSummarise:
		text = b.text("Names, with ; between them: posting lines that agree in all of them become one line. Blank: nothing is added up.")
	}
	b.choices(b.name(SheetColumns), xlsx.Ref(2, n), list, b.c.Named(sheets.Fields, field), text)
}

func (b *book) recordOf(name string) *template.Record {
	for i := range b.tpl.Records {
		if wording.Fold(b.tpl.Records[i].Name) == wording.Fold(name) {
			return &b.tpl.Records[i]
		}
	}
	return nil
}

// requiredBlank paints the Value of a required field red while it is blank.
func (b *book) requiredBlank(last int) {
	style, err := b.f.NewConditionalStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1,
		Color: []string{paper.ColourWrong}}})
	b.try(err)
	b.try(b.f.SetConditionalFormat(b.name(SheetColumns), fmt.Sprintf("C2:C%d", last),
		[]excelize.ConditionalFormatOptions{{Type: "formula", Criteria: fmt.Sprintf(`AND($G2="%s",$C2="")`, b.c.Named(sheets.Types, "yes")), Format: &style}}))
}

// facts are type, width, required and allowed codes of a field.
func (b *book) facts(record, field string) []string {
	out := make([]string, 4)
	r := b.recordOf(record)
	switch {
	case r == nil:
		return out
	case field == PseudoWhen:
		return []string{b.c.Named(sheets.Types, "condition"), "", "", ""}
	case field == PseudoSummarise:
		return []string{b.c.Named(sheets.Types, "names"), "", "", ""}
	}
	i, ok := r.FieldIndex(field)
	if !ok {
		return out
	}
	out = FactsOf(&r.Fields[i])
	out[0], out[2] = b.c.Named(sheets.Types, out[0]), b.c.Named(sheets.Types, out[2])
	return out
}

func FactsOf(f *template.Field) []string {
	out := []string{string(f.Type), "", "", format.JoinWords(f.Codes)}
	if out[0] == "" {
		out[0] = string(layout.TextType)
	}
	if f.Width > 0 {
		out[1] = fmt.Sprint(f.Width)
	}
	if f.Required {
		out[2] = "yes"
	}
	return out
}

// noteOr is the people's note, or the usual one.
func (r *remarks) noteOr(usual string) Cell {
	if r.noted {
		return r.note
	}
	return textOf(usual)
}

// headingsOf are the columns that people added, by name.
func headingsOf[T interface{ extra() []extraCell }](rows []T) []string {
	var out []string
	for _, row := range rows {
		for _, m := range row.extra() {
			if !slices.Contains(out, m.heading) {
				out = append(out, m.heading)
			}
		}
	}
	sort.Strings(out)
	return out
}

func (r remarks) extra() []extraCell { return r.more }

// more writes what stands in columns that people added.
func (b *book) more(sheet string, column, number int, headings []string, cells []extraCell) {
	for i, h := range headings {
		v := Cell{}
		for _, m := range cells {
			if m.heading == h {
				v = m.value
			}
		}
		b.cell(sheet, column+i, number, v, b.st.Wrap)
	}
}

func repeated(w float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = w
	}
	return out
}
