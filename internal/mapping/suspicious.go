package mapping

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// What is legal but suspicious. None of it keeps a mapping from being used.

// factsUnchanged warns of a template's fact that somebody wrote over in the workbook: it does not change what the ERP demands.
func (c *compiler) factsUnchanged(r *template.Record, name string, row columnRow) {
	i, ok := r.FieldIndex(name)
	if !ok || len(row.shown) == 0 {
		return
	}
	facts := factsOf(&r.Fields[i])
	for n, head := range []string{headType, headWidth, headRequired, headAllowed} {
		got, shown := row.shown[head]
		if !shown || wording.Clean(got.show()) == facts[n] || head == headRequired && wording.Fold(got.show()) == "no" && facts[n] == "" {
			continue
		}
		was := facts[n]
		if was == "" {
			was = "nothing"
		}
		hint := "it is the template's, and what stands here changes nothing"
		if head == headWidth {
			hint += `; to cut a text, cut it in the Value: LEFT(line.text; 30)`
		}
		c.found.warnf(got, "%s %s: the template says %s for %s; %s", r.Name, name, was, strings.ToLower(head), hint)
	}
}

// noteConstant warns of a required field that somebody filled with the same text for all rows.
func (c *compiler) noteConstant(prog *formula.Program, f *template.Field, v cell, own bool, label string) {
	value, constant := prog.Constant()
	if !own || !constant || value.IsEmpty() || !f.Required || len(prog.Settings()) > 0 || wording.Clean(v.show()) == wording.Clean(f.Value) {
		return
	}
	c.found.warnf(v, "%s is required and gets %q in every row: is that meant?", label, value.String())
}

// unused warns of settings and lookup sheets that no formula names.
func (c *compiler) unused() {
	c.unusedDeclared()
	declared := c.declaredSettings()
	for _, row := range c.content.settings {
		name := wording.Clean(row.name.show())
		if _, option := optionOf(name); option || !isSettingName(name) || c.used[strings.ToLower(name)] || foldedIn(name, declared) {
			continue
		}
		c.found.warnf(row.name, "no formula uses the setting %s", name)
	}
	for _, name := range c.content.tables.names() {
		if c.lookups[name] != nil || c.missing[name] || c.isDeclared(name) {
			continue
		}
		if s, err := c.content.tables.read(name); err == nil && looksLikeLookup(s) {
			c.found.add(findings.Warning, findings.Place{Sheet: name}, "", "no formula uses this lookup sheet", "")
		}
	}
}

func (c *compiler) isDeclared(lookup string) bool {
	for _, l := range c.tpl.Lookups {
		if wording.Fold(l.Name) == wording.Fold(lookup) {
			return true
		}
	}
	return false
}

func foldedIn(name string, list []string) bool {
	for _, s := range list {
		if wording.Fold(s) == wording.Fold(name) {
			return true
		}
	}
	return false
}

// looksLikeLookup tells a lookup sheet from a sheet of the people's own: it has a key column that says so, or a default row.
func looksLikeLookup(s *sheet) bool {
	if s == nil || len(s.rows) == 0 {
		return false
	}
	for _, c := range s.rows[0].cells {
		if strings.HasSuffix(strings.ToLower(wording.Clean(c.show())), keyMark) {
			return true
		}
	}
	for _, row := range s.rows[1:] {
		if wording.Clean(row.at(0).show()) == "*" {
			return true
		}
	}
	return false
}

// suspicious looks over a lookup sheet that was read.
func (b *lookupBuilder) suspicious() {
	b.sameButCase()
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
		if b.sheet.hiddenColumns[column] {
			b.found.add(findings.Warning, b.headPlace(column), b.heads[column], fmt.Sprintf("the column %s is hidden, but it counts", b.heads[column]), "")
		}
	}
}

// isCode: names and descriptions are no codes; what the template does not know is taken for one.
func (b *lookupBuilder) isCode(name string) bool {
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

func (b *lookupBuilder) headPlace(column int) findings.Place {
	if c := b.sheet.rows[0].at(column); c.Ref != "" {
		return c.Place
	}
	return findings.Place{Sheet: b.sheet.name, Ref: xlsx.Ref(column, b.sheet.rows[0].number)}
}

// sameButCase warns of keys that differ in upper and lower case only: a key is found exactly as it is written.
func (b *lookupBuilder) sameButCase() {
	seen := map[string]lookupRow{}
	for _, r := range b.out.rows {
		shown := b.out.show(r.key)
		folded := strings.ToLower(shown)
		if before, twice := seen[folded]; twice && before.key != r.key {
			b.found.add(findings.Warning, r.at, shown, fmt.Sprintf("%q and %q in %s differ in upper and lower case only; each is found only as it is written", shown, b.out.show(before.key), before.at.Ref), "")
			continue
		}
		seen[folded] = r
	}
}

// blankResults warns of a row for a code that gives nothing at all.
func (b *lookupBuilder) blankResults() {
	for _, r := range b.out.rows {
		star, blank := false, true
		for _, k := range r.key[:len(b.out.keys)] {
			star = star || k == "*"
		}
		for _, v := range r.values {
			blank = blank && v.IsEmpty()
		}
		if blank && !star {
			b.found.add(findings.Warning, r.at, b.out.show(r.key), fmt.Sprintf("the row for %q has nothing in it: what it gives is blank", b.out.show(r.key)), "")
		}
	}
}

// columnFormat warns of a code column that is not formatted as text: the next code that is typed there loses its zeros.
func (b *lookupBuilder) columnFormat(column int, name string) {
	texts, general, numbers := 0, 0, cell{}
	for _, row := range b.sheet.rows[1:] {
		c := row.at(column)
		if c.kind != textCell {
			continue
		}
		switch c.format {
		case textCells:
			texts++
		case generalFormat:
			if isDigits(wording.Clean(c.text)) {
				general++
			}
		default:
			if numbers.kind == blankCell {
				numbers = c
			}
		}
	}
	const way = "a code typed there becomes a number and loses leading zeros; choose the column, then Home, Number Format, Text"
	switch whole := b.sheet.formats[column]; {
	case b.sheet.formats == nil: // YAML
	case whole == numberCells || whole == dateCells:
		b.found.add(findings.Warning, b.headPlace(column), name, fmt.Sprintf("the column %s is formatted for numbers or dates: %s", name, way), "")
	case numbers.kind != blankCell:
		b.found.warnf(numbers, "the cell is formatted for numbers or dates: %s", way)
	case whole == generalFormat && general > texts:
		b.found.add(findings.Warning, b.headPlace(column), name, fmt.Sprintf("the column %s is not formatted as text: %s", name, way), "")
	}
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
