package workbook

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
func readYAML(file string, data []byte, found *Collector) *Content {
	if line, deep := nestedTooDeep(data); deep {
		found.Add(findings.Error, findings.Place{Ref: fmt.Sprintf("line %d", line)}, "",
			"brackets inside brackets, more than a mapping can have", "")
		return nil
	}
	tree, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		f := template.YAMLFinding(file, err)
		found.List = append(found.List, f)
		return nil
	}
	c := &Content{File: file, Order: []string{"", SheetSettings, SheetColumns}}
	tables := yamlTables{}
	c.Tables = tables
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		found.Add(findings.Error, findings.Place{}, "", "the file is empty", "")
		return nil
	}
	if len(tree.Docs) > 1 {
		found.Add(findings.Error, findings.Place{}, "", "the file holds more than one YAML document", "")
	}
	y := &yamlReader{found}
	keys := []string{"template", "options", "settings", "columns", "lookups", "results", "tests"}
	for _, e := range y.entries(tree.Docs[0].Body, "") {
		switch e.key.Text {
		case "template":
			name := e.key
			name.Text = OptionTemplate
			c.Settings = append(c.Settings, namedCell{Name: name, Value: y.scalar(e.value, "")})
		case "options":
			c.Settings = append(c.Settings, y.named("options", e.value)...)
		case "settings":
			c.Settings = append(c.Settings, y.named("settings", e.value)...)
		case "columns":
			c.Columns = y.columns(e.value)
		case "lookups":
			for _, t := range y.entries(e.value, "lookups") {
				c.Order = append(c.Order, t.key.Text)
				tables[t.key.Text] = y.table(t.key.Text, t.value)
			}
		case "results":
			c.Results = y.table(SheetResults, e.value)
		case "tests":
			c.Tests = y.table(SheetTests, e.value)
		default:
			found.Errorf(e.key, wording.Nearest(e.key.Text, keys), "unknown key %q", e.key.Text)
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

type yamlReader struct{ found *Collector }

type yamlEntry struct {
	key   Cell
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
		y.found.Add(findings.Error, lineOf(n, section), n.String(), "names with values are expected here", "")
		return nil
	}
	var out []yamlEntry
	seen := map[string]string{}
	for _, v := range values {
		key := Cell{Kind: Text, Text: v.Key.GetToken().Value, Place: lineOf(v.Key, section)}
		if before, twice := seen[key.Text]; twice {
			y.found.Errorf(key, "", "%q stands twice: here and on %s", key.Text, before)
			continue
		}
		seen[key.Text] = key.Ref
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
func (y *yamlReader) scalar(n ast.Node, section string) Cell {
	if n == nil {
		return Cell{Place: findings.Place{Sheet: section}}
	}
	c := Cell{Place: lineOf(n, section)}
	switch v := n.(type) {
	case *ast.NullNode:
	case *ast.StringNode:
		c.Text = v.Value
	case *ast.LiteralNode:
		c.Text = v.Value.Value
	case *ast.BoolNode:
		c.Kind, c.flag = Bool, v.Value
	case *ast.TagNode:
		text := strings.TrimSpace(v.Value.String())
		day, err := fis.ParseDay(text)
		if v.Start.Value != "!date" || err != nil {
			y.found.Add(findings.Error, c.Place, text, "the only tag is !date, before a date as yyyy-MM-dd", "")
			return c
		}
		c.Kind, c.date = Date, day
	case *ast.IntegerNode, *ast.FloatNode:
		c.Text = n.GetToken().Value
		a, err := fis.ParseAmount(c.Text)
		if err != nil {
			y.found.Errorf(c, "", "%s; quote it to make it a text", err)
			return c
		}
		c.Kind, c.Number = Number, a
	default:
		y.found.Add(findings.Error, c.Place, "", "a single value is expected here", "")
	}
	if c.Kind == Blank && c.Text != "" {
		c.Kind = Text
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
func (y *yamlReader) remarked(section string, n ast.Node) (Cell, remarks) {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
	default:
		return y.scalar(n, section), remarks{}
	}
	value := Cell{Place: lineOf(n, section)}
	var r remarks
	for _, e := range y.entries(n, section) {
		switch e.key.Text {
		case yamlValue:
			value = y.scalar(e.value, section)
		case yamlNote:
			r.note, r.noted = y.scalar(e.value, section), true
		default:
			r.more = append(r.more, extraCell{e.key.Text, y.scalar(e.value, section)})
		}
	}
	return value, r
}

func (y *yamlReader) columns(n ast.Node) []ColumnRow {
	var out []ColumnRow
	for _, r := range y.entries(n, "columns") {
		for _, f := range y.entries(r.value, "columns") {
			value, notes := y.remarked("columns", f.value)
			out = append(out, ColumnRow{Record: r.key, Field: f.key, Value: value, remarks: notes})
		}
	}
	return out
}

// table reads {columns: [..], rows: [[..], ..]} into the same form as a sheet.
func (y *yamlReader) table(name string, n ast.Node) *Sheet {
	s := &Sheet{Name: name}
	for _, e := range y.entries(n, name) {
		switch e.key.Text {
		case "columns":
			s.Rows = append([]Row{y.row(e.value, name, 0)}, s.Rows...)
		case "rows":
			list, ok := e.value.(*ast.SequenceNode)
			if !ok {
				if e.value != nil && e.value.Type() != ast.NullType {
					y.found.Errorf(e.key, "", "rows is a list of lists")
				}
				continue
			}
			for i, v := range list.Values {
				s.Rows = append(s.Rows, y.row(v, name, i+1))
			}
		default:
			y.found.Errorf(e.key, wording.Nearest(e.key.Text, []string{"columns", "rows"}), "unknown key %q",
				e.key.Text)
		}
	}
	return s
}

func (y *yamlReader) row(n ast.Node, name string, number int) Row {
	row := Row{Number: number}
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		y.found.Add(findings.Error, lineOf(n, name), "", "a list of cells is expected here", "")
		return row
	}
	for _, v := range list.Values {
		row.Cells = append(row.Cells, y.scalar(v, name))
	}
	return row
}

// yamlTables are the lookups of a YAML mapping.
type yamlTables map[string]*Sheet

func (t yamlTables) Names() []string {
	var out []string
	for n := range t {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

func (t yamlTables) Read(name string) (*Sheet, error) { return t[name], nil }
