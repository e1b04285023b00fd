package mapping

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// ResultOverride is one row of the mapping's Results sheet (or an item of `results:` in a YAML mapping): where this company's ERP
// puts a role, and what its words mean.
type ResultOverride struct {
	// Format names the result format; empty: every format that has the role.
	Format string     `yaml:"format,omitempty"`
	Role   ResultRole `yaml:"role"`
	// Column is a field of the format, or the heading of a column in the file. `=1000` is a constant, `-` says that the ERP does not give it. Empty: as in the
	// template.
	Column string `yaml:"column,omitempty"`
	// Words are added to the words of the template; a word that is there already gets the new meaning.
	Words map[string]ResultWord `yaml:"words,omitempty"`
	// Sheet and Cell are where it stands; for findings.
	Sheet string `yaml:"-"`
	Cell  string `yaml:"-"`
}

// The headings of the Results sheet. Any number of further columns holds words: `OK = posted`.
const (
	ResultsFormat = "Format"
	ResultsRole   = "Role"
	ResultsColumn = "Column"
	ResultsWords  = "Words"
)

// ParseResultRows reads the rows of a Results sheet, heading first; row and column numbers in findings count from the first row as row 1. Rows without a role and
// rows that begin with # are passed over.
func ParseResultRows(file, sheet string, rows [][]string) ([]ResultOverride, Findings) {
	p := resultRows{file: file, sheet: sheet}
	for i, row := range rows {
		p.row = i + 1
		if i == 0 {
			if !p.headings(row) {
				return nil, p.found
			}
			continue
		}
		p.read(row)
	}
	return p.out, p.found
}

type resultRows struct {
	file, sheet          string
	row                  int
	format, role, column int
	words                int // the first column with words; all after it hold words too
	out                  []ResultOverride
	found                Findings
}

func (p *resultRows) add(column int, value, reason, nearest string) {
	p.found = append(p.found, Finding{Severity: Error, File: p.file, Sheet: p.sheet, Cell: fmt.Sprintf("%c%d", 'A'+max(column, 0)%26, p.row), Value: value, Reason: reason, Nearest: nearest})
}

func (p *resultRows) headings(row []string) bool {
	find := func(name string) int {
		return slices.IndexFunc(row, func(cell string) bool { return FoldWord(cell) == strings.ToLower(name) })
	}
	p.format, p.role, p.column, p.words = find(ResultsFormat), find(ResultsRole), find(ResultsColumn), find(ResultsWords)
	for name, at := range map[string]int{ResultsRole: p.role, ResultsColumn: p.column, ResultsWords: p.words} {
		if at < 0 {
			p.add(0, "", fmt.Sprintf("the heading %s is missing", name), nearestWord(name, row))
		}
	}
	if p.words >= 0 && (p.role > p.words || p.column > p.words || p.format > p.words) {
		p.add(p.words, "", "the words come last: all columns after their heading hold words", "")
	}
	return len(p.found) == 0
}

func (p *resultRows) read(row []string) {
	cell := func(at int) string {
		if at < 0 || at >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[at])
	}
	role := cell(p.role)
	if role == "" || strings.HasPrefix(cell(0), "#") {
		return
	}
	o := ResultOverride{Format: cell(p.format), Role: ResultRole(role), Column: cell(p.column), Sheet: p.sheet, Cell: fmt.Sprintf("%c%d", 'A'+p.role%26, p.row)}
	facts, ok := o.Role.facts()
	if !ok {
		p.add(p.role, role, fmt.Sprintf("there is no role %q", role), nearestWord(role, ResultRoles()))
		return
	}
	for at := p.words; at < len(row); at++ {
		for _, pair := range strings.Split(row[at], ";") {
			if strings.TrimSpace(pair) != "" {
				p.word(&o, facts, at, pair)
			}
		}
	}
	p.out = append(p.out, o)
}

// word takes `OK = posted`. The last equals sign divides: the ERP's word may hold one.
func (p *resultRows) word(o *ResultOverride, facts roleFacts, at int, pair string) {
	i := strings.LastIndex(pair, "=")
	if i < 0 {
		p.add(at, pair, fmt.Sprintf("%q is not of the form word = meaning", pair), "")
		return
	}
	word, meaning := strings.TrimSpace(pair[:i]), ResultWord(strings.TrimSpace(pair[i+1:]))
	if facts.words == nil {
		p.add(at, pair, fmt.Sprintf("the role %s has no words", o.Role), "")
		return
	}
	if !slices.Contains(facts.words, meaning) {
		p.add(at, pair, fmt.Sprintf("%q is not one of %s", string(meaning), joinWords(facts.words)), nearestWord(string(meaning), facts.words))
		return
	}
	if word == "" {
		word = WordBlank
	}
	if o.Words == nil {
		o.Words = map[string]ResultWord{}
	}
	o.Words[word] = meaning
}

// ResultRows is the Results sheet of formats as they are: heading first, words sorted.
func ResultRows(formats []ResultFormat) [][]string {
	rows := [][]string{{ResultsFormat, ResultsRole, ResultsColumn, ResultsWords}}
	for i := range formats {
		for _, c := range formats[i].Columns {
			column := strings.Join(c.Sources(), "+")
			if c.Value != "" {
				column = "=" + c.Value
			}
			row := []string{formats[i].Name, string(c.Role), column}
			words := make([]string, 0, len(c.Words))
			for k, w := range c.Words {
				words = append(words, k+" = "+string(w))
			}
			sort.Strings(words)
			rows = append(rows, append(row, words...))
		}
	}
	return rows
}

