package explaining

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// LineNumbers are the numbers of the lines of a record.
func LineNumbers(l *explain.Line) string {
	if l.Lines > 1 {
		return fmt.Sprintf("%d to %d", l.Line, l.Line+l.Lines-1)
	}
	return strconv.Itoa(l.Line)
}

// MappingWords tells which version explains, and whether the file was made with it.
func MappingWords(x *Explanation) string {
	if x.MadeWith == "" {
		return fmt.Sprintf("%s, version %s", x.Mapping, wording.Short(x.Version))
	}
	if x.Changed {
		return fmt.Sprintf("%s, version %s; the file was made with version %s: the mapping has changed since, so what is told here is how it would be made today", x.Mapping, wording.Short(x.Version), wording.Short(x.MadeWith))
	}
	return fmt.Sprintf("%s, version %s, the one the file was made with", x.Mapping, wording.Short(x.Version))
}

// SameWords tells whether what is made today is what stands in the file.
func SameWords(x *Explanation) string {
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

// RecordWords tell what a record is, and what it stands for.
func RecordWords(l *explain.Line) string {
	switch l.Kind {
	case explain.KindHeading:
		return "the row of headings, from the template"
	case explain.KindHeader, explain.KindTrailer:
		return fmt.Sprintf("%s, a %s: one in the file", l.Record, l.Kind)
	}
	s := fmt.Sprintf("%s, one for each %s", l.Record, l.Over)
	if l.Origin != "" {
		s += ", here " + l.Origin
	}
	return s
}

// ExplainedPostingWords tell the posting line from which a line was made.
func ExplainedPostingWords(p explain.Posting, currency string) string {
	s := fmt.Sprintf("posting line %d: %s", p.Number, p.Role)
	if p.Account != "" {
		s += ", account " + wording.Visible(p.Account)
	}
	if p.Party != "" {
		s += ", party " + wording.Visible(p.Party)
	}
	if p.Debit != "" {
		s += ", debit " + p.Debit
	} else {
		s += ", credit " + p.Credit
	}
	s += " " + currency
	switch {
	case p.TakesBack != nil:
		amount := wordingOf(p.TakesBack.Debit, p.TakesBack.Credit)
		return s + ", takes back " + TakesBackWords(p.TakesBack) + " (" + amount + " " + currency + ") of document " + wording.Visible(p.TakesBack.DocID)
	case p.Reversal:
		return s + ", takes back what was written of the report before"
	}
	if p.Place != "" {
		s += ", from " + p.Place
	}
	return s
}

func wordingOf(debit, credit string) string {
	if debit != "" {
		return "debit " + debit
	}
	return "credit " + credit
}

// FormulaWords tell a formula and the cell it stands in.
func FormulaWords(v *explain.Traced) string {
	if v.Formula == "" {
		return "no value (" + v.Place + ")"
	}
	return fmt.Sprintf("%s  (%s)", wording.Visible(v.Formula), v.Place)
}

// CellWords is what a cell was made of, in lines. A formula that is but a name is not told twice.
func CellWords(c *explain.Cell) []string {
	var out []string
	if len(c.Sources) == 1 && strings.EqualFold(c.Sources[0].Name, c.Formula) {
		out = append(out, fmt.Sprintf("%s  (%s)", SourceWords(c.Sources[0]), c.Place))
	} else {
		out = append(out, FormulaWords(&c.Traced))
		for _, s := range c.Sources {
			out = append(out, "- "+SourceWords(s))
		}
	}
	for _, s := range c.Lookups {
		out = append(out, "- "+LookupWords(s))
	}
	for _, d := range c.Done {
		out = append(out, "! "+wording.Visible(d.String()))
	}
	return out
}

// SourceWords tell a source field, what stands in it and where.
func SourceWords(s explain.Source) string {
	text := s.Name + " = " + Quoted(s.Value)
	for i, f := range s.Found {
		text += wording.Either(i == 0, " from ", ", ") + f.Path
		if f.Raw != "" && f.Raw != s.Value {
			text += " " + Quoted(f.Raw)
		}
	}
	return text
}

// LookupWords tell the row of a lookup sheet that was used.
func LookupWords(s explain.LookupSource) string {
	text := fmt.Sprintf("%s %s: %s %s", s.Cell, Quoted(strings.Join(s.Key, " / ")), s.Column, Quoted(s.Value))
	if s.ByDefault {
		text += ", by a row with *"
	}
	return text
}

// Quoted shows a text with its blanks.
func Quoted(s string) string { return `"` + wording.Visible(s) + `"` }
