package workbook

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// A workbook is written in a language, and read in any: what is read has the English names, and a place the sheet's own
// name. Names of records, fields, lookup sheets and settings are the template's and the company's in every language.

// countedSheets are the sheets from which something is read, each with the headings by which it is known.
func countedSheets() map[string][]string {
	counted := guardSheets()
	counted[SheetColumns] = []string{headRecord, headField, headValue}
	counted[SheetSettings] = []string{headSetting, headValue}
	return counted
}

// meaning are the sheets of the workbook that are called so, in whichever language, the English one first. Of a sheet
// that the tool fills only the English name and that of the workbook's language count. Called so in yet another language
// is one only with its headings; and where several are called so, those without the headings are the people's own.
func (w *Workbook) meaning(english string) []string {
	own := w.language()
	languages := []*sheets.Lang{nil, own}
	headings, counted := countedSheets()[english]
	if counted {
		languages = sheets.All()
	}
	alike := func(n string) bool {
		s, err := w.Sheet(n)
		return err == nil && looksLike(s, headings)
	}
	var out []string
	for _, l := range languages {
		for _, n := range w.names {
			if l.Is(sheets.Sheets, english, n) && !slices.Contains(out, n) &&
				(l == nil || own.Is(sheets.Sheets, english, n) || alike(n)) {
				out = append(out, n)
			}
		}
	}
	if len(out) < 2 || !counted {
		return out
	}
	var those []string
	for _, n := range out {
		if alike(n) {
			those = append(those, n)
		}
	}
	if len(those) == 0 {
		return out
	}
	return those
}

// language is that of the name of the sheet Columns, else of the sheet Settings.
func (w *Workbook) language() *sheets.Lang {
	for _, english := range []string{SheetColumns, SheetSettings} {
		for _, l := range sheets.All() {
			if slices.ContainsFunc(w.names, func(n string) bool { return l.Is(sheets.Sheets, english, n) }) {
				return l
			}
		}
	}
	return nil
}

// reserved reports whether a sheet has a meaning of its own.
func (w *Workbook) reserved(name string) bool {
	return slices.ContainsFunc(reservedSheets(), func(english string) bool {
		return slices.Contains(w.meaning(english), name)
	})
}

// noteTwo refuses two sheets that mean the same: nobody could say which one counts.
func (w *Workbook) noteTwo(english string, found *Collector) {
	if all := w.meaning(english); len(all) > 1 {
		found.Stricterf(Cell{Place: findings.Place{Sheet: all[1]}}, "the sheets %s and %s mean the same: delete one of them, or "+
			"call it something else", all[0], all[1])
	}
}

// Named is a name as the workbook of the mapping has it.
func (c *Content) Named(list sheets.List, english string) string { return c.In.Name(list, english) }

// Name is a name as the workbook has it that the findings are about.
func (c *Collector) Name(list sheets.List, english string) string { return c.In.Name(list, english) }

// Sheet is the name of a sheet as the workbook has it, for the place of a finding.
func (c *Collector) Sheet(english string) string { return c.In.Name(sheets.Sheets, english) }

// Option is the name of an option as the workbook has it.
func (c *Collector) Option(english string) string { return c.In.Name(sheets.Options, english) }

// words are the lists of words that options take.
var words = map[string]sheets.List{OptionGroupBy: sheets.Grouping, OptionDelimiter: sheets.Delimiters, OptionDecimalMark: sheets.Marks,
	OptionRounding: sheets.Switches, OptionHeadings: sheets.Switches, OptionPostingDate: sheets.Posting}

// english gives everything that was read its English names. Options have those of the workbook's language only: in
// another workbook somebody may have a setting of his own called so.
func (c *Content) english() {
	for i := range c.Settings {
		s := &c.Settings[i]
		option, is := sheets.English(sheets.Options, s.Name.Show())
		if !is || !c.In.Is(sheets.Options, option, s.Name.Show()) {
			if option, is = OptionOf(wording.Clean(s.Name.Show())); !is {
				continue
			}
		}
		s.Name.rename(option)
		s.Value.Text = wordsIn(words[option], &s.Value)
	}
	for i := range c.Columns {
		row := &c.Columns[i]
		if name, is := sheets.English(sheets.Fields, row.Field.Show()); is {
			row.Field.rename(name)
		}
		for head, cell := range row.Shown {
			if word, is := sheets.English(sheets.Types, cell.Show()); is && (head == HeadType || head == HeadRequired) {
				cell.rename(word)
				row.Shown[head] = cell
			}
		}
	}
	c.englishResults()
	c.englishTests()
}

// rename gives a text cell another text.
func (c *Cell) rename(name string) {
	if c.Kind == Text {
		c.Text = name
	}
}

// wordsIn is the text of a cell with the words of the list in English; parts with ; between them are words of their own.
func wordsIn(list sheets.List, v *Cell) string {
	if list == "" || v.Kind != Text {
		return v.Text
	}
	if word, is := sheets.English(list, v.Text); is {
		return word
	}
	parts := strings.Split(v.Text, ";")
	for i, part := range parts {
		if word, is := sheets.English(list, part); is {
			parts[i] = strings.Replace(part, strings.TrimSpace(part), word, 1)
		}
	}
	return strings.Join(parts, ";")
}

// englishResults gives headings, roles and the meanings of words their English names.
func (c *Content) englishResults() {
	if c.Results == nil || len(c.Results.Rows) == 0 {
		return
	}
	heads := c.Results.Rows[0].englishHeads(format.HeadingFormat, format.HeadingRole, format.HeadingColumn, format.HeadingWords)
	for _, row := range c.Results.Rows[1:] {
		for i := range row.Cells {
			v := &row.Cells[i]
			if role, is := sheets.English(sheets.Roles, v.Show()); is && i == heads[format.HeadingRole] {
				v.rename(role)
			}
			if words := heads[format.HeadingWords]; words >= 0 && i >= words && v.Kind == Text {
				v.Text = meaningsIn(v.Text)
			}
		}
	}
}

