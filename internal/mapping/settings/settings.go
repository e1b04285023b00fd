// Package settings owns what the sheet Settings says: constants of the company, which formulas name, and how files are
// made: their names, their groups, the posting date, the line of rounding differences. What is wrong is told by cell.
package settings

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/filename"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// Settings are the rows of the sheet, with those of the template that it does not have.
type Settings struct {
	// Options are what it says of the tool, Values the company's constants by name in small letters, Names their names.
	Options workbook.Options
	Values  map[string]layout.Value
	Names   []string

	// named are the settings that the file name holds.
	named []string
	tpl   *template.Template
	file  string
	found *workbook.Collector
}

// Read parts the rows of the sheet into options of the tool and settings for formulas.
func Read(tpl *template.Template, content *workbook.Content, found *workbook.Collector) *Settings {
	s := &Settings{Options: workbook.Options{}, Values: map[string]layout.Value{}, tpl: tpl, file: content.File,
		found: found}
	seen := s.rows(content)
	for _, d := range tpl.Settings {
		if row, ok := seen[wording.Fold(d.Name)]; ok {
			if d.Required && s.Values[strings.ToLower(d.Name)].IsEmpty() {
				s.found.Add(findings.Error, row.Place, "", say.F("the setting %s needs a value: %s", d.Name,
					say.Known(d.Note)), "")
			}
			continue
		}
		if d.Required && d.Value == "" {
			s.found.Add(findings.Error, findings.Place{Sheet: s.found.Sheet(workbook.SheetSettings)}, "",
				say.F("the setting %s is missing: %s", d.Name, say.Known(d.Note)), "")
		}
		s.setting(d.Name, TemplateCell(s.tpl, string(d.Value)))
	}
	return s
}

// rows reads the rows, each name once.
func (s *Settings) rows(content *workbook.Content) map[string]workbook.Cell {
	seen := map[string]workbook.Cell{}
	for _, row := range content.Settings {
		name := wording.Clean(row.Name.Show())
		if before, twice := seen[wording.Fold(name)]; twice {
			s.found.Errorf(row.Name, "", "the setting %s stands twice: here and in %s", name, before.Ref)
			continue
		}
		seen[wording.Fold(name)] = row.Name
		if option, ok := workbook.OptionOf(name); ok {
			s.Options[option] = row.Value
			continue
		}
		if !workbook.IsSettingName(name) {
			s.found.Errorf(row.Name, wording.Nearest(name, append(s.found.In.Names(sheets.Options, workbook.OptionNames()), s.Declared()...)),
				"a setting's name is letters, digits and _ only; options of the tool are %s",
				strings.Join(s.found.In.Names(sheets.Options, workbook.OptionNames()), ", "))
			continue
		}
		if row.Value.Kind == workbook.Text {
			workbook.NoteStrange(row.Value, wording.Clean(row.Value.Text), "the setting "+name+": ", s.found)
		}
		s.setting(name, row.Value)
	}
	return seen
}

// Declared are the names of the settings that the template knows.
func (s *Settings) Declared() []string {
	var out []string
	for _, d := range s.tpl.Settings {
		out = append(out, d.Name)
	}
	return out
}

// Serves reports whether a setting that no formula names is of use all the same: confirmations name the company, the file
// name may hold it, and two routes are told apart by it.
func (s *Settings) Serves(name string) bool {
	is := func(other string) bool { return wording.Fold(other) == wording.Fold(name) }
	return is("company") || slices.ContainsFunc(s.named, is) || s.tpl.Numbers != nil && slices.ContainsFunc(s.tpl.Numbers.ApartBy, is)
}

// among refuses a value that is none of the setting's codes: a formula that asks for one of them would take it for
// another.
func (s *Settings) among(d *template.Setting, name string, v workbook.Cell) {
	text := wording.Clean(v.Show())
	switch {
	case d.Allows(text):
	case s.found.Former:
		s.found.Warnf(v, "the setting %s is one of: %s", name, strings.Join(d.Words(), ", "))
	default:
		s.found.Errorf(v, wording.Nearest(text, d.Words()), "the setting %s is one of: %s", name, strings.Join(d.Words(), ", "))
	}
}

func (s *Settings) setting(name string, v workbook.Cell) {
	var typ layout.Type
	for _, d := range s.tpl.Settings {
		if strings.EqualFold(d.Name, name) {
			typ = d.Type
			s.among(&d, name, v)
		}
	}
	if v.Kind == workbook.Number && (typ == layout.CodeType || typ == layout.TextType) {
		s.found.Errorf(v, "", "%s %q is a number cell; make it text", name, v.Value().String())
	}
	value := v.Value()
	if want := formula.OfColumn(typ); want == formula.Number && value.Kind == layout.TextKind {
		a, err := fis.ParseAmount(value.Text)
		if err != nil {
			s.found.Errorf(v, "", "%s: %v", name, err)
		} else {
			value = layout.Number(a)
		}
	}
	s.Values[strings.ToLower(name)] = value
	s.Names = append(s.Names, name)
}

// TemplateCell is a value of a template as if it stood in the mapping.
func TemplateCell(t *template.Template, text string) workbook.Cell {
	v := workbook.Cell{Place: findings.Place{Ref: t.Path()}}
	if text != "" {
		v.Kind, v.Text = workbook.Text, text
	}
	return v
}

// groupWords are the words for groupings, each with the formula that it stands for.
var groupWords = map[string]string{"run": "", "document": "document.id", "currency": "document.currency",
	"company": workbook.NameCompany}

