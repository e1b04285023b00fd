package workbook

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/pack"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// spareSettings are the rows below the settings that are open for more.
const spareSettings = 60

// settings writes constants and options; options that the mapping does not use are shown blank.
func (b *book) settings() {
	s := b.name(SheetSettings)
	rows := append([]namedCell{}, b.c.Settings...)
	delimited := b.tpl.File.Kind == layout.Delimited || pack.Has(b.tpl.File, layout.Delimited)
	for _, o := range OptionNames() {
		if !b.hasOption(o) && (delimited || !ofDelimited(o)) {
			rows = append(rows, namedCell{Name: textOf(o)})
		}
	}
	more := headingsOf(rows)
	widths := append([]float64{26, 30, 84}, repeated(24, len(more))...)
	b.row(s, 1, b.st.Head, append(b.heads(headSetting, headValue, headMeaning), more...)...)
	n := 1
	for _, row := range rows {
		n++
		name := wording.Clean(row.Name.Show())
		shown, value := name, row.Value
		if option, is := OptionOf(name); is {
			shown = b.c.Named(sheets.Options, option)
			value.Text = b.c.inWords(option, &value)
		}
		b.row(s, n, b.st.Fact, shown)
		b.cell(s, 1, n, value, b.st.Open)
		note := row.noteOr(settingNote(b.tpl, name, b.c.In))
		b.cell(s, 2, n, note, b.st.Wrap)
		b.more(s, 3, n, more, row.more)
		b.height(s, n, widths, shown, value.Show(), note.Show())
		b.settingHint(n, name)
	}
	b.try(b.f.SetCellStyle(s, xlsx.Ref(0, n+1), xlsx.Ref(2, n+spareSettings), b.st.Spare))
	b.prompt(s, fmt.Sprintf("A%d:A%d", n+1, n+spareSettings), b.text("A setting of your own"),
		b.text("Letters, digits and _ only. A setting called area is settings.area in a formula."))
	b.widths(s, widths...)
	b.freeze(s, 1)
	b.asText(s, fmt.Sprintf("A2:C%d", n+spareSettings))
	b.protect(s, len(widths))
	b.printSetup(s, true)
}

func (b *book) hasOption(option string) bool {
	for _, s := range b.c.Settings {
		if o, ok := OptionOf(wording.Clean(s.Name.Show())); ok && o == option {
			return true
		}
	}
	return false
}

func (b *book) settingHint(n int, name string) {
	option, ok := OptionOf(name)
	s, at := b.name(SheetSettings), xlsx.Ref(1, n)
	switch {
	case !ok:
		b.prompt(s, at, name, b.text("A constant of your company. It is text: leading zeros stay. In formulas: settings.%s", name))
	case option == OptionGroupBy:
		b.choose(s, at, sheets.Grouping, "run", "currency", "company", "document")
	case option == OptionDelimiter:
		b.choose(s, at, sheets.Delimiters, "comma", "semicolon", "tab", "pipe")
	case option == OptionPostingDate:
		words := []string{"document", "line", "month end", "file"}
		if b.tpl.OnePostingDate {
			words = []string{"document", "month end", "file"}
		}
		b.choose(s, at, sheets.Posting, words...)
	case option == OptionLanguage:
		b.choose(s, at, "", "en", "de", "fr", "es")
	case option == OptionDecimalMark:
		b.choose(s, at, sheets.Marks, "point", "comma")
	case option == OptionRounding, option == OptionHeadings:
		b.choose(s, at, sheets.Switches, "on", "off")
	}
}
