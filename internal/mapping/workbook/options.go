package workbook

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/pack"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// Options are what the sheet Settings says about the tool itself, by the option's name.
type Options map[string]Cell

// Rounding is whether amounts are rounded to the decimals of their currency; the template's word where nothing is said.
func (o Options) Rounding(t *template.Template, found *Collector) bool {
	v, ok := o[OptionRounding]
	if !ok || v.IsBlank() {
		return t.Rounding
	}
	switch strings.ToLower(v.Value().String()) {
	case "on", "yes", "y", "true":
		return true
	case "off", "no", "n", "false":
		return false
	}
	found.onOrOff(v, OptionRounding)
	return false
}

// onOrOff tells that an option is none of its words.
func (c *Collector) onOrOff(v Cell, option string) {
	c.Errorf(v, "", "%s is %s or %s", c.Option(option), c.Name(sheets.Switches, "on"), c.Name(sheets.Switches, "off"))
}

// ofFile are the options that say what a delimited file looks like, with the key of the template that each stands for.
var ofFile = map[string]string{OptionDelimiter: "delimiter", OptionDecimalMark: "decimal_mark", OptionDateForm: "date_form",
	OptionHeadings: "header"}

// File lets people say what a delimited file looks like, where payroll programs and the like take several forms: the
// import file, or the members of a package that are delimited.
func (o Options) File(t *template.Template, found *Collector) {
	if v := o[OptionHeadings]; !v.IsBlank() && o.word(OptionHeadings) != "on" && o.word(OptionHeadings) != "off" {
		found.onOrOff(v, OptionHeadings)
	}
	if v := o[OptionDateForm]; !v.IsBlank() && !layout.WholeDate(o.word(OptionDateForm)) {
		if found.Stricterf(v, "%s: dates written so lose their day, month or year; write a form with all three, such as dd.MM.yyyy", found.Option(OptionDateForm)); !found.Former {
			delete(o, OptionDateForm)
		}
	}
	if t.File.Kind == layout.Delimited {
		o.form(&t.File)
		return
	}
	var given []string
	for _, name := range OptionNames() {
		if ofDelimited(name) && !o[name].IsBlank() {
			given = append(given, name)
		}
	}
	if len(given) == 0 {
		return
	}
	members, err := pack.Reform(&t.File, layout.Delimited, o.form)
	for _, name := range given {
		switch {
		case err != nil:
			found.Errorf(o[name], "", "%s: %v", found.Option(name), err)
		case members == 0:
			found.Errorf(o[name], "", "%s goes with delimited files; the file of template %s is none", found.Option(name), t.Name)
		}
	}
}

// form gives a delimited file the form that the sheet says; what is blank there stays.
func (o Options) form(f *layout.Spec) {
	for option, to := range map[string]*string{OptionDelimiter: &f.Delimiter, OptionDecimalMark: &f.DecimalMark,
		OptionDateForm: &f.DateForm} {
		if word := o.word(option); word != "" {
			*to = word
		}
	}
	if word := o.word(OptionHeadings); word != "" {
		f.Header = word == "on"
	}
	if !f.Header {
		f.HeaderRecord = ""
	}
}

// optionWords are further words for what an option may say.
var optionWords = map[string]map[string]string{OptionDecimalMark: {"point": ".", "comma": ","},
	OptionHeadings: {"yes": "on", "no": "off"}}

// word is what an option says, empty where it is blank.
func (o Options) word(option string) string {
	v := o[option]
	text := wording.Clean(v.Show())
	if v.IsBlank() {
		return ""
	}
	if word := optionWords[option][strings.ToLower(text)]; word != "" {
		return word
	}
	return text
}

// Saying is the cell of Settings that says a key of a delimited file, of the import file or of a member: what is wrong
// with file.date_form is wrong there. It is false where the template says it.
func (o Options) Saying(place string) (option string, v Cell, ok bool) {
	key := place[strings.LastIndexByte(place, '.')+1:]
	for name, is := range ofFile {
		if v = o[name]; is == key && strings.HasPrefix(place, "file") && !v.IsBlank() {
			return name, v, true
		}
	}
	return "", Cell{}, false
}

// Language is the one that formulas are written in; blank leaves it to each formula.
func (o Options) Language(found *Collector) formula.Language {
	v := o[OptionLanguage]
	l, ok := formula.ReadLanguage(wording.Clean(v.Value().String()))
	if !ok {
		found.Errorf(v, "", "%s is en, de, fr or es", found.Option(OptionLanguage))
	}
	return l
}

// CardCodes are the payment types that are company cards.
func (o Options) CardCodes() []string {
	return strings.FieldsFunc(o[OptionCardCodes].Value().String(), func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
}
