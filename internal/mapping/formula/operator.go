package formula

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
	"github.com/fisbridge/fisbridge/internal/say"
)

// operation is what a binary operator does with two values.
type operation func(a, b layout.Value) (layout.Value, error)

func (c *compiler) sign(e *expr) part {
	sign := c.tokens[e.token]
	inner := c.part(e.args[0])
	value := c.check(inner, Number, sign.text, "the value")
	start, end := sign.start, inner.end
	p := part{typ: Number, start: start, end: end, text: string(c.src[start:end])}
	negative := sign.text == "-"
	p.run = func(env Env, tr *Trace) (layout.Value, error) {
		v, err := value.get(env, tr)
		if err != nil || !negative {
			return v, err
		}
		return layout.Number(v.Number.Neg()), nil // of a blank: 0, as in Excel
	}
	return c.fold(p, value.part)
}

// percent is a value with % behind it.
func (c *compiler) percent(e *expr) part {
	sign := c.tokens[e.token]
	value := c.check(c.part(e.args[0]), Number, "%", "the value")
	p := part{typ: Number, start: value.start, end: sign.end, text: string(c.src[value.start:sign.end])}
	p.run = func(env Env, tr *Trace) (layout.Value, error) {
		v, err := value.get(env, tr)
		if err != nil {
			return v, err
		}
		return functions.Percent(functions.ZeroIfBlank(v))
	}
	return c.fold(p, value.part)
}

func (c *compiler) operator(e *expr) part {
	op := c.tokens[e.token]
	if op.text == "&" {
		return c.concat(e)
	}
	left, right := c.part(e.args[0]), c.part(e.args[1])
	p := part{start: left.start, end: right.end, text: string(c.src[left.start:right.end])}
	b := &binary{op: op.text, at: op.start + 1, left: left, right: right, in: c.in}
	p.typ = c.operatorType(b)
	switch op.text {
	case "=", "<>":
		p.run = b.equality(op.text == "=")
	case "<", "<=", ">", ">=":
		p.run = b.order()
	case "+":
		p.run = b.arithmetic(functions.Add)
	case "-":
		p.run = b.arithmetic(functions.Subtract)
	case "*":
		p.run = b.arithmetic(functions.Multiply)
	case "/":
		p.run = b.arithmetic(functions.Divide)
	case "^":
		p.run = b.arithmetic(functions.Power)
	}
	return c.fold(p, left, right)
}

// binary is an operator between two values.
type binary struct {
	op          string
	at          int
	left, right part
	in          functions.Language
}

// operatorType checks the types and gives that of the result.
func (c *compiler) operatorType(b *binary) Type {
	l, r := b.left.typ, b.right.typ
	switch b.op {
	case "=", "<>":
		c.comparable(b)
		return Bool
	case "<", "<=", ">", ">=":
		c.comparable(b)
		for _, p := range []part{b.left, b.right} {
			if p.typ == Bool {
				c.wrong(p.start, p.end, "", "%s: %s is yes or no; only texts, numbers and dates have an order", b.op, clip(p.text))
			}
		}
		return Bool
	case "+":
		if l == Date && fits(r, Number) || r == Date && fits(l, Number) {
			return Date
		}
	case "-":
		if l == Date && r == Date {
			return Number
		}
		if l == Date && r == Number {
			return Date
		}
		if l == Date && fits(r, Number) || r == Date && l == Any {
			return Any
		}
	}
	for _, p := range []part{b.left, b.right} {
		if p.typ == nothing {
			c.wrong(p.start, p.end, "", "%s: %s is blank, but a number is needed", b.op, clip(p.text))
			continue
		}
		c.check(p, Number, b.op, "the value")
	}
	if (b.op == "+" || b.op == "-") && (l == Any || r == Any) {
		return Any
	}
	return Number
}

func (c *compiler) comparable(b *binary) {
	l, r := b.left, b.right
	if fits(l.typ, r.typ) {
		return
	}
	// The advice is for the side that is no constant.
	from, to := l, r
	if l.constant {
		from, to = r, l
	}
	advice := c.fixOf(from, to.typ)
	if to.constant && (to.typ == Number || from.typ == Number) {
		advice = c.fixOf(to, from.typ)
	}
	c.wrongFix(l.start, r.end, advice, "%s compares %s (%s) with %s (%s)", b.op, clip(l.text), l.typ, clip(r.text), r.typ)
}

func (b *binary) fail(err error) error {
	if e, ok := err.(*EvalError); ok && e.Position == 0 {
		e.Position, e.Function = b.at, b.op
	}
	return err
}

func (b *binary) arithmetic(do operation) node {
	left, right := b.left.run, b.right.run
	return func(env Env, tr *Trace) (layout.Value, error) {
		v, err := left(env, tr)
		if err != nil {
			return v, err
		}
		w, err := right(env, tr)
		if err != nil {
			return w, err
		}
		if v.Kind == layout.Empty || w.Kind == layout.Empty {
			if b.ofDates(v, w) {
				return layout.Value{}, b.blank(v)
			}
			v, w = functions.ZeroIfBlank(v), functions.ZeroIfBlank(w)
		}
		r, err := do(v, w)
		if err != nil {
			return r, b.fail(b.name(err, v, w))
		}
		return r, nil
	}
}

