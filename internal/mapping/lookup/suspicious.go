package lookup

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// suspicious looks over a lookup sheet that was read.
func (b *builder) suspicious() {
	b.sameButCase()
	b.strayStars()
	b.blankResults()
	for i, column := range b.keyAt {
		b.columnFormat(column, b.out.keys[i])
	}
	for i, column := range b.colAt {
		if b.out.types[i] == formula.Text && b.isCode(b.out.columns[i]) {
			b.columnFormat(column, b.out.columns[i])
		}
	}
	for _, column := range append(append([]int{}, b.keyAt...), b.colAt...) {
		if b.sheet.HiddenColumns[column] {
			b.found.Add(findings.Warning, b.headPlace(column), b.heads[column],
				say.F("the column %s is hidden, but it counts", b.heads[column]), "")
		}
	}
}

// isCode: names and descriptions are no codes; what the template does not know is taken for one.
func (b *builder) isCode(name string) bool {
	if b.decl == nil {
		return true
	}
	for _, c := range b.decl.Columns {
		if wording.Fold(c.Name) == wording.Fold(name) {
			return c.Type == layout.CodeType
		}
	}
	return true
}

func (b *builder) headPlace(column int) findings.Place {
	if c := b.sheet.Rows[0].At(column); c.Ref != "" {
		return c.Place
	}
	return findings.Place{Sheet: b.sheet.Name, Ref: xlsx.Ref(column, b.sheet.Rows[0].Number)}
}

// sameButCase warns of keys that differ in upper and lower case only: a key is found exactly as it is written.
func (b *builder) sameButCase() {
	seen := map[string]Row{}
	for _, r := range b.out.rows {
		shown := b.out.Show(r.key)
		folded := strings.ToLower(shown)
		if before, twice := seen[folded]; twice && before.key != r.key {
			b.found.Add(findings.Warning, r.at, shown, say.F("%q and %q in %s differ in upper and lower case "+
				"only; each is found only as it is written", shown, b.out.Show(before.key), before.at.Ref), "")
			continue
		}
		seen[folded] = r
	}
}

// strayStars warns of keys that look like prefixes and are none, or none that a code begins with.
func (b *builder) strayStars() {
	for _, r := range b.out.rows {
		for _, k := range r.key[:len(b.out.keys)] {
			switch p := patternOf(k); {
			case p.level == exactly && strings.Contains(k, "*"):
				b.found.Add(findings.Warning, r.at, k, say.F("%q is taken as it is written, * included: only one "+
					"at the end stands for the rest of a code, as in 64*", k), "")
			case p.level == prefixed && strings.HasSuffix(p.low, " "):
				b.found.Add(findings.Warning, r.at, k, say.F("%q takes only what has a blank in this place; for all "+
					"that begins with %s write %s*", k, strings.TrimSpace(p.low), strings.TrimSpace(p.low)), "")
			}
		}
	}
}

// blankResults warns of a row for a code that gives nothing at all.
func (b *builder) blankResults() {
	for _, r := range b.out.rows {
		star, blank := false, true
		for _, k := range r.key[:len(b.out.keys)] {
			star = star || k == "*"
		}
		for _, v := range r.values {
			blank = blank && v.IsEmpty()
		}
		if blank && !star {
			b.found.Add(findings.Warning, r.at, b.out.Show(r.key),
				say.F("the row for %q has nothing in it, so that what it gives is blank: fill it in, or delete it", b.out.Show(r.key)), "")
		}
	}
}

// columnFormat warns of a code column that is not formatted as text: the next code that is typed there loses its zeros.
func (b *builder) columnFormat(column int, name string) {
	texts, general, numbers := 0, 0, workbook.Cell{}
	for _, row := range b.sheet.Rows[1:] {
		c := row.At(column)
		if c.Kind != workbook.Text {
			continue
		}
		switch c.Format {
		case workbook.TextCells:
			texts++
		case workbook.GeneralFormat:
			if wording.IsDigits(wording.Clean(c.Text)) {
				general++
			}
		default:
			if numbers.Kind == workbook.Blank {
				numbers = c
			}
		}
	}
	const way = "a code typed there becomes a number and loses leading zeros; choose the column, then Home, Number " +
		"Format, Text"
	switch whole := b.sheet.Formats[column]; {
	case b.sheet.Formats == nil: // YAML
	case whole == workbook.NumberCells || whole == workbook.DateCells:
		b.found.Add(findings.Warning, b.headPlace(column), name,
			say.F("the column %s is formatted for numbers or dates: %s", name, way), "")
	case numbers.Kind != workbook.Blank:
		b.found.Warnf(numbers, "the cell is formatted for numbers or dates: %s", way)
	case whole == workbook.GeneralFormat && general > texts:
		b.found.Add(findings.Warning, b.headPlace(column), name,
			say.F("the column %s is not formatted as text: %s", name, way), "")
	}
}
