package formula

import (
	"strings"
	"testing"
)

// written is a tree with all its brackets.
func written(tokens []token, e *expr) string {
	switch e.kind {
	case atomExpr:
		return tokens[e.token].text
	case signExpr:
		return "(" + e.op + written(tokens, e.args[0]) + ")"
	case chainExpr:
		return "chain at " + tokens[e.token].text
	}
	var args []string
	for _, a := range e.args {
		args = append(args, written(tokens, a))
	}
	if e.kind == callExpr {
		return tokens[e.token].text + "(" + strings.Join(args, ";") + ")"
	}
	if e.kind == percentExpr {
		return "(" + args[0] + "%)"
	}
	return "(" + strings.Join(args, e.op) + ")"
}

// What binds most, and which of two equal operators comes first, as in Excel.
func TestPrecedence(t *testing.T) {
	for source, want := range map[string]string{
		`a`:                       `a`,
		`a - b - c`:               `((a-b)-c)`,
		`a / b * c`:               `((a/b)*c)`,
		`a + b * c`:               `(a+(b*c))`,
		`a * b + c`:               `((a*b)+c)`,
		`(a + b) * c`:             `((a+b)*c)`,
		`-a * b`:                  `((-a)*b)`,
		`a * -b - -c`:             `((a*(-b))-(-c))`,
		`- - a`:                   `(-(-a))`,
		`-(a + b)`:                `(-(a+b))`,
		`a & b + c & d`:           `((a&(b+c))&d)`,
		`a = b & c`:               `(a=(b&c))`,
		`a ^ b ^ c`:               `((a^b)^c)`,
		`-a ^ b`:                  `((-a)^b)`,
		`a ^ -b * c`:              `((a^(-b))*c)`,
		`-a% ^ b%`:                `(((-a)%)^(b%))`,
		`a + b%`:                  `(a+(b%))`,
		`(a + b)%%`:               `(((a+b)%)%)`,
		`a & b <> c`:              `((a&b)<>c)`,
		`a = b = c`:               `((a=b)=c)`,
		`a = b < c`:               `((a=b)<c)`,
		`a < b < c`:               `chain at <`,
		`a < b <= c > d`:          `chain at <=`,
		`(a < b) < c`:             `((a<b)<c)`,
		`a < (b < c)`:             `(a<(b<c))`,
		`F()`:                     `F()`,
		`F(a; G(b + c * d); -e)`:  `F(a;G((b+(c*d)));(-e))`,
		`a - F(b - c; d) * (e)`:   `(a-(F((b-c);d)*e))`,
		`((a)) + ((b) & (c - d))`: `(a+(b&(c-d)))`,
		`IF(a = "x"; b; c) & "y"`: `(IF((a="x");b;c)&"y")`,
	} {
		g := readGrammar(scan(source).tokens)
		if g.tree == nil {
			t.Errorf("%s: %v", source, g.mistakes)
			continue
		}
		if got := written(g.tokens, g.tree); got != want {
			t.Errorf("%s is read as %s, want %s", source, got, want)
		}
	}
}

// A formula with a mistake has no tree, and its end is reached all the same.
func TestNoTreeOfMistakes(t *testing.T) {
	for _, source := range []string{"", "a b", "a +", "* a", "(a", "a)", "F(a", "F(a;)", "a; b", "()", "F(;a) + (b", "a ^", "% a", "((", "))", "F(", "- +"} {
		if g := readGrammar(scan(source).tokens); g.tree != nil {
			t.Errorf("%q is read as %s", source, written(g.tokens, g.tree))
		}
	}
}
