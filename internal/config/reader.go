package config

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/fisbridge/fisbridge/internal/secret"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// maxNesting bounds brackets within brackets, which the YAML parser follows by recursion.
const maxNesting = 32

// reader fills a Config from YAML. It goes on after each mistake, so that all are told at once, and remembers the line
// of every key for what validation has to say later.
type reader struct {
	file     string
	lines    map[string]int // field path → line
	problems Problems
	broken   bool // not YAML at all: validation would only add noise
}

// has reports whether the file gives the key.
func (r *reader) has(field string) bool { return r.lines[field] > 0 }

// add notes a problem at a field, on its line or that of the nearest parent that is there.
func (r *reader) add(field, value, reason, hint string) {
	line := 0
	for at := field; line == 0; {
		line = r.lines[at]
		cut := strings.LastIndexAny(at, ".[")
		if cut < 0 {
			break
		}
		at = at[:cut]
	}
	r.problems = append(r.problems, Problem{File: r.file, Line: line, Field: field, Value: value, Reason: reason, Hint: hint})
}

// sorted is the problems in the order of the file; those without a line come last.
func (r *reader) sorted() Problems {
	last := 1 << 30
	line := func(i int) int {
		if r.problems[i].Line == 0 {
			return last
		}
		return r.problems[i].Line
	}
	sort.SliceStable(r.problems, func(i, j int) bool { return line(i) < line(j) })
	return r.problems
}

// bom is what some editors of Windows put before a text in UTF-8.
const bom = "\ufeff"

func (r *reader) read(text []byte, into any) {
	text = bytes.TrimPrefix(text, []byte(bom))
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		r.fail(0, "is not text in UTF-8", "save it as UTF-8, or put the copy of a backup in its place")
		return
	}
	if nesting(text) > maxNesting {
		r.fail(0, fmt.Sprintf("brackets are nested deeper than %d", maxNesting), "")
		return
	}
	file, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.fail(syntaxError(err))
		return
	}
	if len(file.Docs) > 1 {
		r.fail(0, "holds more than one YAML document", "remove the lines that hold --- only")
		return
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		r.fail(0, "is empty", r.anew())
		return
	}
	switch file.Docs[0].Body.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		r.fill(file.Docs[0].Body, reflect.ValueOf(into).Elem(), "")
	default:
		r.fail(0, "must hold keys and values", r.anew())
	}
}

// anew says how such a file is made.
func (r *reader) anew() string {
	if filepath.Base(r.file) == FleetFile {
		return "make a new one to start from: fisbridge fleet init"
	}
	return "make a new one to start from: fisbridge init --template NAME FOLDER"
}

// fail ends the reading: the file is not YAML that could be checked further.
func (r *reader) fail(line int, reason, hint string) {
	r.broken = true
	r.problems = append(r.problems, Problem{File: r.file, Line: line, Reason: reason, Hint: hint})
}

// syntaxError is the YAML parser's message and its line, without the piece of the file that the parser would show: it
// may hold a secret.
func syntaxError(err error) (line int, reason, hint string) {
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) {
		if syntax.Token != nil && syntax.Token.Position != nil {
			line = syntax.Token.Position.Line
		}
		if strings.Contains(syntax.Message, "\t") {
			return line, "is not YAML: a tab stands where only blanks may", "indent with blanks"
		}
		return line, "is not YAML: " + strings.ToLower(syntax.Message), "look at this line and the one before: the indentation, a missing colon or quote"
	}
	return 0, "is not YAML", ""
}

// nesting is the depth of brackets; those in texts count too, which does no harm.
func nesting(text []byte) int {
	depth, deepest := 0, 0
	for _, c := range text {
		switch c {
		case '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ']', '}':
			depth = max(0, depth-1)
		}
	}
	return deepest
}

// fill puts a node into a value of the configuration, whatever type that has.
func (r *reader) fill(n ast.Node, v reflect.Value, field string) {
	switch n.(type) {
	case nil, *ast.NullNode:
		return // a key without a value is a key that is not given
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.TagNode:
		r.add(field, "", "uses an anchor, alias or tag", "write the value out")
		return
	}
	switch target := v.Addr().Interface().(type) {
	case *secret.Secret:
		r.secret(n, target, field)
	case *time.Duration:
		r.duration(n, target, field)
	default:
		r.fillKind(n, v, field)
	}
}

