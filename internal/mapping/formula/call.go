package formula

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
)

// call is one use of a function in a formula.
type call struct {
	f          *function
	nodes      []*expr
	start, end int // characters of the source, from 0
	text       string
}

// fail puts the place into an error of the function.
func (k *call) fail(err error) error {
	var e *EvalError
	if errors.As(err, &e) && e.Position == 0 {
		e.Position, e.Function = k.start+1, k.f.Name
	}
	return err
}

// done hands on what the function gave.
func (k *call) done(v layout.Value, err error) (layout.Value, error) {
	if err != nil {
		return layout.Value{}, k.fail(err)
	}
	return v, nil
}

// argument is a value handed to a function or operator, with the type it must have.
type argument struct {
	part
	want     Type
	kind     layout.ValueKind
	name     string // what the function calls it
	function string
	dated    bool // of a function that makes a date
	in       functions.Language
}

// get computes the value and checks its type; blank is let through.
func (a *argument) get(env Env, tr *Trace) (layout.Value, error) {
	v, err := a.run(env, tr)
	if err != nil || v.Kind == a.kind || v.Kind == layout.Empty || a.want == Any {
		return v, err
	}
	return v, a.wrong(v)
}

// need is get for a value beside the first one: a blank number is 0, a blank text is "", a blank flag is no. A blank
// date is an error, and so is a blank number that a date is made of: the day would be another one, and nobody would see
// it.
func (a *argument) need(env Env, tr *Trace) (layout.Value, error) {
	v, err := a.get(env, tr)
	switch {
	case err != nil || v.Kind != layout.Empty:
		return v, err
	case a.want == Date || a.want == Number && a.dated:
		return v, &EvalError{Kind: Blank, Position: a.start + 1, Function: a.function, Reason: say.F("%s: %s is blank, but %s is needed", a.function, clip(a.text), a.want)}
	case a.want == Number:
		return functions.ZeroIfBlank(v), nil
	}
	return v, nil
}

// first is get for the value that a function is about: a blank number is 0 where Excel takes it for 0.
func (a *argument) first(f *function, env Env, tr *Trace) (v layout.Value, ready bool, err error) {
	v, err = a.get(env, tr)
	switch {
	case err != nil || v.Kind != layout.Empty || f.SeesBlank:
		return v, err == nil, err
	case f.BlankIsZero():
		return functions.ZeroIfBlank(v), true, nil
	}
	return layout.Value{}, false, nil
}

// wrong is the error for a value whose type was only known now.
func (a *argument) wrong(v layout.Value) error {
	have := typeOf(v)
	return &EvalError{
		Kind: WrongType, Position: a.start + 1, Function: a.function,
		Reason: say.After(a.function, say.F("%s must be %s, but is %s (%s)%s", clip(a.text), a.want, have, clip(v.String()), conversion(v, a.want, a.text, a.in))),
	}
}

// conversion is the way from one type to another, as advice about a document's value. It was tried with this value: a
// text that is no number gets no advice to write VALUE.
func conversion(v layout.Value, want Type, text string, in functions.Language) say.Text {
	f := convert(typeOf(v), want, text, in)
	if _, err := functions.Convert(v, want); f.text == "" || err != nil {
		return ""
	}
	return say.F("; %s", f.advice())
}

// fixOf is the conversion of a part, to be tried.
func (c *compiler) fixOf(p part, want Type) fix {
	f := convert(p.typ, want, p.text, c.in)
	f.start, f.end = p.start, p.end
	return f
}

// longestAdvice is how much of a formula an advice repeats.
const longestAdvice = 120

