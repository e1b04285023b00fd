package formula

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
	"github.com/fisbridge/fisbridge/internal/say"
)

// maxNodes bounds names, constants, operators and functions of one formula.
const maxNodes = 2000

// Compile checks a formula against the names there are. The error is a *CompileError with all mistakes.
func Compile(source string, syms Symbols) (*Program, error) {
	p, _, err := compile(source, syms)
	return p, err
}

// CompileCondition is Compile for a formula that must give yes or no; Program.Test asks it.
func CompileCondition(source string, syms Symbols) (*Program, error) {
	p, c, err := compile(source, syms)
	if err != nil {
		return nil, err
	}
	root := c.root
	if !fits(root.typ, Bool) {
		c.wrong(root.start, root.end, "", "a condition must be yes or no, but this is %s; compare it, for example %s", root.typ, comparison(root))
		return nil, c.error(source)
	}
	check := argument{part: root, want: Bool, kind: layout.BoolKind, name: "the condition"}
	p.run = func(env Env, tr *Trace) (layout.Value, error) { return check.get(env, tr) }
	p.typ = Bool
	return p, nil
}

func comparison(p part) string {
	if p.typ == Number {
		return clip(p.text) + " > 0"
	}
	return clip(p.text) + ` = "…"`
}

func compile(source string, syms Symbols) (*Program, *compiler, error) {
	return compileTrying(source, syms, false)
}

// compileTrying is compile; a fix that is tried needs no advice about its own mistakes.
func compileTrying(source string, syms Symbols, trying bool) (*Program, *compiler, error) {
	if n := utf8.RuneCountInString(source); n > maxSource {
		m := mistakeAt(maxSource, n, "", say.F("the formula has %d characters, the most is %d", n, maxSource), "")
		return nil, nil, newCompileError(clip(source), []Mistake{m})
	}
	in := functions.AnyLanguage
	if spoken, ok := syms.(Spoken); ok {
		in = spoken.Language()
	}
	s := scanIn(source, in)
	c := newCompiler(s, syms)
	c.trying = trying
	if len(s.tokens) == 0 {
		c.wrong(0, len(s.src), "", `there is no value; a blank is written ""`)
		return nil, c, c.error(source)
	}
	g := c.checkWords()
	if len(c.mistakes) > 0 {
		return nil, c, c.error(source)
	}
	if g.nodes > maxNodes {
		c.wrong(0, len(s.src), "", "the formula has more than %d values and operators; split it with a lookup sheet", maxNodes)
		return nil, c, c.error(source)
	}
	if c.root = c.part(g.tree); c.isCode() {
		c.mistakes, c.fixes = nil, nil
		typed := c.root.text
		c.wrong(c.root.start, c.root.end, "", "%s would be calculated; a code goes in quotes: %s, a calculation begins with an equals sign: =%s", typed, quote(typed), typed)
	}
	if c.cost += g.nodes; len(c.mistakes) == 0 && c.cost > maxNodes {
		c.wrong(0, len(s.src), "", "%s", tooCostly(maxNodes))
	}
	if len(c.mistakes) > 0 {
		return nil, c, c.error(source)
	}
	return c.program(source), c, nil
}

// error gathers the mistakes, each with its advice where the formula is better with it.
func (c *compiler) error(source string) error {
	for i := range c.mistakes {
		if f := c.fixes[i]; !c.trying && f.text != "" && i < maxAdvice && c.helps(source, f) {
			c.mistakes[i].Reason = say.F("%s; %s", c.mistakes[i].Reason, f.advice())
		}
	}
	return newCompileError(source, c.mistakes)
}

// helps tries a fix: the formula must have fewer mistakes with it, and none in what it writes.
func (c *compiler) helps(source string, f fix) bool {
	src := []rune(source)
	if f.start > f.end || f.end > len(src) {
		return false
	}
	_, _, err := compileTrying(string(src[:f.start])+f.text+string(src[f.end:]), c.syms, true)
	var ce *CompileError
	if !errors.As(err, &ce) {
		return err == nil
	}
	end := f.start + utf8.RuneCountInString(f.text)
	for _, m := range ce.Mistakes {
		if at := m.Position - 1; at < end && at+m.Length > f.start && !(at < f.start && at+m.Length > end) {
			return false
		}
	}
	return len(ce.Mistakes) < len(c.mistakes)
}

// checkWords finds what is wrong before there is a tree: characters, order of words, and then also every unknown name.
func (c *compiler) checkWords() (g *grammar) {
	g = &grammar{}
	if !c.openText {
		g = readGrammar(c.tokens)
	}
	if len(c.mistakes) == 0 && g.missing && c.isProse() {
		start := c.tokens[0].start
		typed := strings.TrimRightFunc(string(c.src[start:]), isBlank)
		c.wrongFix(start, len(c.src), fix{start, len(c.src), quote(typed), "put it in quotes: "}, "this reads as a text")
		return g
	}
	c.mistakes = append(c.mistakes, g.mistakes...)
	if len(c.mistakes) == 0 {
		return g
	}
	for i, t := range c.tokens {
		switch {
		case t.kind == functionToken:
			c.function(i)
		case t.kind == nameToken && (t.owner < 0 || c.functions[functionName(c.tokens[t.owner].text)] == nil || !c.functions[functionName(c.tokens[t.owner].text)].names):
			c.name(i)
		}
	}
	return g
}

// isProse says that somebody wrote a sentence: words only, no equals sign in front.
func (c *compiler) isProse() bool {
	for _, t := range c.tokens {
		if t.kind != nameToken && t.kind != numberToken && t.text != "-" && t.text != "&" && t.text != "/" && t.text != "," {
			return false
		}
	}
	return !c.equals()
}

func (c *compiler) equals() bool {
	for _, r := range c.src {
		if !isBlank(r) {
			return r == '='
		}
	}
	return false
}

// isCode says that this is 2024-01 or 12/7 without an equals sign: a code or a date that would silently be calculated.
func (c *compiler) isCode() bool {
	if c.equals() || len(c.tokens) < 3 {
		return false
	}
	for _, t := range c.tokens {
		if t.kind != numberToken && t.text != "-" && t.text != "/" {
			return false
		}
	}
	return true
}

func (c *compiler) program(source string) *Program {
	return &Program{
		source: source, lookups: c.lookups, names: c.names, texts: c.texts, typ: shown(c.root.typ), run: c.root.run, constant: c.root.constant,
		cost: c.cost, columns: slices.Sorted(maps.Keys(c.columns)),
		fields: slices.Sorted(maps.Keys(c.fields)), tables: slices.Sorted(maps.Keys(c.tables)), settings: slices.Sorted(maps.Keys(c.settings)),
	}
}