func (r *reader) fillKind(n ast.Node, v reflect.Value, field string) {
	switch v.Kind() {
	case reflect.Struct:
		r.structure(n, v, field)
	case reflect.Map:
		r.named(n, v, field)
	case reflect.Slice:
		r.list(n, v, field)
	case reflect.Pointer:
		fresh := reflect.New(v.Type().Elem())
		before := len(r.problems)
		r.fill(n, fresh.Elem(), field)
		if len(r.problems) == before {
			v.Set(fresh)
		}
	case reflect.String:
		if text, ok := r.scalar(n, field, "a text"); ok {
			v.SetString(text)
		}
	case reflect.Int:
		r.integer(n, v, field)
	case reflect.Bool:
		if b, ok := n.(*ast.BoolNode); ok {
			v.SetBool(b.Value)
			return
		}
		r.add(field, show(n), "must be true or false", "")
	}
}

// pairs are the keys and values of a mapping; anything else is a problem.
func (r *reader) pairs(n ast.Node, field string) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	r.add(field, show(n), "must hold keys and values", "")
	return nil, false
}

func (r *reader) structure(n ast.Node, v reflect.Value, field string) {
	pairs, ok := r.pairs(n, field)
	if !ok {
		return
	}
	if d, ok := v.Addr().Interface().(defaulter); ok {
		d.setDefaults()
	}
	known := fieldsOf(v)
	for _, pair := range pairs {
		key, at, ok := r.key(pair, field)
		if !ok {
			continue
		}
		part, ok := known[key]
		if !ok {
			r.unknown(at, key, known)
			continue
		}
		r.fill(pair.Value, part, at)
	}
}

// key is a pair's key and field path; its line is noted. A second use of the key is a problem.
func (r *reader) key(pair *ast.MappingValueNode, parent string) (key, field string, ok bool) {
	token := pair.Key.GetToken()
	if _, merge := pair.Key.(*ast.MergeKeyNode); merge || token == nil {
		r.add(parent, "", "uses a merge key or a key that is not a word", "write the values out")
		return "", "", false
	}
	key = token.Value
	field = key
	if parent != "" {
		field = parent + "." + key
	}
	if r.has(field) {
		r.add(field, "", fmt.Sprintf("is given twice, in line %d and line %d", r.lines[field], token.Position.Line), "keep one of them")
		return "", "", false
	}
	r.lines[field] = token.Position.Line
	return key, field, true
}

func (r *reader) unknown(field, key string, known map[string]reflect.Value) {
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	sort.Strings(names)
	hint := "known keys: " + strings.Join(names, ", ")
	if near := wording.Nearest(key, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	r.add(field, "", "is not a key that fisbridge knows", hint)
}

// fieldsOf are the settable parts of a struct by their YAML key.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		if tag := v.Type().Field(i).Tag.Get("yaml"); tag != "" {
			fields[tag] = v.Field(i)
		}
	}
	return fields
}

// named fills a map: every key is a name of the user's.
func (r *reader) named(n ast.Node, v reflect.Value, field string) {
	pairs, ok := r.pairs(n, field)
	if !ok {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, pair := range pairs {
		key, at, ok := r.key(pair, field)
		if !ok {
			continue
		}
		part := reflect.New(v.Type().Elem()).Elem()
		r.fill(pair.Value, part, at)
		v.SetMapIndex(reflect.ValueOf(key), part)
	}
}

// list fills a slice; one value without a dash is a list of one.
func (r *reader) list(n ast.Node, v reflect.Value, field string) {
	items := []ast.Node{n}
	if sequence, ok := n.(*ast.SequenceNode); ok {
		items = sequence.Values
	} else if v.Type().Elem().Kind() == reflect.Struct {
		r.add(field, show(n), "must be a list", "begin each part with a dash")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", field, i)
		if token := item.GetToken(); token != nil {
			r.lines[at] = token.Position.Line
		}
		r.fill(item, v.Index(i), at)
	}
}