// ofDates says that a day is calculated with. A blank has none: Excel would take the last day of the year 1899.
func (b *binary) ofDates(v, w layout.Value) bool {
	return v.Kind == layout.DateKind || w.Kind == layout.DateKind || b.left.typ == Date || b.right.typ == Date
}

// blank is the error for a day that is calculated from a missing date.
func (b *binary) blank(left layout.Value) error {
	p := b.right
	if left.Kind == layout.Empty {
		p = b.left
	}
	whole := b.left.text + " " + b.op + " " + b.right.text
	return &EvalError{Kind: Blank, Position: p.start + 1, Function: b.op,
		Reason: say.F(`%s is blank, so %s has no value; write IF(ISBLANK(%s); ""; %s)`, clip(p.text), clip(whole), clip(p.text), clip(whole))}
}

// name adds what was calculated to an error of an operation.
func (b *binary) name(err error, v, w layout.Value) error {
	e, ok := err.(*EvalError)
	if !ok {
		return err
	}
	if e.Kind == WrongType {
		return failure(WrongType, "%s: %s is %s and %s is %s%s", b.op, clip(b.left.text), typeOf(v), clip(b.right.text),
			typeOf(w), b.advice(v, w))
	}
	e.Reason = say.F("%s: %s", e.Reason, clip(b.left.text+" "+b.op+" "+b.right.text))
	return e
}

// advice says how the side that is a text becomes what the other one is; it was tried with these values.
func (b *binary) advice(v, w layout.Value) say.Text {
	equals := b.op == "=" || b.op == "<>"
	switch {
	case v.Kind == w.Kind:
		return ""
	case equals && v.Kind == layout.TextKind && w.Kind == layout.NumberKind && b.right.constant:
		return conversion(w, Text, b.right.text, b.in)
	case equals && w.Kind == layout.TextKind && v.Kind == layout.NumberKind && b.left.constant:
		return conversion(v, Text, b.left.text, b.in)
	}
	if v.Kind == layout.TextKind && w.Kind != layout.BoolKind {
		return conversion(v, typeOf(w), b.left.text, b.in)
	}
	if w.Kind == layout.TextKind && v.Kind != layout.BoolKind {
		return conversion(w, typeOf(v), b.right.text, b.in)
	}
	return ""
}

func (b *binary) equality(want bool) node {
	left, right := b.left.run, b.right.run
	switch {
	case b.right.constant && b.right.value.Kind == layout.TextKind:
		return b.equalsText(b.right.value, want)
	case b.right.emptyText:
		return isBlankNode(left, want)
	case b.left.emptyText:
		return isBlankNode(right, want)
	}
	return func(env Env, tr *Trace) (layout.Value, error) {
		v, err := left(env, tr)
		if err != nil {
			return v, err
		}
		w, err := right(env, tr)
		if err != nil {
			return w, err
		}
		same, err := functions.Equal(v, w)
		if err != nil {
			return layout.Value{}, b.fail(b.name(err, v, w))
		}
		return layout.Flag(same == want), nil
	}
}

// isBlankNode is a comparison with "": true for a blank, but not for 0 and no, which a blank cell equals as well.
func isBlankNode(value node, want bool) node {
	return func(env Env, tr *Trace) (layout.Value, error) {
		v, err := value(env, tr)
		if err != nil {
			return v, err
		}
		return layout.Flag(v.IsEmpty() == want), nil
	}
}

// equalsText is the comparison that mappings are full of: field = "constant".
func (b *binary) equalsText(right layout.Value, want bool) node {
	left, text := b.left.run, right.Text
	return func(env Env, tr *Trace) (layout.Value, error) {
		v, err := left(env, tr)
		if err != nil {
			return v, err
		}
		if v.Kind == layout.TextKind {
			return layout.Flag((v.Text == text || strings.EqualFold(v.Text, text)) == want), nil
		}
		if v.Kind == layout.Empty {
			return layout.Flag(!want), nil
		}
		return layout.Value{}, b.fail(b.name(failure(WrongType, ""), v, right))
	}
}

func (b *binary) order() node {
	left, right, op := b.left.run, b.right.run, b.op
	return func(env Env, tr *Trace) (layout.Value, error) {
		v, err := left(env, tr)
		if err != nil {
			return v, err
		}
		w, err := right(env, tr)
		if err != nil {
			return w, err
		}
		n, err := functions.Compare(v, w)
		if err != nil {
			return layout.Value{}, b.fail(b.name(err, v, w))
		}
		switch op {
		case "<":
			return layout.Flag(n < 0), nil
		case "<=":
			return layout.Flag(n <= 0), nil
		case ">":
			return layout.Flag(n > 0), nil
		}
		return layout.Flag(n >= 0), nil
	}
}