// ApplyResultOverrides makes the formats that result from the template's and the company's own. The template's are not changed. A column that is
// not a field becomes one where the file has headings.
func ApplyResultOverrides(file string, formats []ResultFormat, overrides []ResultOverride) ([]ResultFormat, Findings) {
	out := make([]ResultFormat, len(formats))
	for i := range formats {
		out[i] = formats[i]
		out[i].Columns = slices.Clone(formats[i].Columns)
		out[i].Records = slices.Clone(formats[i].Records)
	}
	a := applier{file: file, formats: out}
	for i := range overrides {
		a.one(&overrides[i])
	}
	return out, a.found
}

type applier struct {
	file    string
	formats []ResultFormat
	found   Findings
}

func (a *applier) add(o *ResultOverride, value, reason, nearest string) {
	a.found = append(a.found, Finding{Severity: Error, File: a.file, Sheet: o.Sheet, Cell: o.Cell, Value: value, Reason: reason, Nearest: nearest})
}

func (a *applier) one(o *ResultOverride) {
	var names []string
	known, applied := false, false
	for i := range a.formats {
		f := &a.formats[i]
		names = append(names, f.Name)
		if o.Format != "" && FoldWord(o.Format) != FoldWord(f.Name) {
			continue
		}
		known = true
		if o.Format == "" && !hasRole(f, o.Role) {
			continue
		}
		applied = true
		a.apply(o, f)
	}
	switch {
	case !known:
		a.add(o, o.Format, fmt.Sprintf("there is no result format %q", o.Format), nearestWord(o.Format, names))
	case !applied:
		a.add(o, string(o.Role), fmt.Sprintf("no result format has the role %s; name the format", o.Role), "")
	}
}

func hasRole(f *ResultFormat, role ResultRole) bool {
	return slices.ContainsFunc(f.Columns, func(c ResultColumn) bool { return c.Role == role })
}

func (a *applier) apply(o *ResultOverride, f *ResultFormat) {
	if o.Column == "-" {
		f.Columns = slices.DeleteFunc(f.Columns, func(c ResultColumn) bool { return c.Role == o.Role })
		return
	}
	at := slices.IndexFunc(f.Columns, func(c ResultColumn) bool { return c.Role == o.Role })
	if at < 0 {
		if o.Column == "" {
			a.add(o, string(o.Role), fmt.Sprintf("%s has no column for %s: name one", f.Name, o.Role), "")
			return
		}
		f.Columns = append(f.Columns, ResultColumn{Role: o.Role})
		at = len(f.Columns) - 1
	}
	col := &f.Columns[at]
	a.column(o, f, col)
	if len(o.Words) > 0 {
		col.Words = mergeWords(col.Words, o.Words)
	}
}

// column points a role at a constant, at fields (`Check no+Document`), or at a heading that the template does not know.
func (a *applier) column(o *ResultOverride, f *ResultFormat, col *ResultColumn) {
	if o.Column == "" || o.Column == strings.Join(col.Sources(), "+") {
		return
	}
	if value, constant := strings.CutPrefix(o.Column, "="); constant {
		col.Field, col.Fields, col.Value = "", nil, value
		return
	}
	at := slices.IndexFunc(f.Records, func(r layout.Record) bool {
		return f.UseOf(r.Name) == UseData && (col.Record == "" || col.Record == r.Name)
	})
	if at < 0 {
		a.add(o, o.Column, fmt.Sprintf("%s has no record for it", f.Name), "")
		return
	}
	r := &f.Records[at]
	var names []string
	for _, part := range a.parts(r, o.Column) {
		name, ok := a.field(o, f, r, part)
		if !ok {
			return
		}
		names = append(names, name)
	}
	col.Value, col.Field, col.Fields = "", "", nil
	if len(names) == 1 {
		col.Field = names[0]
	} else {
		col.Fields = names
	}
}

// parts divides `A+B` unless there is a column of just that name.
func (a *applier) parts(r *layout.Record, column string) []string {
	if findField(r, column) != nil || !strings.Contains(column, "+") {
		return []string{column}
	}
	parts := strings.Split(column, "+")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// field finds a field by name or heading, or makes one where the file has headings.
func (a *applier) field(o *ResultOverride, f *ResultFormat, r *layout.Record, column string) (string, bool) {
	if found := findField(r, column); found != nil {
		return found.Name, true
	}
	if !f.Layout.Header {
		var names []string
		for i := range r.Fields {
			names = append(names, r.Fields[i].Name)
		}
		a.add(o, column, fmt.Sprintf("%s has no field %q, and its files have no headings", f.Name, column), nearestWord(column, names))
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

// typeFor is the type of a column that the template does not know: what its role needs, in the file's own number and date form.
func typeFor(role ResultRole) layout.Type {
	facts, _ := role.facts()
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

func mergeWords(template, own map[string]ResultWord) map[string]ResultWord {
	out := make(map[string]ResultWord, len(template)+len(own))
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

func keysOf(m map[string]ResultWord) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}
