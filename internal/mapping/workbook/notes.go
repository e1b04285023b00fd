package workbook

import (
	"strconv"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/pack"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// columnNote is the template's note on a row of the Columns sheet. Where the field stands under a heading of another name
// in the file, as 007 stands under Konto, the note begins with that.
func columnNote(t *template.Template, record, field string, in *sheets.Lang) string {
	heading, note := columnFacts(t, record, field)
	switch {
	case heading == "":
		return in.Text(note)
	case note == "":
		return heading
	}
	return heading + ": " + in.Text(note)
}

// columnFacts are the heading of a field in the file, blank where it is the field's name, and the template's note.
func columnFacts(t *template.Template, record, field string) (heading, note string) {
	if t == nil {
		return "", ""
	}
	switch field {
	case PseudoWhen:
		return "", "the record is left out where this does not hold"
	case PseudoSummarise:
		return "", "posting lines that agree in these are added up"
	}
	r, ok := t.Record(record)
	if !ok {
		return "", ""
	}
	i, ok := r.FieldIndex(field)
	if !ok {
		return "", ""
	}
	f := &r.Fields[i]
	if heading = wording.Clean(f.Heading); wording.Fold(heading) == wording.Fold(f.Name) {
		heading = ""
	}
	return heading, wording.Clean(f.Note)
}

// usualColumnNotes are all that this program, and those before it, said of a field: none of them is the people's own.
func usualColumnNotes(t *template.Template, record, field string, in *sheets.Lang) []string {
	_, note := columnFacts(t, record, field)
	return []string{columnNote(t, record, field, in), columnNote(t, record, field, nil), note, in.Text(note)}
}

// settingNote is what a setting or option means.
func settingNote(t *template.Template, name string, in *sheets.Lang) string {
	if t == nil {
		return ""
	}
	if option, ok := OptionOf(name); ok {
		return optionNote(t, option, in)
	}
	for _, s := range t.Settings {
		if s.Name == name {
			return in.Text(wording.Clean(s.Note))
		}
	}
	return ""
}

func optionNote(t *template.Template, option string, in *sheets.Lang) string {
	file := delimitedFile(t)
	word := in.Name
	switch option {
	case OptionTemplate:
		return in.Text("the template this mapping fills")
	case OptionGroupBy:
		return in.Text("which documents share a file: run (all of them), currency, company, document, or a formula over the "+
			"document, several with ; between them; blank: %s", word(sheets.Grouping, groupsBy(t)))
	case OptionMaximum:
		return in.Text("the most documents in one file, 0 for no limit; blank: %s", most(t.Grouping.MaxDocuments, in))
	case OptionLines:
		return in.Text("the most lines in one file that the ERP takes, 0 for no limit: a file is ended before it has more, and never within a "+
			"document; blank: %s", most(t.Grouping.MaxLines, in))
	case OptionCompany:
		return in.Text("the company whose books a document belongs in (document.company): a field of your documents, a formula, or a constant in "+
			"quotes where all books are one; blank: %s", t.CompanyRule())
	case OptionRounding:
		return in.Text("on or off: whether amounts are rounded to the decimals of their currency; blank: %s", word(sheets.Switches, onOff(t.Rounding)))
	case OptionDelimiter:
		return in.Text("comma, semicolon, tab, pipe or another character between the columns; blank: %s", word(sheets.Delimiters, said(file.Delimiter, "comma")))
	case OptionDecimalMark:
		return in.Text("point or comma; blank: %s", word(sheets.Marks, said(file.DecimalMark, "point")))
	case OptionDateForm:
		return in.Text("how days are written, such as dd.MM.yyyy or yyyyMMdd; blank: %s", said(file.DateForm, "yyyy-MM-dd"))
	case OptionHeadings:
		return in.Text("on or off: whether the first line holds the headings; blank: %s", word(sheets.Switches, onOff(file.Header)))
	case OptionFurther:
		return in.Text("fields of your documents that FIS's reference does not have, as paths with ; between them: their " +
			"names may be Values; mapping fields fills it")
	case OptionLanguage:
		return in.Text("de, fr or es: formulas are written as the German, French or Spanish Excel shows them (RUNDEN(line.debit * 1,19; " +
			"2), TEXT(line.date; \"TT.MM.JJJJ\")); en or blank: a point as decimal mark; function names of all four " +
			"are known in any case")
	case OptionFileName:
		return in.Text("the name of import files, of letters, digits, dot, hyphen and {sequence:000000}, {date:yyyyMMdd}, {time}, "+
			"{route}, {group}, {settings.NAME}; blank: %s", t.FileName)
	case OptionPostingDate:
		if t.OnePostingDate {
			return in.Text("what posting.date is, one day for a document: document, month end (of the document's date), file (the day the "+
				"file is made), or a formula over the document; blank: %s", word(sheets.Posting, t.PostingRule()))
		}
		return in.Text("what posting.date is: document, line, month end, file (the day the file is made), or a formula; blank: %s",
			word(sheets.Posting, t.PostingRule()))
	case OptionEarliest:
		return in.Text("posting.date is never before this day, because earlier periods are closed; blank: no such day")
	case OptionCardCodes:
		return in.Text("payee codes of further company cards, such as AMEX; blank: only the usual ones")
	}
	return ""
}

// delimitedFile is what the import file is like, or the first delimited member of a package.
func delimitedFile(t *template.Template) layout.Spec {
	var first *layout.Spec
	if spec := t.File; spec.Kind != layout.Delimited {
		n, err := pack.Reform(&spec, layout.Delimited, func(member *layout.Spec) {
			if first == nil {
				first = new(*member)
			}
		})
		if n > 0 && err == nil {
			return *first
		}
	}
	return t.File
}

func groupsBy(t *template.Template) string {
	if t.Grouping.By == "" {
		return "run"
	}
	return t.Grouping.By
}

func most(n int, in *sheets.Lang) string {
	if n == 0 {
		return in.Text("no limit")
	}
	return strconv.Itoa(n)
}

// said is what the template says, or what counts when it says nothing.
func said(s, usual string) string {
	if s == "" {
		return usual
	}
	return s
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}
