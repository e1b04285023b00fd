package formula

// exprKind is what a node of the tree is.
type exprKind uint8

const (
	atomExpr     exprKind = iota // a name or a constant
	signExpr                     // + or - before a value
	percentExpr                  // % after a value
	operatorExpr                 // an operator between two values
	chainExpr                    // a < b < c, which means nothing
	callExpr                     // a function with its values
)

// expr is a node of the tree of a formula.
type expr struct {
	kind exprKind
	// token is the index of the name, constant, sign, operator or function.
	token int
	// op is a sign or an operator as typed.
	op string
	// args are one value of a sign, two of an operator, all of a function.
	args []*expr
	// bracketed says that brackets stand around it, so that an operator before or after does not reach into it.
	bracketed bool
}

// builder makes the tree from values and operators in the order in which they come. An operator waits until one comes
// that binds no more.
type builder struct {
	values    []*expr
	operators []waiting
	nodes     int
	broken    bool
	tree      *expr
}

// waiting is an operator or a sign whose right value has not come yet.
type waiting struct {
	token int
	text  string
	sign  bool
	rank  int
}

// signRank is how much a sign binds: more than every operator, as in Excel, where -2^2 is 4.
const signRank = 6

// ranks is how much an operator binds, as in Excel.
var ranks = map[string]int{"^": 5, "*": 4, "/": 4, "+": 3, "-": 3, "&": 2, "=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1}

func (b *builder) value(e *expr) {
	if b.nodes++; !b.broken {
		b.values = append(b.values, e)
	}
}

// operator takes an operator, or a sign when a value has to follow; base is how many operators wait outside of the
// bracket.
func (b *builder) operator(token int, text string, sign bool, base int) {
	if b.nodes++; b.broken {
		return
	}
	w := waiting{token: token, text: text, sign: sign, rank: signRank}
	if !sign {
		w.rank = ranks[text]
		b.reduce(base, w.rank)
	}
	b.operators = append(b.operators, w)
}

// percent takes a % after a value; a sign before the value binds more.
func (b *builder) percent(token, base int) {
	b.reduce(base, signRank)
	if b.nodes++; b.broken || len(b.values) == 0 {
		return
	}
	last := len(b.values) - 1
	b.values[last] = &expr{kind: percentExpr, token: token, args: []*expr{b.values[last]}}
}

// reduce gives the waiting operators after base that bind at least as much as rank their values.
func (b *builder) reduce(base, rank int) {
	for !b.broken && len(b.operators) > base && b.operators[len(b.operators)-1].rank >= rank {
		w := b.operators[len(b.operators)-1]
		b.operators = b.operators[:len(b.operators)-1]
		n := 2
		if w.sign {
			n = 1
		}
		args := append([]*expr(nil), b.values[len(b.values)-n:]...)
		b.values = append(b.values[:len(b.values)-n], treeOf(w, args))
	}
}

// treeOf is an operator or a sign with its values.
func treeOf(w waiting, args []*expr) *expr {
	if w.sign {
		return &expr{kind: signExpr, token: w.token, op: w.text, args: args}
	}
	left := args[0]
	if isOrder(w.text) && !left.bracketed {
		if left.kind == chainExpr {
			return left
		}
		if left.kind == operatorExpr && isOrder(left.op) {
			return &expr{kind: chainExpr, token: w.token}
		}
	}
	return &expr{kind: operatorExpr, token: w.token, op: w.text, args: args}
}

func isOrder(op string) bool { return op == "<" || op == "<=" || op == ">" || op == ">=" }

// call gives a function all values after base.
func (b *builder) call(token, base int) {
	args := append([]*expr(nil), b.values[base:]...)
	b.values = b.values[:base]
	b.value(&expr{kind: callExpr, token: token, args: args})
}

// finish is the end of the formula.
func (b *builder) finish() {
	b.reduce(0, 0)
	if !b.broken && len(b.values) == 1 {
		b.tree = b.values[0]
	}
}
