package formula

import (
	"errors"
	"slices"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
)

func conditionFunctions() []*function {
	return []*function{
		compiled("IF(condition; then; [else])", "one of two values; without else a blank",
			`IF(2 > 1; "more"; "less")`, "more", (*compiler).callIf),
		compiled("IFS(condition; value; …)", "the value after the first condition that is true; write "+
			"TRUE as the last condition for all the rest", `IFS(1 > 2; "A"; TRUE; "B")`, "B", (*compiler).callIfs),
		compiled("SWITCH(value; case; result; …)", "the result after the case that equals the value; a "+
			"single value at the end is for all other cases", `SWITCH("CASH"; "CASH"; "K"; "CBCP"; "C"; "?")`, "K", (*compiler).callSwitch),
		compiled("AND(condition; …)", "yes if all conditions are; the rest is not looked at after the "+
			"first no", `AND(1 < 2; "a" = "A")`, "Y", (*compiler).callAnd),
		compiled("OR(condition; …)",
			"yes if one condition is; the rest is not looked at after the first yes", `OR(1 > 2; "a" = "A")`, "Y", (*compiler).callOr),
		compiled("XOR(condition; …)", "yes if an odd number of the conditions is", `XOR(1 < 2; 2 < 3)`, "N",
			(*compiler).callXor),
		compiled("CHOOSE(number; value; …)", "the first value for 1, the second for 2…; only that one is computed",
			`CHOOSE(2; "low"; "high")`, "high", (*compiler).callChoose),
		compiled("TRUE()", "yes", "TRUE()", "Y", truth(true)),
		compiled("FALSE()", "no", "FALSE()", "N", truth(false)),
		compiled("IFBLANK(value; otherwise)", "the value, or the other one where there is none",
			`IFBLANK(""; "0400")`, "0400", (*compiler).callCoalesce),
		compiled("COALESCE(value; …)", "the first value that is not blank", `COALESCE(""; ""; "EUR")`,
			"EUR", (*compiler).callCoalesce),
		compiled("IFERROR(value; otherwise)", "the other value where a lookup finds no row, a text is no "+
			"number or date, a text is not found in another, or is divided by zero; mixed-up types and missing "+
			"dates stay errors",
			`IFERROR(VALUE("n/a"); 0)`, "0", guard(NotFound, Unreadable, Arithmetic)),
		compiled("IFNA(value; otherwise)", "the other value where a lookup finds no row, or IFS and "+
			"SWITCH no case", `IFNA(LOOKUP(Accounts; "TAXI"); "9999")`, "9999", guard(NotFound)),
		compiled("ISERROR(value)", "whether IFERROR would take its other value", `ISERROR(VALUE("n/a"))`, "Y",
			isFailed(NotFound, Unreadable, Arithmetic)),
		compiled("ISNA(value)", "whether IFNA would take its other value", `ISNA(LOOKUP(Accounts; "HOTEL"))`, "N",
			isFailed(NotFound)),
	}
}

func truth(b bool) func(*compiler, *call) part {
	return func(c *compiler, k *call) part { return c.constantPart(layout.Flag(b), k.start, k.end) }
}

// unify is the one type of several results.
func (c *compiler) unify(k *call, results ...part) Type {
	typ, from := nothing, part{}
	for _, p := range results {
		switch {
		case p.typ == nothing || p.typ == typ:
		case p.typ == Any:
			typ = Any
		case typ == nothing:
			typ, from = p.typ, p
		case typ != Any:
			c.wrongFix(p.start, p.end, c.fixOf(p, from.typ),
				"the results of %s must be of one kind, but %s is %s and %s is %s",
				k.f.Name, clip(from.text), from.typ, clip(p.text), p.typ)
			return Any
		}
	}
	return typ
}

func (c *compiler) callIf(k *call) part {
	cond, then := c.argument(k, 0, Bool), c.part(k.nodes[1])
	otherwise := c.constantPart(layout.Value{}, k.end, k.end)
	if len(k.nodes) == 3 {
		otherwise = c.part(k.nodes[2])
	}
	yes, no := then.run, otherwise.run
	run := func(env Env, tr *Trace) (layout.Value, error) {
		v, err := cond.get(env, tr)
		if err != nil {
			return v, err
		}
		if v.Bool {
			return yes(env, tr)
		}
		return no(env, tr)
	}
	return c.finish(k, c.unify(k, then, otherwise), run, cond.part, then, otherwise)
}

// choice is a condition or case and its result.
type choice struct {
	when argument
	then node
}

func (c *compiler) callIfs(k *call) part {
	if len(k.nodes)%2 != 0 {
		c.wrong(k.start, k.end, "", "IFS needs a value after each condition: %s", k.f.Syntax)
	}
	var choices []choice
	var results, all []part
	for i := 0; i+1 < len(k.nodes); i += 2 {
		when, then := c.argument(k, i, Bool), c.part(k.nodes[i+1])
		choices = append(choices, choice{when, then.run})
		results = append(results, then)
		all = append(all, when.part, then)
	}
	run := func(env Env, tr *Trace) (layout.Value, error) {
		for i := range choices {
			v, err := choices[i].when.get(env, tr)
			if err != nil {
				return v, err
			}
			if v.Bool {
				return choices[i].then(env, tr)
			}
		}
		return layout.Value{}, k.fail(failure(NotFound, "no condition of IFS is true; add TRUE and a value at the end"))
	}
	return c.finish(k, c.unify(k, results...), run, all...)
}