// meaningsIn is OK = posted of OK = gebucht.
func meaningsIn(text string) string {
	pairs := strings.Split(text, ";")
	for i, pair := range pairs {
		at := strings.LastIndex(pair, "=")
		if word, is := sheets.English(sheets.Words, pair[at+1:]); at >= 0 && is {
			pairs[i] = pair[:at+1] + strings.Replace(pair[at+1:], strings.TrimSpace(pair[at+1:]), word, 1)
		}
	}
	return strings.Join(pairs, ";")
}

// englishTests gives headings, and the words for lines, their English names.
func (c *Content) englishTests() {
	if c.Tests == nil {
		return
	}
	h, ok := FindHeading(c.Tests, []string{TestDocument, TestColumn, TestExpected})
	if !ok {
		return
	}
	at := map[int]bool{h.Column(TestLine): true, h.Column(TestColumn): true}
	c.Tests.Rows[h.Row].englishHeads(TestHeadings()...)
	for _, row := range c.Tests.Rows[h.Row+1:] {
		for i := range row.Cells {
			if word, is := sheets.English(sheets.Tests, row.Cells[i].Show()); is && at[i] {
				row.Cells[i].rename(word)
			}
		}
	}
}

// englishHeads gives the headings of a row their English names, where none stands there in English already, and says
// where they are; -1 for none.
func (r Row) englishHeads(headings ...string) map[string]int {
	at := map[string]int{}
	for _, name := range headings {
		at[name] = headingColumn(r, name)
		for _, l := range sheets.All() {
			if at[name] < 0 {
				at[name] = headingColumn(r, l.Name(sheets.Headings, name))
			}
		}
		if at[name] >= 0 {
			r.Cells[at[name]].rename(name)
		}
	}
	return at
}

// englishKeys gives the marks of key columns their English form, where they are in the workbook's language.
func (w *Workbook) englishKeys(s *Sheet) {
	mark := w.language().Name(sheets.Keys, KeyMark)
	if mark == KeyMark || len(s.Rows) == 0 {
		return
	}
	for i := range s.Rows[0].Cells {
		c := &s.Rows[0].Cells[i]
		if text := wording.Clean(c.Show()); c.Kind == Text && len(text) >= len(mark) && strings.EqualFold(text[len(text)-len(mark):], mark) {
			c.Text = text[:len(text)-len(mark)] + KeyMark
		}
	}
}

// inWords is the text of an option's value with its words in the language of the workbook.
func (c *Content) inWords(option string, v *Cell) string {
	if v.Kind != Text {
		return v.Text
	}
	return c.InWords(option, v.Text)
}

// InWords is what an option says with its words in the language of the workbook.
func (c *Content) InWords(option, text string) string {
	if words[option] == "" {
		return text
	}
	parts := strings.Split(text, ";")
	for i, part := range parts {
		if word, is := sheets.English(words[option], part); is {
			parts[i] = strings.Replace(part, strings.TrimSpace(part), c.Named(words[option], word), 1)
		}
	}
	return strings.Join(parts, ";")
}

// inLanguage gives the rows of a sheet Results, headings first, the names of the workbook's language.
func (c *Content) inLanguage(rows [][]Cell) {
	heads := Row{Cells: rows[0]}
	role, words := headingColumn(heads, format.HeadingRole), headingColumn(heads, format.HeadingWords)
	for j := range rows[0] {
		rows[0][j].rename(c.Named(sheets.Headings, wording.Clean(rows[0][j].Text)))
	}
	for _, row := range rows[1:] {
		for j := range row {
			if j == role {
				row[j].rename(c.Named(sheets.Roles, wording.Clean(row[j].Text)))
			}
			if words < 0 || j < words || row[j].Kind != Text {
				continue
			}
			pairs := strings.Split(row[j].Text, ";")
			for i, pair := range pairs {
				if at := strings.LastIndex(pair, "="); at >= 0 {
					word := strings.TrimSpace(pair[at+1:])
					pairs[i] = pair[:at+1] + strings.Replace(pair[at+1:], word, c.Named(sheets.Words, word), 1)
				}
			}
			row[j].Text = strings.Join(pairs, ";")
		}
	}
}

// forgetUsual takes notes for none that say what the tool says, in the language of the workbook or in English, as workbooks
// of earlier versions do: in another language it says that otherwise.
func (c *Content) forgetUsual(t *template.Template) {
	forget := func(r *remarks, usual ...string) {
		if r.noted && slices.Contains(usual, wording.Clean(r.note.Show())) {
			r.note, r.noted = Cell{}, false
		}
	}
	for i := range c.Settings {
		s := &c.Settings[i]
		name := wording.Clean(s.Name.Show())
		forget(&s.remarks, settingNote(t, name, c.In), settingNote(t, name, nil))
	}
	for i := range c.Columns {
		r := &c.Columns[i]
		forget(&r.remarks, usualColumnNotes(t, wording.Clean(r.Record.Show()), wording.Clean(r.Field.Show()), c.In)...)
	}
}

// NearestRole is the role that was meant, by its name in the language of the workbook; blank for none.
func (c *Content) NearestRole(written string) string {
	if c.In == nil {
		return ""
	}
	var names []string
	for _, r := range format.Roles() {
		names = append(names, c.Named(sheets.Roles, string(r)))
	}
	return wording.Nearest(written, names)
}
