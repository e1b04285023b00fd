package mapping

import (
	"fmt"
	"sort"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// readYAML reads the YAML form of a mapping: the same content as a workbook, each scalar with its line.
func readYAML(file string, data []byte, found *collector) *content {
	if line, deep := nestedTooDeep(data); deep {
		found.add(findings.Error, findings.Place{Ref: fmt.Sprintf("line %d", line)}, "", "brackets inside brackets, more than a mapping can have", "")
		return nil
	}
	tree, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		f := template.YAMLFinding(file, err)
		found.list = append(found.list, f)
		return nil
	}
	c := &content{file: file, order: []string{"", sheetSettings, sheetColumns}}
	tables := yamlTables{}
	c.tables = tables
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		found.add(findings.Error, findings.Place{}, "", "the file is empty", "")
		return nil
	}
	if len(tree.Docs) > 1 {
		found.add(findings.Error, findings.Place{}, "", "the file holds more than one YAML document", "")
	}
	y := &yamlReader{found}
	keys := []string{"template", "options", "settings", "columns", "lookups", "results", "tests"}
	for _, e := range y.entries(tree.Docs[0].Body, "") {
		switch e.key.text {
		case "template":
			name := e.key
			name.text = optionTemplate
			c.settings = append(c.settings, namedCell{name: name, value: y.scalar(e.value, "")})
		case "options":
			c.settings = append(c.settings, y.named("options", e.value)...)
		case "settings":
			c.settings = append(c.settings, y.named("settings", e.value)...)
		case "columns":
			c.columns = y.columns(e.value)
		case "lookups":
			for _, t := range y.entries(e.value, "lookups") {
				c.order = append(c.order, t.key.text)
				tables[t.key.text] = y.table(t.key.text, t.value)
			}
		case "results":
			c.results = y.table(sheetResults, e.value)
		case "tests":
			c.tests = y.table(sheetTests, e.value)
		default:
			found.errorf(e.key, wording.Nearest(e.key.text, keys), "unknown key %q", e.key.text)
		}
	}
	return c
}

// nestedTooDeep finds input that is made to keep the parser busy: a mapping has lists in a list, no more.
func nestedTooDeep(data []byte) (line int, deep bool) {
	const most = 200 // texts may hold brackets, too
	line = 1
	depth := 0
	for _, b := range data {
		switch b {
		case '\n':
			line++
		case '[', '{':
			if depth++; depth > most {
				return line, true
			}
		case ']', '}':
			depth = max(0, depth-1)
		}
	}
	return 0, false
}

// The keys of a value with remarks.
const (
	yamlValue = "value"
	yamlNote  = "note"
)

type yamlReader struct{ found *collector }

type yamlEntry struct {
	key   cell
	value ast.Node
}

// entries are the keys and values of a mapping node; a key that stands twice is reported.
func (y *yamlReader) entries(n ast.Node, section string) []yamlEntry {
	if n == nil || n.Type() == ast.NullType {
		return nil
	}
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		y.found.add(findings.Error, lineOf(n, section), n.String(), "names with values are expected here", "")
		return nil
	}
	var out []yamlEntry
	seen := map[string]string{}
	for _, v := range values {
		key := cell{kind: textCell, text: v.Key.GetToken().Value, Place: lineOf(v.Key, section)}
		if before, twice := seen[key.text]; twice {
			y.found.errorf(key, "", "%q stands twice: here and on %s", key.text, before)
			continue
		}
		seen[key.text] = key.Ref
		out = append(out, yamlEntry{key, v.Value})
	}
	return out
}

func lineOf(n ast.Node, section string) findings.Place {
	if tok := n.GetToken(); tok != nil && tok.Position != nil {
		return findings.Place{Sheet: section, Ref: fmt.Sprintf("line %d", tok.Position.Line)}
	}
	return findings.Place{Sheet: section}
}

