package settings

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// postingDateWords are the words for rules of the posting date.
var postingDateWords = map[string]string{"document": "document.date", "line": "line.date", "file": "file.date",
	"month end": "EOMONTH(line.date)"}

// monthEnd is the rule where a document has one posting date.
const monthEnd = "EOMONTH(document.date)"

// PostingDate settles what posting.date is: by the rule of the sheet Settings, else by the template's, and not before the
// earliest day. compile tells a name in the rule that has another value in each row of a document.
func (s *Settings) PostingDate(compile func(source string, at workbook.Cell) (prog *formula.Program, ofRows string)) *formula.Program {
	rule, text := s.Options[workbook.OptionPostingDate], s.tpl.PostingRule()
	at := TemplateCell(s.tpl, text)
	if !rule.IsBlank() {
		text, at = wording.Clean(rule.Show()), rule
	}
	source, word := postingDateWords[strings.ToLower(text)]
	switch {
	case word && s.tpl.OnePostingDate && strings.EqualFold(text, "month end"):
		source = monthEnd
	case !word:
		source = text
	}
	if word {
		at.Sheet, at.Ref = "", s.tpl.Path()
	}
	prog, ofRows := compile(source, at)
	switch {
	case prog == nil:
		return someDate(compile, at)
	case prog.Type() != formula.Date && prog.Type() != formula.Any:
		s.postingRule(rule, text, fmt.Sprintf("takes a date, but this gives %s; the words are document, line, month end and file", prog.Type()))
		return someDate(compile, at)
	case !s.tpl.OnePostingDate && ofRows != "" && s.tpl.RoundingDifference != nil:
		s.found.Warnf(at, "%s gives the lines of a document several dates (%s), and its rounding difference is one line: the lines of a day or "+
			"month do not balance without it. Write document or file, and one_posting_date: true in a template whose ERP has one date for a journal, "+
			"voucher or sum", s.found.Option(workbook.OptionPostingDate), ofRows)
	case s.tpl.OnePostingDate && ofRows != "":
		s.postingRule(rule, text, fmt.Sprintf("gives the lines of a document several dates (%s), and in files of template %s a document "+
			"has one: write document, for the date of the document, month end, for the end of its month, or file", ofRows, s.tpl.Name))
	}
	return s.notBefore(prog)
}

// someDate stands for a posting date whose rule was refused: Values that name posting.date are right for all that.
func someDate(compile func(source string, at workbook.Cell) (prog *formula.Program, ofRows string), at workbook.Cell) *formula.Program {
	prog, _ := compile(monthEnd, at)
	return prog
}

// postingRule says what is wrong with the rule, where it stands.
func (s *Settings) postingRule(rule workbook.Cell, text, reason string) {
	if rule.IsBlank() {
		s.templateError("posting_date", text, say.Plain(reason))
		return
	}
	s.found.Errorf(rule, "", "%s %s", s.found.Option(workbook.OptionPostingDate), reason)
}

// notBefore is a posting date that is never before the earliest day of the sheet Settings.
func (s *Settings) notBefore(prog *formula.Program) *formula.Program {
	v, ok := s.Options[workbook.OptionEarliest]
	if !ok || v.IsBlank() {
		return prog
	}
	day := v.Value()
	if day.Kind == layout.TextKind {
		if d, err := fis.ParseDay(day.Text); err == nil {
			day = layout.Day(d)
		}
	}
	if day.Kind != layout.DateKind {
		s.found.Errorf(v, "", "%s is a date cell, or a text such as 2026-04-01", s.found.Option(workbook.OptionEarliest))
		return prog
	}
	return prog.NotBefore(day.Date)
}

// dated are the cells that say something of posting dates that the workbook did not begin with.
func (s *Settings) dated() (cells []workbook.Cell, options []string) {
	for _, option := range []string{workbook.OptionPostingDate, workbook.OptionEarliest} {
		v := s.Options[option]
		if began := option == workbook.OptionPostingDate && strings.EqualFold(wording.Clean(v.Show()), s.tpl.PostingDate); !v.IsBlank() && !began {
			cells, options = append(cells, v), append(options, option)
		}
	}
	return cells, options
}

// DatesUsed refuses what the sheet says of posting dates where no Value asks for them: nothing of it would come out.
func (s *Settings) DatesUsed() {
	cells, options := s.dated()
	for i, v := range cells {
		s.found.Stricterf(v, "%s changes nothing, because no Value names %s: write %s on the sheet %s as the Value of the column "+
			"that holds the posting date, or leave this cell blank", s.found.Option(options[i]), workbook.NamePostingDate, workbook.NamePostingDate, s.found.Sheet(workbook.SheetColumns))
	}
}

// DatesColumn remarks that a column without a row in the workbook follows what the sheet says of posting dates, for
// templates have not always said so.
func (s *Settings) DatesColumn(label, value string) {
	if !strings.Contains(wording.Fold(value), wording.Fold(workbook.NamePostingDate)) {
		return
	}
	cells, options := s.dated()
	for i, v := range cells {
		s.found.Warnf(v, "%s has no row on the sheet %s, so that it follows %s: give it a row with the Value %s if that is meant, "+
			"or with another one, such as file.date for the day of the file", label, s.found.Sheet(workbook.SheetColumns), s.found.Option(options[i]), workbook.NamePostingDate)
	}
}
