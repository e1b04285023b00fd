package formula

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// shown is a type that people and other packages know.
func shown(t Type) Type {
	if t == nothing {
		return Any
	}
	return t
}

// fits reports whether a value of type have may stand where want is needed, as far as one can tell before there is a
// document.
func fits(have, want Type) bool {
	return have == want || have == Any || want == Any || have == nothing || want == nothing
}

// part is a checked and compiled part of a formula.
type part struct {
	run        node
	typ        Type
	start, end int    // characters of the source, from 0
	text       string // as typed
	constant   bool
	value      layout.Value // when constant
	emptyText  bool         // it is "", which is blank, but not 0
}

// compiler turns the tree of one formula into closures.
type compiler struct {
	src       []rune
	tokens    []token
	syms      Symbols
	functions map[string]*function
	mistakes  []Mistake
	fields    map[int]struct{}
	tables    map[string]struct{}
	settings  map[string]struct{}
	lookups   []Lookup
	names     []Name
	texts     []string
	openText  bool
	fixes     map[int]fix // by the number of the mistake
	trying    bool        // a fix: its own mistakes need no advice
	guarded   int         // inside how many IFERROR and IFNA
	root      part
	in        functions.Language
	columns   map[string]struct{} // other columns of the row
	cost      int                 // of the formulas in it
}

func newCompiler(s *scanner, syms Symbols) *compiler {
	return &compiler{
		in: s.in, src: s.src, tokens: s.tokens, mistakes: s.mistakes, openText: s.openText, syms: syms, functions: catalogueByName(),
		fixes: map[int]fix{}, columns: map[string]struct{}{}, fields: map[int]struct{}{}, tables: map[string]struct{}{}, settings: map[string]struct{}{},
	}
}

func (c *compiler) wrong(start, end int, nearest, format string, args ...any) {
	c.mistakes = append(c.mistakes, mistakeAt(start, end, string(c.src[start:end]), say.F(format, args...), nearest))
}

// wrongFix reports characters with what could stand in place of a part of the formula.
func (c *compiler) wrongFix(start, end int, f fix, format string, args ...any) {
	c.wrong(start, end, "", format, args...)
	c.fixes[len(c.mistakes)-1] = f
}

// failed is a part with a mistake that was reported; any type, so that one mistake does not become many.
func (c *compiler) failed(start, end int) part {
	return part{run: constant(layout.Value{}), typ: Any, start: start, end: end, text: string(c.src[start:end])}
}

func constant(v layout.Value) node {
	return func(Env, *Trace) (layout.Value, error) { return v, nil }
}

func (c *compiler) constantPart(v layout.Value, start, end int) part {
	return part{run: constant(v), typ: typeOf(v), start: start, end: end, text: string(c.src[start:end]), constant: true, value: v}
}

// part compiles a node and everything below it.
func (c *compiler) part(e *expr) part {
	switch e.kind {
	case signExpr:
		return c.bracketed(c.sign(e))
	case percentExpr:
		return c.bracketed(c.percent(e))
	case operatorExpr:
		return c.bracketed(c.operator(e))
	case chainExpr:
		op := c.tokens[e.token]
		c.wrong(op.start, op.end, "", "two comparisons in a row; write AND(…; …)")
		return c.failed(op.start, op.end)
	case callExpr:
		return c.bracketed(c.call(e))
	}
	return c.bracketed(c.atom(e.token))
}

// bracketed widens a part by the brackets around it, so that messages quote what was typed.
func (c *compiler) bracketed(p part) part {
	first, _ := slices.BinarySearchFunc(c.tokens, p.start, func(t token, at int) int { return t.start - at })
	for first--; first >= 0 && c.tokens[first].kind == openToken; first-- {
		closing := c.tokens[first].partner
		if closing < 0 || c.tokens[closing-1].end != p.end || first > 0 && c.tokens[first-1].kind == functionToken {
			break
		}
		p.start, p.end = c.tokens[first].start, c.tokens[closing].end
		p.text = string(c.src[p.start:p.end])
	}
	return p
}

// atom compiles a name or a constant.
func (c *compiler) atom(i int) part {
	t := c.tokens[i]
	switch t.kind {
	case textToken:
		c.texts = append(c.texts, t.value)
		p := c.constantPart(layout.Text(t.value), t.start, t.end)
		p.emptyText = t.value == ""
		return p
	case numberToken:
		amount, err := fis.ParseAmount(t.value)
		if err != nil {
			c.wrong(t.start, t.end, "", "%s", err)
			return c.failed(t.start, t.end)
		}
		return c.constantPart(layout.Number(amount), t.start, t.end)
	}
	if t.kind == columnToken {
		c.wrong(t.start, t.end, "", "%s is a column of a lookup sheet; it stands in LOOKUP, XLOOKUP, INDEX, MATCH, SUMIF, "+
			"COUNTIF, WORKDAY and NETWORKDAYS only", t.text)
		return c.failed(t.start, t.end)
	}
	if t.kind == rowColumnToken {
		return c.rowColumn(t)
	}
	return c.name(i)
}