func convert(have, want Type, text string, in functions.Language) fix {
	write := func(format string) fix { return fix{before: "write ", text: fmt.Sprintf(format, text)} }
	if len(text) > longestAdvice {
		return fix{}
	}
	switch {
	case want == Text && have == Number && strings.Trim(text, "0123456789.") == "":
		return fix{before: "put it in quotes: ", text: quote(text)}
	case want == Number && have == Text && len(text) > 2 && text[0] == '"' && strings.Trim(text[1:len(text)-1], "0123456789.") == "":
		return fix{before: "write it without quotes: ", text: text[1 : len(text)-1]}
	case want == Text && have == Number:
		if in.DecimalComma() {
			return write(`TEXT(%s; "0,00")`)
		}
		return write(`TEXT(%s; "0.00")`)
	case want == Text && have == Date:
		return write(`TEXT(%s; "yyyy-MM-dd")`)
	case want == Text && have == Bool:
		return write(`IF(%s; "Y"; "N")`)
	case want == Number && have == Text:
		return write("VALUE(%s)")
	case want == Date && have == Text:
		return write("DATEVALUE(%s)")
	case want == Bool && have == Text:
		return fix{before: "compare it: ", text: text + ` = "…"`}
	case want == Bool && have == Number:
		return fix{before: "compare it: ", text: text + " <> 0"}
	}
	return fix{}
}

// call compiles a function.
func (c *compiler) call(e *expr) part {
	i := e.token
	t := c.tokens[i]
	end := t.end
	if close := c.tokens[i+1].partner; close > 0 {
		end = c.tokens[close].end
	}
	f := c.function(i)
	if f == nil {
		for _, a := range e.args {
			c.part(a)
		}
		return c.failed(t.start, end)
	}
	k := &call{f: f, nodes: e.args, start: t.start, end: end}
	if !c.arity(k) {
		if !f.names {
			for _, a := range e.args {
				c.part(a)
			}
		}
		return c.failed(t.start, end)
	}
	if f.special != nil {
		p := f.special(c, k)
		p.start, p.end, p.text = k.start, k.end, string(c.src[k.start:k.end])
		return p
	}
	return c.plain(k)
}

// function finds the function of a token, or reports it.
func (c *compiler) function(i int) *function {
	t := c.tokens[i]
	name := functionName(t.text)
	if f := c.functions[name]; f != nil {
		return f
	}
	if f := c.functions[functions.EnglishName(name)]; f != nil {
		return f
	}
	if advice := elsewhere(name); advice != "" {
		c.wrong(t.start, t.end, "", "%s", advice)
		return nil
	}
	near := wording.Nearest(name, append(slices.Sorted(maps.Keys(c.functions)), functions.Abroads()...))
	c.wrong(t.start, t.end, near, "there is no function %s%s", t.text, didYouMean(near))
	return nil
}

func (c *compiler) arity(k *call) bool {
	least, most := k.f.Least(), k.f.Most()
	n := len(k.nodes)
	if n >= least && (most < 0 || n <= most) {
		return true
	}
	c.wrong(k.start, k.end, "", "%s takes %s, but %d %s given: %s", k.f.Name, values(least, most), n, plural(n, "is", "are"), k.f.Syntax)
	return false
}

