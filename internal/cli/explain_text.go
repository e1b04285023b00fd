package cli

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// explanationPage is an explanation as people see it.
type explanationPage struct{ *desk.Explanation }

// explanationText writes what people read.
func (a *app) explanationText(x explanationPage, o explainOptions) {
	l := term.Lines{Out: a.stdout, Width: a.width(), Label: 11}
	line := x.Line
	l.Put("file", "%s, line %s of %s", visible(x.File), lineNumbers(line), wording.Grouped(strconv.Itoa(x.Lines)))
	l.Put("mapping", "%s", x.mappingWords())
	l.Put("record", "%s", recordWords(line))
	if line.DocID != "" || line.ReportID != "" {
		l.Put("document", "%s, report %s, %s", visible(line.DocID), visible(line.ReportID), fis.CurrencyName(line.Currency))
	}
	for _, p := range line.Postings {
		l.Put("made from", "%s", postingWords(p, line.Currency))
	}
	if line.When != nil {
		l.Put("because", "%s", formulaWords(line.When))
	}
	exactly(l, "says", line.Text)
	l.Put("", "%s", x.sameWords())
	exactly(l, "in the file", x.Stored)
	for _, p := range x.Problems {
		if !x.Same { // else they were in no file then either
			l.Put("problem", "%s", visible(p))
		}
	}
	term.Print(a.stdout, "\n")
	if o.column != "" {
		a.cellText(&line.Cells[0], line)
		return
	}
	a.cellList(line, o.all)
}

// exactly writes a text with all its blanks, on one line however long.
func exactly(l term.Lines, label, text string) {
	if text != "" {
		term.Print(l.Out, "%-*s %s\n", l.Label, label, visible(text))
	}
}

func lineNumbers(l *mapping.ExplainedLine) string {
	if l.Lines > 1 {
		return fmt.Sprintf("%d to %d", l.Line, l.Line+l.Lines-1)
	}
	return strconv.Itoa(l.Line)
}

func (x explanationPage) mappingWords() string {
	if x.MadeWith == "" {
		return fmt.Sprintf("%s, version %s", x.Mapping, wording.Short(x.Version))
	}
	if x.Changed {
		return fmt.Sprintf("%s, version %s; the file was made with version %s: the mapping has changed since, so what is told here is how it would be made today", x.Mapping, wording.Short(x.Version), wording.Short(x.MadeWith))
	}
	return fmt.Sprintf("%s, version %s, the one the file was made with", x.Mapping, wording.Short(x.Version))
}

func (x explanationPage) sameWords() string {
	switch {
	case !x.Known:
		return "the file's bytes have aged out, so this cannot be compared with them"
	case x.Same:
		return "byte for byte what stands in the file"
	case len(x.Line.Bytes) == 0:
		return "DIFFERS: the workbook made today is not, byte for byte, the file; single rows of workbooks are not compared"
	}
	return "DIFFERS from what stands in the file"
}

func recordWords(l *mapping.ExplainedLine) string {
	switch l.Kind {
	case mapping.KindHeading:
		return "the row of headings, from the template"
	case mapping.KindHeader, mapping.KindTrailer:
		return fmt.Sprintf("%s, a %s: one in the file", l.Record, l.Kind)
	}
	s := fmt.Sprintf("%s, one for each %s", l.Record, l.Over)
	if l.Origin != "" {
		s += ", here " + l.Origin
	}
	return s
}

func postingWords(p mapping.ExplainedPosting, currency string) string {
	s := fmt.Sprintf("posting line %d: %s", p.Number, p.Role)
	if p.Account != "" {
		s += ", account " + visible(p.Account)
	}
	if p.Party != "" {
		s += ", party " + visible(p.Party)
	}
	if p.Debit != "" {
		s += ", debit " + p.Debit
	} else {
		s += ", credit " + p.Credit
	}
	s += " " + currency
	if p.Place != "" {
		s += ", from " + p.Place
	}
	return s
}

func formulaWords(v *mapping.ExplainedValue) string {
	if v.Formula == "" {
		return "no value (" + v.Place + ")"
	}
	return fmt.Sprintf("%s  (%s)", visible(v.Formula), v.Place)
}

