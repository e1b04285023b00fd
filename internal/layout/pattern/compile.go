package pattern

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// segment is a part of a pattern: a literal, a field, or the ends of an optional part.
type segment struct {
	literal string
	cell    *layout.Cell
	width   int  // 0: as long as it is
	right   bool // align
	open    bool // [[
	close   bool // ]]
}

// compile takes a pattern apart. field finds a cell by name.
func compile(pattern string, field func(name string) *layout.Cell) ([]segment, string) {
	var list []segment
	depth := 0
	literal := func(s string) {
		if n := len(list); n > 0 && list[n-1].literal != "" {
			list[n-1].literal += s
			return
		}
		list = append(list, segment{literal: s})
	}
	for rest := pattern; rest != ""; {
		switch {
		case strings.HasPrefix(rest, "{{"), strings.HasPrefix(rest, "}}"):
			literal(rest[:1])
			rest = rest[2:]
		case strings.HasPrefix(rest, "[["):
			if depth++; depth > 1 {
				return nil, "an optional part [[ … ]] stands in another one"
			}
			list = append(list, segment{open: true})
			rest = rest[2:]
		case strings.HasPrefix(rest, "]]"):
			if depth--; depth < 0 {
				return nil, "]] without [["
			}
			list = append(list, segment{close: true})
			rest = rest[2:]
		case rest[0] == '{':
			end := strings.IndexByte(rest, '}')
			if end < 0 {
				return nil, "a { has no }; write {{ for a brace"
			}
			s, reason := placeholder(rest[1:end], field)
			if reason != "" {
				return nil, reason
			}
			list = append(list, s)
			rest = rest[end+1:]
		case rest[0] == '}':
			return nil, "a } has no {; write }} for a brace"
		default:
			literal(rest[:1])
			rest = rest[1:]
		}
	}
	if depth != 0 {
		return nil, "[[ without ]]"
	}
	return list, ""
}

// placeholder reads name, name:<30 or name:>12.
func placeholder(s string, field func(name string) *layout.Cell) (segment, string) {
	name, form, aligned := strings.Cut(s, ":")
	c := field(name)
	if c == nil {
		return segment{}, fmt.Sprintf("{%s} is not a field of this record", name)
	}
	seg := segment{cell: c}
	if !aligned {
		return seg, ""
	}
	width, err := strconv.Atoi(strings.TrimLeft(form, "<>"))
	if err != nil || width < 1 || width > 1000 || len(form) < 2 || form[0] != '<' && form[0] != '>' || form[1] == '<' || form[1] == '>' {
		return seg, fmt.Sprintf("{%s}: write {%s:<30} or {%s:>12}", s, name, name)
	}
	seg.width, seg.right = width, form[0] == '>'
	return seg, ""
}