// name compiles TRUE, FALSE, a setting or a field.
func (c *compiler) name(i int) part {
	t := c.tokens[i]
	if !t.quoted && strings.EqualFold(t.value, "TRUE") {
		return c.constantPart(layout.Flag(true), t.start, t.end)
	}
	if !t.quoted && strings.EqualFold(t.value, "FALSE") {
		return c.constantPart(layout.Flag(false), t.start, t.end)
	}
	if name, ok := settingName(t.value); ok {
		return c.setting(t, name)
	}
	if b, ok := c.truthAbroad(t); ok {
		return c.constantPart(layout.Flag(b), t.start, t.end)
	}
	if shared, ok := c.syms.(Shared); ok && !t.quoted {
		if prog, ok := shared.Defined(t.value); ok {
			return c.inline(prog, t)
		}
	}
	slot, typ, ok := c.syms.Field(t.value)
	name := t.value
	if !ok {
		if same, found := sameName(t.value, c.syms.FieldNames()); found {
			name = same
			slot, typ, ok = c.syms.Field(same)
		}
	}
	if !ok {
		c.unknownName(t)
		return c.failed(t.start, t.end)
	}
	c.fields[slot] = struct{}{}
	c.names = append(c.names, Name{Typed: t.value, Field: name})
	return part{run: fieldNode(slot, name), typ: typ, start: t.start, end: t.end, text: t.text}
}

// truthAbroad is TRUE or FALSE in another language, where no field has that name.
func (c *compiler) truthAbroad(t token) (value, ok bool) {
	english := functions.EnglishName(t.value)
	if t.quoted || english != "TRUE" && english != "FALSE" {
		return false, false
	}
	_, _, field := c.syms.Field(t.value)
	_, same := sameName(t.value, c.syms.FieldNames())
	return english == "TRUE", !field && !same
}

func fieldNode(slot int, name string) node {
	return func(env Env, tr *Trace) (layout.Value, error) {
		v := env.Value(slot)
		if tr != nil {
			tr.read(slot, name, v)
		}
		return v, nil
	}
}

func (c *compiler) setting(t token, name string) part {
	v, ok := c.syms.Setting(name)
	if !ok {
		if same, found := sameName(name, c.syms.SettingNames()); found {
			name = same
			v, ok = c.syms.Setting(same)
		}
	}
	if !ok {
		near := wording.Nearest(name, c.syms.SettingNames())
		if near != "" {
			near = settingPrefix + near
		}
		c.wrong(t.start, t.end, near, "there is no setting %s%s", name, didYouMean(near))
		return c.failed(t.start, t.end)
	}
	c.settings[name] = struct{}{}
	return c.constantPart(v, t.start, t.end)
}

// maxAdvice is for how many mistakes of one formula the nearest name is looked up.
const maxAdvice = 30

// unknownName says what a word is that is no field. It is never taken for a constant: a field name with a typing
// mistake would go into the file as a text.
func (c *compiler) unknownName(t token) {
	if _, name, ok := c.table(t.value); ok {
		c.wrong(t.start, t.end, "", "%s is a lookup sheet; write LOOKUP(%s; key)", name, t.text)
		return
	}
	if f := c.functions[functionName(t.value)]; f != nil && !t.quoted {
		c.wrong(t.start, t.end, f.Name, "%s is a function; write %s", f.Name, f.Syntax)
		return
	}
	near := ""
	if len(c.mistakes) < maxAdvice {
		near = wording.Nearest(t.value, c.syms.FieldNames())
		if paths, ok := c.syms.(Paths); ok && near == "" && strings.Contains(t.value, ".") {
			near = paths.NearPath(t.value)
		}
		if s := wording.Nearest(t.value, c.syms.SettingNames()); near == "" && s != "" {
			near = settingPrefix + s
		}
	}
	if near == "" {
		c.wrong(t.start, t.end, "", "there is no field %s; put a constant text in quotes: %s", t.value, quote(t.value))
		return
	}
	c.wrong(t.start, t.end, near, "there is no field %s; did you mean %s? A constant text goes in quotes: %s", t.value, near, quote(t.value))
}

func didYouMean(near string) say.Text {
	if near == "" {
		return ""
	}
	return say.F("; did you mean %s?", near)
}