func values(least, most int) string {
	switch {
	case most == 0:
		return "no values"
	case most < 0:
		return fmt.Sprintf("at least %d %s", least, plural(least, "value", "values"))
	case least == most:
		return fmt.Sprintf("%d %s", least, plural(least, "value", "values"))
	}
	return fmt.Sprintf("%d to %d values", least, most)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// argument compiles one value of a call and checks its type.
func (c *compiler) argument(k *call, i int, want Type) argument {
	return c.check(c.part(k.nodes[i]), want, k.f.Name, k.f.Param(i))
}

func (c *compiler) check(p part, want Type, function, name string) argument {
	if !fits(p.typ, want) {
		c.wrongFix(p.start, p.end, c.fixOf(p, want), "%s: %s must be %s, but %s is %s", function, name, want, clip(p.text), p.typ)
		p = c.failed(p.start, p.end)
	}
	return argument{part: p, want: want, kind: kindOf(want), name: name, function: function, in: c.in}
}

func kindOf(t Type) layout.ValueKind {
	switch t {
	case Text:
		return layout.TextKind
	case Number:
		return layout.NumberKind
	case Date:
		return layout.DateKind
	case Bool:
		return layout.BoolKind
	}
	return layout.Empty
}

// plain compiles a function that computes all its values first. A blank first value is handed through, unless the
// function wants to see it.
func (c *compiler) plain(k *call) part {
	if k.f.Name == "NUMBERVALUE" && c.in.DecimalComma() && len(k.nodes) < 3 {
		c.wrong(k.start, k.end, "", `write both marks, so that nobody has to know which ones a %s Excel takes: `+
			`NUMBERVALUE(text; ","; ".")`, c.in.Word())
		return c.failed(k.start, k.end)
	}
	args := make([]argument, len(k.f.Params))
	for i := range args {
		if i < len(k.nodes) {
			args[i] = c.argument(k, i, k.f.Params[i])
			args[i].dated = k.f.Group == functions.DateGroup
			continue
		}
		v := k.f.Defaults[i-k.f.Least()]
		args[i] = argument{part: part{run: constant(v), typ: typeOf(v), constant: true, value: v}, want: k.f.Params[i], kind: kindOf(k.f.Params[i])}
	}
	return c.finish(k, k.f.Result, plainNode(k, args), parts(args)...)
}

func parts(args []argument) []part {
	all := make([]part, len(args))
	for i := range args {
		all[i] = args[i].part
	}
	return all
}

// finish makes the part of a call; one that depends on constants only is computed now, and its mistake is one of the
// formula.
func (c *compiler) finish(k *call, typ Type, run node, from ...part) part {
	return c.fold(part{run: run, typ: typ, start: k.start, end: k.end, text: string(c.src[k.start:k.end])}, from...)
}

func (c *compiler) fold(p part, from ...part) part {
	for _, f := range from {
		if !f.constant {
			return p
		}
	}
	v, err := p.run(nil, nil)
	if err != nil {
		if c.guarded == 0 && !c.wrongWithin(p) {
			c.wrong(p.start, p.end, "", "%s", err)
		}
		return p
	}
	p.constant, p.value, p.run = true, v, constant(v)
	if typeOf(v) == nothing {
		p.typ = nothing
	}
	return p
}

// wrongWithin says that something in there was reported already.
func (c *compiler) wrongWithin(p part) bool {
	return slices.ContainsFunc(c.mistakes, func(m Mistake) bool { return m.Position > p.start && m.Position <= p.end })
}

func plainNode(k *call, args []argument) node {
	f := k.f
	switch {
	case f.F1 != nil:
		a := args[0]
		return func(env Env, tr *Trace) (layout.Value, error) {
			v, ready, err := a.first(f, env, tr)
			if !ready {
				return layout.Value{}, err
			}
			return k.done(f.F1(v))
		}
	case f.F2 != nil:
		a, b := args[0], args[1]
		return func(env Env, tr *Trace) (layout.Value, error) {
			v, ready, err := a.first(f, env, tr)
			if !ready {
				return layout.Value{}, err
			}
			w, err := b.need(env, tr)
			if err != nil {
				return layout.Value{}, err
			}
			return k.done(f.F2(v, w))
		}
	case f.F3 != nil:
		a, b, c := args[0], args[1], args[2]
		return func(env Env, tr *Trace) (layout.Value, error) {
			v, ready, err := a.first(f, env, tr)
			if !ready {
				return layout.Value{}, err
			}
			w, err := b.need(env, tr)
			if err != nil {
				return layout.Value{}, err
			}
			x, err := c.need(env, tr)
			if err != nil {
				return layout.Value{}, err
			}
			return k.done(f.F3(v, w, x))
		}
	}
	a, b, c, d := args[0], args[1], args[2], args[3]
	return func(env Env, tr *Trace) (layout.Value, error) {
		v, err := a.get(env, tr)
		if err != nil || v.Kind == layout.Empty {
			return layout.Value{}, err
		}
		w, err := b.need(env, tr)
		if err != nil {
			return layout.Value{}, err
		}
		x, err := c.need(env, tr)
		if err != nil {
			return layout.Value{}, err
		}
		y, err := d.need(env, tr)
		if err != nil {
			return layout.Value{}, err
		}
		return k.done(f.F4(v, w, x, y))
	}
}