// cellList tells of each cell that says something: what stands in the file, and below it what that was made of.
func (a *app) cellList(l *mapping.ExplainedLine, all bool) {
	wide, blank := 0, 0
	for i := range l.Cells {
		wide = max(wide, min(utf8.RuneCountInString(l.Cells[i].Field), 24))
	}
	for i := range l.Cells {
		c := &l.Cells[i]
		if c.Text == "" && len(c.Done) == 0 && !all {
			blank++
			continue
		}
		term.Print(a.stdout, "%4s  %-*s  %s\n", columnWord(c.Column), wide, clipped(visible(c.Field), wide), visible(c.Text))
		if l.Kind == mapping.KindHeading {
			continue
		}
		for _, how := range cellWords(c) {
			for _, part := range strings.Split(term.Wrap(how, a.width()-12), "\n") {
				term.Print(a.stdout, "          %s\n", part)
			}
		}
	}
	if blank > 0 {
		a.say("\n%s left out (--all tells of them)", wording.Counted(blank, "blank cell"))
	}
}

// cellWords is what a cell was made of, in lines. A formula that is but a name is not told twice.
func cellWords(c *mapping.ExplainedCell) []string {
	var out []string
	if len(c.Sources) == 1 && strings.EqualFold(c.Sources[0].Name, c.Formula) {
		out = append(out, fmt.Sprintf("%s  (%s)", sourceWords(c.Sources[0]), c.Place))
	} else {
		out = append(out, formulaWords(&c.ExplainedValue))
		for _, s := range c.Sources {
			out = append(out, "- "+sourceWords(s))
		}
	}
	for _, s := range c.Lookups {
		out = append(out, "- "+lookupWords(s))
	}
	for _, d := range c.Done {
		out = append(out, "! "+visible(d))
	}
	return out
}

func columnWord(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

// cellText tells all about one cell.
func (a *app) cellText(c *mapping.ExplainedCell, line *mapping.ExplainedLine) {
	l := term.Lines{Out: a.stdout, Width: a.width(), Label: 11}
	l.Put("column", "%s %s", columnWord(c.Column), c.Field)
	place := ""
	if c.End > c.Start {
		place = fmt.Sprintf(" (bytes %d to %d of the line)", c.Start+1, c.End)
	}
	l.Put("in the file", "%s%s", quoted(c.Written), place)
	if c.Written != c.Text {
		l.Put("which says", "%s", quoted(c.Text))
	}
	l.Put("value", "%s", quoted(c.Value))
	if line.Kind != mapping.KindHeading {
		l.Put("formula", "%s", formulaWords(&c.ExplainedValue))
	}
	for _, s := range c.Sources {
		l.Put("read", "%s", sourceWords(s))
		l.Put("", "%s", s.Meaning)
	}
	for _, s := range c.Lookups {
		l.Put("looked up", "%s", lookupWords(s))
		var row []string
		for _, r := range s.Row {
			row = append(row, r.Heading+" "+quoted(r.Text))
		}
		l.Put("", "the row: %s", strings.Join(row, ", "))
	}
	for _, d := range c.Done {
		l.Put("done", "%s", visible(d))
	}
	l.Put("template", "%s", strings.Join(c.Rules, "; "))
}

func sourceWords(s mapping.Source) string {
	text := s.Name + " = " + quoted(s.Value)
	for i, f := range s.Found {
		text += wording.Either(i == 0, " from ", ", ") + f.Path
		if f.Raw != "" && f.Raw != s.Value {
			text += " " + quoted(f.Raw)
		}
	}
	return text
}

func lookupWords(s mapping.LookupSource) string {
	text := fmt.Sprintf("%s %s: %s %s", s.Cell, quoted(strings.Join(s.Key, " / ")), s.Column, quoted(s.Value))
	if s.ByDefault {
		text += ", by a row with *"
	}
	return text
}

// quoted shows a text with its blanks.
func quoted(s string) string { return `"` + visible(s) + `"` }

// visible makes control characters harmless for a terminal and seen by people.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r':
			return '⏎'
		case r == '\t':
			return '⇥'
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return '�'
		}
		return r
	}, s)
}

// clipped keeps a column narrow.
func clipped(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