// scalar makes a cell of a scalar; what is not quoted and looks like a number is a number, as in a workbook.
func (y *yamlReader) scalar(n ast.Node, section string) cell {
	if n == nil {
		return cell{Place: findings.Place{Sheet: section}}
	}
	c := cell{Place: lineOf(n, section)}
	switch v := n.(type) {
	case *ast.NullNode:
	case *ast.StringNode:
		c.text = v.Value
	case *ast.LiteralNode:
		c.text = v.Value.Value
	case *ast.BoolNode:
		c.kind, c.flag = boolCell, v.Value
	case *ast.TagNode:
		text := strings.TrimSpace(v.Value.String())
		day, err := fis.ParseDate(text)
		if v.Start.Value != "!date" || err != nil {
			y.found.add(findings.Error, c.Place, text, "the only tag is !date, before a date as yyyy-MM-dd", "")
			return c
		}
		c.kind, c.date = dateCell, day
	case *ast.IntegerNode, *ast.FloatNode:
		c.text = n.GetToken().Value
		a, err := fis.ParseAmount(c.text)
		if err != nil {
			y.found.errorf(c, "", "%s; quote it to make it a text", err)
			return c
		}
		c.kind, c.number = numberCell, a
	default:
		y.found.add(findings.Error, c.Place, "", "a single value is expected here", "")
	}
	if c.kind == blankCell && c.text != "" {
		c.kind = textCell
	}
	return c
}

// named reads names with a value each.
func (y *yamlReader) named(section string, n ast.Node) []namedCell {
	var out []namedCell
	for _, e := range y.entries(n, section) {
		value, notes := y.remarked(section, e.value)
		out = append(out, namedCell{e.key, value, notes})
	}
	return out
}

// remarked reads a value, or {value: …, note: …} with whatever else people keep beside it.
func (y *yamlReader) remarked(section string, n ast.Node) (cell, remarks) {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
	default:
		return y.scalar(n, section), remarks{}
	}
	value := cell{Place: lineOf(n, section)}
	var r remarks
	for _, e := range y.entries(n, section) {
		switch e.key.text {
		case yamlValue:
			value = y.scalar(e.value, section)
		case yamlNote:
			r.note, r.noted = y.scalar(e.value, section), true
		default:
			r.more = append(r.more, extraCell{e.key.text, y.scalar(e.value, section)})
		}
	}
	return value, r
}

func (y *yamlReader) columns(n ast.Node) []columnRow {
	var out []columnRow
	for _, r := range y.entries(n, "columns") {
		for _, f := range y.entries(r.value, "columns") {
			value, notes := y.remarked("columns", f.value)
			out = append(out, columnRow{record: r.key, field: f.key, value: value, remarks: notes})
		}
	}
	return out
}

// table reads {columns: [..], rows: [[..], ..]} into the same form as a sheet.
func (y *yamlReader) table(name string, n ast.Node) *sheet {
	s := &sheet{name: name}
	for _, e := range y.entries(n, name) {
		switch e.key.text {
		case "columns":
			s.rows = append([]sheetRow{y.row(e.value, name, 0)}, s.rows...)
		case "rows":
			list, ok := e.value.(*ast.SequenceNode)
			if !ok {
				if e.value != nil && e.value.Type() != ast.NullType {
					y.found.errorf(e.key, "", "rows is a list of lists")
				}
				continue
			}
			for i, v := range list.Values {
				s.rows = append(s.rows, y.row(v, name, i+1))
			}
		default:
			y.found.errorf(e.key, wording.Nearest(e.key.text, []string{"columns", "rows"}), "unknown key %q", e.key.text)
		}
	}
	return s
}

func (y *yamlReader) row(n ast.Node, name string, number int) sheetRow {
	row := sheetRow{number: number}
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		y.found.add(findings.Error, lineOf(n, name), "", "a list of cells is expected here", "")
		return row
	}
	for _, v := range list.Values {
		row.cells = append(row.cells, y.scalar(v, name))
	}
	return row
}

// yamlTables are the lookups of a YAML mapping.
type yamlTables map[string]*sheet

func (t yamlTables) names() []string {
	var out []string
	for n := range t {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

func (t yamlTables) read(name string) (*sheet, error) { return t[name], nil }
