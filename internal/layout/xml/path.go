package xml

import (
	"slices"
	"strings"
	"unicode"
)

// step is an element of a path, with the attributes that it always has: wd:ID[@wd:type='Cost_Center'].
type step struct {
	text          string // as it is written in the layout
	prefix, local string
	space         string // the namespace of the prefix; empty: any
	always        []constant
}

// constant is an attribute with its value.
type constant struct {
	name          string // as it is written, with prefix
	local, value  string
	isDeclaration bool // xmlns:…, which readers do not see as an attribute
}

// same tells whether two steps are the same element with the same attributes.
func (s *step) same(o *step) bool {
	return s.prefix == o.prefix && s.local == o.local && slices.Equal(s.always, o.always)
}

// pathSyntax is what a path may be, for messages.
const pathSyntax = "names with / between them, attributes that an element always has in brackets (ID[@type='Vendor']), " +
	"@name of an attribute at its end, ../ at its beginning for what is around a row"

// place is a path of a field, from the element of its record.
type place struct {
	up        int
	steps     []step
	attribute *step // its name; nil: the text
}

// names resolves prefixes.
type names map[string]string

// parsePlace reads a path of a field; reason is why it is none.
func parsePlace(text string, known names) (p place, reason string) {
	if text == "." {
		return p, ""
	}
	parts, ok := split(text)
	if !ok {
		return p, "is no path: " + pathSyntax
	}
	for i, part := range parts {
		attribute, is := strings.CutPrefix(part, "@")
		switch {
		case part == ".." && len(p.steps) == 0 && p.attribute == nil:
			p.up++
			continue
		case is && i < len(parts)-1:
			return p, "is no path: an attribute stands at its end"
		}
		s, reason := parseStep(attribute, known)
		if reason != "" {
			return p, reason
		}
		if is && len(s.always) > 0 {
			return p, "is no path: an attribute has no attributes"
		}
		if is {
			p.attribute = &s
			continue
		}
		p.steps = append(p.steps, s)
	}
	if len(p.steps) == 0 && p.attribute == nil {
		return p, "is no path: it names nothing"
	}
	return p, ""
}

// parseElements reads a path of elements.
func parseElements(text string, known names) (steps []step, reason string) {
	p, reason := parsePlace(strings.Trim(text, "/"), known)
	if reason == "" && (p.attribute != nil || p.up > 0 || len(p.steps) == 0) {
		reason = "is no path of elements: names with / between them"
	}
	return p.steps, reason
}

// split cuts a path at its slashes, but for those in brackets.
func split(text string) (parts []string, ok bool) {
	from, quote, brackets := 0, byte(0), 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '[':
			brackets++
		case c == ']':
			brackets--
		case c == '/' && brackets == 0:
			parts, from = append(parts, text[from:i]), i+1
		}
	}
	return append(parts, text[from:]), quote == 0 && brackets == 0
}

// parseStep reads one element with its attributes.
func parseStep(text string, known names) (step, string) {
	name, rest, _ := strings.Cut(text, "[")
	s := step{text: text}
	var reason string
	if s.prefix, s.local, s.space, reason = qualified(name, known); reason != "" || name == text {
		return s, reason
	}
	for rest != "" {
		one, after, ok := cutBracket(rest)
		attribute, value, given := strings.Cut(strings.TrimPrefix(one, "@"), "=")
		if !ok || !given || !strings.HasPrefix(one, "@") || len(value) < 2 || value[0] != value[len(value)-1] ||
			value[0] != '\'' && value[0] != '"' {
			return s, "is no path: write [@name='value'] for an attribute that an element always has"
		}
		c := constant{name: attribute, value: value[1 : len(value)-1]}
		if declared, is := strings.CutPrefix(attribute, "xmlns:"); is {
			c.local, c.isDeclaration = declared, true
		} else if _, c.local, _, reason = qualified(attribute, known); reason != "" {
			return s, reason
		}
		s.always, rest = append(s.always, c), after
	}
	return s, ""
}

// cutBracket takes what stands before a bracket, and what is left behind it and the next opening one.
func cutBracket(text string) (one, rest string, ok bool) {
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == ']':
			rest = text[i+1:]
			if rest == "" {
				return text[:i], "", true
			}
			rest, ok = strings.CutPrefix(rest, "[")
			return text[:i], rest, ok
		}
	}
	return "", "", false
}

// qualified takes a name apart: prefix, local name and namespace.
func qualified(name string, known names) (prefix, local, space, reason string) {
	prefix, local, ok := strings.Cut(name, ":")
	if !ok {
		prefix, local = "", name
	}
	if !isName(local) || ok && !isName(prefix) {
		return prefix, local, "", "is no path: " + pathSyntax
	}
	space, declared := known[prefix]
	if ok && !declared && prefix != "xml" {
		return prefix, local, "", "is no path: the prefix " + prefix + " is not among file.own.namespaces"
	}
	if !ok {
		space = "" // of any namespace when it is read
	}
	return prefix, local, space, ""
}

// isName tells whether a text can be the name of an element.
func isName(s string) bool {
	for i, r := range s {
		first := r == '_' || unicode.IsLetter(r)
		if !first && (i == 0 || r != '-' && r != '.' && r != '\u00B7' && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)) {
			return false
		}
	}
	return s != ""
}

// pathText is a path as it is written.
func pathText(steps []step) string {
	texts := make([]string, len(steps))
	for i := range steps {
		texts[i] = steps[i].text
	}
	return strings.Join(texts, "/")
}
