package erptemplate

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// places finds the lines of a template.
type places struct{ root ast.Node }

func readPlaces(data []byte) places {
	file, err := parser.ParseBytes(data, 0)
	if err != nil || len(file.Docs) == 0 {
		return places{}
	}
	return places{file.Docs[0].Body}
}

var indexed = regexp.MustCompile(`^(.*)\[(\d+)\]$`)

// line is the line of a place such as records.Line.Amount.width, file.kind, results.answer.columns[2] or Line.Amount;
// as much of it as the file has. 0: it has nothing of it.
func (p places) line(at string) int {
	if n, ok := strings.CutPrefix(at, "line "); ok {
		line, _ := strconv.Atoi(n)
		return line
	}
	if p.root == nil {
		return 0
	}
	line, deep := p.follow(p.root, at)
	if in, n := p.follow(p.root, "records."+at); n > deep+1 { // Line.Amount
		return in
	}
	return line
}

// follow walks along a path. A list is entered by number, or by the name of its entries: those of records go on with
// their fields.
func (p places) follow(n ast.Node, path string) (line, deep int) {
	for rest := path; rest != ""; {
		next, after, ok := step(n, rest)
		if !ok {
			break
		}
		n, rest = next, after
		line, deep = n.GetToken().Position.Line, deep+1
		if m, is := n.(*ast.MappingNode); is && len(m.Values) > 0 {
			line = m.Values[0].Key.GetToken().Position.Line
		}
	}
	return line, deep
}

// step goes one step along the path and gives what is left of it. Names may have dots in them.
func step(n ast.Node, path string) (next ast.Node, rest string, ok bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		if next, rest, ok := ofMapping(n.Values, path); ok {
			return next, rest, true
		}
		for _, v := range n.Values { // the fields of a record
			if v.Key.GetToken().Value == "fields" {
				return step(v.Value, path)
			}
		}
	case *ast.MappingValueNode:
		return ofMapping([]*ast.MappingValueNode{n}, path)
	case *ast.AnchorNode:
		return step(n.Value, path)
	case *ast.SequenceNode:
		for _, v := range n.Values {
			name := nameOf(v)
			if rest, ok := cutName(path, name); name != "" && ok {
				return v, rest, true
			}
		}
	}
	return nil, "", false
}

func ofMapping(values []*ast.MappingValueNode, path string) (ast.Node, string, bool) {
	for _, v := range values {
		key := v.Key.GetToken().Value
		if rest, ok := cutName(path, key); ok {
			return v.Value, rest, true
		}
		first, rest, _ := strings.Cut(path, ".")
		m := indexed.FindStringSubmatch(first)
		list, is := v.Value.(*ast.SequenceNode)
		if m == nil || m[1] != key || !is {
			continue
		}
		if i, err := strconv.Atoi(m[2]); err == nil && i < len(list.Values) {
			return list.Values[i], rest, true
		}
	}
	return nil, "", false
}

// cutName takes a name off the beginning of a path.
func cutName(path, name string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, name)
	if !ok || rest != "" && rest[0] != '.' {
		return "", false
	}
	return strings.TrimPrefix(rest, "."), true
}

// nameOf is the name of an entry of a list.
func nameOf(n ast.Node) string {
	var values []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	}
	for _, v := range values {
		if v.Key.GetToken().Value == "name" && v.Value != nil {
			return v.Value.GetToken().Value
		}
	}
	return ""
}

// at is file:line, or the file with the place in words where the line is not known.
func at(file string, line int, place string) string {
	switch {
	case line > 0:
		return fmt.Sprintf("%s:%d", file, line)
	case place == "":
		return file
	}
	return file + " " + place
}
