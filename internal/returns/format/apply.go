package format

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/ready"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Apply makes the formats that result from the template's and the company's own. The template's are not changed. A
// column that is not a field becomes one where the file has headings.
func Apply(file string, formats []Format, overrides []Override) ([]Format, findings.List) {
	out := make([]Format, len(formats))
	for i := range formats {
		out[i] = formats[i]
		out[i].Columns = slices.Clone(formats[i].Columns)
		out[i].Records = slices.Clone(formats[i].Records)
	}
	a := applier{file: file, formats: out}
	for i := range overrides {
		a.ready(&overrides[i])
	}
	for i := range overrides {
		a.one(&overrides[i])
	}
	return a.formats, a.found
}

// ready adds a ready format that a row names and the template has not.
func (a *applier) ready(o *Override) {
	word := FoldWord(o.Format)
	if word == "" || slices.ContainsFunc(a.formats, func(f Format) bool { return FoldWord(f.Name) == word }) {
		return
	}
	if f, err := Ready(word); err == nil {
		a.formats = append(a.formats, f)
	}
}

type applier struct {
	file    string
	formats []Format
	found   findings.List
	said    map[saidKey]said
}

// saidKey is what a row may say once: the column of a role, or (with a word) what the word means.
type saidKey struct {
	format string
	role   Role
	word   string
}

type said struct{ value, cell string }

// once reports a row that says something else than a row above it: which of the two is meant is not guessed.
func (a *applier) once(o *Override, f *Format) bool {
	if a.said == nil {
		a.said = map[saidKey]said{}
	}
	fine := true
	check := func(word, value, what string) {
		key := saidKey{f.Name, o.Role, word}
		before, twice := a.said[key]
		if twice && before.value != value {
			a.add(o, value, say.F("%s of %s in %s is %q here, but %q in %s", what, o.Role, f.Name, value, before.value, before.cell), "")
			fine = false
			return
		}
		a.said[key] = said{value, o.Cell}
	}
	several := 0 // a format may have several columns for messages, and columns of one role in different records
	for _, c := range f.Columns {
		if c.Role == o.Role {
			several++
		}
	}
	if several > 1 {
		return true
	}
	if o.Column != "" {
		check("", o.Column, "the column")
	}
	for _, word := range slices.Sorted(maps.Keys(o.Words)) {
		check(FoldWord(word), string(o.Words[word]), fmt.Sprintf("the meaning of %q", word))
	}
	return fine
}

func (a *applier) add(o *Override, value string, reason say.Text, nearest string) {
	a.found = append(a.found, findings.Finding{Severity: findings.Error, File: a.file, Sheet: o.Sheet, Cell: o.Cell, Value: value, Reason: reason, Nearest: nearest})
}

func (a *applier) one(o *Override) {
	var names []string
	known, applied := false, false
	for i := range a.formats {
		f := &a.formats[i]
		names = append(names, f.Name)
		if o.Format != "" && FoldWord(o.Format) != FoldWord(f.Name) {
			continue
		}
		known = true
		if o.Format == "" && (!hasRole(f, o.Role) || o.Role == RoleFiles || o.Role == RoleMatch) {
			continue
		}
		if applied = true; a.once(o, f) {
			a.apply(o, f)
		}
	}
	switch {
	case !known:
		a.add(o, o.Format, say.F("there is no result format %q", o.Format), nearestWord(o.Format, append(names, ready.Names()...)))
	case !applied:
		a.add(o, string(o.Role), say.F("no result format has the role %s; name the format", o.Role), "")
	}
}

func hasRole(f *Format, role Role) bool {
	return slices.ContainsFunc(f.Columns, func(c Column) bool { return c.Role == role })
}

func (a *applier) apply(o *Override, f *Format) {
	if o.Role == RoleFiles {
		if o.Column != "" {
			f.Files = o.Column
		}
		return
	}
	if o.Role == RoleMatch {
		a.ways(o, f)
		return
	}
	if o.Column == "-" {
		f.Columns = slices.DeleteFunc(f.Columns, func(c Column) bool { return c.Role == o.Role })
		return
	}
	at := slices.IndexFunc(f.Columns, func(c Column) bool { return c.Role == o.Role })
	if at < 0 {
		if o.Column == "" {
			a.add(o, string(o.Role), say.F("%s has no column for %s: name one", f.Name, o.Role), "")
			return
		}
		f.Columns = append(f.Columns, Column{Role: o.Role})
		at = len(f.Columns) - 1
	}
	col := &f.Columns[at]
	a.column(o, f, col)
	if len(o.Words) > 0 {
		col.Words = mergeWords(col.Words, o.Words)
	}
}

