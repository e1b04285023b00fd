// Package marks finds the words with which an import file says its number in its own bytes: the batch that its headers
// and rows carry, CNQR000001. An ERP gives such a word back in its answer, and the letters in it tell the file from the
// file of the same number that another system has sent.
package marks

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
)

// Of are the words of a file, each once, in the order of the template; empty where the number stands alone or nowhere.
// There are others where some are made of what documents say, too.
func Of(p *mapping.Plan, ctx mapping.FileContext, name string) (words []string, others bool) {
	v := p.View()
	env := env{slots: v.Slots(), ctx: ctx, name: name}
	records := v.Records()
	for i := range records {
		fields := records[i].Fields()
		for k := range fields {
			word, open := env.word(&fields[k])
			others = others || open
			if word != "" && !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return words, others
}

// env gives formulas what a file knows before its documents. Counts are 1.
type env struct {
	slots []scope.Slot
	ctx   mapping.FileContext
	name  string
}

// Value is the value of a name.
func (e *env) Value(i int) layout.Value {
	switch s := &e.slots[i]; s.Fact() {
	case facts.FileSequence:
		return layout.Number(decimal.NewFromInt(e.ctx.Sequence))
	case facts.FileDate:
		return layout.Day(fis.DateOf(e.ctx.Created))
	case facts.FileTime:
		return layout.Text(e.ctx.Created.Format("15:04:05"))
	case facts.FileName:
		return layout.Text(e.name)
	case facts.FileRoute:
		return layout.Text(e.ctx.Route)
	case facts.FileGroup:
		return layout.Text(e.ctx.Group)
	case facts.DocumentNumber, facts.RowNumber, facts.RowLine:
		return scope.Count(1)
	}
	return layout.Value{}
}

// word is what a column makes of the file's number and letters beside it; empty where it does not, open where documents
// decide.
func (e *env) word(f *mapping.Field) (word string, open bool) {
	prog := f.Program()
	if prog == nil || f.Type() != layout.CodeType && f.Type() != layout.TextType {
		return "", false
	}
	numbered, open := false, len(prog.Tables()) > 0
	for _, i := range prog.Fields() {
		s := &e.slots[i]
		numbered = numbered || s.Kind() != facts.OfSource && (s.Fact() == facts.FileSequence || s.Fact() == facts.FileName)
		open = open || s.Phase() != facts.Late
	}
	if !numbered {
		return "", false
	}
	value, err := prog.Eval(e)
	text := value.String()
	switch {
	case err == nil && !holds(text, e.ctx.Sequence): // a number that is made of it is another one
		return "", false
	case open || err != nil:
		return "", true
	case strings.IndexFunc(text, unicode.IsLetter) < 0:
		return "", false
	}
	return text, false
}

// holds tells whether a number stands in a text, with leading zeros or without.
func holds(text string, number int64) bool {
	for _, run := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if n, err := strconv.ParseInt(run, 10, 64); err == nil && n == number {
			return true
		}
	}
	return false
}
