// Package pattern writes and reads files of kind text: a pattern for each record. Of a layout's settings it has for
// itself the pattern of a record.
package pattern

import (
	"regexp"
	"strings"

	"github.com/fisbridge/fisbridge/internal/charset"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// Kind is files of kind text.
type Kind struct{}

// Name is the word for it in a layout.
func (Kind) Name() layout.KindName { return layout.PatternText }

// Can is what such files hold.
func (Kind) Can() layout.Can { return layout.Can{Lines: true, Tall: true, Patterns: true, Apart: true} }

// format is the files of one plan.
type format struct {
	plan    *layout.Plan
	charset *charset.Charset
	lineEnd []byte
	comment string
	records []record
}

// record is a compiled record.
type record struct {
	segments []segment
	unused   []*layout.Cell // those that the pattern does not show
}

// New has nothing to check: the records say it all.
func (Kind) New(c *layout.Check) layout.Format {
	p := c.Plan()
	return &format{plan: p, charset: p.Charset(), lineEnd: p.LineEnd(), comment: c.Spec().Comment,
		records: make([]record, len(p.Records()))}
}

// Field has nothing to add.
func (f *format) Field(*layout.Check, *layout.Cell) {}

// Record takes the pattern apart.
func (f *format) Record(c *layout.Check, l *layout.Line) {
	at := "records." + l.Name + ".pattern"
	if l.Pattern == "" {
		c.Problem(at, "", "is missing; a text file needs a pattern for each record")
		return
	}
	used := map[*layout.Cell]bool{}
	segments, reason := compile(strings.TrimSuffix(l.Pattern, "\n"), func(name string) *layout.Cell {
		for _, cell := range l.Placed {
			if cell.Name == name {
				used[cell] = true
				return cell
			}
		}
		return nil
	})
	if reason != "" {
		c.Problem(at, l.Pattern, "%s", reason)
		return
	}
	if markup(segments) {
		c.Problem(at, l.Pattern, "writes XML by hand: a value with & or < in it would break the file. Files of kind xml escape what must be escaped, "+
			"close each element, and are read back (docs/integrators.md, XML)")
		return
	}
	end := string(map[string]string{"crlf": "\r\n", "cr": "\r", "nel": "\u0085"}[c.Spec().LineEnd])
	for i := range segments {
		c.Encodable(at, segments[i].literal)
		if end != "" {
			segments[i].literal = strings.ReplaceAll(segments[i].literal, "\n", end)
		}
	}
	r := &f.records[l.Index]
	r.segments = segments
	for i := range l.Cells {
		if !used[&l.Cells[i]] {
			r.unused = append(r.unused, &l.Cells[i])
		}
	}
}

// tag is the end of an element, or the declaration of XML.
var tag = regexp.MustCompile(`</[\pL_][\pL\d_.:-]*\s*>|<\?xml\s|<[\pL_][^<>]*/>`)

// markup tells whether a pattern puts values into XML.
func markup(segments []segment) bool {
	var b strings.Builder
	for i := range segments {
		b.WriteString(segments[i].literal)
	}
	return tag.MatchString(b.String())
}

// Expects takes text and empty files.
func (f *format) Expects(found layout.Found) (bool, string) {
	return found == layout.FoundText || found == layout.FoundEmpty, ""
}
