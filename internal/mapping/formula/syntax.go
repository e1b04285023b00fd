package formula

import (
	"github.com/fisbridge/fisbridge/internal/say"
)

// grammar reads the words of a formula once. It sees to it that values and operators take turns and that brackets and
// separators fit, reports every place where they do not, and builds the tree (tree.go) as long as nothing is wrong.
type grammar struct {
	tokens   []token
	mistakes []Mistake
	missing  bool // an operator was missing between two values
	afterBad bool // what stands before could not be read: whether a value has to follow is not known
	open     []bracket
	builder
}

// bracket is an open one.
type bracket struct {
	index     int
	function  bool
	separator string
	// values and operators are how many there were before it.
	values, operators int
}

// readGrammar reads a formula; its tree is nil when something is wrong.
func readGrammar(tokens []token) *grammar {
	g := &grammar{tokens: tokens}
	wantValue := true
	for i := range tokens {
		wantValue = g.token(i, wantValue)
	}
	if len(tokens) > 0 && wantValue {
		last := tokens[len(tokens)-1]
		g.wrong(last, "a value is missing after %s", last.text)
	}
	for _, b := range g.open {
		t := tokens[b.index]
		if b.function {
			t = tokens[b.index-1]
			g.wrong(t, "%s( is not closed: a ) is missing", t.text)
			continue
		}
		g.wrong(t, "this ( is not closed: a ) is missing")
	}
	g.finish()
	return g
}

// wrong reports a mistake; there will be no tree.
func (g *grammar) wrong(t token, format string, args ...any) {
	g.broken = true
	g.mistakes = append(g.mistakes, mistakeAt(t.start, t.end, t.text, say.F(format, args...), ""))
}

// token takes one token and says whether a value has to follow.
func (g *grammar) token(i int, wantValue bool) bool {
	t := g.tokens[i]
	unsure := g.afterBad
	if g.afterBad = t.kind == badToken; g.afterBad {
		g.broken = true
		return false // told already
	}
	if unsure { // a value or an operator may follow
		wantValue = t.kind != operatorToken && t.kind != separatorToken && t.kind != closeToken
	}
	switch t.kind {
	case operatorToken:
		if t.text == "%" {
			if wantValue {
				g.wrong(t, "a value is missing before %%")
			}
			g.percent(i, g.base().operators)
			return false
		}
		if wantValue && t.text != "-" && t.text != "+" {
			g.wrong(t, "a value is missing before %s", t.text)
		}
		g.operator(i, t.text, wantValue, g.base().operators)
		return true
	case separatorToken:
		g.separator(i, wantValue)
		return true
	case closeToken:
		g.close(i, wantValue)
		return false
	case openToken:
		function := i > 0 && g.tokens[i-1].kind == functionToken
		if !wantValue && !function {
			g.noOperator(i)
		}
		g.open = append(g.open, bracket{index: i, function: function, values: len(g.values), operators: len(g.operators)})
		return true
	}
	if !wantValue {
		g.noOperator(i)
	}
	if t.kind != functionToken { // that one comes when its bracket is closed
		g.value(&expr{kind: atomExpr, token: i})
	}
	return false
}

// base is the innermost open bracket.
func (g *grammar) base() bracket {
	if len(g.open) == 0 {
		return bracket{}
	}
	return g.open[len(g.open)-1]
}

func (g *grammar) noOperator(i int) {
	g.missing = true
	before, t := g.tokens[i-1], g.tokens[i]
	g.wrong(t, "between %s and %s there is no operator; join texts with &, put a constant text in quotes", before.text, t.text)
}

func (g *grammar) close(i int, wantValue bool) {
	t := g.tokens[i]
	if len(g.open) == 0 {
		g.wrong(t, "this ) has no ( before it")
		return
	}
	b := g.open[len(g.open)-1]
	g.open = g.open[:len(g.open)-1]
	if wantValue && !(b.function && b.index == i-1) {
		g.wrong(t, "a value is missing before )")
	}
	g.reduce(b.operators, 0)
	switch {
	case g.broken:
	case b.function:
		g.call(b.index-1, b.values)
	default:
		g.values[len(g.values)-1].bracketed = true
	}
}

func (g *grammar) separator(i int, wantValue bool) {
	t := g.tokens[i]
	if wantValue {
		g.wrong(t, "a value is missing before %s (a blank is \"\")", t.text)
	}
	if len(g.open) == 0 || !g.open[len(g.open)-1].function {
		if g.isDecimalComma(i) {
			g.wrong(t, "the decimal mark is a point: write %s.%s", g.tokens[i-1].text, g.tokens[i+1].text)
			return
		}
		g.wrong(t, "%s stands outside the brackets of a function", t.text)
		return
	}
	b := &g.open[len(g.open)-1]
	g.reduce(b.operators, 0)
	if b.separator == "" {
		b.separator = t.text
	}
	if b.separator != t.text && b.separator != "both" {
		g.wrong(t, "the values of %s are separated by , and by ; — use one of them, and a point as decimal mark", g.tokens[b.index-1].text)
		b.separator = "both"
	} else if t.unsure {
		before, after := g.tokens[i-1].text, g.tokens[i+1].text
		g.wrong(t, "%s,%s may be one number or two values: write %s.%s or %s; %s, or say %s in the sheet Settings",
			before, after, before, after, before, after, settingLanguage)
	}
}

// settingLanguage is the setting by which a workbook says how its formulas are written.
const settingLanguage = "Formula language"

func (g *grammar) isDecimalComma(i int) bool {
	return g.tokens[i].text == "," && i > 0 && i+1 < len(g.tokens) && g.tokens[i-1].kind == numberToken && g.tokens[i+1].kind == numberToken
}
