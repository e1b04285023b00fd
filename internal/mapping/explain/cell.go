package explain

import (
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/say"
)

// cells explains every field of a record. sources gives what a field was made from.
func (x *explainer) cells(out *Line, r *mapping.Record, values []layout.Value, encoded []byte,
	sources func(field int) ([]Source, []LookupSource)) {
	_, plan, index := x.plan.Layout().Member(r.Index())
	if plan != x.plan.Layout() { // as its member writes it
		var err error
		if encoded, err = plan.Encode(nil, index, values, &layout.Notes{}); err != nil {
			return
		}
	}
	if out.Text = textOf(plan, encoded); out.Text != "" {
		out.Bytes = append([]byte(nil), encoded...)
	}
	spans, err := plan.Spans(index, values)
	if err != nil { // it was encoded a moment ago
		return
	}
	var notes layout.Notes
	_, _ = x.plan.Layout().Encode(nil, r.Index(), values, &notes)
	done := notes.List(x.plan.Layout())
	column := 0
	for i := range r.Fields() {
		f, t := &r.Fields()[i], &x.plan.Template().Records[r.Index()].Fields[i]
		c := Cell{Field: f.Name(), Heading: t.Heading, Rules: x.rulesOf(r.Index(), i), Text: spans[i].Text,
			Start: spans[i].Start, End: spans[i].End}
		if !t.Hidden {
			column++
			c.Column = column
		}
		c.Formula, c.Place, c.Value = f.Source(), f.At().String(), values[i].String()
		c.Sources, c.Lookups = sources(i)
		c.Written = c.Text
		if c.End > c.Start {
			c.Written = plan.Decode(encoded[c.Start:c.End])
		}
		c.Done = x.done(t, f.Name(), r.Name(), &c, done)
		out.Cells = append(out.Cells, c)
	}
}

func (x *explainer) rulesOf(record, field int) []say.Text {
	if x.rules[record] == nil {
		for i := range x.plan.View().Records()[record].Fields() {
			x.rules[record] = append(x.rules[record], x.plan.Layout().Rules(record, i))
		}
	}
	return x.rules[record][field]
}

// done says what became of a value on its way into the file.
func (x *explainer) done(t *template.Field, field, record string, c *Cell, notes []layout.Note) []say.Text {
	var out []say.Text
	for _, n := range notes {
		if n.Record == record && n.Field == field {
			out = append(out, doneWords(n.Kind, t, c))
		}
	}
	if c.Value == "" && t.Default != "" {
		out = append(out, say.F("nothing there, so the default %q", string(t.Default)))
	}
	if x.plan.View().Posting().Round && t.Type == layout.AmountType {
		for _, s := range c.Sources {
			for _, f := range s.Found {
				if decimals(f.Raw) > decimals(s.Value) && s.Value != "" && f.Path != "" {
					out = append(out, say.F("rounded with the posting lines of the document: %s says %s", f.Path,
						f.Raw))
				}
			}
		}
	}
	return out
}

func decimals(number string) int {
	_, after, _ := strings.Cut(number, ".")
	return len(strings.TrimRight(after, "0"))
}

func doneWords(k layout.NoteKind, t *template.Field, c *Cell) say.Text {
	switch k {
	case layout.Cut:
		return say.F("cut: %d characters, the field holds %d", utf8.RuneCountInString(c.Value), t.Width)
	case layout.Replaced:
		return say.F("characters replaced that the encoding does not have: %q", c.Value)
	case layout.Cleaned:
		return say.F("characters that the file must not hold were taken out or replaced; the value is %q",
			c.Value)
	}
	return "begins like a formula; written as it is, and counted"
}