// Groups are the formulas by which documents share a file, and where they stand; most is how many documents a file has
// at most, lines how many lines, 0 for no limit. Where a file is one company's, the company comes first, whatever else the
// workbook groups by.
func (s *Settings) Groups() (sources []string, at workbook.Cell, most, lines int) {
	by := s.tpl.Grouping.By
	at = TemplateCell(s.tpl, by)
	if v, ok := s.Options[workbook.OptionGroupBy]; ok && !v.IsBlank() {
		by, at = wording.Clean(v.Show()), v
	}
	most = s.limit(workbook.OptionMaximum, s.tpl.Grouping.MaxDocuments)
	if v := s.Options[workbook.OptionMaximum]; !v.IsBlank() && s.tpl.Grouping.Holds(most) {
		s.found.Warnf(v, "%s numbers %d documents of a file: of a file with more, the further ones are held", s.tpl.Name, s.tpl.Grouping.Numbered)
	}
	lines = s.limit(workbook.OptionLines, s.tpl.Grouping.MaxLines)
	for _, part := range formula.Split(by) {
		if source, word := groupWords[strings.ToLower(part)]; word {
			part = source
		}
		if part != "" {
			sources = append(sources, part)
		}
	}
	if s.tpl.OneCompany() {
		sources = append([]string{workbook.NameCompany}, slices.DeleteFunc(sources, func(source string) bool {
			return wording.Fold(source) == wording.Fold(workbook.NameCompany)
		})...)
	}
	return sources, at, most, lines
}

// limit is a whole number of the sheet, or what the template says.
func (s *Settings) limit(option string, usual int) int {
	v, ok := s.Options[option]
	if !ok || v.IsBlank() {
		return usual
	}
	n, err := strconv.Atoi(v.Value().String())
	if err != nil || n < 0 {
		s.found.Errorf(v, "", "%s is a whole number, 0 for no limit", s.found.Option(option))
	}
	return n
}

// Company is the formula of document.company: that of the sheet, else the template's, and where it stands.
func (s *Settings) Company() (source string, at workbook.Cell) {
	if v := s.Options[workbook.OptionCompany]; !v.IsBlank() {
		return wording.Clean(v.Show()), v
	}
	return s.tpl.CompanyRule(), TemplateCell(s.tpl, s.tpl.CompanyRule())
}

// Told is the formula of what posting confirmations call the company; empty where the template says nothing of companies.
func (s *Settings) Told() (source string, at workbook.Cell) {
	if s.tpl.Company == nil {
		if v := s.Options[workbook.OptionCompany]; !v.IsBlank() { // which Values name
			return workbook.NameCompany, v
		}
		return "", workbook.Cell{}
	}
	source = cmp.Or(s.tpl.Company.Told, workbook.NameCompany)
	return source, TemplateCell(s.tpl, source)
}

// CompanyUsed refuses a rule of the company that no Value and no group asks for: nothing of it would come out.
func (s *Settings) CompanyUsed() {
	if v := s.Options[workbook.OptionCompany]; !v.IsBlank() {
		s.found.Stricterf(v, "%s changes nothing, because no Value names %s", s.found.Option(workbook.OptionCompany), workbook.NameCompany)
	}
}

// CompanyOf is the company of a file by the key of its group, where the company comes first in it.
func CompanyOf(group string, alone bool) string {
	if alone {
		return group
	}
	first, _, _ := strings.Cut(group, " / ")
	return strings.ReplaceAll(first, "//", "/")
}

// RoundingLine reads the line of rounding differences that the template declares.
func (s *Settings) RoundingLine(round bool) *posting.RoundingLine {
	declared := s.tpl.RoundingDifference
	if declared == nil {
		return nil
	}
	line, ok := posting.ReadRoundingLine(declared.Limit)
	switch {
	case !ok:
		s.templateError("rounding_difference.limit", declared.Limit, "the most that may go to the line: `5 minor units` of the "+
			"document's currency, or an amount in it such as 0.05")
		return nil
	case !s.tpl.Rounding:
		s.templateError("rounding_difference", declared.Limit, "needs `rounding: true`")
		return nil
	}
	if !round {
		return nil // the workbook has switched it off: nothing is left over
	}
	return line
}

func (s *Settings) templateError(at, value string, reason say.Text) {
	s.found.List = append(s.found.List, findings.Finding{Severity: findings.Error, File: s.tpl.Path(), Cell: at,
		Value: value, Reason: reason})
}

// FileName reads the file name pattern: that of the sheet Settings, else the template's.
func (s *Settings) FileName() filename.Pattern {
	pattern := s.tpl.FileName
	own, ok := s.Options[workbook.OptionFileName]
	if ok = ok && !own.IsBlank(); ok {
		pattern = wording.Clean(own.Show())
	}
	name, found := filename.Read(pattern, func(name string) (value string, known bool,
		nearest string) {
		s.named = append(s.named, name)
		v, ok := s.Values[strings.ToLower(name)]
		if !ok {
			nearest = wording.Nearest(name, s.Names)
		}
		return v.String(), ok, nearest
	})
	if want := path.Ext(s.tpl.FileName); ok && (want == ".zip" || want == ".xlsx") && !strings.EqualFold(path.Ext(pattern), want) {
		s.found.Warnf(own, "%s: files of template %s are %s files, and their names end so", s.found.Option(workbook.OptionFileName), s.tpl.Name, want[1:])
	}
	for _, f := range found {
		if f.File, f.Cell = s.tpl.Path(), "file_name"; ok {
			f.File, f.Sheet, f.Cell = s.file, own.Sheet, own.Ref
			f.Reason = say.F("%s: %s", s.found.Option(workbook.OptionFileName), f.Reason)
		}
		s.found.List = append(s.found.List, f)
	}
	return name
}
