package lint

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/lookup"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Unfilled warns of lookup sheets that nobody has filled yet, and that Values read which have nothing else: no document
// that needs them comes through, and without documents nothing else shows it. A column that is blank in the rows there
// are is told where a field must have it that stands in no file, such as the currency of the books.
func Unfilled(p *mapping.Plan) (out findings.List) {
	told := map[string]bool{}
	for i := range p.View().Records() {
		r := &p.View().Records()[i]
		for j := range r.Fields() {
			f := &r.Fields()[j]
			facts := &p.Template().Records[r.Index()]
			at, known := facts.FieldIndex(f.Name())
			if !known || f.Program() == nil {
				continue
			}
			for _, l := range f.Program().Lookups() {
				t := p.View().Lookups()[l.Table]
				if t == nil || l.Guarded || told[l.Table+"\x00"+l.Column] || !unfilled(t, l.Column, facts.Fields[at].Hidden && facts.Fields[at].Required) {
					continue
				}
				told[l.Table+"\x00"+l.Column] = true
				out = append(out, findings.Finding{Severity: findings.Warning, File: p.View().Content().File, Sheet: f.At().Sheet, Cell: f.At().Ref,
					Reason: unfilledWords(r.Name()+" "+f.Name(), facts.Fields[at].Note, l)})
			}
		}
	}
	return out
}

func unfilledWords(field, note string, l formula.Lookup) say.Text {
	what := say.F("fill in column %[2]s of sheet %[3]s, in each row or in a row with *: no row has a value there, %[1]s reads it, and until then the documents that need it are held", field, l.Column, l.Table)
	if note != "" {
		what = say.F("%s (%s)", what, say.Known(strings.TrimPrefix(note, "not in the file: ")))
	}
	return what
}

// unfilled tells whether no row has a value in the column: with must, also of rows that have values in others.
func unfilled(t *lookup.Table, column string, must bool) bool {
	at := slices.Index(t.Columns(), column)
	rows := t.Rows()
	filled := slices.ContainsFunc(rows, func(r lookup.Row) bool { return at >= 0 && !r.Values()[at].IsEmpty() })
	if at < 0 || filled {
		return false
	}
	return must || !slices.ContainsFunc(rows, func(r lookup.Row) bool {
		return slices.ContainsFunc(r.Values(), func(v layout.Value) bool { return !v.IsEmpty() })
	})
}
