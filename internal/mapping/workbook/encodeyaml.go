package workbook

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// encodeYAML writes a mapping as YAML, in the order of its sheets and rows, so that a change shows as a change of one
// line. Notes that are the template's are left out; with no template all are written.
func encodeYAML(c *Content, t *template.Template) ([]byte, error) {
	var b bytes.Buffer
	var options, settings []namedCell
	if err := c.unique(); err != nil {
		return nil, err
	}
	for _, s := range c.Settings {
		name := wording.Clean(s.Name.Show())
		switch option, ok := OptionOf(name); {
		case ok && option == OptionTemplate:
			fmt.Fprintf(&b, "template: %s\n", scalarText(s.Value))
		case ok && s.Value.IsBlank() && len(s.more) == 0:
			// as if it were not there
		case ok:
			options = append(options, s)
		default:
			settings = append(settings, s)
		}
	}
	writePairs(&b, "options", options, t)
	writePairs(&b, "settings", settings, t)
	writeColumns(&b, c.Columns, t)
	names := c.LookupNames()
	if len(names) > 0 {
		b.WriteString("\nlookups:\n")
	}
	for _, name := range names {
		s, err := c.Tables.Read(name)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", name, err)
		}
		fmt.Fprintf(&b, "  %s:\n", quoteYAML(name))
		writeTable(&b, s, "    ")
	}
	if c.Results != nil && len(c.Results.Rows) > 1 {
		b.WriteString("\nresults:\n")
		writeTable(&b, c.Results, "  ")
	}
	if c.Tests != nil && len(c.Tests.Rows) > 1 {
		b.WriteString("\ntests:\n")
		writeTable(&b, c.Tests, "  ")
	}
	return b.Bytes(), nil
}

// LookupNames are the sheets that can be lookups, in the mapping's order.
func (c *Content) LookupNames() []string {
	known := c.Tables.Names()
	var out []string
	for _, name := range c.Order {
		if slices.Contains(known, name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, name := range known {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func writePairs(b *bytes.Buffer, section string, pairs []namedCell, t *template.Template) {
	if len(pairs) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n", section)
	for _, p := range pairs {
		name := wording.Clean(p.Name.Show())
		fmt.Fprintf(b, "  %s: %s\n", quoteYAML(name), p.text(p.Value, settingNote(t, name, nil)))
	}
}

// text is a value with what people wrote beside it, columns of their own by name; a note that is a usual one goes
// without saying.
func (r *remarks) text(value Cell, usual ...string) string {
	note := r.noted && !slices.Contains(usual, wording.Clean(r.note.Show()))
	if !note && len(r.more) == 0 {
		return scalarText(value)
	}
	parts := []string{yamlValue + ": " + scalarText(value)}
	if note {
		parts = append(parts, yamlNote+": "+scalarText(r.note))
	}
	more := slices.Clone(r.more)
	slices.SortFunc(more, func(a, b extraCell) int { return strings.Compare(a.heading, b.heading) })
	for _, m := range more {
		parts = append(parts, quoteYAML(m.heading)+": "+scalarText(m.value))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// byRecord puts the rows of a record together, records in the order in which they come first.
func byRecord(rows []ColumnRow) []ColumnRow {
	var names []string
	byName := map[string][]ColumnRow{}
	for _, r := range rows {
		name := wording.Clean(r.Record.Show())
		if _, known := byName[name]; !known {
			names = append(names, name)
		}
		byName[name] = append(byName[name], r)
	}
	var out []ColumnRow
	for _, name := range names {
		out = append(out, byName[name]...)
	}
	return out
}

func writeColumns(b *bytes.Buffer, rows []ColumnRow, t *template.Template) {
	if len(rows) == 0 {
		return
	}
	b.WriteString("\ncolumns:\n")
	before := ""
	for i, r := range byRecord(rows) {
		record, field := wording.Clean(r.Record.Show()), wording.Clean(r.Field.Show())
		if i == 0 || record != before {
			fmt.Fprintf(b, "  %s:\n", quoteYAML(record))
		}
		before = record
		fmt.Fprintf(b, "    %s: %s\n", quoteYAML(field), r.text(r.Value, usualColumnNotes(t, record, field, nil)...))
	}
}

func writeTable(b *bytes.Buffer, s *Sheet, indent string) {
	for i, row := range s.Rows {
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, scalarText(c))
		}
		for len(cells) > 0 && cells[len(cells)-1] == `""` {
			cells = cells[:len(cells)-1]
		}
		line := "[" + strings.Join(cells, ", ") + "]"
		switch i {
		case 0:
			fmt.Fprintf(b, "%scolumns: %s\n", indent, line)
		case 1:
			fmt.Fprintf(b, "%srows:\n%s  - %s\n", indent, indent, line)
		default:
			fmt.Fprintf(b, "%s  - %s\n", indent, line)
		}
	}
}

// scalarText writes a cell so that it comes back as the same kind: texts quoted, numbers, flags and dates bare.
func scalarText(c Cell) string {
	switch c.Kind {
	case Text:
		return quoteYAML(wording.Clean(c.Text))
	case Number:
		return c.Number.String()
	case Bool:
		return fmt.Sprint(c.flag)
	case Date:
		return "!date " + c.date.String()
	}
	return `""`
}

// quoteYAML writes a text in double quotes, but plain words without.
func quoteYAML(s string) string {
	if isPlainYAML(s) {
		return s
	}
	quoted, err := yaml.MarshalWithOptions(s, yaml.JSON())
	if err != nil {
		return fmt.Sprintf("%q", s)
	}
	return strings.TrimSpace(string(quoted))
}

// isPlainYAML accepts words of letters, digits, blanks, dots and hyphens that begin with a letter and are no YAML word.
func isPlainYAML(s string) bool {
	switch strings.ToLower(s) {
	case "", "y", "n", "yes", "no", "true", "false", "on", "off", "null", "nan", "inf":
		return false
	}
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || r == ' ' || r == '.' || r == '-')) {
			return false
		}
	}
	return !strings.HasSuffix(s, " ")
}