func (c *compiler) callSwitch(k *call) part {
	value := c.part(k.nodes[0])
	var choices []choice
	var results []part
	all := []part{value}
	i := 1
	for ; i+1 < len(k.nodes); i += 2 {
		when, then := c.argument(k, i, value.typ), c.part(k.nodes[i+1])
		choices = append(choices, choice{when, then.run})
		results = append(results, then)
		all = append(all, when.part, then)
	}
	otherwise := func(v layout.Value) (layout.Value, error) {
		return v, k.fail(failure(NotFound, "SWITCH: %s is %q, which is none of the cases, and there is no value for "+
			"all others", clip(value.text), clip(v.String())))
	}
	var last node
	if i < len(k.nodes) {
		p := c.part(k.nodes[i])
		results, all, last = append(results, p), append(all, p), p.run
	}
	run := func(env Env, tr *Trace) (layout.Value, error) {
		v, err := value.run(env, tr)
		if err != nil {
			return v, err
		}
		for i := range choices {
			w, err := choices[i].when.run(env, tr)
			if err != nil {
				return w, err
			}
			same, err := functions.Equal(v, w)
			if err != nil {
				return v, k.fail(failure(WrongType, "SWITCH: %s is %s and the case %s is %s", clip(value.text),
					typeOf(v), clip(choices[i].when.text), typeOf(w)))
			}
			if same {
				return choices[i].then(env, tr)
			}
		}
		if last == nil {
			return otherwise(v)
		}
		return last(env, tr)
	}
	return c.finish(k, c.unify(k, results...), run, all...)
}

func (c *compiler) callAnd(k *call) part { return c.connect(k, false) }
func (c *compiler) callOr(k *call) part  { return c.connect(k, true) }

// connect looks at conditions until one decides.
func (c *compiler) connect(k *call, decides bool) part {
	args := c.arguments(k, 0, Bool)
	run := func(env Env, tr *Trace) (layout.Value, error) {
		for i := range args {
			v, err := args[i].get(env, tr)
			if err != nil {
				return v, err
			}
			if v.Bool == decides {
				return layout.Flag(decides), nil
			}
		}
		return layout.Flag(!decides), nil
	}
	return c.finish(k, Bool, run, parts(args)...)
}

func (c *compiler) callXor(k *call) part {
	args := c.arguments(k, 0, Bool)
	run := func(env Env, tr *Trace) (layout.Value, error) {
		odd := false
		for i := range args {
			v, err := args[i].get(env, tr)
			if err != nil {
				return v, err
			}
			odd = odd != v.Bool
		}
		return layout.Flag(odd), nil
	}
	return c.finish(k, Bool, run, parts(args)...)
}

// callChoose compiles CHOOSE. As in Excel the decimals of the number do not count.
func (c *compiler) callChoose(k *call) part {
	number := c.argument(k, 0, Number)
	all := []part{number.part}
	for _, n := range k.nodes[1:] {
		all = append(all, c.part(n))
	}
	run := func(env Env, tr *Trace) (layout.Value, error) {
		v, err := number.get(env, tr)
		if err != nil {
			return v, err
		}
		n := functions.ZeroIfBlank(v).Number
		at := int64(0)
		if n.Abs().NumDigits() <= 18 {
			at = n.IntPart()
		}
		if at < 1 || at >= int64(len(all)) {
			return v, k.fail(failure(Arithmetic, "CHOOSE: %s is %s, but there are %d values", clip(number.text),
				clip(n.String()), len(all)-1))
		}
		return all[at].run(env, tr)
	}
	return c.finish(k, c.unify(k, all[1:]...), run, all...)
}

// isFailed says whether a value is an error of some kinds.
func isFailed(kinds ...ErrorKind) func(*compiler, *call) part {
	return func(c *compiler, k *call) part {
		c.guarded++
		value := c.part(k.nodes[0])
		c.guarded--
		run := func(env Env, tr *Trace) (layout.Value, error) {
			v, err := value.run(env, tr)
			var e *EvalError
			switch {
			case err == nil:
				return layout.Flag(false), nil
			case errors.As(err, &e) && (slices.Contains(kinds, e.Kind) || e.Kind == Unreadable || e.Kind == Arithmetic):
				return layout.Flag(slices.Contains(kinds, e.Kind)), nil
			}
			return v, err
		}
		return c.finish(k, Bool, run, value)
	}
}

// arguments compiles the values from one on.
func (c *compiler) arguments(k *call, from int, want Type) []argument {
	var args []argument
	for i := from; i < len(k.nodes); i++ {
		args = append(args, c.argument(k, i, want))
	}
	return args
}

func (c *compiler) callCoalesce(k *call) part {
	var all []part
	var runs []node
	for _, n := range k.nodes {
		p := c.part(n)
		all, runs = append(all, p), append(runs, p.run)
	}
	run := func(env Env, tr *Trace) (layout.Value, error) {
		for _, r := range runs {
			v, err := r(env, tr)
			if err != nil || v.Kind != layout.Empty {
				return v, err
			}
		}
		return layout.Value{}, nil
	}
	return c.finish(k, c.unify(k, all...), run, all...)
}

// guard gives another value for some kinds of errors.
func guard(kinds ...ErrorKind) func(*compiler, *call) part {
	return func(c *compiler, k *call) part {
		c.guarded++
		value := c.part(k.nodes[0])
		c.guarded--
		otherwise := c.part(k.nodes[1])
		run := func(env Env, tr *Trace) (layout.Value, error) {
			v, err := value.run(env, tr)
			var e *EvalError
			if err == nil || !errors.As(err, &e) {
				return v, err
			}
			for _, kind := range kinds {
				if e.Kind == kind {
					return otherwise.run(env, tr)
				}
			}
			return v, err
		}
		p := c.finish(k, c.unify(k, value, otherwise), run, otherwise, value)
		return p
	}
}
