package cli

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk/explaining"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// explanationText writes what people read.
func (a *app) explanationText(x *explaining.Explanation, o explainOptions) {
	l := term.Lines{Out: a.Stdout, Width: a.Width(), Label: 11}
	line := x.Line
	file := wording.Visible(x.File)
	if line.Member != "" && line.Member != filepath.Base(x.File) {
		file = fmt.Sprintf("%s of %s", wording.Visible(line.Member), file)
	}
	l.Put("file", "%s, line %s of %s", file, explaining.LineNumbers(line), wording.Grouped(strconv.Itoa(x.Lines)))
	l.Put("mapping", "%s", explaining.MappingWords(x))
	l.Put("record", "%s", explaining.RecordWords(line))
	if line.DocID != "" || line.ReportID != "" {
		l.Put("document", "%s, report %s, %s", wording.Visible(line.DocID), wording.Visible(line.ReportID), fis.CurrencyName(line.Currency))
	}
	for _, p := range line.Postings {
		l.Put("made from", "%s", explaining.ExplainedPostingWords(p, line.Currency))
	}
	if line.When != nil {
		l.Put("because", "%s", explaining.FormulaWords(line.When))
	}
	exactly(l, "says", line.Text)
	l.Put("", "%s", explaining.SameWords(x))
	exactly(l, "in the file", x.Stored)
	for _, p := range x.Problems {
		if !x.Same { // else they were in no file then either
			l.Put("problem", "%s", wording.Visible(p))
		}
	}
	term.Print(a.Stdout, "\n")
	if o.column != "" {
		a.cellText(&line.Cells[0], line)
		return
	}
	a.cellList(line, o.all)
}

// exactly writes a text with all its blanks, on one line however long.
func exactly(l term.Lines, label, text string) {
	if text != "" {
		term.Print(l.Out, "%-*s %s\n", l.Label, label, wording.Visible(text))
	}
}

// cellList tells of each cell that says something: what stands in the file, and below it what that was made of.
func (a *app) cellList(l *explain.Line, all bool) {
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
		term.Print(a.Stdout, "%4s  %-*s  %s\n", columnWord(c.Column), wide, clipped(wording.Visible(c.Field), wide), wording.Visible(c.Text))
		if l.Kind == explain.KindHeading {
			continue
		}
		for _, how := range explaining.CellWords(c) {
			for _, part := range strings.Split(term.Wrap(how, a.Width()-12), "\n") {
				term.Print(a.Stdout, "          %s\n", part)
			}
		}
	}
	if blank > 0 {
		a.Say("\n%s left out (--all tells of them)", wording.Counted(blank, "blank cell"))
	}
}

func columnWord(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

// cellText tells all about one cell.
func (a *app) cellText(c *explain.Cell, line *explain.Line) {
	l := term.Lines{Out: a.Stdout, Width: a.Width(), Label: 11}
	l.Put("column", "%s %s", columnWord(c.Column), c.Field)
	place := ""
	if c.End > c.Start {
		place = fmt.Sprintf(" (bytes %d to %d of the line)", c.Start+1, c.End)
	}
	l.Put("in the file", "%s%s", explaining.Quoted(c.Written), place)
	if c.Written != c.Text {
		l.Put("which says", "%s", explaining.Quoted(c.Text))
	}
	l.Put("value", "%s", explaining.Quoted(c.Value))
	if line.Kind != explain.KindHeading {
		l.Put("formula", "%s", explaining.FormulaWords(&c.Traced))
	}
	for _, s := range c.Sources {
		l.Put("read", "%s", explaining.SourceWords(s))
		l.Put("", "%s", s.Meaning)
	}
	for _, s := range c.Lookups {
		l.Put("looked up", "%s", explaining.LookupWords(s))
		var row []string
		for _, r := range s.Row {
			row = append(row, r.Heading+" "+explaining.Quoted(r.Text))
		}
		l.Put("", "the row: %s", strings.Join(row, ", "))
	}
	for _, d := range c.Done {
		l.Put("done", "%s", wording.Visible(d.String()))
	}
	l.Put("template", "%s", say.Join("; ", c.Rules...))
}

// clipped keeps a column narrow.
func clipped(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
