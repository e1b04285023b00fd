package workbook

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
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
	found.Errorf(v, "", "%s is on or off", OptionRounding)
	return false
}

// File lets people say what a delimited file looks like, where payroll programs and the like take several forms.
func (o Options) File(t *template.Template, found *Collector) {
	f := &t.File
	set := func(option string, words map[string]string, to *string) {
		v, ok := o[option]
		switch text := wording.Clean(v.Show()); {
		case !ok || v.IsBlank():
		case f.Kind != layout.Delimited:
			found.Errorf(v, "", "%s goes with delimited files; the file of template %s is none", option, t.Name)
		case words[strings.ToLower(text)] != "":
			*to = words[strings.ToLower(text)]
		default:
			*to = text
		}
	}
	set(OptionDelimiter, nil, &f.Delimiter)
	set(OptionDecimalMark, map[string]string{"point": ".", "comma": ","}, &f.DecimalMark)
	set(OptionDateForm, nil, &f.DateForm)
	headings := onOff(f.Header)
	set(OptionHeadings, map[string]string{"yes": "on", "no": "off"}, &headings)
	if f.Header = headings == "on"; headings != "on" && headings != "off" {
		found.Errorf(o[OptionHeadings], "", "%s is on or off", OptionHeadings)
	}
	if !f.Header {
		f.HeaderRecord = ""
	}
}

// Language is the one that formulas are written in; blank leaves it to each formula.
func (o Options) Language(found *Collector) formula.Language {
	v := o[OptionLanguage]
	l, ok := formula.ReadLanguage(wording.Clean(v.Value().String()))
	if !ok {
		found.Errorf(v, "", "%s is en, de, fr or es", OptionLanguage)
	}
	return l
}

// CardCodes are the payment types that are company cards.
func (o Options) CardCodes() []string {
	return strings.FieldsFunc(o[OptionCardCodes].Value().String(), func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
}
