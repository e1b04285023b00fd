package workbook

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/pack"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// spareSettings are the rows below the settings that are open for more.
const spareSettings = 60

// settings writes constants and options; options that the mapping does not use are shown blank.
func (b *book) settings() {
	s := SheetSettings
	rows := append([]namedCell{}, b.c.Settings...)
	delimited := b.tpl.File.Kind == layout.Delimited || pack.Has(b.tpl.File, layout.Delimited)
	for _, o := range OptionNames() {
		if !b.hasOption(o) && (delimited || !ofDelimited(o)) {
			rows = append(rows, namedCell{Name: textOf(o)})
		}
	}
	more := headingsOf(rows)
	widths := append([]float64{26, 30, 84}, repeated(24, len(more))...)
	b.row(s, 1, b.st.head, append([]string{"Setting", headValue, "Meaning"}, more...)...)
	n := 1
	for _, row := range rows {
		n++
		name := wording.Clean(row.Name.Show())
		b.row(s, n, b.st.fact, name)
		b.cell(s, 1, n, row.Value, b.st.open)
		note := row.noteOr(settingNote(b.tpl, name))
		b.cell(s, 2, n, note, b.st.wrap)
		b.more(s, 3, n, more, row.more)
		b.height(s, n, widths, name, row.Value.Show(), note.Show())
		b.settingHint(n, name)
	}
	b.try(b.f.SetCellStyle(s, xlsx.Ref(0, n+1), xlsx.Ref(2, n+spareSettings), b.st.spare))
	b.prompt(s, fmt.Sprintf("A%d:A%d", n+1, n+spareSettings), "A setting of your own",
		"Letters, digits and _ only. A setting called area is settings.area in a formula.")
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
	at := xlsx.Ref(1, n)
	switch {
	case !ok:
		b.prompt(SheetSettings, at, name,
			"A constant of your company. It is text: leading zeros stay. In formulas: settings."+name)
	case option == OptionGroupBy:
		b.choose(SheetSettings, at, []string{"run", "currency", "company", "document"})
	case option == OptionDelimiter:
		b.choose(SheetSettings, at, []string{"comma", "semicolon", "tab", "pipe"})
	case option == OptionPostingDate:
		words := []string{"document", "line", "month end", "file"}
		if b.tpl.OnePostingDate {
			words = []string{"document", "month end", "file"}
		}
		b.choose(SheetSettings, at, words)
	case option == OptionLanguage:
		b.choose(SheetSettings, at, []string{"en", "de", "fr", "es"})
	case option == OptionDecimalMark:
		b.choose(SheetSettings, at, []string{"point", "comma"})
	case option == OptionRounding, option == OptionHeadings:
		b.choose(SheetSettings, at, []string{"on", "off"})
	}
}