// ways are those that the row lists, by commas: `reference, text`.
func (a *applier) ways(o *Override, f *Format) {
	var ways []Way
	for word := range strings.SplitSeq(o.Column, ",") {
		way := Way(FoldWord(word))
		if !slices.Contains(Ways(), way) {
			a.add(o, o.Column, say.F("%q is not one of %s", strings.TrimSpace(word), JoinWords(Ways())), nearestWord(string(way), Ways()))
			return
		}
		ways = append(ways, way)
	}
	f.Match = ways
}

// column points a role at a constant, at fields (`Check no+Document`), or at a heading that the template does not know.
func (a *applier) column(o *Override, f *Format, col *Column) {
	if o.Column == "" || o.Column == col.Written() {
		return
	}
	if value, constant := strings.CutPrefix(o.Column, "="); constant {
		col.sources(nil, false)
		col.Value = value
		return
	}
	at := slices.IndexFunc(f.Records, func(r layout.Record) bool {
		return f.UseOf(r.Name) == UseData && (col.Record == "" || col.Record == r.Name)
	})
	if at < 0 {
		a.add(o, o.Column, say.F("%s has no record for it", f.Name), "")
		return
	}
	r := &f.Records[at]
	var names []string
	parts, difference := a.parts(r, o)
	for _, part := range parts {
		name, ok := a.field(o, f, r, part)
		if !ok {
			return
		}
		names = append(names, name)
	}
	col.sources(names, difference)
}

// sources replaces what the column reads.
func (c *Column) sources(names []string, difference bool) {
	c.Value, c.Field, c.Fields, c.Plus, c.Minus = "", "", nil, "", ""
	switch {
	case difference:
		c.Plus, c.Minus = names[0], names[1]
	case len(names) == 1:
		c.Field = names[0]
	default:
		c.Fields = names
	}
}

// parts divides `A+B`, and of an amount `A - B`, unless there is a column of just that name.
func (a *applier) parts(r *layout.Record, o *Override) (parts []string, difference bool) {
	if findField(r, o.Column) != nil {
		return []string{o.Column}, false
	}
	if plus, minus, two := strings.Cut(o.Column, differenceMark); two && (o.Role == RoleAmount || o.Role == RoleTotalAmount) {
		return []string{strings.TrimSpace(plus), strings.TrimSpace(minus)}, true
	}
	parts = strings.Split(o.Column, "+")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts, false
}

// field finds a field by name or heading, or makes one where the file has headings.
func (a *applier) field(o *Override, f *Format, r *layout.Record, column string) (string, bool) {
	if found := findField(r, column); found != nil {
		return found.Name, true
	}
	if !f.Layout.Header {
		var names []string
		for i := range r.Fields {
			names = append(names, r.Fields[i].Name)
		}
		a.add(o, column, say.F("%s has no field %q, and its files have no headings", f.Name, column), nearestWord(column, names))
		return "", false
	}
	r.Fields = append(slices.Clone(r.Fields), layout.Field{Name: column, Type: typeFor(o.Role)})
	return column, true
}

func findField(r *layout.Record, column string) *layout.Field {
	for i := range r.Fields {
		f := &r.Fields[i]
		if FoldWord(f.Name) == FoldWord(column) || f.Heading != "" && FoldWord(f.Heading) == FoldWord(column) {
			return f
		}
	}
	return nil
}

// typeFor is the type of a column that the template does not know: what its role needs, in the file's own number and
// date form.
func typeFor(role Role) layout.Type {
	facts, _ := role.Facts()
	switch {
	case facts.date:
		return layout.DateType
	case role == RoleAmount || role == RoleTotalAmount:
		return layout.AmountType
	case role == RoleMessage:
		return layout.TextType
	}
	return layout.CodeType
}

func mergeWords(template, own map[string]Word) map[string]Word {
	out := make(map[string]Word, len(template)+len(own))
	for k, w := range own {
		out[k] = w
	}
	for k, w := range template {
		if !slices.ContainsFunc(keysOf(own), func(other string) bool { return FoldWord(other) == FoldWord(k) }) {
			out[k] = w
		}
	}
	return out
}

func keysOf(m map[string]Word) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}
