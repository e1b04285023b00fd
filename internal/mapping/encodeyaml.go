package mapping

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// encodeYAML writes a mapping as YAML, in the order of its sheets and rows, so that a change shows as a change of one line.
func encodeYAML(c *content) ([]byte, error) {
	var b bytes.Buffer
	var options, settings []namedCell
	for _, s := range c.settings {
		name := clean(s.name.show())
		switch option, ok := optionOf(name); {
		case ok && option == optionTemplate:
			fmt.Fprintf(&b, "template: %s\n", scalarText(s.value))
		case ok:
			options = append(options, s)
		default:
			settings = append(settings, s)
		}
	}
	writePairs(&b, "options", options)
	writePairs(&b, "settings", settings)
	writeColumns(&b, c.columns)
	names := c.lookupNames()
	if len(names) > 0 {
		b.WriteString("\nlookups:\n")
	}
	for _, name := range names {
		s, err := c.tables.read(name)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", name, err)
		}
		fmt.Fprintf(&b, "  %s:\n", quoteYAML(name))
		writeTable(&b, s, "    ")
	}
	if c.results != nil && len(c.results.rows) > 1 {
		b.WriteString("\nresults:\n")
		writeTable(&b, c.results, "  ")
	}
	if c.tests != nil && len(c.tests.rows) > 1 {
		b.WriteString("\ntests:\n")
		writeTable(&b, c.tests, "  ")
	}
	return b.Bytes(), nil
}

// lookupNames are the sheets that can be lookups, in the mapping's order.
func (c *content) lookupNames() []string {
	known := c.tables.names()
	var out []string
	for _, name := range c.order {
		if has(known, name) && !has(out, name) {
			out = append(out, name)
		}
	}
	for _, name := range known {
		if !has(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func writePairs(b *bytes.Buffer, section string, pairs []namedCell) {
	if len(pairs) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n", section)
	for _, p := range pairs {
		fmt.Fprintf(b, "  %s: %s\n", quoteYAML(clean(p.name.show())), scalarText(p.value))
	}
}

func writeColumns(b *bytes.Buffer, rows []columnRow) {
	if len(rows) == 0 {
		return
	}
	b.WriteString("\ncolumns:\n")
	record := ""
	for _, r := range rows {
		if name := clean(r.record.show()); name != record {
			record = name
			fmt.Fprintf(b, "  %s:\n", quoteYAML(name))
		}
		fmt.Fprintf(b, "    %s: %s\n", quoteYAML(clean(r.field.show())), scalarText(r.value))
	}
}

func writeTable(b *bytes.Buffer, s *sheet, indent string) {
	for i, row := range s.rows {
		var cells []string
		for _, c := range row.cells {
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
func scalarText(c cell) string {
	switch c.kind {
	case textCell:
		return quoteYAML(clean(c.text))
	case numberCell:
		return c.number.String()
	case boolCell:
		return fmt.Sprint(c.flag)
	case dateCell:
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
